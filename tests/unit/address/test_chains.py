"""Chains of what replaced what: to the end, in time, and never round for ever."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from services.address.domain.chains import LIMIT, ends

SPLIT, MERGER, LATER = (
    "2024-11-28T10:17:18.502694+01:00",
    "2025-01-01T01:18:19.0988512+01:00",
    "2026-05-01T00:00:00+02:00",
)


def end_of(old: int, *steps: tuple[int, int, str | None], used: Iterable[int] = ()) -> tuple[int, ...]:
    in_use = set(used)
    return ends(old, lambda one: [(new, at) for van, new, at in steps if van == one], in_use.__contains__)


def test_nothing_replaced_it() -> None:
    assert end_of(1, (2, 3, MERGER)) == ()


def test_renumbered_and_then_merged() -> None:
    assert end_of(963208, (963208, 30411696, SPLIT), (30411696, 31295628, MERGER), used=[31295628]) == (31295628,)


def test_split_in_several_of_which_one_went_on() -> None:
    assert end_of(1, (1, 3, SPLIT), (1, 2, SPLIT), (2, 4, MERGER), used=[3, 4]) == (3, 4)


def test_two_ways_to_the_same_end_are_one() -> None:
    assert end_of(1, (1, 2, SPLIT), (1, 3, SPLIT), (2, 4, MERGER), (3, 4, MERGER), used=[4]) == (4,)


def test_numbers_that_move_up_in_one_readdressing_are_no_chain() -> None:
    moved_up = ((10, 12, SPLIT), (12, 14, SPLIT), (14, 16, SPLIT))
    assert end_of(10, *moved_up, used=[12, 14, 16]) == (12,)
    assert end_of(10, *moved_up) == (12,), "also when it is out of use since: it has not become 14"
    assert end_of(10, *moved_up, (12, 20, MERGER), used=[14, 16, 20]) == (20,), "what became of 12 after that"


def test_an_older_step_is_not_taken() -> None:
    assert end_of(1, (1, 2, MERGER), (2, 3, SPLIT), used=[3]) == (2,)


def test_moments_are_compared_over_offsets() -> None:
    summer, winter = "2025-10-26T02:30:00+02:00", "2025-10-26T02:10:00+01:00"
    assert end_of(1, (1, 2, summer), (2, 3, winter), used=[3]) == (3,)


def test_a_step_without_a_moment_is_not_built_upon() -> None:
    for at in (None, "", "gisteren", "2026-05-01T00:00:00"):
        assert end_of(1, (1, 2, at), used=[2]) == (2,)
        assert end_of(1, (1, 2, at), (2, 3, LATER), used=[3]) == (2,)
        assert end_of(1, (1, 2, SPLIT), (2, 3, at), used=[3]) == (2,)


def test_there_and_back() -> None:
    there_and_back = ((1, 2, SPLIT), (2, 1, MERGER))
    assert end_of(1, *there_and_back) == ()
    assert end_of(2, *there_and_back, used=[1]) == (1,)
    assert end_of(1, *there_and_back, used=[1]) == ()
    assert end_of(1, (1, 1, SPLIT)) == ()


def test_too_long_or_too_wide_is_no_answer() -> None:
    def long(count: int) -> tuple[int, ...]:
        steps = [(at, at + 1, f"{2000 + at // 12}-{at % 12 + 1:02}-01T00:00:00+01:00") for at in range(count)]
        return end_of(0, *steps, used=[count])

    assert long(LIMIT - 1) == (LIMIT - 1,)
    assert long(LIMIT + 1) == ()
    assert end_of(0, *((0, at, SPLIT) for at in range(1, LIMIT + 5))) == ()


STEP = st.tuples(st.integers(0, 6), st.integers(0, 6), st.sampled_from([SPLIT, MERGER, LATER, None]))


@given(steps=st.lists(STEP, max_size=12), used=st.sets(st.integers(0, 6)))
def test_it_always_ends_and_never_with_who_was_asked_for(
    steps: list[tuple[int, int, str | None]], used: set[int]
) -> None:
    found = end_of(0, *steps, used=used)
    assert 0 not in found
    assert list(found) == sorted(set(found))
    assert set(found) <= {new for _, new, _ in steps}
