from __future__ import annotations

import pytest

from services.mail_ingest.parsing import ParsedMail, parse
from tests.unit.mail_ingest.parsing.mails import html, text
from tests.unit.mail_ingest.parsing.reply_samples import HTML_OWN, OLD, OWN, REPLIES, Reply


def read(reply: Reply) -> ParsedMail:
    return parse(
        html(f"<html><body>{HTML_OWN}{reply.quote}</body></html>") if reply.html else text(f"{OWN}\n\n{reply.quote}")
    )


@pytest.mark.parametrize("reply", REPLIES, ids=lambda reply: reply.name)
def test_own_words_only(reply: Reply) -> None:
    parsed = read(reply)
    assert [line for line in parsed.new_text.split("\n") if line.strip()] == OWN.split("\n")
    assert OLD in parsed.text
