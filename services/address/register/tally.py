"""Counting what became of the rows of one table."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

DUPLICATE = "duplicate"
BAD_NUMBER = "bad_number"
NO_HOUSE_NUMBER = "no_house_number"
NO_NAME = "no_name"
UNKNOWN_STATUS = "unknown_status"
UNKNOWN_STREET = "unknown_street"
UNKNOWN_TYPE = "unknown_type"
BAD_PARCEL = "bad_parcel"
DELETED = "deleted"
WRONG_COLUMNS = "wrong_columns"
BAD_TEXT = "bad_text"
BAD_POSTCODE = "bad_postcode"
UNKNOWN_CODE = "unknown_code"
NO_POSITIONS = "no_positions"

REASONS = {
    DUPLICATE: "hetzelfde nummer nog eens: de jongste versie telt",
    BAD_NUMBER: "onleesbaar nummer: overgeslagen",
    NO_HOUSE_NUMBER: "geen huisnummer: overgeslagen",
    NO_NAME: "geen naam: overgeslagen",
    UNKNOWN_STATUS: "onbekende status: overgeslagen",
    UNKNOWN_STREET: "de straat staat niet in de download: overgeslagen",
    UNKNOWN_TYPE: "koppeling met iets dat geen gebouweenheid of perceel is: overgeslagen",
    BAD_PARCEL: "geen caPaKey: overgeslagen",
    DELETED: "als verwijderd gemerkt: overgeslagen",
    WRONG_COLUMNS: "verkeerd aantal kolommen: overgeslagen",
    BAD_TEXT: "onleesbare tekens: vervangen, rij bewaard",
    BAD_POSTCODE: "onleesbare postcode: weggelaten, rij bewaard",
    UNKNOWN_CODE: "onbekende code van de positie: weggelaten, rij bewaard",
    NO_POSITIONS: "Adres.shp past niet bij Adres.dbf: adressen zonder coördinaten bewaard",
}
"""What is done with such rows, for people."""
KEPT = frozenset({BAD_TEXT, BAD_POSTCODE, UNKNOWN_CODE, NO_POSITIONS})
_LONGEST_EXAMPLE = 20
_ODD = re.compile(r"[^0-9A-Z_/-]")


@dataclass(slots=True)
class Tally:
    """Rows of one table: how many were read and kept, how many are of elsewhere, and why others were not kept."""

    table: str
    read: int = 0
    kept: int = 0
    elsewhere: int = 0
    """Of a municipality that is not wanted."""
    seconds: float = 0.0
    notes: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By reason: how many, and the id of the first one ("" where it has none)."""

    def note(self, reason: str, example: object = "", count: int = 1) -> None:
        """Rows were treated in that way."""
        before, first = self.notes.get(reason, (0, ""))
        self.notes[reason] = (before + count, first or _id(example))


def _id(example: object) -> str:
    """Only what ids are made of: a damaged row can hold anything."""
    text = example.decode("ascii", "ignore") if isinstance(example, bytes) else str(example)
    return _ODD.sub("", text)[:_LONGEST_EXAMPLE]
