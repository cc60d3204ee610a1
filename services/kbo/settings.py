"""Settings of kbo (environment `LOKETBUS_*`)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from loketbus.settings import BusSettings

Postcode = Annotated[str, Field(pattern="^[0-9]{4}$")]


PUBLIC_PAGE = "https://kbopub.economie.fgov.be/kbopub/toonondernemingps.html?ondernemingsnummer={number}"


def _checked_link(link: str) -> str:
    try:
        filled = link.format(number="0403170701")
    except (LookupError, ValueError, AttributeError):
        filled = ""
    if not filled.startswith("https://") or "0403170701" not in filled:
        raise ValueError("een link die met https:// begint en waarin {number} staat, zonder andere accolades")
    return link


def _checked_url(url: str | None) -> str | None:
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("een URL die met https:// begint en een server noemt")
    return url


class KboSettings(BusSettings):
    """Where the register comes from, and what else is asked."""

    kbo_drop: Literal["none", "portal", "sftp", "folder"] = "none"
    """Where new extracts are fetched: the `portal` of KBO Open Data, its `sftp` server, a `folder`, or `none`."""
    kbo_portal_url: str = "https://kbopub.economie.fgov.be/kbo-open-data"
    kbo_portal_user: str | None = None
    kbo_portal_password: SecretStr | None = None
    kbo_sftp_host: str = "ftps.economie.fgov.be"
    kbo_sftp_port: int = Field(default=22, ge=1, le=65535)
    kbo_sftp_user: str | None = None
    kbo_sftp_password: SecretStr | None = None
    kbo_sftp_folder: str | None = None
    """Empty means `/home/<user>`."""
    kbo_sftp_host_key: str | None = None
    """The server's public key as one line of a known_hosts file holds it (`ssh-ed25519 AAAA...`)."""
    kbo_drop_folder: Path | None = None
    """For the drop `folder`: where somebody or something puts the zip files."""
    kbo_fetch_seconds: float = Field(default=3600.0, gt=0)
    """How often the drop is asked for new extracts."""
    kbo_vkbo_url: Annotated[str | None, AfterValidator(_checked_url)] = (
        "https://geo.api.vlaanderen.be/VKBO/ogc/features/v1"
    )
    """Second source for numbers that the replica lacks (no key needed); empty: not asked."""
    kbo_vkbo_keep_days: float = Field(default=7.0, gt=0)
    """How long its answers are kept."""
    kbo_syndics: Literal["none", "reuse_xml"] = "none"
    """Source of syndic data: `reuse_xml` is the KBO reuse file, for which a public authority can get a licence."""
    kbo_reuse_xml_folder: Path | None = None
    """For `reuse_xml`: where its files are put."""
    kbo_link: Annotated[str, AfterValidator(_checked_link)] = PUBLIC_PAGE
    """Public page of an enterprise, for a person who wants to see its syndic; {number} is ten digits."""
    kbo_follow_seconds: float = Field(default=30.0, gt=0)
    """How often it is looked whether the replica is newer than what was told about those who are followed."""
    kbo_home_postcodes: tuple[Postcode, ...] = ()
    """Postcodes of the city, as JSON (`["2800", "2812"]`): a VME elsewhere that a mail only names counts as found when
    the mail names its place too. Empty: the whole country is near, so that only names that it has once count."""
