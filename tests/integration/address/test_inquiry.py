"""One question: the replica's answer, and what is left of it beside that of the register itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Denied, Unavailable
from services.address.domain.model import Asked, Match, Status
from services.address.inquiry import Inquiries
from services.address.questions import Register
from services.address.remote.confirming import Confirmation, judged, no_answer, not_asked
from services.address.remote.register import Absent, Found, RemoteAddress, Removed
from tests.support.address_service import BOX, BUILDING, HEIR, HOUSE, NOBODY, RETIRED, SHOP, town

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TEXT = Asked(text="Bruul 45, 2800 Mechelen")


class Live:
    """The register itself, which says what a test wants."""

    def __init__(self, says: Confirmation) -> None:
        self.says = says
        self.asked: list[tuple[int, bool]] = []

    async def confirm(self, address: int, *, fresh: bool = False) -> Confirmation:
        self.asked.append((address, fresh))
        return self.says


@pytest.fixture
def register(tmp_path: Path) -> Register:
    town().save(tmp_path)
    return Register(tmp_path)


def remote(register: Register, number: int, **values: Any) -> RemoteAddress:
    """An address as the register has it: as our replica, but for what is given."""
    with register.open() as view:
        address = view.address(number)
        assert address is not None
        whole = view.whole(address)
        assert whole is not None
    return RemoteAddress(replace(address, **values), whole.street.name, None, whole.municipality)


def says(register: Register, number: int, **values: Any) -> Live:
    return Live(judged(Found(remote(register, number, **values), NOW)))


def codes(match: Match) -> list[str]:
    return [one.code for one in match.reasons]


async def test_without_a_live_register_the_replica_answers(register: Register) -> None:
    for inquiries in (Inquiries(register), Inquiries(register, Live(not_asked()))):
        found = await inquiries.about(TEXT, confirm=True)
        assert (found.match.verdict, found.followable, found.source.source) == ("exact", SHOP, "replica")


async def test_an_answer_is_confirmed(register: Register) -> None:
    live = says(register, SHOP, version="2026-11-01T08:00:00+01:00")
    found = await Inquiries(register, live).about(TEXT, confirm=True)
    assert (found.match.verdict, found.source.source, found.source.as_of) == ("exact", "live", NOW)
    assert found.match.address is not None
    assert found.match.address.version == "2026-11-01T08:00:00+01:00"
    assert live.asked == [(SHOP, False)]
    await Inquiries(register, live).about(TEXT, refresh=True)
    assert live.asked[-1] == (SHOP, True)


async def test_nobody_asks_the_register_unless_told_to(register: Register) -> None:
    live = says(register, SHOP)
    found = await Inquiries(register, live).about(TEXT)
    assert (found.match.verdict, found.source.source, live.asked) == ("exact", "replica", [])


async def test_what_the_register_writes_differently_is_a_correction(register: Register) -> None:
    found = (await Inquiries(register, says(register, SHOP, house="45A")).about(TEXT, confirm=True)).match
    assert (found.verdict, found.house_number) == ("corrected", "45A")
    assert [one.code for one in found.changes] == ["register_newer"]


@pytest.mark.parametrize(
    ("status", "code"), [(Status.GEHISTOREERD, "register_retired"), (Status.AFGEKEURD, "register_rejected")]
)
async def test_what_ended_meanwhile_is_not_given(register: Register, status: Status, code: str) -> None:
    found = await Inquiries(register, says(register, SHOP, status=status)).about(TEXT, confirm=True)
    assert (found.match.verdict, codes(found.match), found.followable) == ("street_only", [code], None)


async def test_of_a_bus_that_ended_meanwhile_the_building_is_left(register: Register) -> None:
    live = says(register, BOX, status=Status.GEHISTOREERD)
    found = await Inquiries(register, live).about(str(BOX), confirm=True)
    assert found.match.verdict == "building_only"
    assert found.match.building is not None
    assert found.match.building.id == BUILDING


async def test_what_the_register_has_in_its_place_is_taken(register: Register) -> None:
    said = judged(Found(remote(register, SHOP, status=Status.GEHISTOREERD), NOW), (HEIR,))
    found = await Inquiries(register, Live(said)).about(TEXT, confirm=True)
    assert (found.match.verdict, found.followable) == ("corrected", HEIR)


@pytest.mark.parametrize(("detail", "code"), [(Removed(NOW), "register_removed"), (Absent(NOW), "register_absent")])
async def test_what_the_register_does_not_have_is_not_given(
    register: Register, detail: Removed | Absent, code: str
) -> None:
    found = await Inquiries(register, Live(judged(detail))).about(str(HOUSE), confirm=True)
    assert (found.match.address, codes(found.match)) == (None, [code])


async def test_who_wrote_words_is_not_told_to_look_at_an_id(register: Register) -> None:
    asked = Asked(text="Leopoldstraat 14 bus 0101, 2800 Mechelen")
    found = await Inquiries(register, Live(judged(Absent(NOW)))).about(asked, confirm=True)
    assert (found.match.verdict, found.followable, codes(found.match)) == ("building_only", None, ["register_absent"])
    said = found.match.reasons[0].message
    assert said == "Onze kopie heeft dit adres, het Adressenregister zelf kent het niet."


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (Unavailable("remote_timeout", "x"), "register_unavailable"),
        (Denied("remote_denied", "x"), "register_denied"),
    ],
)
async def test_an_outage_leaves_the_replicas_answer_and_says_so(
    register: Register, trouble: Unavailable | Denied, code: str
) -> None:
    found = await Inquiries(register, Live(no_answer(trouble))).about(TEXT, confirm=True)
    assert (found.match.verdict, found.followable, found.source.source) == ("exact", SHOP, "replica")
    assert codes(found.match)[-1] == code


async def test_an_id_that_our_part_lacks_is_asked_of_the_register(register: Register) -> None:
    elsewhere = replace(remote(register, SHOP, id=NOBODY, street=77), street="Veldstraat")
    live = Live(judged(Found(elsewhere, NOW)))
    found = await Inquiries(register, live).about(str(NOBODY), confirm=True)
    assert (found.match.verdict, found.followable) == ("exact", NOBODY)
    assert found.match.street is not None
    assert found.match.street.name == "Veldstraat"


async def test_only_an_address_that_was_found_is_confirmed(register: Register) -> None:
    live = Live(not_asked())
    for asked in (Asked(text="Verzonnenlei 4, 2800 Mechelen"), Asked(text="Bruul, Mechelen"), Asked(), "onzin"):
        await Inquiries(register, live).about(asked, confirm=True)
    assert live.asked == []


async def test_a_successor_is_what_is_confirmed(register: Register) -> None:
    live = says(register, HEIR)
    found = await Inquiries(register, live).about(RETIRED, confirm=True)
    assert (live.asked, found.match.verdict, found.followable) == ([(HEIR, False)], "corrected", HEIR)


async def test_bad_input_has_a_verdict(register: Register) -> None:
    for text in (
        "x" * 10_000,
        "🏠" * 50,
        "\u202eBruul 45",
        "'; DROP TABLE address;--",
        "<script>Bruul 45</script>",
        "\ud800",
    ):
        assert (await Inquiries(register).about(Asked(text=text))).match.reasons
        assert (await Inquiries(register).about(text)).match.verdict == "unknown"
