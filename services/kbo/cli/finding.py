"""`loketbus kbo search | at | list | vmes | syndics`: organisations by name, address, form and postcode."""

from __future__ import annotations

import asyncio

from loketbus.cli.output import print_json, print_line
from loketbus.cli.registers import answering, typed
from loketbus.errors import Rejected
from services.kbo import told
from services.kbo.cli.group import folder, opened
from services.kbo.cli.printing import print_hits, print_source
from services.kbo.domain.numbers import check
from services.kbo.domain.organisation import Hits
from services.kbo.domain.streets import parse_address
from services.kbo.inquiry import Inquiries, VmesAt
from services.kbo.questions import Register


def search(text: str, postcode: str | None, form: str | None, limit: int, *, as_json: bool) -> None:
    """By name."""
    with opened() as view:
        found = view.search(typed(text), postcode, form, limit)
    _show("Gevonden", found, as_json)
    if not (found.hits or as_json) and (number := check(typed(text)).number):
        print_line(f"Dit is een nummer. Bekijk het met: loketbus kbo show {number}.")


def at(address: str, form: str | None, limit: int, *, as_json: bool) -> None:
    """By address.

    Raises:
        Rejected: `address_incomplete`.
    """
    place = parse_address(typed(address))
    if not (place.street and place.postcode):
        raise Rejected("address_incomplete", "Geef straat en postcode, bijvoorbeeld: Leopoldstraat 12, 2800 Mechelen.")
    with opened() as view:
        found = view.at_address(place.street, place.house_number, place.postcode, form, limit)
    _show("Op dit adres", found, as_json)


def vmes(address: str, *, as_json: bool) -> bool:
    """VMEs at an address; whether the address could be read."""
    with answering():
        found = asyncio.run(_vmes_at(typed(address)))
    if as_json:
        print_json(told.vmes_at(found))
    else:
        print_line(found.message)
        _print_vmes(found)
    return found.hits is not None


def list_by(form: str | None, postcode: str | None, limit: int, *, as_json: bool) -> None:
    """By legal form, postcode, or both.

    Raises:
        Rejected: `nothing_asked`, `filter_unreadable`, `form_unknown`.
    """
    if not (form or postcode):
        raise Rejected("nothing_asked", "Geef --form, --postcode of allebei.")
    with opened() as view:
        found = view.by_form(form, postcode, limit=limit) if form else view.by_postcode(postcode or "", limit=limit)
    _show("Organisaties", found, as_json)


def syndics(postcode: str | None, limit: int, *, as_json: bool) -> None:
    """Professional ones."""
    with opened() as view:
        found = view.syndics(postcode, limit=limit)
    _show("Professionele syndici", found, as_json)


async def _vmes_at(text: str) -> VmesAt:
    return await Inquiries(Register(folder()), None, None, "").vmes_at(text)


def _print_vmes(found: VmesAt) -> None:
    if found.hits is not None and found.hits.hits:
        print_hits("VME's", found.hits)
    elif found.hits is not None:
        print_source(found.hits.source)


def _show(title: str, found: Hits, as_json: bool) -> None:
    if as_json:
        print_json(told.hits(found))
    else:
        print_hits(title, found)
