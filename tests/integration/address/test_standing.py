"""How the replica stands, what doctor makes of it, and what Prometheus reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.address.doctor import CHANGES, REGISTER, examine
from services.address.questions import Register
from services.address.register_age import RegisterAge
from services.address.settings import AddressSettings, register_folder
from services.address.standing import BEHIND, OLD, Standing, standing
from tests.support.address_register import META, Town
from tests.support.address_service import AddressHouse, town

DOWNLOAD = datetime(2026, 8, 1, tzinfo=ZoneInfo("Europe/Brussels"))
IMPORTED = datetime.fromisoformat(META["imported_at"])
UNTIL = datetime(2026, 8, 5, 12, tzinfo=UTC)
LIVE = {"address_api_url": "http://127.0.0.1:9", "address_api_key": "k"}
KEPT = {"address_nis": ("12025", "12040")}

Make = Callable[..., AddressSettings]


@pytest.fixture
def settings(tmp_path: Path) -> Make:
    """What the made-up register keeps, and no live register."""

    def made(**given: Any) -> AddressSettings:
        return AddressSettings(**{"var": tmp_path, **KEPT, **given})

    return made


@pytest.fixture
def load(settings: Make) -> Callable[..., Path]:
    """Make the town, or another one, the register of this machine."""

    def saved(made: Town | None = None) -> Path:
        return (made or town()).save(register_folder(settings()))

    return saved


def followed(until: datetime | None = UNTIL) -> Town:
    """A register whose changes are followed; None: not begun yet."""
    made = town()
    made.add("feed", "adressen", 0 if until is None else 7, 6_000_123, until and until.isoformat())
    return made


def trouble(made: Town, code: str, times: int, what: str = "x") -> None:
    made.add("feed_trouble", "adressen", code, what, 0, times, "2026-08-05T12:00:00+02:00", None)


class TestReplica:
    def test_a_fresh_one_needs_nothing(self, settings: Make, load: Callable[..., Path]) -> None:
        load()
        found = standing(settings(), DOWNLOAD + OLD)
        assert (found.age, found.advice, found.feed_advice) == (OLD, (), ())
        assert found.source is not None
        assert (found.source.extract, found.rows["street"]) == ("2026-08-01", 4)

    def test_an_old_one_that_nobody_follows_says_what_to_do(self, settings: Make, load: Callable[..., Path]) -> None:
        load()
        (advice,) = standing(settings(), DOWNLOAD + OLD + timedelta(days=1)).advice
        assert advice.startswith("Het register is 31 dagen oud.")
        assert "loketbus address import" in advice
        assert "LOKETBUS_ADDRESS_API_URL" in advice

    def test_without_one_it_is_to_be_loaded(self, settings: Make) -> None:
        found = standing(settings(), DOWNLOAD)
        assert (found.problem, found.source, found.rows) == ("register_missing", None, {})
        assert "loketbus address import" in found.advice[0]

    def test_one_of_another_version(self, settings: Make, load: Callable[..., Path]) -> None:
        with closing(sqlite3.connect(load())) as db, db:
            db.execute("UPDATE meta SET value = '0' WHERE name = 'format'")
        found = standing(settings(), DOWNLOAD)
        assert (found.problem, "opnieuw geladen" in found.advice[0]) == ("register_outdated", True)

    @pytest.mark.parametrize(
        ("nis", "lacks"),
        [(("12025",), None), (("12025", "11037"), "11037"), ("all", "de rest van Vlaanderen")],
    )
    def test_one_that_keeps_less_than_is_wanted(
        self, settings: Make, load: Callable[..., Path], nis: Any, lacks: str | None
    ) -> None:
        load()
        advice = standing(settings(address_nis=nis), DOWNLOAD).advice
        assert len(advice) == (lacks is not None)
        assert all(f"({lacks} ontbreekt)" in one for one in advice)

    def test_rows_are_those_of_this_moment(self, address: AddressHouse) -> None:
        address.load()
        before = standing(address.settings, DOWNLOAD).rows["address"]
        with address.feed(101) as db:
            db.execute("DELETE FROM address WHERE id = 101")
        assert standing(address.settings, DOWNLOAD).rows["address"] == before - 1


class TestFeed:
    def at(self, settings: Make, now: datetime, **given: Any) -> Standing:
        return standing(settings(**given), now)

    def test_one_that_follows_is_as_old_as_what_it_followed(self, settings: Make, load: Callable[..., Path]) -> None:
        load(followed())
        found = self.at(settings, UNTIL + BEHIND)
        assert (found.age, found.advice, found.feed_advice) == (BEHIND, (), ())
        assert found.followed_until == UNTIL.isoformat()

    @pytest.mark.parametrize("given", [{}, LIVE])
    def test_one_that_stopped_following(self, settings: Make, load: Callable[..., Path], given: Any) -> None:
        """Also for a shell without the settings of the service."""
        load(followed())
        (advice,) = self.at(settings, UNTIL + timedelta(days=40), **given).feed_advice
        assert "al 40 d niet meer gevolgd" in advice
        assert "loketbus connectors list" in advice

    def test_one_that_should_have_begun(self, settings: Make, load: Callable[..., Path]) -> None:
        load(followed(until=None))
        assert self.at(settings, IMPORTED + BEHIND, **LIVE).feed_advice == ()
        assert len(self.at(settings, IMPORTED + 2 * BEHIND, **LIVE).feed_advice) == 1
        assert self.at(settings, IMPORTED + 2 * BEHIND, **LIVE, address_feed=False).feed_advice == ()

    def test_a_download_that_cannot_be_followed(self, settings: Make, load: Callable[..., Path]) -> None:
        load()
        (advice,) = self.at(settings, DOWNLOAD, **LIVE).feed_advice
        assert "(BeSt)" in advice

    def test_what_did_not_count_is_told_by_kind_and_what_did_is_not(
        self, settings: Make, load: Callable[..., Path]
    ) -> None:
        made = followed()
        trouble(made, "unknown_type", 3)
        trouble(made, "incomplete", 1, "a")
        trouble(made, "incomplete", 1, "b")
        trouble(made, "drift", 12)
        load(made)
        found = self.at(settings, UNTIL)
        assert [line.split(": ")[0] for line in found.feed_advice] == ["3 x", "2 x"]
        assert "Werk Loketbus bij" in found.feed_advice[0]
        told = {one["code"]: one["times"] for one in found.as_json()["feed"]["troubles"]}
        assert told == {"drift": 12, "unknown_type": 3, "incomplete": 2}


class TestDoctor:
    def test_one_line_when_nothing_else_is_set(self, settings: Make, load: Callable[..., Path]) -> None:
        (missing,) = examine(settings())
        assert (missing.what, missing.ok, "address import" in missing.advice) == (REGISTER, False, True)
        load()
        (register,) = examine(settings())
        assert register.what == f"{REGISTER}: download van 01/08/2026"

    def test_a_line_for_the_changes_and_those_of_the_live_register(
        self, settings: Make, load: Callable[..., Path]
    ) -> None:
        load(followed())
        register, changes, *live = examine(settings(**LIVE))
        assert register.ok, "old, but followed"
        assert (changes.what, changes.ok) == (f"{CHANGES}: gevolgd tot 05/08/2026 14:00 (Belgische tijd)", False)
        assert [one.ok for one in live] == [False, False], "nobody listens there"
        load(followed(until=None))
        assert examine(settings(address_api_key="k"))[1:] == []


class TestMetrics:
    def lines(self, settings: Make, now: datetime) -> dict[str, float]:
        """By name and labels."""
        folder = register_folder(settings())
        with closing(Register(folder)) as register:
            found = RegisterAge(register, folder, lambda: now).collect()
            samples = [one for family in found for one in family.samples]
        return {one.name + "".join(one.labels.values()): one.value for one in samples}

    def test_age_and_what_did_not_count(self, settings: Make, load: Callable[..., Path]) -> None:
        made = followed()
        trouble(made, "drift", 2)
        made.add("feed_waiting", 1, 2, 3, "{}")
        load(made)
        assert self.lines(settings, UNTIL + timedelta(minutes=5)) == {
            "loketbus_address_register_age_seconds": 300.0,
            "loketbus_address_feed_troublesdrift": 2.0,
            "loketbus_address_feed_waiting": 1.0,
        }

    def test_nothing_without_a_register(self, settings: Make) -> None:
        assert self.lines(settings, UNTIL) == {}
