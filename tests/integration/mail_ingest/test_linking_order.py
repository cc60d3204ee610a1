"""Links follow from what was said, not from the order in which it arrived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select

from loketbus.errors import NotYet
from loketbus.ledger.tables import blob_ref, outbox
from loketbus.ledger.tx import Tx
from services.mail_ingest import domain
from services.mail_ingest.domain import Parent
from services.mail_ingest.domain.clues import thread_key
from services.mail_ingest.domain.tokens import Token
from services.mail_ingest.parsing import Address
from services.mail_ingest.sent import OUTLOOK, record_sent
from services.mail_ingest.store import tables
from tests.integration.mail_ingest.conftest import NOON, Book
from tests.integration.mail_ingest.world import BOX, TOKENS, World, thread_index
from tests.support.letters import CITIZEN, stored


@dataclass
class Step:
    """One thing that arrives."""

    says: str
    """For whoever reads a counterexample."""
    run: Callable[[World], object] = field(repr=False)


MAILS, SENT = "abcdef", "st"
KLANTENREIZEN = {"D-0001": "KR-2026-0001", "D-0002": "KR-2026-0002", "D-0003": "KR-2026-0001"}
VME = "0403170701"
LATER = 1_000
"""Minutes: dossiers are deactivated after all mails came."""

ids = st.sampled_from([f"<{name}>" for name in MAILS + SENT])
threads = st.none() | st.sampled_from([thread_index(1), thread_index(2, 1)])
subjects = st.sampled_from(
    ["Dak", "Re: dak", "Ramen", "Over D-0001", "D-0002 en D-0001", "", TOKENS.mark(Token("KR-2026-0002"))]
)


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    """A made-up history: mails, mails that went out, mentions, one or two revisions of a dossier."""
    found: list[Step] = []
    names = {name: _id_of(name, {}) for name in MAILS}
    for minute, name in enumerate(draw(st.lists(st.sampled_from(MAILS), unique=True, min_size=2))):
        given = draw(_of_mail) | draw(_namesake)
        names[name] = _id_of(name, given)
        found.append(_mail(name, given, minute))
        if draw(st.booleans()):
            found.append(_mention(names[name]))
    for name in draw(st.lists(st.sampled_from(SENT), unique=True)):
        found += _sent(name, draw(_of_sent), draw(st.sampled_from(["crm", "outlook", "both"])))
    for name in draw(st.lists(st.sampled_from(sorted(KLANTENREIZEN)), unique=True)):
        found += [
            _dossier(name, draw(_of_dossier), revision, names) for revision in range(1, draw(st.integers(1, 2)) + 1)
        ]
    return found


_of_mail = st.fixed_dictionaries(
    {
        "replies_to": st.none() | ids,
        "references": st.lists(ids, max_size=2, unique=True).map(tuple),
        "thread_index": threads,
        "subject": subjects,
        "from_": st.sampled_from([Address("", CITIZEN), Address("", "piet@elders.example")]),
    }
)
_namesake = st.just({}) | st.fixed_dictionaries({"message_id": st.sampled_from(["<a>", "<s>"])})
_of_sent = st.fixed_dictionaries(
    {
        "klantenreis": st.none() | st.sampled_from(sorted(set(KLANTENREIZEN.values()))),
        "in_reply_to": st.lists(ids, max_size=1).map(tuple),
        "thread_index": threads,
        "also": st.none() | st.sampled_from(sorted(set(KLANTENREIZEN.values()))),
    }
)
_of_dossier = st.fixed_dictionaries(
    {
        "emails": st.sampled_from([(), (CITIZEN,)]),
        "organisaties": st.booleans(),
        "actief": st.booleans(),
        "vervangen_door": st.none() | st.sampled_from([f"id-of-{name}" for name in KLANTENREIZEN]),
        "mails": st.lists(st.sampled_from(MAILS), max_size=2, unique=True),
    }
)


def _mail(name: str, given: dict[str, Any], minute: int) -> Step:
    return Step(f"mail {name}: {given}", lambda world: world.mail(name, minutes=minute, **given))


def _mention(mail: str) -> Step:
    return Step(f"organisation in {mail}", lambda world: world.organisation(mail, VME))


def _sent(name: str, drawn: dict[str, Any], by: str) -> list[Step]:
    given = dict(drawn)
    also = given.pop("also")

    def crm(world: World) -> None:
        world.sent(name, minutes=LATER, **given)

    def again(world: World) -> None:
        world.sent(name, minutes=LATER, **given | {"klantenreis": also})

    def outlook(world: World) -> None:
        values = {
            "message_id": f"<{name}>",
            "conversation": "ours",
            "klantenreis": None,
            "dossier": None,
            "sent_at": NOON,
            "thread": thread_key(given["thread_index"]),
        }
        parents = [Parent(one, "in_reply_to") for one in given["in_reply_to"]]

        def record(tx: Tx) -> None:
            record_sent(tx, values, parents, OUTLOOK)

        world.book.write(record)

    steps = {"crm": Step(f"crm sent {name}: {given}", crm), "outlook": Step(f"outlook sent {name}: {given}", outlook)}
    told = list(steps.values()) if by == "both" else [steps[by]]
    return told if also is None else [*told, Step(f"crm sent {name} for {also} too: {given}", again)]


def _dossier(name: str, given: dict[str, Any], revision: int, names: dict[str, str]) -> Step:
    values = dict(given)
    mails = tuple(names[one] for one in values.pop("mails"))
    people = [{"rol": "eigenaar_bewoner", "emails": values.pop("emails")}]
    if values.pop("organisaties"):
        people.append({"rol": "vme", "organisatie": VME})
    values |= {"mails": mails, "betrokkenen": tuple(people)}

    def run(world: World) -> None:
        world.dossier(name, KLANTENREIZEN[name], minutes=LATER, revision=revision, **values)

    return Step(f"dossier {name} {revision}: {given}", run)


def _id_of(name: str, given: dict[str, Any]) -> str:
    mail = stored(name, **given)
    return domain.mail_id(BOX, mail.message_id, mail.content_hash)


def play(book: Book, history: list[Step]) -> dict[str, tuple[Any, ...]]:
    """What all items say at the end; what has to wait is handled again when the rest is there, as the bus does."""

    def empty(connection: Connection) -> None:
        for table in (*reversed(tables.metadata.sorted_tables), blob_ref, outbox):
            connection.execute(delete(table))

    book.ledger.write_sync(empty)
    world, waiting = World(book), []
    for step in history:
        try:
            step.run(world)
        except NotYet:
            waiting.append(step)
    for step in waiting:
        step.run(world)
    return _outcome(book)


def _outcome(book: Book) -> dict[str, tuple[Any, ...]]:
    """What every item says about where it belongs, by item: several mails may have one Message-ID."""
    names = ("item", "klantenreis", "dossier", "link_method", "candidates", "remarks", "answered_at", "answered_via")
    query = select(*(tables.item.c[name] for name in names))
    return book.read(lambda connection: {row[0]: tuple(row[1:]) for row in connection.execute(query)})


@pytest.mark.usefixtures("long_on_postgres")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=steps(), seed=st.integers(0, 2**32))
def test_in_any_order(book: Book, history: list[Step], seed: int) -> None:
    shuffled = list(history)
    Random(seed).shuffle(shuffled)
    assert play(book, history) == play(book, shuffled)
