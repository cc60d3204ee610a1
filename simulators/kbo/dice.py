"""Chance that depends on a name and a number alone: an entity is drawn the same way wherever it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Some twenty throws for one thing; `Random` per entity would cost more than the entity."""

    __slots__ = ("_left",)

    def __init__(self, name: str, index: int) -> None:
        self._left = int.from_bytes(blake2b(f"{name}{index}".encode(), digest_size=40).digest(), "little")

    def below(self, sides: int) -> int:
        """0 to sides - 1."""
        self._left, thrown = divmod(self._left, sides)
        return thrown

    def chance(self, percent: float) -> bool:
        """True so many times out of a hundred, to the hundredth."""
        return self.below(10_000) < percent * 100

    def pick(self, choices: Sequence[T]) -> T:
        """One of them, each as likely."""
        return choices[self.below(len(choices))]


def wheel(weights: dict[T, float], slots: int = 4096) -> tuple[T, ...]:
    """So many slots shared out by weight (each choice has at least one), for `Dice.pick`."""
    total = sum(weights.values())
    return tuple(choice for choice, weight in weights.items() for _ in range(max(1, round(slots * weight / total))))
