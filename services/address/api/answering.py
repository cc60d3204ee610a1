"""How every route answers: read in a thread, in one state of the replica, and written out once.

Answers are not validated again on their way out: somebody who types waits for each of them. The models in `models` say
what they look like, and the tests hold every answer against them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

import orjson
from fastapi import Response

from loketbus.security import ApiProblem
from services.address.api.models import Problem
from services.address.questions import Register, View

PROBLEM = "application/problem+json"
NO_REGISTER: dict[int | str, dict[str, Any]] = {
    503: {"model": Problem, "description": "no replica of the register on this machine that can be read"}
}


def json_answer(value: Mapping[str, Any], status: int = 200, media_type: str = "application/json") -> Response:
    """As it is."""
    return Response(orjson.dumps(value), status, media_type=media_type)


async def read(register: Register, question: Callable[[View], Mapping[str, Any]]) -> Response:
    """The answer to a question about the replica.

    Raises:
        loketbus.errors.Unavailable: there is no replica, or it cannot be read.
    """

    def ask() -> Response:
        with register.open() as view:
            return json_answer(question(view))

    return await asyncio.to_thread(ask)


def problem(status: int, code: str, title: str, answer: Mapping[str, Any] | None = None) -> Response:
    """A refusal (RFC 9457), with what can be said all the same."""
    body = {"type": f"urn:loketbus:problem:{code}", "title": title, "status": status, "code": code, "answer": answer}
    return json_answer(body, status, PROBLEM)


def absent(view: View, kind: str, id: int, what: str) -> NoReturn:
    """Raise that something is not there: removed (410) or never seen here (404).

    Args:
        view: which may know that it was removed.
        kind: as in the replica: `street`.
        id: object id.
        what: for people: `Straat`.
    """
    if view.gone(kind, id):
        detail = "Ze heeft bestaan en is uit het register verwijderd. Zoek het adres opnieuw op."
        raise ApiProblem(410, f"{kind}_removed", f"{what} {id} is verwijderd", detail)
    detail = "Kijk het id na; misschien hoort ze bij een gemeente die hier niet bewaard wordt."
    raise ApiProblem(404, f"{kind}_unknown", f"{what} {id} staat niet in dit register", detail)
