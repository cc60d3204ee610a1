"""`loketbus doctor`: one finding per thing that must be right, each with what to do about it."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from loketbus import discovery, topics
from loketbus.errors import ConfigurationError, LoketbusError
from loketbus.service import Service
from loketbus.settings import BusSettings, load, unknown_settings

DISK_FREE_MIN_BYTES = 2 * 1024**3
ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    what: str
    ok: bool
    advice: str = ""


async def examine(settings: BusSettings) -> list[Finding]:
    """Look at settings, disk, Kafka with its topics, and every service."""
    services = [discovery.load_service(name) for name in discovery.installed()]
    local = [*_settings(services), _folder(settings.var), _disk(settings.var)]
    remote = await asyncio.gather(_kafka(settings), *(_service(settings, service.name) for service in services))
    return [*local, *remote]


def _settings(services: list[Service[Any]]) -> list[Finding]:
    findings = [finding for service in services for finding in _settings_of(service)]
    unknown = unknown_settings(BusSettings, *(service.settings for service in services))
    return findings + [Finding("onbekende instelling", False, line) for line in unknown]


def _settings_of(service: Service[Any]) -> list[Finding]:
    read = _tried(f"instellingen van {service.name}", partial(load, service.settings))
    if not read.ok or service.doctor is None:
        return [read]
    return [read, *service.doctor(load(service.settings))]


def _tried(what: str, act: Callable[[], object]) -> Finding:
    try:
        act()
    except LoketbusError as error:
        return Finding(what, False, str(error))
    return Finding(what, True)


def _folder(var: Path) -> Finding:
    nearest = _nearest(var)
    ok = nearest.is_dir() and os.access(nearest, os.W_OK)
    return Finding(f"map {var} beschrijfbaar", ok, "" if ok else "Geef schrijfrechten of kies LOKETBUS_VAR.")


def _disk(var: Path) -> Finding:
    free = shutil.disk_usage(_nearest(var)).free
    ok = free >= DISK_FREE_MIN_BYTES
    advice = "" if ok else "Maak plaats; het grootboek moet kunnen schrijven."
    return Finding(f"schijf: {free // 1024**2} MB vrij", ok, advice)


def _nearest(path: Path) -> Path:
    """The path, or what is there of it."""
    whole = path.absolute()
    return next(part for part in (whole, *whole.parents) if part.exists())


async def _kafka(settings: BusSettings) -> Finding:
    async def look() -> None:
        changes = await topics.preview(settings)
        if changes:
            raise ConfigurationError(f"{len(changes)} kanalen ontbreken of wijken af: draai loketbus topics apply.")

    return await _answers(f"Kafka op {settings.kafka} met de juiste kanalen", look)


async def _service(settings: BusSettings, name: str) -> Finding:
    address = discovery.address_of(settings, name)

    async def look() -> None:
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
            reasons = (await client.get(f"{address.url}/ready")).json()["reasons"]
        if reasons:
            raise ConfigurationError(" ".join(f"{part}: {reason}" for part, reason in reasons.items()))

    return await _answers(f"dienst {name} op {address.url}", look)


async def _answers(what: str, look: Callable[[], Awaitable[None]]) -> Finding:
    try:
        await look()
    except LoketbusError as error:
        return Finding(what, False, str(error))
    except (httpx.HTTPError, ValueError, LookupError, TypeError, AttributeError):
        # Nothing there, or something else that listens at this address.
        return Finding(what, False, "Antwoordt niet; start met: loketbus up.")
    return Finding(what, True)
