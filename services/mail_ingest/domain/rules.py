"""The decision about one item: linked, or candidates for a person. No I/O."""

from __future__ import annotations

from collections.abc import Iterable

from services.mail_ingest.domain.linking import Candidate, Decision, Method, unique
from services.mail_ingest.domain.register import Register
from services.mail_ingest.domain.remarks import RemarkCode
from services.mail_ingest.domain.subjects import differ
from services.mail_ingest.domain.web import Node, Web, agreed, allowed

CANDIDATES_MAX = 10
EVIDENCE_MAX = 5
_OLD_THREAD = (Method.IN_REPLY_TO, Method.REFERENCES, Method.THREAD)


def decide(web: Web, node: Node, weak: Iterable[Candidate] = ()) -> Decision:
    """Where an item belongs.

    Args:
        web: all that it hangs together with.
        node: the item; a node about which a person or a contact was final is not asked about.
        weak: dossiers in use that its sender, addresses, organisations and subject suggest: never a link.
    """
    if node.listed:
        return _listed(node, web.register)
    strong = web.strong(node)
    linked = agreed(strong)
    if linked is not None and allowed(node, linked, web.register):
        new_subject = linked.method in _OLD_THREAD and differ(node.subject, web.earlier_subject(node))
        return _linked(linked, web.register, *([RemarkCode.NEW_SUBJECT] if new_subject else []))
    return _open([*strong, *web.guarded(node), *weak])


def followed(candidate: Candidate, register: Register) -> Decision:
    """A link that somebody made, where it is now: the dossier may have been replaced or deactivated since."""
    return _linked(register.settled(candidate), register)


def _listed(node: Node, register: Register) -> Decision:
    """The CRM put the mail on dossiers: that is a person's word, also about a dossier that is deactivated."""
    places = [register.settled(one) for one in node.listed]
    if len({one.klantenreis for one in places}) > 1:
        return _open(places)
    [merged] = _merged(places)
    return _linked(merged, register)


def _linked(one: Candidate, register: Register, *remarks: RemarkCode) -> Decision:
    inactive = [RemarkCode.INACTIVE_DOSSIER] if register.inactive_since(one.target) is not None else []
    moved = [RemarkCode.REPLACED_DOSSIER] if one.moved else []
    return Decision(linked=one, remarks=frozenset([*remarks, *inactive, *moved]))


def _open(candidates: list[Candidate]) -> Decision:
    merged = _merged(candidates)[:CANDIDATES_MAX]
    several = [RemarkCode.SEVERAL_DOSSIERS] if len(merged) > 1 else []
    return Decision(candidates=tuple(merged), remarks=frozenset(several))


def _merged(candidates: list[Candidate]) -> list[Candidate]:
    """One per klantenreis, by its strongest method, with the evidence of all."""
    trains: dict[str, list[Candidate]] = {}
    for one in candidates:
        trains.setdefault(one.klantenreis, []).append(one)
    return [
        Candidate(
            klantenreis,
            unique([one.dossier for one in found]),
            found[0].method,
            tuple(dict.fromkeys(text for one in found for text in one.evidence))[:EVIDENCE_MAX],
            moved=any(one.moved for one in found),
        )
        for klantenreis, found in trains.items()
    ]
