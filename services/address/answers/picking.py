"""How the desk picks an address: postcode, street, house number, box. What each step shows, as plain values."""

from __future__ import annotations

import re
from collections.abc import Iterable

from loketbus.errors import Rejected
from services.address.answers import shown
from services.address.answers.shown import Shown
from services.address.domain.model import Municipality, Street
from services.address.domain.postcodes import region_elsewhere
from services.address.questions import View

NEAR = 6
_NOT_KEPT = "Van daar worden hier geen straten en adressen bijgehouden."
_NUMBER = re.compile(r"\s*([0-9]{1,9})")

Where = tuple[Street, Municipality]


def postcode(given: str) -> int:
    """A postcode as somebody typed it.

    Raises:
        Rejected: `filter_unreadable`: an answer about the whole country would be none.
    """
    return _digits(given, "postcode", 4, "2800")


def nis(given: str) -> int:
    """A NIS code as somebody typed it.

    Raises:
        Rejected: `filter_unreadable`.
    """
    return _digits(given, "NIS-code", 5, "12025")


def municipalities(view: View, of: int) -> Shown:
    """Those of a postcode."""
    found = view.municipalities(of)
    message = f"Postcode {of:04d} is van {_names(found)}." if found else _nobodys(of)
    if found and not _any_kept(view, found):
        message += f" {_NOT_KEPT}"
    return {
        "postcode": shown.postcode(of),
        "municipalities": [shown.municipality(one) for one in found],
        "message": message,
        "source": shown.source(view.source),
    }


def streets(view: View, typed: str, postcode: int | None, nis: int | None, limit: int) -> Shown:
    """Streets for what was typed so far, at most `limit`; where there are none because of the filter, that is said."""
    hits = view.suggest(typed, postcode, nis, limit)
    return {
        "streets": [shown.hit(one) for one in hits],
        "message": None if hits else _nothing_there(view, postcode, nis),
        "source": shown.source(view.source),
    }


def _nothing_there(view: View, postcode: int | None, nis: int | None) -> str | None:
    """Dutch: why there can be no street at all in that postcode or municipality; None: there can."""
    if postcode is not None:
        found = view.municipalities(postcode)
        if not found:
            return _nobodys(postcode)
        if not _any_kept(view, found):
            return f"Postcode {postcode:04d} is van {_names(found)}. {_NOT_KEPT}"
    if nis is not None:
        there = view.municipality(nis)
        if there is None:
            return f"NIS-code {nis:05d} is van geen gemeente die dit register kent."
        if not _any_kept(view, (there,)):
            return f"NIS-code {nis:05d} is van {there.name}. {_NOT_KEPT}"
        if postcode is not None and there not in found:
            return f"Postcode {postcode:04d} is van {_names(found)}, niet van {there.name}."
    return None


def _nobodys(postcode: int) -> str:
    """Dutch: what is true of a postcode that the register gives to no municipality of today."""
    region = region_elsewhere(postcode)
    if region is not None:
        return f"Postcode {postcode:04d} is er een van {region}: dit register gaat alleen over Vlaanderen."
    return (
        f"Postcode {postcode:04d} komt in dit register bij geen enkel adres in gebruik voor: ze bestaat niet, of is er "
        "een van postbussen of van één organisatie."
    )


def _any_kept(view: View, municipalities: Iterable[Municipality]) -> bool:
    return view.kept is None or any(one.nis in view.kept for one in municipalities)


def _names(municipalities: Iterable[Municipality]) -> str:
    return " en ".join(one.name for one in municipalities)


def street(view: View, id: int) -> Where | None:
    """A street of any status; None: it is not there, or the change feed is just removing it."""
    found = view.street(id)
    where = None if found is None else view.municipality(found.nis)
    return None if found is None or where is None else (found, where)


def numbers(view: View, at: Where) -> Shown:
    """The house numbers of a street."""
    found = [shown.number(one) for one in view.numbers(at[0].id)]
    return {"street": _street(view, at), "numbers": found, "source": shown.source(view.source)}


def boxes(view: View, at: Where, house: str) -> Shown | None:
    """The whole building and the boxes at a house number; None: nothing is there."""
    found = view.boxes(at[0].id, house)
    if found is None:
        return None
    return {
        "street": _street(view, at),
        "house_number": found.house,
        "building_address_id": shown.text(None if found.building is None else found.building.id),
        "choices": shown.choices(found),
        "source": shown.source(view.source),
    }


def near(view: View, at: Where, house: str) -> str:
    """A Dutch hint about a house number that is not there."""
    leading = _NUMBER.match(house)
    around = view.numbers_near(at[0].id, int(leading[1]) if leading else 1, NEAR)
    return (
        f"In de buurt: {', '.join(one.house for one in around)}." if around else "Deze straat heeft geen huisnummers."
    )


def _street(view: View, at: Where) -> Shown:
    return shown.street(*at, view.postcodes_of(at[0].id))


def _digits(given: str, name: str, length: int, example: str) -> int:
    written = given.strip()
    if len(written) == length and written.isascii() and written.isdigit():
        return int(written)
    raise Rejected("filter_unreadable", f"Een {name} is een getal van {length} cijfers, zoals {example}.")
