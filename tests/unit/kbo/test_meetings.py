"""When a VME is due for another look."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kbo.domain.meetings import BRUSSELS, next_recheck


@pytest.mark.parametrize(
    ("month", "now", "due"),
    [
        (5, datetime(2026, 11, 3, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=BRUSSELS)),
        (11, datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=BRUSSELS)),
        (12, datetime(2026, 11, 3, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=BRUSSELS)),
        (12, datetime(2027, 1, 1, tzinfo=BRUSSELS), datetime(2028, 1, 1, tzinfo=BRUSSELS)),
        (12, datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=BRUSSELS)),
        # In Brussels it is June already.
        (5, datetime(2026, 5, 31, 22, 30, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=BRUSSELS)),
        (5, datetime(2026, 5, 31, 21, 59, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=BRUSSELS)),
    ],
)
def test_the_first_day_after_the_month(month: int, now: datetime, due: datetime) -> None:
    assert next_recheck(month, now) == due


@given(st.integers(1, 12), st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)))
def test_once_a_year_and_never_in_the_past(month: int, now: datetime) -> None:
    due = next_recheck(month, now)
    assert due > now
    local = due.astimezone(BRUSSELS)
    assert (local.day, local.hour, local.minute) == (1, 0, 0)
    assert local.month == month % 12 + 1
    following = next_recheck(month, due).astimezone(BRUSSELS)
    assert (following.year, following.month) == (local.year + 1, local.month)
    assert (due - now).days <= 366
