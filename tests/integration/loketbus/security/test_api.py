"""Roles over real HTTP, with local tokens."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI

from loketbus.security import Actor, TokenStore, require, secure, unprotected_routes
from tests.integration.loketbus.serving import serving

Operator = Annotated[Actor, Depends(require("operator", "beheerder"))]
Partner = Annotated[Actor, Depends(require("partner:*"))]
Anyone = Annotated[Actor, Depends(require())]


def build() -> FastAPI:
    app = FastAPI(openapi_url=None)
    router = APIRouter(dependencies=[Depends(require("dpo"))])

    @app.get("/operator")
    async def operator(actor: Operator) -> str:
        return actor.name

    @app.get("/partner")
    async def partner(actor: Partner) -> str | None:
        return actor.partner

    @app.get("/anyone")
    async def anyone(actor: Anyone) -> list[str]:
        return sorted(actor.roles)

    @app.get("/health")
    async def health() -> str:
        return "ok"

    @router.get("/erase")
    async def erase() -> str:
        return "gone"

    app.include_router(router)
    return app


@pytest.fixture
def tokens(tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "tokens.json")


@pytest.fixture
async def api(tokens: TokenStore) -> AsyncIterator[httpx.AsyncClient]:
    app = build()
    secure(app, tokens)
    async with serving(app) as base, httpx.AsyncClient(base_url=base) as client:
        yield client


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_the_right_role_comes_in_and_is_named(api: httpx.AsyncClient, tokens: TokenStore) -> None:
    response = await api.get("/operator", headers=bearer(tokens.create("ict", ["beheerder"])))
    assert (response.status_code, response.json()) == (200, "ict")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic dTpw"}, {"Authorization": "Bearer"}])
async def test_no_token_is_401_with_a_challenge_and_a_dutch_sentence(
    api: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    response = await api.get("/operator", headers=headers)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="loketbus"'
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:loketbus:problem:token_missing",
        "title": "U bent niet aangemeld",
        "status": 401,
        "detail": "Stuur een toegangstoken mee in de hoofding Authorization.",
        "code": "token_missing",
    }


async def test_a_wrong_token_is_401_and_not_repeated_in_the_answer(api: httpx.AsyncClient) -> None:
    response = await api.get("/operator", headers=bearer("lbt_wrong"))
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]
    assert response.json()["code"] == "token_invalid"
    assert "lbt_wrong" not in response.text + str(response.headers)


async def test_another_role_is_403_that_says_which_is_needed(api: httpx.AsyncClient, tokens: TokenStore) -> None:
    response = await api.get("/operator", headers=bearer(tokens.create("jan", ["dispatcher", "partner:dubolimburg"])))
    assert response.status_code == 403
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]
    assert response.json()["detail"] == "Hiervoor is de rol operator of beheerder nodig. Vraag ze aan uw beheerder."


async def test_any_partner_and_only_partners(api: httpx.AsyncClient, tokens: TokenStore) -> None:
    partner = await api.get("/partner", headers=bearer(tokens.create("p", ["partner:dubolimburg"])))
    assert partner.json() == "dubolimburg"
    assert (await api.get("/partner", headers=bearer(tokens.create("o", ["operator"])))).status_code == 403


async def test_a_role_for_a_whole_router(api: httpx.AsyncClient, tokens: TokenStore) -> None:
    assert (await api.get("/erase")).status_code == 401
    assert (await api.get("/erase", headers=bearer(tokens.create("o", ["operator"])))).status_code == 403
    assert (await api.get("/erase", headers=bearer(tokens.create("d", ["dpo"])))).json() == "gone"


async def test_a_revoked_token_is_refused_at_once(api: httpx.AsyncClient, tokens: TokenStore) -> None:
    token = tokens.create("ict", ["operator"])
    assert (await api.get("/anyone", headers=bearer(token))).status_code == 200
    assert tokens.revoke("ict") is True
    assert (await api.get("/anyone", headers=bearer(token))).status_code == 401


async def test_a_token_file_that_breaks_lets_nobody_in(api: httpx.AsyncClient, tokens: TokenStore) -> None:
    token = tokens.create("ict", ["operator"])
    tokens.path.write_text("{")
    response = await api.get("/anyone", headers=bearer(token))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert re.search("beschadigd", tokens.problem or "")


async def test_an_app_that_was_not_secured_refuses_everything() -> None:
    transport = httpx.ASGITransport(app=build(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        assert (await client.get("/anyone", headers=bearer("x"))).status_code == 500


def test_routes_without_a_role_are_found() -> None:
    app = build()
    inner = FastAPI(openapi_url=None)
    inner.get("/open")(lambda: "")
    inner.get("/closed", dependencies=[Depends(require("operator"))])(lambda: "")
    app.mount("/inner", inner)
    assert unprotected_routes(app) == ["/health", "/inner/open"]
    assert "/docs" in unprotected_routes(FastAPI())


def test_a_role_that_does_not_exist_is_a_defect_at_import() -> None:
    with pytest.raises(ValueError, match="operater"):
        require("operater")
