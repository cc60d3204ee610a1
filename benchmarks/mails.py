"""The mails of `mail_parse`: the demo's, larger ones as a desk gets them, and the standard library's own test mails."""

from __future__ import annotations

import base64
import sysconfig
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from textwrap import fill

from simulators.demo import write

SEED = 2800
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
KILOBYTE = 1_000
LARGER = {"photos": 4, "quote": 8, "thread": 6, "newsletter": 4, "forward": 3}
"""Of 100 mails: photos from a telephone (2 to 4 of 0.4 to 1.5 MB), a quotation as PDF (80 to 600 kB), a long thread in
both forms (some 25 kB of text, 60 kB of HTML), a newsletter in tables (90 kB), a forwarded mail with its files."""
_WORDS = ("isolatie", "dak", "offerte", "premie", "lening", "warmtepomp", "ketel", "attest", "aannemer", "syndicus")
_HEAD = (
    "Van: An Peeters <an@burger.example>\nVerzonden: maandag 2 november 2026 10:15\nAan: Loket\nOnderwerp: RE: dak\n"
)
_ROW = (
    '<tr><td {1} width="50%"><img src="https://nieuws.example/{0}.png" width="260" height="140" alt="">{2}</td>'
    '<td {1}><h3>{2}</h3><p>{3} <a href="https://nieuws.example/{0}">Lees meer</a></p></td></tr>'
)


def make(folder: Path, count: int) -> tuple[list[bytes], list[bytes]]:
    """Returns (the demo's mails, every mail): some `count` of the demo, and larger ones in the mix of `LARGER`."""
    manifest = write(folder, count, SEED, NOW)
    small = [(folder / entry.file).read_bytes() for entry in manifest.entries]
    rng = Random(SEED)
    makers = {"photos": _photos, "quote": _quote, "thread": _thread, "newsletter": _newsletter, "forward": _forward}
    larger = [makers[kind](rng) for kind, share in LARGER.items() for _ in range(max(1, count * share // 100))]
    return small, [*small, *larger, *_of_the_standard_library()]


def with_attachments(rng: Random, sizes: list[int]) -> bytes:
    """A mail with attachments of so many bytes, in base64."""
    parts = [_text(_sentences(rng, 6))]
    for number, size in enumerate(sizes, 1):
        parts.append(_file(f"IMG_{number:04}.jpg", "image/jpeg", rng.randbytes(size)))
    return _multipart(rng, "mixed", parts)


def _photos(rng: Random) -> bytes:
    return with_attachments(rng, [rng.randrange(400, 1_500) * KILOBYTE for _ in range(rng.randrange(2, 5))])


def _quote(rng: Random) -> bytes:
    content = b"%PDF-1.7\n" + rng.randbytes(rng.randrange(80, 600) * KILOBYTE)
    parts = [_both(rng, [_sentences(rng, 8)]), _file("offerte.pdf", "application/pdf", content)]
    return _multipart(rng, "mixed", parts)


def _thread(rng: Random) -> bytes:
    return _mail(rng, _both(rng, [_sentences(rng, 14) for _ in range(18)]))


def _newsletter(rng: Random) -> bytes:
    style = 'style="font-family:Arial,sans-serif;font-size:14px;line-height:21px;color:#333333;padding:8px 16px"'
    rows = "".join(_ROW.format(number, style, _sentences(rng, 1), _sentences(rng, 5)) for number in range(110))
    page = f"<html><body><table width=600><tr><td><table>{rows}</table></td></tr></table></body></html>"
    return _mail(rng, _html(page), "List-Unsubscribe: <https://nieuws.example/uit>\r\n")


def _forward(rng: Random) -> bytes:
    return _multipart(rng, "mixed", [_text("Voor jullie."), b"Content-Type: message/rfc822\r\n\r\n" + _quote(rng)])


def _of_the_standard_library() -> Iterator[bytes]:
    """Present where Python was installed with its tests."""
    folder = Path(sysconfig.get_path("stdlib")) / "test" / "test_email" / "data"
    return (path.read_bytes() for path in sorted(folder.glob("*.txt")))


def _sentences(rng: Random, count: int) -> str:
    return " ".join(" ".join(rng.choices(_WORDS, k=rng.randrange(6, 14))).capitalize() + "." for _ in range(count))


def _both(rng: Random, paragraphs: list[str]) -> bytes:
    """Plain text and HTML, each paragraph but the first under the headers of an older mail."""
    plain, page = fill(paragraphs[0], 76), f"<p class=MsoNormal>{paragraphs[0]}<o:p></o:p></p>"
    head = "<br>".join(f"<b>{line}</b>" for line in _HEAD.replace("<", "&lt;").splitlines())
    for paragraph in paragraphs[1:]:
        plain += f"\n\n________________________________\n{_HEAD}\n{fill(paragraph, 76)}"
        page += f'<div style="border-top:solid #E1E1E1 1.0pt"><p class=MsoNormal>{head}</p></div>'
        page += f'<p class=MsoNormal><span lang=NL style="font-size:11.0pt">{paragraph}</span></p>' * 2
    return _parts(rng, "alternative", [_text(plain), _html(f"<html><body lang=NL>{page}</body></html>")])


def _text(text: str) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.replace("\n", "\r\n").encode()


def _html(page: str) -> bytes:
    head = "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + _base64(page.encode())


def _file(name: str, kind: str, content: bytes) -> bytes:
    head = (
        f'Content-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + _base64(content)


def _base64(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _multipart(rng: Random, kind: str, parts: list[bytes]) -> bytes:
    return _mail(rng, _parts(rng, kind, parts))


def _parts(rng: Random, kind: str, parts: list[bytes]) -> bytes:
    boundary = f"----=_Part_{rng.getrandbits(64):016x}".encode()
    head = b'Content-Type: multipart/%b; boundary="%b"\r\n\r\n' % (kind.encode(), boundary)
    return head + b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts) + b"--%b--\r\n" % boundary


def _mail(rng: Random, body: bytes, more: str = "") -> bytes:
    number = f"{rng.getrandbits(64):016x}"
    route = "".join(
        f"Received: from mx{hop}.provider.example (mx{hop}.provider.example [192.0.2.{hop}])\r\n"
        f"\tby mx{hop + 1}.provider.example with ESMTPS id {number}; Mon, 2 Nov 2026 10:15:0{hop} +0100\r\n"
        for hop in range(4)
    )
    head = (
        f"{route}From: An Peeters <an@burger.example>\r\nTo: Energieloket <loket@stad.example>\r\n"
        f"Subject: Vraag {number[:4]} over het dak\r\nDate: Mon, 2 Nov 2026 10:15:00 +0100\r\n"
        f"Message-ID: <{number}@burger.example>\r\nMIME-Version: 1.0\r\n{more}"
    )
    return head.encode() + body
