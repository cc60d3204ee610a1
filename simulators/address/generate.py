"""Makes the register: all of it, or one municipality after the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import cos, pi, sin
from random import Random

from simulators.address.anchors import ABSENT, PINNED, Anchor, reserved
from simulators.address.lots import Lot, along
from simulators.address.model import VALID, Address, AddressStatus, Municipality, PostInfo, StreetName
from simulators.address.plan import MECHELEN, Plan, chosen
from simulators.address.premises import Premises, versions
from simulators.address.streets import Draft, drafts
from simulators.address.tables import postcodes, towns
from simulators.address.world import World, joined

MERGED_AT = "2025-01-01T00:00:00+01:00"
_PER_NUMBER, _SIDE = 4.5, 14.0  # metres
_SPREAD = 3_500.0  # metres around the middle of a municipality
_OLD_LOTS = 2  # lots of a merged street whose address of before the merger is remembered
_OLD_STREETS = 200_000  # ids of streets of before a merger come so much later


def make_world(seed: int = 1, nis: Iterable[int] | None = (MECHELEN,), scale: float = 1.0) -> World:
    """These municipalities in memory (None: all); the same question gives the same world.

    Raises:
        ValueError: the question asks for the impossible; one line.
    """
    return joined(stream(seed, nis, scale))


def stream(seed: int = 1, nis: Iterable[int] | None = None, scale: float = 1.0) -> Iterator[World]:
    """The same one municipality at a time, after a first world with the special postcodes.

    Raises:
        ValueError: the question asks for the impossible; one line.
    """
    if not 0 < scale <= 1:
        raise ValueError("scale must be above 0 and at most 1")
    plans = chosen(nis)
    return _worlds(seed, plans, scale)


def _worlds(seed: int, plans: tuple[Plan, ...], scale: float) -> Iterator[World]:
    yield World(postinfos={code.postcode: _postinfo(code.postcode, seed) for code in postcodes() if code.nis is None})
    for plan in plans:
        yield _municipality(plan, seed, scale)


def _municipality(plan: Plan, seed: int, scale: float) -> World:
    world, rng = World(), Random(f"{seed}:{plan.nis}")
    _named(world, plan, seed)
    streets = drafts(plan, rng, scale)
    pins = {(nis, street, house): number for (nis, street, house), number in PINNED.items() if nis == plan.nis}
    ids = {draft.name: draft.id for draft in streets}
    premises = Premises(plan, world, rng, {(ids[street], house): number for (_, street, house), number in pins.items()})
    for draft in streets:
        _street(world, plan, draft, rng)
        _Filler(world, premises, draft, rng).fill()
        if draft.part != plan.nis:
            _before_merger(world, premises, draft)
    return world


def _named(world: World, plan: Plan, seed: int) -> None:
    """The municipality, those that merged into it, and its postcodes."""
    for nis in dict.fromkeys((plan.nis, *plan.parts)):
        town = towns()[nis]
        world.municipalities[nis] = Municipality(
            nis, town.names, _version(seed, nis), "inGebruik" if nis == plan.nis else "gehistoreerd", town.facilities
        )
        if nis != plan.nis:
            world.municipalities[nis].version = MERGED_AT
            world.replaced.setdefault("municipality", {})[nis] = (plan.nis,)
    for code in plan.postcodes:
        if not code.guest:
            world.postinfos[code.postcode] = _postinfo(code.postcode, seed)


def _postinfo(postcode: int, seed: int) -> PostInfo:
    code = next(code for code in postcodes() if code.postcode == postcode and not code.guest)
    return PostInfo(postcode, code.names, code.nis, _version(seed, postcode))


def _version(seed: int, number: int) -> str:
    pool = versions()
    return pool[(seed * 31 + number) % len(pool)]


def _street(world: World, plan: Plan, draft: Draft, rng: Random) -> None:
    names = {"nl": draft.name, "fr": draft.french} if draft.french else {"nl": draft.name}
    version = rng.choice(versions())
    world.streets[draft.id] = StreetName(draft.id, plan.nis, names, version, "inGebruik", draft.homonym)


def _before_merger(world: World, premises: Premises, draft: Draft) -> None:
    """The street and some addresses as they were in the municipality of before 2025: retired, with successors."""
    old = StreetName(draft.id + _OLD_STREETS, draft.part, {"nl": draft.name}, MERGED_AT, "gehistoreerd")
    world.streets[old.id] = old
    world.replaced.setdefault("street", {})[old.id] = (draft.id,)
    now = [one for one in premises.of_street(draft.id) if one.box is None and one.status in VALID]
    for one in now[:_OLD_LOTS]:
        before = premises.address(old.id, one.house, None, one.postcode, "gehistoreerd", (one.x, one.y))
        before.version = MERGED_AT
        _replace(world, before, one)


def _replace(world: World, old: Address, new: Address) -> None:
    world.replaced.setdefault("address", {})[old.id] = (new.id,)


class _Filler:
    """One street: what rows say, then lots until it is full."""

    def __init__(self, world: World, premises: Premises, draft: Draft, rng: Random) -> None:
        self._world, self._premises, self._draft, self._rng = world, premises, draft, rng
        angle = rng.random() * 2 * pi
        x, y = premises.plan.middle
        self._from = x + rng.uniform(-_SPREAD, _SPREAD), y + rng.uniform(-_SPREAD, _SPREAD)
        self._along = cos(angle), sin(angle)

    def fill(self) -> None:
        """Addresses with all that belongs to them."""
        some = self._draft.anchors
        if some:
            self._place(some)
        for lot in along(self._rng, self._draft.target, self._draft.dense, reserved(some)):
            self._lot(lot)

    def _at(self, number: int) -> tuple[float, float]:
        """Odd numbers on one side, even ones on the other."""
        (x, y), (dx, dy) = self._from, self._along
        far, aside = number * _PER_NUMBER, _SIDE if number % 2 else -_SIDE
        return round(x + dx * far - dy * aside, 2), round(y + dy * far + dx * aside, 2)

    def _lot(self, lot: Lot) -> None:
        street, at = self._draft.id, self._at(lot.number)
        postcode = self._draft.postcode_at(lot.number) if self._rng.random() > 0.0002 else None
        make = self._premises.address
        house = make(street, lot.house, None, postcode, lot.status, at)
        boxes = [make(street, lot.house, box, postcode, status, at, house.id) for box, status in lot.boxes]
        for old in lot.old:
            retired = make(street, old.house, old.box, postcode, "gehistoreerd", at, house.id if old.box else None)
            new = next((box for box in boxes if box.box == old.successor), None) if old.box else house
            if new is not None and old.known:
                _replace(self._world, retired, new)
        self._premises.built(house, boxes)

    def _place(self, some: tuple[Anchor, ...]) -> None:
        by_house: dict[str, list[Anchor]] = {}
        for anchor in some:
            by_house.setdefault(anchor.house, []).append(anchor)
        placed: dict[tuple[str, str | None], list[tuple[Anchor, Address]]] = {}
        for nth, (house, rows) in enumerate(by_house.items()):
            for anchor, one in self._house(house, rows, self._at(nth * 2 + 1)):
                placed.setdefault((one.house, one.box), []).append((anchor, one))
        for pairs in placed.values():
            for anchor, one in pairs:
                if anchor.successor is not None:
                    self._succeed(one, placed.get(anchor.successor, []))

    def _succeed(self, old: Address, candidates: list[tuple[Anchor, Address]]) -> None:
        new = [one for _, one in candidates]
        if not new:
            raise ValueError(f"anchors: the successor of {self._draft.name} {old.house} is not among the rows")
        successors = self._world.replaced.setdefault("address", {})
        successors[old.id] = (min(new, key=lambda one: one.status not in VALID).id,)

    def _house(self, house: str, rows: list[Anchor], at: tuple[float, float]) -> list[tuple[Anchor, Address]]:
        """House-number addresses and boxes of one house number; without a row for itself it is in use."""
        whole = [row for row in rows if row.box is None]
        own = [row for row in whole if row.status != ABSENT]
        if not whole:
            own = [Anchor(house, None, rows[0].postcode, "inGebruik", None)]
        placed = [(row, self._anchored(row, at)) for row in own]
        main = next((one for _, one in placed if one.status in VALID), placed[0][1] if placed else None)
        boxes = [
            (row, self._anchored(row, at, main.id if main else None))
            for row in rows
            if row.box and row.status != ABSENT
        ]
        self._premises.built(main, [one for _, one in boxes])
        return placed + boxes

    def _anchored(self, row: Anchor, at: tuple[float, float], parent: int | None = None) -> Address:
        status: AddressStatus = row.status  # type: ignore[assignment]
        return self._premises.address(self._draft.id, row.house, row.box, row.postcode, status, at, parent)
