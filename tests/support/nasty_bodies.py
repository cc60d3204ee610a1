"""Families of nasty mails whose text, parts or attachments are the trouble."""

from __future__ import annotations

import base64
import io
import zipfile
from random import Random

TEXT = [b"Content-Type: text/plain; charset=utf-8"]
HTML = [b"Content-Type: text/html; charset=utf-8"]
PDF = [b'Content-Type: application/pdf; name="a.pdf"', b"Content-Transfer-Encoding: base64"]


def join(lines: list[bytes], end: bytes = b"\r\n") -> bytes:
    """Lines as they go over the wire."""
    return end.join(lines) + end


def replaced(head: list[bytes], name: bytes, value: bytes) -> list[bytes]:
    """The headers with this one instead of those of the same name."""
    return [*(line for line in head if not line.startswith(name + b":")), name + b": " + value]


def parts(
    head: list[bytes], bodies: list[list[bytes]], kind: bytes = b"mixed", boundary: bytes = b"grens"
) -> list[bytes]:
    """A multipart of bodies, each with its headers, as lines."""
    lines = [*head, b'Content-Type: multipart/%b; boundary="%b"' % (kind, boundary), b""]
    for body in bodies:
        lines += [b"--" + boundary, *body]
    return [*lines, b"--" + boundary + b"--"]


def packed(data: bytes) -> list[bytes]:
    """Base64 in lines."""
    return base64.encodebytes(data).splitlines()


