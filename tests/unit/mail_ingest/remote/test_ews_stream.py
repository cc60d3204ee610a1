"""An answer that comes in pieces of any size gives the same tree and the same files."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from exchangelib.util import MNS, SOAPNS, TNS
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.remote._ews_http import BodyTooLargeError
from services.mail_ingest.remote._ews_stream import (
    MIME,
    SHOWN_CHARACTERS,
    TREE_BYTES,
    MalformedAnswerError,
    Mime,
    read_answer,
)
from services.mail_ingest.remote._ews_xml import as_raw, item_id, read_mail
from services.mail_ingest.remote.protocol import FetchedMail, Poison

MAIL = b"From: jan@burger.example\r\nSubject: vraag\r\n\r\n" + bytes(range(256)) * 200
NO_LIMIT = 1 << 30


def envelope(*mimes: str, between: str = "") -> bytes:
    """An answer of Exchange: MimeContent stands before the id."""
    items = "".join(
        f'<m:GetItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Items>'
        f'<t:Message>{between}<t:MimeContent CharacterSet="UTF-8">{mime}</t:MimeContent>'
        f'<t:ItemId Id="id-{number}" ChangeKey="k"/><t:HasAttachments>true</t:HasAttachments></t:Message>'
        f"</m:Items></m:GetItemResponseMessage>"
        for number, mime in enumerate(mimes)
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<s:Envelope xmlns:s="{SOAPNS}" xmlns:m="{MNS}" xmlns:t="{TNS}">'
        f"<s:Body><m:GetItemResponse><m:ResponseMessages>{items}</m:ResponseMessages></m:GetItemResponse></s:Body>"
        f"</s:Envelope>"
    ).encode()


def encoded(mail: bytes = MAIL) -> str:
    return base64.b64encode(mail).decode()


def pieces(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


def read(tmp_path: Path, body: bytes, size: int = 1000, limit: int = NO_LIMIT) -> list[FetchedMail | Poison]:
    root, mimes = read_answer(pieces(body, size), tmp_path / "x", limit)
    messages = list(root.iter(f"{{{TNS}}}Message"))
    return [read_mail(message, item_id(message) or "", mimes) for message in messages]


@pytest.mark.parametrize("size", [1, 7, 64, 100_000])
def test_mails_go_to_files_and_the_rest_to_the_tree(tmp_path: Path, size: int) -> None:
    first, second = read(tmp_path, envelope(encoded(), encoded(b"A: b\n\n")), size)
    assert isinstance(first, FetchedMail)
    assert isinstance(second, FetchedMail)
    assert (first.provider_id, second.provider_id) == ("id-0", "id-1")
    assert (first.path.read_bytes(), second.path.read_bytes()) == (MAIL, b"A: b\n\n")
    assert (first.size, first.has_attachments) == (len(MAIL), True)
    assert first.path.stat().st_mode & 0o777 == 0o600


def test_of_a_mail_the_tree_keeps_the_beginning(tmp_path: Path) -> None:
    root, _ = read_answer([envelope(encoded())], tmp_path / "x", NO_LIMIT)
    (mime,) = root.iter(MIME)
    assert mime.text == encoded()[:SHOWN_CHARACTERS]
    assert as_raw(root).startswith(b"<s:Envelope xmlns:s=")


@given(st.binary(max_size=300), st.integers(1, 9), st.sampled_from(["", "\r\n", "\n", " \t"]))
def test_base64_in_any_pieces_and_lines(
    tmp_path_factory: pytest.TempPathFactory, tail: bytes, step: int, wrap: str
) -> None:
    text = encoded(b"A: b\n\n" + tail)
    wrapped = wrap.join(text[start : start + step] for start in range(0, len(text), step)) + wrap
    mime = Mime(tmp_path_factory.mktemp("mime") / "x.eml")
    for start in range(0, len(wrapped), step):
        mime.feed(wrapped[start : start + step])
    mime.close()
    assert mime.problem is None
    assert mime.path.read_bytes() == b"A: b\n\n" + tail


@pytest.mark.parametrize(
    "text", ["QTogYgo", "QTogYg==QTogYg==", "QTogYg===", "QTo!gYgo", "QTogYg=", "=QTo", "QTogé", "QTogYg== QTog"]
)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_12_what_is_no_base64_is_no_mail(tmp_path: Path, text: str, size: int) -> None:
    (answer,) = read(tmp_path, envelope(text), size)
    assert isinstance(answer, Poison)
    assert (answer.reason, answer.transient) == ("mime_not_base64", True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("mail", "reason"), [(b"", "mime_missing"), (b"\0\1\2", "not_mail"), (b"<html>", "not_mail")])
def test_12_what_does_not_begin_like_a_mail_is_none(tmp_path: Path, mail: bytes, reason: str) -> None:
    (answer,) = read(tmp_path, envelope(encoded(mail)))
    assert isinstance(answer, Poison)
    assert (answer.reason, answer.transient) == (reason, False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("keep", [0, 1, 500, -1, -len("</s:Envelope>")])
def test_1_an_answer_that_ends_early_is_none_and_leaves_no_file(tmp_path: Path, keep: int) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        read(tmp_path, envelope(encoded(), encoded())[:keep])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("bad", ["<t:A></t:B>", "\x01", "&nix;", '<t:A b="<"/>'])
def test_what_is_no_xml_is_told_apart_from_what_is_cut(tmp_path: Path, bad: str) -> None:
    with pytest.raises(MalformedAnswerError):
        read(tmp_path, envelope(encoded(), encoded(), between=bad))
    assert list(tmp_path.iterdir()) == []


def test_entities_are_refused_before_they_grow(tmp_path: Path) -> None:
    body = envelope(encoded()).replace(b"?>\n", b"?>\n<!DOCTYPE x [<!ENTITY a 'aaaa'>]>")
    with pytest.raises(MalformedAnswerError):
        read(tmp_path, body)


def test_a_body_over_its_limit_is_refused(tmp_path: Path) -> None:
    body = envelope(encoded())
    assert read(tmp_path, body, limit=len(body))
    with pytest.raises(BodyTooLargeError):
        read(tmp_path, body, limit=len(body) - 1)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("filler", ["<t:A/>" * (TREE_BYTES // 200), "x" * (TREE_BYTES + 1)])
def test_only_mails_may_be_large(tmp_path: Path, filler: str) -> None:
    with pytest.raises(BodyTooLargeError):
        read(tmp_path, envelope(encoded(), between=f"<t:B>{filler}</t:B>"), 1 << 20)
