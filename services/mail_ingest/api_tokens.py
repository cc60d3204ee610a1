"""HTTP: tracking tokens for a CRM that does not make them itself."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from loketbus.errors import Rejected
from loketbus.security import Actor, require
from services.mail_ingest.domain.tokens import Token, Tokens
from services.mail_ingest.policy import open_tokens
from services.mail_ingest.settings import MailSettings

Crm = Annotated[Actor, Depends(require("crm"))]


class Wanted(BaseModel):
    """What the outgoing mail is about."""

    klantenreis: str
    dossier: str | None = None


class Made(BaseModel):
    """The same token in its forms: use one, or both."""

    subject: str
    """For the subject or anywhere in the body."""
    plus_address: str | None
    """For Reply-To; absent when no mailbox is set, or when the address would grow too long."""


def tokens_router(settings: MailSettings) -> APIRouter:
    """`POST /queue/tokens`."""
    router = APIRouter(prefix="/queue", tags=["wachtrij"])
    tokens = open_tokens(settings)

    @router.post("/tokens")
    async def make(_: Crm, wanted: Wanted) -> Made:
        """The token of a klantenreis; the same each time, so asking again does no harm."""
        return made(tokens, Token(wanted.klantenreis, wanted.dossier), settings.mailbox)

    return router


def made(tokens: Tokens | None, token: Token, mailbox: str | None) -> Made:
    """The token in its forms.

    Raises:
        Rejected: `tokens_off` (no key is set) or `token_impossible` (an id that does not fit).
    """
    if tokens is None:
        message = "Er is geen sleutel voor volgkenmerken ingesteld; vraag ICT om LOKETBUS_TOKEN_SECRET in te vullen."
        raise Rejected("tokens_off", message, audience="ict")
    try:
        plus = None if mailbox is None else tokens.plus_address(token, mailbox)
        return Made(subject=tokens.mark(token), plus_address=plus)
    except ValueError:
        message = "Dit nummer past niet in een volgkenmerk: enkel letters, cijfers en . _ / - kunnen, hoogstens 64."
        raise Rejected("token_impossible", message) from None
