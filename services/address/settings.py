"""Settings of address (environment `LOKETBUS_*`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from loketbus.settings import BusSettings

Nis = Annotated[str, Field(pattern="^[0-9]{5}$")]

MECHELEN = ("12025", "11037", "12005", "12035", "12040", "23039", "23088", "23096", "24014")
"""Mechelen and its neighbours."""


def _checked_url(url: str | None) -> str | None:
    if not url:
        return None
    parts = urlsplit(url.rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("een URL die met https:// begint en een server noemt, zonder sleutel of vraagteken")
    if parts.path.endswith(("/v2", "/v3")):
        raise ValueError("een URL zonder versie; die staat in LOKETBUS_ADDRESS_API_VERSION")
    return url.rstrip("/")


def _checked_key(key: SecretStr | None) -> SecretStr | None:
    text = "" if key is None else key.get_secret_value().strip()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("een sleutel op één regel, zonder spaties of vreemde tekens")
    return SecretStr(text) if text else None


class AddressSettings(BusSettings):
    """Which part of the register is kept here, and what else is asked."""

    address_nis: tuple[Nis, ...] | Literal["all"] = MECHELEN
    """NIS codes of the municipalities that an import keeps, as JSON; `all` is the whole of Flanders."""
    address_api_url: Annotated[str | None, AfterValidator(_checked_url)] = None
    """The register itself, to confirm and refresh single addresses, and for the change feed:
    `https://api.basisregisters.vlaanderen.be`. Empty: not asked; the replica answers alone."""
    address_api_key: Annotated[SecretStr | None, AfterValidator(_checked_key)] = None
    """Goes in the header `x-api-key`; the feeds need one."""
    address_api_version: Literal["v2", "v3"] = "v2"
    """Which answers the register gives for single objects; the change feed is always v3."""
    address_api_per_second: float = Field(default=5.0, gt=0)
    """How many questions a second, at most."""
    address_api_keep_seconds: float = Field(default=43_200.0, gt=0)
    """How long an answer is taken as it is (the register says 12 hours); after that its ETag is checked."""
    address_feed: bool = True
    """Follow the change feed; only with an API URL and key."""
    address_feed_seconds: float = Field(default=600.0, gt=0)
    """How often addresses are asked; streets every six times that, municipalities and postcodes once a day."""
    address_follow_seconds: float = Field(default=30.0, gt=0)
    """How often it is looked whether an address that the CRM uses has changed."""


def register_folder(settings: BusSettings) -> Path:
    """Where the replica is."""
    return settings.var / "address" / "register"
