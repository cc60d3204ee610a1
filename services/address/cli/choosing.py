"""`loketbus address municipalities | suggest | numbers`: pick an address step by step."""

from __future__ import annotations

from typing import Any

from loketbus.cli.output import print_fields, print_json, print_line, print_problem, print_table
from loketbus.cli.registers import typed
from services.address.answers import picking, shown
from services.address.answers.shown import Shown
from services.address.cli.group import opened
from services.address.cli.printing import print_attribution
from services.address.questions import View


def municipalities(postcode: str, *, as_json: bool) -> None:
    """Of a postcode.

    Raises:
        Rejected: `filter_unreadable`.
    """
    code = picking.postcode(typed(postcode))
    with opened() as view:
        found = picking.municipalities(view, code)
    if as_json:
        print_json(found)
        return
    print_line(found["message"])
    for one in found["municipalities"]:
        print_fields({one["name"]: f"NIS {one['nis']}"})
    print_attribution(found)


def suggest(prefix: str, postcode: str, nis: str, limit: int, *, as_json: bool) -> None:
    """Streets for what was typed so far.

    Raises:
        Rejected: `filter_unreadable`.
    """
    code, municipality = (picking.postcode(postcode) if postcode else None), (picking.nis(nis) if nis else None)
    with opened() as view:
        found = picking.streets(view, typed(prefix), code, municipality, limit)
    if as_json:
        print_json(found)
        return
    print_table("Straten", ("id", "straat"), [(one["street_id"], _street(one)) for one in found["streets"]])
    if found["message"]:
        print_line(found["message"])
    print_attribution(found)


def numbers(street: int, house: str | None, *, as_json: bool) -> bool:
    """House numbers of a street, or what is at one of them; whether there is anything."""
    with opened() as view:
        at = picking.street(view, street)
        found = None if at is None else _at(view, at, house)
        nothing = None if found is not None else _nothing(view, street, at, house)
    if as_json:
        print_json(found or nothing)
    elif found is not None:
        (_print_numbers if house is None else _print_choices)(found)
    elif nothing is not None:
        print_problem(nothing["message"])
    return found is not None


def _at(view: View, at: picking.Where, house: str | None) -> Shown | None:
    return picking.numbers(view, at) if house is None else picking.boxes(view, at, typed(house))


def _nothing(view: View, street: int, at: picking.Where | None, house: str | None) -> Shown:
    """The same fields, with nothing in them, and why."""
    if at is not None:
        message = f"{at[0].name}: op dit huisnummer is er niets. {picking.near(view, at, typed(house or ''))}"
    elif view.gone("street", street):
        message = f"Straat {street} is uit het register verwijderd."
    else:
        message = f"Straat {street} staat niet in dit register."
    lists: Shown = (
        {"numbers": []} if house is None else {"house_number": house, "building_address_id": None, "choices": []}
    )
    known = None if at is None else shown.street(*at, view.postcodes_of(street))
    return {"street": known, **lists, "message": message, "source": shown.source(view.source)}


def _print_numbers(found: dict[str, Any]) -> None:
    columns = ("nummer", "bussen", "postcode", "adres", "")
    print_table(_street(found["street"]), columns, map(_number, found["numbers"]))
    print_attribution(found)


def _number(one: dict[str, Any]) -> tuple[object, ...]:
    return one["house_number"], one["boxes"] or "", one["postcode"], one["address_id"], _proposed(one["proposed"])


def _print_choices(found: dict[str, Any]) -> None:
    title = f"{found['street']['street']} {found['house_number']}"
    rows = [(one["label"], one["address_id"], _proposed(one["status"] == "voorgesteld")) for one in found["choices"]]
    print_table(title, ("keuze", "adres", ""), rows)
    print_attribution(found)


def _street(one: dict[str, Any]) -> str:
    return f"{one['label']} (voorgesteld)" if one["proposed"] else str(one["label"])


def _proposed(proposed: bool) -> str:
    return "voorgesteld" if proposed else ""
