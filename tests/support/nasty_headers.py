"""Families of nasty mails whose headers are the trouble."""

from __future__ import annotations

from random import Random

from tests.support.nasty_bodies import TEXT, join, replaced


def broken_lines(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Lines without a colon, without a name, with a blank before the first one."""
    bad = [
        b"dit is geen kop",
        b": zonder naam",
        b"Onderwerp met spatie : x",
        b"X-Leeg:",
        b"\x80\x81: x",
        b"=20",
        b">From a",
    ]
    for line in rng.sample(bad, 3):
        head.insert(rng.randrange(len(head) + 1), line)
    return join([*head, *TEXT, b"", b"Tekst " + mark])


def no_empty_line(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """The text stands right under the headers."""
    return join([*head, b"Geachte, " + mark, b"nog een regel"])


def folded_badly(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Continuation lines first, of blanks only, and of 60 levels."""
    odd = rng.choice((b" vervolg van niets", b"Subject:\r\n \r\n\t\r\n laat", b"X-Diep: a" + b"\r\n b" * 60))
    return join([odd, *head, *TEXT, b"", mark])


def raw_8bit(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Headers in Latin-1, UTF-8 or neither, and nobody says which."""
    odd = rng.choice(
        ("Vraag één é à".encode("latin-1"), "Vraag één 漢字".encode(), b"\xff\xfe\x00V\x00r", b"\xc3\x28\xa0")
    )
    head = replaced(head, b"Subject", odd + b" " + mark)
    return join([*replaced(head, b"From", odd + b" <an@burger.example>"), *TEXT, b"", mark])


def encoded_words(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """RFC 2047 cut off, in unknown charsets, nested, split inside a character."""
    odd = rng.choice(
        (
            b"=?utf-8?B?w?= =?utf-8?B?qQ==?=",
            b"=?x-unknown?Q?caf=E9?=",
            b"=?utf-8?Q?=C3?= =?utf-8?Q?=A9?=",
            b"=?utf-8?Q?open",
            b"=?utf-8?B?" + b"QUJD" * 300,
            b"=?=?utf-8?Q?a?=?=",
            b"=?utf-16?B?//4=?=",
            b"=?iso-2022-jp?B?GyRC?=",
            b"=?utf-8?Q?a=00b=07c?=",
        )
    )
    return join([*replaced(head, b"Subject", odd + b" " + mark), *TEXT, b"", mark])


def exchange_id(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Message-IDs as Exchange and others write them: `<[x]@y>`, without brackets, two, empty, folded, endless."""
    number = b"%x" % rng.getrandbits(64)
    odd = rng.choice(
        (
            b"<[" + number + b"]@stad.example>",
            number + b"@zonder.haken",
            b"<" + number + b"@a> <b@c>",
            b"<>",
            b"\r\n <" + number + b"\r\n @gevouwen>",
            b"<" + number * 300 + b">",
            b"<" + number + b"@" + "é".encode() + b">",
        )
    )
    return join([*replaced(head, b"Message-ID", odd), b"References: " + odd + b" <x@y>", *TEXT, b"", mark])


def groups(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Group addresses, also where the standard library's newer parser crashes on them."""
    odd = rng.choice(
        (
            b"undisclosed-recipients:;",
            b"Buren: an@b.example, bo@c.example;, los@d.example",
            b"A: B: c@d.example;;",
            b"Leeg:",
            b"(commentaar) Groep:a@b.example;",
        )
    )
    head = replaced(head, rng.choice((b"To", b"From")), odd)
    return join([*head, *TEXT, b"", mark])


def odd_addresses(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Addresses that no grammar allows."""
    odd = rng.choice(
        (
            b"<<an@b.example>>",
            b"an@b.example <bo@c.example>",
            b'"An" <an@b',
            b"@@@",
            b"an@[127.0.0.1]",
            b"mailto:an@b.example",
            b"an at b.example",
            b'=?utf-8?Q?"An,_B"?= <an@b.example>',
            b"(" * 3_000,
            b'"' + b"\\" * 2_001,
            b"<@r1,@r2:an@b.example>",
            b",,,;",
            b"an@b.example\x00",
        )
    )
    return join([*replaced(head, b"From", odd), b"Cc: " + odd, *TEXT, b"", mark])


def dates(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """No date, or none that can be."""
    odd = rng.choice(
        (b"", b"gisteren", b"31 Feb 2026 10:00", b"1 Jan 99999 00:00:00 +0000", b"2 Nov 2026 10:00 +9999", b"\xff",
         b"0 0 0 0:0:0", b"Mon, 2 Nov 2026 10:15:00 +0100" * 99, b"1 Jan 1 00:00:00 -2359", b"-1")
    )  # fmt: skip
    return join([*replaced(head, b"Date", odd), *TEXT, b"", mark])


def twice(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Headers that may stand once, twice and different."""
    more = [b"From: ander@c.example", b"Subject: anders", b"Date: 1 Jan 2020 00:00:00 +0000", b"Message-ID: <anders@x>"]
    more += [b"Content-Type: text/html", b"MIME-Version: 9.9"]
    return join([*head, *rng.sample(more, 4), *TEXT, b"", mark])


def nul_bytes(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """NUL and other controls among headers and text."""
    raw = bytearray(join([*head, *TEXT, b"", mark, b"regel", b"regel"]))
    for _ in range(12):
        raw.insert(rng.randrange(len(raw)), rng.choice(b"\x00\x00\x01\x07\x08\x0b\x0c\x1a\x1b\x7f"))
    return bytes(raw) + mark


def huge_header(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """References of 200 kB, 5,000 recipients, 3,000 lines, one word of 300 kB."""
    odd = rng.choice(
        (
            b"References: " + b"\r\n ".join(b"<%d@x.example>" % number for number in range(9_000)),
            b"To: " + b",\r\n ".join(b"Naam %d <n%d@x.example>" % (number, number) for number in range(5_000)),
            b"\r\n".join(b"X-Spam-%d: ja" % number for number in range(3_000)),
            b"X-Lang: " + b"x" * 300_000,
            b"Content-Type: text/plain; " + b"; ".join(b'a%d="b"' % number for number in range(4_000)),
        )
    )
    return join([*head, odd, b"", mark])


def from_line(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """mbox: a From line in front, quoted ones in the text, a second mail behind the first."""
    first = b"From an@burger.example Mon Nov  2 10:15:00 2026"
    tail = rng.choice(([], [b"", first, b"Subject: nog een", b"", b"tweede mail"]))
    return join([first, *head, *TEXT, b"", mark, b">From hier af", b"From daar", *tail], b"\n")


def loops(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Robots: out-of-office, lists, bounces without sender, and headers that contradict each other."""
    more = [
        b"Auto-Submitted: auto-replied",
        b"Precedence: bulk",
        b"Return-Path: <>",
        b"X-Loop: loket",
        b"List-Id: <n.x>",
    ]
    more += [
        b"X-Auto-Response-Suppress: All",
        b"Auto-Submitted: no",
        b"X-MS-Exchange-Inbox-Rules-Loop: loket@stad.example",
    ]
    head = replaced(head, b"From", rng.choice((b"MAILER-DAEMON@x.example", b"<>", b"an@burger.example")))
    return join([*head, *rng.sample(more, 3), *TEXT, b"", mark])


FAMILIES = {
    family.__name__: family
    for family in (
        broken_lines, no_empty_line, folded_badly, raw_8bit, encoded_words, exchange_id, groups, odd_addresses, dates,
        twice, nul_bytes, huge_header, from_line, loops,
    )
}  # fmt: skip
