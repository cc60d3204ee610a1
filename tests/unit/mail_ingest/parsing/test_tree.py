from __future__ import annotations

from email.message import Message

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail_ingest.parsing.model import Limits, Notes, Oddity
from services.mail_ingest.parsing.tree import Part, read_tree
from tests.unit.mail_ingest.parsing.mails import file, mail, multipart, part

PIECES = [
    *(
        "text/plain",
        ";",
        "; ",
        "charset",
        "name",
        "boundary",
        "=",
        '"',
        "utf-8",
        "a b",
        "x.y",
        "''",
        "*",
        "%20",
        "\\",
        " ",
    ),
    *(
        "NAME",
        "<",
        ">",
        "charset=utf-8",
        'name="a b.pdf"',
        '; name="x=y"',
        "name*0=a",
        "name*=utf-8''x",
        "(c)",
        "'",
    ),
]


def tree(raw: bytes) -> Part:
    """The tree of a mail, under the usual caps."""
    return read_tree(raw, Limits(), Notes())


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=9), st.sampled_from(["charset", "name", "boundary"]))
def test_parameters_are_those_of_the_standard_library(pieces: list[str], name: str) -> None:
    value = "".join(pieces)
    theirs, ours = Message(), tree(b"")
    for one in (theirs, ours):
        one.set_raw("Content-Type", value)
    assert ours.get_param(name) == theirs.get_param(name)


def test_the_first_of_two_headers_counts_whatever_its_case() -> None:
    root = tree(mail("cONTENT-tYPE: text/html", "Content-Type: text/plain", "", "x"))
    assert (root.kind, root.get("content-type"), root.get("Subject")) == (
        "text/html",
        "text/html",
        "Vraag over isolatie",
    )


def test_a_digest_holds_messages() -> None:
    (inner,) = tree(multipart("digest", b"\r\nSubject: x\r\n\r\ntekst")).children
    assert inner.kind == "message/rfc822"


@pytest.mark.parametrize("broken", [False, True])
def test_content_can_be_read_in_pieces_and_again(broken: bool) -> None:
    notes, data = Notes(), bytes(range(256)) * 400
    raw = file(data, "Content-Type: application/pdf")
    raw = multipart("mixed", raw + b"*voet*" if broken else raw)
    (leaf,) = read_tree(raw, Limits(), notes).children
    assert b"".join(leaf.chunks())[: len(data)] == data
    assert leaf.content() == b"".join(leaf.chunks())
    assert leaf.head(1_000) == data[:1_000]
    assert leaf.exceeds(len(data) - 1)
    assert not leaf.exceeds(len(data) + 10)
    assert notes.has(Oddity.BASE64_BROKEN) is broken


def test_what_reads_broken_base64_starts_again() -> None:
    seen: list[int] = []
    (leaf,) = tree(multipart("mixed", part("QUJD!", "Content-Transfer-Encoding: base64"))).children
    assert leaf.used_by(lambda chunks: seen.append(0) or b"".join(chunks)) == b"ABC"
    assert len(seen) == 2
