"""Bytes to text when the declared charset is wrong, unknown or absent; the result always encodes as UTF-8."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from charset_normalizer import from_bytes

from services.mail_ingest.parsing.model import Notes, Oddity

SAMPLE_BYTES = 65_536
_WESTERN = frozenset("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœßÀÁÂÄÇÈÉÊËÎÏÔÖÙÛÜŒ€£§°²³µ·«»‘’“”„–—…•´¨©®™½¼¾×\xa0\xad")
_PLAUSIBLE_SHARE = 0.9
_STRANGE_SHARE_MAX = 0.6
"""Western text has few accents; Cyrillic or Greek read as cp1252 has nothing else."""
# Guessing among these only: on short Dutch text a free guess prefers exotic code pages to cp1252.
_CANDIDATES = ["utf_8", "cp1252", "mac_roman", "cp850", "cp1250", "cp1251", "cp1253", "cp1254"]
# Python's own codecs that no mail uses; punycode and idna take quadratic time.
_REFUSED = frozenset({"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
# Mailers say these and mean Windows' superset (WHATWG Encoding Standard, section 4.2, labels).
_MEANS_CP1252 = frozenset({"ascii", "iso8859-1", "cp1252"})
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, and whether its charset was a guess that another version of the guesser could make differently."""

    text: str
    guessed: bool = False


def decode(data: bytes, declared: str | None, notes: Notes) -> Decoded:
    """Decode one text part; never raises."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return Decoded(data.decode(name, "replace"))
    codec = _codec(declared)
    if data.isascii() and not _says_more_than_ascii(data, codec):
        return Decoded(data.decode("ascii"))
    wanted = _decode_declared(data, codec)
    if wanted is not None:
        return Decoded(wanted)
    if declared:
        notes.add(Oddity.CHARSET_REPAIRED)
    return _repair(data)


def decode_header_bytes(data: bytes) -> str:
    """Raw 8-bit header bytes, which name no charset: UTF-8 (RFC 6532), else Windows' Western code page."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _western(data)


def clean(text: str, notes: Notes | None = None) -> str:
    """Remove what no text field may hold: NUL and other controls (tab and line ends stay), lone surrogates."""
    cleaned, count = _UNWANTED.subn("", text)
    if count and notes is not None:
        notes.add(Oddity.CONTROL_CHARACTERS)
    return cleaned


def _codec(declared: str | None) -> str | None:
    try:
        name = codecs.lookup((declared or "").strip().strip("'\"")).name
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if name.replace("-", "_") in _REFUSED else name


def _says_more_than_ascii(data: bytes, codec: str | None) -> bool:
    """ISO-2022, HZ and UTF-7 write other letters in ASCII bytes; UTF-16 and UTF-32 fill theirs up with NUL."""
    name = codec or ""
    return name.startswith(("iso2022", "utf-7", "hz")) or (name.startswith(("utf-16", "utf-32")) and b"\0" in data)


def _decode_declared(data: bytes, codec: str | None) -> str | None:
    """The text if the declared charset fits, else None."""
    if codec is None:
        return None
    if codec in _MEANS_CP1252:
        # Valid multi-byte UTF-8 is never meant as "Ã©": such mail was declared wrongly.
        return None if _is_utf8(data) else _western(data) if codec != "ascii" else None
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None


def _repair(data: bytes) -> Decoded:
    if _is_utf8(data):
        return Decoded(data.decode())
    western = _western(data)
    if _looks_western(western[:SAMPLE_BYTES]):
        return Decoded(western)
    best = from_bytes(data[:SAMPLE_BYTES], cp_isolation=_CANDIDATES).best()
    return Decoded(data.decode(best.encoding, "replace") if best else western, guessed=True)


def _looks_western(text: str) -> bool:
    strange = [char for char in text if char > "\x7f"]
    known = sum(char in _WESTERN for char in strange)
    letters = sum(char.isalpha() for char in text)
    return known >= _PLAUSIBLE_SHARE * len(strange) and len(strange) <= _STRANGE_SHARE_MAX * max(letters, 1)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _western(data: bytes) -> str:
    """cp1252; its five unassigned bytes become U+FFFD."""
    return data.decode("cp1252", "replace")
