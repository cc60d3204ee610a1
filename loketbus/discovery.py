"""What is where: which services are installed (entry points), where they answer, and which Kafka is meant."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.kafka_node import LocalKafka
from loketbus.settings import BusSettings

if TYPE_CHECKING:
    from loketbus.service import Service

S = TypeVar("S", bound=BusSettings)

SERVICES = "loketbus.services"
COMMANDS = "loketbus.commands"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a running service answers."""

    service: str
    url: str


def installed() -> list[str]:
    """Names of the installed services."""
    return sorted(entry.name for entry in entry_points(group=SERVICES))


def load_service(name: str) -> Service[Any]:
    """A service by name.

    Raises:
        ConfigurationError: there is none of that name.
    """
    for entry in entry_points(group=SERVICES):
        if entry.name == name:
            service: Service[Any] = entry.load()
            return service
    raise ConfigurationError(f"Er is geen dienst {name}; kies uit: {', '.join(installed())}.")


def command_groups() -> list[EntryPoint]:
    """CLI groups that services bring along."""
    return sorted(entry_points(group=COMMANDS), key=lambda entry: entry.name)


def local_kafka(settings: BusSettings, port: int | None = None) -> LocalKafka:
    """The node under `LOKETBUS_VAR`, started or not."""
    return LocalKafka(settings.var / "kafka", port)


def names_kafka(settings: BusSettings) -> bool:
    """Did somebody say which Kafka (`LOKETBUS_KAFKA`)?"""
    return "kafka" in settings.model_fields_set


def with_kafka(settings: S) -> S:
    """The settings with the local node's address, when they name no Kafka and this machine has such a node."""
    if names_kafka(settings):
        return settings
    try:
        return settings.model_copy(update={"kafka": local_kafka(settings).bootstrap})
    except OutsideUnavailable:
        return settings


def write_address(settings: BusSettings, service: str, url: str) -> Path:
    """Say where a service answers; returns the file, to be removed at the end."""
    file = address_file(settings, service)
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    draft.replace(file)
    return file


def address_file(settings: BusSettings, service: str) -> Path:
    """Where a running service on this machine says where it answers."""
    return settings.var / service / "http.json"


def address_of(settings: BusSettings, service: str) -> Address:
    """Where a service answers: `LOKETBUS_SERVICES` first, then its address file, then its default port.

    Raises:
        ConfigurationError: there is none of that name.
    """
    given = settings.services.get(service)
    if given is not None:
        return Address(service, given.rstrip("/"))
    try:
        known = json.loads(address_file(settings, service).read_text(encoding="utf-8"))
        return Address(service, str(known["url"]))
    except (OSError, ValueError, KeyError):
        return Address(service, f"http://127.0.0.1:{load_service(service).default_port}")
