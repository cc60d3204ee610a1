"""Families of nasty mails that were good once, or never were mails."""

from __future__ import annotations

from random import Random

from tests.support.nasty_bodies import HTML, PDF, TEXT, join, packed, parts


def good(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """A usual mail: text in two forms and a file."""
    both = parts(
        [], [[*TEXT, b"", b"Dag, " + mark], [*HTML, b"", b"<p>Dag, " + mark + b"</p>"]], b"alternative", b"binnen"
    )
    return join(parts(head, [both, [*PDF, b"", *packed(mark + rng.randbytes(300))]]))


def line_ends(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Only line feeds, only carriage returns, both by turns, or doubled."""
    lines = good(rng, head, mark).split(b"\r\n")
    ends = rng.choice(((b"\n",), (b"\r",), (b"\n", b"\r\n", b"\r"), (b"\r\r\n",), (b"\n\r",)))
    return b"".join(line + rng.choice(ends) for line in lines)


def flipped(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Some bytes are others."""
    raw = bytearray(good(rng, head, mark))
    for _ in range(rng.choice((1, 5, 40))):
        raw[rng.randrange(len(raw))] = rng.randrange(256)
    return bytes(raw) + mark


def cut_off(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Ends in the middle, of a header too."""
    raw = good(rng, [head[3], *head[:3], *head[4:]], mark)
    return raw[: rng.randrange(len(mark) + 20, len(raw))]


def shuffled(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Lines in another order, twice, or gone."""
    lines = good(rng, head, mark).split(b"\r\n")
    for _ in range(rng.choice((1, 6))):
        at = rng.randrange(len(lines))
        line = lines.pop(at)
        if rng.random() < 0.6:
            lines.insert(rng.randrange(len(lines) + 1), line)
    return join([*lines, mark])


def glued(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """Half of one mail behind half of another."""
    first, second = good(rng, head, mark), good(rng, head, mark + b" bis")
    return first[: rng.randrange(40, len(first))] + second[rng.randrange(len(second)) :] + mark


def rubbish(rng: Random, head: list[bytes], mark: bytes) -> bytes:
    """No mail at all: random bytes, letters, a picture, a web page, a line, headers without text."""
    return rng.choice(
        (
            rng.randbytes(rng.choice((1, 30, 3_000))) + mark,
            bytes(rng.choices(b"abc:; \r\n=?<>@", k=2_000)) + mark,
            b"\x89PNG\r\n\x1a\n" + rng.randbytes(900) + mark,
            b"<html><body>" + mark + b"</body></html>",
            mark,
            b"\xef\xbb\xbfSubject: " + mark + b"\r\n\r\ntekst",
            b"\r\n\r\n" + mark,
            b"Subject: " + mark,
            b"PK\x03\x04" + mark,
            "Subject: utf-16 ".encode("utf-16") + mark,
        )
    )


FAMILIES = {family.__name__: family for family in (good, line_ends, flipped, cut_off, shuffled, glued, rubbish)}
