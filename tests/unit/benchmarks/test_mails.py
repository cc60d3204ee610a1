from __future__ import annotations

from pathlib import Path
from random import Random

from benchmarks import mails
from benchmarks.mails import LARGER, make, with_attachments
from services.mail_ingest.parsing import parse


def test_the_same_mails_each_time_small_ones_first(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    small, whole = make(tmp_path / "a", 5)
    assert (small, whole) == make(tmp_path / "b", 5)
    assert whole[: len(small)] == small
    assert len(whole) >= len(small) + len(LARGER)


def test_a_parser_finds_in_the_larger_ones_what_was_put_in() -> None:
    rng = Random(1)
    quote, thread, newsletter, forward = (
        parse(made(rng)) for made in (mails._quote, mails._thread, mails._newsletter, mails._forward)
    )
    assert [one.name for one in quote.attachments] == ["offerte.pdf"]
    assert quote.html
    assert len(thread.new_text) < len(thread.text) / 10
    assert (newsletter.automatic, newsletter.text.count("Lees meer")) == ("list", 110)
    assert [one.type for one in forward.attachments] == ["message/rfc822"]
    assert not any(one.warnings for one in (quote, thread, forward))


def test_attachments_of_the_wanted_size() -> None:
    assert [one.size for one in parse(with_attachments(Random(1), [10, 70_000])).attachments] == [10, 70_000]
