"""Pages of a list, what is remembered of an answer, the words about an address, and settings of the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from loketbus.errors import Denied, Rejected, Unavailable
from services.address.domain.model import Address, Municipality, Status
from services.address.remote.confirming import PAUSED, in_its_place, judged, no_answer, not_asked, retired
from services.address.remote.paging import ListPlace, read_page
from services.address.remote.register import Absent, Found, ListedAddress, RemoteAddress, Removed
from services.address.remote.remembered import Remembered
from services.address.remote.shapes import Json, UnexpectedAnswer, number
from services.address.settings import AddressSettings

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
PLACE = ListPlace(httpx.URL("https://register.example/api"), "/v2/adressen", "adressen", offset=500)
ASKED = ("adressen", "3201926")


def next_of(following: object, place: ListPlace = PLACE) -> int | None:
    return read_page({"adressen": [], "volgende": following}, place, lambda item: item)[1]


def test_a_page() -> None:
    def read(item: Json) -> int:
        return number(item, "objectId")

    page = {"adressen": [{"objectId": "2"}, {"objectId": "1"}]}
    assert read_page(page, PLACE, read) == ([2, 1], None)
    following = "https://register.example/api/v2/adressen?straatnaamObjectId=7&offset=1000&limit=500"
    assert read_page({**page, "volgende": following}, PLACE, read) == ([2, 1], 1000)
    with pytest.raises(UnexpectedAnswer, match="adressen"):
        read_page({"data": []}, PLACE, read)


@pytest.mark.parametrize(
    "following",
    [
        "https://elsewhere.example/api/v2/adressen?offset=1000", "http://register.example/api/v2/adressen?offset=1000",
        "https://register.example:8443/api/v2/adressen?offset=1000",
        "https://register.example@elsewhere.example/api/v2/adressen?offset=1000",
        "https://register.example/api/v2/straatnamen?offset=1000", "https://register.example/v2/adressen?offset=1000",
        "/api/v2/adressen?offset=1000", "https://register.example:x/", "", 7, {"href": "x"},
    ],
)  # fmt: skip
def test_a_next_page_elsewhere_is_not_followed(following: object) -> None:
    with pytest.raises(UnexpectedAnswer, match="volgende"):
        next_of(following)


@pytest.mark.parametrize("offset", ["500", "0", "", "-1", "1000.5", "x", "²", "9" * 40])
def test_a_next_page_that_is_no_further_on_ends_nothing_in_silence(offset: str) -> None:
    with pytest.raises(UnexpectedAnswer, match="not further on"):
        next_of(f"https://register.example/api/v2/adressen?offset={offset}&limit=500")


def test_the_usual_port_is_no_other_server() -> None:
    assert next_of("https://register.example:443/api/v2/adressen?offset=501") == 501


def remembered(**headers: str) -> Any:
    memory = Remembered(timedelta(hours=12))
    memory.put(ASKED, "value", httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), NOW)
    return memory.get(ASKED)


@pytest.mark.parametrize(
    ("control", "hours"),
    [
        (None, 12), ("public, max-age=43200", 12), ("max-age=3600, public", 1), ("max-age=864000", 12),
        ("no-cache", 0), ("max-age=0", 0), ('private,max-age="7200"', 2), ("s-maxage=60", 12), ("max-age=soon", 12),
    ],
)  # fmt: skip
def test_how_long_an_answer_counts(control: str | None, hours: int) -> None:
    kept = remembered(etag='"a"', **({} if control is None else {"cache_control": control}))
    assert kept.etag == '"a"'
    assert kept.fresh_until == NOW + timedelta(hours=hours)
    assert not kept.counts(kept.fresh_until)
    assert kept.counts(NOW) is (hours > 0)


def test_an_answer_that_may_not_be_kept_takes_the_older_one_away() -> None:
    memory = Remembered(timedelta(hours=12))
    memory.put(ASKED, "old", httpx.Headers(), NOW)
    memory.put(ASKED, "new", httpx.Headers({"Cache-Control": "no-store"}), NOW)
    assert memory.get(ASKED) is None


def test_what_was_not_asked_for_longest_is_forgotten_first() -> None:
    memory = Remembered(timedelta(hours=12), entries_max=2)
    for one in ("1", "2"):
        memory.put(("adressen", one), one, httpx.Headers(), NOW)
    assert memory.get(("adressen", "1")) is not None
    memory.put(("adressen", "3"), "3", httpx.Headers(), NOW)
    assert [memory.get(("adressen", one)) is None for one in ("1", "2", "3")] == [False, True, False]


def an_address(status: Status, box: str | None = None) -> Found[RemoteAddress]:
    address = Address(1, 7, "19", box, 2800, status)
    return Found(RemoteAddress(address, "Moensstraat", None, Municipality(12025, "Mechelen")), NOW)


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        (Status.IN_GEBRUIK, "confirmed", "register_confirmed"), (Status.VOORGESTELD, "confirmed", "register_proposed"),
        (Status.GEHISTOREERD, "retired", "register_retired"), (Status.AFGEKEURD, "rejected", "register_rejected"),
    ],
)  # fmt: skip
def test_an_address_by_its_status(status: Status, outcome: str, code: str) -> None:
    found = judged(an_address(status))
    assert (found.outcome, found.reason.code, found.as_of) == (outcome, code, NOW)
    assert found.address == an_address(status).value
    assert (retired(an_address(status)) is not None) is (outcome == "retired")


def test_removed_is_not_absent() -> None:
    assert [(one.outcome, one.address) for one in (judged(Absent(NOW)), judged(Removed(NOW)))] == [
        ("absent", None),
        ("removed", None),
    ]
    assert retired(Removed(NOW)) is None


def test_who_stands_in_the_place_of_a_retired_one() -> None:
    old = an_address(Status.GEHISTOREERD, box="A1").value
    same = ListedAddress(2, "19", "a1", Status.IN_GEBRUIK, "v")
    others = (
        replace(same, id=1), replace(same, id=3, status=Status.GEHISTOREERD), replace(same, id=4, box=None),
        replace(same, id=5, box="A2"), replace(same, id=6, status=Status.VOORGESTELD),
    )  # fmt: skip
    assert in_its_place(old, (same, *others)) == (2, 6)
    assert judged(an_address(Status.GEHISTOREERD), (2, 6)).reason.message.endswith("is er nu: 2, 6.")


@pytest.mark.parametrize(
    ("trouble", "outcome", "code"),
    [
        (Unavailable("remote_timeout", "x"), "unavailable", "register_unavailable"),
        (Unavailable(PAUSED, "x"), "unavailable", PAUSED),
        (Rejected("register_rejected", "x"), "unavailable", "register_unavailable"),
        (Denied("register_denied", "x"), "denied", "register_denied"),
    ],
)
def test_without_answer_the_copy_stands_and_says_so(trouble: Any, outcome: str, code: str) -> None:
    found = no_answer(trouble)
    assert (found.outcome, found.reason.code, found.as_of, found.address) == (outcome, code, None, None)
    assert found.reason.message.endswith("Dit antwoord komt uit onze kopie.")
    assert not_asked().outcome == "not_asked"


def test_settings_of_the_register() -> None:
    url = "https://api.basisregisters.vlaanderen.be"
    read = AddressSettings(address_api_url=f"{url}/", address_api_key=" abc-123\n")
    assert read.address_api_url == url
    assert read.address_api_key is not None
    assert read.address_api_key.get_secret_value() == "abc-123"
    empty = AddressSettings(address_api_url="", address_api_key=" ")
    assert (empty.address_api_url, empty.address_api_key) == (None, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"address_api_url": "api.basisregisters.vlaanderen.be"}, {"address_api_url": "ftp://x"},
        {"address_api_url": "https://x?apikey=1"}, {"address_api_url": "https://key@x"},
        {"address_api_url": "https://x/v2"}, {"address_api_url": "https://x/v3/"}, {"address_api_url": "https://"},
        {"address_api_key": "a b"}, {"address_api_key": "a\nb"}, {"address_api_key": "sleutél"},
    ],
)  # fmt: skip
def test_wrong_settings_of_the_register(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        AddressSettings(**wrong)  # type: ignore[arg-type]
