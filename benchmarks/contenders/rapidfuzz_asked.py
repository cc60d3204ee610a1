"""The peer: rapidfuzz over street names, as one uses it without a register (reference, section 7)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.utils import default_process

from benchmarks.address_asked import Question, ask_all, load
from benchmarks.address_naive import cut
from benchmarks.process import Spec, contend

LIMIT = 10
THRESHOLD = 80
Names = dict[str, str]
"""As written, by what is compared: lower case, prepared once, which is a kindness."""


async def main(spec: Spec) -> dict[str, Any]:
    """Where the question has a postcode the names of that postcode are looked at, else all names."""
    everywhere, postcodes = _names(Path(spec["names"]))

    def suggest(question: Question) -> list[str]:
        some = postcodes.get(question["postcode"] or "", everywhere)
        return [
            some[name] for name, _, _ in process.extract(default_process(question["text"]), some.keys(), limit=LIMIT)
        ]

    def matched(question: Question) -> dict[str, Any] | None:
        parts = cut(question["text"])
        some = postcodes.get(parts.postcode, everywhere)
        street = default_process(parts.street)
        best = process.extractOne(street, some.keys(), scorer=fuzz.ratio, score_cutoff=THRESHOLD)
        return None if best is None else {"street": some[best[0]], "house": parts.number or None}

    return ask_all(suggest if spec["what"] == "suggest" else matched, load(spec["questions"]))


def _names(path: Path) -> tuple[Names, dict[str, Names]]:
    """All of them, and those of each postcode."""
    names = json.loads(path.read_text(encoding="utf-8"))
    return _prepared(names["everywhere"]), {code: _prepared(some) for code, some in names["postcodes"].items()}


def _prepared(names: list[str]) -> Names:
    return {default_process(name): name for name in names}


if __name__ == "__main__":
    contend(main)
