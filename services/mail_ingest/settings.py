"""Settings of mail_ingest (environment `LOKETBUS_*`)."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, model_validator

from loketbus.errors import ConfigurationError
from loketbus.settings import BusSettings
from services.mail_ingest.remote.ews import EwsConnection


class MailSettings(BusSettings):
    """The mailbox and how it is read."""

    mailbox: str | None = None
    """Address of the shared mailbox; empty means that no mailbox is read."""
    ews_url: str | None = None
    """EWS endpoint (`https://.../EWS/Exchange.asmx`)."""
    ews_user: str | None = None
    ews_password: SecretStr | None = None
    ews_access: Literal["delegate", "impersonation"] = "delegate"
    ews_auth: Literal["basic", "ntlm"] = "basic"
    """On-premises servers often want ntlm."""
    mail_poll_seconds: float = Field(default=30.0, gt=0)
    mail_page_size: int = Field(default=50, ge=1, le=512)
    """Changes asked per page; the sync state is saved after each."""
    mail_max_bytes: int = Field(default=150_000_000, ge=1_000_000)
    """Largest mail that is taken in; a larger one goes to quarantine."""
    parse_workers: int = Field(default=1, ge=1, le=16)
    parse_timeout_seconds: float = Field(default=30.0, gt=0)
    parse_memory_bytes: int = Field(default=1_500_000_000, ge=200_000_000)

    @model_validator(mode="after")
    def _mailbox_can_be_reached(self) -> Self:
        if self.mailbox is not None:
            ews_connection(self)
        return self


def ews_connection(settings: MailSettings) -> EwsConnection:
    """Where the mailbox is.

    Raises:
        ConfigurationError: a mailbox is named, but not how to reach it.
    """
    missing = [name for name in ("ews_url", "ews_user", "ews_password") if getattr(settings, name) is None]
    if missing:
        names = ", ".join(f"LOKETBUS_{name.upper()}" for name in missing)
        raise ConfigurationError(
            f"LOKETBUS_MAILBOX is ingevuld, maar niet hoe de postbus bereikt wordt: vul {names} in."
        )
    given = {"url": settings.ews_url, "user": settings.ews_user, "password": settings.ews_password}
    limits = {"access": settings.ews_access, "auth": settings.ews_auth, "max_mail_bytes": settings.mail_max_bytes}
    try:
        return EwsConnection.model_validate({"mailbox": settings.mailbox, **given, **limits})
    except ValidationError as error:
        field = error.errors()[0]["loc"][0]
        name = "MAILBOX" if field == "mailbox" else f"EWS_{str(field).upper()}"
        raise ConfigurationError(f"Instelling LOKETBUS_{name} is fout: {error.errors()[0]['msg']}.") from None
