"""Whose postcodes these are: the register is of Flanders only. No I/O."""

from __future__ import annotations

_ELSEWHERE = (
    (range(1000, 1300), "Brussel"), (range(1300, 1500), "Waals-Brabant"), (range(4000, 5000), "de provincie Luik"),
    (range(5000, 6000), "de provincie Namen"), (range(6000, 6600), "Henegouwen"),
    (range(6600, 7000), "de provincie Luxemburg"), (range(7000, 8000), "Henegouwen"),
)  # fmt: skip
"""How bpost shares out the numbers outside Flanders; BeSt of June 2019 (data/address/postcodes) agrees on each."""


def region_elsewhere(postcode: int) -> str | None:
    """Brussels or the Walloon province whose numbers these are; None: a number of Flanders, or none at all."""
    return next((name for numbers, name in _ELSEWHERE if postcode in numbers), None)
