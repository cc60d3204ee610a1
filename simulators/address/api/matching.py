"""/adresmatch, the official matcher, as far as a client must live with it (reference 2).

Faithful: the parameters and their lengths, municipality by name, NIS code or postcode, street exact or by the published
similarity (> 75), house numbers `10` and `10A` alike, every box when no busnummer is given, the ten best by score, the
fall-back to a street or municipality with its misleadingly high score, and the shape. Not built: the sanitizer and
the toggled abbreviations. The texts of warnings and the score of a fall-back to a municipality are chosen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from simulators.address.api.problems import invalid
from simulators.address.api.queries import Query
from simulators.address.api.registers import ADRES, GEBOUWEENHEID, PERCEEL, POSTINFO
from simulators.address.api.shapes import (
    Json,
    View,
    address_fields,
    identificator,
    municipality_link,
    street_link,
    written,
)
from simulators.address.model import VALID, Address, Municipality, StreetName

BEST, THRESHOLD, EXACT, PAD = 10, 75.0, 100.0, 10
LENGTHS = {"niscode": 5, "postcode": 4, "straatnaam": 80, "huisnummer": 40, "busnummer": 40, "gemeentenaam": 40}
UNKNOWN = {
    "postcode": ("4", "Onbekende 'postcode'."),
    "niscode": ("5", "Onbekende 'niscode'."),
    "gemeentenaam": ("6", "Onbekende 'gemeentenaam'."),
}
DISAGREE = ("8", "De opgegeven gemeente, postcode en niscode horen niet bij elkaar.")
TOO_GENERAL, CANDIDATES_MAX = ("100", "Uw zoekopdracht is te generiek."), 100


def match(view: View, query: Query) -> Json:
    """`{adresMatches, warnings}`.

    Raises:
        Problem: 400.
    """
    _validate(query)
    places, warnings = _places(view, query)
    scored = _streets(view, places, query.text("straatnaam"))
    if len(scored) > CANDIDATES_MAX:
        scored, warnings = [], [*warnings, TOO_GENERAL]
    found = _addresses(view, [street for street, _ in scored], query)
    items = (
        [_address_item(view, one, score) for one, score in found]
        or [_street_item(view, street, score) for street, score in scored]
        or [_place_item(view, place) for place in places]
    )
    told = [{"code": code, "message": message} for code, message in warnings]
    return {"adresMatches": items[:BEST], "warnings": told}


def similarity(one: str, other: str) -> float:
    """0 to 100: (3 dice of bigrams + levenshtein / 0.8 + longest common subsequence / 0.8) / 5.5."""
    if one == other:
        return EXACT
    longest = max(len(one), len(other))
    near = 1 - _distance(one, other) / longest
    return (3 * _dice(one, other) + near / 0.8 + _common(one, other) / longest / 0.8) / 5.5 * 100


def _validate(query: Query) -> None:
    for name, most in LENGTHS.items():
        if len(query.text(name)) > most:
            raise invalid(name, f"'{name}' mag maximaal {most} tekens lang zijn.")
    if not any(query.text(name) for name in UNKNOWN):
        raise invalid("gemeentenaam", "Geef minstens 'gemeentenaam', 'niscode' of 'postcode' op.")
    if not query.text("straatnaam"):
        raise invalid("straatnaam", "'straatnaam' is verplicht.")


def _places(view: View, query: Query) -> tuple[list[Municipality], list[tuple[str, str]]]:
    """The municipalities that are meant, and what does not fit."""
    said = {name: _named(view, name, query.text(name)) for name in UNKNOWN if query.text(name)}
    warnings = [UNKNOWN[name] for name, found in said.items() if not found]
    known = [found for found in said.values() if found]
    if not known:
        return [], warnings
    agreed = set.intersection(*known)
    if not agreed:
        warnings.append(DISAGREE)
    return [view.world.municipalities[nis] for nis in sorted(agreed or set.union(*known))], warnings


def _named(view: View, name: str, text: str) -> set[int]:
    """NIS codes by a postcode, a NIS code, or the name of a municipality or of a postcode."""
    world = view.world
    if name == "niscode":
        return {nis for nis in world.municipalities if str(nis) == text}
    if name == "postcode":
        return {
            post.nis
            for post in world.postinfos.values()
            if POSTINFO.text(post.postcode) == text and post.nis is not None
        }
    wanted = text.lower()
    exact = {nis for nis, one in world.municipalities.items() if wanted in map(str.lower, one.names.values())}
    return exact or {
        post.nis
        for post in world.postinfos.values()
        if post.nis is not None and any(wanted == spelling.lower() for spelling, _ in post.names)
    }


def _streets(view: View, places: Iterable[Municipality], text: str) -> list[tuple[StreetName, float]]:
    """Best first; only the exact ones when there is one."""
    candidates = [one for place in places for one in view.world.streets_of(place.nis) if one.status in VALID]
    scored = [(one, max(similarity(text.lower(), name.lower()) for name in one.names.values())) for one in candidates]
    exact = [pair for pair in scored if pair[1] == EXACT]
    return exact or sorted((pair for pair in scored if pair[1] > THRESHOLD), key=lambda pair: (-pair[1], pair[0].id))


def _addresses(view: View, streets: Sequence[StreetName], query: Query) -> list[tuple[Address, float]]:
    """With that house number (and a letter behind it), and that box or any; best first."""
    house, box, status = query.text("huisnummer").lower(), query.text("busnummer").lower(), query.text("status")
    if not house:
        return []
    like = re.compile(rf"{re.escape(house)}([^0-9].*)?")
    asked = house.rjust(PAD) + box.rjust(PAD)
    found = [
        (one, similarity(asked, one.house.lower().rjust(PAD) + (one.box or "").lower().rjust(PAD)))
        for street in streets
        for one in view.world.addresses_of(street.id)
        if like.fullmatch(one.house.lower())
        and one.status in ((status,) if status else VALID)
        and box in ("", (one.box or "").lower())
    ]
    return sorted(found, key=lambda pair: (-pair[1], written(view.world, pair[0])))


def _address_item(view: View, one: Address, score: float) -> Json:
    links = [
        {"href": f"{view.base}/{register.path}?adresobjectid={one.id}", "rel": register.path, "type": "GET"}
        for register in (PERCEEL, GEBOUWEENHEID)
    ]
    head = {"@type": "Adres", "identificator": identificator(ADRES, one), "detail": view.detail(ADRES, one.id)}
    return head | address_fields(view, one) | {"score": score, "links": links}


def _street_item(view: View, street: StreetName, score: float) -> Json:
    place = {"gemeente": municipality_link(view, street.nis), "straatnaam": street_link(view, street)}
    return {"@type": "Adres"} | place | {"score": score, "links": []}


def _place_item(view: View, place: Municipality) -> Json:
    return {"@type": "Adres", "gemeente": municipality_link(view, place.nis), "score": EXACT, "links": []}


def _dice(one: str, other: str) -> float:
    pairs = [Counter(pairwise(text)) for text in (one, other)]
    total = sum(pairs[0].values()) + sum(pairs[1].values())
    return 2 * sum((pairs[0] & pairs[1]).values()) / total if total else 0.0


def _distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        before, row[0] = row[0], at
        for here, with_ in enumerate(other, 1):
            before, row[here] = row[here], min(row[here] + 1, row[here - 1] + 1, before + (sign != with_))
    return row[-1]


def _common(one: str, other: str) -> int:
    row = [0] * (len(other) + 1)
    for sign in one:
        before = 0
        for here, with_ in enumerate(other, 1):
            before, row[here] = row[here], before + 1 if sign == with_ else max(row[here], row[here - 1])
    return row[-1]
