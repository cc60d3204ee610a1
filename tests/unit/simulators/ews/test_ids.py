from __future__ import annotations

import base64

import pytest

from simulators._common.exchange import ids
from simulators._common.exchange.ids import Ids, MalformedIdError

MAILBOX = Ids("energieloket@stad.example")


def test_ids_have_the_length_and_start_of_real_ones():
    item, folder = MAILBOX.item(3, 17), MAILBOX.folder(3)

    assert (len(item), len(folder)) == (152, 120)
    assert item.startswith("AAMkA")
    assert folder.startswith("AAMkA")
    assert MAILBOX.change_key(1).startswith("CQAAABYAAAA"[:8])


def test_ids_are_the_same_every_time_and_different_for_everything_else():
    again = Ids("Energieloket@Stad.Example")

    assert again.item(3, 17) == MAILBOX.item(3, 17)
    others = {MAILBOX.item(3, 17), MAILBOX.item(3, 18), MAILBOX.item(4, 17), Ids("ander@stad.example").item(3, 17)}
    assert len(others) == 4
    assert len({MAILBOX.search_key(1), MAILBOX.search_key(2)}) == 2


def test_an_attachment_id_leads_back_to_its_item():
    item = MAILBOX.item(3, 17)

    assert ids.split_attachment(ids.attachment(item, 2)) == (item, 2)


def test_the_entry_id_inside():
    assert len(ids.entry_id(MAILBOX.item(3, 17))) == 70
    assert len(ids.entry_id(MAILBOX.folder(3))) == 46


@pytest.mark.parametrize("text", ["", "DUMMY", "geen base64!", base64.b64encode(b"x" * 113).decode()])
def test_what_is_no_id_is_refused(text):
    with pytest.raises(MalformedIdError):
        ids.check(text)
    with pytest.raises(MalformedIdError):
        ids.split_attachment(text)
