"""What people ask an address register: streets letter by letter, and whole addresses as they are really written.

Every question is made of what is registered (or is certain not to be), by the patterns of the reference (section 6), so
that the answer that is meant is known. It favours nobody: no contender's folding or parsing is used here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from benchmarks.address_data import Registered
from benchmarks.kbo_queries import misspelt, without_accents

SEED = 5
NO_STREET, NO_NUMBER, PO_BOX = "no such street", "no such number", "PO box"
_ENDINGS = ("straat", "steenweg", "laan", "dreef", "plein", "lei", "baan", "weg", "hof")
_SHORT = (
    ("Onze-Lieve-Vrouw", "O.L.V."), ("Sint-", "St.-"), ("Burgemeester ", "Burg. "), ("Dokter ", "Dr. "),
    ("Kardinaal ", "Kard. "), ("Pastoor ", "Past. "), ("Generaal ", "Gen. "), ("steenweg", "stwg."),
    ("straat", "str."),
)  # fmt: skip
_MARKERS = (" b {}", " bte {}", " bus{}", "/{}", " box {}", ", bus {}", " Bus {}", " bt. {}")
_PLACES = ("Residentie De Linde", "Domein Zonnehoeve", "Gebouw Concordia")
_LONG_WORD = re.compile(r"[^\W\d_]{8,}")


@dataclass(frozen=True, slots=True)
class Typed:
    """The beginning of a street's name (or of a word in it) as somebody types it."""

    text: str
    postcode: str | None
    wanted: str
    """Name of the street."""

    @property
    def kind(self) -> str:
        """Where is looked."""
        return "anywhere" if self.postcode is None else "in a postcode"

    def as_json(self) -> dict[str, Any]:
        """For a file of questions."""
        return {**asdict(self), "kind": self.kind}


@dataclass(frozen=True, slots=True)
class Question:
    """An address in one line. `street` None: there is none; `house` None: the street has no such number."""

    kind: str
    text: str
    street: str | None
    house: str | None
    municipality: str
    id: int | None
    """Of the address that is meant, box and all."""

    def as_json(self) -> dict[str, Any]:
        """For a file of questions."""
        return asdict(self)


def typed(streets: Sequence[tuple[str, str]], count: int) -> Iterator[Typed]:
    """Each letter that somebody types of `count` streets (name, postcode), with the postcode and without.

    One in three begins with a later word of the name; half write lower case, without accents.
    """
    rng = Random(SEED)
    for name, postcode in rng.sample(streets, min(count, len(streets))):
        starts = [match.start() for match in re.finditer(r"\w{3,}", name)] or [0]
        text = name[rng.choice(starts) :] if rng.random() < 1 / 3 else name
        text = without_accents(text).lower() if rng.random() < 1 / 2 else text
        for length in range(1, len(text) + 1):
            if text[length - 1] not in " -":
                yield Typed(text[:length], postcode, name)
                yield Typed(text[:length], None, name)


def questions(
    sample: Sequence[Registered], streets: Collection[str], highest: Mapping[int, int], count: int
) -> Iterator[Question]:
    """`count` of each kind, as far as the sample has addresses for it; mixed.

    Args:
        streets: every registered name.
        highest: the highest house number of the street of each address of the sample.
    """
    rng = Random(SEED)
    every = [
        *(one for kind, write in _STYLES.items() for one in _written(rng, sample, kind, write, count)),
        *_misspelt(rng, sample, streets, count),
        *_no_street(rng, sample, streets, count),
        *_no_number(rng, sample, highest, count),
        *(_nowhere(PO_BOX, f"Postbus {rng.randint(1, 300)}", one) for one in _drawn(rng, sample, count)),
    ]
    rng.shuffle(every)
    yield from every


def line(one: Registered, street: str | None = None, number: str | None = None) -> str:
    """As the register writes an address in full, with another street or number where given."""
    return f"{street or one.street} {number or _number(one)}, {one.postcode} {one.municipality}"


def _number(one: Registered, marker: str = " bus {}") -> str:
    return one.house + (marker.format(one.box) if one.box else "")


def _typed(_: Random, one: Registered) -> str:
    return re.sub("[-,]", " ", without_accents(line(one)).lower()).replace("  ", " ")


def _shouted(_: Random, one: Registered) -> str:
    where = f"B-{one.postcode} {one.municipality}"
    return without_accents(f"{one.street} {_number(one)}\n{where}\nBelgië").upper()


def _postcode_last(_: Random, one: Registered) -> str:
    return f"{one.street} {_number(one)}, {one.municipality} {one.postcode}"


