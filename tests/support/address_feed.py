"""Events of the change feed as the register sends them (reference 3.2, shaped as its real samples), written by hand.

    create("adressen", 31319625, heeftStraatnaam=uri("straatnaam", 64260), status=status("voorgesteld"), ...)

Attributes with a dot are given as `{"positie.methode": ...}`. Ids rise from event to event where a test gives none.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "address" / "change-feed"
"""21 real batches; not everywhere."""
REGISTER_OF = {
    "municipality": "gemeenten",
    "postalinformation": "postinfo",
    "streetname": "straatnamen",
    "address": "adressen",
    "building": "gebouwen",
    "buildingunit": "gebouweenheden",
    "parcel": "percelen",
}
KIND_OF = {register: kind for kind, register in REGISTER_OF.items()}
NAMESPACE = {
    "gemeenten": "gemeente",
    "postinfo": "postinfo",
    "straatnamen": "straatnaam",
    "adressen": "adres",
    "gebouwen": "gebouw",
    "gebouweenheden": "gebouweenheid",
    "percelen": "perceel",
}
ROOT = "https://data.vlaanderen.be/id"
SCHEMAS = "https://docs.basisregisters.staging-vlaanderen.be/schemas/feeds/wijzigingen"
Event = dict[str, Any]
_ids = itertools.count(5_610_931)


def uri(kind: str, number: object) -> str:
    """`https://data.vlaanderen.be/id/straatnaam/64260`."""
    return f"{ROOT}/{kind}/{number}"


def concept(code: str) -> str:
    """`https://data.vlaanderen.be/id/concept/adresstatus/inGebruik`."""
    return f"{ROOT}/concept/{code}"


def status(code: str, kind: str = "adres") -> str:
    """Of an address, `straatnaam` or `gemeente`."""
    return concept(f"{kind}status/{code}")


def names(**by_language: str) -> list[dict[str, str]]:
    """`names(nl="Aakaai", fr="Quai d'Aa")`."""
    return [{"@value": name, "@language": language} for language, name in by_language.items()]


def point(x: str, y: str) -> list[dict[str, str]]:
    """A position in both systems, as it is sent (the schema says one object)."""
    shown = (
        '<gml:Point srsName="http://www.opengis.net/def/crs/EPSG/0/{}" xmlns:gml="http://www.opengis.net/gml/3.2">'
        "<gml:pos>{} {}</gml:pos></gml:Point>"
    )
    return [
        {"type": "Punt", "gml": shown.format(31370, x, y)},
        {"type": "Punt", "gml": shown.format(3812, f"6{x[1:]}", f"6{y[1:]}")},
    ]


def event(register: str, action: str, data: Event, *, id: int | str | None = None, schema: str | None = None) -> Event:
    """One event with everything around its data."""
    number = next(_ids) if id is None else id
    name = NAMESPACE[register]
    return {
        "specversion": "1.0",
        "id": str(number),
        "time": "2025-04-18T11:52:12.5955391+02:00",
        "type": f"basisregisters.{KIND_OF[register]}.{action}.v1",
        "source": f"https://api.basisregisters.staging-vlaanderen.be/v2/feeds/wijzigingen/{register}",
        "datacontenttype": "application/json",
        "dataschema": schema or f"{SCHEMAS}/{name}/2026-01-21/{name}.json",
        "basisregisterseventtype": "AddressWasProposedV2",
        "basisregisterscausationid": "bd0f564c-ad0e-514f-94b5-d1c889302e48",
        "data": data,
    }


def create(register: str, number: object, *, nis: Iterable[int] = (12025,), id: int | None = None, **new: Any) -> Event:
    """A new object, or one that is back."""
    attributes = [(name, None, value) for name, value in new.items()]
    return event(register, "create", _data(register, number, nis, attributes), id=id)


def update(
    register: str,
    number: object,
    *changes: tuple[str, Any, Any],
    nis: Iterable[int] = (12025,),
    id: int | None = None,
    version: str = "2025-04-18T11:52:16+02:00",
) -> Event:
    """`changes` are (name, old, new); none: a new version and nothing else."""
    return event(register, "update", _data(register, number, nis, changes, version), id=id)


def delete(register: str, number: object, *, nis: Iterable[int] = (12025,), id: int | None = None) -> Event:
    """Removed."""
    return event(register, "delete", _data(register, number, nis, ()), id=id)


def transform(register: str, *pairs: tuple[int, int], nis: Iterable[int] = (12025,), id: int | None = None) -> Event:
    """In the three shapes: addresses as a list, one street with its successors, one municipality with one."""
    old, new = pairs[0]
    data: Event
    if register == "adressen":
        data = {"transformaties": [{"vanId": str(van), "naarId": str(naar)} for van, naar in pairs]}
    elif register == "straatnamen":
        data = {"vanId": uri("straatnaam", old), "naarIds": [uri("straatnaam", naar) for _, naar in pairs]}
    else:
        data = {"vanId": uri("gemeente", old), "naarId": uri("gemeente", new)}
    return event(register, "transform", data | {"nisCodes": _codes(nis)}, id=id)


def address(number: int, street: int, house: str, box: str | None = None, **more: Any) -> Event:
    """`create` of an address in use, in 2800."""
    attributes = {
        "heeftStraatnaam": uri("straatnaam", street),
        "status": status("inGebruik"),
        "huisnummer": house,
        "heeftPostinfo": uri("postinfo", 2800),
        "officieelToegekend": True,
        "positie.methode": concept("geometriemethode/afgeleidVanObject"),
        "positie.specificatie": concept("geometriespecificatie/perceel"),
        "positie.geometrie": point("157560.95", "190981.82"),
    } | ({} if box is None else {"busnummer": box})
    given = {name: more.pop(name) for name in ("nis", "id") if name in more}
    return create("adressen", number, **given, **(attributes | more))


def street(number: int, name: str, nis: int = 12025, **more: Any) -> Event:
    """`create` of a street in use."""
    attributes = {
        "isToegekendDoor": uri("gemeente", f"{nis:05}"),
        "status": status("inGebruik", "straatnaam"),
        "straatnaam": names(nl=name),
    }
    given = {key: more.pop(key) for key in ("id",) if key in more}
    return create("straatnamen", number, nis=(nis,), **given, **(attributes | more))


def samples() -> dict[str, list[Event]]:
    """The real events by register, by id."""
    found: dict[str, list[Event]] = {register: [] for register in KIND_OF}
    for path in sorted(SAMPLES.glob("*.json")):
        for one in json.loads(path.read_text(encoding="utf-8")):
            found[REGISTER_OF[one["type"].split(".")[1]]].append(one)
    return {register: sorted(events, key=lambda one: int(one["id"])) for register, events in found.items()}


def dump(file: Path, without: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of a replica, in order."""
    with closing(sqlite3.connect(file)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {
            table: sorted(db.execute(f"SELECT * FROM {table}").fetchall(), key=repr)
            for table in tables
            if table not in set(without)
        }


def rows(file: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What a query gives."""
    with closing(sqlite3.connect(file)) as db:
        return db.execute(query, values).fetchall()


def _data(
    register: str,
    number: object,
    nis: Iterable[int],
    attributes: Iterable[tuple[str, Any, Any]],
    version: str = "2025-04-18T11:52:12+02:00",
) -> Event:
    return {
        "objectId": str(number),
        "naamruimte": f"{ROOT}/{NAMESPACE[register]}",
        "versieId": version,
        "nisCodes": _codes(nis),
        "attributen": [{"naam": name, "oudeWaarde": old, "nieuweWaarde": new} for name, old, new in attributes],
    }


def _codes(nis: Iterable[int]) -> list[str]:
    return [f"{code:05}" for code in nis]


def by_register(events: Mapping[str, list[Event]]) -> Iterable[tuple[str, list[Event]]]:
    """In the order in which the job reads registers."""
    return ((register, events[register]) for register in KIND_OF if events.get(register))
