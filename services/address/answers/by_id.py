"""What is known by an id, as plain values for HTTP and the command line. Pure."""

from __future__ import annotations

from services.address.answers import shown
from services.address.answers.look_up import Around, Known, OnParcel
from services.address.answers.shown import Shown
from services.address.domain.model import Note, Status
from services.address.questions.shapes import BuildingView, Unit, Whole
from services.address.remote.surroundings import LiveBuilding

_NO_BUILDING = Note("no_building", "Het Adressenregister koppelt dit adres en zijn huisnummer niet aan een gebouw.")
_NO_PARCEL = Note("no_parcel", "Het Adressenregister koppelt dit adres en zijn gebouw niet aan een perceel.")
_MORE = Note("incomplete", "Er zijn meer gebouweenheden of gebouwen dan hier staan.")


def known(found: Known) -> Shown:
    """An address by its id; `address` null: it is not there."""
    return {
        "address_id": str(found.id),
        "address": None if found.whole is None else shown.address(found.whole),
        **_standing(found),
        "source": shown.source(found.source),
    }


def around(found: Around, whole: Whole) -> Shown:
    """An address that is there, in its building."""
    addresses = found.addresses or (whole,)
    return {
        "address": shown.address(whole),
        **_standing(found.known),
        "building_address_id": shown.text(_building_address(found, whole)),
        "addresses": [shown.address(one) for one in addresses],
        **(_live(found.live) if found.live is not None else _replica(found.replica)),
        "source": shown.source(found.known.source),
    }


def parcel(found: OnParcel) -> Shown:
    """A parcel; `status` null: it is not there."""
    return {**shown.on_parcel(found.view, found.addresses), "source": shown.source(found.source)}


def _standing(found: Known) -> Shown:
    return {
        "usable": found.usable,
        "reasons": shown.notes(found.reasons),
        "successors": [shown.address(one) for one in found.successors],
    }


def _building_address(found: Around, whole: Whole) -> int | None:
    live = None if found.live is None else found.live.building_address
    here = found.replica and found.replica.building_address
    return live or (here.id if here else whole.address.building)


def _replica(here: BuildingView | None) -> Shown:
    """Nothing when only the live register has the address, and was not asked about its building."""
    if here is None:
        return {"units": [], "buildings": [], "parcels": [], "notes": []}
    return {
        "units": [shown.unit(one) for one in here.units],
        "buildings": [shown.building(one.id, _code(one.status), one.via) for one in here.buildings],
        "parcels": [shown.parcel(one.capakey, one.status.code, one.via, one.address) for one in here.parcels],
        "notes": shown.notes(here.notes),
    }


def _code(status: Status | None) -> str | None:
    return None if status is None else status.code


def _live(said: LiveBuilding) -> Shown:
    units = (Unit(one.id, one.building, one.function, one.status, one.addresses) for one in said.units)
    lacking = ((not said.buildings, _NO_BUILDING), (not said.parcels, _NO_PARCEL), (not said.complete, _MORE))
    return {
        "units": [shown.unit(one) for one in units],
        "buildings": [shown.building(one.id, one.status.code) for one in said.buildings],
        "parcels": [shown.parcel(one) for one in said.parcels],
        "notes": shown.notes(note for lacks, note in lacking if lacks),
    }