def charset_lies(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """A declared charset that does not exist, does not fit, or that nobody should believe."""
    charset = rng.choice(
        (b"utf-8", b"X-UNKNOWN", b"us-ascii", b"utf-7", b"punycode", b"utf-16", b"iso-2022-jp", b"hz", b"idna", b"''",
         b"8bit", b"unicode_escape", b"cp65001", b"\xc3\xa9")
    )  # fmt: skip
    words = rng.choice(
        ("één café €".encode("cp1252"), "één café €".encode(), b"+AOk-", "één".encode("utf-16"), b"\x1b$B$")
    )
    return join([*head, b"Content-Type: text/plain; charset=" + charset, b"", words, mark])


def broken_base64(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Cut off, with signs that do not belong, several runs, a footer of a virus scanner, or simply text."""
    lines = packed(mark + rng.randbytes(400))
    cut = rng.choice(
        ([*lines[:-1], lines[-1][:-3]], [*lines, *lines], [*lines, b"-- ", b"Gescand!"], [b"!" + one for one in lines],
         [mark], [line[::-1] for line in lines], [b"=" * 60, *lines], lines[:1])
    )  # fmt: skip
    return join(parts(head, [[*TEXT, b"", mark], [*PDF, b"", *cut]]))


def broken_quoted_printable(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """`=` at the end, `=ZZ`, soft line ends of every kind, lines of 20,000 signs."""
    odd = rng.choice((b"a=", b"=ZZ=e=E9=", b"x=\r\r\ny", b"=\n=\n=", b"=3D" * 7_000, b"= \t\r\nb", b"=C3"))
    return join([*head, *TEXT, b"Content-Transfer-Encoding: Quoted-Printable (x)", b"", mark, odd])


def uuencoded(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """uuencode in the text, whole or cut off; and the transfer encoding of that name."""
    lines = [b"begin 644 foto.jpg", b"M" + b"A" * 60, b"#0V%T", b"`", b"end"][: rng.randrange(1, 6)]
    return join(
        [*head, *TEXT, b"Content-Transfer-Encoding: " + rng.choice((b"x-uuencode", b"7bit", b"uue")), b"", mark, *lines]
    )


def boundaries(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Boundaries that are missing, empty, never closed, of another part, with strange signs, or all over the text."""
    value = rng.choice(
        (b"", b'; boundary=""', b"; boundary=elders", b'; boundary=" a "', b"; boundary*0=gre; boundary*1=ns",
         b'; boundary="=?x?="', b"; boundary=grens; boundary=ander")
    )  # fmt: skip
    body = [
        b"--grens",
        *TEXT,
        b"",
        mark,
        b"--grens x",
        b"--grensgrens",
        b"--grens",
        b"--grens",
        b"",
        b"tweede",
        b"--grens-",
    ]
    return join([*head, b"Content-Type: multipart/" + rng.choice((b"mixed", b"alternative", b"")) + value, b"", *body])


def deep_multiparts(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Multiparts in multiparts, 20 to 120 deep."""
    lines = [*TEXT, b"", mark]
    for depth in range(rng.randrange(20, 120)):
        lines = parts([], [lines], boundary=b"b%d" % depth)
    return join([*head, *lines])


def many_parts(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """More parts than a person could send."""
    return join(parts(head, [[*TEXT, b"", b"%b %d" % (mark, number)] for number in range(rng.randrange(900, 3_000))]))


def deep_messages(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Mails in mails, up to 100 deep, some in base64."""
    inner = join([*head, *TEXT, b"", mark])
    for depth in range(rng.choice((2, 10, 100))):
        coded = rng.random() < 0.1
        encoding = [b"Content-Transfer-Encoding: base64"] if coded else []
        body = packed(inner) if coded else [inner]
        lines = parts(head, [[b"Content-Type: message/rfc822", *encoding, b"", *body]], boundary=b"m%d" % depth)
        inner = join(lines)
    return inner


def odd_messages(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """message/partial, message/external-body, digests, and reports that report nothing."""
    kind = rng.choice(
        (b"message/partial; id=x; number=2; total=3", b"message/external-body; access-type=URL", b"message/rfc822",
         b"message/delivery-status", b"message/", b"message/disposition-notification")
    )  # fmt: skip
    inner = [b"Content-Type: " + kind, b"", b"Subject: binnen", b"", mark]
    if rng.random() < 0.4:
        return join([*head, *inner])
    return join(parts(head, [[*TEXT, b"", mark], inner], rng.choice((b"report", b"digest", b"mixed"))))


def hostile_html(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """HTML that never ends, runs, asks for pictures, or means nothing."""
    odd = rng.choice(
        (
            b"<script>steal()</script><img src=x onerror=steal()>",
            b"<!--" + b"<b>" * 300,
            b"<table>" * 150,
            b"&#x110000;&#0;&amp" * 50,
            b"<img src='https://x.example/p.gif'>" * 20,
            b"<style>@import 'x'</style><svg><image href='https://x'/></svg>",
            b"<div " + b" ".join(b"a%d" % number for number in range(5_000)) + b">",
            b"<a href='javascript:x'>" * 30,
            b"<plaintext>",
            b"<p><b><i>" * 100 + b"</p>" * 100,
            b"<![CDATA[<x>]]><?php ?><!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
            b"<template>" * 40,
            b"\x00<\x00b\x00>",
        )
    )
    return join([*head, *HTML, b"", b"<p>" + mark + b"</p>" + odd])


def nested_divs(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """200,000 open elements: minutes for a parser of HTML."""
    return join([*head, *HTML, b"", b"<p>" + mark + b"</p>" + rng.choice((b"<div>", b"<b>", b"<ul>")) * 200_000])


def hard_text(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Text over which patterns stumble: one line of 100 kB, thousands of quote marks or header names."""
    odd = rng.choice(
        (b"x" * 100_000, b">\r\n" * 5_000, b"Van: a\r\n" * 3_000, b"2024/1/1 " + b" <@" * 3_000, b" " * 90_000 + b"x",
         b"Op " * 9_000 + b"schreef:", b"-- \r\n" * 900, b"\r\n" * 9_000)
    )  # fmt: skip
    return join([*head, *TEXT, b"", mark, odd])


def file_names(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Direction marks, paths, devices, broken RFC 2231, names of 2,000 signs, none."""
    name = rng.choice(
        (
            'filename="factuur\u202efdp.exe"',
            'filename="../../etc/passwd"',
            'filename="C:\\\\Windows\\\\x.pdf"',
            'filename="CON.pdf"',
            "filename*=utf-8''%ZZ%E9%00.pdf",
            "filename*0*=utf-8''a; filename*2=c",
            "filename*=x-unknown''a",
            f'filename="{"é" * 2_000}.pdf"',
            'filename="a\x00b\u2028c\u200f.pdf"',
            'filename="."',
            "filename=",
            'filename="=?utf-8?B?w?=.pdf"',
            'filename="winmail.dat"',
        )
    )
    disposition = f"Content-Disposition: attachment; {name}".encode()
    return join(parts(head, [[*TEXT, b"", mark], [*PDF[1:], disposition, b"", *packed(mark)]]))


def containers(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """winmail.dat, .msg, S/MIME, calendars and PGP that hold rubbish."""
    kind, start = rng.choice(
        (
            (b"application/ms-tnef", b"\x78\x9f\x3e\x22"),
            (b"application/vnd.ms-outlook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
            (b"application/pkcs7-mime", b"\x30\x80\x06\x09"),
            (b"text/calendar; method=REQUEST", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:x\r\n"),
            (b"application/pgp-encrypted", b"Version: 1"),
            (b"application/ms-tnef", b""),
        )
    )
    body = packed(start + mark + rng.randbytes(rng.choice((0, 3, 700))))
    return join(parts(head, [[*TEXT, b"", mark], [b"Content-Type: " + kind, PDF[1], b"", *body]]))


def zip_bomb(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """8 MB of zeros in 8 kB, inside another."""
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nullen.txt", bytes(8_000_000))
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(9):
            archive.writestr(f"{number}.zip", inner.getvalue())
        archive.writestr("../zaak.txt", mark)
    kind = b'Content-Type: application/zip; name="offerte.zip"'
    return join(parts(head, [[*TEXT, b"", mark], [kind, PDF[1], b"", *packed(outer.getvalue())]]))


def odd_parts(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Empty files, texts in the wrong kind of multipart, encodings that lie, cid: links in a circle."""
    kind = rng.choice((b"mixed", b"alternative", b"related", b"signed", b"encrypted", b"x-nieuw", b"report"))
    bodies = [
        [*TEXT, b"", mark],
        [*HTML, b"Content-ID: <a@b>", b"", b"<p>" + mark + b"<img src='cid:a@b'>"],
        [*PDF, b""],
        [b"Content-Type: text", b"Content-Transfer-Encoding: base64", b"", mark],
        [b"Content-Type: image/png", b"Content-Disposition: inline", b"", mark],
        [b"Content-Type: multipart/mixed", b"Content-Transfer-Encoding: base64", b"", b"--x"],
        [],
    ]
    return join(parts(head, [[*TEXT, b"", mark], *rng.sample(bodies, 4)], kind))


FAMILIES = {
    family.__name__: family
    for family in (
        charset_lies, broken_base64, broken_quoted_printable, uuencoded, boundaries, deep_multiparts, many_parts,
        deep_messages, odd_messages, hostile_html, nested_divs, hard_text, file_names, containers, zip_bomb, odd_parts,
    )
}  # fmt: skip
