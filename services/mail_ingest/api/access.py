"""Who may do what with the queues, and under which account it stands in the books."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from loketbus_contracts.queue import Action

from loketbus.security import Actor, ApiProblem, require
from services.mail_ingest.domain.accounts import account
from services.mail_ingest.domain.dispatch import PERMITTED

STAFF = ("dispatcher", "behandelaar", "wachtrijverantwoordelijke", "beheerder", "crm")

Reader = Annotated[Actor, Depends(require(*STAFF))]
Beheerder = Annotated[Actor, Depends(require("beheerder"))]
Coordinator = Annotated[Actor, Depends(require("dispatcher", "wachtrijverantwoordelijke", "beheerder"))]


def on_behalf_of(actor: Actor, given: str | None) -> str:
    """Whose decision it is: the caller's own, or that of the person whom the CRM names.

    Raises:
        ApiProblem: 403, somebody else than the CRM names another.
    """
    own = account(actor.name)
    if given is None or given == own:
        return own
    if not actor.has("crm"):
        raise ApiProblem(
            403, "actor_not_yours", "U mag dit niet doen", "Alleen het CRM kan namens iemand anders handelen."
        )
    return given


def permit(actor: Actor, action: Action) -> None:
    """Let a command through.

    Raises:
        ApiProblem: 403, none of the caller's roles may give it.
    """
    roles = PERMITTED[action.command]
    if not actor.has(*roles):
        wanted = " of ".join(sorted(roles - {"crm"}))
        detail = f"Hiervoor is de rol {wanted} nodig. Vraag ze aan uw beheerder."
        raise ApiProblem(403, "role_missing", "U mag dit niet doen", detail)