def _no_postcode(_: Random, one: Registered) -> str:
    return f"{one.street} {_number(one)}, {one.municipality}"


def _no_municipality(_: Random, one: Registered) -> str:
    return f"{one.street} {_number(one)}, {one.postcode}"


def _number_first(_: Random, one: Registered) -> str | None:
    return None if one.box else f"{one.house} {one.street}, {one.postcode} {one.municipality}"


def _box_marker(rng: Random, one: Registered) -> str | None:
    return line(one, number=_number(one, rng.choice(_MARKERS))) if one.box else None


def _letter_apart(_: Random, one: Registered) -> str | None:
    """`12A` as people write it."""
    found = re.fullmatch(r"(\d+)([A-Z])", one.house)
    return None if found is None or one.box else line(one, number=f"{found[1]} {found[2].lower()}")


def _abbreviated(rng: Random, one: Registered) -> str | None:
    possible = [(long, short) for long, short in _SHORT if long in one.street[:-1] or one.street.endswith(long)]
    return line(one, street=one.street.replace(*rng.choice(possible), 1)) if possible else None


def _with_place(rng: Random, one: Registered) -> str:
    return f"{rng.choice(_PLACES)}, {line(one)}"


_STYLES: dict[str, Callable[[Random, Registered], str | None]] = {
    "as registered": lambda _, one: line(one),
    "typed": _typed,
    "shouted": _shouted,
    "postcode last": _postcode_last,
    "no postcode": _no_postcode,
    "no municipality": _no_municipality,
    "number first": _number_first,
    "box marker": _box_marker,
    "letter apart": _letter_apart,
    "abbreviated": _abbreviated,
    "place before it": _with_place,
}


def _written(
    rng: Random,
    sample: Sequence[Registered],
    kind: str,
    write: Callable[[Random, Registered], str | None],
    count: int,
) -> Iterator[Question]:
    texts = ((one, write(rng, one)) for one in _shuffled(rng, sample))
    written = [(one, text) for one, text in texts if text is not None]
    return (_meant(kind, text, one) for one, text in written[:count])


def _misspelt(rng: Random, sample: Sequence[Registered], streets: Collection[str], count: int) -> Iterator[Question]:
    """One slip in a long word, that makes no other street's name."""
    known = {without_accents(name).casefold() for name in streets}
    long = [one for one in _shuffled(rng, sample) if _LONG_WORD.search(one.street)]
    slips = ((one, misspelt(rng, one.street, 1)) for one in long)
    new = [(one, name) for one, name in slips if without_accents(name).casefold() not in known]
    return (_meant("typing error", line(one, street=name), one) for one, name in new[:count])


def _no_street(rng: Random, sample: Sequence[Registered], streets: Collection[str], count: int) -> Iterator[Question]:
    """The beginning of a street of that municipality with another ending, which no street anywhere has."""
    known = {without_accents(name).casefold() for name in streets}
    made = ((one, _other_ending(rng, one.street)) for one in _shuffled(rng, sample))
    new = [(one, name) for one, name in made if name and without_accents(name).casefold() not in known]
    return (_nowhere(NO_STREET, f"{name} {one.house}", one) for one, name in new[:count])


def _other_ending(rng: Random, name: str) -> str | None:
    ending = next((one for one in _ENDINGS if name.endswith(one) and len(name) > len(one) + 4), None)
    return ending and name.removesuffix(ending) + rng.choice([one for one in _ENDINGS if one != ending])


def _no_number(rng: Random, sample: Sequence[Registered], highest: Mapping[int, int], count: int) -> Iterator[Question]:
    """Beyond the end of the street."""
    for one in _drawn(rng, [one for one in sample if one.id in highest], count):
        text = line(one, number=str(highest[one.id] + rng.randint(10, 200)))
        yield Question(NO_NUMBER, text, one.street, None, one.municipality, None)


def _meant(kind: str, text: str, one: Registered) -> Question:
    return Question(kind, text, one.street, one.house, one.municipality, one.id)


def _nowhere(kind: str, what: str, near: Registered) -> Question:
    text = f"{what}, {near.postcode} {near.municipality}"
    return Question(kind, text, None, None, near.municipality, None)


def _shuffled(rng: Random, sample: Iterable[Registered]) -> list[Registered]:
    return rng.sample(list(sample), len(list(sample)))


def _drawn(rng: Random, sample: Sequence[Registered], count: int) -> list[Registered]:
    return rng.sample(sample, min(count, len(sample)))
