"""What runs inside a worker: limits first, then calls one by one from standard input until it closes."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO

from loketbus.workers.wire import LENGTH, OUT_OF_MEMORY, TAKEN, Start, UnsendableError, dump_failure, frame

PR_SET_PDEATHSIG = 1
PARENT_POLL_SECONDS = 1.0
OOM_SCORE = "800"
"""When the machine is out of memory, the kernel is to choose this process and not the service."""


def main() -> None:
    """Entry point of the child process."""
    reader, writer = _take_streams()
    _die_with_parent(int(sys.argv[1]))
    run: Callable[[bytes], Any] = _initialize
    while (body := _read(reader)) is not None:
        _write(writer, TAKEN)
        _write(writer, frame(_attempt(run, body)))
        run = _call
    sys.stderr.flush()
    # Without the interpreter's own shutdown: a thread or a destructor of a library could keep it waiting.
    os._exit(0)


def _take_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for ourselves: what a library reads or prints on the standard streams must not end up in them."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    os.close(null)
    return reader, writer


def _die_with_parent(parent: int) -> None:
    """End when the parent ends, also by SIGKILL: the kernel's promise on Linux, a watching thread elsewhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the promise was made
        os._exit(0)
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_SECONDS)
    os._exit(0)


def _limit(memory_limit_bytes: int | None) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold a citizen's mail
    if memory_limit_bytes is not None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_limit_bytes, memory_limit_bytes))
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write(OOM_SCORE)


def _initialize(body: bytes) -> None:
    start: Start = pickle.loads(body)  # noqa: S301 - the parent's own bytes
    _limit(start.memory_limit_bytes)
    if start.log is not None:
        from loketbus.logs import configure

        configure(start.log)
    if start.initializer is not None:
        start.initializer(*start.initargs)


def _call(body: bytes) -> Any:
    function, args, context = pickle.loads(body)  # noqa: S301 - the parent's own bytes
    if not context:
        return function(*args)
    from loketbus.logs import bound

    with bound(**context):
        return function(*args)


def _attempt(run: Callable[[bytes], Any], body: bytes) -> bytes:
    """The reply to one frame: pickle of (True, result) or (False, pickled Failure)."""
    try:
        result = run(body)
        try:
            return pickle.dumps((True, result))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise UnsendableError(type(result).__qualname__) from error
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception as error:
        return OUT_OF_MEMORY if _no_room(error) else pickle.dumps((False, dump_failure(error)))


def _no_room(error: Exception) -> bool:
    """A library that is imported late finds no room either; the dynamic linker says so in these words."""
    words = str(error) if isinstance(error, ImportError) else ""
    return "failed to map segment" in words or "cannot allocate memory" in words.lower()


def _read(reader: BinaryIO) -> bytes | None:
    head = reader.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    body = reader.read(LENGTH.unpack(head)[0])
    return body if len(body) == LENGTH.unpack(head)[0] else None


def _write(writer: BinaryIO, body: bytes) -> None:
    try:
        writer.write(body)
        writer.flush()
    except BrokenPipeError:
        os._exit(0)  # the parent is gone or has given up on us
