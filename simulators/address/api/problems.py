"""Answers that say no: `application/problem+json` (reference 1.2).

Read: the texts and urns of keys, 404, 410, the offset, the size and the format. Chosen, because no answer of them was
seen: the other texts and the urns of the other statuses.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from simulators.address.api.registers import URN, Register

MEDIA_TYPE = "application/problem+json"
TITLE = "Er heeft zich een fout voorgedaan!"
NO_KEY, WRONG_KEY = "API key verplicht.", "Ongeldige API key."
TOO_FAR = "De offset is beperkt tot 1000000, gebruik extra filters."
TOO_LARGE = "Response is te groot, probeer de 'limit' parameter te verkleinen en probeer opnieuw."
WRONG_FORMAT, WRONG_QUESTION = "Ongeldig formaat.", "Ongeldige vraag."
TOO_MANY = "Het aantal requests per seconde heeft de limiet overschreden."
BROKEN = "Er is een interne fout opgetreden."
USUAL = {400: WRONG_QUESTION, 401: NO_KEY, 403: WRONG_KEY, 406: WRONG_FORMAT, 429: TOO_MANY}
_NAMES = {
    400: "bad-request", 401: "unauthorized", 403: "forbidden", 406: "not-acceptable", 429: "too-many-requests",
}  # fmt: skip


class Problem(Exception):
    """The question is not answered."""

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        urn: str | None = None,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """`urn` is what follows the namespace; `errors` gives a Dutch reason per parameter."""
        super().__init__(detail)
        self.status = status
        self.detail = detail or USUAL.get(status, BROKEN)
        self.urn = urn or _NAMES.get(status, "internal-server-error")
        self.errors = dict(errors or {})
        self.headers = dict(headers or {})

    def body(self, version: str) -> dict[str, Any]:
        """As JSON; `instance` is new each time."""
        told = {
            "type": f"{URN}:{self.urn}",
            "title": TITLE,
            "status": self.status,
            "detail": self.detail,
            "instance": f"https://api.basisregisters.vlaanderen.be/{version}/foutmeldingen/{uuid.uuid4().hex}",
        }
        reasons = {name: [{"code": "Invalid", "reason": reason}] for name, reason in self.errors.items()}
        return told | ({"validationErrors": reasons} if reasons else {})


def not_found(register: Register) -> Problem:
    """There never was one."""
    return Problem(404, register.unknown, urn=f"{register.problem}:not-found")


def gone(register: Register) -> Problem:
    """There was one; it was removed."""
    return Problem(410, register.gone, urn=f"{register.problem}:gone")


def invalid(name: str, reason: str) -> Problem:
    """A parameter that cannot be read."""
    return Problem(400, "Validatie mislukt!", urn="validation", errors={name: reason})
