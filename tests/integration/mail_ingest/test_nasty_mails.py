"""A thousand nasty mails through the parser: no exception, an identity for each, and no two mails taken for one."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from services.mail_ingest.parsing import Oddity, ParsedMail, parse
from services.mail_ingest.parsing.as_json import as_json
from tests.support.nasty import COUNT, FAMILIES, nasty_mails

Mails = dict[str, ParsedMail]
DEFECTS = {Oddity.UNPARSABLE, Oddity.PART_FAILED}


@pytest.fixture(scope="module")
def mails() -> Mails:
    return {name: parse(raw) for name, raw in nasty_mails()}


def test_every_family_is_there_and_the_same_each_time(mails: Mails) -> None:
    assert len(mails) == COUNT
    assert {name[5:] for name in mails} == FAMILIES.keys()
    assert list(nasty_mails(60)) == list(nasty_mails(60))


def test_none_is_given_up(mails: Mails) -> None:
    assert {name: mail.warnings for name, mail in mails.items() if DEFECTS & set(mail.warnings)} == {}


def test_no_two_are_taken_for_one(mails: Mails) -> None:
    names: dict[str, list[str]] = {}
    for name, mail in mails.items():
        names.setdefault(mail.content_hash, []).append(name)
    assert [same for same in names.values() if len(same) > 1] == []


def test_as_in_real_mail_a_message_id_is_no_identity(mails: Mails) -> None:
    ids = Counter(mail.message_id for mail in mails.values())
    assert 0.2 * COUNT < ids.pop(None) < 0.35 * COUNT
    assert 0.06 * COUNT < sum(times - 1 for times in ids.values()) < 0.15 * COUNT


def test_each_is_one_json_object_of_clean_text(mails: Mails) -> None:
    for name, mail in mails.items():
        printed = json.dumps(as_json(name, mail), ensure_ascii=False)
        printed.encode()
        assert "\\u0000" not in printed, name


def test_attachments_are_what_they_say(mails: Mails) -> None:
    for name, mail in mails.items():
        for attachment in mail.attachments:
            assert sum(len(chunk) for chunk in attachment.chunks()) == attachment.size, name
