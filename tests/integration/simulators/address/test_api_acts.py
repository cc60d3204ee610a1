"""What is done to the register from outside: seen in the API, told in the feeds, in the words of real events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from simulators._common.control import ControlError
from simulators.address.api import AddressRegisterControl, AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.editing import Editor
from simulators.address.model import EVENT_BASE
from tests.integration.simulators.address.asking import get
from tests.integration.simulators.address.real_events import unlike_real
from tests.integration.simulators.address.samples import busy_world, needs_samples

HOUSE, BOX, STREET, GENT = 59, 60, 748, 44021


@pytest.fixture
def api() -> Iterator[AddressRegisterSimulator]:
    options = AddressRegisterOptions(key_per_second=None)
    with AddressRegisterSimulator(options, run_as="thread", world=busy_world(20)) as running:
        yield running


def told(found: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """(what, to which register and object, why)."""
    return [
        (
            one["type"].split(".")[2],
            f"{one['source'].rsplit('/', 1)[1]}/{one['data'].get('objectId', '')}",
            one["basisregisterseventtype"],
        )
        for one in found
    ]


def attributes(event: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {one["naam"]: (one["oudeWaarde"], one["nieuweWaarde"]) for one in event["data"]["attributen"]}


def feed(api: AddressRegisterSimulator, register: str, page: int = 1) -> list[dict[str, Any]]:
    return list(get(api, f"/v3/feeds/wijzigingen/{register}", {"pagina": page}).json())


def test_a_house_is_retired_with_its_boxes(api: AddressRegisterSimulator) -> None:
    found = api.control.retire(HOUSE)
    assert ("update", "adressen/59", "AddressWasRetiredV2") in told(found)
    assert ("update", "adressen/60", "AddressWasRetiredBecauseHouseNumberWasRetired") in told(found)
    assert ("update", "gebouweenheden/1", "BuildingUnitAddressWasDetachedV2") in told(found)
    assert get(api, "/v2/adressen/60").json()["adresStatus"] == "gehistoreerd"
    assert get(api, "/v2/gebouweenheden/1").json()["adressen"] == []
    known = "https://data.vlaanderen.be/id/concept/adresstatus/"
    [event] = [one for one in found if one.get("subject", "").endswith("/adres/59")]
    assert attributes(event) == {"status": (f"{known}inGebruik", f"{known}gehistoreerd")}


def test_ids_rise_over_all_feeds_and_an_act_has_one_cause(api: AddressRegisterSimulator) -> None:
    found = api.control.retire(HOUSE) + api.control.rename_street(5000, "Korte Lei")
    assert [int(one["id"]) for one in found] == list(range(EVENT_BASE + 1, EVENT_BASE + 1 + len(found)))
    assert len({one["basisregisterscausationid"] for one in found}) == 2
    for register in ("adressen", "straatnamen", "gebouweenheden"):
        own = [one for one in found if one["source"].endswith(f"/{register}")]
        assert feed(api, register)[-len(own) :] == own
    at = get(api, "/v3/feeds/posities", {"register": "adressen", "download": EVENT_BASE}).json()
    assert at["wijzigingenFeedId"] == EVENT_BASE, "a download of before is followed from here"


def test_a_renamed_street_gives_its_addresses_a_new_version_only(api: AddressRegisterSimulator) -> None:
    before = get(api, "/v2/adressen/60")
    street, *addresses = api.control.rename_street(STREET, "Proefstraat")
    assert attributes(street)["straatnaam"] == (
        [{"@value": "Teststraat", "@language": "nl"}],
        [{"@value": "Proefstraat", "@language": "nl"}],
    )
    assert [attributes(one) for one in addresses] == [{}, {}]
    after = get(api, "/v2/adressen/60", if_none_match=before.headers["etag"]).json()
    assert after["volledigAdres"]["geografischeNaam"]["spelling"] == "Proefstraat 42 bus 5B, 9000 Gent"
    assert after["identificator"]["versieId"] == addresses[1]["data"]["versieId"]


def test_a_house_is_renumbered_to_new_addresses(api: AddressRegisterSimulator) -> None:
    found = api.control.renumber(HOUSE, "44")
    kinds = [kind for kind, thing, _ in told(found) if thing.startswith("adressen")]
    assert kinds == ["create", "create", "transform", "update", "update", "update", "update"]
    pairs = next(one for one in found if one["type"].endswith("transform.v1"))["data"]
    assert [pair["vanId"] for pair in pairs["transformaties"]] == [str(HOUSE), str(BOX)]
    new = get(api, f"/v2/adressen/{pairs['transformaties'][1]['naarId']}").json()
    assert (new["huisnummer"], new["busnummer"], new["adresStatus"]) == ("44", "5B", "inGebruik")
    assert new["huisnummerObject"]["objectId"] == pairs["transformaties"][0]["naarId"]
    assert get(api, f"/v2/adressen/{BOX}").json()["adresStatus"] == "gehistoreerd"
    assert pairs["nisCodes"] == [str(GENT)]


def test_a_removed_address_is_gone_and_comes_back(api: AddressRegisterSimulator) -> None:
    before = get(api, f"/v2/adressen/{BOX}").json()
    api.control.remove(BOX)
    assert get(api, f"/v2/adressen/{BOX}").status_code == 410
    assert get(api, "/v2/adressen?straatnaamObjectId=748&busnummer=5B").json()["adressen"] == []
    [back] = api.control.restore(BOX)
    assert told([back]) == [("create", f"adressen/{BOX}", "AddressRemovalWasCorrected")]
    after = get(api, f"/v2/adressen/{BOX}").json()
    assert (after["volledigAdres"], after["adresStatus"]) == (before["volledigAdres"], before["adresStatus"])


def test_a_new_box_is_an_address(api: AddressRegisterSimulator) -> None:
    number = api.control.add(STREET, "42", "7")
    one = get(api, f"/v2/adressen/{number}").json()
    assert (one["busnummer"], one["adresStatus"], one["postinfo"]["objectId"]) == ("7", "inGebruik", "9000")
    assert [kind for kind, _, _ in told(feed(api, "adressen")[-2:])] == ["create", "update"]


def test_a_merger_gives_everything_a_successor(api: AddressRegisterSimulator) -> None:
    found = api.control.merge([GENT, 11001], 44999, "Gentselaar")
    events = [one["basisregisterseventtype"] for one in found]
    assert events.count("MunicipalityWasMerged") == 4
    moved = [one["data"] for one in found if one["type"] == "basisregisters.address.transform.v1"]
    assert [one["nisCodes"] for one in moved] == [[str(GENT), "44999"], ["11001", "44999"]]
    pair = next(pair for one in moved for pair in one["transformaties"] if pair["vanId"] == str(BOX))
    new = get(api, f"/v2/adressen/{pair['naarId']}").json()
    assert new["volledigAdres"]["geografischeNaam"]["spelling"] == "Teststraat 42 bus 5B, 9000 Gentselaar"
    assert get(api, f"/v2/straatnamen/{STREET}").json()["straatnaamStatus"] == "gehistoreerd"


ACTS: dict[str, Callable[[AddressRegisterControl], Any]] = {
    "retire": lambda control: control.retire(HOUSE),
    "renumber": lambda control: control.renumber(HOUSE, "44"),
    "rename_street": lambda control: control.rename_street(STREET, "Proefstraat"),
    "correct_box": lambda control: control.correct_box(BOX, "005B"),
    "correct_house": lambda control: control.correct_house(HOUSE, "43"),
    "correct_postcode": lambda control: control.correct_postcode(HOUSE, 9050),
    "move": lambda control: control.move(BOX, 105_000.5, 193_000.25),
    "remove": lambda control: control.remove(HOUSE),
    "readdress": lambda control: control.readdress([HOUSE], 69683),
    "retire_street": lambda control: control.retire_street(STREET),
    "merge": lambda control: control.merge([GENT, 11001], 44999, "Gentselaar"),
    "add": lambda control: control.add(STREET, "42", "8", 9000),
    "reject": lambda control: control.reject(int(control.propose(STREET, "46")[0]["data"]["objectId"])),
    "restore": lambda control: (control.remove(BOX), control.restore(BOX)),
}


@needs_samples
@pytest.mark.parametrize("name", ACTS)
def test_every_act_speaks_as_the_real_feeds(api: AddressRegisterSimulator, name: str) -> None:
    ACTS[name](api.control)
    registers = ("gemeenten", "postinfo", "straatnamen", "adressen", "gebouweenheden", "percelen")
    new = [one for register in registers for one in feed(api, register) if int(one["id"]) > EVENT_BASE]
    assert new
    assert [(one, unlike_real(one)) for one in new if unlike_real(one)] == []


def test_the_feed_tells_what_the_register_holds(api: AddressRegisterSimulator) -> None:
    """Who applies every event from the first has the addresses that the API lists, after each act of a long life."""
    life = ("add", "reject", "correct_box", "correct_postcode", "move", "rename_street", "restore", "correct_house",
            "renumber", "merge")  # fmt: skip
    for name in life:
        ACTS[name](api.control)
        listed = get(api, "/v2/adressen?limit=500").json()["adressen"]
        assert applied(api) == {
            one["identificator"]["objectId"]: (
                one["huisnummer"], one.get("busnummer"), one["adresStatus"], one["identificator"]["versieId"],
            )
            for one in listed
        }, name  # fmt: skip


def applied(api: AddressRegisterSimulator) -> dict[str, tuple[Any, ...]]:
    """(huisnummer, busnummer, status, versie) by id, from all pages of the feed."""
    kept: dict[str, dict[str, Any]] = {}
    for event in (one for page in (1, 2, 3) for one in feed(api, "adressen", page)):
        number = event["data"].get("objectId")
        if event["type"].endswith("delete.v1"):
            del kept[number]
        elif number is not None:
            kept.setdefault(number, {}).update({key: new for key, (_, new) in attributes(event).items()})
            kept[number]["version"] = event["data"]["versieId"]
    return {
        number: (one["huisnummer"], one.get("busnummer"), one["status"].rsplit("/", 1)[1], one["version"])
        for number, one in kept.items()
    }


def test_what_an_editor_does_to_a_given_world_is_told_too() -> None:
    world = busy_world(1)
    Editor(world).retire(HOUSE)
    with AddressRegisterSimulator(
        AddressRegisterOptions(key_per_second=None, history=False), run_as="thread", world=world
    ) as running:
        Editor(world).correct_box(BOX, "5C")
        found = told(feed(running, "adressen"))
        assert (found[0], found[-1]) == (
            ("update", "adressen/59", "AddressWasRetiredV2"),
            ("update", "adressen/60", "AddressBoxNumberWasCorrectedV2"),
        )


def test_what_cannot_be_done(api: AddressRegisterSimulator) -> None:
    with pytest.raises(ControlError, match="no address 1"):
        api.control.retire(1)
    with pytest.raises(ControlError, match="is there already"):
        api.control.correct_house(10_001, "2")
    with pytest.raises(ControlError, match="house-number address"):
        api.control.correct_box(HOUSE, "1")


def test_as_a_process_it_takes_the_same_options() -> None:
    options = AddressRegisterOptions(nis=(11037,), seed=2, scale=0.01, keys=("a", "b"), key_per_second=None)
    with AddressRegisterSimulator(options) as running, AddressRegisterSimulator(options, run_as="thread") as other:
        path = "/v2/adressen?limit=500"
        assert get(running, path, key="fout").status_code == 403
        ours, theirs = (get(one, path, key="b").json()["adressen"] for one in (running, other))
        assert [one["huisnummer"] for one in ours] == [one["huisnummer"] for one in theirs]
        assert ours
        first = int(next(one for one in ours if one["adresStatus"] == "inGebruik")["identificator"]["objectId"])
        assert running.control.retire(first)
        assert get(running, f"/v2/adressen/{first}", key="a").json()["adresStatus"] == "gehistoreerd"
