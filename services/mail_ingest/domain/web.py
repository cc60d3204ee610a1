"""How mails hang together, and which klantenreis that makes each of them belong to. No I/O.

Nothing here reads a link that was stored before by a rule (but one: see `Node.current`): the links of a web follow from
what was said in mails and by the CRM alone, so they are the same in whatever order all that arrived.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.mail_ingest.domain.circles import groups
from services.mail_ingest.domain.linking import Candidate, Method, Parent, Target, unique
from services.mail_ingest.domain.register import Register

THREAD_MAX = 200
"""A Thread-Index on more mails than this comes from a template and says nothing."""
DEPTH_MAX = 60
"""Rounds of replies to replies that are read, and mails of one circle that are followed."""
_RULES = (
    frozenset({Method.OWN_MESSAGE_ID, Method.IN_REPLY_TO, Method.REFERENCES}),
    frozenset({Method.TOKEN}),
    frozenset({Method.THREAD}),
    frozenset({Method.NUMBER}),
)
"""Rules that may link; the first two of the reference are one, as both follow the chain of replies."""

_Key = tuple[str, bool]
"""(name of a node, whether threads count too)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An item, or a mail that went out."""

    name: str
    at: datetime
    message_id: str | None = None
    parents: tuple[Parent, ...] = ()
    """In the order of the rules."""
    thread: str | None = None
    subject: str | None = None
    """None for a mail that went out."""
    sender: str | None = None
    outgoing: bool = False
    """It went out: whom it went to is not known."""
    several: bool = False
    """It went out for several klantenreizen at once: no answer to it follows from it."""
    final: bool = False
    """A person, a contact, or the CRM when the mail went out, said where it belongs: `said`, None for nowhere."""
    said: Target | None = None
    listed: tuple[Candidate, ...] = ()
    """Dossiers on which the CRM put this mail: a person's word too, but never against that of a person here."""
    marks: tuple[Candidate, ...] = ()
    """Named by a token or a number in it, whoever wrote it."""
    current: str | None = None
    """The klantenreis that a rule linked it to before: what is linked stays so when the dossier is deactivated."""


