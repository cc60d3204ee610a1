"""One followed address beside the register: whether there is something to tell, and whether it may be believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from loketbus_contracts import AddressChange, AddressState

from loketbus.errors import Rejected
from services.address.domain import changes
from services.address.domain.model import Address, Source
from services.address.questions import View
from services.address.questions.following import Changed
from services.address.store.following import Followed, Snapshot, Taken
from services.address.told import Untellable, state

SUCCESSORS_MAX = 100
"""In one event."""
OWN_FAULT = (Untellable, Rejected, ValueError, ArithmeticError, LookupError, TypeError)
"""Of one address; what is the matter with the whole register or the ledger is none of these."""
_OF_STREET = frozenset({"street", "municipality"})
_BACK = frozenset({"new", "restored"})


@dataclass(frozen=True, slots=True)
class Seen:
    """One address in the register; without a state it is not there."""

    state: AddressState | None = None
    successors: tuple[AddressState, ...] = ()
    """What stands in its place; only of an address that cannot be used."""
    removed: bool = False
    """The register says that it removed it."""
    unclear: bool = False
    """For a moment: the change feed has removed its street and not yet the address itself."""


@dataclass(frozen=True, slots=True)
class News:
    """What is to be told about an address (perhaps nothing), and what to remember of it."""

    changes: tuple[AddressChange, ...]
    taken: Taken
    at: datetime | None
    """When the register changed it; None when nobody knows."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The register as it is read now."""

    source: Source
    kept: Collection[int] | None
    """NIS codes of the municipalities that it holds; None: all."""
    downloaded: datetime | None = None
    held_back: Collection[int] = ()
    """Addresses of which nothing is told for a while: what stands in their place is not read yet."""
    changed: Changed = field(default_factory=Changed)
    """Of those of which there is news."""

    def is_before(self, taken: Taken | None, seen: Seen) -> bool:
        """It went back: what it says is older than what was told."""
        if taken is None:
            return False
        as_of = self.source.as_of
        earlier = taken.as_of is not None and as_of is not None and as_of < taken.as_of
        return earlier or changes.older(taken.snapshot.state, seen.state)

    def news(self, one: Followed, seen: Seen) -> News | None:
        """What to tell and to remember; None where all stays as it is."""
        if one.address in self.held_back:
            return None
        taken, successors = one.taken, tuple(each.address_id for each in seen.successors)
        if taken is None and not seen.unclear:
            found = changes.first_look(seen.state, seen.successors, removed=seen.removed)
        elif taken is None or self.is_before(taken, seen) or not self._believable(taken.snapshot, seen):
            return None
        else:
            was = taken.snapshot
            found = changes.changes(was.state, seen.state, seen.successors, was.successors, was_removed=was.removed)
            if not found:
                return None
        before = None if taken is None else taken.snapshot.state
        missing = seen.removed or any(each.what == "removed" for each in found)
        snapshot = Snapshot(state=seen.state, successors=successors, removed=missing and seen.state is None)
        return News(found, Taken(snapshot, self.source.as_of), self._at(one.address, before, seen.state, found))

    def _at(
        self,
        address: int,
        before: AddressState | None,
        after: AddressState | None,
        found: Collection[AddressChange],
    ) -> datetime | None:
        """When the register did what was found: never how far it is followed, which is another moment at each look."""
        whats = {one.what for one in found}
        own = self.changed.addresses.get(address)
        moments = []
        if before is not None and after is not None and before.street_id == after.street_id and whats & _OF_STREET:
            moments.append(self.changed.streets.get(int(after.street_id)))
            whats -= _OF_STREET
        if whats & _BACK:
            moments.append(own or changes.version_moment(None, after))
        elif whats:
            moments.append(changes.version_moment(before, after) or own)
        return max(filter(None, moments), default=self.downloaded)

    def _believable(self, was: Snapshot, seen: Seen) -> bool:
        """It is there, or it is clear why not: an undated register, or one of elsewhere, lacks many an address."""
        if seen.unclear:
            return False
        if seen.state is not None or seen.removed or was.state is None:
            return True
        return self.source.as_of is not None and (self.kept is None or int(was.state.nis) in self.kept)


@dataclass(frozen=True, slots=True)
class Look:
    """A batch of followed addresses beside one state of the register."""

    moment: Moment
    news: Mapping[int, Seen]
    """Those of which there is something to tell or to remember."""
    behind: bool
    """Something was left, because this register is older than what was told."""
    failed: Mapping[int, Exception]
    """Those of which nothing can be said."""


def look(view: View, held: Sequence[Followed]) -> Look:
    """How these addresses are in the register; blocking. One that cannot be told does not stop the others."""
    addresses = [one.address for one in held]
    moment = Moment(view.source, view.kept, view.downloaded, view.held_back(addresses))
    news, failed, behind = {}, dict[int, Exception](), False
    for one in held:
        try:
            seen = _seen(view, one.address)
            behind |= moment.is_before(one.taken, seen)
            if moment.news(one, seen):
                news[one.address] = seen
        except OWN_FAULT as fault:
            failed[one.address] = fault
    streets = {int(seen.state.street_id) for seen in news.values() if seen.state is not None}
    changed = view.changed_at(list(news), list(streets)) if news else Changed()
    return Look(replace(moment, changed=changed), news, behind, failed)


def _seen(view: View, number: int) -> Seen:
    address = view.address(number)
    now = None if address is None else _state(view, address)
    if changes.valid(now):
        return Seen(now)
    successors = (_state(view, one) for one in view.successors(number)[:SUCCESSORS_MAX])
    found = tuple(one for one in successors if one is not None)
    unclear = address is not None and now is None
    return Seen(now, found, address is None and view.gone("address", number), unclear)


def _state(view: View, address: Address) -> AddressState | None:
    whole = view.whole(address)
    return None if whole is None else state(whole.address, whole.street, whole.municipality)
