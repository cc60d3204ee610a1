"""The faults of Graph, as the reference tells them (mail.md 3 and 7).

Stages: `request` strikes before the operation runs, `content` changes what it works with, `reply` the JSON of its
answer, `wire` the bytes, `notify` a post to a subscriber. `items` may be ids of either kind or Message-IDs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from simulators._common.faults import Fault, FaultKind
from simulators.graph.odata import Json, ODataError, denied, lost, throttled, token_refused

KINDS: dict[str, FaultKind] = {
    # a reset before any answer; for a closed port, see `GraphSimulator.down`
    "refuse": FaultKind("request"),
    "delay": FaultKind("request", {"ms": 1000}),
    # any HTTP status; retry_after None sends no such header; body None is Graph's own error JSON
    "status": FaultKind("request", {"status": 503, "retry_after": None, "code": "UnknownError", "body": None}),
    # 429; without retry_after no such header (zammad 5565)
    "throttle": FaultKind("request", {"retry_after": None}),
    "unauthorized": FaultKind("request"),
    "denied": FaultKind("request"),
    # 410 or 40x syncStateNotFound, in the middle of a round with `skip`
    "lost_state": FaultKind("request", {"status": 410}),
    # attachments of `items` (else of all) become links
    "reference_attachment": FaultKind("content"),
    # entries that were told before are told again: the first `number` of the page, at its end
    "replay": FaultKind("reply", {"number": 1}),
    "reorder": FaultKind("reply"),
    # the next page is this page once more
    "repeat_page": FaultKind("reply"),
    # an update that tells no more than the id and one property
    "sparse": FaultKind("reply"),
    # ids of mails that do not exist
    "ghosts": FaultKind("reply", {"number": 1}),
    # an entry that is no message at all
    "junk_entry": FaultKind("reply", {"entry": "onzin"}),
    "replace": FaultKind("reply", {"property": "receivedDateTime", "value": "gisteren"}),
    # the next page is said to be on another server; or there is no link at all
    "foreign_link": FaultKind("reply", {"origin": "http://127.0.0.1:9"}),
    "no_link": FaultKind("reply"),
    # the connection breaks after `at` bytes
    "cut": FaultKind("wire", {"at": 0, "framing": "length", "hard": False}),
    # a whole answer with other bytes in it; keep cuts the right ones short (truncated JSON)
    "replace_body": FaultKind("wire", {"text": "", "keep": None}),
    # lost, and told as `missed` to who asked for lifecycle events
    "drop_notification": FaultKind("notify"),
}
_LINKS = ("@odata.nextLink", "@odata.deltaLink")


def refusal(fault: Fault) -> ODataError:
    """What a `request` fault answers."""
    params = fault.params
    if fault.kind == "throttle":
        return throttled(params["retry_after"])
    if fault.kind == "lost_state":
        return lost(params["status"])
    if fault.kind in _FIXED:
        return _FIXED[fault.kind]()
    headers = {} if params["retry_after"] is None else {"retry-after": str(params["retry_after"])}
    return ODataError(params["status"], params["code"], "The request failed.", headers)


def spoil(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    """Put a `reply` fault into an answer; `aimed` says of an id whether the fault means it, `here` is its address."""
    _SPOILERS[fault.kind](body, fault, aimed, here)


def ids_in(body: Any) -> list[str]:
    """Ids of every entity that an answer speaks of."""
    if not isinstance(body, dict):
        return []
    entries = [entry for entry in (body, *body.get("value", ())) if isinstance(entry, dict)]
    return [str(entry["id"]) for entry in entries if "id" in entry]


_FIXED: Mapping[str, Callable[[], ODataError]] = {"unauthorized": token_refused, "denied": denied}
_Spoiler = Callable[[Json, Fault, Callable[[str], bool], str], None]


def _entries(body: Json) -> list[Any]:
    value = body.setdefault("value", [])
    assert isinstance(value, list)
    return value


def _replay(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    entries = _entries(body)
    entries += entries[: fault.params["number"]]


def _reorder(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    _entries(body).reverse()


def _repeat_page(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    _no_link(body, fault, aimed, here)
    body["@odata.nextLink"] = here


def _sparse(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    kept = ("@odata.type", "@odata.etag", "id", "@removed")
    for index, entry in enumerate(_entries(body)):
        if aimed(entry["id"]):
            _entries(body)[index] = {**{key: entry[key] for key in kept if key in entry}, "isRead": True}


def _ghosts(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    known = _entries(body)[0]["id"]
    _entries(body).extend({"id": f"{known[:-4]}{number:04}"} for number in range(fault.params["number"]))


def _junk_entry(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    _entries(body).insert(0, fault.params["entry"])


def _replace(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    for entry in (body, *body.get("value", ())):
        if "id" in entry and aimed(entry["id"]):
            entry[fault.params["property"]] = fault.params["value"]


def _foreign_link(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    for name in _LINKS:
        if name in body:
            body[name] = fault.params["origin"] + "/v1.0" + body[name].partition("/v1.0")[2]


def _no_link(body: Json, fault: Fault, aimed: Callable[[str], bool], here: str) -> None:
    for name in _LINKS:
        body.pop(name, None)


_SPOILERS: dict[str, _Spoiler] = {
    "replay": _replay,
    "reorder": _reorder,
    "repeat_page": _repeat_page,
    "sparse": _sparse,
    "ghosts": _ghosts,
    "junk_entry": _junk_entry,
    "replace": _replace,
    "foreign_link": _foreign_link,
    "no_link": _no_link,
}
