"""JWTs with real keys against a real JWKS server on loopback."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from fastapi import Depends, FastAPI, Response
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from loketbus.http import HttpOptions, make_client
from loketbus.http.transport import RetryOptions
from loketbus.security import Actor, JwksVerifier, TokenRefused, VerifierUnavailable, require, secure
from tests.integration.loketbus.serving import serving

ISSUER = "https://login.example.org/tenant/v2.0"
AUDIENCE = "api://loketbus"


@pytest.fixture(scope="module")
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@pytest.fixture(scope="module")
def other_rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def public_jwk(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, kid: str, **more: str) -> dict[str, Any]:
    if isinstance(key, rsa.RSAPrivateKey):
        made = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        made = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**made, "kid": kid, "use": "sig", **more}


@dataclass
class Provider:
    """The identity provider: what it serves can be turned."""

    keys: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    body: str | None = None
    fetches: int = 0

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/keys")
        async def keys(appid: str) -> Response:
            self.fetches += 1
            assert appid == "1"
            return Response(self.body or json.dumps({"keys": self.keys}), self.status)

        return app


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def provider(rsa_key: rsa.RSAPrivateKey) -> Provider:
    return Provider([public_jwk(rsa_key, "one")])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def verifier(provider: Provider, clock: Clock) -> AsyncIterator[JwksVerifier]:
    options = HttpOptions(retry=RetryOptions(attempts=1))
    async with serving(provider.app()) as base:
        client = make_client("identiteitsdienst", options=options)
        made = JwksVerifier(client, url=f"{base}/keys?appid=1", issuer=ISSUER, audience=AUDIENCE, clock=clock)
        yield made
        await made.aclose()


def claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    base = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "subject-1",
        "preferred_username": "ann@stad.example",
        "iat": now,
        "nbf": now,
        "exp": now + 600,
        "roles": ["operator", "Directory.Read", "partner:dubolimburg"],
    }
    return {name: value for name, value in {**base, **changed}.items() if value is not None}


def sign(key: Any, kid: str | None = "one", algorithm: str = "RS256", **changed: Any) -> str:
    return jwt.encode(claims(**changed), key, algorithm=algorithm, headers={"kid": kid} if kid else {})


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def by_hand(header: dict[str, Any], sign_with: Callable[[bytes], bytes]) -> str:
    """A token that the library itself refuses to make."""
    signed = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims()).encode())}"
    return f"{signed}.{b64(sign_with(signed.encode()))}"


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


async def refused(verifier: JwksVerifier, token: str) -> str:
    with pytest.raises(TokenRefused) as caught:
        await verifier.verify(token)
    return caught.value.reason


async def test_a_good_token_gives_name_and_our_roles_alone(verifier: JwksVerifier, rsa_key: rsa.RSAPrivateKey) -> None:
    actor = await verifier.verify(sign(rsa_key))
    assert actor == Actor("ann@stad.example", frozenset({"operator", "partner:dubolimburg"}))
    assert "ann" not in repr(actor)


async def test_an_application_without_roles_is_known_but_may_nothing(
    verifier: JwksVerifier, rsa_key: rsa.RSAPrivateKey
) -> None:
    actor = await verifier.verify(sign(rsa_key, preferred_username=None, azp="crm-app", roles=None))
    assert actor == Actor("crm-app", frozenset())


async def test_an_elliptic_key_serves_as_well(verifier: JwksVerifier, provider: Provider) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    provider.keys.append(public_jwk(key, "curve"))
    assert (await verifier.verify(sign(key, "curve", "ES256"))).has("operator")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"exp": int(time.time()) - 3600}, "expired"),
        ({"exp": None}, "invalid"),
        ({"nbf": int(time.time()) + 3600}, "invalid"),
        ({"aud": "api://someone-else"}, "not_for_us"),
        ({"aud": None}, "invalid"),
        ({"iss": "https://evil.example"}, "not_for_us"),
        ({"iss": None}, "invalid"),
        ({"sub": None, "preferred_username": None}, "invalid"),
    ],
)
async def test_claims_that_do_not_hold(
    verifier: JwksVerifier, rsa_key: rsa.RSAPrivateKey, changed: dict[str, Any], reason: str
) -> None:
    assert await refused(verifier, sign(rsa_key, **changed)) == reason


async def test_a_signature_of_another_key(verifier: JwksVerifier, other_rsa_key: rsa.RSAPrivateKey) -> None:
    assert await refused(verifier, sign(other_rsa_key)) == "invalid"


async def test_algorithm_none(verifier: JwksVerifier) -> None:
    for spelling in ("none", "None", "NONE"):
        assert await refused(verifier, by_hand({"alg": spelling, "kid": "one"}, lambda _: b"")) == "invalid"


async def test_the_public_key_used_as_a_shared_secret(verifier: JwksVerifier, rsa_key: rsa.RSAPrivateKey) -> None:
    secret = public_pem(rsa_key)
    token = by_hand(
        {"alg": "HS256", "kid": "one", "typ": "JWT"}, lambda data: hmac.new(secret, data, hashlib.sha256).digest()
    )
    assert await refused(verifier, token) == "invalid"


async def test_an_algorithm_that_is_not_the_keys_own(verifier: JwksVerifier, provider: Provider) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    provider.keys.append(public_jwk(key, "curve"))
    token = by_hand({"alg": "RS256", "kid": "curve"}, lambda data: ECAlgorithm(ECAlgorithm.SHA256).sign(data, key))
    assert await refused(verifier, token) == "invalid"


async def test_a_key_inside_the_token_is_not_used(verifier: JwksVerifier, other_rsa_key: rsa.RSAPrivateKey) -> None:
    header = {"kid": "one", "jwk": public_jwk(other_rsa_key, "one"), "jku": "https://evil.example/keys"}
    token = jwt.encode(claims(), other_rsa_key, algorithm="RS256", headers=header)
    assert await refused(verifier, token) == "invalid"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "." * 20_000, "eyJhbGciOiJSUzI1NiJ9.e30.AA"])
async def test_what_is_no_token(verifier: JwksVerifier, token: str) -> None:
    assert await refused(verifier, token) == "invalid"


@pytest.mark.parametrize("more", [{"use": "enc"}, {"alg": "PS256"}, {"kty": "oct"}, {"n": "AQAB"}])
async def test_keys_that_are_not_for_this_are_passed_over(
    verifier: JwksVerifier, provider: Provider, rsa_key: rsa.RSAPrivateKey, more: dict[str, str]
) -> None:
    provider.keys = [public_jwk(rsa_key, "one"), public_jwk(rsa_key, "two", **more)]
    assert await refused(verifier, sign(rsa_key, "two")) in {"unknown_key", "invalid"}
    assert (await verifier.verify(sign(rsa_key))).has("operator")


async def test_a_short_key_is_refused(verifier: JwksVerifier, provider: Provider) -> None:
    weak = rsa.generate_private_key(65537, 1024)
    provider.keys = [public_jwk(weak, "weak")]
    signature = lambda data: RSAAlgorithm(RSAAlgorithm.SHA256).sign(data, weak)  # noqa: E731
    assert await refused(verifier, by_hand({"alg": "RS256", "kid": "weak"}, signature)) == "invalid"


async def test_rotation_an_unknown_key_is_fetched_once_a_minute_at_most(
    verifier: JwksVerifier,
    provider: Provider,
    clock: Clock,
    rsa_key: rsa.RSAPrivateKey,
    other_rsa_key: rsa.RSAPrivateKey,
) -> None:
    await verifier.verify(sign(rsa_key))
    assert provider.fetches == 1
    for number in range(20):
        assert await refused(verifier, sign(rsa_key, f"invented-{number}")) == "unknown_key"
    assert provider.fetches == 1
    provider.keys = [public_jwk(other_rsa_key, "two")]
    clock.now += 61
    assert (await verifier.verify(sign(other_rsa_key, "two"))).has("operator")
    assert await refused(verifier, sign(rsa_key, "one")) == "unknown_key"
    assert provider.fetches == 2


@pytest.mark.parametrize("outage", [{"status": 503}, {"status": 404}, {"body": "<html>"}, {"body": '{"keys": []}'}])
async def test_an_outage_keeps_known_keys_and_says_so(
    verifier: JwksVerifier, provider: Provider, clock: Clock, rsa_key: rsa.RSAPrivateKey, outage: dict[str, Any]
) -> None:
    await verifier.verify(sign(rsa_key))
    assert verifier.problem is None
    for name, value in outage.items():
        setattr(provider, name, value)
    clock.now += 7200
    assert (await verifier.verify(sign(rsa_key))).has("operator")
    assert await refused(verifier, sign(rsa_key, "two")) == "unknown_key"
    assert verifier._renewing is not None
    await verifier._renewing
    assert (await verifier.verify(sign(rsa_key))).has("operator")
    assert "de laatst bekende gelden nog" in (verifier.problem or "")
    provider.status, provider.body = 200, None
    clock.now += 61
    await verifier.verify(sign(rsa_key))
    await verifier._renewing
    assert verifier.problem is None


async def test_before_the_first_keys_nobody_can_be_judged(
    verifier: JwksVerifier, provider: Provider, rsa_key: rsa.RSAPrivateKey
) -> None:
    provider.status = 500
    with pytest.raises(VerifierUnavailable):
        await verifier.verify(sign(rsa_key))
    assert "niet bereikbaar" in (verifier.problem or "")


async def test_through_fastapi_over_http(
    verifier: JwksVerifier, provider: Provider, rsa_key: rsa.RSAPrivateKey
) -> None:
    app = FastAPI()

    @app.get("/lanes")
    async def lanes(actor: Annotated[Actor, Depends(require("operator"))]) -> str:
        return actor.name

    secure(app, verifier)
    async with serving(app) as base, httpx.AsyncClient(base_url=base) as client:

        async def get(token: str) -> httpx.Response:
            return await client.get("/lanes", headers={"Authorization": f"Bearer {token}"})

        provider.status = 503
        assert (await get(sign(rsa_key))).status_code == 503
        provider.status = 200
        verifier._tried_at = None
        assert (await get(sign(rsa_key))).json() == "ann@stad.example"
        assert (await get(sign(rsa_key, roles=["crm"]))).status_code == 403
        expired = await get(sign(rsa_key, exp=int(time.time()) - 3600))
        assert (expired.status_code, expired.json()["code"]) == (401, "token_expired")
