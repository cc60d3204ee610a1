import io
import struct
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from datetime import datetime
from random import Random

import pytest

from simulators.demo import files, images
from simulators.demo.model import File


def test_pdf_offsets_point_at_their_objects() -> None:
    data = files.pdf("Offerte (herzien)", ["Prijs: 12 euro", "één \\ twee"])

    start = int(data.rsplit(b"startxref\n")[1].split()[0])
    assert data.startswith(b"%PDF-1.4")
    assert data[start : start + 4] == b"xref"
    for nth, row in enumerate(data[start:].splitlines()[3:9], 1):
        assert data[int(row[:10]) :].startswith(b"%d 0 obj" % nth)
    assert b"(Offerte \\(herzien\\))" in data
    assert "één \\\\ twee".encode("cp1252") in data


def test_docx_is_a_zip_of_well_formed_xml() -> None:
    with zipfile.ZipFile(io.BytesIO(files.docx("Verslag", ["punt 1 < punt 2"]))) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        assert "punt 1 &lt; punt 2" in archive.read("word/document.xml").decode()


def test_invitation_is_a_request_of_one_hour() -> None:
    text = files.invitation(
        "AV", ("zaal", "punt 2"), datetime(2026, 12, 1, 14), "s@example.org", "u@example.org"
    ).decode()

    assert "METHOD:REQUEST\r\n" in text
    assert "DTSTART:20261201T140000\r\nDTEND:20261201T150000\r\n" in text
    assert "LOCATION:zaal\r\n" in text


def test_tnef_attributes_follow_each_other_with_right_checksums() -> None:
    data = files.tnef("Certificaat", ["geldig"])
    assert struct.unpack_from("<I", data) == (0x223E9F78,)

    at, seen = 6, []
    while at < len(data):
        _, kind, length = struct.unpack_from("<BII", data, at)
        body = data[at + 9 : at + 9 + length]
        assert struct.unpack_from("<H", data, at + 9 + length) == (sum(body) & 0xFFFF,)
        seen.append(kind)
        at += 11 + length
    assert at == len(data)
    assert seen[0] == 0x00089006
    assert files.pdf("Certificaat", ["geldig"]) in data


def test_png_has_right_checksums_and_as_many_pixels_as_it_says() -> None:
    data = images.png(12, 7, Random(1))

    at, pixels = 8, b""
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length) == (zlib.crc32(kind + body),)
        pixels += zlib.decompress(body) if kind == b"IDAT" else b""
        at += 12 + length
    assert len(pixels) == 7 * (1 + 12 * 3)


@pytest.mark.parametrize("seed", range(5))
def test_jpeg_scan_decodes_to_the_right_number_of_blocks(seed: int) -> None:
    columns, rows = 9, 6
    data = images.jpeg(columns, rows, Random(seed))
    codes = {code: category for category, code in enumerate(images._DC_CODES)}
    scan = data[data.index(b"\xff\xda") + 10 : -2].replace(b"\xff\x00", b"\xff")
    bits = "".join(f"{byte:08b}" for byte in scan)

    shade = blocks = at = 0
    while blocks < columns * rows:
        end = next(e for e in range(at + 2, at + 10) if bits[at:e] in codes)
        size = codes[bits[at:end]]
        magnitude = bits[end : end + size]
        if size:
            shade += int(magnitude, 2) if magnitude[0] == "1" else int(magnitude, 2) - (1 << size) + 1
        assert bits[end + size] == "0"
        assert -110 <= shade <= 110
        at, blocks = end + size + 1, blocks + 1
    assert set(bits[at:]) <= {"1"}
    assert len(bits) - at < 8
    assert data.startswith(b"\xff\xd8\xff\xe0")


def test_unknown_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="eml"):
        files.build(File("x.eml", "eml"), Random(1))
