"""From the files in the folder to the mandates: a full and its deltas in order, or nothing at all."""

from __future__ import annotations

import errno
import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loketbus.errors import Rejected, Unavailable
from services.kbo.syndics.reuse.archives import Archive, archives
from services.kbo.syndics.reuse.plan import Found, Plan, plan
from services.kbo.syndics.reuse.reading import Vme, read, read_codes, read_head
from services.kbo.syndics.reuse.store import State, Writer, state


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be used, or one that is missing: a code and a Dutch line for ICT."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of it."""

    state: State | None
    applied: tuple[str, ...] = ()
    """Names of the files, in order."""
    problems: tuple[Problem, ...] = ()


def look(folder: Path, state_folder: Path) -> tuple[Plan, tuple[Problem, ...]]:
    """What a refresh would do now, and what is wrong with the files. Reads only their headings."""
    loaded = state(state_folder)
    found: list[Found] = []
    problems: list[Problem] = []
    for archive in archives(folder):
        try:
            with archive.data() as stream:
                found.append(Found(archive, read_head(stream)))
        except Rejected as error:
            problems.append(Problem(error.code, error.message))
    steps = plan(loaded.sequence if loaded else None, found)
    problems += _lacking(loaded, steps)
    return steps, tuple(problems)


def refresh(folder: Path, state_folder: Path) -> Refreshed:
    """Apply what is new; blocking, for a process of its own. A broken file leaves what was there before it.

    Raises:
        Rejected: `kbo_syndics_busy`, `kbo_syndics_folder`.
        Unavailable: `kbo_syndics_disk`.
    """
    if not folder.is_dir():
        raise Rejected(
            "kbo_syndics_folder",
            "De map met hergebruikbestanden van de KBO bestaat niet: kijk de instelling na.",
            audience="ict",
        )
    state_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(state_folder), _disk_said():
        steps, problems = look(folder, state_folder)
        if not steps.steps:
            return Refreshed(state(state_folder), problems=problems)
        applied, trouble = _apply(steps, state_folder)
        return Refreshed(state(state_folder), applied, (*problems, *trouble))


def _apply(steps: Plan, state_folder: Path) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    writer = Writer(state_folder, empty=steps.full is not None)
    applied: list[str] = []
    trouble: list[Problem] = []
    try:
        for step in steps.steps:
            try:
                _take(writer, step)
            except Rejected as error:
                trouble.append(Problem(error.code, error.message))
                break  # the later ones build on it
            applied.append(step.archive.name)
        if applied:
            writer.swap()
    finally:
        writer.drop()
    return tuple(applied), tuple(trouble)


def _take(writer: Writer, step: Found) -> None:
    full = step.head.kind == "full"
    with writer.step(step.head, _codes(step.archive)) as codes, step.archive.data() as stream:
        if not codes:
            raise Rejected(
                "kbo_syndics_no_codes",
                f"Bij {step.archive.name} ontbreekt het codebestand (D<datum>.codes.XML): zet het erbij in de map.",
                audience="ict",
            )
        # In a full nobody needs to be forgotten: nine out of ten of its millions of entities are no VME.
        writer.put((one for one in read(stream) if not full or isinstance(one, Vme)), codes)


def _codes(archive: Archive) -> dict[str, bool] | None:
    with archive.codes() as stream:
        return None if stream is None else read_codes(stream)


def _lacking(loaded: State | None, steps: Plan) -> Iterator[Problem]:
    if loaded is None and not steps.steps:
        yield Problem(
            "kbo_syndics_no_full",
            "Er is nog geen volledig hergebruikbestand (map full van de KBO): zet er een in de map.",
        )
    elif steps.missing is not None:
        yield Problem(
            "kbo_syndics_gap",
            f"Wijzigingsbestand {steps.missing} ontbreekt: de latere worden niet verwerkt. Zet het in de map, of "
            "een recenter volledig bestand.",
        )


@contextmanager
def _alone(state_folder: Path) -> Iterator[None]:
    with (state_folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Rejected("kbo_syndics_busy", "Een ander proces verwerkt deze bestanden al.", audience="ict") from None
        yield


@contextmanager
def _disk_said() -> Iterator[None]:
    full = Unavailable("kbo_syndics_disk", "De schijf is vol: maak plaats voor de gegevens van syndici.")
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise full from None
        raise
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise full from None
        raise
