"""Attachments made by hand: PDF, docx, csv, a calendar invitation and a winmail.dat."""

import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from xml.sax.saxutils import escape

from simulators.demo import images
from simulators.demo.model import File

CONTENT_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv",
    "ics": "text/calendar",
    "tnef": "application/ms-tnef",
    "eml": "message/rfc822",
}


def _pdf_text(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def pdf(title: str, lines: Sequence[str]) -> bytes:
    """A one-page A4 document in Helvetica with a title and lines."""
    page = b"BT /F2 16 Tf 60 780 Td (" + _pdf_text(title) + b") Tj ET\n"
    for nth, line in enumerate(lines):
        page += b"BT /F1 11 Tf 60 %d Td (%s) Tj ET\n" % (745 - 18 * nth, _pdf_text(line))
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%sendstream" % (len(page), page),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
    )
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for nth, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (nth, body)
    xref = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % at for at in offsets)
    out += b"trailer\n<< /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % xref
    return bytes(out)


_OOXML = "http://schemas.openxmlformats.org"


def docx(title: str, lines: Sequence[str]) -> bytes:
    """A Word document with one paragraph per line."""
    main = f"{_OOXML}/wordprocessingml/2006/main"
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in (title, *lines))
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    rels = "application/vnd.openxmlformats-package.relationships+xml"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_OOXML}/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="{rels}"/>'
        f'<Override PartName="/word/document.xml" ContentType="{word}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{_OOXML}/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OOXML}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{main}"><w:body>{body}</w:body></w:document>',
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, xml in parts.items():
            header = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), header + xml)
    return out.getvalue()


def invitation(title: str, lines: Sequence[str], start: datetime, organizer: str, uid: str) -> bytes:
    """A meeting request of one hour (iTIP REQUEST); the first line is the place, the second the description."""
    place, description = (*lines, "", "")[:2]
    rows = (
        "BEGIN:VCALENDAR", "METHOD:REQUEST", "PRODID:-//Loketbus//demo//NL", "VERSION:2.0", "BEGIN:VEVENT",
        f"ORGANIZER:mailto:{organizer}", f"UID:{uid}", f"SUMMARY:{title}", f"LOCATION:{place}",
        f"DESCRIPTION:{description}", f"DTSTART:{start:%Y%m%dT%H%M%S}",
        f"DTEND:{start + timedelta(hours=1):%Y%m%dT%H%M%S}", f"DTSTAMP:{start:%Y%m%dT000000Z}",
        "SEQUENCE:0", "STATUS:CONFIRMED", "END:VEVENT", "END:VCALENDAR",
    )  # fmt: skip
    return ("\r\n".join(rows) + "\r\n").encode()


def _attribute(level: int, kind: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, kind, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def tnef(title: str, lines: Sequence[str]) -> bytes:
    """A winmail.dat (MS-OXTNEF) with a subject, a body and one PDF in it."""
    inner = pdf(title, lines)
    name = title.encode("cp1252", "replace")
    return (
        struct.pack("<IH", 0x223E9F78, 1)
        + _attribute(1, 0x00089006, struct.pack("<I", 0x00010000))
        + _attribute(1, 0x00069007, struct.pack("<II", 1252, 0))
        + _attribute(1, 0x00078008, b"IPM.Microsoft Mail.Note\x00")
        + _attribute(1, 0x00018004, name + b"\x00")
        + _attribute(1, 0x0002800C, "\r\n".join(lines).encode("cp1252", "replace") + b"\x00")
        + _attribute(2, 0x00069002, struct.pack("<HIHHI", 1, 0xFFFFFFFF, 0, 0, 0))
        + _attribute(2, 0x00018010, b"bijlage.pdf\x00")
        + _attribute(2, 0x0006800F, inner)
    )


def build(file: File, rng: Random) -> bytes:
    """The bytes of a file that needs nothing but its own lines."""
    match file.kind:
        case "pdf":
            return pdf(file.title, file.lines)
        case "docx":
            return docx(file.title, file.lines)
        case "tnef":
            return tnef(file.title, file.lines)
        case "csv":
            return ("\ufeff" + "\r\n".join(file.lines) + "\r\n").encode()
        case "png":
            return images.png(120, 36, rng)
        case "jpg":
            return images.jpeg(rng.randint(60, 90), rng.randint(44, 68), rng)
    raise ValueError(f"no maker for {file.kind}")
