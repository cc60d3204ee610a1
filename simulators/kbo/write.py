"""A folder with a Full, the Updates of the days after it, and the Full of the last day."""

from __future__ import annotations

import os
from pathlib import Path

from simulators.kbo.archives import write_full, write_update
from simulators.kbo.crew import Crew
from simulators.kbo.manifest import Happening, Manifest
from simulators.kbo.roll import roll
from simulators.kbo.spec import Spec
from simulators.kbo.tables import tables
from simulators.kbo.timeline import timeline

WORTH_A_CREW = 100_000  # positions


def write(out: Path, spec: Spec, *, next_full: bool = True, jobs: int | None = None) -> Manifest:
    """Write the archives and their manifest; files of the same names are replaced.

    `jobs` processes draw the rows while this one compresses; None takes one per core for a big register. Without
    updates there is no next Full.

    Raises:
        ValueError: the spec asks for the impossible; one line.
    """
    manifest = Manifest(spec)
    size = roll(spec).total
    tables(spec)  # before the processes start, so that they inherit it where they are forked
    out.mkdir(parents=True, exist_ok=True)
    with Crew(jobs or ((os.cpu_count() or 1) if size > WORTH_A_CREW else 1)) as crew:
        manifest.archives.append(write_full(spec, 0, out, crew))
        for day in range(1, spec.updates + 1):
            archive, changed = write_update(spec, day, out)
            manifest.archives.append(archive)
            manifest.happenings += _happenings(spec, day, changed)
        if next_full and spec.updates:
            manifest.archives.append(write_full(spec, spec.updates, out, crew))
    manifest.save(out)
    return manifest


def _happenings(spec: Spec, day: int, changed: dict[int, list[str]]) -> list[Happening]:
    number, happened = tables(spec).number, timeline(spec).happened(day)
    return [Happening(spec.extract + day, number(at), happened[at], names) for at, names in changed.items()]
