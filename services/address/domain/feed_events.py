"""Events of the register's change feed (reference section 3.2; schemas 2026-01-21) as typed changes. No I/O.

What a later version of the feed adds is kept apart, never guessed: an attribute or value that is not known is named in
`odd` and the rest of its event counts; an event that cannot be read at all raises `Unreadable`. The published schemas
and the events that are really sent name some attributes differently; both names are read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from services.address.domain import feed_attributes as attributes
from services.address.domain import feed_values as values
from services.address.domain.feed_attributes import Kind
from services.address.domain.feed_values import Columns, Reader, Scalar

Action = Literal["create", "update", "delete"]
Register = Literal["gemeenten", "postinfo", "straatnamen", "adressen", "gebouwen", "gebouweenheden", "percelen"]

REGISTERS: Mapping[Register, Kind] = {
    "gemeenten": "municipality",
    "postinfo": "postal",
    "straatnamen": "street",
    "adressen": "address",
    "gebouwen": "building",
    "gebouweenheden": "unit",
    "percelen": "parcel",
}
"""Registers of the feed with what they hold, in the order in which they are read: what is referred to comes first."""

KNOWN_SCHEMA = "2026-01-21"
_SCHEMA = re.compile(r"/(\d{4}-\d{2}-\d{2})/", re.ASCII)
_KINDS: Mapping[str, Kind] = {
    "municipality": "municipality",
    "postalinformation": "postal",
    "streetname": "street",
    "address": "address",
    "buildingunit": "unit",
    "building": "building",
    "parcel": "parcel",
}
_TYPE = re.compile(r"basisregisters\.([a-z]+)\.(create|update|delete|transform)\.v1")
_CAPAKEY = re.compile(r"(?:.*/)?(\d{5}[A-Z]\d{4})[-/](\d{2}[A-Z_0]\d{3})", re.ASCII)
_ID_MAX = 2**63 - 1
WHAT_MAX = 100
"""Characters of a foreign name that are repeated."""


class Unreadable(Exception):
    """An event that says nothing to this version. `code` is ours; `what` is the part of it that is in the way."""

    def __init__(self, code: str, what: str = "") -> None:
        self.code, self.what = code, _foreign(what)
        super().__init__(f"{code} {self.what}".rstrip())


@dataclass(frozen=True, slots=True)
class Odd:
    """Part of an event that was left out: `unknown_attribute`, `unknown_value` or `newer_schema`, and which."""

    code: str
    what: str


@dataclass(frozen=True, slots=True)
class Change:
    """One object was made, changed or removed. A `create` after a `delete` gives it back."""

    event: int
    at: str
    """When the register recorded it, as it writes that."""
    kind: Kind
    action: Action
    object: int | str
    """Object id, NIS code or postcode; of a parcel its caPaKey with `/`."""
    nis: frozenset[int]
    """NIS codes of the event: of the municipality at that time. May be empty (postal information, very old events)."""
    version: str | None = None
    new: Columns = field(default_factory=dict)
    """Columns of the replica with their values from now on; columns that did not change are absent."""
    old: Columns = field(default_factory=dict)
    """The same columns before, as the register says; without those that had no value, so empty at a `create`."""
    links: tuple[int, ...] | None = None
    """Of units and parcels: all their addresses from now on; None: as they were."""
    names: tuple[tuple[str, str], ...] | None = None
    """Of postal information: (name, language), all from now on; None: as they were."""
    odd: tuple[Odd, ...] = ()


@dataclass(frozen=True, slots=True)
class Transform:
    """Objects were put in place of others: a merger of municipalities, or readdressing."""

    event: int
    at: str
    kind: Kind
    nis: frozenset[int]
    pairs: tuple[tuple[int, int], ...]
    """(old id, new id); one old id may have several new ones."""
    odd: tuple[Odd, ...] = ()


def event_id(event: object) -> int | None:
    """The sequence number of an event; None when it has none that can be read."""
    found = event.get("id") if isinstance(event, Mapping) else None
    if isinstance(found, str) and re.fullmatch("[0-9]{1,19}", found) and int(found) <= _ID_MAX:
        return int(found)
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found <= _ID_MAX else None


def read(event: object, kind: Kind) -> Change | Transform:
    """What an event says.

    Args:
        event: the JSON of one CloudEvent.
        kind: what the register that it came from holds.

    Raises:
        Unreadable: `no_event`, `no_id`, `unknown_type`, `wrong_register`, `no_object`, `no_successor`, `incomplete`.
    """
    if not isinstance(event, Mapping) or not isinstance(data := event.get("data"), Mapping):
        raise Unreadable("no_event")
    number = event_id(event)
    if number is None:
        raise Unreadable("no_id")
    shape = _TYPE.fullmatch(str(event.get("type")))
    if shape is None or shape[1] not in _KINDS:
        raise Unreadable("unknown_type", str(event.get("type")))
    if _KINDS[shape[1]] != kind:
        raise Unreadable("wrong_register", shape[0])
    at, nis, odd = _moment(event.get("time")), _nis(data.get("nisCodes")), _schema(event.get("dataschema"))
    if shape[2] == "transform":
        return Transform(number, at, kind, nis, _pairs(data, kind), odd)
    action: Action = "create" if shape[2] == "create" else "delete" if shape[2] == "delete" else "update"
    change = Change(number, at, kind, action, _object(data.get("objectId"), kind), nis, _moment(data.get("versieId")))
    return _with_attributes(change, data.get("attributen"), odd)


def _with_attributes(change: Change, listed: object, odd: tuple[Odd, ...]) -> Change:
    found = _Attributes(change.kind, list(odd))
    for attribute in listed if isinstance(listed, list) else ():
        found.add(attribute)
    if change.action == "create" and not attributes.REQUIRED[change.kind] <= found.new.keys():
        missing = attributes.REQUIRED[change.kind] - found.new.keys()
        raise Unreadable("incomplete", ", ".join(sorted(missing)))
    return Change(
        change.event, change.at, change.kind, change.action, change.object, change.nis, change.version or None,
        found.new, found.old, found.links, found.names, tuple(found.odd),
    )  # fmt: skip


class _Attributes:
    """What the attributes of one event say together."""

    def __init__(self, kind: Kind, odd: list[Odd]) -> None:
        self.kind, self.odd = kind, odd
        self.new: dict[str, Scalar] = {}
        self.old: dict[str, Scalar] = {}
        self.links: tuple[int, ...] | None = None
        self.names: tuple[tuple[str, str], ...] | None = None

    def add(self, attribute: object) -> None:
        """One of `attributen`; what it says is left out as a whole when its new value cannot be read."""
        name = attribute.get("naam") if isinstance(attribute, Mapping) else None
        if not isinstance(attribute, Mapping) or not isinstance(name, str) or "nieuweWaarde" not in attribute:
            self.odd.append(Odd("unknown_attribute", ""))
            return
        try:
            self._read(name, attribute["nieuweWaarde"], attribute.get("oudeWaarde"))
        except ValueError:
            self.odd.append(Odd("unknown_value", _foreign(name)))

    def _read(self, name: str, new: object, old: object) -> None:
        reader = attributes.ATTRIBUTES[self.kind].get(name)
        if reader is not None:
            self.new.update(reader(new))
            self.old.update(_before(reader, old))
        elif name in attributes.LINKS and self.kind in ("unit", "parcel"):
            self.links = values.numbers(new)
        elif name == attributes.POSTAL_NAMES and self.kind == "postal":
            self.names = values.names(new)
        elif name not in attributes.NOT_KEPT[self.kind]:
            self.odd.append(Odd("unknown_attribute", _foreign(name)))


def _before(reader: Reader, old: object) -> Columns:
    """The former value where it can be read: it only serves to see whether the replica had it."""
    try:
        return {} if old is None else reader(old)
    except ValueError:
        return {}


def _pairs(data: Mapping[str, object], kind: Kind) -> tuple[tuple[int, int], ...]:
    try:
        pairs = tuple(sorted(set(_listed(data, attributes.IDS.get(kind, values.number)))))
    except ValueError:
        raise Unreadable("no_successor") from None
    if not pairs:
        raise Unreadable("no_successor")
    return pairs


def _listed(data: Mapping[str, object], id_of: Callable[[object], int]) -> Iterator[tuple[int, int]]:
    """Addresses stand in `transformaties`; a street has one `vanId` and `naarIds`, a municipality one `naarId`."""
    steps = data.get("transformaties", [data])
    for step in steps if isinstance(steps, list) else ():
        if not isinstance(step, Mapping):
            raise ValueError("no transformation")
        news = step["naarIds"] if "naarIds" in step else [step.get("naarId")]
        for new in news if isinstance(news, list) else ():
            yield id_of(step.get("vanId")), id_of(new)


def _object(value: object, kind: Kind) -> int | str:
    try:
        if kind != "parcel":
            return attributes.IDS.get(kind, values.number)(value)
        if parts := _CAPAKEY.fullmatch(values.text(value)):
            return f"{parts[1]}/{parts[2]}"
    except ValueError:
        pass
    raise Unreadable("no_object", str(value))


def _nis(value: object) -> frozenset[int]:
    try:
        return frozenset(values.numbers(value, values.nis))
    except ValueError:
        raise Unreadable("no_event", "nisCodes") from None


def _foreign(text: str) -> str:
    """A name that somebody else gave, fit to be stored and shown."""
    return text[:WHAT_MAX].encode("ascii", "backslashreplace").decode()


def _moment(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 40 and value.isascii() and value.isprintable() else ""


def _schema(value: object) -> tuple[Odd, ...]:
    found = _SCHEMA.search(value) if isinstance(value, str) else None
    return (Odd("newer_schema", found[1]),) if found is not None and found[1] > KNOWN_SCHEMA else ()
