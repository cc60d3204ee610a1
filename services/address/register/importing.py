"""Import of a download: the new replica is made aside, whole, and takes the place of the old one at once."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from loketbus.errors import Rejected
from loketbus.failpoints import reach
from loketbus.replicas import flush, fresh_folder, full_disk, import_lock, swap
from services.address.register import best, extract, schema
from services.address.register.carrying import LOST, Carried, read_carried
from services.address.register.job import Job
from services.address.register.keeping import Keeping
from services.address.register.loading import STAGING
from services.address.register.making import complete, new_register
from services.address.register.report import Remark, Report, notes_of, rows_of
from services.address.register.sources import Download, open_download, wrong_type
from services.address.register.state import ReplicaState, busy, nis_text, readable_state

Progress = Callable[[str, int, int], None]
"""Gets the table at hand, bytes done and bytes in all. What it raises ends the import; nothing has changed then."""

DERIVING_SHARE = 0.15
"""Time to make indexes and derived tables, in times of reading."""
TELL_SECONDS = 0.2


def import_download(folder: Path, path: Path, *, nis: Sequence[str] | None, progress: Progress | None = None) -> Report:
    """Load a download of the register or of BeSt in the place of what is there.

    Blocks for as long as it takes: for a thread or process of its own.

    Args:
        folder: of the replica (`settings.register_folder`); made when it is not there.
        path: a zip file, a folder with files or with zip files, or the CSV file of BeSt.
        nis: municipalities of which the addresses are kept, and those that they merged into; None: all.
        progress: called a few times a second.

    Raises:
        Rejected: `address_archive_broken`, `address_wrong_type`, `address_nothing_kept`, `address_disk_full`,
            `address_busy`.
    """
    start = time.perf_counter()
    with _disk_errors(), import_lock(folder, busy):
        reach("address.locked")
        before = readable_state(folder)
        with open_download(path) as download:
            given, carried = _Given(download), read_carried(folder)
            keeping = Keeping(nis, carried, before)
            reach("address.planned")
            with fresh_folder(folder, given.day.strftime("%Y%m%d")) as made:
                counter = _Counter(progress, given.sizes(all=nis is None))
                job, remarks = _build(made, given, keeping, carried, counter)
                report = Report(
                    given.kind, given.extract, before.extract if before else None, keeping.kept, tuple(job.files),
                    rows_of(job.tallies), notes_of(job.tallies), (*_going_back(before, given), *remarks), given.events,
                    given.attribution, (made / schema.FILE).stat().st_size, round(time.perf_counter() - start, 3),
                )  # fmt: skip
                flush(report.save(made))
                reach("address.reported")
                swap(folder, made, "address")
    return report


class _Given:
    """What a download says about itself."""

    def __init__(self, download: Download) -> None:
        self.download = download
        self.kind: Literal["extract", "best"] = "extract"
        self.events: dict[str, int] = {}
        if extract.is_extract(download):
            self.day = extract.day_of(download) or _today()
            self.events = extract.latest_events(download)
        elif best.best_file(download) is not None:
            self.kind = "best"
            self.day = best.day_of(download) or _today()
        else:
            raise wrong_type(download.name)

    @property
    def extract(self) -> str:
        """Its day."""
        return self.day.isoformat()

    @property
    def attribution(self) -> str:
        """Dutch line that the licence asks for."""
        text = extract.ATTRIBUTION if self.kind == "extract" else best.ATTRIBUTION
        return text.format(extract=self.extract)

    def sizes(self, *, all: bool) -> dict[str, int]:
        """Bytes to read by file; `all` municipalities are wanted."""
        if self.kind == "best":
            return {(file := best.best_file(self.download) or ""): self.download.size(file)}
        return extract.sizes(self.download, all=all)

    def load(self, job: Job) -> None:
        """Fill all tables that are not derived."""
        (extract.load_extract if self.kind == "extract" else best.load_best)(job)


def _build(
    made: Path, given: _Given, keeping: Keeping, carried: Carried, counter: _Counter
) -> tuple[Job, tuple[Remark, ...]]:
    """The file of the new replica, with all that is in it; and what is to be said of that."""
    with _staging(made) as staging, new_register(made) as db:
        job = Job(db, given.download, keeping.wanted, counter)
        _attach(db, staging)
        given.load(job)
        remarks = tuple(keeping.judge(db, given.download.name))
        carried.save(db, given.extract)
        db.executemany("INSERT INTO feed VALUES(?,0,?,NULL)", given.events.items())
        counter.deriving()
        complete(db, _meta(given, keeping))
        db.execute("COMMIT")
        db.execute(f"DETACH {STAGING}")
        counter.finish()
    return job, (*remarks, LOST) if carried.lost else remarks


def _meta(given: _Given, keeping: Keeping) -> dict[str, str]:
    return {
        "extract": given.extract,
        "imported_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "nis": nis_text(keeping.kept),
        "nis_asked": nis_text(keeping.asked),
        "source": given.kind,
        "file": given.download.name,
        "attribution": given.attribution,
    }


def _going_back(before: ReplicaState | None, given: _Given) -> Iterator[Remark]:
    """An older download is no mistake, but it should be no accident either."""
    if before is not None and given.extract < before.extract:
        yield Remark(
            "older_download",
            f"Het register gaat terug: deze download is van {_shown(given.extract)}, de vorige was van "
            f"{_shown(before.extract)}. Laad de jongste download, tenzij dit de bedoeling is.",
        )


def _shown(extract: str) -> str:
    """A day as people write it."""
    return "/".join(reversed(extract.split("-")))


@contextmanager
def _staging(made: Path) -> Iterator[Path]:
    path = made / f"{STAGING}.db"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _attach(db: sqlite3.Connection, path: Path) -> None:
    db.execute("COMMIT")
    db.execute(f"ATTACH ? AS {STAGING}", (str(path),))
    for pragma in ("journal_mode=OFF", "synchronous=OFF"):
        db.execute(f"PRAGMA {STAGING}.{pragma}")
    db.execute("BEGIN")


@contextmanager
def _disk_errors() -> Iterator[None]:
    """No room to write, or a disk that refuses, while reading or writing."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if full_disk(error):
            raise _disk_full(error) from None
        raise


def _disk_full(error: Exception) -> Rejected:
    text = (
        "De schijf is vol of kan niet beschreven worden; het oude register blijft in gebruik. "
        "Maak plaats (een import van heel Vlaanderen heeft ongeveer 2 GB nodig) en probeer opnieuw."
    )
    return Rejected("address_disk_full", text, detail=type(error).__name__, audience="ict")


class _Counter:
    """Adds up what the steps read, in bytes; what follows from the rows is counted in the same coin."""

    def __init__(self, progress: Progress | None, sizes: Mapping[str, int]) -> None:
        self._progress = progress
        reading = sum(sizes.values())
        self._all = reading + int(reading * DERIVING_SHARE)
        self._done = 0
        self._told = 0.0

    def __call__(self, table: str, read: int) -> None:
        """So many bytes more of a table."""
        self._done = min(self._done + read, self._all)
        now = time.monotonic()
        if now - self._told >= TELL_SECONDS:
            self._told = now
            self._tell(table)

    def deriving(self) -> None:
        """All is read."""
        self._done = int(self._all / (1 + DERIVING_SHARE))
        self._tell("index")

    def finish(self) -> None:
        """All is done."""
        self._done = self._all
        self._tell("index")

    def _tell(self, table: str) -> None:
        if self._progress is not None:
            self._progress(table, self._done, self._all)


def _today() -> date:
    return datetime.now(UTC).date()
