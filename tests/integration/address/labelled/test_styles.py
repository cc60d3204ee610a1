"""Whatever supported style an address of the register is written in, matching gives it back, or asks which of a few."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.address.domain.matching import match
from services.address.domain.model import Address, Asked
from services.address.questions import Register, View
from tests.integration.address.labelled.registers import town
from tests.integration.address.labelled.styles import NUMBERS, PLACES, STREETS, written

styles = st.tuples(st.sampled_from(sorted(STREETS)), st.sampled_from(sorted(NUMBERS)), st.sampled_from(sorted(PLACES)))


@dataclass(frozen=True)
class Registered:
    """The replica and the ids of its valid addresses."""

    view: View
    ids: tuple[int, ...]


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registered]:
    folder = tmp_path_factory.mktemp("styles")
    made = town()
    made.save(folder)
    register = Register(folder)
    with register.open() as view:
        ids = (row[0] for row in made.rows["address"])
        yield Registered(view, tuple(one for one in ids if valid(view.address(one))))
    register.close()


def valid(address: Address | None) -> bool:
    return address is not None and address.status.valid


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), style=styles)
def test_written_in_any_style_it_comes_back(
    registered: Registered, data: st.DataObject, style: tuple[str, ...]
) -> None:
    view = registered.view
    address = view.address(data.draw(st.sampled_from(registered.ids)))
    assert address is not None
    street = view.street(address.street)
    assert street is not None
    municipality = view.municipality(street.nis)
    assert municipality is not None
    text = written(
        street.name,
        address.house,
        address.box,
        str(address.postcode),
        municipality.name,
        (style[0], style[1], style[2]),
    )
    found = match(view, Asked(text=text))
    meant = [found.address] if found.address else [one.address for one in found.candidates]
    assert found.verdict in ("exact", "corrected", "ambiguous"), (text, found.verdict, found.reasons)
    assert address.id in [one.id for one in meant if one is not None], (text, found.verdict, found.reasons)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_parts_come_back(registered: Registered, data: st.DataObject) -> None:
    view = registered.view
    address = view.address(data.draw(st.sampled_from(registered.ids)))
    assert address is not None
    street = view.street(address.street)
    assert street is not None
    asked = Asked(street=street.name, house_number=address.house, box=address.box or "", postcode=str(address.postcode))
    found = match(view, asked)
    assert found.verdict == "exact"
    assert found.address == address
