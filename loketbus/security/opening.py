"""Which verifier the settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlsplit

from loketbus.errors import ConfigurationError
from loketbus.http import HttpOptions, make_client
from loketbus.security.jwks import JwksVerifier
from loketbus.security.roles import ROLES, Verifier
from loketbus.security.tokens import TokenStore, write_private
from loketbus.settings import BusSettings

OPERATOR = "operator"
JWKS_OPTIONS = HttpOptions(connect_seconds=3, read_seconds=5, total_seconds=10, max_answer_bytes=1_000_000)


async def open_verifier(settings: BusSettings, *, announce: Callable[[str], None]) -> Verifier:
    """Make the verifier and, for JWTs, fetch the keys once (an outage is no reason not to start).

    Args:
        settings: `jwks_url` set means JWTs only; else local tokens. The demo makes an operator's token by itself.
        announce: shows a person the clear text of a token that was made just now; called at most once.

    Raises:
        ConfigurationError: an incomplete or unsafe JWKS setting, a bad token file, or live without any token.
    """
    if settings.jwks_url is not None:
        verifier = _jwks(settings)
        await verifier.refresh()
        return verifier
    store = TokenStore(settings.tokens_file or settings.var / "tokens.json")
    if settings.profile == "demo":
        _ensure_operator(settings, store, announce)
    elif not store.tokens:
        raise ConfigurationError(
            "Er is geen toegangstoken en LOKETBUS_JWKS_URL is niet ingevuld: "
            "maak een token met `loketbus tokens create` of stel de identiteitsdienst in."
        )
    return store


def _ensure_operator(settings: BusSettings, store: TokenStore, announce: Callable[[str], None]) -> None:
    """Make the demo's token unless the CLI's copy of it still works; several services start at the same time."""
    copy = settings.var / "operator.token"
    text = None
    settings.var.mkdir(parents=True, exist_ok=True)
    with TokenStore(copy).locked():
        if not copy.is_file() or store.find(copy.read_text(encoding="utf-8").strip()) is None:
            text = store.create(OPERATOR, sorted(ROLES))
            write_private(copy, text)
    if text is not None:
        announce(text)


def _jwks(settings: BusSettings) -> JwksVerifier:
    for name in ("jwt_issuer", "jwt_audience"):
        if not getattr(settings, name):
            variable = f"LOKETBUS_{name.upper()}"
            raise ConfigurationError(f"Instelling {variable} ontbreekt: ze is nodig bij LOKETBUS_JWKS_URL.")
    assert settings.jwks_url is not None
    assert settings.jwt_issuer is not None
    assert settings.jwt_audience is not None
    if not _is_safe(settings.jwks_url):
        raise ConfigurationError("Instelling LOKETBUS_JWKS_URL is fout: verwacht een adres dat met https:// begint.")
    client = make_client("De identiteitsdienst", options=JWKS_OPTIONS)
    return JwksVerifier(client, url=settings.jwks_url, issuer=settings.jwt_issuer, audience=settings.jwt_audience)


def _is_safe(url: str) -> bool:
    """Keys over plain HTTP could be swapped on the way; on this machine itself (tests) they cannot."""
    parts = urlsplit(url)
    if parts.scheme != "http":
        return parts.scheme == "https" and bool(parts.hostname)
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return parts.hostname == "localhost"
