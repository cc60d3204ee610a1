"""Settings of mail_ingest (environment `LOKETBUS_*`)."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator

from loketbus.errors import ConfigurationError
from loketbus.settings import BusSettings
from services.mail_ingest.domain import deeplinks, moments
from services.mail_ingest.domain.tokens import SECRET_MIN_CHARACTERS
from services.mail_ingest.remote.ews import EWS_ENDS, EwsConnection
from services.mail_ingest.remote.graph import GraphConnection
from services.mail_ingest.remote.graph_hints import HintSettings

C = TypeVar("C", bound=BaseModel)

_FIELDS = {("graph", "url"): "base_url"}
"""Where a setting and the field of a connection have other names."""
_UNREACHABLE = "LOKETBUS_MAILBOX is ingevuld, maar niet hoe de postbus bereikt wordt"


class MailSettings(BusSettings):
    """The mailbox and how it is read."""

    mailbox: str | None = None
    """Address of the shared mailbox; empty means that no mailbox is read."""
    mail_adapter: Literal["ews", "graph", "folder"] = "ews"
    """How it is read: Exchange on-premises over `ews`, Microsoft 365 over `graph`, files in a `folder`."""
    ews_url: str | None = None
    """EWS endpoint (`https://.../EWS/Exchange.asmx`)."""
    ews_user: str | None = None
    ews_password: SecretStr | None = None
    ews_access: Literal["delegate", "impersonation"] = "delegate"
    ews_auth: Literal["basic", "ntlm", "oauth"] = "basic"
    """On-premises servers often want ntlm; Exchange Online takes oauth alone."""
    ews_tenant: str | None = None
    """For oauth."""
    ews_client_id: str | None = None
    """For oauth."""
    ews_client_secret: SecretStr | None = None
    """For oauth."""
    ews_token_url: str | None = None
    """For oauth in another cloud than Microsoft's own."""
    ews_scope: str | None = None
    """For oauth in another cloud than Microsoft's own."""
    ews_ends: date = EWS_ENDS
    """When Exchange Online stops answering EWS, for the warning."""
    graph_tenant: str | None = None
    """Id or domain of the Entra tenant."""
    graph_client_id: str | None = None
    graph_client_secret: SecretStr | None = None
    graph_url: str | None = None
    """For another cloud than Microsoft's own, with `graph_authority` and `graph_scope`."""
    graph_authority: str | None = None
    graph_scope: str | None = None
    graph_webhook_url: str | None = None
    """Where Graph may post that there is mail: the public address of this service's `/graph/notifications`."""
    graph_webhook_secret: SecretStr | None = None
    """Proves that it was Graph; 16 to 128 characters of your own making."""
    mail_folder: Path | None = None
    """For the adapter `folder`: a folder with `.eml` and `.mbox` files."""
    mail_folder_settle_seconds: float = Field(default=5.0, ge=0)
    """A file there must have been left alone for so long."""
    mail_poll_seconds: float = Field(default=30.0, gt=0)
    mail_folders_seconds: float = Field(default=300.0, gt=0)
    """How often the list of folders is asked for."""
    mail_quiet_seconds: float = Field(default=120.0, ge=0)
    """How often a folder below the inbox or Sent items is asked where nothing happened the last time."""
    mail_reconcile_seconds: float = Field(default=3600.0, gt=0)
    """How often the whole mailbox is compared with the ledger."""
    mail_page_size: int = Field(default=50, ge=1, le=512)
    """Changes asked per page; the sync state is saved after each."""
    mail_max_bytes: int = Field(default=150_000_000, ge=1_000_000)
    """Largest mail that is taken in; a larger one goes to quarantine."""
    parse_workers: int = Field(default_factory=lambda: min(2, os.cpu_count() or 1), ge=1, le=16)
    """One per core, at most two."""
    parse_timeout_seconds: float = Field(default=30.0, gt=0)
    parse_memory_bytes: int = Field(default=1_500_000_000, ge=200_000_000)

    queue_from: datetime | None = None
    """Questions from before then (a date, or a moment) are read and linked, but their items start closed."""
    own_domains: tuple[str, ...] = ()
    """Domains of colleagues, as JSON: what they forward is the question of who wrote it. Empty: the mailbox's own."""
    mail_sender_cap_per_day: int = Field(default=50, ge=1)
    """Above so many mails of one sender on one day (UTC) the others carry a remark; none is refused."""
    token_secret: SecretStr | None = Field(default=None, min_length=SECRET_MIN_CHARACTERS)
    """Key of the tracking tokens, shared with the CRM if that makes them itself; empty in production: no tokens."""
    token_old_secrets: tuple[Annotated[SecretStr, Field(min_length=SECRET_MIN_CHARACTERS)], ...] = ()
    """Former keys, as JSON: their tokens are still accepted."""
    crm_new_dossier_url: Annotated[str, AfterValidator(deeplinks.check)] | None = None
    """Page of the CRM that makes a dossier; `{mail}`, `{contact}`, `{item}` and `{klantenreis}` are filled in."""

    @field_validator("queue_from", mode="before")
    @classmethod
    def _moment(cls, value: object) -> object:
        return moments.read(value) if isinstance(value, str | date) else value

    @model_validator(mode="after")
    def _mailbox_can_be_reached(self) -> Self:
        if self.mailbox is not None:
            connection_of(self)
            graph_hints(self)
        return self


