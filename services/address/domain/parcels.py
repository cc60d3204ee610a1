"""caPaKey: the name of a cadastral parcel, in its three notations (reference section 1.5). No I/O.

`21683D0265/02R020` (land register) is `21683D0265-02R020` (id in the address register) and `21683_D_0265_R_020_02`
(legger, old CRAB), where the bis number stands last. An administrative parcel adds a partition: `P0000`. The first five
digits are the cadastral division, no NIS code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from loketbus.characters import fold
from loketbus.errors import Rejected

EXAMPLE = "21683D0265/02R020"
TEXT_MAX = 60
_KEY = re.compile(r"([0-9]{5})([A-Z])([0-9]{4})[/-]([0-9]{2})([A-Z_0])([0-9]{3})(?:[/_-]?(P[0-9]{4}))?")
_LEGGER = re.compile(r"([0-9]{5})_([A-Z])_([0-9]{4})_([A-Z_0]?)_([0-9]{3})_([0-9]{2})(?:_?(P[0-9]{4}))?")
_TEMPLATES = ("dddddSgggg/bbLppp", "ddddd_S_gggg_L_ppp_bb")
_CLASSES = {"S": "[A-Z]", "L": "[A-Z_0]", "/": "[/-]", "_": "_"}
_NAMES = {
    "d": "de afdeling (vijf cijfers)",
    "S": "de sectie (een letter)",
    "g": "het grondnummer (vier cijfers)",
    "b": "het bisnummer (twee cijfers)",
    "L": "de letterexponent",
    "p": "de cijferexponent (drie cijfers)",
}


@dataclass(frozen=True, slots=True)
class CaPaKey:
    """One parcel: `division` 5 digits, `section` a letter, `ground` 4 digits, `bis` 2, `letter`, `power` 3."""

    division: str
    section: str
    ground: str
    bis: str
    letter: str
    """Letter exponent; `_` or `0` for none, as it was given."""
    power: str
    partition: str | None = None
    """`P0000` of an administrative parcel; the register does not know it."""

    @property
    def text(self) -> str:
        """The one that goes out: `21683D0265/02R020`."""
        return f"{self.division}{self.section}{self.ground}/{self.bis}{self.letter}{self.power}"

    @property
    def object_id(self) -> str:
        """Id in the address register: `21683D0265-02R020`."""
        return self.text.replace("/", "-")

    @property
    def legger(self) -> str:
        """`21683_D_0265_R_020_02`."""
        parts = (self.division, self.section, self.ground, self.letter, self.power, self.bis)
        return "_".join(parts)


def read_capakey(text: str) -> CaPaKey:
    """A caPaKey in any notation, letters in upper or lower case; nothing is filled in.

    Raises:
        Rejected: `capakey_incomplete`, the beginning of one; `capakey_wrong`, none at all.
    """
    written = "".join(fold(text[: TEXT_MAX + 1]).text.upper().split())
    if found := _KEY.fullmatch(written):
        return CaPaKey(*found.groups())
    if found := _LEGGER.fullmatch(written):
        division, section, ground, letter, power, bis, partition = found.groups()
        return CaPaKey(division, section, ground, bis, letter or "_", power, partition)
    raise _rejected(written)


def _rejected(written: str) -> Rejected:
    if lacking := _lacking(written):
        message = f"De caPaKey is onvolledig: {lacking} ontbreekt of is te kort. Geef hem voluit, zoals {EXAMPLE}."
        return Rejected("capakey_incomplete", message)
    message = (
        f"Dit is geen caPaKey. Geef de afdeling, de sectie, het grondnummer, het bisnummer en de exponenten, zoals "
        f"{EXAMPLE}, of in de schrijfwijze van de legger, zoals 21683_D_0265_R_020_02."
    )
    return Rejected("capakey_wrong", message)


def _lacking(written: str) -> str | None:
    """The first part that is not there or not whole; None when this is not the beginning of a caPaKey."""
    for template in _TEMPLATES:
        if 0 < len(written) < len(template) and all(map(_fits, template, written)):
            return next(_NAMES[part] for part in template[len(written) :] if part in _NAMES)
    return None


def _fits(part: str, character: str) -> bool:
    return re.fullmatch(_CLASSES.get(part, "[0-9]"), character) is not None
