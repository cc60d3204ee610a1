"""Linking items to a klantenreis: gathers what is known, asks the rules, and decides again when more becomes known.

What a rule decides follows from mails, dossiers and clues alone, never from an earlier decision of a rule. So each item
is decided once per event, in any order, and the links do not depend on the order in which all that arrived.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import structlog
from sqlalchemy import Connection

from loketbus.ledger.tx import Tx
from services.mail_ingest import items, suggestions
from services.mail_ingest.domain.linking import Candidate, Clue, Decision, Method
from services.mail_ingest.domain.remarks import RemarkCode, after_decision
from services.mail_ingest.domain.rules import decide as decided
from services.mail_ingest.domain.rules import followed
from services.mail_ingest.domain.subjects import normalised
from services.mail_ingest.domain.web import Node, Web
from services.mail_ingest.store import clues, dossiers, reach, webs

log = structlog.get_logger(__name__)

AT_ONCE = 200
"""Items per web."""
SUGGESTING_MAX = 500
"""Dossiers that may be suggested for one item."""
_GROUNDS = {"klantenreis", "dossier", "link_method", "candidates"}
_WEAK = {
    Clue.SENDER: Method.SENDER,
    Clue.ADDRESS: Method.ADDRESS,
    Clue.BUILDING: Method.BUILDING,
    Clue.ORGANISATION: Method.ORGANISATION,
}
"""Clues that suggest and never link, in the order of the rules."""


def decide(tx: Tx, row: Mapping[str, Any]) -> Decision:
    """What the rules say about an item now.

    Args:
        tx: the clues of the item are in the ledger, and the references of its mail.
        row: columns of `queue_item`; for a mail its `message_id` too. It need not be in the ledger yet.
    """
    seen = {"message_id": None} | dict(row) | {"klantenreis": None, "dossier": None, "link_method": None}
    web = webs.load(tx.connection, [seen])
    return _with_weak(tx, seen, web, web.nodes[row["item"]])


def arrived(tx: Tx, row: items.Row, message_id: str | None) -> None:
    """An item is new in the ledger, or a person linked it: decide again about what depends on it."""
    threads: Collection[str] = clues.threads(tx.connection, [row["item"]])
    if row["klantenreis"] is None and row["candidates"] == "[]":
        # Without any grounds it adds nothing to its thread, unless by being one too many, or by being somebody else's.
        # One whose rules disagree does: the rules that need no thread may agree among themselves.
        threads = reach.just_too_common(tx.connection, threads) | reach.no_longer_alone(tx.connection, row, threads)
    relink(tx, messages=() if message_id is None else (message_id,), threads=threads)
    if row["klantenreis"] is not None:
        _tell_peers(tx, [row])


def relink(
    tx: Tx,
    *,
    messages: Collection[str] = (),
    threads: Collection[str] = (),
    names: Collection[str] = (),
    anew: Collection[str] = (),
) -> None:
    """Something became known: decide again about all that may follow from it.

    Args:
        tx: what became known is in the ledger.
        messages: about mails with these Message-IDs.
        threads: about mails in these threads (keys).
        names: about these items themselves.
        anew: of these items what a person decided does not count either: the CRM's own people decided later.
    """
    wanted = reach.affected(tx.connection, messages, threads) | set(names) | set(anew)
    seen = set[str]()
    linked: list[items.Row] = []
    while wanted and len(seen) < reach.REACH_MAX:
        seen |= wanted
        changed = [after for part in _parts(sorted(wanted)) for after in _decide_all(tx, part, anew)]
        linked += changed
        ids = {row["message_id"] for row in changed} - {None}
        threads = clues.threads(tx.connection, [row["item"] for row in changed])
        wanted = reach.affected(tx.connection, ids, threads) - seen
    if wanted:
        log.warning("relink_cut", items=len(seen))
    _tell_peers(tx, linked)


def _decide_all(tx: Tx, names: Sequence[str], anew: Collection[str]) -> Iterator[items.Row]:
    """Those whose link or grounds changed, so that others may change too."""
    rows = webs.items(tx.connection, names)
    web = webs.load(tx.connection, [row | {"link_method": None} if row["item"] in anew else row for row in rows])
    for row in rows:
        changes = _changes(tx, row, web)
        after = _save(tx, row, changes)
        if any(changes[name] != row[name] for name in _GROUNDS & changes.keys()):
            yield after


def survive(tx: Tx, names: Collection[str]) -> None:
    """Mails were erased: these items of others are decided again, but none loses the link that it had through them."""
    for part in _parts(sorted(names)):
        rows = webs.items(tx.connection, part)
        web = webs.load(tx.connection, rows)
        for row in rows:
            node = web.nodes[row["item"]]
            linked = None if node.final else decided(web, node).linked
            if node.final or row["klantenreis"] is None or (linked and linked.klantenreis == row["klantenreis"]):
                _save(tx, row, _changes(tx, row, web))
            else:
                items.save(tx, row, {"link_method": str(Method.KEPT), "link_evidence": "[]"}, act="erased")


def _save(tx: Tx, row: items.Row, changes: dict[str, Any]) -> items.Row:
    if not row["open"] and row["klantenreis"] is None and changes.get("klantenreis") is None:
        return row  # nobody looks for candidates of a closed item
    if changes.get("klantenreis", row["klantenreis"]) != row["klantenreis"]:
        changes = changes | {"suggestion": suggestions.for_item(tx, row | changes)}
    return items.save(tx, row, changes, act="relink")


def _changes(tx: Tx, row: items.Row, web: Web) -> dict[str, Any]:
    """Columns of `queue_item` as they should be now."""
    node = web.nodes[row["item"]]
    if node.final:
        return _of_person(row, node, web)
    decision = _with_weak(tx, row, web, node) if row["open"] else decided(web, node)
    return decision.columns() | {"remarks": after_decision(row["remarks"], decision.remarks)}


def _of_person(row: items.Row, node: Node, web: Web) -> dict[str, Any]:
    """A person's link stands, but moves along when its dossier was replaced."""
    if node.said is None:
        return {}
    decision = followed(Candidate(node.said.klantenreis, node.said.dossier, Method.PERSON, ()), web.register)
    place = decision.linked
    assert place is not None
    remarks = set(decision.remarks)
    if f'"{RemarkCode.REPLACED_DOSSIER}"' in row["remarks"]:
        remarks.add(RemarkCode.REPLACED_DOSSIER)
    kept = after_decision(row["remarks"], remarks)
    return {"klantenreis": place.klantenreis, "dossier": place.dossier, "remarks": kept}


