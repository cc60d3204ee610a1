"""In what order to look at things that lead to each other. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import TypeVar

K = TypeVar("K")


def groups(start: K, leads_to: Callable[[K], Iterable[K]], done: Container[K]) -> Iterator[list[K]]:
    """All that `start` leads to, and itself: what something leads to comes before it, what goes in a circle together.

    Tarjan's algorithm without recursion, so that no chain is too long. What is `done` already is left out.
    """
    order, lowest = {start: 0}, {start: 0}
    waiting, held = [start], {start}
    path = [(start, iter(leads_to(start)))]
    while path:
        here, ahead = path[-1]
        there = next((one for one in ahead if one not in done and (one not in order or one in held)), None)
        if there is None:
            path.pop()
            if path:
                above = path[-1][0]
                lowest[above] = min(lowest[above], lowest[here])
            if lowest[here] == order[here]:
                yield _from(waiting, held, here)
        elif there in order:
            lowest[here] = min(lowest[here], order[there])
        else:
            order[there] = lowest[there] = len(order)
            waiting.append(there)
            held.add(there)
            path.append((there, iter(leads_to(there))))


def _from(waiting: list[K], held: set[K], first: K) -> list[K]:
    """Take everything from `first` on off the pile."""
    group = waiting[waiting.index(first) :] if waiting[-1] != first else [first]
    del waiting[-len(group) :]
    held.difference_update(group)
    return group
