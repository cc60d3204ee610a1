"""What a session has in hand, against a model, over random interleavings."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from loketbus.consume.apply import Work
from loketbus.consume.cursors import Place
from loketbus.consume.partitions import InHand
from tests.unit.bus.works import PLAIN, PREPARING, run_of, work

pytestmark = pytest.mark.unit

PLACES = [Place(PREPARING.topic.name, 0), Place(PREPARING.topic.name, 1), Place(PLAIN.topic.name, 0)]
KEYS = ["a", "b", "c"]


class InHandMachine(RuleBasedStateMachine):
    """Fetch, prepare, apply, lose and take partitions in any order.

    The same key comes on two partitions: a writer with another partitioner does that, and keys that are no text look
    alike.
    """

    @initialize()
    def begin(self) -> None:
        self.hand = InHand()
        self.next_offset: dict[Place, int] = dict.fromkeys(PLACES, 0)
        self.committed: dict[Place, int] = dict.fromkeys(PLACES, 0)
        self.prepared: list[Work] = []
        self.waiting: list[Work] = []
        self.unfinished: dict[Place, list[Work]] = {}
        self.log: dict[Place, list[tuple[int, str, bool]]] = defaultdict(list)
        self.finished: dict[tuple[Place, str], dict[int, None]] = defaultdict(dict)
        self.old: list[Work] = []

    @rule(place=st.sampled_from(PLACES))
    def take(self, place: Place) -> None:
        """Assigned (again): everything from the committed offset on comes again."""
        self.lose(place)
        self.hand.runs[place] = run_of(place, self.committed[place])
        self.next_offset[place] = self.committed[place]
        self.unfinished[place] = []

    @rule(place=st.sampled_from(PLACES))
    def lose(self, place: Place) -> None:
        self.hand.drop(place)
        self.old += self.unfinished.pop(place, [])

    @precondition(lambda self: self.unfinished)
    @rule(data=st.data(), key=st.sampled_from(KEYS), readable=st.booleans(), skipped=st.integers(0, 2))
    def fetch(self, data: st.DataObject, key: str, readable: bool, skipped: int) -> None:
        """The next record of the log, which grows at its end; offsets may skip (markers, compaction)."""
        place = data.draw(st.sampled_from(sorted(self.unfinished)))
        log = self.log[place]
        if not log or log[-1][0] < self.next_offset[place]:
            log.append((self.next_offset[place] + skipped, key, readable))
        offset, key, readable = next(one for one in log if one[0] >= self.next_offset[place])
        self.next_offset[place] = offset + 1
        made = work(PREPARING if place.topic == PREPARING.topic.name else PLAIN, place, offset, key, readable=readable)
        self.unfinished[place].append(made)
        if self.hand.add(self.hand.runs[place], made):
            self.start(made)

    def start(self, made: Work) -> None:
        """Its preparation starts: nothing earlier of its key and partition may still be unfinished."""
        earlier = [
            one
            for one in self.unfinished[made.place]
            if one.received.key == made.received.key and one.offset < made.offset
        ]
        assert not earlier, "REORDERED: prepared before an earlier record of its key was finished"
        assert made not in self.prepared, "prepared twice"
        self.prepared.append(made)
        self.waiting.append(made)

    @precondition(lambda self: self.waiting)
    @rule(data=st.data())
    def prepare(self, data: st.DataObject) -> None:
        """A preparation ends, maybe after its partition was lost."""
        made = self.waiting.pop(data.draw(st.integers(0, len(self.waiting) - 1)))
        if self.hand.holds(made):
            self.hand.ready.append(made)

    @rule(size=st.integers(1, 5), lose=st.booleans())
    def apply(self, size: int, lose: bool) -> None:
        """One transaction; its partition may be lost while it runs."""
        group = [one for one in self.hand.take_ready(size) if self.hand.holds(one)]
        offsets = self.hand.offsets_after(group)
        for place, offset in offsets.items():
            left = [one.offset for one in self.unfinished[place] if one not in group]
            assert all(offset <= one for one in left), "LOST: the cursor passed an unfinished record"
            assert offset >= self.committed[place], "the cursor went back"
            self.committed[place] = offset
        for one in group:
            self.finished[one.place, one.received.key].setdefault(one.offset)  # the inbox knows what comes again
            self.unfinished[one.place].remove(one)
        if lose and group:
            # Revoked and assigned again before the session hears of the commit.
            self.take(group[0].place)
        for one in group:
            following = self.hand.finish(one)
            if following is not None:
                self.start(following)

    @precondition(lambda self: self.old)
    @rule(data=st.data())
    def finish_what_was_lost(self, data: st.DataObject) -> None:
        """A late word about a record of a lost partition changes nothing."""
        one = self.old[data.draw(st.integers(0, len(self.old) - 1))]
        before = self.hand.count
        assert self.hand.finish(one) is None
        assert self.hand.count == before

    @invariant()
    def counted(self) -> None:
        held = [one for works in self.unfinished.values() for one in works]
        assert self.hand.count == len(held)
        assert self.hand.size == sum(len(one.record.value or b"") for one in held)

    @invariant()
    def nothing_is_stuck(self) -> None:
        """The first unfinished record of every key is ready or being prepared."""
        moving = [*self.hand.ready, *self.waiting]
        for place, works in self.unfinished.items():
            first: dict[str, Work] = {}
            for one in works:
                first.setdefault(one.received.key, one)
            for one in first.values():
                assert one in moving, f"STUCK: {place} {one.offset}"

    @invariant()
    def in_order(self) -> None:
        for offsets in self.finished.values():
            assert list(offsets) == sorted(offsets), "REORDERED"


TestInHand = InHandMachine.TestCase
TestInHand.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)


def test_the_next_offset_is_that_of_the_lowest_unfinished() -> None:
    run = run_of(PLACES[0], 5)
    hand = InHand(runs={PLACES[0]: run})
    works = [work(PREPARING, PLACES[0], offset, key) for offset, key in ((5, "a"), (6, "b"), (9, "c"))]
    for one in works:
        hand.add(run, one)
    assert hand.offsets_after([works[1]]) == {PLACES[0]: 5}
    assert hand.offsets_after([works[0]]) == {PLACES[0]: 6}
    assert hand.offsets_after([works[0], works[1]]) == {PLACES[0]: 9}
    assert hand.offsets_after(works) == {PLACES[0]: 10}