def _with_weak(tx: Tx, row: Mapping[str, Any], web: Web, node: Node) -> Decision:
    decision = decided(web, node)
    if decision.linked is not None or node.listed:
        return decision
    weak = _weak(tx.connection, row)
    return decided(web, node, weak) if weak else decision


def _weak(connection: Connection, row: Mapping[str, Any]) -> list[Candidate]:
    """What the sender, mentions and subject of an item suggest: dossiers in use only."""
    shown = clues.of_items(connection, [row["item"]], _WEAK.keys()).get(row["item"], [])
    written = {(str(one.kind), one.value): one for one in shown}
    found: dict[Method, list[Candidate]] = {method: [] for method in _WEAK.values()}
    for key, one in dossiers.showing(connection, clues.shown_by(shown), SUGGESTING_MAX):
        clue, target = written[key], one.target
        # Who asks stands on the item already; a mail address has no place among the grounds.
        evidence = one.nummer if clue.kind is Clue.SENDER else clue.evidence
        if one.actief and one.vervangen_door is None:
            method = _WEAK[clue.kind]
            found[method].append(Candidate(target.klantenreis, target.dossier, method, (evidence,)))
    return [*(one for each in found.values() for one in each), *_by_subject(connection, row)]


def _by_subject(connection: Connection, row: Mapping[str, Any]) -> Iterator[Candidate]:
    subject = normalised(row["subject"])
    if not subject:
        return
    for peer in reach.near(connection, row, linked=True):
        if normalised(peer["subject"]) == subject:
            yield Candidate(peer["klantenreis"], peer["dossier"], Method.SUBJECT, (peer["item"],))


def _tell_peers(tx: Tx, changed: Iterable[Mapping[str, Any]]) -> None:
    """Questions of the same sender under the same subject get another suggestion; of suggestions nothing follows."""
    peers: dict[str, items.Row] = {}
    for row in changed:
        subject = normalised(row["subject"])
        near = reach.near(tx.connection, row, linked=False) if subject else []
        peers |= {one["item"]: one for one in near if normalised(one["subject"]) == subject}
    for part in _parts(sorted(peers)):
        rows = webs.items(tx.connection, part)
        web = webs.load(tx.connection, rows)
        for row in rows:
            _save(tx, row, _changes(tx, row, web))


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]
