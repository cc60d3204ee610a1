"""`AddressRegisterSimulator`: a running API for tests and demos, with its addresses and a typed control client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.types import ASGIApp

from simulators._common.control import ControlClient
from simulators._common.simulator import RunAs, Simulator
from simulators.address import make_world
from simulators.address.api.app import AddressRegisterOptions, make_app
from simulators.address.api.feeds import Feeds
from simulators.address.world import World

Events = list[dict[str, Any]]
"""CloudEvents, over all registers and in order."""


class AddressRegisterControl:
    """What a test does to it from outside, and what it reads back.

    Acts (`propose` to `merge`; see `simulators.address.editing`) change the world and append to the feeds at once;
    each returns the events that it caused. `ControlError` when it cannot be done.
    """

    def __init__(self, url: str) -> None:
        self._client = ControlClient(url)

    def add(self, street: int, house: str, box: str | None = None, postcode: int | None = None) -> int:
        """A new address, proposed and approved; its id. A box needs its house-number address."""
        [event] = self._act("propose", street=street, house=house, box=box, postcode=postcode)
        number = int(event["data"]["objectId"])
        self.approve(number)
        return number

    def propose(self, street: int, house: str, box: str | None = None, postcode: int | None = None) -> Events:
        """A new address, voorgesteld."""
        return self._act("propose", street=street, house=house, box=box, postcode=postcode)

    def approve(self, address: int) -> Events:
        """A proposed address comes into use."""
        return self._act("approve", address=address)

    def reject(self, address: int) -> Events:
        """A proposed address never comes into use."""
        return self._act("reject", address=address)

    def retire(self, address: int) -> Events:
        """Out of use, with its boxes."""
        return self._act("retire", address=address)

    def retire_street(self, street: int) -> Events:
        """Out of use, with its addresses."""
        return self._act("retire_street", street=street)

    def rename_street(self, street: int, name: str) -> Events:
        """Another name; the addresses get a new version and nothing else."""
        return self._act("rename_street", street=street, name=name)

    def correct_house(self, address: int, house: str) -> Events:
        """A wrong house number put right, also at its boxes; ids stay."""
        return self._act("correct_house", address=address, house=house)

    def correct_box(self, address: int, box: str) -> Events:
        """A box number put right; the id stays."""
        return self._act("correct_box", address=address, box=box)

    def correct_postcode(self, address: int, postcode: int) -> Events:
        """Another postcode, also for its boxes."""
        return self._act("correct_postcode", address=address, postcode=postcode)

    def move(self, address: int, x: float, y: float) -> Events:
        """Another position, Lambert 72."""
        return self._act("move", address=address, x=x, y=y)

    def renumber(self, address: int, house: str) -> Events:
        """Another number in its street: new addresses that succeed the old ones by a transform."""
        return self._act("renumber", address=address, house=house)

    def readdress(self, addresses: Sequence[int], street: int) -> Events:
        """House-number addresses go over to another street, with their boxes."""
        return self._act("readdress", addresses=list(addresses), street=street)

    def remove(self, address: int) -> Events:
        """As if it never was: 410 from now on, its boxes too."""
        return self._act("remove", address=address)

    def restore(self, address: int) -> Events:
        """Back after its removal."""
        return self._act("restore", address=address)

    def merge(self, municipalities: Sequence[int], nis: int, name: str) -> Events:
        """Municipalities become one; streets and addresses get successors."""
        return self._act("merge", municipalities=list(municipalities), nis=nis, name=name)

    def put_events(self, register: str, events: Sequence[Mapping[str, Any]], *, keep_ids: bool = False) -> list[str]:
        """Append events to the feed of `register` (`adressen`) without touching the world; their ids.

        They get fresh ids at the end of the feed unless `keep_ids` (for samples in a feed without history).
        """
        body = {"register": register, "events": list(events), "keep_ids": keep_ids}
        return list(self._client.post("events", body))

    def limit(self, lane: str, per_second: float | None) -> None:
        """Another rate for a key, `anonymous` or `adresmatch`; None for no limit."""
        self._client.post("limits", {"lane": lane, "per_second": per_second})

    def asked(self) -> dict[str, dict[str, int]]:
        """Per key, `anonymous` and `adresmatch`: `asked`, `refused` and the `peak` within any one second."""
        return dict(self._client.get("limits"))

    def fault(self, kind: str, **how: Any) -> None:
        """Arm a fault; see `FaultBook.add` and `simulators.address.api.faults`.

        Operations: `v2.adressen`, `v2.adressen.detail`, `v2.adresmatch`, `feed.adressen`, `feed.posities`, ...; items:
        an object id, a page, or the id in a filter.

        Raises:
            ControlError: no such kind or parameter.
        """
        self._client.post("faults", {"kind": kind, **how})

    def clear_faults(self) -> None:
        """Disarm all."""
        self._client.delete("faults")

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """What was asked: `user` is the key, `detail` has the query, where the key stood and If-None-Match."""
        return list(self._client.get("requests", operation=operation))

    def _act(self, act: str, /, **given: Any) -> Events:
        return list(self._client.post("acts", {"act": act, "with": given}))


class AddressRegisterSimulator(Simulator):
    """The API between `with` and its end.

    Args:
        options: what it serves; after `down` and `kill` a world made from them is as it was at first.
        run_as: "thread" starts at once; "process" lives and dies by itself.
        world: to serve instead of a made one, in a thread only; it and the feeds keep what was done to them.
    """

    def __init__(
        self,
        options: AddressRegisterOptions | None = None,
        *,
        run_as: RunAs = "process",
        world: World | None = None,
    ) -> None:
        options = options or AddressRegisterOptions()
        if world is not None and (run_as == "process" or options.state is not None):
            raise ValueError("a world can be given to a thread only, and keeps itself what was done to it")
        feeds = None if world is None else Feeds(world, history=options.history)

        def app() -> ASGIApp:
            served = make_world(options.seed, options.nis, options.scale) if world is None else world
            return make_app(options, served, feeds)

        super().__init__(app, "simulators.address.api", arguments(options), run_as)

    @property
    def url(self) -> str:
        """In place of `https://api.basisregisters.vlaanderen.be`, without a version."""
        return self.base_url

    @property
    def control(self) -> AddressRegisterControl:
        """The control client; good after a restart too."""
        return AddressRegisterControl(self.base_url)


def arguments(options: AddressRegisterOptions) -> list[str]:
    """The command line that gives the same options."""
    rates = {
        "--key-rate": options.key_per_second,
        "--anonymous-rate": options.anonymous_per_second,
        "--match-rate": options.match_per_second,
    }
    return [
        *_several("--nis", options.nis),
        *_several("--key", options.keys),
        *(word for name, rate in rates.items() for word in (name, "none" if rate is None else str(rate))),
        *("--seed", str(options.seed), "--scale", str(options.scale), "--burst-seconds", str(options.burst_seconds)),
        *([] if options.history else ["--no-history"]),
        *([] if options.v3 else ["--no-v3"]),
        *([] if options.pulse_seconds is None else ["--pulse", str(options.pulse_seconds)]),
        *([] if options.state is None else ["--state", str(options.state)]),
    ]


def _several(name: str, values: Iterable[object]) -> list[str]:
    return [name, *map(str, values)]
