"""277 realistic mails and what their makers say is in them."""

from __future__ import annotations

from datetime import datetime

import pytest

from services.mail_ingest.parsing import Oddity, ParsedMail, parse
from simulators.demo import Entry, write

Mails = list[tuple[Entry, ParsedMail]]
# Broken on purpose in a way that changes these facts: a damaged base64 line is shorter than what was sent.
DAMAGED = {"bad-base64"}
UNOPENED = {Oddity.TNEF_BROKEN, Oddity.MSG_BROKEN, Oddity.SMIME_BROKEN, Oddity.NOT_UNPACKED}


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> Mails:
    folder = tmp_path_factory.mktemp("demo")
    manifest = write(folder, 200, 2800, datetime(2026, 11, 20, 12))
    return [(entry, parse((folder / entry.file).read_bytes())) for entry in manifest.entries]


def plain(text: str) -> str:
    return " ".join(text.split())


def test_headers(mails: Mails) -> None:
    for entry, mail in mails:
        assert mail.message_id == entry.message_id, entry.file
        assert plain(mail.subject) == plain(entry.subject), entry.file
        assert (mail.in_reply_to, list(mail.references)) == (entry.in_reply_to, entry.references), entry.file
        assert mail.from_ is not None, entry.file
        assert mail.from_.email == entry.sender, entry.file


def test_own_words(mails: Mails) -> None:
    written = [(entry, mail) for entry, mail in mails if entry.text]
    assert len(written) > 200
    for entry, mail in written:
        assert plain(mail.new_text) == plain(entry.text), entry.file


def test_automatic_mail(mails: Mails) -> None:
    for entry, mail in mails:
        assert (mail.automatic or "human") == entry.automatic, entry.file


def test_attachments(mails: Mails) -> None:
    compared = 0
    for entry, mail in mails:
        if not entry.attachments or DAMAGED & set(entry.broken) or Oddity.TNEF in mail.warnings:
            continue
        files = [fact for fact in entry.attachments if not fact.content_type.startswith(("message/", "text/"))]
        found = [one for one in mail.attachments if not one.type.startswith(("message/", "text/"))]
        assert [(one.name, one.sha256, one.inline) for one in found] == [
            (fact.name, fact.sha256, fact.inline) for fact in files
        ], entry.file
        compared += len(files)
    assert compared > 20


def test_a_winmail_dat_is_opened(mails: Mails) -> None:
    opened = [(entry, mail) for entry, mail in mails if Oddity.TNEF in mail.warnings]
    assert opened
    for entry, mail in opened:
        assert [fact.content_type for fact in entry.attachments] == ["application/ms-tnef"], entry.file
        assert [(one.name, one.read()[:5]) for one in mail.attachments] == [("bijlage.pdf", b"%PDF-")], entry.file


def test_forwards_show_whose_mail_it_was(mails: Mails) -> None:
    assert any(entry.kind == "forward" for entry, _ in mails)
    for entry, mail in mails:
        assert (mail.original is not None) is (entry.kind == "forward"), entry.file
        if mail.original is not None:
            assert mail.original.from_.email not in ("", entry.sender), entry.file
            assert mail.original.date is not None, entry.file


def test_every_mail_is_another_one_but_the_duplicates(mails: Mails) -> None:
    hashes = {mail.content_hash for entry, mail in mails if entry.duplicate_of is None}
    assert len(hashes) == sum(entry.duplicate_of is None for entry, _ in mails)


def test_nothing_was_given_up(mails: Mails) -> None:
    given_up = {Oddity.UNPARSABLE, Oddity.PART_FAILED, Oddity.HTML_TOO_COMPLEX, *UNOPENED}
    assert [entry.file for entry, mail in mails if given_up & set(mail.warnings)] == []
