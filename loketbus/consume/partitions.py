"""What one consumer session has in hand: partitions with their unfinished records, and chains per key."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from loketbus.consume.apply import Work
from loketbus.consume.cursors import Place, Taken


@dataclass(slots=True)
class PartitionRun:
    """A partition from the moment it was taken until it is lost. `unfinished` is in offset order."""

    place: Place
    taken: Taken
    fetched_to: int
    unfinished: dict[int, Work] = field(default_factory=dict)

    def next_offset_after(self, finishing: set[int]) -> int:
        """The lowest offset that is still unfinished once `finishing` are done."""
        for offset in self.unfinished:
            if offset not in finishing:
                return offset
        return self.fetched_to


@dataclass(slots=True)
class InHand:
    """Everything fetched and not yet finished."""

    runs: dict[Place, PartitionRun] = field(default_factory=dict)
    chains: dict[tuple[Place, str], deque[Work]] = field(default_factory=dict)
    """Records of one key on one partition whose handler prepares: only the first of a chain is being prepared."""
    ready: deque[Work] = field(default_factory=deque)
    count: int = 0
    size: int = 0
    """Bytes of the values."""

    def add(self, run: PartitionRun, work: Work) -> bool:
        """Take a record in; True when its preparation may start now (it is first of its chain)."""
        run.unfinished[work.offset] = work
        run.fetched_to = work.offset + 1
        self.count += 1
        self.size += len(work.record.value or b"")
        if work.subscription.prepare is None:
            self.ready.append(work)
            return False
        chain = self.chains.setdefault(self._chain_key(work), deque())
        chain.append(work)
        return len(chain) == 1 and self._to_prepare(work)

    def drop(self, place: Place) -> None:
        """Forget a lost partition with all that was in hand of it."""
        run = self.runs.pop(place, None)
        if run is None:
            return
        self.count -= len(run.unfinished)
        self.size -= sum(len(work.record.value or b"") for work in run.unfinished.values())
        run.unfinished.clear()
        self.ready = deque(work for work in self.ready if work.place != place)
        self.chains = {key: chain for key, chain in self.chains.items() if key[0] != place}

    def holds(self, work: Work) -> bool:
        """Is this very work still ours (its partition was not lost, or lost and taken again, meanwhile)?"""
        run = self.runs.get(work.place)
        return run is not None and run.unfinished.get(work.offset) is work

    def take_ready(self, limit: int) -> list[Work]:
        """The next group for one transaction."""
        return [self.ready.popleft() for _ in range(min(limit, len(self.ready)))]

    def offsets_after(self, group: list[Work]) -> dict[Place, int]:
        """Where each touched cursor will stand once `group` is done."""
        finishing: dict[Place, set[int]] = {}
        for work in group:
            finishing.setdefault(work.place, set()).add(work.offset)
        return {
            place: self.runs[place].next_offset_after(offsets)
            for place, offsets in finishing.items()
            if place in self.runs
        }

    def finish(self, work: Work) -> Work | None:
        """A record is done; returns the next of its chain whose preparation may start now."""
        if not self.holds(work):
            return None
        del self.runs[work.place].unfinished[work.offset]
        self.count -= 1
        self.size -= len(work.record.value or b"")
        key = self._chain_key(work)
        chain = self.chains.get(key)
        if chain is None or chain[0] is not work:
            return None
        chain.popleft()
        if not chain:
            del self.chains[key]
            return None
        return chain[0] if self._to_prepare(chain[0]) else None

    def _to_prepare(self, first: Work) -> bool:
        """What is unreadable (or a tombstone) keeps its place in its chain, but has nothing to prepare."""
        if first.received.event is None:
            self.ready.append(first)
        return first.received.event is not None

    @staticmethod
    def _chain_key(work: Work) -> tuple[Place, str]:
        return work.place, work.received.key
