"""PNG and JPEG pictures from a few numbers, so that no photograph of anybody is needed."""

import math
import struct
import zlib
from random import Random


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rng: Random) -> bytes:
    """An RGB picture: a two-coloured sign with a diagonal."""
    ink = bytes(rng.randint(0, 160) for _ in range(3))
    paper = bytes(rng.randint(200, 255) for _ in range(3))
    rows = b"".join(
        b"\x00" + b"".join(ink if (x * height) // width > y else paper for x in range(width)) for y in range(height)
    )
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")
    )


# The table of ITU T.81 annex K.3 for luminance DC differences: number of codes per length, then the categories.
_DC_COUNTS = bytes((0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0))
_DC_CATEGORIES = bytes(range(12))
_DC_CODES = ("00", "010", "011", "100", "101", "110", "1110", "11110", "111110", "1111110", "11111110", "111111110")
_END_OF_BLOCK = "0"


def _segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def _difference(value: int) -> str:
    """The bits of one DC difference: the code of its category, then its magnitude."""
    category = abs(value).bit_length()
    magnitude = value if value >= 0 else value + (1 << category) - 1
    return _DC_CODES[category] + (f"{magnitude:0{category}b}" if category else "")


def _shade(x: float, y: float, horizon: float, rng: Random) -> int:
    """Brightness (-100..100) of a wall under a sky, with a dark window or stain."""
    light = 70 - 40 * y if y < horizon else 10 + 25 * math.sin(9 * x)
    stain = 55 * math.exp(-((x - 0.6) ** 2 + (y - 0.7) ** 2) / 0.02)
    return int(max(-100, min(100, light - stain + rng.gauss(0, 5))))


def jpeg(columns: int, rows: int, rng: Random) -> bytes:
    """A grey baseline JPEG of columns x rows blocks of 8 x 8 pixels, each one shade, like a coarse photograph."""
    horizon = rng.uniform(0.2, 0.5)
    bits: list[str] = []
    before = 0
    for row in range(rows):
        for column in range(columns):
            shade = _shade(column / columns, row / rows, horizon, rng)
            bits.append(_difference(shade - before) + _END_OF_BLOCK)
            before = shade
    stream = "".join(bits)
    stream += "1" * (-len(stream) % 8)
    scan = int(stream, 2).to_bytes(len(stream) // 8, "big").replace(b"\xff", b"\xff\x00")
    return (
        b"\xff\xd8"
        + _segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + _segment(0xDB, b"\x00" + bytes((8,)) * 64)
        + _segment(0xC0, struct.pack(">BHHB", 8, rows * 8, columns * 8, 1) + b"\x01\x11\x00")
        + _segment(0xC4, b"\x00" + _DC_COUNTS + _DC_CATEGORIES)
        + _segment(0xC4, b"\x10" + bytes((1,)) + bytes(15) + b"\x00")
        + _segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
        + scan
        + b"\xff\xd9"
    )
