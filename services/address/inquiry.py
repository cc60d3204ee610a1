"""One question about an address, answered the same way for HTTP, the command line and Kafka.

The replica answers. Where the live register is configured it confirms one address when asked to; when it is away the
replica's answer stands and says so.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Protocol

from services.address.domain.by_id import Where, match_id, matched, replaced
from services.address.domain.matching import match
from services.address.domain.model import Address, Asked, Match, Note, Source, Street
from services.address.domain.object_ids import object_id
from services.address.questions import Register, View
from services.address.remote.confirming import Confirmation
from services.address.remote.register import RemoteAddress

_AWAY = frozenset({"unavailable", "denied"})
_NEWER = Note("register_newer", "Het register zelf schrijft dit adres intussen anders dan onze kopie.")
_ONLY_HERE = Note("register_absent", "Onze kopie heeft dit adres, het Adressenregister zelf kent het niet.")


class Confirms(Protocol):
    """The live register, as far as it is asked here; see `services.address.live`."""

    async def confirm(self, address: int, *, fresh: bool = False) -> Confirmation:
        """What it says about one address; never raises for an outage."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What was asked, what to make of it, and who said so."""

    match: Match
    source: Source

    @property
    def followable(self) -> int | None:
        """Id of the address whose changes can be told."""
        return None if self.match.address is None else self.match.address.id


class Inquiries:
    """Asks the replica, and the live register when there is one."""

    def __init__(self, register: Register, live: Confirms | None = None) -> None:
        self._register = register
        self._live = live

    async def about(self, asked: Asked | str | int, *, confirm: bool = False, refresh: bool = False) -> Inquiry:
        """The answer about an address as somebody wrote it, or about an id (a number or URI) that is known.

        Args:
            asked: words or an id.
            confirm: ask the live register about the one address that was found: for a single question, never in bulk.
            refresh: the same, also when the live register's last answer still counts.

        Raises:
            loketbus.errors.Unavailable: there is no replica (`register_missing`), or it cannot be read.
        """
        inquiry = await asyncio.to_thread(self._read, asked)
        number = _to_confirm(asked, inquiry)
        if self._live is None or number is None or not (confirm or refresh):
            return inquiry
        said = await self._live.confirm(number, fresh=refresh)
        return inquiry if said.outcome == "not_asked" else await asyncio.to_thread(self._weigh, inquiry, said)

    def _read(self, asked: Asked | str | int) -> Inquiry:
        with self._register.open() as view:
            found = match(view, asked) if isinstance(asked, Asked) else match_id(view, str(asked))
            return Inquiry(found, view.source)

    def _weigh(self, inquiry: Inquiry, said: Confirmation) -> Inquiry:
        if said.outcome in _AWAY:
            return _doubted(inquiry, said.reason)
        with self._register.open() as view:
            return Inquiry(_judged(view, inquiry.match, said), Source("live", as_of=said.as_of))


def _to_confirm(asked: Asked | str | int, inquiry: Inquiry) -> int | None:
    """The address that was found; of an id that our part of the register lacks, that id."""
    if inquiry.match.address is not None:
        return inquiry.match.address.id
    return None if isinstance(asked, Asked) else object_id(str(asked))


def _doubted(inquiry: Inquiry, reason: Note) -> Inquiry:
    return replace(inquiry, match=replace(inquiry.match, reasons=(*inquiry.match.reasons, reason)))


def _judged(view: View, found: Match, said: Confirmation) -> Match:
    """What is left of the replica's answer beside that of the register itself."""
    now, where = (None, None) if said.address is None else (said.address.address, _where(said.address))
    if said.outcome != "confirmed":
        # Nobody who wrote words gave an id that could be wrong.
        why = _ONLY_HERE if said.outcome == "absent" and found.address is not None else said.reason
        return replaced(view, found.input, found.address or now, why, _hinted(view, found.address, said))
    assert now is not None
    if found.address is None:
        return matched(view, found.input, now, reasons=(said.reason,), where=where)
    known = found.address
    if _written(known) == _written(now):
        return replace(found, address=replace(known, status=now.status, version=now.version))
    now, changes = replace(now, parent=known.parent), (*found.changes, _NEWER)
    return matched(view, found.input, now, reasons=found.reasons, changes=changes, where=where)


def _where(said: RemoteAddress) -> Where:
    street = Street(said.address.street, said.municipality.nis, said.street, said.homonym)
    return street, said.municipality


def _written(address: Address) -> tuple[object, ...]:
    return address.street, address.house, address.box, address.postcode


def _hinted(view: View, old: Address | None, said: Confirmation) -> list[Address] | None:
    """What the live register has there instead, where our replica knows nothing better; None: as our replica knows."""
    if old is None or view.successors(old.id):
        return None
    return [address for one in said.successors if (address := view.address(one)) is not None]
