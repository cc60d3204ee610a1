"""`loketbus address show`: an address with its building, or a parcel with its addresses."""

from __future__ import annotations

import asyncio
from typing import Any

from loketbus.cli.output import print_fields, print_json, print_line, print_table
from loketbus.cli.registers import typed
from loketbus.clock import utc_now
from loketbus.errors import Rejected
from loketbus.settings import load
from services.address.answers import by_id
from services.address.answers.look_up import Around, LookUp, on_parcel
from services.address.answers.shown import Shown
from services.address.cli.group import opened, opened_register
from services.address.cli.printing import print_attribution, print_homonym, print_notes
from services.address.domain.object_ids import object_id
from services.address.live import Live
from services.address.questions import Register
from services.address.remote.client import RegisterClient
from services.address.remote.connection import connection_of
from services.address.settings import AddressSettings

ADDRESSES_SHOWN = 100
IS_THERE = "by_id"
"""Reason of an address with which nothing is the matter: its fields say so."""
VIA = {
    "address": "het adres zelf",
    "building_address": "het huisnummer zonder bus",
    "units": "de eenheden van het gebouw",
    None: "het Adressenregister zelf",
}


def show(id: str, *, refresh: bool, as_json: bool) -> bool:
    """All about an id; whether there is such a one."""
    text = typed(id)
    number = object_id(text)
    answer, there = _parcel(text) if number is None else _address(number, refresh)
    if as_json:
        print_json(answer)
    elif number is None:
        _print_parcel(answer)
    elif there:
        _print_building(answer)
    else:
        print_notes(answer["reasons"])
        _print_successors(answer)
    return there


def _parcel(text: str) -> tuple[Shown, bool]:
    try:
        with opened() as view:
            found = on_parcel(view, text)
    except Rejected as refusal:
        if refusal.code != "capakey_wrong":
            raise
        said = "Geef het id van een adres (een getal, zoals 3201926), zijn URI, of een caPaKey zoals 21683D0265/02R020."
        raise Rejected("id_unreadable", said) from None
    return by_id.parcel(found), found.view.status is not None


def _address(number: int, refresh: bool) -> tuple[Shown, bool]:
    with opened_register() as register:
        found = asyncio.run(_around(register, number, refresh))
    whole = found.known.whole
    return (by_id.known(found.known), False) if whole is None else (by_id.around(found, whole), True)


async def _around(register: Register, number: int, refresh: bool) -> Around:
    settings = load(AddressSettings)
    connection = connection_of(settings) if refresh else None
    if connection is None:
        return await LookUp(register, Live(None, utc_now)).building(number, refresh=refresh)
    try:
        live = Live(RegisterClient(connection, settings.address_api_version), utc_now)
        return await LookUp(register, live).building(number, refresh=refresh)
    finally:
        await connection.close()


def _print_building(answer: Shown) -> None:
    address = answer["address"]
    print_fields(
        {
            "Adres": address["label"],
            "Id": address["address_id"],
            "Toestand": address["status"],
            "Gebouwadres": answer["building_address_id"],
        }
    )
    print_homonym(address)
    print_notes(one for one in answer["reasons"] if one["code"] != IS_THERE)
    _print_successors(answer)
    shown = answer["addresses"][:ADDRESSES_SHOWN]
    rows = [(one["address_id"], one["label"], one["status"]) for one in shown]
    print_table("Adressen van het gebouw", ("id", "adres", "toestand"), rows)
    if len(answer["addresses"]) > ADDRESSES_SHOWN:
        print_line(f"En nog {len(answer['addresses']) - ADDRESSES_SHOWN} andere adressen: zie --json.")
    _print_things(answer)
    print_notes(answer["notes"])
    print_attribution(answer)


def _print_things(answer: Shown) -> None:
    if answer["units"]:
        print_table("Gebouweenheden", ("id", "gebouw", "functie", "toestand", "adressen"), map(_unit, answer["units"]))
    if answer["buildings"]:
        rows = [(one["building_id"], one["status"], VIA[one["via"]]) for one in answer["buildings"]]
        print_table("Gebouwen", ("id", "toestand", "gevonden via"), rows)
    if answer["parcels"]:
        rows = [(one["capakey"], one["status"], VIA[one["via"]]) for one in answer["parcels"]]
        print_table("Percelen", ("caPaKey", "toestand", "gevonden via"), rows)


def _unit(one: dict[str, Any]) -> tuple[object, ...]:
    return one["unit_id"], one["building_id"], one["function"], one["status"], ", ".join(one["address_ids"])


def _print_successors(answer: Shown) -> None:
    for one in answer["successors"]:
        print_fields({"In de plaats kwam": f"{one['label']} (adres {one['address_id']})"})


def _print_parcel(answer: Shown) -> None:
    missing = "staat niet in het deel van het register dat hier bewaard wordt"
    print_fields({"Perceel": answer["capakey"], "Toestand": answer["status"] or missing})
    if answer["status"] is not None:
        rows = [(one["address_id"], one["label"], VIA[one["via"]]) for one in answer["addresses"]]
        print_table("Adressen op dit perceel", ("id", "adres", "gevonden via"), rows)
    print_attribution(answer)
