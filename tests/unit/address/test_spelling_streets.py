"""No street becomes another one: every real street of Mechelen is hidden once, and asked for; so are those of others.

On all 822 names, in a register where every street has every number, so that only the name decides.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random

import pytest

from services.address.domain.folding import street_keys
from services.address.domain.matching import match
from services.address.domain.model import Address, Asked, Match, Status, Street
from simulators.address.names import drawn
from tests.support.address_lookup import MECHELEN, SmallRegister

NAMES = Path(__file__).resolve().parents[3] / "simulators" / "address" / "data" / "mechelen_streets.csv"
ELSEWHERE = 21001
SEAM = "sne"


class OnlyNames(SmallRegister):
    """Every street has the number 5; one of them can be hidden."""

    def __init__(self, names: Sequence[str], elsewhere: Sequence[str] = ()) -> None:
        super().__init__()
        self.add_municipality(MECHELEN, "Mechelen", 2800)
        self.add_municipality(ELSEWHERE, "Elders", 1070)
        self._keys: dict[tuple[str, int], tuple[int, ...]] = {}
        for nis, found in ((MECHELEN, names), (ELSEWHERE, elsewhere)):
            for name in found:
                street = self.add_street(name, nis=nis)
                for key in street_keys(name):
                    self._keys[key, nis] = (*self._keys.get((key, nis), ()), street)
        self._there = {key: streets for (key, nis), streets in self._keys.items() if nis == MECHELEN}
        self.hidden = 0

    def streets(self, key: str, nis: int | None = None) -> tuple[Street, ...]:
        """By key, without the hidden one."""
        found = (self._keys.get((key, one), ()) for one in (MECHELEN, ELSEWHERE) if nis in (None, one))
        return tuple(self.rows[street] for streets in found for street in streets if street != self.hidden)

    def street_keys(self, nis: int) -> Mapping[str, tuple[int, ...]]:
        """Without the hidden one."""
        hidden = street_keys(self.rows[self.hidden].name) if self.hidden else ()
        mine = {key: tuple(one for one in self._there.get(key, ()) if one != self.hidden) for key in hidden}
        return {key: streets for key, streets in (self._there | mine).items() if streets} if nis == MECHELEN else {}

    def at(self, street: int, houses: Sequence[str]) -> tuple[Address, ...]:
        """Number 5."""
        return (Address(street, street, "5", None, 2800, Status.IN_GEBRUIK),) if "5" in houses else ()

    def postcodes_of(self, street: int) -> tuple[int, ...]:
        """All of them."""
        return (2800,)

    def numbers_near(self, street: int, number: int, limit: int = 6) -> tuple[Address, ...]:
        """None."""
        return ()


@pytest.fixture(scope="module")
def mechelen() -> list[str]:
    with NAMES.open(encoding="utf-8", newline="") as lines:
        return list(dict.fromkeys(row[0] for row in list(csv.reader(lines, delimiter=";"))[1:]))


def ask(register: SmallRegister, name: str) -> Match:
    return match(register, Asked(f"{name} 5, 2800 Mechelen"))


def test_a_hidden_street_is_no_other_one(mechelen: list[str]) -> None:
    register = OnlyNames(mechelen)
    taken = []
    for street in list(register.rows.values()):
        register.hidden = street.id
        if (found := ask(register, street.name)).address:
            taken.append((street.name, found.street))
    assert len(mechelen) == 822
    assert taken == []


def names_elsewhere(known: Sequence[str]) -> list[str]:
    """Streets of a made-up Flanders that Mechelen lacks."""
    keys = {key for name in known for key in street_keys(name)}
    every = dict.fromkeys(name for seed in range(4) for name in drawn(Random(seed), 500))
    return [name for name in every if keys.isdisjoint(street_keys(name))]


def test_a_street_of_another_municipality_is_none_of_mechelen(mechelen: list[str]) -> None:
    others = names_elsewhere(mechelen)
    register = OnlyNames(mechelen, others)
    taken = [(name, found.street) for name in others if (found := ask(register, name)).address]
    assert len(others) > 600
    assert taken == []


def test_where_nothing_is_known_of_others_only_a_seam_differs(mechelen: list[str]) -> None:
    """Without its namesakes `Dorpsstraat` may be read as Dorpstraat, and nothing worse."""
    register = OnlyNames(mechelen)
    taken = {name: found.street.name for name in names_elsewhere(mechelen) if (found := ask(register, name)).street}
    assert len(taken) <= 6
    for asked, read in taken.items():
        differing = Counter(asked) - Counter(read) or Counter(read) - Counter(asked)
        assert (sum(differing.values()), set(differing) <= set(SEAM)) == (1, True), (asked, read)


def slips(name: str, rng: Random) -> Iterator[str]:
    """Letters in the middle of a name: one left out, one twice, two swapped."""
    at = rng.randrange(2, len(name) - 2)
    yield name[:at] + name[at + 1 :]
    yield name[:at] + name[at] + name[at:]
    yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def test_slips_are_mostly_read_and_never_as_another_street(mechelen: list[str]) -> None:
    register, rng = OnlyNames(mechelen), Random(5)
    keys = {key for name in mechelen for key in street_keys(name)}
    asked = [(name, slip) for name in mechelen if len(name) > 8 for slip in slips(name, rng)]
    new = [(name, slip) for name, slip in asked if keys.isdisjoint(street_keys(slip))]
    read = [(name, slip, found.street.name) for name, slip in new if (found := ask(register, slip)).street]
    assert [one for one in read if one[0] != one[2]] == []
    assert len(read) > 0.85 * len(new)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Kloocterstraat", "Kloosterstraat"), ("Waiandehof", "Warandehof"), ("Statlonsstraat", "Stationsstraat"),
        ("Koninqin Astridlaan", "Koningin Astridlaan"), ("Sationsstraat", "Stationsstraat"),
        ("Stationsstraaat", "Stationsstraat"), ("Kasteelstkaat", "Kasteelstraat"), ("Dorpsstryat", "Dorpsstraat"),
        ("Molenmtraat", "Molenstraat"), ("Hoogtsraat", "Hoogstraat"), ("Kerkplen", "Kerkplein"),
        ("Velddstraat", "Veldstraat"),
    ],
)  # fmt: skip
def test_letters_that_no_name_has(written: str, meant: str) -> None:
    found = ask(OnlyNames([meant, "Bruul", "Grote Markt"]), written)
    assert (found.verdict, found.street and found.street.name) == ("corrected", meant)


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("Beukenhofstraat", "Berkenhofstraat"), ("Sint-Martastraat", "Sint-Mariastraat"), ("Walstraat", "Walestraat"),
        ("Korte Weidestraat", "Korte Heidestraat"), ("Mollenstraat", "Molenstraat"), ("Houtstraat", "Houtestraat"),
        ("Koning Astridlaan", "Koningin Astridlaan"), ("Molenheide", "Molenweide"), ("Rechtstraat", "Rechtestraat"),
        ("Verhaerenstraat", "Verhaegenstraat"), ("Lange Heirstraat", "Lange Heistraat"),
        ("Kleinstraat", "Kleinestraat"),
    ],
)  # fmt: skip
def test_names_that_may_well_be_others(mechelen: list[str], written: str, other: str) -> None:
    found = ask(OnlyNames([*(name for name in mechelen if name != written), other]), written)
    assert found.verdict == "unknown"
    assert other in [one.street.name for one in found.candidates]


def test_a_name_that_exists_elsewhere_is_asked_back() -> None:
    register = OnlyNames(["Dorpstraat"], ["Dorpsstraat"])
    found = ask(register, "Dorpsstraat")
    assert (found.verdict, found.reasons[0].code) == ("ambiguous", "name_elsewhere")
    assert [one.street.name for one in found.candidates] == ["Dorpstraat"]


def test_a_rival_that_would_not_be_given_keeps_another_from_being_given() -> None:
    assert ask(OnlyNames(["Kapelstraat", "Kapellestraat"]), "Kapelestraat").verdict == "unknown"
    assert ask(OnlyNames(["Kapellestraat"]), "Kapelestraat").verdict == "corrected"
