"""The examples of the contract are what the code says about those addresses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from loketbus_contracts import (
    ADDRESS_CHANGED,
    ADDRESS_REQUESTED,
    ADDRESS_RESOLVED,
    AddressChanged,
    AddressResolved,
    AddressState,
)
from loketbus_contracts._examples import Example, examples
from loketbus_contracts._generate import ROOT

from loketbus.revisions import next_revision
from services.address.domain import changes
from services.address.domain.by_id import match_id
from services.address.domain.matching import match
from services.address.handlers.requested import asked
from services.address.questions import Register, View
from services.address.told import resolved_event, source_model, state
from tests.support import address_examples as street

REQUESTED = {one.event(ADDRESS_REQUESTED).id: one for one in examples(ROOT / "examples", ADDRESS_REQUESTED)}
RESOLVED = {one.name: one for one in examples(ROOT / "examples", ADDRESS_RESOLVED)}
CHANGED = {one.name: one for one in examples(ROOT / "examples", ADDRESS_CHANGED)}
BEFORE = {
    "replaced": (street.OLD, {"status": "inGebruik"}),
    "house_number": (street.HOUSE, {}),
    "box": (street.THIRD, {}),
    "building_address": (street.FIRST, {}),
    "removed": (street.SECOND, {}),
}
"""The address of an example as it was before, but for what the street in `address_examples` has already."""


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> Iterator[View]:
    """The street of the examples."""
    folder: Path = tmp_path_factory.mktemp("examples")
    street.town().save(folder)
    with Register(folder).open() as found:
        yield found


def at(view: View, address: int, **values: object) -> AddressState:
    found = view.address(address)
    assert found is not None
    whole = view.whole(found)
    assert whole is not None
    return state(whole.address, whole.street, whole.municipality).model_copy(update=values)


@pytest.mark.parametrize("example", RESOLVED.values(), ids=RESOLVED)
def test_an_answer(view: View, example: Example) -> None:
    event = example.event(ADDRESS_RESOLVED)
    told: AddressResolved = event.data
    request = REQUESTED[told.request].event(ADDRESS_REQUESTED)
    assert (event.causation_id, event.key) == (request.id, request.key)
    question = asked(request.data)
    found = match_id(view, question) if isinstance(question, str) else match(view, question)
    assert told == resolved_event(
        found, view.source, request.data, request=request.id, occurred_at=request.time, followed=told.followed
    )
    assert told.followed == (request.data.follow and found.address is not None)


@pytest.mark.parametrize("example", CHANGED.values(), ids=CHANGED)
def test_a_change(view: View, example: Example) -> None:
    event = example.event(ADDRESS_CHANGED)
    told: AddressChanged = event.data
    number, values = BEFORE[example.name]
    before = at(view, number, **values)
    assert told.changes == changes.changes(before, told.address, told.successors)
    assert told.tijdlijn_tekst == changes.line(told.address_id, before.label, told.changes)
    assert told.successors == tuple(at(view, one.id) for one in view.successors(number) if told.address)
    assert told.occurred_at == (changes.version_moment(before, told.address) or view.source.as_of) == event.time
    assert told.revision == next_revision(0, told.occurred_at)
    assert event.correlation_id == event.causation_id == f"change:{number}:{told.revision}"
    assert told.source == source_model(view.source)


def test_every_request_has_its_answer() -> None:
    assert {one.event(ADDRESS_RESOLVED).data.request for one in RESOLVED.values()} == set(REQUESTED)
    assert set(BEFORE) == set(CHANGED)
