"""`mail.received.v1`: addresses that a mail names, each with its verdict, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loketbus_contracts import ADDRESS_MENTIONED, MAIL_RECEIVED, BlobRef, MailReceived, Original

from loketbus.errors import Unavailable
from loketbus.mentions import KEPT
from services.address.mentions import find_addresses
from services.address.questions import Register
from services.address.store.mentions import mentions
from simulators.demo import write
from simulators.demo.manifest import AddressMention
from tests.support.address_register import MECHELEN, Town
from tests.support.address_service import BOX, BUILDING, CHURCH, HEIR, HOUSE, SHOP, AddressHouse

RAW = BlobRef(ref="r", size=1, sha256="0" * 64, media_type="message/rfc822")


def mail(text: str, **values: Any) -> MailReceived:
    given = {"mail": "m1", "conversation": "c1", "mailbox": "b"} | values
    return MailReceived(received_at=datetime.fromisoformat("2026-11-20T12:00:00Z"), raw=RAW, new_text=text, **given)


async def receive(house: AddressHouse, text: str, **values: Any) -> None:
    data = mail(text, **values)
    await house.handle(MAIL_RECEIVED, data.conversation, data)


def told(house: AddressHouse) -> list[list[tuple[str, int | None, str]]]:
    return [
        [(found["verdict"], int(found.get("address", 0)) or None, found["as_written"]) for found in one["addresses"]]
        for one in house.told(ADDRESS_MENTIONED)
    ]


async def test_addresses_become_one_event(address_on_both: AddressHouse) -> None:
    house = address_on_both
    house.load()
    text = "Ik huur Leopoldstraat 14 bus 0101 in 2800 Mechelen en bezit Bruul 45.\n\nAn\nLeopoldstr. 12\n2800 Mechelen"
    await receive(house, text, subject="Premie")
    assert told(house) == [
        [
            ("exact", BOX, "Leopoldstraat 14 bus 0101 in 2800 Mechelen"),
            ("corrected", SHOP, "Bruul 45"),  # the municipality was filled in
            ("corrected", HOUSE, "Leopoldstr. 12 2800 Mechelen"),
        ]
    ]
    (event,) = house.told(ADDRESS_MENTIONED)
    assert event["mail"] == "m1"
    assert event["addresses"][0]["building_address"] == str(BUILDING)
    assert event["addresses"][0]["label"] == "Leopoldstraat 14 bus 0101, 2800 Mechelen"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leopoldstraat 14 bus 77, 2800 Mechelen", ("building_only", None)),
        ("Kerkstraat 5", ("ambiguous", None)),
        ("Kerkstraat 5 te Muizen", ("exact", CHURCH)),
        ("Bruul 7, 2800 Mechelen", ("corrected", HEIR)),
        ("in de Leopoldstraat te 2800 Mechelen", ("street_only", None)),
        ("Leopoldstraat 999, 2800 Mechelen", ("street_only", None)),
        ("Verzonnenlei 400, 2800 Mechelen", ("unknown", None)),
        ("Verzonnenstraat 4 te Muizen", ("unknown", None)),
    ],
)
async def test_each_has_its_verdict(address: AddressHouse, text: str, expected: tuple[str, int | None]) -> None:
    address.load()
    await receive(address, f"Het gaat over {text}.")
    assert [[one[:2] for one in event] for event in told(address)] == [[expected]]


@pytest.mark.parametrize(
    "text",
    [
        "Verzonnenlei 400",
        "Verzonnenstraat 4, 9000 Gent",
        "Leopoldstraat 12 te Antwerpen",
        "Leopoldstraat 12, 1000 Brussel",
        "in de Leopoldstraat wordt gewerkt",
        "Leopoldstraat 999",
        "Bruul 45 uur, Bruul 45%, 45 Bruul",
        "Mechelen, 20 november 2026",
        "Postbus 12, 2800 Mechelen",
        "Adres: Leopoldstraat 12, Lier.",
        "Leopoldstraat 12 - Lier",
        "Leopoldstraat 12 (Lier)",
        "2500 Lier, Leopoldstraat 12",
        "Ons kantoor in Antwerpen, Leopoldstraat 12, is gesloten",
        "Leopoldstraat 12, Residentie Zon, 2500 Lier",
        "Leopoldstraat 12 en Bruul 45, 2500 Lier",
        "Korte Leopoldstraat 12",
    ],
)
async def test_what_is_no_address_here_is_not_named(address: AddressHouse, text: str) -> None:
    address.load()
    await receive(address, text)
    assert told(address) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Leopoldstraat 12 en 14, 2800 Mechelen", [("exact", HOUSE), ("exact", BUILDING)]),
        ("Leopoldstraat 14 bus 0101 en 12 te Mechelen", [("exact", BOX), ("building_only", None)]),
        ("Leopoldstraat 14\nBus 0101\n2800 Mechelen", [("exact", BOX)]),
        ("Leopoldstraat 14 bus 77 en 78, 2800 Mechelen", [("building_only", None)]),
        ("Bruul 45, p/a Immo X, Leopoldstraat 12 te Mechelen", [("corrected", SHOP), ("exact", HOUSE)]),
        ("leopoldstraat 12 mechelen", [("exact", HOUSE)]),
        ("12 Leopoldstraat te Mechelen", [("exact", HOUSE)]),
    ],
)
async def test_every_address_is_named(address: AddressHouse, text: str, expected: list[tuple[str, int | None]]) -> None:
    address.load()
    await receive(address, text)
    assert [[one[:2] for one in event] for event in told(address)] == [expected]


async def test_an_address_is_named_once_however_it_is_written(address: AddressHouse) -> None:
    address.load()
    await receive(address, "Leopoldstraat 12, 2800 Mechelen. De Leopoldstraat 12 dus.", subject="Leopoldstraat 12")
    assert [[number for _, number, _ in event] for event in told(address)] == [[HOUSE]]


async def test_one_that_is_settled_elsewhere_in_the_mail_is_not_doubtful(address: AddressHouse) -> None:
    address.load()
    await receive(address, "Mijn adres:\nKerkstraat 5\n2812 Muizen", subject="Kerkstraat 5")
    assert [[found[:2] for found in event] for event in told(address)] == [[("exact", CHURCH)]]


async def test_subjects_are_read_too_that_of_a_forwarded_mail_included(address: AddressHouse) -> None:
    address.load()
    await receive(address, "Ter info", subject="FW: Bruul 45", original=Original(subject="Leopoldstraat 12"))
    assert [[number for _, number, _ in event] for event in told(address)] == [[SHOP, HOUSE]]


async def test_what_comes_again_without_them_replaces_what_was_told(address_on_both: AddressHouse) -> None:
    house = address_on_both
    house.load()
    await receive(house, "Bruul 45")
    await receive(house, "Niets meer")
    await receive(house, "Nog steeds niets")
    assert told(house) == [[("corrected", SHOP, "Bruul 45")], []]
    await receive(house, "Niets", mail="m2")
    assert len(told(house)) == 2


async def test_mail_of_a_machine_names_nothing(address: AddressHouse) -> None:
    address.load()
    await receive(address, "Bruul 45", automatic="list")
    assert told(address) == []


async def test_without_a_register_a_mail_waits(address: AddressHouse) -> None:
    with pytest.raises(Unavailable):
        await receive(address, "Bruul 45")
    await receive(address, "Bruul 45", automatic="auto_reply")


async def test_what_was_told_is_not_remembered_forever(address: AddressHouse) -> None:
    address.load()
    await receive(address, "Bruul 45")
    address.ahead = KEPT + timedelta(days=1)
    await receive(address, "Niets", mail="m2")
    assert not address.read(lambda connection: mentions.was_mentioned(connection, "m1"))


NIS = {"2820": 12005, "2860": 12035, "1980": 23096}
"""Municipalities of the demo's mails outside Mechelen."""
ELSEWHERE = {"2850": 11005}
"""One that is not kept: the register only knows that it is there."""