class Web:
    """Nodes with all that they refer to, and the dossiers that they name."""

    def __init__(self, nodes: Iterable[Node] = (), register: Register | None = None) -> None:
        self.register = register or Register()
        self.nodes = {node.name: node for node in nodes}
        self._ids: dict[str, list[Node]] = defaultdict(list)
        self._threads: dict[str, list[Node]] = defaultdict(list)
        for node in sorted(self.nodes.values(), key=lambda node: (node.at, node.name)):
            if node.message_id is not None:
                self._ids[node.message_id].append(node)
            if node.thread is not None:
                self._threads[node.thread].append(node)
        self._looked_at: set[_Key] = set()
        self._values: dict[_Key, Target | None] = {}
        self._passing: dict[_Key, Target | None] = {}
        """Of mails in a circle, which depend on where it was entered: who looks next begins anew."""
        self._open: set[_Key] = set()

    def strong(self, node: Node) -> tuple[Candidate, ...]:
        """What the rules that may link say of it, in their order; places are settled."""
        self._prepare((node.name, True))
        found = tuple(self._strong(node, threads=True))
        self._passing.clear()
        return found

    def told(self, node: Node) -> Target | None:
        """What people said of it, where that is now; None when nobody did, when they said nowhere, or disagree."""
        if node.final:
            return self.register.settle(node.said) if node.said is not None else None
        return common([self.register.settled(one).target for one in node.listed])

    def guarded(self, node: Node) -> tuple[Candidate, ...]:
        """What only a person can judge: namesakes, others' threads, marks of who is not known on that dossier."""
        self._prepare((node.name, True))
        shown = self._thread(node)
        others = () if self._vouched(node, shown) else shown
        found = (*self._namesakes(node), *others, *self._marks(node, known=False))
        self._passing.clear()
        return found

    def earlier_subject(self, node: Node) -> str | None:
        """The subject of the nearest mail that it replies to, else of the first one of its thread."""
        for one in self._ancestors(node):
            if one.subject is not None:
                return one.subject
        peers = [one for one in self._peers(node) if one.subject is not None and one.at <= node.at]
        return peers[0].subject if peers else None

    def _strong(self, node: Node, *, threads: bool) -> Iterator[Candidate]:
        self._open.add((node.name, threads))
        yield from self._chain(node, threads)
        marks = list(self._marks(node, known=True))
        yield from (one for one in marks if one.method == Method.TOKEN)
        if threads and self._vouched(node, shown := self._thread(node)):
            yield from shown
        yield from (one for one in marks if one.method == Method.NUMBER)
        self._open.discard((node.name, threads))

    def _marks(self, node: Node, *, known: bool) -> Iterator[Candidate]:
        for one in node.marks:
            settled = self.register.settled(one)
            trains = {one.klantenreis, settled.klantenreis}
            if any(self.register.knows(node.sender, train) for train in trains) is known:
                yield settled

    def _chain(self, node: Node, threads: bool) -> Iterator[Candidate]:
        """The nearest mail that belongs somewhere; the nearest of all is its own original, when it is a copy."""
        if self._for_several(node.message_id):
            return
        copied, copies = self._copied(node)
        if copied is not None and copies == 1:
            yield _through(copied, Parent(node.message_id or "", Method.OWN_MESSAGE_ID))
            return
        for parent in node.parents:
            if self._for_several(parent.message_id):
                return  # what came before it was not said to everybody who got it
            target = self._named(node, parent.message_id, threads)
            if target is not None:
                yield _through(target, parent)
                return

    def _for_several(self, message_id: str | None) -> bool:
        return any(one.several for one in self._ids.get(message_id or "", ()))

    def _copied(self, node: Node) -> tuple[Target | None, int]:
        """What the CRM said of the mail that went out with its Message-ID, and how many came in with it."""
        same = [] if node.outgoing else self._ids.get(node.message_id or "", [])
        told = [self.told(one) for one in same if one.outgoing and one.final]
        return (told[0] if told else None), sum(not one.outgoing for one in same)

    def _namesakes(self, node: Node) -> Iterator[Candidate]:
        """Where it belongs when one of the mails is meant that have a Message-ID in common."""
        copied, copies = self._copied(node)
        if copied is not None and copies > 1:
            yield _through(copied, Parent(node.message_id or "", Method.OWN_MESSAGE_ID))
        for parent in node.parents:
            meant = self._meant(node, parent.message_id)
            if len(meant) > 1 and self._named(node, parent.message_id, True) is None:
                targets = [self._value(one, True) for one in meant]
                yield from (_through(one, parent) for one in dict.fromkeys(targets) if one is not None)

    def _thread(self, node: Node) -> list[Candidate]:
        """One candidate per klantenreis; what peers have from the thread itself does not count."""
        shown: dict[str, Candidate] = {}
        for peer in self._peers(node):
            target = self._value(peer, threads=False)
            if target is not None and target.klantenreis not in shown:
                shown[target.klantenreis] = _through(target, Parent(peer.message_id or peer.name, Method.THREAD))
            elif target is not None and target.dossier != shown[target.klantenreis].dossier:
                shown[target.klantenreis] = shown[target.klantenreis].at(Target(target.klantenreis))
        return list(shown.values())

    def _vouched(self, node: Node, shown: Sequence[Candidate]) -> bool:
        """May the thread link it? All answers to one mailing from Outlook have its Thread-Index, whoever they are from.

        It may when nobody else writes in it, or somebody who writes in it and belongs there already is who sent this,
        or who sent this is known on the klantenreis. Of a mail that went out nobody knows to whom.
        """
        if node.sender is None or not shown:
            return False
        peers = self._peers(node)
        if all(one.outgoing or one.sender == node.sender for one in peers):
            return True
        if any(self.register.knows(node.sender, one.klantenreis) for one in shown):
            return True
        own = (one for one in peers if one.sender == node.sender)
        return any(self._value(one, threads=False) is not None for one in own)

    def _peers(self, node: Node) -> list[Node]:
        """Other mails of its thread, oldest first."""
        whole = self._threads.get(node.thread or "", [])
        return [one for one in whole if one.name != node.name] if len(whole) <= THREAD_MAX else []

    def _named(self, node: Node, message_id: str, threads: bool) -> Target | None:
        """What the mail with this Message-ID belongs to that `node` refers to."""
        targets = [self._value(one, threads) for one in self._meant(node, message_id)]
        found = [one for one in targets if one is not None]
        return common(found) if len(found) == len(targets) else None

    def _meant(self, node: Node, message_id: str) -> list[Node]:
        """Of the mails with one Message-ID that which `node` refers to: its sender's own; all when nothing tells."""
        nodes = self._ids.get(message_id, [])
        if len(nodes) < 2:
            return nodes
        own = [one for one in nodes if one.sender is not None and one.sender == node.sender]
        return own if len(own) == 1 else nodes

    def _value(self, node: Node, threads: bool) -> Target | None:
        """Where others find it."""
        if node.final or node.listed:
            return self.told(node)
        key = (node.name, threads)
        for known in (self._values, self._passing):
            if key in known:
                return known[key]
        if key in self._open or len(self._open) >= DEPTH_MAX:
            return None
        linked = agreed(self._strong(node, threads=threads))
        value = linked.target if linked and allowed(node, linked, self.register) else None
        self._passing[key] = value
        return value

    def _prepare(self, key: _Key) -> None:
        """Look first at all that it depends on, the furthest first; what goes in a circle is left until it is asked."""
        if key in self._looked_at:
            return
        for group in groups(key, self._depends_on, self._looked_at):
            self._looked_at.update(group)
            if len(group) == 1:
                name, threads = group[0]
                value = self._value(self.nodes[name], threads)
                self._passing.clear()
                self._values[group[0]] = value

    def _depends_on(self, key: _Key) -> Iterator[_Key]:
        name, threads = key
        node = self.nodes[name]
        if node.final or node.listed:
            return
        for parent in node.parents:
            yield from ((one.name, threads) for one in self._meant(node, parent.message_id))
        if threads:
            yield from ((one.name, False) for one in self._peers(node))

    def _ancestors(self, node: Node) -> Iterator[Node]:
        """Mails that it replies to, the nearest first."""
        seen, stack = {node.name}, [node]
        while stack:
            here = stack.pop()
            if here.name != node.name:
                yield here
            found = [one for parent in here.parents for one in self._ids.get(parent.message_id, [])]
            fresh = [one for one in dict.fromkeys(found) if one.name not in seen]
            seen |= {one.name for one in fresh}
            stack += reversed(fresh)


