"""Where the mailbox is and who reads it; what Exchange Online asks, and when it stops answering EWS."""

from __future__ import annotations

from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator

ONLINE_HOSTS = ("outlook.office365.com", "outlook.office.com")
ONLINE_SCOPE = "https://outlook.office365.com/.default"
EWS_ENDS = date(2027, 4, 1)
"""When Exchange Online shuts EWS off for good (reference mail.md section 1); on-premises stays."""

_MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


class EwsConnection(BaseModel):
    """Endpoint, mailbox, credentials and limits."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    url: str = Field(pattern=r"^https?://")
    """Service endpoint, `https://.../EWS/Exchange.asmx`."""
    mailbox: str = Field(pattern="@")
    """SMTP address of the shared mailbox."""
    user: str | None = None
    """For basic and ntlm."""
    password: SecretStr | None = None
    """For basic and ntlm."""
    tenant: str | None = None
    """For oauth: id or domain of the Entra tenant."""
    client_id: str | None = None
    """For oauth: the app, with `full_access_as_app` or the RBAC role of it on this mailbox."""
    client_secret: SecretStr | None = None
    """For oauth."""
    token_url: str | None = Field(default=None, pattern=r"^https?://")
    """For oauth, in another cloud: where tokens are had; None is login.microsoftonline.com."""
    scope: str = ONLINE_SCOPE
    """For oauth, in another cloud: what the token is for."""
    access: Literal["delegate", "impersonation"] = "delegate"
    """With oauth it is always impersonation: an app is nobody's delegate."""
    auth: Literal["basic", "ntlm", "oauth"] = Field(default="basic", validate_default=True)
    """Exchange Online takes oauth alone."""
    server_build: str = Field(default="15.2.1748.10", pattern=r"^\d+\.\d+\.\d+\.\d+$")
    """Exchange Server SE; given, so that nothing has to be guessed with extra requests."""
    max_mail_bytes: int = Field(default=150_000_000, gt=0)
    """A larger mail is not fetched (`Poison` with reason `too_large`)."""
    request_timeout_seconds: float = Field(default=60.0, gt=0)
    """Silence of the server that ends a request."""
    call_timeout_seconds: float = Field(default=180.0, gt=0)
    """A call that takes longer is killed with its process; a fetch gets more time for large mails."""

    @field_validator("auth")
    @classmethod
    def _has_its_credentials(cls, auth: str, info: ValidationInfo) -> str:
        """Here and not for the whole model, so that the error names the setting."""
        needed = ("tenant", "client_id", "client_secret") if auth == "oauth" else ("user", "password")
        if missing := [name for name in needed if not info.data.get(name)]:
            raise ValueError(f"{auth} vraagt ook {', '.join(missing)}")
        if auth != "oauth" and is_exchange_online(info.data.get("url", "")):
            raise ValueError("Exchange Online aanvaardt alleen oauth")
        return auth

    @property
    def impersonates(self) -> bool:
        """Act as the mailbox's owner, rather than as somebody with rights on it."""
        return self.auth == "oauth" or self.access == "impersonation"


def is_exchange_online(url: str) -> bool:
    """Is this endpoint Microsoft's cloud (regional hosts too)?"""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return any(host == known or host.endswith(f".{known}") for known in ONLINE_HOSTS)


def days_left(today: date, ends: date = EWS_ENDS) -> int:
    """Whole days until `ends`; 0 from that day on."""
    return max((ends - today).days, 0)


def retirement_warning(url: str, today: date, ends: date = EWS_ENDS) -> str | None:
    """What to tell operators about this endpoint; None when it is on-premises."""
    if not is_exchange_online(url):
        return None
    day = f"{ends.day} {_MONTHS[ends.month - 1]} {ends.year}"
    advice = "Stap over op Graph: zet LOKETBUS_MAIL_ADAPTER=graph."
    left = days_left(today, ends)
    if left == 0:
        return f"EWS is in Exchange Online gestopt op {day}. {advice}"
    return f"EWS stopt in Exchange Online op {day}, nog {left} {'dag' if left == 1 else 'dagen'}. {advice}"
