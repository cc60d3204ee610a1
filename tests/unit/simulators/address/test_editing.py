"""What happens in the register: the world stays consistent and tells what a feed tells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from simulators.address import World
from simulators.address.editing import Editor
from simulators.address.model import VALID, Address, Change


def of(changes: list[Change], kind: str) -> list[tuple[str, str]]:
    return [(change.action, change.event) for change in changes if change.kind == kind]


@pytest.fixture
def editor(town: World) -> Editor:
    return Editor(town)


@pytest.fixture
def boxed(town: World) -> Address:
    """A house-number address in use with boxes in use."""
    return next(
        one
        for one in town.addresses.values()
        if one.status == "inGebruik" and not one.box and {box.status for box in town.boxes_of(one.id)} == {"inGebruik"}
    )


def check(world: World) -> None:
    """Nothing leads nowhere, and no two valid addresses are alike."""
    alike = Counter((one.street, one.house, one.box) for one in world.addresses.values() if one.status in VALID)
    assert max(alike.values()) == 1
    for one in world.addresses.values():
        assert one.street in world.streets
        assert one.parent is None or one.parent in world.addresses
    links = [link for unit in world.units.values() for link in unit.addresses]
    links += [link for parcel in world.parcels.values() for link in parcel.addresses]
    assert all(world.addresses[link].status in VALID for link in links)


def test_propose_and_approve(town: World, editor: Editor, boxed: Address) -> None:
    (born,) = editor.propose(boxed.street, boxed.house, "99Z")
    assert isinstance(born.id, int)
    new = town.addresses[born.id]
    assert (new.parent, new.status, new.postcode) == (boxed.id, "voorgesteld", boxed.postcode)
    assert ("busnummer", None, "99Z") in born.attributes
    assert new in town.boxes_of(boxed.id)

    (approved,) = editor.approve(born.id)
    assert approved.attributes == (("status", "voorgesteld", "inGebruik"),)
    assert approved.event == "AddressWasApproved"
    assert approved.version > born.version
    check(town)


def test_retiring_a_house_retires_its_boxes_and_lets_go_of_links(town: World, editor: Editor, boxed: Address) -> None:
    boxes = town.boxes_of(boxed.id)
    changes = editor.retire(boxed.id)

    assert {one.status for one in (boxed, *boxes)} == {"gehistoreerd"}
    events = [event for _, event in of(changes, "address")]
    assert events == ["AddressWasRetiredV2", *["AddressWasRetiredBecauseHouseNumberWasRetired"] * len(boxes)]
    assert {event for _, event in of(changes, "unit")} == {"BuildingUnitAddressWasDetachedV2"}
    assert not any(town.units_of_address(one.id) for one in boxes)
    check(town)


def test_renumbering_gives_successors_with_the_links(town: World, editor: Editor, boxed: Address) -> None:
    old = [boxed, *town.boxes_of(boxed.id)]
    units = {one.id: [unit.id for unit in town.units_of_address(one.id)] for one in old}
    changes = editor.renumber(boxed.id, "9999")

    (transform,) = [change for change in changes if change.action == "transform"]
    assert [pair.old for pair in transform.transformations] == [one.id for one in old]
    for pair, before in zip(transform.transformations, old, strict=True):
        assert isinstance(pair.new, int)
        new = town.addresses[pair.new]
        assert (new.house, new.box, new.status) == ("9999", before.box, "inGebruik")
        assert before.status == "gehistoreerd"
        assert town.successors("address", before.id) == (new.id,)
        assert [unit.id for unit in town.units_of_address(new.id)] == units[before.id]
    actions = [action for action, _ in of(changes, "address")]
    assert actions.index("transform") == len(old)
    check(town)


def test_readdressing_to_another_street(town: World, editor: Editor, boxed: Address) -> None:
    taken = {one.street for one in town.addresses.values() if one.status in VALID and one.house == boxed.house}
    street = next(one for one in town.streets if one not in taken)
    editor.readdress([boxed.id], street)

    (new,) = [
        one for one in town.addresses_of(street) if one.status in VALID and (one.house, one.box) == (boxed.house, None)
    ]
    assert town.successors("address", boxed.id) == (new.id,)
    assert len(town.boxes_of(new.id)) == len(town.boxes_of(boxed.id))
    check(town)


def test_renaming_a_street_is_a_new_version_of_its_addresses(town: World, editor: Editor, boxed: Address) -> None:
    before = town.streets[boxed.street].names
    street, *addresses = editor.rename_street(boxed.street, "Nieuwe Naamstraat")

    assert street.attributes == (("straatnaam", before, {"nl": "Nieuwe Naamstraat"}),)
    assert {change.id for change in addresses} == {one.id for one in town.addresses_of(boxed.street)}
    assert {change.attributes for change in addresses} == {()}
    assert town.streets_named("nieuwe naamstraat")[0].id == boxed.street


def test_correcting_keeps_the_id(town: World, editor: Editor, boxed: Address) -> None:
    box = town.boxes_of(boxed.id)[0]
    written = box.box
    (change,) = editor.correct_box(box.id, "0909")
    assert change.attributes == (("busnummer", written, "0909"),)

    changes = editor.correct_house(boxed.id, "7777")
    assert {one.house for one in town.boxes_of(boxed.id)} == {"7777"}
    assert len(changes) == 1 + len(town.boxes_of(boxed.id))
    check(town)


def test_removing_and_restoring(town: World, editor: Editor, boxed: Address) -> None:
    boxes = town.boxes_of(boxed.id)
    changes = editor.remove(boxed.id)

    assert Counter(action for action, _ in of(changes, "address")) == {"delete": 1 + len(boxes)}
    assert boxed.id not in town.addresses
    assert set(town.removed["address"]) == {boxed.id, *(box.id for box in boxes)}
    check(town)
    with pytest.raises(ValueError, match="still removed"):
        editor.restore(boxes[0].id)

    (back,) = editor.restore(boxed.id)
    assert (back.action, back.event) == ("create", "AddressRemovalWasCorrected")
    assert town.addresses[boxed.id].house == boxed.house
    assert boxed.id not in town.removed["address"]
    check(town)


def test_a_merger_replaces_every_street_and_address(town: World, editor: Editor) -> None:
    streets = [one.id for one in town.streets_of(12005)]
    valid = [one.id for one in town.addresses.values() if one.status in VALID]
    changes = editor.merge([12005], 90_099, "Bonheiden-Groot")

    assert town.municipalities[12005].status == "gehistoreerd"
    assert town.successors("municipality", 12005) == (90_099,)
    assert {town.postinfos[2820].nis} == {90_099}
    for old in streets:
        (new,) = town.successors("street", old)
        assert isinstance(new, int)
        assert town.streets[new].nis == 90_099
    for old in valid:
        (new,) = town.successors("address", old)
        assert isinstance(new, int)
        assert town.streets[town.addresses[new].street].nis == 90_099
    assert ("transform", "MunicipalityWasMerged") in of(changes, "municipality")
    assert town.changes == changes
    check(town)


def test_what_cannot_be_done_is_refused(town: World, editor: Editor, boxed: Address) -> None:
    box = town.boxes_of(boxed.id)[0]
    with pytest.raises(LookupError):
        editor.retire(1)
    wrong: list[tuple[str, Callable[[], list[Change]]]] = [
        ("not voorgesteld", lambda: editor.approve(boxed.id)),
        ("its boxes follow", lambda: editor.renumber(box.id, "1")),
        ("has no box", lambda: editor.correct_box(boxed.id, "1")),
        ("there already", lambda: editor.propose(boxed.street, boxed.house)),
        ("no valid house-number", lambda: editor.propose(boxed.street, "98765", "1")),
        ("taken", lambda: editor.merge([12005], 12005, "Bonheiden")),
    ]
    for why, act in wrong:
        with pytest.raises(ValueError, match=why):
            act()
    assert town.changes == []
