"""CloudEvents of the change feeds (reference 3.2), shaped as the 21 real samples.

Where the samples and the published schemas differ, the samples are followed: positions are arrays of two systems,
gebouwen, gebouweenheden and percelen name their attributes `gebouwStatus`, `adresIds`, ... with plain words, have `@id`
in their data and no `subject`. An attribute that is not known here stays as it is.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from simulators.address.api.geometry import PLAIN, Point, both_points, both_polygons, srs
from simulators.address.api.registers import (
    ADRES,
    BY_KIND,
    DOCS,
    GEBOUW,
    GEMEENTE,
    POSTINFO,
    ROOT,
    STRAATNAAM,
    Register,
)
from simulators.address.model import Change, Transformation

Event = dict[str, Any]
API = "https://api.basisregisters.vlaanderen.be/v3/feeds/wijzigingen"
SCHEMA = "2026-01-21"
MEDIA_TYPE = "application/cloudevents-batch+json"


def render(change: Change, sequence: int, cause: uuid.UUID) -> Event:
    """One event; `cause` is the same for all events of one act."""
    register = BY_KIND[change.kind]
    transform = change.action == "transform"
    schema = f"{register.name}-transform" if transform else register.name
    head: Event = {
        "specversion": "1.0",
        "id": str(sequence),
        "time": _moment(change.version, sequence),
        "type": f"basisregisters.{register.event}.{change.action}.v1",
        "source": f"{API}/{register.path}",
    }
    if register.subject and not transform:
        head["subject"] = register.uri(change.id)
    return head | {
        "datacontenttype": "application/json",
        "dataschema": f"{DOCS}/schemas/feeds/wijzigingen/{register.name}/{SCHEMA}/{schema}.json",
        "basisregisterseventtype": change.event,
        "basisregisterscausationid": str(cause),
        "data": _transformed(register, change) if transform else _data(register, change),
    }


def cause_of(sequence: int) -> uuid.UUID:
    """The causation id of the act whose first event has this id; the same in every run."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{API}/{sequence}")


def encoded(events: Iterable[Event]) -> bytes:
    """A batch."""
    return json.dumps(list(events), ensure_ascii=False).encode()


def _moment(version: str, sequence: int) -> str:
    """The version with seven decimals of a second, as .NET writes time."""
    return f"{version[:19]}.{sequence * 7919 % 10**7:07}{version[19:]}"


def _data(register: Register, change: Change) -> Event:
    own = {} if register.subject else {"@id": register.uri(change.id)}
    return own | {
        "objectId": register.text(change.id),
        "naamruimte": register.namespace,
        "versieId": change.version,
        "nisCodes": _codes(change),
        "attributen": [
            {"naam": name, "oudeWaarde": _before(register, name, old), "nieuweWaarde": _value(register, name, new)}
            for name, old, new in change.attributes
        ],
    }


def _codes(change: Change) -> list[str]:
    return [GEMEENTE.text(nis) for nis in change.nis]


def _transformed(register: Register, change: Change) -> Event:
    return _PAIRS[register.path](change.transformations) | {"nisCodes": _codes(change)}


def _addresses(pairs: tuple[Transformation, ...]) -> Event:
    """Bare ids, many at once."""
    return {"transformaties": [{"vanId": str(pair.old), "naarId": str(pair.new)} for pair in pairs]}


def _streets(pairs: tuple[Transformation, ...]) -> Event:
    """A street may become several; one event tells of one street."""
    return {"vanId": STRAATNAAM.uri(pairs[0].old), "naarIds": [STRAATNAAM.uri(pair.new) for pair in pairs]}


def _municipality(pairs: tuple[Transformation, ...]) -> Event:
    return {"vanId": GEMEENTE.uri(pairs[0].old), "naarId": GEMEENTE.uri(pairs[0].new)}


_PAIRS: Mapping[str, Callable[[tuple[Transformation, ...]], Event]] = {
    "adressen": _addresses,
    "straatnamen": _streets,
    "gemeenten": _municipality,
}


def _before(register: Register, name: str, value: Any) -> Any:
    """Where there was nothing: null, or no names."""
    return [] if value is None and (register.path, name) in _LISTS else _value(register, name, value)


def _value(register: Register, name: str, value: Any) -> Any:
    convert = _CONVERT.get((register.path, name))
    return value if value is None or convert is None else convert(value)


def _concept(scheme: str) -> Callable[[Any], str]:
    return lambda value: f"{ROOT}/concept/{scheme}/{value}"


def _names(value: Any) -> list[dict[str, str]]:
    pairs = [(text, language) for language, text in value.items()] if isinstance(value, Mapping) else value
    return [{"@value": text, "@language": language} for text, language in pairs]


def _addition(value: Any) -> list[dict[str, str]]:
    """Of a homonym: text in Dutch, or names."""
    return _names({"nl": value} if isinstance(value, str) else value)


def _point(value: Point) -> list[dict[str, str]]:
    return [{"type": "Punt", "gml": gml} for _, gml in both_points(value)]


def _projected(shape: str, pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"type": shape, "projectie": srs(code, PLAIN), "gml": gml} for code, gml in pairs]


def _address_uris(value: Iterable[int]) -> list[str]:
    return [ADRES.uri(address) for address in value]


_LISTS = frozenset(
    {
        ("gemeenten", "officieleTaal"),
        ("gemeenten", "faciliteitenTaal"),
        ("gemeenten", "gemeentenaam"),
        ("postinfo", "postnaam"),
    }
)
_CONVERT: Mapping[tuple[str, str], Callable[[Any], Any]] = {
    ("gemeenten", "status"): _concept("gemeentestatus"),
    ("gemeenten", "officieleTaal"): list,
    ("gemeenten", "faciliteitenTaal"): list,
    ("gemeenten", "gemeentenaam"): _names,
    ("postinfo", "status"): _concept("postinfostatus"),
    ("postinfo", "postnaam"): _names,
    ("postinfo", "isToegekendAan"): GEMEENTE.uri,
    ("straatnamen", "isToegekendDoor"): GEMEENTE.uri,
    ("straatnamen", "status"): _concept("straatnaamstatus"),
    ("straatnamen", "straatnaam"): _names,
    ("straatnamen", "homoniemToevoeging"): _addition,
    ("adressen", "heeftStraatnaam"): STRAATNAAM.uri,
    ("adressen", "status"): _concept("adresstatus"),
    ("adressen", "heeftPostinfo"): POSTINFO.uri,
    ("adressen", "positie.methode"): _concept("geometriemethode"),
    ("adressen", "positie.specificatie"): _concept("geometriespecificatie"),
    ("adressen", "positie.geometrie"): _point,
    ("gebouwen", "gebouwGeometrie"): lambda value: _projected("Polygon", both_polygons(value)),
    ("gebouweenheden", "gebouweenheidPositie"): lambda value: _projected("Point", both_points(value)),
    ("gebouweenheden", "adresIds"): _address_uris,
    ("gebouweenheden", "gebouw.id"): GEBOUW.uri,
    ("percelen", "adresIds"): _address_uris,
}
"""From the world's values to the feed's."""
