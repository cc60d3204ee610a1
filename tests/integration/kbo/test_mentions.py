"""`mail.received.v1`: organisations that a mail names, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loketbus_contracts import MAIL_RECEIVED, ORGANISATION_MENTIONED, BlobRef, MailReceived, Original

from loketbus.errors import Unavailable
from loketbus.mentions import KEPT
from services.kbo.mentions import find_organisations
from services.kbo.questions import Register, View
from services.kbo.store.mentions import mentions
from simulators.demo import write
from simulators.demo.places import BUILDINGS
from tests.integration.kbo.test_following import a_person
from tests.support.kbo_service import FIRST, KboHouse

RAW = BlobRef(ref="r", size=1, sha256="0" * 64, media_type="message/rfc822")
BATTEL, NEKKER, ROOFER = "0952331845", "0953092603", "0949001874"
UNIT, UNIT_OWNER = "2.134.567.845", "0949196666"
HOME = ("2800", "2801", "2811", "2812")


def mail(text: str, **values: Any) -> MailReceived:
    given = {"mail": "m1", "conversation": "c1", "mailbox": "b"} | values
    return MailReceived(received_at=datetime.fromisoformat("2026-11-20T12:00:00Z"), raw=RAW, new_text=text, **given)


async def receive(house: KboHouse, text: str, **values: Any) -> None:
    data = mail(text, **values)
    await house.handle(MAIL_RECEIVED, data.conversation, data)


def told(house: KboHouse) -> list[list[tuple[str, str, str]]]:
    return [
        [(found["number"], found["method"], found["as_written"]) for found in one["organisations"]]
        for one in house.told(ORGANISATION_MENTIONED)
    ]


async def test_a_number_and_a_name_become_one_event(kbo_on_both: KboHouse) -> None:
    kbo_on_both.load(FIRST)
    text = "Wij zijn VME De Nekker, Nekkerspoelstraat 117, 2800 Mechelen. Offerte van BE 0949.001.874."
    await receive(kbo_on_both, text, subject="Dakwerken")
    assert told(kbo_on_both) == [[(ROOFER, "number", "BE 0949.001.874"), (NEKKER, "name", "VME De Nekker")]]
    (event,) = kbo_on_both.told(ORGANISATION_MENTIONED)
    assert event["mail"] == "m1"
    assert [one["vme"] for one in event["organisations"]] == [False, True]
    assert event["organisations"][1]["legal_form"] == "070"


async def test_a_number_goes_before_the_name_of_the_same_organisation(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await receive(kbo, "Residentie Battelhof te Mechelen, nummer 0952.331.845")
    assert told(kbo) == [[(BATTEL, "number", "0952.331.845")]]


async def test_subjects_are_read_too_that_of_a_forwarded_mail_included(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    original = Original(subject="VME De Nekker te Mechelen")
    await receive(kbo, "Ter info", subject="FW: 0952.331.845", original=original)
    assert [[number for number, *_ in one] for one in told(kbo)] == [[BATTEL, NEKKER]]


async def test_of_an_establishment_its_enterprise_is_named(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await receive(kbo, f"vestigingsnummer {UNIT}")
    assert told(kbo) == [[(UNIT_OWNER, "number", f"{UNIT}")]]


async def test_who_does_not_exist_or_is_a_person_is_not_named(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    person = a_person(kbo)
    await receive(kbo, f"KBO {person}, KBO 0999000129, KBO 0952331846, VME Nergens te Mechelen")
    assert told(kbo) == []


async def test_what_comes_again_without_them_replaces_what_was_told(kbo_on_both: KboHouse) -> None:
    house = kbo_on_both
    house.load(FIRST)
    await receive(house, "KBO 0952331845")
    await receive(house, "Niets meer")
    await receive(house, "Nog steeds niets")
    assert told(house) == [[(BATTEL, "number", "0952331845")], []]
    await receive(house, "Niets", mail="m2")
    assert len(told(house)) == 2


async def test_mail_of_a_machine_names_nobody(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await receive(kbo, "KBO 0952331845", automatic="list")
    assert told(kbo) == []


async def test_without_a_register_a_mail_waits(kbo: KboHouse) -> None:
    with pytest.raises(Unavailable):
        await receive(kbo, "KBO 0952331845")
    await receive(kbo, "KBO 0952331845", automatic="auto_reply")


async def test_what_was_told_is_not_remembered_forever(kbo: KboHouse) -> None:
    kbo.load(FIRST)
    await receive(kbo, "KBO 0952331845")
    kbo.ahead = KEPT + timedelta(days=1)
    await receive(kbo, "Niets", mail="m2")
    assert not kbo.read(lambda connection: mentions.was_mentioned(connection, "m1"))


@pytest.fixture(scope="module")
def view(made_registers: dict[int, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """The first register."""
    folder = tmp_path_factory.mktemp("register")
    (folder / "current").symlink_to("first")
    (folder / "first").symlink_to(made_registers[FIRST])
    with Register(folder).open() as found:
        yield found


def test_in_the_mails_of_the_demo_nobody_is_named_wrongly(view: View, tmp_path: Path) -> None:
    by_number, by_name, unseen = 0, 0, 0
    for entry in write(tmp_path, 120, 2800, datetime(2026, 11, 20, 12)).entries:
        text = f"{entry.subject}\n\n{entry.text}"
        folded = " ".join(text.lower().split())
        numbers = {mention.digits.zfill(10) for mention in entry.numbers}
        names = {one.number for one in BUILDINGS if one.name.lower() in folded}
        found = find_organisations(view, text, HOME)
        for one in found:
            if one.method == "name":
                by_name += 1
                assert one.number in names, f"{entry.file}: {one.as_written}"
            elif UNIT not in text:
                by_number += 1
                assert one.number in numbers, f"{entry.file}: {one.as_written}"
        unseen += len(names - {one.number for one in found})
    assert by_number > 20
    assert by_name > 5
    assert unseen <= by_name / 2, "precise rather than complete, but not blind"
