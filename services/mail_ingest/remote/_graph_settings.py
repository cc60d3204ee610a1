"""Where a mailbox in Microsoft 365 is, and which application reads it."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class GraphConnection(BaseModel):
    """One mailbox and one application of the tenant (its own secret, no user)."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    tenant: str = Field(pattern=r"^[\w.-]+$")
    """Id or domain of the tenant."""
    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    mailbox: str = Field(pattern="@")
    """SMTP address of the shared mailbox."""
    base_url: str = "https://graph.microsoft.com/v1.0"
    authority: str = "https://login.microsoftonline.com"
    """Sign-in service, without the tenant."""
    scope: str = "https://graph.microsoft.com/.default"
    """Other in a national cloud."""
    max_mail_bytes: int = Field(default=150_000_000, gt=0)
    """A larger mail is not fetched (`Poison` with reason `too_large`)."""
    request_timeout_seconds: float = Field(default=60.0, gt=0)
    """Silence of the server that ends a request."""
    call_timeout_seconds: float = Field(default=180.0, gt=0)
    """A request that takes longer, its download included, is broken off."""
    proxy: str | None = None
    ca_file: str | None = None
    """Certificates to trust instead of the usual ones."""

    @field_validator("base_url", "authority")
    @classmethod
    def _must_be_safe(cls, value: str) -> str:
        """Secrets travel there: https, or this machine itself."""
        parts = urlsplit(value)
        if not (parts.scheme == "https" and parts.hostname) and not (
            parts.scheme == "http" and _is_here(parts.hostname)
        ):
            raise ValueError("expected an address that begins with https://")
        return value.rstrip("/")


def _is_here(host: str | None) -> bool:
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return host == "localhost"
