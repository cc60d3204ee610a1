"""What the desk agreed on about incoming mail, out of the settings; in the demo with a token key of its own making."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from loketbus.doctoring import Finding
from loketbus.errors import ConfigurationError
from services.mail_ingest.domain.tokens import SECRET_MIN_CHARACTERS, Tokens
from services.mail_ingest.settings import MailSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """See the settings of the same names."""

    own_domains: frozenset[str] = frozenset()
    """Small letters."""
    tokens: Tokens | None = None
    sender_cap: int = 50
    """Mails per sender and day."""


def open_policy(settings: MailSettings) -> Policy:
    """Out of the settings.

    Raises:
        ConfigurationError: the demo's key cannot be read or kept.
    """
    own = settings.own_domains or ((settings.mailbox or "").rpartition("@")[2],)
    return Policy(
        own_domains=frozenset(domain.strip().lower().removeprefix("@") for domain in own) - {""},
        tokens=open_tokens(settings),
        sender_cap=settings.mail_sender_cap_per_day,
    )


def open_tokens(settings: MailSettings) -> Tokens | None:
    """The tracking tokens; None when there is no key: then none are made and none are accepted."""
    if settings.token_secret is not None:
        old = [secret.get_secret_value() for secret in settings.token_old_secrets]
        return Tokens([settings.token_secret.get_secret_value(), *old])
    return Tokens([_demo_key(settings.var / "mail_ingest" / "token.key")]) if settings.profile == "demo" else None


def examine_tokens(settings: MailSettings) -> Sequence[Finding]:
    """What `loketbus doctor` says: a desk may do without."""
    on = settings.token_secret is not None or settings.profile == "demo"
    advice = "" if on else "Stel LOKETBUS_TOKEN_SECRET in (zie docs/tracking-token.md); nu koppelt geen enkel kenmerk."
    return [Finding("volgkenmerk in uitgaande mails", True, advice)]


def _demo_key(path: Path) -> str:
    """The key of the demo, made at its first start."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
                file.write(secrets.token_hex(SECRET_MIN_CHARACTERS))
        except FileExistsError:
            pass
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigurationError(f"De sleutel {path} kan niet gelezen worden ({error.strerror}).") from None