def of_the_demo(mentions: Sequence[AddressMention]) -> tuple[Town, dict[int, tuple[str, str, str]]]:
    """A register with every address that the mails mean, and each one's street, house number and bus by id."""
    made, streets, ids = Town(), dict[tuple[str, int], int](), dict[int, tuple[str, str, str]]()
    for postcode, nis in (NIS | ELSEWHERE).items():
        made.municipality(nis, next((one.municipality for one in mentions if one.postcode == postcode), postcode))
        made.add("postcode", int(postcode), nis)
    mentions = [one for one in mentions if one.postcode not in ELSEWHERE]
    meant = {(one.street, NIS.get(one.postcode, MECHELEN), one.house_number, one.box, one.postcode) for one in mentions}
    for street, nis, house, box, postcode in sorted({*meant, *((*one[:3], "", one[4]) for one in meant)}):
        if (street, nis) not in streets:
            streets[street, nis] = made.street(street, nis)
        number = made.address(streets[street, nis], house, box or None, int(postcode))
        ids[number] = (street, house, box)
    made.meta["nis"] = ",".join(map(str, (MECHELEN, *NIS.values())))
    return made, ids


def test_in_the_mails_of_the_demo_nothing_is_named_wrongly(tmp_path: Path) -> None:
    entries = write(tmp_path / "mails", 120, 2800, datetime(2026, 11, 20, 12)).entries
    made, ids = of_the_demo([mention for entry in entries for mention in entry.addresses])
    made.save(tmp_path / "register")
    right, missed = 0, []
    with Register(tmp_path / "register").open() as view:
        for entry in entries:
            meant = {(one.street, one.house_number, one.box) for one in entry.addresses}
            buildings = {(street, house, "") for street, house, _ in meant}
            found = find_addresses(view, f"{entry.subject}\n\n{entry.text}")
            named = {ids[int(one.address)] for one in found if one.address is not None}
            assert named <= meant | buildings, f"{entry.file}: {named - meant}"
            right += len(named & meant)
            here = [one.text for one in entry.addresses if one.postcode not in ELSEWHERE]
            missed += [(entry.file, text) for text in here if text in entry.text and not found]
    assert right > 50
    assert len(missed) <= right / 5, "precise rather than complete, but not blind"
