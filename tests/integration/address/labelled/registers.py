"""The register of the labelled spellings, read from `register.txt`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.address.domain.model import Status
from tests.support.address_register import MECHELEN, META, POSTAL_NAMES, POSTCODES, WILLEBROEK, Town

HERE = Path(__file__).parent
STREETS = HERE.parents[3] / "simulators" / "address" / "data" / "mechelen_streets.csv"
DEELGEMEENTEN = {"Mechelen": 2800, "Walem": 2800, "Heffen": 2801, "Hombeek": 2811, "Leest": 2811, "Muizen": 2812}
NEIGHBOURS = {
    "Willebroek": (WILLEBROEK, 2830),
    "Bonheiden": (12005, 2820),
    "Sint-Katelijne-Waver": (12035, 2860),
    "Zemst": (23096, 1980),
    "Vilvoorde": (23088, 1800),
    "Rumst": (11037, 2840),
}
STATUSES = {"": Status.IN_GEBRUIK, "R": Status.GEHISTOREERD, "V": Status.VOORGESTELD}
_TOKEN = re.compile(
    r'@(?P<postcode>[0-9]{4}):|"(?P<literal>[^"]+)"(?P<literal_boxes>\{[^}]*\})?'
    r"|(?P<first>[0-9]+)-(?P<last>[0-9]+)(?!\S)"
    r"|(?P<house>[^\s{!]+)(?:!(?P<status>[RV]))?(?:>(?P<successor>\S+))?(?P<boxes>\{[^}]*\})?"
)


@dataclass(frozen=True)
class Number:
    """One registered house number with its boxes."""

    house: str
    postcode: int
    status: str = ""
    successor: str = ""
    boxes: tuple[tuple[str, str], ...] = ()
    """Box and its status."""
    building: bool = True


def town() -> Town:
    """A replica with the streets and numbers of the file, and all 822 streets of Mechelen without numbers."""
    neighbours = {name: place for name, place in NEIGHBOURS.items() if name != "Willebroek"}
    made = Town(
        meta=META | {"nis": ",".join(str(nis) for nis in (MECHELEN, *(nis for nis, _ in NEIGHBOURS.values())))},
        postal_names={**POSTAL_NAMES, **{postcode: (name,) for name, (_, postcode) in neighbours.items()}},
        postcodes={**POSTCODES, **{postcode: nis for nis, postcode in neighbours.values()}},
    )
    for name, (nis, _) in neighbours.items():
        made.municipality(nis, name)
    places = dict(_mechelen())
    given = dict.fromkeys(places, "")
    for line in (HERE / "register.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            street, numbers = re.split(r'\s(?=["0-9@])', line, maxsplit=1)
            given[street] = numbers
    for street, numbers in given.items():
        municipality, _, name = street.rpartition("/")
        nis, postcode = NEIGHBOURS[municipality] if municipality else (MECHELEN, DEELGEMEENTEN[places[street]])
        _fill(made, made.street(name, nis), _numbers(numbers, postcode), postcode)
    return made


def _mechelen() -> Iterator[tuple[str, str]]:
    for line in STREETS.read_text(encoding="utf-8").splitlines()[1:]:
        name, _, place = line.partition(";")
        yield name, place


def _numbers(text: str, postcode: int) -> Iterator[Number]:
    for token in _TOKEN.finditer(text):
        if token["postcode"]:
            postcode = int(token["postcode"])
        elif token["first"]:
            yield from (Number(str(number), postcode) for number in range(int(token["first"]), int(token["last"]) + 1))
        else:
            boxes = _boxes(token["literal_boxes"] or token["boxes"] or "")
            house, status, successor = token["literal"] or token["house"], token["status"], token["successor"]
            kept = tuple(box for box in boxes if box[0] != "-")
            yield Number(house, postcode, status or "", successor or "", kept, len(kept) == len(boxes))


def _boxes(text: str) -> list[tuple[str, str]]:
    named = [box.partition("!") for box in text.strip("{}").split(",") if box]
    return [(box, status) for box, _, status in named]


def _fill(made: Town, street: int, numbers: Iterator[Number], postcode: int) -> None:
    ids: dict[str, int] = {}
    successors: list[tuple[int, str]] = []
    for number in numbers:
        if number.building and number.house not in ids:
            ids[number.house] = made.address(street, number.house, None, number.postcode, STATUSES[number.status])
        if number.successor:
            successors.append((ids[number.house], number.successor))
        for box, status in number.boxes:
            made.address(street, number.house, box, number.postcode, STATUSES[status])
    if not ids:  # a street without numbers here still lies somewhere
        made.add("street_postcode", street, postcode)
    for old, new in successors:
        made.replaced(old, ids[new])
