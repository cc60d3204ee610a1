"""What an answer other than 200 means (reference, section 1.2): problem+json as one of our errors. No I/O.

404 and 410 only count as the register's own word when its problem says so: a gateway, a wrong base address or a version
that is switched off answers 404 too, and would make of every address one that never existed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import httpx

from loketbus.errors import Denied, Rejected, Unavailable
from loketbus.http import check

REMOTE = "Het Adressenregister"
KEY = "LOKETBUS_ADDRESS_API_KEY"
URL = "LOKETBUS_ADDRESS_API_URL"
DETAIL_MAX = 300
DENIED = frozenset({401, 403, 407})
_TOO_LARGE = "response is te groot"
_NOT_PRINTABLE = re.compile(r"[^ -~\u00a0-\u024f]+")


UNREADABLE = "register_unexpected_answer"
_UNREADABLE = f"{REMOTE} gaf een antwoord dat niet te lezen is. Loketbus vraagt het later opnieuw."


class TooLargeError(Unavailable):
    """The answer would be larger than the register, or we, allow: ask for fewer at once."""

    def __init__(self, where: str) -> None:
        super().__init__(UNREADABLE, _UNREADABLE, detail=f"GET {where}: an answer without bounds")


Said: TypeAlias = Literal["found", "unchanged", "absent", "removed"]


def outcome(response: httpx.Response, where: str, *, has_key: bool) -> Said:
    """What the register says with 200, 304, 404 or 410.

    Args:
        response: its whole answer.
        where: path template that was asked, for messages.
        has_key: whether we sent a key.

    Raises:
        Denied: 401 or 403.
        Rejected: 400, with what the register says about it.
        Unavailable: anything else.
        TooLargeError: a 500 that says so.
    """
    match response.status_code:
        case 200:
            return "found"
        case 304:
            return "unchanged"
        case 404 if _says(response, ":not-found", "onbestaan"):
            return "absent"
        case 410 if _says(response, ":gone", "verwijderd"):
            return "removed"
        case 400:
            raise _rejected(response, where)
        case 500 if _TOO_LARGE in _detail(response).lower():
            raise TooLargeError(where)
        case status if status in DENIED:
            raise _denied(status, where, has_key=has_key)
        case 404:
            raise _wrong_place(where)
    check(response, remote=REMOTE)
    raise unexpected(where, f"status {response.status_code}")


def unexpected(where: str, why: str) -> Unavailable:
    """An answer that is not the register's, or not as it documents."""
    return Unavailable(UNREADABLE, _UNREADABLE, detail=f"GET {where}: {why}")


def unknown_status(where: str, code: str) -> Unavailable:
    """A status that came after this version: whether the object may be used cannot be said, so nothing is said."""
    message = f"{REMOTE} gebruikt een status die deze versie van Loketbus niet kent ({code}). Werk Loketbus bij."
    return Unavailable("register_unknown_status", message, detail=f"GET {where}: status {code}")


def _denied(status: int, where: str, *, has_key: bool) -> Denied:
    if has_key:
        message = f"{REMOTE} weigert onze API-sleutel ({status}). Kijk {KEY} na of vraag een nieuwe sleutel."
    else:
        message = f"{REMOTE} vraagt een API-sleutel ({status}). Vraag er een aan en zet hem in {KEY}."
    return Denied("register_denied", message, detail=f"GET {where}: status {status}")


def _wrong_place(where: str) -> Unavailable:
    message = f"Op dit adres antwoordt {REMOTE.lower()} niet (404). Kijk {URL} na, en of deze versie van de API er is."
    return Unavailable("register_wrong_place", message, detail=f"GET {where}: status 404")


def _rejected(response: httpx.Response, where: str) -> Rejected:
    said = _detail(response) or "zonder uitleg"
    message = f"{REMOTE} weigert deze vraag: {said}"
    return Rejected("register_rejected", message, detail=f"GET {where}: status 400", audience="ict")


def _says(response: httpx.Response, ending: str, word: str) -> bool:
    problem = _problem(response)
    kind, detail = problem.get("type"), problem.get("detail")
    if isinstance(kind, str) and kind.startswith("urn:be.vlaanderen.basisregisters") and kind.endswith(ending):
        return True
    return isinstance(detail, str) and detail.lower().startswith(word)


def _detail(response: httpx.Response) -> str:
    """What the problem says, fit for one line; with the first of its validation errors."""
    problem = _problem(response)
    said = [problem.get("detail"), *_validation(problem.get("validationErrors"))]
    texts = (_NOT_PRINTABLE.sub(" ", one).strip() for one in said if isinstance(one, str))
    return " ".join(dict.fromkeys(one for one in texts if one))[:DETAIL_MAX]


def _validation(errors: object) -> list[Any]:
    """`{field: [text or {code, reason}]}`: the texts of the first field."""
    if not isinstance(errors, Mapping) or not errors:
        return []
    first = next(iter(errors.values()))
    items = first if isinstance(first, list) else [first]
    return [one.get("reason") if isinstance(one, Mapping) else one for one in items[:1]]


def _problem(response: httpx.Response) -> Mapping[str, Any]:
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
