"""The FastAPI side: a dependency that asks for roles, and refusals as application/problem+json (RFC 9457) in Dutch."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Annotated, Any

from fastapi import FastAPI, Request, Security
from fastapi.dependencies.models import Dependant
from fastapi.responses import JSONResponse
from fastapi.routing import RouteContext, iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.routing import Mount

from loketbus.security.roles import ANY_PARTNER, Actor, TokenRefused, Verifier, VerifierUnavailable, is_role

RETRY_AFTER_SECONDS = 10
_bearer = HTTPBearer(auto_error=False, description="Toegangstoken van Loketbus of van de identiteitsdienst")


class ApiProblem(Exception):
    """A refusal for a person: rendered as problem+json by `secure`.

    Args:
        status: HTTP status.
        code: stable and machine readable.
        title: what kind of problem, in Dutch.
        detail: what to do, in Dutch; never personal data.
        headers: extra response headers.
    """

    def __init__(
        self, status: int, code: str, title: str, detail: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})

    def response(self) -> JSONResponse:
        """The HTTP answer."""
        body = {
            "type": f"urn:loketbus:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        return JSONResponse(body, self.status, self.headers, media_type="application/problem+json")


def secure(app: FastAPI, verifier: Verifier) -> None:
    """Give `app` its verifier and its way to refuse; without this, every `require` answers 500."""
    app.state.verifier = verifier
    app.add_exception_handler(ApiProblem, _render)


def require(*roles: str) -> Callable[..., Awaitable[Actor]]:
    """A dependency that lets through an actor with one of `roles` (any actor when none is named), and returns it."""
    if wrong := [role for role in roles if not is_role(role) and role != ANY_PARTNER]:
        raise ValueError(f"unknown roles: {wrong}")

    async def required(
        request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
    ) -> Actor:
        verifier: Verifier = request.app.state.verifier
        actor = await _identify(verifier, given)
        if roles and not actor.has(*roles):
            raise _forbidden(roles)
        return actor

    required.__dict__["required_roles"] = roles
    return required


def unprotected_routes(app: FastAPI) -> list[str]:
    """Paths of `app` that answer without `require`; mounted applications count whole."""
    return sorted(path for context in iter_route_contexts(app.routes) for path in _unprotected(context))


def _unprotected(context: RouteContext) -> Iterator[str]:
    route = context.original_route
    path = str(getattr(context, "path", None) or getattr(route, "path", type(route).__name__))
    if isinstance(route, Mount) and isinstance(route.app, FastAPI):
        yield from (path + inner for inner in unprotected_routes(route.app))
        return
    dependant = getattr(context, "dependant", None)
    if not isinstance(dependant, Dependant) or not _requires(dependant):
        yield path


def _requires(dependant: Dependant) -> bool:
    return hasattr(dependant.call, "required_roles") or any(_requires(inner) for inner in dependant.dependencies)


async def _identify(verifier: Verifier, given: HTTPAuthorizationCredentials | None) -> Actor:
    if given is None:
        raise _unauthorized("token_missing", "Stuur een toegangstoken mee in de hoofding Authorization.", None)
    try:
        return await verifier.verify(given.credentials)
    except TokenRefused as refused:
        expired = refused.reason == "expired"
        detail = (
            "Uw aanmelding is verlopen. Meld opnieuw aan."
            if expired
            else "Dit toegangstoken is niet geldig. Meld opnieuw aan of vraag een nieuw token aan uw beheerder."
        )
        raise _unauthorized("token_expired" if expired else "token_invalid", detail, refused.reason) from None
    except VerifierUnavailable:
        raise ApiProblem(
            503,
            "verifier_unavailable",
            "Aanmelden lukt nu niet",
            "Toegangstokens kunnen nu niet nagekeken worden. Probeer het over enkele ogenblikken opnieuw.",
            {"Retry-After": str(RETRY_AFTER_SECONDS)},
        ) from None


def _unauthorized(code: str, detail: str, reason: str | None) -> ApiProblem:
    challenge = 'Bearer realm="loketbus"'
    if reason is not None:
        challenge += f', error="invalid_token", error_description="{reason}"'
    return ApiProblem(401, code, "U bent niet aangemeld", detail, {"WWW-Authenticate": challenge})


def _forbidden(roles: tuple[str, ...]) -> ApiProblem:
    wanted = " of ".join("partner" if role == ANY_PARTNER else role for role in roles)
    detail = f"Hiervoor is de rol {wanted} nodig. Vraag ze aan uw beheerder."
    challenge = 'Bearer realm="loketbus", error="insufficient_scope"'
    return ApiProblem(403, "role_missing", "U mag dit niet doen", detail, {"WWW-Authenticate": challenge})


async def _render(_request: Request, problem: Any) -> JSONResponse:
    assert isinstance(problem, ApiProblem)
    return problem.response()
