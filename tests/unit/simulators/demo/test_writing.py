"""Dates, addresses and quotes as people and programs write them."""

from datetime import UTC, datetime
from random import Random

import pytest

from simulators.demo import clock, places, quoting, texts
from simulators.demo.cast import Deck
from simulators.demo.compose import Composer
from tests.unit.simulators.demo.conftest import NOW

QUOTED = quoting.Quoted(
    "An Maes", "an@example.org", "loket@example.org", "premie", datetime(2026, 11, 3, 14, 2), "Beste,\n\nVraag."
)
ADDRESS = places.Address("Sint-Katelijnestraat", "12", "2800", "Mechelen", "3")


@pytest.mark.parametrize(
    ("local", "offset"),
    [
        (datetime(2026, 3, 29, 1, 59), 1),
        (datetime(2026, 3, 29, 3, 0), 2),
        (datetime(2026, 10, 25, 1, 59), 2),
        (datetime(2026, 10, 25, 3, 0), 1),
        (datetime(2026, 11, 20, 12, 0), 1),
    ],
)
def test_belgian_time(local: datetime, offset: int) -> None:
    moment = clock.aware(local)

    assert moment.utcoffset() is not None
    assert (local - moment.astimezone(UTC).replace(tzinfo=None)).seconds == offset * 3600
    assert clock.wall(moment) == local


def test_office_hours_skip_the_weekend() -> None:
    saturday = datetime(2026, 11, 14, 11, 0)

    assert clock.working_time(saturday, 20) == datetime(2026, 11, 16, 8, 50)
    assert clock.working_time(datetime(2026, 11, 16, 6, 0), 5) == datetime(2026, 11, 16, 8, 35)
    assert clock.working_time(datetime(2026, 11, 16, 10, 0), 5) == datetime(2026, 11, 16, 10, 0)
    assert clock.waking_time(datetime(2026, 11, 16, 23, 30), 10) == datetime(2026, 11, 17, 7, 10)


@pytest.mark.parametrize(("months", "name"), [(-1, "oktober"), (2, "januari"), (-11, "december"), (0, "november")])
def test_months_cross_the_year(months: int, name: str) -> None:
    assert clock.month(clock.months_later(datetime(2026, 11, 20), months), "nl") == name


@pytest.mark.parametrize(
    ("quoting_style", "lang", "first"),
    [
        (
            "outlook",
            "nl",
            "________________________________\nVan: An Maes <an@example.org>\nVerzonden: dinsdag 3 november 2026 14:02",
        ),
        (
            "outlook",
            "fr",
            "________________________________\nDe : An Maes <an@example.org>\nEnvoyé : mardi 3 novembre 2026 14:02",
        ),
        (
            "outlook",
            "en",
            "________________________________\nFrom: An Maes <an@example.org>\nSent: Tuesday, November 3, 2026 02:02",
        ),
        ("gmail", "nl", "Op di 3 nov 2026 om 14:02 schreef An Maes <an@example.org>:\n\n> Beste,\n>\n> Vraag."),
        ("gmail", "fr", "Le mar. 3 nov. 2026 à 14:02, An Maes <an@example.org> a écrit :"),
        ("gmail", "en", "On Tue, Nov 3, 2026 at 02:02 PM An Maes <an@example.org> wrote:"),
        ("iphone", "nl", "Op 3 nov 2026 om 14:02 heeft An Maes <an@example.org> het volgende geschreven:"),
        ("thunderbird", "nl", "Op 3-11-2026 om 14:02 schreef An Maes:"),
        ("webmail", "nl", "Op 03/11/2026 14:02 CET schreef An Maes <an@example.org>:"),
    ],
)
def test_reply_quotes(quoting_style: str, lang: str, first: str) -> None:
    assert quoting.reply(QUOTED, quoting_style, lang).startswith(first)


def test_forwards_carry_the_header_block() -> None:
    text = quoting.forward(QUOTED, "thunderbird", "nl")

    assert text.startswith("-------- Doorgestuurd bericht --------\nVan: An Maes <an@example.org>\nDatum: dinsdag")
    assert quoting.forward(QUOTED, "outlook", "nl").startswith("Van: An Maes")
    assert quoting.forward_subject("premie", "outlook", "fr") == "TR: premie"


def test_an_answer_to_an_answer_keeps_its_subject() -> None:
    assert quoting.reply_subject("premie", "webmail", "nl") == "Antw: premie"
    assert quoting.reply_subject("Antw: premie", "outlook", "nl") == "Antw: premie"


@pytest.mark.parametrize(
    ("how", "text", "issue"),
    [
        ("vol", "Sint-Katelijnestraat 12 bus 3, 2800 Mechelen", ""),
        ("slash", "St.-Katelijnestr. 12/3 te 2800 Mechelen", ""),
        ("achter", "Mechelen 2800, Sint-Katelijnestraat 12 b3", ""),
        ("bte", "Sint-Katelijnestraat 12 bte 3, 2800 Malines", ""),
        ("klein", "sint-katelijnestraat 12 bus3 mechelen", "no_postcode"),
        ("zonder", "Sint-Katelijnestraat in Mechelen", "no_house_number"),
    ],
)
def test_address_spellings(how: str, text: str, issue: str) -> None:
    assert places.spell(ADDRESS, how, Random(0)) == (text, issue)


@pytest.mark.parametrize("street", sorted({s for streets in places.STREETS.values() for s in streets}))
def test_a_misspelled_street_differs_in_two_letters(street: str) -> None:
    wrong = places.misspell(street)

    assert sum(a != b for a, b in zip(wrong, street, strict=True)) == 2
    assert sorted(wrong) == sorted(street)


@pytest.mark.parametrize("key", ["laat-aangekomen", "dakwerken-astrid", "kort-openingsuren"])
def test_no_mail_arrives_after_now_or_before_it_was_sent(key: str) -> None:
    story = next(s for s in texts.HUMAN if s.key == key)
    for seed in range(25):
        mails = Composer(story, Deck(Random(seed)), Random(seed), NOW).compose()
        assert all(m.sent <= m.received <= NOW for m in mails)
        assert [m.sent for m in mails] == sorted(m.sent for m in mails)
