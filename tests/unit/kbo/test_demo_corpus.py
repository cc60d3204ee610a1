"""Numbers in the demo's mails, of which the manifest says what stands there."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from services.kbo.domain import find_numbers
from simulators.demo import Entry, write


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    folder: Path = tmp_path_factory.mktemp("corpus")
    return write(folder, 200, 2800, datetime(2026, 11, 20, 12)).entries


def test_all_numbers_in_the_mails_are_found_and_read_right(mails: list[Entry]) -> None:
    told = 0
    for mail in mails:
        found = {mail.text[start:end]: check for start, end, check in find_numbers(mail.text)}
        for mention in mail.numbers:
            if mention.text not in mail.text:
                continue
            told += 1
            verdict = found[mention.text]
            if mention.issue == "letter_in_number":  # the mail's author doubts; the check reads the O as a zero
                assert verdict.number == f"0{mention.digits}"
            else:
                assert verdict.valid == mention.valid
                assert verdict.number in (None, mention.digits)
    assert told > 20


def test_nothing_else_in_the_mails_is_taken_for_a_number(mails: list[Entry]) -> None:
    for mail in mails:
        told = {mention.text for mention in mail.numbers}
        assert {mail.text[start:end] for start, end, _ in find_numbers(mail.text)} <= told
