"""An address as it came in: plain characters, cut to what can be an address, and in the parts it was written in.

No I/O. The text is cut before any pattern looks at it; what was cut off is told (`cut`), as it may hold the half of a
number.
"""

from __future__ import annotations

import re
from functools import lru_cache

from loketbus.characters import fold

READ_MAX = 4_000
"""Characters that are looked at: an address among blank lines and marks fits well within."""
TEXT_MAX = 400
"""Characters that are read."""
PARTS_MAX = 12
_SURROGATES = re.compile("[\ud800-\udfff]+")
_TAGS = re.compile("<[^<>]{0,80}>")
_UNREADABLE = re.compile(r"[\"“”„«»<>{}\[\]*?!=~^\\©®]")
_LABELS = re.compile(
    r"(?<!\w)(?:(?:werf|post|factuur|leverings?|domicilie|thuis)?adres|address|adresse|straat|rue|gemeente|plaats|woonplaats|postcode|stad)\s?:",
    re.IGNORECASE,
)
_APART = re.compile(
    r"(?<!\w)(?:p/a|c/o|(?:gelegen|wonende?|woonachtig|gevestigd|gedomicilieerd|gehuisvest)(?:\s+(?:te|in|aan|op|bij))?)(?!\w)",
    re.IGNORECASE,
)
"""Words that say nothing themselves and part what stands before and behind."""
_BREAK = re.compile(
    r"[\n\r\t;|]+|,+(?![0-9]{1,3}\s?(?:k(?:wh|wp|va|w)|m2|m²|eur|[%€]))|:\s+(?=[^\W\d_]{3})|(?<=\w)\s+[-/•]\s+(?=(?:BE?-?)?[1-9][0-9]{3}(?![0-9])|[^\W\d_]{2})",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]")
_COUNTRY = re.compile(r"(?:^|(?<=[\s)]))(?:belgi[eë]|belgique|belgium|belgien|BE)\W*$", re.IGNORECASE)
_PO_BOX = re.compile(
    r"(?<!\w)(?:postbus|post\s?box|p\.?\s?o\.?\s?box|bo[iî]te postale|b\.p\.?|bp|pb)\W{0,3}[0-9]{1,6}(?!\w)",
    re.IGNORECASE,
)
_BOITE = re.compile(r"^bo[iî]te\W{1,3}[0-9]{1,6}(?!\w)", re.IGNORECASE)
"""A PO box, but only where no house number stands beside it."""
_DIGITS = re.compile("[0-9]+")
_POSTCODE_DIGITS = 4


def one_line(text: str) -> str:
    """What was asked, to show it again: without marks that nobody sees, at most `TEXT_MAX` characters."""
    line = " ".join(_SURROGATES.sub("", fold(text[:READ_MAX]).text).split())
    return line if len(line) <= TEXT_MAX else line[: TEXT_MAX - 1] + "…"


def tidy(text: str) -> str:
    """Plain characters, at most `TEXT_MAX`; line ends stay. Never raises."""
    return _whole(text)[:TEXT_MAX]


def cut(text: str) -> bool:
    """There is more in it than is read."""
    if len(text) <= 2 * PARTS_MAX:
        return False
    return len(_whole(text)) > TEXT_MAX or bool(text[READ_MAX:].strip()) or len(_pieces(text)) > PARTS_MAX


def parts(text: str) -> tuple[str, ...]:
    """What stands between commas, line ends and loose dashes, without country and labels (`Adres:`, `gelegen te`)."""
    return _pieces(text)[:PARTS_MAX]


def without_po_box(pieces: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The parts without a PO box, and the PO box as it was written; "" when there is none."""
    for at, piece in enumerate(pieces):
        if box := _PO_BOX.search(piece) or _boite(pieces, at):
            kept = (_trimmed(piece[: box.start()]), _trimmed(piece[box.end() :]))
            return (*pieces[:at], *filter(None, kept), *pieces[at + 1 :]), box[0]
    return pieces, ""


def _boite(pieces: tuple[str, ...], at: int) -> re.Match[str] | None:
    found = _BOITE.match(pieces[at])
    if found is None:
        return None
    others = _DIGITS.findall(" ".join((*pieces[:at], pieces[at][found.end() :], *pieces[at + 1 :])))
    return found if all(len(digits) == _POSTCODE_DIGITS for digits in others) and len(others) < 2 else None


@lru_cache(maxsize=1024)
def _whole(text: str) -> str:
    plain = _SURROGATES.sub("", fold(text[:READ_MAX]).text)
    plain = _UNREADABLE.sub(" ", _TAGS.sub("\n", plain)) if not plain.isalnum() else plain
    lines = (" ".join(line.split()) for line in plain.splitlines())
    return "\n".join(line for line in lines if line)


@lru_cache(maxsize=1024)
def _pieces(text: str) -> tuple[str, ...]:
    pieces = (_trimmed(piece) for piece in _BREAK.split(_APART.sub(",", _LABELS.sub(",", tidy(text)))))
    return tuple(piece for piece in pieces if _WORD.search(piece))


def _trimmed(piece: str) -> str:
    return _COUNTRY.sub("", piece.strip(" .,:-/+")).strip(" .,:-/+")
