"""What is left of a text when an address was read in it, and whether that may be left out. No I/O.

What may tell a box, another house number or another address is never left out in silence: then only the building is
sure. A telephone number, a file number, a date or the name of a building says nothing about which address is meant.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from loketbus.characters import plain
from services.address.domain.boxes import BOX_WORDS, floor

_REFERENCE = re.compile(
    r"(?:tel(?:efoon)?|gsm|fax|mobiel|dossier|ref(?:erentie)?|klant|btw|tva|ean|iban|factuur|kbo|ondernemings)"
    r"(?:nummer|nr)?(?!\w)[^a-z0-9]*(?:be ?)?[0-9][0-9 ./-]*"
)
_TELEPHONE = re.compile(r"(?:\+|00)?(?:[0-9][ ./()-]{0,2}){8,13}[0-9]?")
_MONTHS = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_DATE = re.compile(rf"(?:op )?[0-9]{{1,2}}(?:[/.-][0-9]{{1,2}}[/.-]| (?:{_MONTHS}) )(?:[0-9]{{4}}|[0-9]{{2}})")
_UNITS = (
    r"x|keer|appartementen|kamers?|slaapkamers?|studio'?s|gezinnen|gezin|personen|persoon|panelen|zonnepanelen"
    r"|verdiepingen|stuks|jaar|maanden?|weken|dagen|uur|m2|m²|k(?:wh|wp|w|va)|eur(?:o)?|€|wooneenheden|woningen"
)
_QUANTITY = re.compile(rf"[0-9]{{1,5}}(?:[.,][0-9]{{1,3}})?\s?(?:(?:{_UNITS}|{_MONTHS})(?![a-z])|[€%²])")
_STOREY = re.compile(r"[0-9]{1,2} hoog(?![a-z])")
_PART_WORDS = re.compile(
    r"(?<![a-z])(?:links|rechts|midden|gauche|droite|voor(?:aan|kant)?|achter(?:aan|kant)?|boven|beneden|onder|hoog"
    r"|zolder|kelder|dak|duplex|penthouse|loft|mezzanine|entresol|souterrain|garage(?:box)?|atelier|winkel|handelspand"
    r"|(?:achter|voor|tuin|bij|boven|beneden)(?:huis|gebouw|bouw|woning|verdieping)|verdiep(?:ing)?|etage|gelijkvloers"
    r"|een|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|(?:eer|acht)ste|(?:twee|der|vier|vijf|zes|zeven|negen|tien)de"
    r"|[ivx]{2,5})(?![a-z])"
)
_MARK = re.compile(
    rf"\W*(?:(?:{BOX_WORDS})(?![a-z])|bus|bte|bo[iî]te|box"
    r"|(?:bel|blok|deur|niveau|woning|entiteit|lot|no|nr|trap|ingang)(?![a-z]))"
)
_INITIAL = re.compile(r"\W*[a-z]\.\s?[a-z]{2,}")
_LETTERS_ONLY = re.compile(
    r"(?<![a-z])(?!(?:nv|bv|vzw|cv|dr|mr|st|tv|gcv|vr|ltd)(?![a-z]))[b-df-hj-np-tv-z]{2,5}(?![a-z])"
)
"""`GVRC`: no word."""
_LONE_LETTER = re.compile(r"(?<![\w'])[a-z](?![\w'.])")
_JOINED = re.compile(r"\s*[/+_-]\s*\S")


class Left(IntEnum):
    """What a text that was left out may tell, worst last."""

    NOTHING = 0
    """Nothing about which address it is."""
    PART = 1
    """A side, a storey, a number of something: which part of the building, where it has parts."""
    NUMBER = 2
    """A box, a house number, another address."""


@lru_cache(maxsize=4096)
def weigh(text: str) -> Left:
    """Of one text that was left out. Never raises."""
    bare = plain(text).strip(" .,:()")
    if _REFERENCE.fullmatch(bare) or _TELEPHONE.fullmatch(bare) or _DATE.fullmatch(bare):
        return Left.NOTHING
    if _QUANTITY.fullmatch(bare) or floor(bare) or _STOREY.match(bare):
        return Left.PART
    if _MARK.match(bare) or any(character.isdigit() for character in bare):
        return Left.NUMBER
    part = (
        _PART_WORDS.search(bare)
        or _JOINED.match(text)
        or _LETTERS_ONLY.search(bare)
        or (_LONE_LETTER.search(bare) and not _INITIAL.match(bare))
    )
    return Left.PART if part else Left.NOTHING


def counted(text: str) -> bool:
    """It begins with a quantity (`3 appartementen`, `12,5 kWp`), a storey or a date, which is no number of a box."""
    bare = plain(text).strip(" .,:()-/")
    return any(pattern.match(bare) for pattern in (_QUANTITY, _DATE, _STOREY))
