"""What `loketbus doctor` says about the register's API: settings, key, and one cheap question to each part of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

from loketbus.doctoring import Finding
from loketbus.errors import Outcome
from services.address.remote.client import RegisterClient
from services.address.remote.connection import RegisterConnection, connection_of
from services.address.remote.feed import ChangeFeed
from services.address.remote.problems import KEY
from services.address.settings import AddressSettings

API, FEED = "Adressenregister", "Wijzigingen van het Adressenregister"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


async def probe(settings: AddressSettings) -> Sequence[Finding]:
    """One line for single addresses and one for the change feed; none when no register is set."""
    connection = connection_of(settings)
    if connection is None:
        return []
    try:
        return [await _api(settings, connection), *(await _feed(settings, connection))]
    finally:
        await connection.close()


def probe_now(settings: AddressSettings) -> Sequence[Finding]:
    """The same, for who is not asynchronous (`Service.doctor`) but may be called within a loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, probe(settings)).result()


async def _api(settings: AddressSettings, connection: RegisterConnection) -> Finding:
    parts = urlsplit(settings.address_api_url or "")
    what = f"{API} {parts.hostname} ({settings.address_api_version})"
    if parts.scheme != "https" and parts.hostname not in LOOPBACK and connection.has_key:
        advice = "LOKETBUS_ADDRESS_API_URL begint niet met https://: de sleutel gaat leesbaar over het netwerk."
        return Finding(what, False, advice)
    try:
        await RegisterClient(connection, settings.address_api_version).ping()
    except Outcome as trouble:
        return Finding(what, False, trouble.message)
    return Finding(what, True)


async def _feed(settings: AddressSettings, connection: RegisterConnection) -> Sequence[Finding]:
    if not settings.address_feed:
        return []
    if not connection.has_key:
        advice = f"De wijzigingen vragen een API-sleutel: zet hem in {KEY}, of zet LOKETBUS_ADDRESS_FEED op false."
        return [Finding(FEED, False, advice)]
    try:
        await ChangeFeed(connection).position("adressen", download=1)
    except Outcome as trouble:
        return [Finding(FEED, False, trouble.message)]
    return [Finding(FEED, True)]
