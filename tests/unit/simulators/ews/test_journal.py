from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulators._common.exchange.journal import StateFileError, open_mailbox
from simulators._common.exchange.mailbox import Mailbox

ADDRESS = "energieloket@stad.example"
NOW = datetime(2026, 11, 2, tzinfo=UTC)


def shown(mailbox: Mailbox) -> dict[str, tuple[str, bool, tuple[str, ...], bytes, int]]:
    return {
        item.id: (item.folder.name, item.is_read, item.categories, item.content.raw, item.changed)
        for item in mailbox.items.values()
    }


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "var" / "ews.state"


def test_every_change_comes_back(state):
    mailbox, epoch = open_mailbox(ADDRESS, state)
    ids = [mailbox.deliver(b"Subject: \xe9\n\n", "inbox", NOW, f"{n}.eml").id for n in range(5)]
    mailbox.create_folder("Verwerkt", "inbox")
    mailbox.move(ids[0], "Verwerkt")
    mailbox.copy(ids[1], "junkemail")
    mailbox.delete(ids[2])
    mailbox.mark_read(ids[3], True)
    mailbox.categorise(ids[4], ["W&E"])

    again, same_epoch = open_mailbox(ADDRESS, state)

    assert shown(again) == shown(mailbox)
    assert (same_epoch, again.sequence, again.sources) == (epoch, mailbox.sequence, mailbox.sources)
    assert again.deliver(b"", "inbox", NOW).id == mailbox.deliver(b"", "inbox", NOW).id


def test_a_line_that_was_being_written_is_dropped(state):
    mailbox, _ = open_mailbox(ADDRESS, state)
    first = mailbox.deliver(b"een", "inbox", NOW)
    mailbox.deliver(b"twee", "inbox", NOW)
    state.write_bytes(state.read_bytes()[:-10])

    again, _ = open_mailbox(ADDRESS, state)
    again.deliver(b"drie", "inbox", NOW)

    assert first.id in again.items
    assert [item.content.raw for item in open_mailbox(ADDRESS, state)[0].items.values()] == [b"een", b"drie"]


def test_without_a_file_every_life_has_its_own_epoch():
    assert open_mailbox(ADDRESS, None)[1] != open_mailbox(ADDRESS, None)[1]


def test_another_mailboxs_file_is_refused(state):
    open_mailbox(ADDRESS, state)

    with pytest.raises(StateFileError, match=ADDRESS):
        open_mailbox("ander@stad.example", state)


def test_something_else_is_refused(tmp_path):
    (tmp_path / "x").write_text("geen toestand\n")

    with pytest.raises(StateFileError, match="geen toestandsbestand"):
        open_mailbox(ADDRESS, tmp_path / "x")
