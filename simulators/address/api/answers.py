"""The operations: what is asked, and what is answered before it goes on the wire."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulators._common.faults import Fault
from simulators.address.api import events, matching, queries, searching, shapes_v3
from simulators.address.api.feeds import Feeds, register_of
from simulators.address.api.problems import TOO_LARGE, Problem, gone, invalid, not_found
from simulators.address.api.queries import Query
from simulators.address.api.registers import ADRES, Register
from simulators.address.api.shapes import Json, View, context

LINKED, PLAIN = "application/ld+json", "application/json"
DETAIL_SECONDS = 12 * 3600


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in."""

    version: str
    view: View
    query: Query
    thing: str
    """The id in the path, or empty."""
    take: Callable[[str], Sequence[Fault]]
    """The faults of a stage that strike it."""


@dataclass(frozen=True, slots=True)
class Reply:
    """JSON, the media types in which it can be had, and headers of its own."""

    body: bytes
    media: tuple[str, ...] = (LINKED, PLAIN)
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = True


Handler = Callable[[Call], Reply]


def reply(body: Json, **more: Any) -> Reply:
    """From what is to be JSON."""
    return Reply(json.dumps(body, ensure_ascii=False).encode(), **more)


def listing(register: Register) -> Handler:
    """A page of the register."""

    def handler(call: Call) -> Reply:
        found = queries.page(call.view.world, register, call.query)
        for fault in call.take("list"):
            if len(found.things) > fault.params["rows"]:
                raise Problem(500, TOO_LARGE)
        following = None if found.following is None else f"{call.view.base}/{register.path}?{found.following}"
        if call.version == "v3":
            return reply(shapes_v3.page(call.view, register, found.things, following))
        items = [call.view.item(register, one) for one in found.things]
        told: Json = {"@context": context(register, "lijst"), register.list_key: items}
        return reply(told | ({} if following is None else {"volgende": following}))

    return handler


def detail(register: Register) -> Handler:
    """One object: 404 if there never was one, 410 if it was removed."""

    def handler(call: Call) -> Reply:
        world, number = call.view.world, register.read_id(call.thing)
        one = register.things(world).get(number)
        if one is None:
            removed = world.removed.get(register.kind, {})
            raise gone(register) if number in removed else not_found(register)
        whole = shapes_v3.whole if call.version == "v3" else View.whole
        return reply(whole(call.view, register, one), headers={"cache-control": f"max-age={DETAIL_SECONDS}"})

    return handler


def total(register: Register) -> Handler:
    """How many a list would hold; of addresses only the text filters count."""
    names = queries.COUNTED if register is ADRES else None

    def handler(call: Call) -> Reply:
        return reply({"aantal": len(queries.select(call.view.world, register, call.query, names))})

    return handler


def search(call: Call) -> Reply:
    """/adressen/zoeken."""
    return reply(searching.search(call.view, call.query))


def match(call: Call) -> Reply:
    """/adresmatch."""
    told = {"@context": context(ADRES, "match")} | matching.match(call.view, call.query)
    return reply(told, etag=False)


def feed(feeds: Feeds, register: Register) -> Handler:
    """A page of changes."""

    def handler(call: Call) -> Reply:
        number = call.query.number("pagina", 1, 1)
        page = feeds.of(register).page(number)
        found, complete = page.events, page.complete
        for fault in call.take("feed"):
            found, complete = _SPOIL[fault.kind](found, complete, fault)
        return Reply(
            events.encoded(found),
            media=(events.MEDIA_TYPE, PLAIN),
            headers={"x-page-complete": str(complete).lower()},
        )

    return handler


def positions(feeds: Feeds) -> Handler:
    """Where in the feeds a download, an event of the Atom feed or an event of the change feed stands.

    All three count in one sequence here. Nothing asked, nothing told: nulls, as the real one answers.
    """

    def handler(call: Call) -> Reply:
        name, register = call.query.text("register"), register_of(call.query.text("register"))
        if name and register is None:
            raise invalid("register", f"'{name}' is geen register.")
        asked = next((one for one in ("download", "feed", "wijzigingFeedId") if call.query.text(one)), None)
        told: dict[str, int | None] = {"feed": None, "wijzigingenFeedPagina": None, "wijzigingenFeedId": None}
        if register is not None and asked is not None:
            last = feeds.of(register).last(call.query.number(asked, 0, 0))
            if last is not None:
                told = {"feed": last[0], "wijzigingenFeedPagina": last[1], "wijzigingenFeedId": last[0]}
        return reply(told, media=(PLAIN,), etag=False)

    return handler


_Events = list[events.Event]
_SPOIL: Mapping[str, Callable[[_Events, bool, Fault], tuple[_Events, bool]]] = {
    "duplicate": lambda found, complete, fault: ([event for event in found for _ in range(2)], complete),
    "reorder": lambda found, complete, fault: (found[::-1], complete),
    "incomplete": lambda found, complete, fault: (found[: fault.params["keep"]], False),
}
