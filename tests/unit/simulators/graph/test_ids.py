from __future__ import annotations

from datetime import UTC, datetime

import pytest

from simulators._common.exchange.ids import MalformedIdError
from simulators._common.exchange.mailbox import Item, Mailbox
from simulators.graph import ids

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox("energieloket@stad.example")


@pytest.fixture
def item(mailbox: Mailbox) -> Item:
    return mailbox.deliver(b"x", "inbox", NOW)


@pytest.mark.parametrize("keep", [True, False])
def test_both_kinds_of_id_lead_back_to_the_mail_and_need_no_escaping_of_slashes(mailbox, item, keep):
    given = ids.message(mailbox, item, keep=keep)

    assert ids.find(mailbox, given) is item
    assert not set(given) & set("/+")


def test_a_move_keeps_the_immutable_id_only(mailbox, item):
    moved = mailbox.move(item.id, "junkemail")

    assert ids.message(mailbox, moved, keep=True) == ids.message(mailbox, item, keep=True)
    assert ids.message(mailbox, moved, keep=False) != ids.message(mailbox, item, keep=False)
    assert ids.find(mailbox, ids.message(mailbox, item, keep=False)) is None


def test_a_copy_has_an_immutable_id_of_its_own(mailbox, item):
    copy = mailbox.copy(item.id, "inbox")

    assert ids.message(mailbox, copy, keep=True) != ids.message(mailbox, item, keep=True)


def test_the_two_doors_give_different_ids(mailbox, item):
    assert len({item.id, ids.message(mailbox, item, keep=True)}) == 2


def test_an_attachment_id_leads_back_to_its_place(mailbox, item):
    message = ids.message(mailbox, item, keep=True)

    assert ids.attachment_index(message, ids.attachment(message, 3)) == 3
    with pytest.raises(MalformedIdError):
        ids.attachment_index(ids.rest(item.id), ids.attachment(message, 3))


@pytest.mark.parametrize("text", ["", "DUMMY", "geen base64!"])
def test_what_is_no_id_is_refused(mailbox, text):
    with pytest.raises(MalformedIdError):
        ids.find(mailbox, text)
