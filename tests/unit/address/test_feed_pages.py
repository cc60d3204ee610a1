"""Which page can be the next one, and which registers are still asked when some do not answer."""

from __future__ import annotations

import pytest

from loketbus.errors import Unavailable
from services.address.domain.feed_events import Register
from services.address.domain.feed_pages import FULL, ids, is_open, joins, joins_before
from services.address.domain.feed_round import Round


@pytest.mark.parametrize(
    ("last", "here", "first", "begun", "expected"),
    [
        (0, (), True, False, True),  # nothing ever came
        (7, (6, 7, 8), False, False, True),
        (7, (), True, False, False),
        (7, (1, 2), True, False, False),
        (7, (), False, False, None),  # the page before it was full
        (7, (8, 9), False, False, None),
        (7, (8, 9), True, True, True),  # where the feed said to begin
        (7, (), True, True, False),
        (7, (), False, True, None),
    ],
)
def test_a_page_goes_on_where_we_were(
    last: int, here: tuple[int, ...], first: bool, begun: bool, expected: bool | None
) -> None:
    assert joins(last, frozenset(here), first=first, begun=begun) is expected


@pytest.mark.parametrize(
    ("before", "begun", "expected"),
    [((6, 7), False, True), ((5, 6), False, False), ((5, 6), True, True), ((), True, False)],
)
def test_the_page_before_it(before: tuple[int, ...], begun: bool, expected: bool) -> None:
    assert joins_before(7, frozenset(before), begun=begun) is expected


@pytest.mark.parametrize(
    ("count", "complete", "unsaid", "expected"),
    [(FULL, True, False, False), (FULL, False, False, True), (FULL - 1, False, False, False), (0, False, True, True)],
)
def test_a_page_without_an_end(count: int, complete: bool, unsaid: bool, expected: bool) -> None:
    events: list[object] = [{"id": str(number)} for number in range(count)]
    assert is_open([*events, *events, "rommel"], complete=complete, unsaid=unsaid) is expected
    assert len(ids(events)) == count


def failure(code: str = "register_unreachable") -> Unavailable:
    return Unavailable(code, "Het register antwoordt niet.")


def asked(found: Round) -> list[Register]:
    registers: tuple[Register, ...] = ("gemeenten", "straatnamen", "adressen", "percelen")
    return [register for register in registers if found.asks(register)]


def test_failures_in_a_row_of_one_cause_end_a_round() -> None:
    found = Round()
    for code in ("register_unreachable", "register_rejected"):
        found.failed(failure(code))
    assert len(asked(found)) == 4, "each for a reason of its own"
    found.failed(failure("register_rejected"))
    assert asked(found) == ["straatnamen", "adressen"]
    found.failed(failure("register_rejected"))
    assert asked(found) == []
    with pytest.raises(Unavailable, match="register_unreachable"):
        found.end()


def test_an_answer_in_between_begins_anew() -> None:
    found = Round()
    found.failed(failure())
    found.answered()
    found.failed(failure())
    assert len(asked(found)) == 4


def test_what_is_not_served_is_a_failure_only_when_nothing_is() -> None:
    nowhere, elsewhere = Round(), Round()
    for found in (nowhere, elsewhere):
        for _ in range(5):
            found.failed(failure("register_wrong_place"))
        assert len(asked(found)) == 4
    elsewhere.answered()
    elsewhere.end()
    with pytest.raises(Unavailable, match="register_wrong_place"):
        nowhere.end()
