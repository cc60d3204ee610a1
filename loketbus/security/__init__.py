"""Who may call an HTTP API: tokens, roles, and the FastAPI dependency that asks for them.

    secure(app, await open_verifier(settings, announce=print))
    @router.post("/pause")
    async def pause(actor: Annotated[Actor, Depends(require("operator", "beheerder"))]) -> ...:

`unprotected_routes(app)` lists what a test should not find.
"""

from loketbus.security.api import ApiProblem, require, secure, unprotected_routes
from loketbus.security.jwks import JwksVerifier
from loketbus.security.opening import open_verifier
from loketbus.security.roles import ROLES, Actor, TokenRefused, Verifier, VerifierUnavailable, is_role
from loketbus.security.tokens import LocalToken, TokenStore

__all__ = [
    "ROLES",
    "Actor",
    "ApiProblem",
    "JwksVerifier",
    "LocalToken",
    "TokenRefused",
    "TokenStore",
    "Verifier",
    "VerifierUnavailable",
    "is_role",
    "open_verifier",
    "require",
    "secure",
    "unprotected_routes",
]