def _through(target: Target, by: Parent) -> Candidate:
    """Where something belongs because another mail does."""
    return Candidate(target.klantenreis, target.dossier, Method(by.method), (by.message_id,), moved=target.moved)


def common(targets: Sequence[Target]) -> Target | None:
    """The one klantenreis of all these, with its dossier when they name one; None when they differ."""
    if len({one.klantenreis for one in targets}) != 1:
        return None
    moved = any(one.moved for one in targets)
    return Target(targets[0].klantenreis, unique([one.dossier for one in targets]), moved)


def agreed(strong: Iterable[Candidate]) -> Candidate | None:
    """What all rules that say something have in common, if that is one klantenreis; the first gives the grounds."""
    found = list(strong)
    per_rule = [{one.klantenreis for one in found if one.method in rule} for rule in _RULES]
    voices = [trains for trains in per_rule if trains]
    common = set.intersection(*voices) if voices else set()
    if len(common) != 1:
        return None
    mine = [one for one in found if one.klantenreis in common]
    return Candidate(
        mine[0].klantenreis,
        unique([one.dossier for one in mine]),
        mine[0].method,
        mine[0].evidence,
        moved=any(one.moved for one in mine),
    )


def allowed(node: Node, linked: Candidate, register: Register) -> bool:
    """May a rule link it there? Not to what was deactivated before it came, unless it was linked there already."""
    since = register.inactive_since(linked.target)
    return since is None or node.at < since or node.current == linked.klantenreis
