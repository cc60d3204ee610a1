"""Counting what became of the rows of one table."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

DUPLICATE = "duplicate"
REPLACED = "replaced"
WRONG_COLUMNS = "wrong_columns"
BAD_NUMBER = "bad_number"
UNREADABLE = "unreadable"
TOO_MANY = "too_many"
BAD_TEXT = "bad_text"

REASONS = {
    DUPLICATE: "dubbele rij: één keer bewaard",
    REPLACED: "hetzelfde nummer (een adres: van dezelfde soort) nog eens: de laatste rij telt",
    WRONG_COLUMNS: "verkeerd aantal kolommen: overgeslagen",
    BAD_NUMBER: "onleesbaar nummer: overgeslagen",
    UNREADABLE: "aanhalingsteken dat niet sluit: overgeslagen",
    TOO_MANY: "meer dan 4096 rijen voor één nummer: de rest overgeslagen",
    BAD_TEXT: "onleesbare tekens (geen UTF-8): vervangen, rij bewaard",
}
"""What is done with such rows, for people."""
KEPT = frozenset({BAD_TEXT})


@dataclass(slots=True)
class Tally:
    """Rows of one table: how many were read, kept and deleted (by so many keys), and why others were not kept."""

    table: str
    read: int = 0
    kept: int = 0
    keys: int = 0
    deleted: int = 0
    seconds: float = 0.0
    notes: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By reason: how many, and the number of the first one ("" where it has none)."""

    def note(self, reason: str, example: object = "", count: int = 1) -> None:
        """Rows were treated in that way."""
        before, first = self.notes.get(reason, (0, ""))
        self.notes[reason] = (before + count, first or _number(example))

    def as_json(self) -> dict[str, Any]:
        """For another process and for the report."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Tally:
        """What `as_json` gave."""
        notes = {reason: (int(count), str(first)) for reason, (count, first) in values["notes"].items()}
        return cls(**{**values, "notes": notes})


def _number(example: object) -> str:
    """Digits only: the text of a row can hold a person's name."""
    digits = "".join(one for one in str(example) if one.isascii() and one.isdigit())
    return digits.zfill(10) if 0 < len(digits) <= 10 else ""
