"""Functions that run inside worker processes."""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time

import structlog

from loketbus.errors import Rejected

SESSION: dict[str, int] = {}


def open_session(number: int) -> None:
    SESSION["number"] = number
    SESSION["calls"] = 0


def use_session() -> tuple[int, int, int]:
    SESSION["calls"] += 1
    return SESSION["number"], SESSION["calls"], os.getpid()


def refuse_to_start() -> None:
    raise Rejected("no_session", "Geen sessie.")


def die_at_start() -> None:
    os._exit(3)


def hang_at_start() -> None:
    hang()


def add(a: int, b: int) -> int:
    return a + b


def echo(data: bytes) -> bytes:
    return data


def pid() -> int:
    return os.getpid()


def reject() -> None:
    raise Rejected("bad_mime", "Deze mail is beschadigd.", detail="part 3", audience="ict")


class LocalError(Exception):
    def __init__(self, needed: object) -> None:
        super().__init__("secret words")
        self.needed = needed


def raise_unsendable() -> None:
    raise LocalError(lambda: None)


def return_unsendable() -> object:
    return lambda: None


def raise_timeout() -> None:
    raise TimeoutError("of the function itself")


def hang() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    while True:
        time.sleep(3600)


class HangsInPickle:
    def __reduce__(self) -> str:
        hang()
        return ""


def hang_in_pickle() -> HangsInPickle:
    return HangsInPickle()


def hang_with_the_interpreter_lock() -> None:
    ctypes.PyDLL(None).sleep(3600)


def segfault() -> None:
    ctypes.string_at(0)


def exit_now() -> None:
    os._exit(7)


def leave_by_system_exit() -> None:
    sys.exit(5)


def kill_self() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def eat_memory() -> int:
    return len(b"x" * (1 << 31))


def large(size: int) -> bytes:
    return b"x" * size


def die_while_replying() -> object:
    return DiesInPickle()


class DiesInPickle:
    def __reduce__(self) -> str:
        os._exit(9)


def print_noise() -> int:
    print("noise on standard output", flush=True)
    subprocess.run(["echo", "noise of a grandchild"], check=True)
    return len(sys.stdin.read())


def start_grandchild_and_hang(file: str) -> None:
    grandchild = subprocess.Popen(["sleep", "3600"])
    with open(file, "w") as out:
        out.write(str(grandchild.pid))
    hang()


def settings_seen() -> list[str]:
    return [name for name in os.environ if name.startswith("LOKETBUS_")]


def log_line() -> str | None:
    logging.getLogger("some.library").warning("mail from %s", "jan.peeters@example.be")
    value = structlog.contextvars.get_contextvars().get("correlation_id")
    return None if value is None else str(value)
