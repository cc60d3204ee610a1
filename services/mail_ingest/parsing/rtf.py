"""RTF to HTML or text. Outlook wraps the HTML of a mail in RTF (MS-OXRTFEX) and packs that (MS-OXRTFCP).

Linear, and plain on purpose: of RTF that is no wrapped HTML only the words and the ends of lines are taken.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

import compressed_rtf

from services.mail_ingest.parsing.mapi import BrokenError, charset

PACKED_BYTES = 1_000_000
"""Unpacks to at most eight times as much, byte by byte in Python: seconds."""
DEPTH = 500
_TOKEN = re.compile(
    rb"\\(?P<word>[a-z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\",
    re.DOTALL,
)
_HIDDEN = {b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer", b"fldinst"}
_BREAKS = {b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"tab": "\t", b"cell": "\t"}
_SIGNS = {
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"endash": "–",
    b"emdash": "—",
}
_SYMBOLS = {b"~": "\xa0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n"}


@dataclass(slots=True)
class Group:
    """What holds between two braces."""

    hidden: bool = False
    tag: bool = False
    """Inside `\\*\\htmltag`: a piece of the HTML itself."""
    rtf_only: bool = False
    """Inside `\\htmlrtf`: what RTF needs and HTML must not see."""
    skip: int = 1
    """Characters after `\\uN` that say the same for old readers."""
    starred: bool = False


@dataclass(slots=True)
class Words:
    """Collects output; bytes wait until it is known that their character is whole."""

    wrapped: bool
    """The RTF says that it wraps HTML."""
    codec: str = "cp1252"
    pieces: list[str] = field(default_factory=list)
    waiting: bytearray = field(default_factory=bytearray)
    to_skip: int = 0

    def add(self, text: str) -> None:
        """Text as it is."""
        self.flush()
        self.pieces.append(text)

    def flush(self) -> None:
        """Decode what waits."""
        if self.waiting:
            self.pieces.append(self.waiting.decode(self.codec, "replace"))
            self.waiting.clear()


def unpack(packed: bytes) -> bytes:
    """PidTagRtfCompressed to RTF (raises `BrokenError`)."""
    if len(packed) > PACKED_BYTES:
        raise BrokenError
    try:
        return bytes(compressed_rtf.decompress(packed))
    except Exception as error:  # the library raises nothing more precise
        raise BrokenError from error


def is_html(rtf: bytes) -> bool:
    """Whether it wraps HTML."""
    return b"\\fromhtml1" in rtf[:4_096]


def read(rtf: bytes) -> str:
    """The HTML that it wraps if `is_html`, else its text (raises `BrokenError`)."""
    words = Words(wrapped=is_html(rtf))
    groups = [Group()]
    for token in _TOKEN.finditer(rtf):
        if token["brace"] == b"{":
            if len(groups) > DEPTH:
                raise BrokenError
            groups.append(replace(groups[-1], starred=False))
        elif token["brace"]:
            if len(groups) > 1:
                groups.pop()
        elif token["word"] is not None:
            _word(token["word"], token["number"], groups[-1], words)
        else:
            _characters(token, groups[-1], words)
    words.flush()
    return _join_surrogates("".join(words.pieces)).replace("\0", "")


def _word(word: bytes, number: bytes | None, group: Group, words: Words) -> None:
    value = int(number) if number else None
    if word == b"htmltag":
        group.tag, group.hidden, group.rtf_only = words.wrapped, not words.wrapped, False
    elif word == b"htmlrtf":
        group.rtf_only = words.wrapped and value != 0
    elif group.starred or word in _HIDDEN:
        group.hidden = True
    elif word == b"ansicpg" and value is not None:
        words.codec = _codec(value)
    elif word == b"uc":
        group.skip = min(max(value or 0, 0), 10)
    elif word == b"u" and value is not None:
        _unicode(value, group, words)
    elif _shown(group) and (word in _BREAKS or word in _SIGNS):
        words.add(_BREAKS.get(word) or _SIGNS[word])
    group.starred = False


def _unicode(value: int, group: Group, words: Words) -> None:
    if _shown(group):
        words.add(chr(value & 0xFFFF))
    words.to_skip = group.skip


def _characters(token: re.Match[bytes], group: Group, words: Words) -> None:
    if token["symbol"] == b"*":
        group.starred = True
        return
    if not _shown(group):
        return
    if token["symbol"] is not None:
        if token["symbol"] in _SYMBOLS:
            words.add(_SYMBOLS[token["symbol"]])
        return
    data = bytes.fromhex(token["hex"].decode()) if token["hex"] else token["text"] or b""
    skipped = min(words.to_skip, len(data))
    words.to_skip -= skipped
    words.waiting += data[skipped:]


def _shown(group: Group) -> bool:
    return not group.hidden and not group.rtf_only


def _codec(codepage: int) -> str:
    try:
        return codecs.lookup(charset(codepage) or "").name
    except LookupError:
        return "cp1252"


def _join_surrogates(text: str) -> str:
    """`\\u` writes UTF-16: what lies beyond it comes as two halves."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
