"""The address register of a run: the downloads of a made-up Flanders at its scale, made once and kept."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.run import Run
from simulators.address.manifest import NAME
from simulators.address.write import BEST, EXTRACT, write

SEED = 1


@dataclass(frozen=True, slots=True)
class Registered:
    """An address in use, as the register writes it."""

    id: int
    street: str
    house: str
    box: str | None
    postcode: str
    municipality: str

    def as_json(self) -> dict[str, Any]:
        """For a file of questions."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Downloads:
    """One Flanders in both forms."""

    extract: Path
    """The register's own: DBF tables in a zip."""
    best: Path
    """BeSt's: one CSV in a zip."""
    addresses: int
    """Of the extract."""
    best_addresses: int
    """BeSt leaves out who was rejected."""
    sample: tuple[Registered, ...]
    """Some thousand from all over, in no order."""


def downloads(run: Run) -> Downloads:
    """Those of the run's scale; made if they are not there. Nobody times that."""
    scale = run.sizes.address_scale
    folder = run.data / f"address-{scale:g}"
    manifest = _kept(folder, scale)
    if manifest is None:
        run.say(f"making an address register at scale {scale:g}")
        write(folder, None, seed=SEED, scale=scale, best=True)
        manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
    rows = manifest["files"]
    sample = tuple(_registered(one) for one in manifest["sample"] if one["status"] == "inGebruik" and one["postcode"])
    return Downloads(folder / EXTRACT, folder / BEST, rows[EXTRACT]["Adres"], rows[BEST]["addresses"], sample)


def _kept(folder: Path, scale: float) -> dict[str, Any] | None:
    """The manifest, which is written last, when it tells of this register in both forms."""
    path = folder / NAME
    if not path.exists():
        return None
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    same = (manifest["seed"], manifest["scale"]) == (SEED, scale) and manifest["files"].keys() == {EXTRACT, BEST}
    return manifest if same else None


def _registered(one: dict[str, str]) -> Registered:
    return Registered(
        int(one["address_id"]),
        one["street"],
        one["house_number"],
        one["box"] or None,
        one["postcode"],
        one["municipality"],
    )
