"""HTTP: the words by which a queue is suggested. See them, edit them, try them on a text, use them on what waits."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Connection

from loketbus import audit
from loketbus.errors import Rejected
from loketbus.ledger.tx import Cause, Tx
from loketbus.security import Actor, require
from loketbus.service import Wiring
from services.mail_ingest import items, suggestions
from services.mail_ingest.api.access import Reader
from services.mail_ingest.domain.accounts import account
from services.mail_ingest.domain.suggestion import DISPATCHER, Verdict
from services.mail_ingest.domain.words import tidy
from services.mail_ingest.store import words

Editor = Annotated[Actor, Depends(require("beheerder", "wachtrijverantwoordelijke"))]

TEXT_MAX = 20_000


class Weighed(BaseModel):
    """A word of a list; how it is written is in `domain.words`."""

    word: str = Field(max_length=200)
    weight: int = Field(ge=0, le=9)


class WordListBody(BaseModel):
    """A whole list, in place of the one that it was made from."""

    words: list[Weighed] = Field(max_length=500)
    version: str | None = None
    """The version that somebody looked at; None replaces whatever stands there."""


class Question(BaseModel):
    """A text to try."""

    subject: str = Field(default="", max_length=TEXT_MAX)
    text: str = Field(default="", max_length=TEXT_MAX)


class Batch(BaseModel):
    """Where to go on, and how many at most."""

    after_at: AwareDatetime | None = None
    after_item: str = ""
    limit: int = Field(default=200, ge=1, le=500)


def words_router(bus: Wiring[Any]) -> APIRouter:
    """`/queue/queues/{wachtrij}/words`, `/queue/suggest`, `/queue/suggestions/refresh`."""
    router = APIRouter(prefix="/queue", tags=["wachtrij"])
    _lists(router, bus)
    _suggesting(router, bus)
    return router


def _lists(router: APIRouter, bus: Wiring[Any]) -> None:
    @router.get("/queues/{wachtrij}/words")
    async def look(_: Reader, wachtrij: str) -> dict[str, Any]:
        """The list of one queue; send its `version` along with a change."""
        return await bus.ledger.read(lambda connection: _shown(connection, wachtrij))

    @router.put("/queues/{wachtrij}/words")
    async def edit(actor: Editor, wachtrij: str, body: WordListBody) -> dict[str, Any]:
        """Another list; what waits keeps its suggestion until it is asked again (`/queue/suggestions/refresh`)."""
        weights = _weights(body.words)

        def write(connection: Connection) -> dict[str, Any]:
            before = _shown(connection, wachtrij)
            if body.version is not None and body.version != before["version"]:
                raise Rejected(
                    "revision_conflict",
                    "Iemand anders wijzigde deze woordenlijst intussen. Bekijk de nieuwe lijst en probeer opnieuw.",
                )
            words.replace(connection, wachtrij, weights)
            audit.record(
                connection,
                actor=actor.name,
                action="edit_words",
                target=f"queue/{wachtrij}",
                reason=_difference({one["word"]: one["weight"] for one in before["words"]}, weights),
                now=bus.now(),
            )
            return _shown(connection, wachtrij)

        return await bus.ledger.write(write)


def _suggesting(router: APIRouter, bus: Wiring[Any]) -> None:
    @router.post("/suggest")
    async def suggest(_: Reader, body: Question) -> dict[str, Any]:
        """What the words say about a text, and why. Nothing is kept."""

        def judge(connection: Connection) -> dict[str, Any]:
            known = suggestions.word_list(connection)
            verdict = known.judge(body.subject, body.text)
            return _explained(verdict, words.labels(connection)) | {"rule_version": known.rule_version}

        return await bus.ledger.read(judge)

    @router.post("/suggestions/refresh")
    async def refresh(actor: Editor, body: Batch) -> dict[str, Any]:
        """Suggest again for what waits in the W&E queue, a part at a time; ask again with `next` until it is null."""
        after = None if body.after_at is None else (body.after_at, body.after_item)
        identity = str(uuid.uuid4())
        cause = Cause(
            consumer="mail_ingest",
            source="mail_ingest/http/suggestions",
            id=identity,
            at=bus.now(),
            correlation_id=identity,
        )
        rows, changed = await bus.write(cause, lambda tx: _refresh(tx, after, body.limit, actor.name))
        last = rows[-1] if len(rows) == body.limit else None
        following = last and {"after_at": last["first_contact_at"], "after_item": last["item"]}
        return {"checked": len(rows), "changed": changed, "next": following}


def _refresh(tx: Tx, after: tuple[datetime, str] | None, limit: int, actor: str) -> tuple[list[items.Row], int]:
    audit.record(tx.connection, actor=actor, action="refresh_suggestions", target="queue/we", reason=None, now=tx.now)
    return suggestions.refresh(tx, after, limit, account(actor))


def _weights(given: list[Weighed]) -> dict[str, int]:
    """Words as they are kept.

    Raises:
        Rejected: `bad_word`, with the word and what is wrong with it.
    """
    weights: dict[str, int] = {}
    for one in given:
        try:
            word = tidy(one.word)
        except ValueError as error:
            raise Rejected("bad_word", f"Het woord '{one.word}' kan niet: {error}.") from None
        if word in weights:
            raise Rejected("bad_word", f"Het woord '{word}' staat twee keer in de lijst.")
        weights[word] = one.weight
    return weights


def _shown(connection: Connection, wachtrij: str) -> dict[str, Any]:
    """A list, by weight.

    Raises:
        Rejected: `not_found`, there is no such queue.
    """
    label = words.labels(connection).get(wachtrij)
    if label is None:
        raise Rejected("not_found", "Deze wachtrij bestaat niet of is niet meer in gebruik.")
    version, weights = words.list_of(connection, wachtrij)
    ordered = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    listed = [{"word": word, "weight": weight} for word, weight in ordered]
    return {"wachtrij": wachtrij, "label": label, "version": version, "words": listed}


def _difference(before: dict[str, int], after: dict[str, int]) -> str:
    """What an edit did, for the audit trail; the words of a list are no personal data."""
    added = [f"+{word} ({weight})" for word, weight in after.items() if before.get(word) != weight]
    return ", ".join(added + [f"-{word}" for word in before if word not in after])[:1000]


def _explained(verdict: Verdict, labels: dict[str, str]) -> dict[str, Any]:
    return {
        "wachtrij": verdict.wachtrij,
        "score": round(verdict.score, 3),
        "margin": round(verdict.margin, 3),
        "uitleg": _sentence(verdict, labels),
        "points": [
            {"wachtrij": queue, "label": labels.get(queue, queue), "points": points}
            for queue, points in verdict.points.items()
        ],
        "found": [
            {
                "wachtrij": one.word.wachtrij,
                "word": one.word.word,
                "weight": one.word.weight,
                "text": one.text,
                "points": one.points,
                "in_subject": one.in_subject,
            }
            for one in verdict.found
        ],
    }


def _sentence(verdict: Verdict, labels: dict[str, str]) -> str:
    if verdict.wachtrij is not None:
        shown = ", ".join(f'"{word}"' for word in verdict.words())
        return f"Voorstel: {labels.get(verdict.wachtrij, verdict.wachtrij)}, door {shown}."
    thematic = [labels.get(queue, queue) for queue in verdict.points if queue != DISPATCHER]
    if not thematic:
        return "Geen voorstel: er staat geen enkel woord van een wachtrij in."
    if len(thematic) == 1:
        return f"Geen voorstel: te weinig woorden van {thematic[0]}."
    return f"Geen voorstel: te weinig verschil tussen {thematic[0]} en {thematic[1]}."
