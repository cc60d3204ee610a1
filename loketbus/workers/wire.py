"""Frames between parent and child: four bytes of length, then a pickle.

Pickle trusts the child. A worker protects the service from crashes and hangs; it is no wall against code that an
attacker managed to run inside the parser.
"""

from __future__ import annotations

import pickle
import struct
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loketbus.logs import LogConfig

LENGTH = struct.Struct(">I")
TAKEN = b"\x01"
"""Sent by a child that has read a whole frame: without it, a death says nothing about the item."""


@dataclass(frozen=True, slots=True)
class Start:
    """First frame to a child: how to be."""

    memory_limit_bytes: int | None
    log: LogConfig | None
    initializer: Callable[..., object] | None
    initargs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception that left the function, in parts: not every class can be called again with its `args`."""

    kind: type[BaseException]
    args: tuple[Any, ...]
    state: dict[str, Any]
    stack: str

    def rebuild(self) -> BaseException:
        """The same exception, with the child's frames as a note."""
        error = self.kind.__new__(self.kind, *self.args)
        error.args = self.args
        error.__dict__.update(self.state)
        error.add_note("in the worker:\n" + self.stack)
        return error


class UnsendableError(Exception):
    """Stands for an exception or a result that cannot be pickled; the text is its type."""


OUT_OF_MEMORY = b"memory"
"""The whole frame of a child that ran out of memory: nothing could be pickled any more."""


def frame(body: bytes) -> bytes:
    """`body` with its length before it."""
    return LENGTH.pack(len(body)) + body


def dump_failure(error: BaseException) -> bytes:
    """Pickle `error` as a `Failure`; its frames travel without source values."""
    stack = "".join(traceback.format_tb(error.__traceback__))
    state = {key: value for key, value in error.__dict__.items() if key != "__notes__"}
    whole = Failure(type(error), error.args, state, stack)
    try:
        body = pickle.dumps(whole)
        pickle.loads(body).rebuild()  # noqa: S301 - our own bytes: proves that the parent can read them
    except Exception:
        return pickle.dumps(Failure(UnsendableError, (type(error).__qualname__,), {}, stack))
    return body
