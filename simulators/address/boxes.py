"""Box numbers of one building, in the notations of Flanders and as often as they occur there."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate, count, islice
from random import Random

from simulators.address.tables import box_styles

SIZES = (
    *(2,) * 30, *(3,) * 18, *(4,) * 14, *(5,) * 6, *(6,) * 9, *(8,) * 7, *(9,) * 2, *(10,) * 3, *(12,) * 4,
    *(16,) * 3, *(20,) * 2, 30, 40,
)  # fmt: skip
"""Boxes of a building, one per hundredth; chosen, because nobody published them."""
MEAN_SIZE = sum(SIZES) / len(SIZES)
_MIXED = 0.2  # of the buildings with four boxes or more
_LETTERS = "ABCDEFGHKLMNPRSTVWXZ"


def drawn(rng: Random, size: int | None = None) -> list[str]:
    """Different box numbers for one building, sometimes in two notations."""
    number = size or SIZES[int(rng.random() * len(SIZES))]
    if number < 4 or rng.random() >= _MIXED:
        return _different(_styled(rng, number))
    half = number // 2
    return _different([*_styled(rng, half), *_styled(rng, number - half)])


def _different(some: list[str]) -> list[str]:
    """Each once; the register takes upper and lower case for the same."""
    return list({box.lower(): box for box in reversed(some)}.values())[::-1]


def _styled(rng: Random, number: int) -> list[str]:
    styles, edges = _wheel()
    style = styles[bisect(edges, rng.random() * edges[-1])]
    write = _WRITERS.get(style)
    if write is None:
        return _from_table(rng, style, number)
    return list(islice(write(rng, number), number))


def _from_table(rng: Random, style: str, number: int) -> list[str]:
    """As they stand in the table; plain numbers for what a style cannot fill."""
    table = box_styles()[style]
    found = dict.fromkeys(rng.choices(list(table), weights=list(table.values()), k=number))
    return list(islice((*found, *map(str, range(1, number + 1))), number))


@cache
def _wheel() -> tuple[tuple[str, ...], tuple[int, ...]]:
    totals = {style: sum(table.values()) for style, table in box_styles().items()}
    return tuple(totals), tuple(accumulate(totals.values()))


def _floors(number: int, first: int) -> Iterator[tuple[int, int]]:
    """(floor, sequence) from the given floor up; two to a floor, four in a big building."""
    return ((floor, sequence) for floor in count(first) for sequence in range(1, 3 if number <= 12 else 5))


def _plain(rng: Random, number: int) -> Iterator[str]:
    if rng.random() < 0.7:
        return map(str, count(1))
    return (f"{floor}{sequence}" for floor, sequence in islice(_floors(number, 1), 36))  # nine floors


def _four(rng: Random, number: int) -> Iterator[str]:
    return (f"{floor:02}{sequence:02}" for floor, sequence in _floors(number, rng.randint(0, 1)))


def _three(rng: Random, number: int) -> Iterator[str]:
    """With the ground floor it is `001` beside `101`, in another style of the table."""
    return (f"{floor}{sequence:02}" for floor, sequence in _floors(number, 1))


def _three_from_ground(rng: Random, number: int) -> Iterator[str]:
    return (f"{floor}{sequence:02}" for floor, sequence in _floors(number, 0))


def _letter_first(rng: Random, number: int) -> Iterator[str]:
    letter, width = rng.choice("ABCV"), rng.choice((1, 1, 3))
    return (f"{letter}{sequence:0{width}}" for sequence in count(1))


def _letter_last(rng: Random, number: int) -> Iterator[str]:
    sides = rng.choice(("AB", "LR", "ABC"))
    return (f"{floor}{side}" for floor in count(1) for side in sides)


def _dotted(rng: Random, number: int) -> Iterator[str]:
    ground, first = rng.random() < 0.4, rng.randint(0, 1)
    return (f"{floor}.0" for floor in count(first)) if ground else _parted(".", number, first)


def _letters(rng: Random, number: int) -> Iterator[str]:
    return iter((*_LETTERS, *map(str, range(1, number + 1))))


def _parted(sign: str, number: int, first: int = 1) -> Iterator[str]:
    return (f"{floor}{sign}{sequence}" for floor, sequence in _floors(number, first))


_WRITERS: dict[str, Callable[[Random, int], Iterator[str]]] = {
    "nn": _plain,
    "0nnn": _four,
    "nnn": _three,
    "0nn": _three_from_ground,
    "Lnn": _letter_first,
    "nnL": _letter_last,
    "n.n": _dotted,
    "L": _letters,
    "n/n": lambda _, number: _parted("/", number),
    "n-n": lambda _, number: _parted("-", number),
    "0n": lambda _, number: (f"{sequence:02}" for sequence in count(1)),
    "nnnn": lambda _, number: (f"{floor}{sequence:02}" for floor, sequence in _floors(number, 10)),
}
"""The other styles are drawn from the table as they stand there."""
