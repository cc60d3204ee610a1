"""Names of archives, and the plan that brings a register up to date."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kbo.domain.extracts import CHAIN_MAX, Extract, Kind, Offered, Plan, Why, plan, read_name

FULL_BYTES = 430_000_000


def full(number: int) -> Offered:
    return Offered(f"KboOpenData_{number:04d}_2025_10_11_Full.zip", FULL_BYTES)


def update(number: int, size: int | None = 200_000) -> Offered:
    return Offered(f"KboOpenData_{number:04d}_2025_10_11_Update.zip", size)


def short(steps: Iterable[Extract]) -> str:
    """`F140 U141`."""
    return " ".join(f"{one.kind[0]}{one.number}" for one in steps)


class TestNames:
    def test_the_monthly_era(self) -> None:
        name = "KboOpenData_0137_2025_07_Full.zip"
        assert read_name(name, 5) == Extract(137, Kind.FULL, date(2025, 7, 1), name, 5)

    def test_the_daily_era(self) -> None:
        name = "KboOpenData_0147_2025_10_11_Update.zip"
        assert read_name(name) == Extract(147, Kind.UPDATE, date(2025, 10, 11), name, None)

    def test_five_digits(self) -> None:
        found = read_name("KboOpenData_12345_2051_01_02_Full.zip")
        assert found is not None
        assert found.number == 12345

    @pytest.mark.parametrize(
        "name",
        [
            "KboOpenData_147_2025_10_11_Update.zip",
            "KboOpenData_0147_2025_13_11_Update.zip",
            "KboOpenData_0147_2025_10_11_update.zip",
            "KboOpenData_0147_2025_10_11_Update.zip.part",
            "../KboOpenData_0147_2025_10_11_Update.zip",
            "KboOpenData_0147_2025_10_11_Update.zip\n",
            "KboOpenData_٠١٤٧_2025_10_11_Update.zip",
            ".KboOpenData_0147_2025_10_11_Full.zip",
            "Cookbook-BCE-Open-Data.pdf",
            "",
        ],
    )
    def test_anything_else_is_no_extract(self, name: str) -> None:
        assert read_name(name) is None


@pytest.mark.parametrize(
    ("state", "offered", "why", "steps", "missing"),
    [
        (141, [full(140), update(141), full(141)], Why.NOTHING_NEW, "", ()),
        (141, [update(141), full(141), update(142), full(142), update(143)], Why.UPDATES, "U142 U143", ()),
        (None, [full(140), update(141), full(141), update(142)], Why.FIRST, "F141 U142", ()),
        (None, [full(140)], Why.FIRST, "F140", ()),
        (141, [full(141), update(143), full(143), update(144)], Why.GAP, "F143 U144", (142,)),
        (100, [update(141), full(141), update(142)], Why.GAP, "F141 U142", tuple(range(101, 141))),
        # the Update of the newest is not there (yet, or never)
        (141, [update(142), full(143)], Why.GAP, "F143", (143,)),
        (141, [], Why.NOTHING_NEW, "", ()),
        (141, [Offered("leesmij.txt")], Why.NOTHING_NEW, "", ()),
    ],
)
def test_plans(state: int | None, offered: list[Offered], why: Why, steps: str, missing: tuple[int, ...]) -> None:
    made = plan(state, offered)
    assert (made.why, short(made.steps), made.missing, made.problem) == (why, steps, missing, None)


def problem(made: Plan) -> tuple[str, str]:
    assert made.problem is not None
    return made.problem.code, made.problem.message


class TestProblems:
    def test_a_gap_that_no_full_bridges_is_approached_and_told(self) -> None:
        made = plan(140, [full(140), update(141), update(142), update(144)])
        assert (made.why, short(made.steps), made.missing) == (Why.UPDATES, "U141 U142", (143,))
        code, message = problem(made)
        assert code == "kbo_gap"
        assert "uittreksel 142 van 144: de Update van 143 ontbreekt" in message

    def test_a_wide_gap_is_told_in_few_words(self) -> None:
        message = problem(plan(100, [update(200)]))[1]
        assert "de Update van 101, 102, 103, 104, 105 ... ontbreekt" in message

    def test_a_gap_right_after_the_register(self) -> None:
        made = plan(140, [update(142)])
        assert (made.why, made.steps, problem(made)[0]) == (Why.STUCK, (), "kbo_gap")

    def test_a_gap_above_the_newest_full(self) -> None:
        made = plan(None, [full(140), update(141), update(143)])
        assert (short(made.steps), made.missing) == ("F140 U141", (142,))
        assert "de Update van 142 ontbreekt" in problem(made)[1]

    def test_no_register_and_no_full(self) -> None:
        made = plan(None, [update(141), update(142)])
        assert (made.why, made.steps, problem(made)[0]) == (Why.STUCK, (), "kbo_no_full")

    def test_a_register_newer_than_the_listing_is_odd(self) -> None:
        made = plan(150, [full(148), update(148)])
        assert (made.why, made.steps, problem(made)[0]) == (Why.NOTHING_NEW, (), "kbo_register_newer")


class TestAFullInsteadOfUpdates:
    def test_when_there_are_too_many(self) -> None:
        last = 100 + CHAIN_MAX
        chain = [update(number) for number in range(101, last + 2)]
        assert plan(100, [*chain[:-1], full(last)]).why is Why.UPDATES
        made = plan(100, [*chain, full(last)])
        assert (made.why, short(made.steps)) == (Why.FULL_IS_QUICKER, f"F{last} U{last + 1}")

    def test_when_they_are_too_large(self) -> None:
        assert plan(139, [update(140, 20_000_000), full(140)]).why is Why.UPDATES
        assert plan(139, [update(140, 33_000_000), full(140)]).why is Why.FULL_IS_QUICKER
        assert plan(138, [update(139, 12_000_000), update(140, 12_000_000), full(140)]).why is Why.FULL_IS_QUICKER

    def test_not_for_a_small_register(self) -> None:
        small = Offered(full(140).name, 60_000)
        assert plan(139, [update(140, 45_000), small]).why is Why.UPDATES

    def test_not_when_there_is_none(self) -> None:
        assert plan(139, [update(140, 53_000_000)]).why is Why.UPDATES

    def test_not_when_sizes_are_not_told(self) -> None:
        assert plan(139, [update(140, None), Offered(full(140).name)]).why is Why.UPDATES


def test_of_two_names_for_one_archive_the_later_counts() -> None:
    again = Offered("KboOpenData_0141_2025_10_12_Update.zip")
    assert [one.name for one in plan(140, [again, update(141)]).steps] == [again.name]


def test_ways_around_a_bad_archive() -> None:
    made = plan(140, [update(141), full(141), update(142), full(142), update(143)])
    assert short(made.steps) == "U141 U142 U143"
    assert [short(way) for way in made.fallbacks] == ["F142 U143", "F142", "U141 U142", "U141"]
    assert [short(way) for way in plan(None, [full(142), update(143)]).fallbacks] == ["F142"]


def test_without_a_full_the_good_updates_before_a_bad_one() -> None:
    made = plan(140, [update(141), update(142), update(143)])
    assert [short(way) for way in made.fallbacks] == ["U141 U142", "U141"]


def test_of_the_ways_around_those_that_reach_furthest_come_first() -> None:
    made = plan(140, [update(141), full(141), update(142), update(143)])
    assert short(made.steps) == "U141 U142 U143"
    assert [short(way) for way in made.fallbacks] == ["F141 U142 U143", "U141 U142", "F141", "U141"]


def test_the_updates_are_a_way_around_a_bad_full_that_would_be_quicker() -> None:
    made = plan(139, [update(140, 53_000_000), full(140)])
    assert (made.why, short(made.steps)) == (Why.FULL_IS_QUICKER, "F140")
    assert [short(way) for way in made.fallbacks] == ["U140"]


SHELVES = st.lists(
    st.builds(
        lambda number, is_full, size: full(number) if is_full else update(number, size),
        st.integers(1, 25),
        st.booleans(),
        st.none() | st.integers(0, FULL_BYTES // 4),
    ),
    max_size=40,
)
STATES = st.none() | st.integers(0, 27)


def furthest(state: int | None, offered: list[Offered]) -> int | None:
    """Where a register can get to, tried one archive at a time in every order."""
    found = [one for one in (read_name(each.name) for each in offered) if one]
    reached = {state}
    while True:
        more = {
            one.number
            for one in found
            if (one.kind is Kind.FULL and one.number > (state or -1)) or (one.number - 1) in reached - {None}
        } - reached
        if not more:
            return max((at for at in reached if at is not None), default=None)
        reached |= more


@given(STATES, SHELVES)
def test_a_plan_has_no_hole_and_gets_as_far_as_can_be(state: int | None, offered: list[Offered]) -> None:
    made = plan(state, offered)
    for steps in (made.steps, *made.fallbacks):
        at = state
        for step in steps:
            assert step.kind is Kind.FULL or (at is not None and step.number == at + 1)
            assert at is None or step.number > at
            at = step.number
    reached = made.steps[-1].number if made.steps else state
    assert reached == furthest(state, offered)
    assert (made.problem is None) == (reached == made.newest or made.newest is None)
