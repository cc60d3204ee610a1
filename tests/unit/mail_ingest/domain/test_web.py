"""The rules alone: which klantenreis follows from how mails hang together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.domain import Parent, conversation, parents
from services.mail_ingest.domain.linking import Candidate, Method, Target
from services.mail_ingest.domain.register import Dossier, Register
from services.mail_ingest.domain.remarks import RemarkCode
from services.mail_ingest.domain.rules import CANDIDATES_MAX, EVIDENCE_MAX, decide, followed
from services.mail_ingest.domain.web import Node, Web, agreed

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
JAN = "jan@burger.example"
MESSAGE_IDS = st.sampled_from([f"<{letter}@burger.example>" for letter in "abcdef"])
A, B = Target("KR-A"), Target("KR-B")


class TestParents:
    def test_in_reply_to_goes_before_references_from_new_to_old(self) -> None:
        assert parents("<b>", ["<a>", "<b>", "<c>"]) == [
            Parent("<b>", "in_reply_to"),
            Parent("<c>", "references"),
            Parent("<a>", "references"),
        ]

    def test_none(self) -> None:
        assert parents(None, []) == []

    @given(st.none() | MESSAGE_IDS, st.lists(MESSAGE_IDS))
    def test_each_mail_once_and_all_of_them(self, in_reply_to: str | None, references: list[str]) -> None:
        found = [parent.message_id for parent in parents(in_reply_to, references)]
        assert len(found) == len(set(found))
        assert set(found) == {*references, *([in_reply_to] if in_reply_to else [])}

    def test_the_conversation_is_that_of_the_nearest_known_mail(self) -> None:
        candidates = [Parent("<b>", "in_reply_to"), Parent("<a>", "references")]
        assert conversation(candidates, {"<a>": "of a"}) == "of a"
        assert conversation(candidates, {"<a>": "of a", "<b>": "of b"}) == "of b"
        assert conversation(candidates, {}) is None


def node(name: str, *replies_to: str, minutes: int = 0, **given: object) -> Node:
    found = tuple(Parent(f"<{one}>", "in_reply_to" if not n else "references") for n, one in enumerate(replies_to))
    values = {"name": name, "at": NOON + timedelta(minutes=minutes), "message_id": f"<{name}>", "parents": found}
    return Node(**(values | given))  # type: ignore[arg-type]


def sent(name: str, target: Target | None, *replies_to: str) -> Node:
    return node(name, *replies_to, final=target is not None, said=target)


def mark(klantenreis: str, method: Method = Method.NUMBER) -> Candidate:
    return Candidate(klantenreis, None, method, (klantenreis,))


KNOWN = Register([Dossier(f"D-{one}", one, f"nr-{one}") for one in ("KR-A", "KR-B")], [("KR-A", JAN), ("KR-B", JAN)])


def decided(name: str, *nodes: Node, register: Register = KNOWN) -> Candidate | None:
    web = Web(nodes, register)
    return decide(web, web.nodes[name]).linked


class TestChain:
    def test_the_first_parent_with_a_klantenreis_decides(self) -> None:
        found = decided("a", node("a", "s", "t"), sent("s", A), sent("t", B))
        assert found == Candidate("KR-A", None, "in_reply_to", ("<s>",))

    def test_a_parent_without_one_is_passed_over(self) -> None:
        found = decided("a", node("a", "x", "t"), node("x"), sent("t", B))
        assert found == Candidate("KR-B", None, "references", ("<t>",))

    def test_through_a_mail_that_somebody_sent_from_outlook(self) -> None:
        found = decided("a", node("a", "o"), sent("o", None, "x"), node("x", "t"), sent("t", B))
        assert found == Candidate("KR-B", None, "in_reply_to", ("<o>",))

    def test_a_link_that_a_person_undid_is_no_bridge(self) -> None:
        assert decided("a", node("a", "x"), node("x", "t", final=True), sent("t", B)) is None

    def test_circles_end(self) -> None:
        ring = (node("a", "b"), node("b", "c"), node("c", "a", "t"), sent("t", B))
        assert [decided(name, *ring) is not None for name in "abc"] == [True, True, True]

    def test_what_follows_from_a_circle_does_not_depend_on_what_was_asked_before(self) -> None:
        ring = (node("a", "b", "s"), node("b", "a", "t"), node("c", "a"), node("d", "c", "b"))
        nodes = (*ring, sent("s", A), sent("t", B))
        alone = {one.name: decided(one.name, *nodes) for one in ring}
        for order in permutations(ring):
            web = Web(nodes, KNOWN)
            assert {one.name: decide(web, one).linked for one in order} == alone

    def test_no_chain_is_too_long(self) -> None:
        length = 3_000
        chain = [node(str(number), str(number + 1)) for number in range(length)]
        assert decided("0", *chain, sent(str(length), A)) is not None

    def test_a_long_thread_is_gone_through_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        length, asked = 300, Counter[str]()
        chain = [node(str(number), *map(str, range(number - 1, max(-1, number - 9), -1))) for number in range(length)]
        real = Web._strong

        def counted(web: Web, one: Node, *, threads: bool) -> Iterator[Candidate]:
            asked[one.name] += 1
            return real(web, one, threads=threads)

        monkeypatch.setattr(Web, "_strong", counted)
        web = Web([*chain[1:], sent("0", A)])
        assert all(decide(web, one).linked for one in chain[1:])
        assert max(asked.values()) == 2  # as one that others refer to, and for itself


class TestAgreement:
    def test_what_is_common_to_all_rules_that_speak(self) -> None:
        chain = Candidate("KR-A", None, Method.REFERENCES, ("<s>",))
        both = [chain, mark("KR-A", Method.THREAD), mark("KR-B", Method.THREAD)]
        assert agreed(both) == chain
        assert agreed([chain, mark("KR-B", Method.TOKEN)]) is None
        assert agreed([mark("KR-A"), mark("KR-B")]) is None
        assert agreed([]) is None

    def test_a_dossier_only_when_one_is_named(self) -> None:
        one, other = (Candidate("KR-A", name, Method.NUMBER, (name,)) for name in ("D-1", "D-2"))
        chain = Candidate("KR-A", None, Method.REFERENCES, ("<s>",))
        named, unnamed = agreed([chain, one]), agreed([chain, one, other])
        assert named is not None
        assert (named.dossier, named.method) == ("D-1", Method.REFERENCES)
        assert unnamed is not None
        assert unnamed.dossier is None

    def test_marks_of_somebody_unknown_do_not_speak(self) -> None:
        marked = node("a", "s", marks=(mark("KR-A"),), sender="piet@elders.example")
        assert decided("a", marked, sent("s", B)) == Candidate("KR-B", None, "in_reply_to", ("<s>",))
        assert decided("a", node("a", "s", marks=(mark("KR-A"),), sender=JAN), sent("s", B)) is None

    def test_candidates_are_one_per_klantenreis_and_not_without_end(self) -> None:
        web = Web([node("a")])
        weak = [Candidate("KR-A", None, Method.SENDER, (str(number),)) for number in range(9)]
        [one] = decide(web, web.nodes["a"], weak).candidates
        assert (one.method, len(one.evidence)) == (Method.SENDER, EVIDENCE_MAX)
        many = [Candidate(f"KR-{number}", None, Method.SENDER, ()) for number in range(99)]
        decision = decide(web, web.nodes["a"], many)
        assert len(decision.candidates) == CANDIDATES_MAX
        assert decision.remarks == {RemarkCode.SEVERAL_DOSSIERS}


class TestRegister:
    def test_a_chain_of_replacements_ends_at_the_last_and_a_circle_nowhere(self) -> None:
        one, two = Dossier("1", "KR-A", "1", vervangen_door="2"), Dossier("2", "KR-B", "2", vervangen_door="3")
        three = Dossier("3", "KR-C", "3")
        assert Register([one, two, three]).settle(Target("KR-A", "1")) == Target("KR-C", "3", moved=True)
        circle = Register([one, two, Dossier("3", "KR-C", "3", vervangen_door="1")])
        assert circle.settle(Target("KR-A", "1")) == Target("KR-A", "1")
        itself = Register([Dossier("1", "KR-A", "1", vervangen_door="1")])
        assert itself.settle(Target("KR-A", "1")) == Target("KR-A", "1")

    def test_an_unknown_replacement_changes_nothing_yet(self) -> None:
        register = Register([Dossier("1", "KR-A", "1", vervangen_door="9")])
        assert register.settle(Target("KR-A", "1")) == Target("KR-A", "1")

    def test_a_dossier_that_changed_trains_takes_its_items_along(self) -> None:
        assert Register([Dossier("1", "KR-B", "1")]).settle(Target("KR-A", "1")) == Target("KR-B", "1")

    def test_the_locomotive_stands_for_the_klantenreis(self) -> None:
        register = Register([Dossier("1", "KR-1", "kr 1", vervangen_door="2"), Dossier("2", "KR-2", "KR-2")])
        assert register.settle(Target("KR-1")) == Target("KR-2", moved=True)

    def test_a_klantenreis_is_inactive_when_all_of_it_is(self) -> None:
        gone = Dossier("1", "KR-A", "1", actief=False, inactive_since=NOON)
        assert Register([gone]).inactive_since(Target("KR-A")) == NOON
        assert Register([gone, Dossier("2", "KR-A", "2")]).inactive_since(Target("KR-A")) is None
        assert Register([gone, Dossier("2", "KR-A", "2")]).inactive_since(Target("KR-A", "1")) == NOON
        assert Register().inactive_since(Target("KR-A")) is None

    def test_a_person_may_link_to_what_is_deactivated(self) -> None:
        gone = Register([Dossier("1", "KR-A", "1", actief=False, inactive_since=NOON)])
        decision = followed(Candidate("KR-A", "1", Method.PERSON, ()), gone)
        assert decision.linked == Candidate("KR-A", "1", Method.PERSON, ())
        assert decision.remarks == {RemarkCode.INACTIVE_DOSSIER}
