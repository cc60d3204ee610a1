"""What happens in the register after its download: each act changes the world and tells it as a feed would.

Every act returns its `Change`s and appends them to `world.changes`. Names of events and attributes are those of the
real feeds (reference 3.2 and the samples); those of renumbering and merging that the samples lack are put together from
their pattern. Which acts exist and what they ask is the same from outside (`api`): keyword arguments, ids as numbers.

Raises (all acts):
    LookupError: no such object.
    ValueError: it cannot be done to this object; one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from simulators.address.merging import merge
from simulators.address.model import VALID, Address, AddressStatus, Change, StreetName
from simulators.address.recording import Recorder, described
from simulators.address.world import World

_FIRST = datetime(2026, 11, 20, 9, tzinfo=ZoneInfo("Europe/Brussels"))


class Editor:
    """Acts upon a world.

    Args:
        clock: moment of the next version; by default a second later than the one before, from 20-11-2026.
    """

    def __init__(self, world: World, clock: Callable[[], datetime] | None = None) -> None:
        self._world = world
        self._to = Recorder(world, clock or (lambda: _FIRST + timedelta(seconds=len(world.changes))))

    def propose(self, street: int, house: str, box: str | None = None, postcode: int | None = None) -> list[Change]:
        """A new address; a box needs its house-number address, and has its postcode."""
        with self._to.act() as done:
            self._free(street, house, box)
            parent = self._house(street, house) if box else None
            near = parent or next(iter(self._world.addresses_of(street)), None)
            code = postcode or (near.postcode if near else None)
            at = (near.x, near.y) if near else (0.0, 0.0)
            one = Address(
                self._to.fresh(self._world.addresses, "address"), self._street(street).id, house, box, code,
                self._to.version(), *at, "voorgesteld", parent.id if parent else None,
            )  # fmt: skip
            self._to.created(one, "AddressWasProposedV2")
        return done

    def approve(self, address: int) -> list[Change]:
        """A proposed address comes into use."""
        return self._turn(address, "voorgesteld", "inGebruik", "AddressWasApproved")

    def reject(self, address: int) -> list[Change]:
        """A proposed address never comes into use."""
        return self._turn(address, "voorgesteld", "afgekeurd", "AddressWasRejected")

    def retire(self, address: int) -> list[Change]:
        """Out of use, with its boxes; units and parcels let go of it."""
        with self._to.act() as done:
            one = self._address(address)
            self._retired(one, "AddressWasRetiredV2")
            for box in self._valid(self._world.boxes_of(one.id)):
                self._retired(box, "AddressWasRetiredBecauseHouseNumberWasRetired")
        return done

    def retire_street(self, street: int) -> list[Change]:
        """Out of use, with all its addresses."""
        with self._to.act() as done:
            one = self._street(street)
            self._to.updated(one, "StreetNameWasRetired", status="gehistoreerd")
            for address in self._valid(self._world.addresses_of(street)):
                self._retired(address, "AddressWasRetiredBecauseStreetNameWasRetired")
        return done

    def rename_street(self, street: int, name: str) -> list[Change]:
        """Another Dutch name; its addresses get a new version and nothing else."""
        with self._to.act() as done:
            one, event = self._street(street), "StreetNameNamesWereChanged"
            self._to.updated(one, event, names={**one.names, "nl": name})
            for address in self._world.addresses_of(street):
                self._to.updated(address, event)
        return done

    def correct_house(self, address: int, house: str) -> list[Change]:
        """A wrong house number put right, also at its boxes: the ids stay."""
        with self._to.act() as done:
            one = self._address(address)
            if one.box is not None:
                raise ValueError("a box has the house number of its house-number address")
            self._free(one.street, house, None)
            for each in (one, *self._world.boxes_of(one.id)):
                self._to.updated(each, "AddressHouseNumberWasCorrectedV2", house=house)
        return done

    def correct_box(self, address: int, box: str) -> list[Change]:
        """A box number put right: the id stays."""
        with self._to.act() as done:
            one = self._address(address)
            if one.box is None:
                raise ValueError("a house-number address has no box")
            self._free(one.street, one.house, box)
            self._to.updated(one, "AddressBoxNumberWasCorrectedV2", box=box)
        return done

    def correct_postcode(self, address: int, postcode: int) -> list[Change]:
        """Another postcode, also for its boxes."""
        with self._to.act() as done:
            one = self._address(address)
            for each in (one, *self._world.boxes_of(one.id)):
                self._to.updated(each, "AddressPostalCodeWasCorrectedV2", postcode=postcode)
        return done

    def move(self, address: int, x: float, y: float) -> list[Change]:
        """Another position, Lambert 72."""
        with self._to.act() as done:
            self._to.moved(self._address(address), x, y)
        return done

    def renumber(self, address: int, house: str) -> list[Change]:
        """The house gets another number in its street: new addresses, for its boxes too, that succeed the old ones."""
        one = self._address(address)
        if one.box is not None:
            raise ValueError("renumber the house-number address; its boxes follow")
        return self._readdressed([one], one.street, house)

    def readdress(self, addresses: Sequence[int], street: int) -> list[Change]:
        """House-number addresses go over to another street with their numbers and boxes, as when it is split."""
        return self._readdressed([self._address(one) for one in addresses], self._street(street).id)

    def remove(self, address: int) -> list[Change]:
        """As if it never was: 410 from now on, its boxes too."""
        with self._to.act() as done:
            one = self._address(address)
            for box in self._world.boxes_of(one.id):
                self._to.detached(box)
                self._to.deleted(box, "AddressWasRemovedBecauseHouseNumberWasRemoved")
            self._to.detached(one)
            self._to.deleted(one, "AddressWasRemovedV2")
        return done

    def restore(self, address: int) -> list[Change]:
        """The removal of an address was wrong: it is back as it was, without its links."""
        with self._to.act() as done:
            one = self._world.removed.get("address", {}).get(address)
            if not isinstance(one, Address):
                raise LookupError(f"address {address} was not removed")
            if one.parent is not None and one.parent not in self._world.addresses:
                raise ValueError("its house-number address is still removed")
            del self._world.removed["address"][address]
            self._to.created(one, "AddressRemovalWasCorrected")
        return done

    def merge(self, municipalities: Sequence[int], nis: int, name: str) -> list[Change]:
        """Municipalities become one with another NIS code; all their streets and addresses get successors."""
        with self._to.act() as done:
            merge(self._world, self._to, municipalities, nis, name)
        return done

    def _readdressed(self, houses: Iterable[Address], street: int, number: str | None = None) -> list[Change]:
        with self._to.act() as done:
            pairs: list[tuple[Address, Address]] = []
            for house in houses:
                self._free(street, number or house.house, None)
                new = self._successor(house, street, number)
                boxes = self._valid(self._world.boxes_of(house.id))
                pairs += [(house, new), *((box, self._successor(box, street, number, new.id)) for box in boxes)]
            self._to.transformed("address", "StreetNameWasReaddressed", pairs)
            for old, new in pairs:
                self._to.relinked(old, new, "BecauseAddressWasReaddressed")
                if old.status == "inGebruik":
                    self._to.updated(new, "StreetNameWasReaddressed", status="inGebruik")
                    self._to.updated(old, "AddressWasRetiredBecauseOfReaddress", status="gehistoreerd")
                else:
                    self._to.updated(old, "AddressWasRejectedBecauseOfReaddress", status="afgekeurd")
        return done

    def _successor(self, old: Address, street: int, house: str | None, parent: int | None = None) -> Address:
        """Proposed, and otherwise as the old one."""
        if old.status not in VALID:
            raise ValueError(f"address {old.id} is not valid")
        new = replace(
            old, id=self._to.fresh(self._world.addresses, "address"), street=street, house=house or old.house,
            parent=parent, status="voorgesteld", version=self._to.version(),
        )  # fmt: skip
        self._to.created(new, "AddressWasProposedBecauseOfReaddress")
        return new

    def _turn(self, address: int, before: AddressStatus, after: AddressStatus, event: str) -> list[Change]:
        with self._to.act() as done:
            one = self._address(address)
            if one.status != before:
                raise ValueError(f"address {address} is {one.status}, not {before}")
            self._to.updated(one, event, status=after)
        return done

    def _retired(self, one: Address, event: str) -> None:
        if one.status != "inGebruik" and event == "AddressWasRetiredV2":
            raise ValueError(f"address {one.id} is {one.status}, not inGebruik")
        self._to.detached(one)
        self._to.updated(one, event, status="gehistoreerd" if one.status == "inGebruik" else "afgekeurd")

    def _valid(self, some: Iterable[Address]) -> list[Address]:
        return [one for one in some if one.status in VALID]

    def _address(self, number: int) -> Address:
        if number not in self._world.addresses:
            raise LookupError(f"no address {number}")
        return self._world.addresses[number]

    def _street(self, number: int) -> StreetName:
        if number not in self._world.streets:
            raise LookupError(f"no street {number}")
        return self._world.streets[number]

    def _house(self, street: int, house: str) -> Address:
        some = (one for one in self._valid(self._world.addresses_of(street)) if one.box is None)
        found = next((one for one in some if one.house.lower() == house.lower()), None)
        if found is None:
            raise ValueError(f"street {street} has no valid house-number address {house}")
        return found

    def _free(self, street: int, house: str, box: str | None) -> None:
        wanted = described(self._street(street).id, house, box)
        if any(
            described(one.street, one.house, one.box) == wanted for one in self._valid(self._world.addresses_of(street))
        ):
            raise ValueError(f"{house}{f' bus {box}' if box else ''} is there already")
