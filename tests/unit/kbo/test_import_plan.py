"""Which archives of a set are loaded."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loketbus.errors import Rejected
from services.kbo.domain.imports import KboGap, Kind, Meta, plan, read_meta

META = {
    "SnapshotDate": "11-10-2025",
    "ExtractTimestamp": "12-10-2025 07:40:18",
    "ExtractType": "update",
    "ExtractNumber": "147",
    "Version": "1.0.0",
}


def metas(text: str) -> list[Meta]:
    """`F140 U141` in that order."""
    kinds: dict[str, Kind] = {"F": "full", "U": "update"}
    return [Meta(kinds[one[0]], int(one[1:]), date(2025, 10, 4)) for one in text.split()]


@pytest.mark.parametrize(
    ("state", "given", "loaded", "skipped"),
    [
        (None, "F140", "F140", ""),
        (None, "U142 F140 U141", "F140 U141 U142", ""),
        (None, "F140 F145 U141 U146", "F145 U146", "F140 U141"),
        (140, "U142 U141", "U141 U142", ""),
        (142, "F140 U141 U142 U143", "U143", "F140 U141 U142"),
        (142, "F142 U142 U141", "", "F142 U142 U141"),
        (140, "F145 U143", "F145", "U143"),
        (140, "U141 U141", "U141", "U141"),
        (140, "F145 U145", "F145", "U145"),
        (140, "", "", ""),
    ],
)
def test_what_is_loaded(state: int | None, given: str, loaded: str, skipped: str) -> None:
    made = plan(state, metas(given))
    names = given.split()
    assert " ".join(names[at] for at in made.chosen) == loaded
    assert " ".join(names[at] for at in made.skipped) == skipped


@pytest.mark.parametrize(
    ("state", "given", "reached", "needed"),
    [
        (140, "U142", 140, 141),
        (140, "U141 U143 U144", 141, 142),
        (None, "U141", None, 141),
        (140, "F145 U147", 145, 146),
        (None, "F140 U142", 140, 141),
    ],
)
def test_a_gap_is_refused_whole(state: int | None, given: str, reached: int | None, needed: int) -> None:
    with pytest.raises(KboGap) as gap:
        plan(state, metas(given))
    assert (gap.value.code, gap.value.state, gap.value.needed) == ("kbo_gap", reached, needed)


@given(
    st.none() | st.integers(1, 12),
    st.lists(st.tuples(st.sampled_from(["full", "update"]), st.integers(1, 12)), max_size=8),
)
def test_a_plan_is_a_chain_of_what_is_newer(state: int | None, given: list[tuple[Kind, int]]) -> None:
    items = [Meta(kind, extract, date(2025, 10, 4)) for kind, extract in given]
    reached = max([item.extract for item in items if item.kind == "full"] + [state or 0])
    newer = sorted({item.extract for item in items if item.kind == "update" and item.extract > reached})
    if newer and (not reached or newer != list(range(reached + 1, reached + 1 + len(newer)))):
        with pytest.raises(KboGap):
            plan(state, items)
        return
    made = plan(state, items)
    at = state
    for position in made.chosen:
        item = items[position]
        assert at is None or item.extract > at
        assert item.kind == "full" if at is None else item.kind == "full" or item.extract == at + 1
        at = item.extract
    assert sorted((*made.chosen, *made.skipped)) == list(range(len(items)))
    assert all(at is not None and items[position].extract <= at for position in made.skipped)


def test_meta_of_a_real_update() -> None:
    meta = read_meta(META, "x.zip")
    assert (meta.kind, meta.extract, meta.snapshot) == ("update", 147, date(2025, 10, 11))
    assert dict(meta.values) == META


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ExtractType": "Full"}, None),
        ({"ExtractType": "delta"}, "kbo_wrong_type"),
        ({"ExtractType": ""}, "kbo_wrong_type"),
        ({"Version": "2.0.0"}, "kbo_wrong_type"),
        ({"ExtractNumber": "x"}, "kbo_archive_broken"),
        ({"SnapshotDate": "2025-10-11"}, "kbo_archive_broken"),
        ({"ExtractNumber": "1"}, None),
        ({"ExtractNumber": "999999999"}, None),
        ({"ExtractNumber": "0"}, "kbo_archive_broken"),
        ({"ExtractNumber": "-5"}, "kbo_archive_broken"),
        ({"ExtractNumber": "1000000000"}, "kbo_archive_broken"),
        ({"ExtractNumber": "99999999999999999999"}, "kbo_archive_broken"),
        ({"ExtractNumber": "9" * 5000}, "kbo_archive_broken"),
        ({"SnapshotDate": "04-10-0025"}, "kbo_archive_broken"),
    ],
)
def test_meta_that_says_something_else(change: dict[str, str], code: str | None) -> None:
    if code is None:
        assert read_meta(META | {"ExtractType": "full"} | change, "x.zip").kind == "full"
        return
    with pytest.raises(Rejected) as refused:
        read_meta(META | change, "x.zip")
    assert refused.value.code == code
    assert refused.value.message.startswith("x.zip: ")
