"""A folder with the downloads of a made-up register."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from simulators.address.best import write_best_csv
from simulators.address.dbf import write_dbf_extract
from simulators.address.generate import stream
from simulators.address.manifest import Census, Manifest
from simulators.address.plan import MECHELEN, NEIGHBOURS
from simulators.address.tables import towns

EXTRACT, BEST = "adressenregister.zip", "openaddress-bevlg.zip"
AREAS: dict[str, tuple[int, ...] | None] = {
    "mechelen": (MECHELEN,),
    "neighbours": (MECHELEN, *NEIGHBOURS),
    "flanders": None,
}


def write(
    out: Path, nis: Iterable[int] | None, *, seed: int = 1, scale: float = 1.0, dbf: bool = True, best: bool = False
) -> Manifest:
    """Write the files asked for and their manifest; files of the same names are replaced.

    Args:
        nis: municipalities; None for all of Flanders, one in memory at a time.

    Raises:
        ValueError: the question asks for the impossible; one line.
    """
    chosen = None if nis is None else tuple(nis)
    manifest, census = Manifest(seed, scale), Census(seed)
    worlds = stream(seed, chosen, scale)
    out.mkdir(parents=True, exist_ok=True)
    with _uncollected():
        if dbf:
            manifest.files[EXTRACT] = write_dbf_extract(census.watched(worlds), out / EXTRACT)
        if best:
            worlds = stream(seed, chosen, scale) if dbf else census.watched(worlds)
            manifest.files[BEST] = {"addresses": write_best_csv(worlds, out / BEST)}
    manifest.nis, manifest.counts, manifest.sample = census.nis, census.counts, census.sample
    manifest.made_up_nis = [code for code in census.nis if towns()[code].made_up]
    manifest.save(out)
    return manifest


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the cycle collector: worlds have no cycles, and looking for them takes a fifth of the time."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
