"""The `AddressRegister` over HTTP, for v2 and v3 alike.

`/adresmatch` is not here on purpose: one throttle of the register holds it for all its users together, and it gives
street-only answers a higher score than the address itself. Matching is done on the replica. Neither is
`/adressen/zoeken`: what a person types is looked up in the replica too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TypeVar

from loketbus.clock import Clock, utc_now
from services.address.remote.connection import LIST_MAX_BYTES, Answer, RegisterConnection
from services.address.remote.dialect import DIALECTS, Version
from services.address.remote.paging import LIMIT, REQUESTS_MAX, ListPlace, read_page
from services.address.remote.problems import TooLargeError, unexpected, unknown_status
from services.address.remote.register import (
    Absent,
    Building,
    Detail,
    Found,
    ListedAddress,
    Parcel,
    PostInfo,
    RemoteAddress,
    RemoteStreet,
    Removed,
    Unit,
)
from services.address.remote.remembered import Kept, Remembered
from services.address.remote.shapes import Json, UnexpectedAnswer, UnknownStatusError

Object = TypeVar("Object", RemoteAddress, RemoteStreet, PostInfo, Unit, Building, Parcel)
Item = TypeVar("Item")
Read = TypeVar("Read")

KEEP = timedelta(hours=12)
"""What the register says of its details (section 1.1)."""


class RegisterClient:
    """See `AddressRegister`.

    Args:
        connection: to the register; closed by `close`.
        version: which answers it is asked for.
        keep: how long an answer about one object counts, at most.
        clock: aware UTC.
    """

    def __init__(
        self,
        connection: RegisterConnection,
        version: Version = "v2",
        *,
        keep: timedelta = KEEP,
        clock: Clock = utc_now,
    ) -> None:
        self._connection = connection
        self._dialect = DIALECTS[version]
        self._kept = Remembered(keep)
        self._clock = clock

    async def address(self, address: int, *, fresh: bool = False) -> Detail[RemoteAddress]:
        """See `AddressRegister`."""
        return await self._detail("adressen", address, self._dialect.address, fresh=fresh)

    async def street(self, street: int) -> Detail[RemoteStreet]:
        """See `AddressRegister`."""
        return await self._detail("straatnamen", street, self._dialect.street)

    async def postinfo(self, postcode: int) -> Detail[PostInfo]:
        """See `AddressRegister`."""
        return await self._detail("postinfo", postcode, self._dialect.postinfo, segment=f"{postcode:04}")

    async def unit(self, unit: int) -> Detail[Unit]:
        """See `AddressRegister`."""
        return await self._detail("gebouweenheden", unit, self._dialect.unit)

    async def building(self, building: int) -> Detail[Building]:
        """See `AddressRegister`."""
        return await self._detail("gebouwen", building, self._dialect.building)

    async def parcel(self, capakey: str) -> Detail[Parcel]:
        """See `AddressRegister`."""
        # A dash in the path: proxies disagree about an escaped slash.
        return await self._detail("percelen", capakey, self._dialect.parcel, segment=capakey.replace("/", "-"))

    async def addresses_at(self, street: int, house: str | None = None) -> tuple[ListedAddress, ...]:
        """See `AddressRegister`."""
        params = {"straatnaamObjectId": str(street)} | ({} if house is None else {"huisnummer": house})
        listed = await self._list("adressen", params, self._dialect.addresses_field, self._dialect.listed_address)
        if house is not None and any(one.house.lower() != house.lower() for one in listed):
            raise unexpected(self._path("adressen"), "addresses that were not asked for")
        return listed

    async def units_of(self, address: int) -> tuple[int, ...]:
        """See `AddressRegister`."""
        params = {"adresObjectId": str(address)}
        return await self._list("gebouweenheden", params, self._dialect.units_field, self._dialect.unit_id)

    async def parcels_of(self, address: int) -> tuple[str, ...]:
        """See `AddressRegister`."""
        params = {"adresObjectId": str(address)}
        return await self._list("percelen", params, self._dialect.parcels_field, self._dialect.parcel_id)

    async def ping(self) -> None:
        """See `AddressRegister`."""
        answer = await self._connection.ask(self._path("gemeenten"), params={"limit": "1"})
        _read(answer, lambda json: json)

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def _detail(
        self,
        kind: str,
        wanted: int | str,
        read: Callable[[Json], Object],
        *,
        segment: str | None = None,
        fresh: bool = False,
    ) -> Detail[Object]:
        """One object; `segment` is its id in the path, where that is written otherwise."""
        asked = (kind, str(wanted))
        kept: Kept[Object] | None = self._kept.get(asked)
        if kept is not None and not fresh and kept.counts(self._clock()):
            return Found(kept.value, kept.as_of)
        path, etag = {"id": segment or str(wanted)}, None if kept is None else kept.etag
        answer = await self._connection.ask(self._path(f"{kind}/{{id}}"), path=path, etag=etag)
        now = self._clock()
        if answer.outcome == "unchanged" and kept is not None:
            again = self._kept.confirmed(asked, kept, answer.headers, now)
            return Found(again.value, now)
        if answer.outcome != "found":
            self._kept.drop(asked)
            return Removed(now) if answer.outcome == "removed" else Absent(now)
        value = _read(answer, read)
        if value.id != wanted:
            raise unexpected(answer.where, "another object than was asked for")
        self._kept.put(asked, value, answer.headers, now)
        return Found(value, now)

    async def _list(
        self, kind: str, params: Mapping[str, str], field: str, read: Callable[[Json], Item]
    ) -> tuple[Item, ...]:
        """All pages; each item once, also when the list grew between two of them."""
        found: dict[Item, None] = {}
        place, limit = ListPlace(self._connection.base, self._path(kind), field), LIMIT
        for _ in range(REQUESTS_MAX):
            page = {**params, "offset": str(place.offset), "limit": str(limit)}
            try:
                answer = await self._connection.ask(place.path, params=page, max_bytes=LIST_MAX_BYTES)
            except TooLargeError:
                limit //= 2
                if limit == 0:
                    break
                continue
            items, following = _read(answer, partial(read_page, place=place, read=read))
            found |= dict.fromkeys(items)
            if following is None:
                return tuple(found)
            place = replace(place, offset=following)
        raise unexpected(place.path, "a list without bounds")

    def _path(self, rest: str) -> str:
        return f"/{self._dialect.version}/{rest}"


def _read(answer: Answer, read: Callable[[Json], Read]) -> Read:
    """What stands in an answer that must hold one JSON object.

    Raises:
        Unavailable: it is not as the register documents.
    """
    json = answer.json() if answer.outcome == "found" else None
    if not isinstance(json, dict):
        raise unexpected(answer.where, "no object")
    try:
        return read(json)
    except UnknownStatusError as unknown:
        raise unknown_status(answer.where, unknown.code) from None
    except UnexpectedAnswer as wrong:
        raise unexpected(answer.where, str(wrong)) from None
