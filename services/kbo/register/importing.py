"""Import of extracts: the new register is made aside, whole, and takes the place of the old one at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from loketbus.errors import Rejected
from loketbus.failpoints import reach
from loketbus.replicas import flush, fresh_folder, full_disk, import_lock, swap
from services.kbo.domain.imports import Meta, plan
from services.kbo.register.archive import open_archive
from services.kbo.register.building import MOVED, TOUCHED
from services.kbo.register.crew import TABLES_OF, Crew, disk_full
from services.kbo.register.job import Job
from services.kbo.register.report import Given, Report, notes_of, rows_of
from services.kbo.register.swapping import ReplicaState, busy, readable_state

Progress = Callable[[str, int, int], None]
"""Gets the table at hand, bytes done and bytes in all. What it raises ends the import; nothing has changed then."""

WORTH_A_CREW = 8 << 20
"""Bytes; with less to read, one process is ready before others have started."""
SEARCH_COST = 3
"""Time to index a name, in times of reading it."""


def import_archives(
    folder: Path, archives: Sequence[Path], *, progress: Progress | None = None, jobs: int = 3, again: bool = False
) -> Report:
    """Load a Full and the updates that follow, in whatever order they are given; what is there already is skipped.

    Blocks for as long as it takes, in child processes that end with the calling thread: for a thread of its own.

    Args:
        folder: of the replica; made when it is not there.
        archives: zip files, or folders with the same CSV files.
        progress: called a few times a second.
        jobs: processes side by side where there is much to do; a third keeps two processors busy to the end.
        again: forget the present register, so that a Full of the same extract (or an older one) is loaded. One whose
            files cannot be read is forgotten anyhow.

    Raises:
        Rejected: `kbo_archive_broken`, `kbo_wrong_type`, `kbo_disk_full`, `kbo_busy`, `kbo_import_died`.
        KboGap: updates are missing.
    """
    start = time.perf_counter()
    with _disk_errors(), import_lock(folder, busy):
        reach("kbo.locked")
        before = readable_state(folder)
        given = _Given(archives, None if again else before)
        if not given.plan.chosen:
            return _nothing(before, given, time.perf_counter() - start)
        with fresh_folder(folder, f"{given.last.extract:04d}") as made:
            reach("kbo.planned")
            counter = _Counter(progress, given.sizes, full=given.plan.full is not None)
            crew = Crew(given.job(made), jobs if counter.all >= WORTH_A_CREW else 1, counter)
            tallies = crew.work()
            for name in (TOUCHED, MOVED):
                (made / f"{name}.db").unlink(missing_ok=True)
            report = Report(
                given.last.extract,
                given.last.snapshot,
                "update" if given.plan.full is None else "full",
                before.extract if before else None,
                given.told,
                rows_of(tallies),
                notes_of(tallies),
                crew.seconds,
                round(time.perf_counter() - start, 3),
            )
            flush(report.save(made))
            reach("kbo.reported")
            swap(folder, made, "kbo")
    return report


class _Given:
    """The archives, what they say about themselves, and which of them are loaded."""

    def __init__(self, archives: Sequence[Path], base: ReplicaState | None) -> None:
        self._paths, self._base = [path.absolute() for path in archives], base
        read = [_read(path) for path in self._paths]
        self._metas = [meta for meta, _ in read]
        self.plan = plan(base.extract if base else None, self._metas)
        self.sizes = [read[at][1] for at in self.plan.chosen]

    @property
    def last(self) -> Meta:
        """What the register will be."""
        return self._metas[self.plan.chosen[-1]]

    @property
    def told(self) -> tuple[Given, ...]:
        """For the report."""
        return tuple(
            Given(path.name, meta.kind, meta.extract, "already_there" if at in self.plan.skipped else "loaded")
            for at, (path, meta) in enumerate(zip(self._paths, self._metas, strict=True))
        )

    def job(self, made: Path) -> Job:
        """For the processes."""
        full = None if self.plan.full is None else self._paths[self.plan.full]
        old = self._base.path.absolute() if self._base and full is None else None
        return Job(made.absolute(), old, full, tuple(self._paths[at] for at in self.plan.updates))


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if full_disk(error):
            raise disk_full(type(error).__name__) from None
        raise


def _read(path: Path) -> tuple[Meta, dict[str, int]]:
    """What an archive says about itself, and how many bytes it has of each member."""
    with open_archive(path) as archive:
        return archive.meta(), archive.sizes


def _nothing(before: ReplicaState | None, given: _Given, seconds: float) -> Report:
    """All of it was there already."""
    if before is None:
        text = "Er is geen bestand om te laden; geef een Full van het KBO-register."
        raise Rejected("kbo_no_register", text, audience="ict")
    return Report(before.extract, before.snapshot, "nothing", before.extract, given.told, {}, (), {}, round(seconds, 3))


class _Counter:
    """Adds up what the steps tell."""

    def __init__(self, progress: Progress | None, archives: list[dict[str, int]], *, full: bool) -> None:
        self._progress = progress
        self._planned = dict.fromkeys((table for made in TABLES_OF.values() for table in made), 0)
        for sizes in archives:
            for member, size in sizes.items():
                if (table := member.partition("_")[0]) in self._planned:
                    self._planned[table] += size
        if full:
            self._planned["place"] = self._planned["address"]
            self._planned["search"] = self._planned["denomination"] * SEARCH_COST
        self._done = dict.fromkeys(self._planned, 0)
        self.all = sum(self._planned.values())
        """Bytes to read; what follows from others is counted in the same coin."""

    def __call__(self, table: str, read: int) -> None:
        """So many bytes more of a table; never more than there are."""
        self._done[table] = min(self._done[table] + read, self._planned[table])
        self._tell(table)

    def finish(self, step: str) -> None:
        """All of a step is done."""
        for table in TABLES_OF[step]:
            self._done[table] = self._planned[table]
        self._tell(TABLES_OF[step][-1])

    def _tell(self, table: str) -> None:
        if self._progress is not None:
            self._progress(table, sum(self._done.values()), self.all)
