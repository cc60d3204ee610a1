"""Thousands of small unique mails for tests and benchmarks; no manifest, no oddities."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from simulators.demo import clock, transport
from simulators.demo.cast import DESK_ADDRESS

_SUBJECTS = ("premie dak", "lening", "tegeltuin", "vraag VME", "huurwoning", "wijkrenovatie", "warmtepomp")
_TEMPLATE = (
    "From: Bewoner {n} <bewoner{n}@example.org>\r\n"
    "To: {to}\r\n"
    "Subject: {subject} {n}\r\n"
    "Date: {date}\r\n"
    "Message-ID: <{seed}.{n}@bulk.example>\r\n"
    "{reply}"
    "MIME-Version: 1.0\r\n"
    'Content-Type: text/plain; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: 7bit\r\n"
    "\r\n"
    "Beste,\r\n\r\nDit is vraag {n} over {subject}. Kan iemand mij terugbellen?\r\n\r\nGroeten,\r\nBewoner {n}\r\n"
)
_REPLY_EVERY = 10


def messages(count: int, seed: int, now: datetime, first: int = 0) -> Iterator[bytes]:
    """Mails `first` .. `first + count - 1`, the last one at `now`; every tenth answers the one before it."""
    end = clock.wall(now)
    for n in range(first, first + count):
        reply = f"In-Reply-To: <{seed}.{n - 1}@bulk.example>\r\n" if n % _REPLY_EVERY == _REPLY_EVERY - 1 else ""
        date = transport.stamp(end - timedelta(seconds=first + count - 1 - n))
        subject = _SUBJECTS[n % len(_SUBJECTS)]
        yield _TEMPLATE.format(n=n, seed=seed, to=DESK_ADDRESS, subject=subject, date=date, reply=reply).encode("ascii")


def write_bulk(out: Path, count: int, seed: int, now: datetime, first: int = 0) -> list[Path]:
    """Writes the mails as `out`/000000.eml and on; returns the paths in order of arrival."""
    out.mkdir(parents=True, exist_ok=True)
    paths = [out / f"{n:06d}.eml" for n in range(first, first + count)]
    for path, raw in zip(paths, messages(count, seed, now, first), strict=True):
        path.write_bytes(raw)
    return paths
