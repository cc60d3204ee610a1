"""What is true about a folder of downloads, written last as manifest.json."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random

from simulators.address.model import VALID, Address
from simulators.address.world import World

NAME = "manifest.json"
SAMPLE = 2_000


@dataclass(frozen=True, slots=True)
class Sampled:
    """A valid address written in full, and its parts; for benchmarks."""

    text: str
    street: str
    house_number: str
    box: str
    postcode: str
    municipality: str
    address_id: str
    building_address_id: str
    status: str


@dataclass(slots=True)
class Manifest:
    """How it was made, the files with their rows, counts over all, and a sample in no order."""

    seed: int
    scale: float
    nis: list[int] = field(default_factory=list)
    files: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    made_up_nis: list[int] = field(default_factory=list)
    sample: list[Sampled] = field(default_factory=list)

    def save(self, folder: Path) -> None:
        """As JSON; it appears when it is whole."""
        part = folder / f"{NAME}.part"
        part.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        os.replace(part, folder / NAME)


class Census:
    """Counts worlds as they pass and keeps a sample in which every valid address is as likely."""

    def __init__(self, seed: int, size: int = SAMPLE) -> None:
        self.nis: list[int] = []
        self._counts: Counter[str] = Counter()
        self._rng, self._size = Random(f"{seed}:sample"), size
        self._sample: list[tuple[float, Sampled]] = []

    @property
    def counts(self) -> dict[str, int]:
        """Addresses by status, with a box, and how many there are of all else."""
        return dict(sorted(self._counts.items()))

    @property
    def sample(self) -> list[Sampled]:
        """In no order."""
        return [one for _, one in self._sample]

    def watched(self, worlds: Iterable[World]) -> Iterator[World]:
        """The same worlds."""
        for world in worlds:
            self._add(world)
            yield world

    def _add(self, world: World) -> None:
        self.nis += [town.nis for town in world.municipalities.values() if town.status in VALID]
        for name in ("municipalities", "postinfos", "streets", "addresses", "units", "buildings", "parcels"):
            self._counts[name] += len(getattr(world, name))
        for one in world.addresses.values():
            self._counts[one.status] += 1
        self._counts["boxes"] += sum(one.box is not None for one in world.addresses.values())
        self._counts["successors"] += len(world.replaced.get("address", {}))
        self._draw(world)

    def _draw(self, world: World) -> None:
        """Every address gets a lot; the lowest ones stay."""
        valid = [one for one in world.addresses.values() if one.status in VALID]
        drawn = sorted((self._rng.random(), one.id) for one in valid)[: self._size]
        mine = [(lot, _sampled(world, world.addresses[number])) for lot, number in drawn]
        self._sample = sorted([*self._sample, *mine], key=lambda pair: pair[0])[: self._size]


def _sampled(world: World, one: Address) -> Sampled:
    street = world.streets[one.street]
    building = one.id if one.box is None else one.parent
    return Sampled(
        world.written(one), street.name, one.house, one.box or "", str(one.postcode or ""),
        world.municipalities[street.nis].name, str(one.id), str(building or ""), one.status,
    )  # fmt: skip
