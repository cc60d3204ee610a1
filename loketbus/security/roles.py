"""Roles, the actor behind a call, and what every verifier does."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from loketbus.errors import LoketbusError

ROLES = frozenset({"operator", "dispatcher", "behandelaar", "wachtrijverantwoordelijke", "beheerder", "dpo", "crm"})
PARTNER = re.compile(r"partner:[a-z0-9][a-z0-9-]{0,62}")
ANY_PARTNER = "partner:*"
"""In `require`: any partner, whatever its name."""


class TokenRefused(LoketbusError):
    """The token is not good; `reason` is stable and says nothing that helps an attacker."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class VerifierUnavailable(LoketbusError):
    """Tokens cannot be judged now (no keys of the identity provider yet)."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who calls. `name` can be a person's: it belongs in the audit table, not in a log (and not in this repr)."""

    name: str = field(repr=False)
    roles: frozenset[str]

    def has(self, *roles: str) -> bool:
        """Whether it has one of `roles`; `partner:*` means any partner."""
        return any(role in self.roles for role in roles) or (ANY_PARTNER in roles and self.partner is not None)

    @property
    def partner(self) -> str | None:
        """The partner's name, for an actor with a `partner:NAME` role."""
        return next((role.removeprefix("partner:") for role in sorted(self.roles) if PARTNER.fullmatch(role)), None)


class Verifier(Protocol):
    """Tells who holds a token."""

    async def verify(self, token: str) -> Actor:
        """Return the actor.

        Raises:
            TokenRefused: the token is unknown, expired, forged or not for us.
            VerifierUnavailable: it cannot be judged now.
        """

    @property
    def problem(self) -> str | None:
        """A Dutch sentence for the operations page when something is wrong, though it may still work."""

    async def aclose(self) -> None:
        """Release connections."""


def is_role(text: str) -> bool:
    """Whether `text` is a role of ours."""
    return text in ROLES or PARTNER.fullmatch(text) is not None


def known_roles(texts: Iterable[object]) -> frozenset[str]:
    """Of `texts`, the roles of ours; an identity provider may hand out others."""
    return frozenset(text for text in texts if isinstance(text, str) and is_role(text))
