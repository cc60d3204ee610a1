"""JWTs of an identity provider (Entra ID), checked with the keys that it publishes as JWKS.

Source: RFC 7519, RFC 7517, RFC 8725 (best practices): the algorithm comes from the key, never from the token alone.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import structlog

from loketbus.errors import Outcome
from loketbus.http import Client, check
from loketbus.security.roles import Actor, TokenRefused, VerifierUnavailable, known_roles

ALGORITHM_OF = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
"""(kty, crv) of a key -> the one algorithm it may be used with."""
UNKNOWN_KEY_REFETCH_SECONDS = 60.0
KEYS_MAX_AGE_SECONDS = 3_600.0
LEEWAY_SECONDS = 30
TOKEN_MAX_CHARS = 16_384

log = structlog.get_logger(__name__)


class JwksVerifier:
    """Checks signature, issuer, audience and times; roles are the claim `roles`, as Entra ID writes app roles.

    Args:
        client: what the keys are fetched with.
        url: the JWKS document.
        issuer: the exact `iss`.
        audience: the `aud` that means us.
        clock: monotonic seconds, for the age of the keys.
    """

    def __init__(
        self, client: Client, *, url: str, issuer: str, audience: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._url = url
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._failure: str | None = None
        self._fetching = asyncio.Lock()
        self._renewing: asyncio.Task[None] | None = None

    async def verify(self, token: str) -> Actor:
        """See `Verifier`."""
        key = await self._key(_key_id(token))
        try:
            claims = jwt.decode(
                token,
                key=key.key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"], "enforce_minimum_key_length": True},
            )
        except jwt.ExpiredSignatureError:
            raise TokenRefused("expired") from None
        except (jwt.InvalidAudienceError, jwt.InvalidIssuerError):
            raise TokenRefused("not_for_us") from None
        except jwt.PyJWTError:
            raise TokenRefused("invalid") from None
        return _actor(claims)

    @property
    def problem(self) -> str | None:
        """See `Verifier`."""
        if self._failure is None:
            return None
        if self._keys:
            return "De sleutels van de identiteitsdienst kunnen niet vernieuwd worden; de laatst bekende gelden nog."
        return "De identiteitsdienst is niet bereikbaar: niemand kan aanmelden."

    async def aclose(self) -> None:
        """See `Verifier`."""
        if self._renewing is not None:
            self._renewing.cancel()
            await asyncio.wait([self._renewing])
        await self._client.aclose()

    async def refresh(self) -> None:
        """Fetch the keys now; a failure keeps the known ones, and `problem` says so."""
        self._tried_at = self._clock()
        try:
            response = await self._client.get(self._url, extensions={"path_template": "(jwks)"})
            check(response, remote="De identiteitsdienst")
            keys = _read_keys(response.json()) if response.is_success else {}
        except (Outcome, ValueError) as error:
            self._failed(error.code if isinstance(error, Outcome) else "not_json")
            return
        if not keys:
            self._failed("no_usable_keys")
            return
        self._keys, self._failure, self._fetched_at = keys, None, self._clock()

    async def _key(self, key_id: str) -> jwt.PyJWK:
        if key_id not in self._keys:
            async with self._fetching:
                if key_id not in self._keys and self._may_try():
                    await self.refresh()
        elif self._is_old() and self._may_try():
            # In the background: who comes with a key that we know does not wait for an identity provider that is away.
            self._tried_at = self._clock()
            self._renewing = asyncio.create_task(self.refresh())
        if key_id in self._keys:
            return self._keys[key_id]
        if not self._keys:
            raise VerifierUnavailable("no keys of the identity provider yet")
        raise TokenRefused("unknown_key")

    def _is_old(self) -> bool:
        return self._fetched_at is None or self._clock() - self._fetched_at > KEYS_MAX_AGE_SECONDS

    def _may_try(self) -> bool:
        # At most once a minute, so that tokens with invented key ids cannot make us hammer the identity provider.
        return self._tried_at is None or self._clock() - self._tried_at >= UNKNOWN_KEY_REFETCH_SECONDS

    def _failed(self, code: str) -> None:
        self._failure = code
        log.warning("jwks not refreshed", code=code, known_keys=len(self._keys))


def _key_id(token: str) -> str:
    if len(token) > TOKEN_MAX_CHARS:
        raise TokenRefused("invalid")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise TokenRefused("invalid") from None
    key_id = header.get("kid")
    if header.get("alg") not in ALGORITHM_OF.values() or not isinstance(key_id, str):
        raise TokenRefused("invalid")
    return key_id


def _read_keys(document: Any) -> dict[str, jwt.PyJWK]:
    """The signing keys we can use, by key id; others in the document are passed over."""
    entries = document.get("keys") if isinstance(document, Mapping) else None
    keys = {}
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, Mapping) and (key := _read_key(dict(entry))) is not None:
            keys[str(entry["kid"])] = key
    return keys


def _read_key(entry: dict[str, Any]) -> jwt.PyJWK | None:
    algorithm = ALGORITHM_OF.get((entry.get("kty", ""), entry.get("crv")))
    usable = algorithm is not None and entry.get("alg", algorithm) == algorithm and entry.get("use", "sig") == "sig"
    if not usable or not isinstance(entry.get("kid"), str):
        return None
    try:
        return jwt.PyJWK(entry, algorithm=algorithm)
    except jwt.PyJWTError:
        return None


def _actor(claims: Mapping[str, Any]) -> Actor:
    """People have a `preferred_username`, applications an `azp` or `appid`; `sub` is always there."""
    roles = claims.get("roles")
    name = next((claims[key] for key in ("preferred_username", "azp", "appid", "sub") if claims.get(key)), None)
    if not isinstance(name, str):
        raise TokenRefused("invalid")
    return Actor(name, known_roles(roles if isinstance(roles, list) else []))
