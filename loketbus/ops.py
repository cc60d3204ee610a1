"""`/_ops`: what every service answers to operators. The CLI and the console use this and nothing else."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from loketbus import __version__, audit, deadletters, journal, subjects
from loketbus.blob_refs import bury
from loketbus.consume import cursors
from loketbus.consume.cursors import Place
from loketbus.deadletters import Act
from loketbus.errors import Rejected
from loketbus.lanes.gate import Gate
from loketbus.ledger.tx import Cause
from loketbus.runtime import Runtime
from loketbus.security import Actor, require

Operator = Annotated[Actor, Depends(require("operator", "beheerder"))]
Loket = Annotated[Actor, Depends(require("operator", "beheerder", "wachtrijverantwoordelijke"))]
Dpo = Annotated[Actor, Depends(require("dpo"))]


class Reason(BaseModel):
    """Why somebody does something by hand."""

    reason: str | None = Field(default=None, max_length=1000)


class Replay(Reason):
    """Try again, with other content if `payload_base64` is given."""

    payload_base64: str | None = None


class Finding(Reason):
    """What a person found in the outside system."""

    happened: bool


class Subject(BaseModel):
    """Who: a mail address, a contactpersoon id."""

    subject: str = Field(min_length=3, max_length=320)


class Reset(Reason):
    """Handle a range again, from `to_offset` up to the cursor."""

    topic: str
    partition: int = Field(ge=0)
    to_offset: int = Field(ge=0)


def ops_router(runtime: Runtime[Any]) -> APIRouter:
    """The operations API of one running service."""
    router = APIRouter(prefix="/_ops", tags=["operations"])
    _control(router, runtime)
    _dead_letters(router, runtime)
    _stories(router, runtime)
    _people(router, runtime)
    return router


def _control(router: APIRouter, runtime: Runtime[Any]) -> None:
    service = runtime.service.name

    @router.get("/status")
    async def status(_: Loket) -> dict[str, Any]:
        """State at a glance: ready or why not, lanes, partitions that wait, outbox, jobs."""
        ready, reasons = runtime.health.ready()
        depth = await runtime.relay.depth()
        waiting = await runtime.ledger.read(deadletters.groups)
        gaps = await runtime.ledger.read(lambda connection: cursors.gaps(connection, service))
        return {
            "service": service,
            "title": runtime.service.title,
            "version": __version__,
            "ready": ready,
            "reasons": reasons,
            "lanes": {name: _lane(gate) for name, gate in runtime.gates.items()},
            "outbox": {"rows": depth.rows, "oldest": depth.oldest},
            "for_a_person": {group["state"]: 0 for group in waiting} | _by_state(waiting),
            "gaps": [
                {"topic": place.topic, "partition": place.partition, "from": a, "to": b}
                for place, (a, b) in gaps.items()
            ],
        }

    @router.post("/lanes/{name:path}/{action}")
    async def lane_action(
        actor: Operator, name: str, action: Annotated[str, Path(pattern="^(pause|resume|retry)$")], body: Reason
    ) -> dict[str, Any]:
        """Pause, resume or probe a lane now."""
        gate = _gate(runtime, name)
        acts: dict[str, Callable[[], Any]] = {
            "pause": lambda: gate.pause(actor.name),
            "resume": gate.resume,
            "retry": gate.retry_now,
        }
        await acts[action]()
        await _audit(runtime, actor, f"lane_{action}", f"lane/{name}", body.reason)
        for job in runtime.jobs:
            if job.job.lane == name:
                job.wake.set()
        return _lane(gate)

    @router.post("/gaps/{topic}/{partition}/accept")
    async def accept_gap(actor: Operator, topic: str, partition: int, body: Reason) -> dict[str, bool]:
        """Go on after records that Kafka no longer has, once they were reconciled."""
        place = Place(topic, partition)
        accepted = await runtime.ledger.write(
            lambda connection: cursors.accept_gap(connection, service, place, runtime.clock())
        )
        if not accepted:
            raise Rejected("not_found", f"Er is geen gat op {topic}/{partition}.")
        await _audit(runtime, actor, "accept_gap", f"{topic}/{partition}", body.reason)
        return {"accepted": True}

    @router.post("/reset")
    async def reset(actor: Operator, body: Reset) -> dict[str, int]:
        """Handle a range of a partition again, under the next replay number."""
        place = Place(body.topic, body.partition)
        number = await runtime.ledger.write(
            lambda connection: cursors.reset(connection, service, place, body.to_offset, runtime.clock())
        )
        await _audit(runtime, actor, "reset", f"{body.topic}/{body.partition}@{body.to_offset}", body.reason)
        return {"replay": number}

    @router.get("/audit")
    async def acts(_: Operator, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> list[dict[str, Any]]:
        """Who did what by hand, newest first."""
        return await runtime.ledger.read(lambda connection: audit.newest(connection, limit))


def _dead_letters(router: APIRouter, runtime: Runtime[Any]) -> None:
    @router.get("/deadletters")
    async def listing(
        _: Loket,
        fingerprint: str | None = None,
        lane: str | None = None,
        after: int = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> list[dict[str, Any]]:
        """What waits for a person, without content."""
        return await runtime.ledger.read(
            lambda connection: deadletters.listing(
                connection, fingerprint=fingerprint, lane=lane, after_id=after, limit=limit
            )
        )

    @router.get("/deadletters/groups")
    async def groups(_: Loket) -> list[dict[str, Any]]:
        """The same cause together."""
        return await runtime.ledger.read(deadletters.groups)

    @router.get("/deadletters/{row_id}")
    async def show(actor: Operator, row_id: int) -> dict[str, Any]:
        """One, with its content (personal data: reading it is audited)."""
        row = await runtime.ledger.read(lambda connection: deadletters.show(connection, row_id))
        waiting = await runtime.ledger.read(lambda connection: deadletters.behind(connection, row_id))
        await _audit(runtime, actor, "read", f"effect/{row_id}", None)
        return _readable(row) | {"behind": waiting}

    @router.post("/deadletters/{row_id}/replay")
    async def replay(actor: Operator, row_id: int, body: Replay) -> dict[str, int]:
        """Try one again, edited or not."""
        edited = None if body.payload_base64 is None else base64.b64decode(body.payload_base64)
        act = _act(runtime, actor, body)
        await runtime.ledger.write(lambda connection: deadletters.replay(connection, row_id, act, edited=edited))
        _wake_all(runtime)
        return {"replayed": 1}

    @router.post("/deadletters/groups/{fingerprint}/replay")
    async def replay_group(actor: Operator, fingerprint: str, body: Reason) -> dict[str, int]:
        """Try all of a group again."""
        number = await _each(runtime, fingerprint, _act(runtime, actor, body), deadletters.replay)
        return {"replayed": number}

    @router.post("/deadletters/{row_id}/drop")
    async def drop(actor: Operator, row_id: int, body: Reason) -> dict[str, int]:
        """Give one up, with a reason."""
        act = _act(runtime, actor, body)
        await runtime.ledger.write(lambda connection: _dropping(runtime)(connection, row_id, act))
        _wake_all(runtime)
        return {"dropped": 1}

    @router.post("/deadletters/groups/{fingerprint}/drop")
    async def drop_group(actor: Operator, fingerprint: str, body: Reason) -> dict[str, int]:
        """Give up all of a group."""
        return {"dropped": await _each(runtime, fingerprint, _act(runtime, actor, body), _dropping(runtime))}

    @router.post("/uncertain/{row_id}/resolve")
    async def resolve(actor: Operator, row_id: int, body: Finding) -> dict[str, int]:
        """Say what was found in the outside system."""
        act = _act(runtime, actor, body)
        await runtime.ledger.write(
            lambda connection: deadletters.resolve(connection, row_id, act, happened=body.happened)
        )
        _wake_all(runtime)
        return {"resolved": 1}


def _stories(router: APIRouter, runtime: Runtime[Any]) -> None:
    @router.get("/journal/{who}")
    async def story(_: Loket, who: str) -> list[dict[str, Any]]:
        """What happened to a correlation id or a business key."""
        return await runtime.ledger.read(lambda connection: journal.story(connection, who))


def _people(router: APIRouter, runtime: Runtime[Any]) -> None:
    stores = runtime.wiring.subjects

    @router.post("/subjects/find")
    async def find(_: Dpo, body: Subject) -> dict[str, int]:
        """Rows about a person, by table."""
        return await runtime.ledger.read(lambda connection: subjects.find(connection, stores, body.subject))

    @router.post("/subjects/erase")
    async def erase(actor: Dpo, body: Subject) -> subjects.ErasureReport:
        """Erase a person and prove it by a second search."""
        now = runtime.clock()
        identity = f"erase:{actor.name}:{now.isoformat()}"
        cause = Cause(
            consumer=runtime.service.name,
            source=f"{runtime.service.name}/ops",
            id=identity,
            at=now,
            correlation_id=identity,
        )
        report: subjects.ErasureReport = await runtime.write(cause, lambda tx: subjects.erase(tx, stores, body.subject))
        await runtime.level_erasures()
        await _audit(runtime, actor, "erase", "subject", None)
        return replace(report, blobs_left=await bury(runtime.ledger, runtime.blobs, runtime.clock))


def _gate(runtime: Runtime[Any], name: str) -> Gate:
    gate = runtime.gates.get(name)
    if gate is None:
        raise Rejected("not_found", f"Er is geen verbinding {name}; kies uit: {', '.join(sorted(runtime.gates))}.")
    return gate


def _lane(gate: Gate) -> dict[str, Any]:
    status = gate.status
    return {
        "state": "paused" if status.paused_by else str(status.state),
        "paused_by": status.paused_by,
        "code": status.code,
        "reason": status.reason,
        "since": status.since,
        "next_probe_at": status.next_probe_at,
    }


def _by_state(groups: list[dict[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for group in groups:
        counts[group["state"]] = counts.get(group["state"], 0) + group["count"]
    return counts


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    """Bytes as text where they are text, else base64; history as a list."""
    shown = {name: _text(value) if isinstance(value, bytes) else value for name, value in row.items()}
    return shown | {"history": deadletters.history_of(row)}


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return f"base64:{base64.b64encode(value).decode()}"


def _act(runtime: Runtime[Any], actor: Actor, body: Reason) -> Act:
    return Act(actor.name, runtime.clock(), body.reason)


async def _each(runtime: Runtime[Any], fingerprint: str, act: Act, do: Callable[[Connection, int, Act], None]) -> int:
    def run(connection: Connection) -> int:
        rows = deadletters.ids_of(connection, fingerprint)
        for row_id in rows:
            do(connection, row_id, act)
        return len(rows)

    number = await runtime.ledger.write(run)
    _wake_all(runtime)
    return number


def _dropping(runtime: Runtime[Any]) -> Callable[[Connection, int, Act], None]:
    service, prefix = runtime.service.name, runtime.settings.topic_prefix
    return lambda connection, row_id, act: deadletters.give_up(connection, service, prefix, row_id, act)


def _wake_all(runtime: Runtime[Any]) -> None:
    runtime.outbox_filled.set()
    for name in runtime.gates:
        runtime.wake_lane(name)


async def _audit(runtime: Runtime[Any], actor: Actor, action: str, target: str, reason: str | None) -> None:
    now = runtime.clock()
    await runtime.ledger.write(
        lambda connection: audit.record(
            connection, actor=actor.name, action=action, target=target, reason=reason, now=now
        )
    )
