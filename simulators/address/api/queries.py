"""Lists: exact filters, fixed order by id, pages (reference 1.3, 1.4).

Names of parameters do not mind letter case, values do; unknown parameters are ignored. Documented, not seen: `limit` is
at most 500. Above that is refused here (chosen), so that a client that asks more is noticed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from simulators.address.api.problems import TOO_FAR, WRONG_QUESTION, Problem, invalid
from simulators.address.api.registers import POSTINFO, Register
from simulators.address.api.shapes import nuts3
from simulators.address.world import World

LIMIT, LIMIT_MAX, OFFSET_MAX = 100, 500, 1_000_000
Test = Callable[[World, Any, str], bool]
_ABROAD = {"21": "brussel", "25": "waals", "5": "waals", "6": "waals", "8": "waals", "9": "waals"}


@dataclass(frozen=True, slots=True)
class Query:
    """What stands after the question mark: the first value of each name, by the name in lower case."""

    given: Mapping[str, str]
    written: Mapping[str, str]
    """The same as it was written, for `volgende`; without a key."""

    def text(self, name: str) -> str:
        """Empty when it is not there."""
        return self.given.get(name.lower(), "")

    def number(self, name: str, usual: int, low: int, high: int | None = None) -> int:
        """A whole number from `low` to `high`.

        Raises:
            Problem: 400.
        """
        text = self.text(name)
        if not text:
            return usual
        if not (text.isascii() and text.isdecimal()) or int(text) < low or (high is not None and int(text) > high):
            raise invalid(name, f"'{text}' is geen geldige waarde voor '{name}'.")
        return int(text)


def read(pairs: Iterable[tuple[str, str]]) -> Query:
    """From the pairs of a query string.

    Raises:
        Problem: 400, a name with a dot.
    """
    written: dict[str, str] = {}
    for name, value in pairs:
        if "." in name:
            raise Problem(400, WRONG_QUESTION)
        written.setdefault(name, value)
    given = {name.lower(): value for name, value in reversed(written.items())}
    return Query(given, {name: value for name, value in written.items() if name.lower() != "apikey"})


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list; `following` is the query string of the next part."""

    things: list[Any]
    following: str | None


def page(world: World, register: Register, query: Query) -> Page:
    """The part that is asked for.

    Raises:
        Problem: 400.
    """
    offset, limit = query.number("offset", 0, 0), query.number("limit", LIMIT, 1, LIMIT_MAX)
    if offset > OFFSET_MAX:
        raise Problem(400, TOO_FAR)
    found = select(world, register, query)
    following = offset + limit
    return Page(found[offset:following], _next(query, following, limit) if len(found) > following else None)


def select(world: World, register: Register, query: Query, names: Iterable[str] | None = None) -> list[Any]:
    """Everything that all given filters (of `names` only, if not None) let through, by id."""
    known = FILTERS[register.path]
    wanted = {name: query.text(name) for name in known if names is None or name in names}
    tests = [(known[name], text) for name, text in wanted.items() if text]
    near = next((name for name in NEAR.get(register.path, {}) if wanted.get(name)), None)
    some = register.things(world).values() if near is None else NEAR[register.path][near](world, wanted[near])
    found = [one for one in some if all(test(world, one, text) for test, text in tests)]
    return sorted(found, key=register.id_of)


def _next(query: Query, offset: int, limit: int) -> str:
    kept = {name: value for name, value in query.written.items() if name.lower() not in ("offset", "limit")}
    return urlencode({**kept, "offset": offset, "limit": limit})


def region(nis: int) -> str:
    """`vlaams`, `waals` or `brussel`, by the digits of the arrondissement."""
    text = f"{nis:05}"
    return _ABROAD.get(text[:2], _ABROAD.get(text[:1], "vlaams"))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() else -1


def _names_of(world: World, nis: int | None) -> Iterable[str]:
    return () if nis is None else world.municipalities[nis].names.values()


def _status(world: World, one: Any, text: str) -> bool:
    return bool(one.status == text)


def _nis(world: World, address: Any) -> int:
    return world.streets[address.street].nis


FILTERS: Mapping[str, Mapping[str, Test]] = {
    "gemeenten": {
        "gemeentenaam": lambda world, one, text: text in one.names.values(),
        "status": _status,
        "gewest": lambda world, one, text: text == region(one.nis),
    },
    "postinfo": {
        "gemeentenaam": lambda world, one, text: text in _names_of(world, one.nis),
        "postnaam": lambda world, one, text: any(text == name for name, _ in one.names),
        "nuts3": lambda world, one, text: text == nuts3(one),
        "heeftgemeente": lambda world, one, text: text.lower() == str(one.nis is not None).lower(),
    },
    "straatnamen": {
        "straatnaam": lambda world, one, text: text in one.names.values(),
        "gemeentenaam": lambda world, one, text: text in _names_of(world, one.nis),
        "niscode": lambda world, one, text: text == str(one.nis),
        "status": _status,
        "gewest": lambda world, one, text: text == region(one.nis),
    },
    "adressen": {
        "gemeentenaam": lambda world, one, text: text in _names_of(world, _nis(world, one)),
        "postcode": lambda world, one, text: one.postcode is not None and text == POSTINFO.text(one.postcode),
        "straatnaam": lambda world, one, text: text in world.streets[one.street].names.values(),
        "homoniemtoevoeging": lambda world, one, text: text == world.streets[one.street].homonym,
        "huisnummer": lambda world, one, text: text == one.house,
        "busnummer": lambda world, one, text: text == one.box,
        "niscode": lambda world, one, text: text == str(_nis(world, one)),
        "status": _status,
        "straatnaamobjectid": lambda world, one, text: text == str(one.street),
    },
    "gebouwen": {
        "status": _status,
        "capakey": lambda world, one, text: text.replace("/", "-") in one.parcels,
    },
    "gebouweenheden": {
        "gebouwobjectid": lambda world, one, text: text == str(one.building),
        "adresobjectid": lambda world, one, text: _number(text) in one.addresses,
        "status": _status,
        "functie": lambda world, one, text: text == one.function,
    },
    "percelen": {
        "status": _status,
        "adresobjectid": lambda world, one, text: _number(text) in one.addresses,
    },
}
"""By register and by the name of the parameter in lower case."""
COUNTED = ("gemeentenaam", "postcode", "straatnaam", "homoniemtoevoeging", "huisnummer", "busnummer")
"""What /adressen/totaal-aantal listens to."""
NEAR: Mapping[str, Mapping[str, Callable[[World, str], Iterable[Any]]]] = {
    "straatnamen": {"niscode": lambda world, text: world.streets_of(_number(text))},
    "adressen": {"straatnaamobjectid": lambda world, text: world.addresses_of(_number(text))},
    "gebouwen": {"capakey": lambda world, text: world.buildings_of_parcel(text.replace("/", "-"))},
    "gebouweenheden": {
        "adresobjectid": lambda world, text: world.units_of_address(_number(text)),
        "gebouwobjectid": lambda world, text: world.units_of_building(_number(text)),
    },
    "percelen": {"adresobjectid": lambda world, text: world.parcels_of_address(_number(text))},
}
"""Ways to fewer candidates, where the world has one."""
