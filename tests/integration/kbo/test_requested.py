"""`organisation.requested.v1`: one look-up, one answer, and following when asked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from loketbus_contracts import (
    ORGANISATION_CHANGED,
    ORGANISATION_REQUESTED,
    ORGANISATION_RESOLVED,
    REPLY,
    OrganisationRequested,
    OrganisationResolved,
    Reply,
)

from loketbus.errors import Rejected, Unavailable
from loketbus.following import of_dossier
from services.kbo.app import ANSWERING, FOLLOWING
from services.kbo.domain.numbers import display
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.store import following, opinions
from tests.integration.kbo.test_following import GONE, MOVED, ROOFER, a_person
from tests.support.kbo_service import FIRST, KboHouse

VME = "0952331845"
NOBODY = "0999000129"


async def ask(house: KboHouse, number: str, event_id: str | None = None, **values: Any) -> str:
    data = OrganisationRequested(number=number, **values)
    return await house.handle(ORGANISATION_REQUESTED, number, data, event_id)


def answer(house: KboHouse, request: str) -> OrganisationResolved:
    """The last one for this request."""
    found = [one for one in house.told(ORGANISATION_RESOLVED) if one["request"] == request]
    return OrganisationResolved.model_validate(found[-1])


def replies(house: KboHouse, request: str) -> list[tuple[str, str]]:
    found = (Reply.model_validate(one) for one in house.told(REPLY))
    return [(str(one.outcome), one.code) for one in found if one.request == request]


def followed(house: KboHouse, who: str) -> set[str]:
    return set(house.read(lambda connection: following.numbers_of(connection, who)))


async def test_a_vme_in_any_spelling_is_answered_and_followed(kbo_on_both: KboHouse) -> None:
    house = kbo_on_both
    house.load(FIRST)
    request = await ask(
        house,
        "BE0952.331.845",
        vme=True,
        address="Battelsesteenweg 233, 2800 Mechelen",
        follow=True,
        general_meeting_month=5,
        klantenreis="KR-1",
        dossier="d1",
    )
    found = answer(house, request)
    assert (found.number, found.resolved, found.valid) == ("BE0952.331.845", VME, True)
    assert found.verdicts[0].code == "ok"
    assert found.organisation is not None
    assert found.organisation.name == "Residentie Battelhof"
    assert found.syndic is not None
    assert (found.syndic.status, found.followed) == ("not_in_source", True)
    assert (found.klantenreis, found.dossier) == ("KR-1", "d1")
    assert replies(house, request) == [("done", "ok")]
    assert followed(house, "asked:d1") == {VME}
    (row,) = house.read(lambda connection: following.locked(connection, [VME]))
    assert row.general_meeting_month == 5
    assert row.recheck_at is not None


async def test_a_wrong_number_is_an_answer_with_a_suggestion(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    request = await ask(kbo, "0952.331.854", follow=True)
    found = answer(kbo, request)
    assert (found.valid, found.suggestion, found.followed) == (False, VME, False)
    assert replies(kbo, request) == [("done", "invalid_number")]


async def test_nobody_hears_the_number_of_a_person_who_was_not_asked_for(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    person = a_person(kbo)
    wrong = person[:8] + person[9] + person[8]
    assert wrong != person
    request = await ask(kbo, wrong)
    assert answer(kbo, request).verdicts[0].code == "invalid_number"
    assert person not in str([*kbo.told(ORGANISATION_RESOLVED), *kbo.told(REPLY)])
    assert display(person) not in str([*kbo.told(ORGANISATION_RESOLVED), *kbo.told(REPLY)])


async def test_a_natural_person_is_said_to_be_one_and_nothing_more(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    person = a_person(kbo)
    request = await ask(kbo, person, follow=True, dossier="d1")
    found = answer(kbo, request)
    assert [one.code for one in found.verdicts] == ["natural_person"]
    assert (found.organisation, found.followed) == (None, False)
    assert followed(kbo, "asked:d1") == set()
    (said,) = [one for one in kbo.told(REPLY) if one["request"] == request]
    assert said["message"].endswith("een natuurlijk persoon wordt niet gevolgd.")


async def test_a_number_that_is_not_there_yet_is_followed_until_it_arrives(kbo: KboHouse) -> None:
    kbo.load(FIRST + 4)
    request = await ask(kbo, GONE, follow=True)
    found = answer(kbo, request)
    assert found.organisation is None
    assert found.followed
    assert followed(kbo, "crm") == {GONE}


async def test_who_only_asks_follows_nobody(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await ask(kbo, ROOFER, dossier="d1")
    assert followed(kbo, "asked:d1") == set()


async def test_asking_again_without_a_month_keeps_the_month(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await ask(kbo, VME, follow=True, general_meeting_month=4)
    await ask(kbo, VME, follow=True)
    (row,) = kbo.read(lambda connection: following.locked(connection, [VME]))
    assert row.general_meeting_month == 4


async def test_without_a_register_the_request_waits_and_says_so_once(kbo_on_both: KboHouse) -> None:
    house = kbo_on_both
    for _ in range(3):
        with pytest.raises(Unavailable):
            await ask(house, VME, "request-1")
    assert replies(house, "request-1") == [("waiting", "register_missing")]
    house.load(FIRST)
    await ask(house, VME, "request-1")
    assert replies(house, "request-1") == [("waiting", "register_missing"), ("done", "ok")]


async def test_the_probe_says_whether_there_is_a_register(kbo: KboHouse) -> None:
    probes = [one.probe for one in kbo.runtime.wiring.subscriptions if one.probe is not None]
    assert len(probes) == 2
    for probe in probes:
        with pytest.raises(Unavailable):
            await probe()
    kbo.load(FIRST)
    for probe in probes:
        await probe()


async def test_a_request_that_cannot_be_answered_is_refused(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    with pytest.raises(Rejected, match="request_id_not_opaque"):
        await ask(kbo, VME, "somebody@example.org")
    assert kbo.told(REPLY) == []


class Away:
    """A second source that is away until it is told what to say."""

    def __init__(self, house: KboHouse) -> None:
        self.house = house
        self.says: SecondOpinion | None = None

    async def opinion(self, number: str) -> SecondOpinion:
        now = self.house.now()
        found = self.says or SecondOpinion(number, "unknown", now)
        await self.house.transaction(lambda tx: opinions.keep(tx.connection, found, now, now), f"opinion {now}")
        return found


@pytest.fixture
def away(kbo_on_both: KboHouse, monkeypatch: pytest.MonkeyPatch) -> Away:
    """The second source of every look-up in the house."""
    return made_away(kbo_on_both, monkeypatch)


@pytest.fixture
def away_of_kbo(kbo: KboHouse, monkeypatch: pytest.MonkeyPatch) -> Away:
    """The same on SQLite alone."""
    return made_away(kbo, monkeypatch)


def made_away(house: KboHouse, monkeypatch: pytest.MonkeyPatch) -> Away:
    source = Away(house)
    seen = set()
    for one in house.runtime.wiring.subscriptions:
        inquiries = getattr(one.handler, "_inquiries", None)
        if inquiries is not None:
            seen.add(id(inquiries))
            monkeypatch.setattr(inquiries, "_second", source)
    assert len(seen) == 1  # the job asks the same
    return source


async def test_while_the_second_source_is_away_the_answer_is_unknown_and_another_follows(
    kbo_on_both: KboHouse, away: Away
) -> None:
    house = kbo_on_both
    house.load(FIRST)
    request = await ask(house, NOBODY, follow=True, dossier="d1", klantenreis="KR-1")
    assert answer(house, request).verdicts[0].code == "unknown"
    assert replies(house, request) == [("done", "unknown")]
    await house.run(ANSWERING)
    assert len(house.told(ORGANISATION_RESOLVED)) == 1
    house.ahead = timedelta(hours=1)
    away.says = SecondOpinion(NOBODY, "stopped", house.now(), stop_reason="Sluiting van vereffening")
    await away.opinion(NOBODY)
    await house.run(ANSWERING)
    await house.run(ANSWERING)
    first, second = house.told(ORGANISATION_RESOLVED)
    assert second["verdicts"][0]["code"] == "stopped"
    assert second["source"]["source"] == "vkbo"
    assert (second["klantenreis"], second["dossier"], second["followed"]) == ("KR-1", "d1", True)
    assert second["occurred_at"] > first["occurred_at"]
    assert replies(house, request) == [("done", "unknown")]


async def test_who_turns_out_to_be_a_person_is_not_followed(kbo_on_both: KboHouse, away: Away) -> None:
    house = kbo_on_both
    house.load(FIRST)
    request = await ask(house, NOBODY, follow=True, dossier="d1")
    assert followed(house, "asked:d1") == {NOBODY}
    away.says = SecondOpinion(NOBODY, "active", house.now(), natural_person=True)
    await away.opinion(NOBODY)
    await house.run(ANSWERING)
    assert not answer(house, request).followed
    assert followed(house, "asked:d1") == set()


async def test_a_register_that_has_the_number_by_now_answers_too(kbo_on_both: KboHouse, away: Away) -> None:
    house = kbo_on_both
    house.load(FIRST + 4)
    request = await ask(house, GONE, follow=True)
    assert answer(house, request).verdicts[0].code == "unknown"
    house.load(FIRST)  # the made-up register brings nobody back; an older one has who went
    await house.run(ANSWERING)
    assert answer(house, request).organisation is not None


async def test_an_establishment_that_arrives_is_answered_too(kbo: KboHouse, away_of_kbo: Away) -> None:
    kbo.load(FIRST + 4)
    unit = next(iter(units(kbo, FIRST) - units(kbo, FIRST + 4)))
    request = await ask(kbo, unit)
    assert "unknown" in [one.code for one in answer(kbo, request).verdicts]
    kbo.load(FIRST)
    await kbo.run(ANSWERING)
    assert "unknown" not in [one.code for one in answer(kbo, request).verdicts]


def units(house: KboHouse, extract: int) -> set[str]:
    with closing(sqlite3.connect(house.registers[extract] / "entities.db")) as db:
        return {f"{number:010d}" for (number,) in db.execute("SELECT number FROM establishment")}


async def test_nobody_waits_longer_than_a_month(kbo_on_both: KboHouse, away: Away) -> None:
    house = kbo_on_both
    house.load(FIRST)
    await ask(house, NOBODY)
    house.ahead = timedelta(days=31)
    away.says = SecondOpinion(NOBODY, "stopped", house.now())
    await away.opinion(NOBODY)
    await house.run(ANSWERING)
    assert len(house.told(ORGANISATION_RESOLVED)) == 1


async def test_what_changes_between_the_answer_and_the_first_comparison_is_told(kbo_on_both: KboHouse) -> None:
    house = kbo_on_both
    house.load(FIRST)
    await ask(house, ROOFER, follow=True)
    house.load(FIRST + 1)
    await house.run(FOLLOWING)
    (event,) = house.told(ORGANISATION_CHANGED)
    assert [change["what"] for change in event["changes"]] == ["name"]
    assert (event["previous_extract"], event["extract"]) == (FIRST, FIRST + 1)


async def test_who_arrives_before_the_first_comparison_is_new(kbo: KboHouse) -> None:
    kbo.load(FIRST + 4)
    await ask(kbo, GONE, follow=True)
    (row,) = kbo.read(lambda connection: following.locked(connection, [GONE]))
    assert (row.extract, row.state) == (FIRST + 4, None)
    # The made-up register brings nobody back: the first one is read as if it were of a later day.
    await kbo.transaction(lambda tx: following.compared(tx, FIRST - 1, [GONE]))
    kbo.load(FIRST)
    await kbo.run(FOLLOWING)
    (event,) = kbo.told(ORGANISATION_CHANGED)
    assert event["changes"] == [{"what": "new", "after": "Atelier Halfvol"}]


async def test_an_answer_does_not_hide_a_change_from_who_followed_before(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await ask(kbo, ROOFER, follow=True, dossier="d1")
    kbo.load(FIRST + 1)
    await ask(kbo, ROOFER, follow=True, dossier="d2")
    await kbo.run(FOLLOWING)
    (event,) = kbo.told(ORGANISATION_CHANGED)
    assert event["dossiers"] == ["d1", "d2"]


async def test_what_was_answered_counts_for_who_stood_on_a_dossier_and_was_never_looked_at(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await kbo.transaction(lambda tx: following.follow(tx, ROOFER, of_dossier("d1"), None))
    await ask(kbo, ROOFER, follow=True)
    kbo.load(FIRST + 1)
    await kbo.run(FOLLOWING)
    assert len(kbo.told(ORGANISATION_CHANGED)) == 1


async def test_moved_and_followed(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await ask(kbo, MOVED, follow=True, klantenreis="KR-9")
    await kbo.run(FOLLOWING)
    kbo.load(FIRST + 2)
    await kbo.run(FOLLOWING)
    (event,) = kbo.told(ORGANISATION_CHANGED)
    assert event["klantenreizen"] == ["KR-9"]