def connection_of(settings: MailSettings) -> EwsConnection | GraphConnection | Path:
    """Where the mailbox is and how it is read.

    Raises:
        ConfigurationError: a mailbox is named, but not how to reach it.
    """
    if settings.mail_adapter == "graph":
        return graph_connection(settings)
    return mail_folder(settings) if settings.mail_adapter == "folder" else ews_connection(settings)


def ews_connection(settings: MailSettings) -> EwsConnection:
    """Where the mailbox is, over EWS; raises as `connection_of`."""
    needed = ("tenant", "client_id", "client_secret") if settings.ews_auth == "oauth" else ("user", "password")
    optional = ("user", "password", "tenant", "client_id", "client_secret", "token_url", "scope")
    fixed = {"access": settings.ews_access, "auth": settings.ews_auth}
    return _connection(EwsConnection, settings, "ews", ("url", *needed), optional, fixed)


def graph_connection(settings: MailSettings) -> GraphConnection:
    """Where the mailbox is, over Graph; raises as `connection_of`."""
    needed = ("tenant", "client_id", "client_secret")
    return _connection(GraphConnection, settings, "graph", needed, ("url", "authority", "scope"), {})


def graph_hints(settings: MailSettings) -> HintSettings | None:
    """Where Graph may tell that there is mail; None when it is not asked to. Raises as `connection_of`."""
    if settings.mail_adapter != "graph" or settings.graph_webhook_url is None:
        return None
    if settings.graph_webhook_secret is None:
        raise _missing(["graph_webhook_secret"], "LOKETBUS_GRAPH_WEBHOOK_URL is ingevuld, maar niet het geheim ervan")
    try:
        return HintSettings(url=settings.graph_webhook_url, secret=settings.graph_webhook_secret)
    except ValidationError as error:
        raise _wrong("graph_webhook", {}, error) from None


def mail_folder(settings: MailSettings) -> Path:
    """Where the files are; raises as `connection_of`."""
    if settings.mail_folder is None:
        raise _missing(["mail_folder"], _UNREACHABLE)
    if not settings.mail_folder.is_dir():
        raise ConfigurationError(f"LOKETBUS_MAIL_FOLDER: de map {settings.mail_folder} bestaat niet.")
    return settings.mail_folder


def _connection(
    kind: type[C],
    settings: MailSettings,
    prefix: str,
    needed: Sequence[str],
    optional: Sequence[str],
    fixed: Mapping[str, object],
) -> C:
    """A connection out of the settings that begin with `prefix`."""
    missing = [f"{prefix}_{name}" for name in needed if getattr(settings, f"{prefix}_{name}") is None]
    if missing:
        raise _missing(missing, _UNREACHABLE)
    names = {name: _FIELDS.get((prefix, name), name) for name in dict.fromkeys((*needed, *optional))}
    given = {field: getattr(settings, f"{prefix}_{name}") for name, field in names.items()}
    told = {field: value for field, value in given.items() if value is not None}
    limits = {"mailbox": settings.mailbox, "max_mail_bytes": settings.mail_max_bytes}
    try:
        return kind.model_validate({**limits, **told, **fixed})
    except ValidationError as error:
        raise _wrong(prefix, {field: name for name, field in names.items()}, error) from None


def _missing(names: list[str], what: str) -> ConfigurationError:
    return ConfigurationError(f"{what}: vul {', '.join(f'LOKETBUS_{name.upper()}' for name in names)} in.")


def _wrong(prefix: str, names: Mapping[str, str], error: ValidationError) -> ConfigurationError:
    first = error.errors()[0]
    field = str(first["loc"][0])
    name = "MAILBOX" if field == "mailbox" else f"{prefix}_{names.get(field, field)}".upper()
    return ConfigurationError(f"Instelling LOKETBUS_{name} is fout: {first['msg']}.")
