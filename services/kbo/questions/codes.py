"""Codes of the register with their descriptions, and its dates."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from services.kbo.domain.organisation import Label, Name

_OFFICIAL, _DUTCH = "001", "2"


class Codes:
    """Labels by category and code. A code that the list lacks is shown raw (`FAX`, situation `888`)."""

    def __init__(self, labels: Mapping[tuple[str, str], Label]) -> None:
        self._labels = labels

    @classmethod
    def load(cls, db: sqlite3.Connection) -> Codes:
        """All 10,000 codes; some 30 ms."""
        texts: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        for category, code, language, text in db.execute("SELECT category, code, language, description FROM code"):
            texts[category, code][language.lower()] = text.strip()
        return cls({key: _label(key[1], described) for key, described in texts.items()})

    def label(self, category: str, code: str | None) -> Label:
        """The code with its descriptions; "" for none."""
        return self._labels.get((category, code or "")) or Label(code or "")

    def optional(self, category: str, code: str | None) -> Label | None:
        """None for none."""
        return self.label(category, code) if code else None

    def name(self, language: str | None, kind: str | None, text: str) -> Name:
        """One denomination."""
        return Name(text, self.label("TypeOfDenomination", kind), self.label("Language", language))


def _label(code: str, described: Mapping[str, str]) -> Label:
    nl, fr, de = (described.get(language) or None for language in ("nl", "fr", "de"))
    return Label(code, nl, fr, de)


def official(names: list[tuple[str | None, str | None, str]], number: str) -> str:
    """Of (language, kind, text) the one to call it by, as `Organisation.name` does."""
    ranked = sorted(names, key=lambda name: (name[1] != _OFFICIAL, name[1] == _OFFICIAL and name[0] != _DUTCH))
    return ranked[0][2] if ranked else number


@lru_cache(maxsize=1 << 15)
def day(text: str | None) -> date | None:
    """`04-10-2025` as a date; None for nothing and for what is no date."""
    parts = (text or "").split("-")
    try:
        first, month, year = map(int, parts)
        return date(year, month, first)
    except ValueError:
        return None
