"""One answer per thing asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from simulators.ews.soap import Child, EwsError, Node, failure, find, success


def each(operation: str, asked: Iterable[Node], answer: Callable[[Node], Child]) -> list[Node]:
    """A response message per element asked for: one that fails does not hold up the others."""
    return [one(operation, partial(_alone, answer, node)) for node in asked]


def one(operation: str, answer: Callable[[], Sequence[Child]]) -> Node:
    """A response message with the parts that `answer` gives, or with its error."""
    try:
        return success(operation, *answer())
    except EwsError as error:
        return failure(operation, error)


def needed(node: Node, path: str) -> Node:
    """An element that a valid request has.

    Raises:
        EwsError: it is missing.
    """
    found = find(node, path)
    if found is None:
        raise EwsError("ErrorSchemaValidation", f"The request failed schema validation: {path} is missing.")
    return found


def _alone(answer: Callable[[Node], Child], node: Node) -> list[Child]:
    return [answer(node)]
