"""Mails written for these tests, line by line, so that what a test shows is what a server would send."""

from __future__ import annotations

import base64

HEAD = (
    "From: An Peeters <an@burger.example>",
    "To: Energieloket <loket@stad.example>",
    "Subject: Vraag over isolatie",
    "Date: Mon, 2 Nov 2026 10:15:00 +0100",
    "Message-ID: <1@burger.example>",
)


def mail(*lines: str | bytes, head: tuple[str, ...] = HEAD) -> bytes:
    """Header lines, then `lines` (more headers first), joined with CRLF."""
    whole = [line.encode() if isinstance(line, str) else line for line in (*head, *lines)]
    return b"\r\n".join(whole) + b"\r\n"


def headers(*lines: str | bytes) -> bytes:
    """A mail of these headers only, with a short text."""
    return mail(*lines, "", "Tekst", head=())


def text(body: str) -> bytes:
    """A plain mail in UTF-8."""
    return mail("Content-Type: text/plain; charset=utf-8", "", *body.split("\n"))


def html(body: str) -> bytes:
    """An HTML mail in UTF-8."""
    return mail("Content-Type: text/html; charset=utf-8", "", body)


def multipart(kind: str, *parts: bytes, boundary: str = "grens", head: tuple[str, ...] = HEAD) -> bytes:
    """A whole mail of parts made by `part`."""
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    return (
        mail(f'Content-Type: multipart/{kind}; boundary="{boundary}"', "", head=head)
        + body
        + b"--"
        + boundary.encode()
        + b"--\r\n"
    )


def part(content: bytes | str, *lines: str) -> bytes:
    """One part with its own headers."""
    data = content.encode() if isinstance(content, str) else content
    return "\r\n".join([*lines, "", ""]).encode() + data


def file(content: bytes, *lines: str) -> bytes:
    """One part in base64."""
    return part(base64.encodebytes(content), *lines, "Content-Transfer-Encoding: base64")
