from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators._common.exchange.mailbox import Mailbox
from simulators.graph import ids
from simulators.graph.delta import BadTokenError, LostTokenError, Round, Token, next_page

EPOCH = "e"
START = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox("energieloket@stad.example")


def deliver(mailbox: Mailbox, minute: int = 0) -> int:
    return mailbox.deliver(b"Subject: x\n\n", "inbox", START + timedelta(minutes=minute)).born


def move(mailbox: Mailbox, born: int, to: str) -> None:
    mailbox.move(mailbox.living[born].id, to)


def name(mailbox: Mailbox, born: int) -> str:
    return ids.immutable(mailbox, born)


def page(mailbox: Mailbox, token: str | None, limit: int = 100, keep: bool = True) -> Round:
    folder = mailbox.folder("inbox")
    begin = Token(EPOCH, folder.number, (), None, mailbox.sequence)
    known = Token.decode(token, EPOCH, folder) if token else begin
    return next_page(mailbox, folder, known, limit, keep=keep)


def drain(mailbox: Mailbox, token: str | None, limit: int = 100, keep: bool = True) -> tuple[list[str], str]:
    """What a round tells, removed ids with a minus; and the token for the next."""
    told: list[str] = []
    while True:
        found = page(mailbox, token, limit, keep)
        told += [one.id if one.item else f"-{one.id}" for one in found.told]
        token = found.token.encode()
        if found.token.over:
            return told, token


def test_a_first_round_is_newest_first_and_pages_do_not_overlap(mailbox):
    borns = [deliver(mailbox, minute) for minute in (3, 1, 2)]

    told, _ = drain(mailbox, None, 1)

    assert told == [name(mailbox, borns[index]) for index in (0, 2, 1)]


def test_what_comes_during_a_first_round_is_told_in_the_next(mailbox):
    old = [deliver(mailbox, minute) for minute in range(3)]
    first = page(mailbox, None, 2)
    late = deliver(mailbox, 99)
    rest, token = drain(mailbox, first.token.encode(), 2)

    assert rest == [name(mailbox, old[0])]
    assert drain(mailbox, token)[0] == [name(mailbox, late)]


def test_a_move_away_is_told_as_removed_with_the_reason(mailbox):
    moved, deleted = deliver(mailbox), deliver(mailbox)
    _, token = drain(mailbox, None)
    move(mailbox, moved, "junkemail")
    mailbox.delete(mailbox.living[deleted].id)

    assert {one.id: one.reason for one in page(mailbox, token).told} == {
        name(mailbox, moved): "changed",
        name(mailbox, deleted): "deleted",
    }


def test_away_and_back_between_two_rounds_is_removed_and_never_created_again(mailbox):
    born = deliver(mailbox)
    _, token = drain(mailbox, None)
    move(mailbox, born, "junkemail")
    move(mailbox, born, "inbox")

    told, later = drain(mailbox, token)

    assert told == [f"-{name(mailbox, born)}"]
    assert drain(mailbox, later)[0] == []
    assert drain(mailbox, None)[0] == [name(mailbox, born)]


def test_without_immutable_ids_it_comes_back_under_another_id(mailbox):
    born = deliver(mailbox)
    before = mailbox.living[born].id
    _, token = drain(mailbox, None, keep=False)
    move(mailbox, born, "junkemail")
    move(mailbox, born, "inbox")

    assert drain(mailbox, token, keep=False)[0] == [f"-{ids.rest(before)}", ids.rest(mailbox.living[born].id)]


def test_away_in_one_round_and_back_in_the_next_is_told(mailbox):
    born = deliver(mailbox)
    _, token = drain(mailbox, None)
    move(mailbox, born, "junkemail")
    _, token = drain(mailbox, token)
    move(mailbox, born, "inbox")

    assert drain(mailbox, token)[0] == [name(mailbox, born)]


def test_what_came_and_went_between_two_rounds_is_not_told(mailbox):
    _, token = drain(mailbox, None)
    mailbox.delete(mailbox.living[deliver(mailbox)].id)

    assert drain(mailbox, token)[0] == []


def test_a_change_during_a_round_shifts_none_of_its_pages(mailbox):
    _, token = drain(mailbox, None)
    borns = [deliver(mailbox) for _ in range(4)]
    first = page(mailbox, token, 2)
    mailbox.delete(mailbox.living[borns[0]].id)
    rest, token = drain(mailbox, first.token.encode(), 2)

    assert rest == [name(mailbox, borns[2]), name(mailbox, borns[3])]
    assert drain(mailbox, token)[0] == [f"-{name(mailbox, borns[0])}"]


def test_top_ends_the_whole_round(mailbox):
    for _ in range(5):
        deliver(mailbox)
    token = Token(EPOCH, mailbox.folder("inbox").number, (), None, mailbox.sequence, left=3)

    assert len(drain(mailbox, token.encode(), 2)[0]) == 3


@pytest.mark.parametrize("text", ["onzin", "AAAA", "", "é"])
def test_what_is_no_token_is_refused(mailbox, text):
    with pytest.raises(BadTokenError):
        Token.decode(text, EPOCH, mailbox.folder("inbox"))


def test_a_token_of_another_folder_or_generation_is_refused(mailbox):
    token = page(mailbox, None).token.encode()

    with pytest.raises(BadTokenError):
        Token.decode(token, EPOCH, mailbox.folder("drafts"))
    with pytest.raises(LostTokenError):
        Token.decode(token, "andere", mailbox.folder("inbox"))


ACTIONS = st.sampled_from(["deliver", "delete", "move", "back", "read", "page", "page"])


@settings(max_examples=120, deadline=None)
@given(st.lists(st.tuples(ACTIONS, st.integers(0, 30), st.integers(1, 4)), max_size=50), st.booleans())
def test_a_client_that_follows_is_told_of_every_mail_at_least_once(steps, keep):
    """Whatever happens in between. Only what is there at the end is exact without immutable ids."""
    mailbox = Mailbox("energieloket@stad.example")
    token, heard, known = None, set(), set()

    def read(limit: int) -> bool:
        nonlocal token
        found = page(mailbox, token, limit, keep)
        assert len(found.told) <= limit
        for one in found.told:
            if one.item is not None:
                heard.add(one.item.born)
            (known.add if one.item else known.discard)(one.id)
        token = found.token.encode()
        return found.token.over

    for action, number, limit in steps:
        if action == "deliver":
            deliver(mailbox, number)
        elif action == "page":
            read(limit)
        else:
            change(mailbox, action, number)
    while not (read(3) and not page(mailbox, token, 1, keep).told):
        pass

    present = set(mailbox.folder("inbox").items.values())
    assert known <= {ids.message(mailbox, item, keep=keep) for item in present}
    if not keep:
        assert known == {ids.message(mailbox, item, keep=False) for item in present}
        assert heard >= {item.born for item in present}


def change(mailbox: Mailbox, action: str, number: int) -> None:
    items = list(mailbox.folder("junkemail" if action == "back" else "inbox").items.values())
    if not items:
        return
    item = items[number % len(items)]
    if action == "delete":
        mailbox.delete(item.id)
    elif action == "read":
        mailbox.mark_read(item.id, not item.is_read)
    else:
        mailbox.move(item.id, "inbox" if action == "back" else "junkemail")
