"""Our replica is asked, in process: `suggest` for what is typed, `match` for whole addresses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.address_asked import Question, ask_all, load
from benchmarks.process import Spec, contend
from loketbus.settings import BusSettings
from services.address.domain.matching import match
from services.address.domain.model import Asked, Match
from services.address.questions import Register
from services.address.settings import register_folder

LIMIT = 10


async def main(spec: Spec) -> dict[str, Any]:
    """Ask the replica of the service whose `LOKETBUS_VAR` is `spec["register"]`; each question opens it anew."""
    register = Register(register_folder(BusSettings(var=Path(spec["register"]))))

    def suggest(question: Question) -> list[str]:
        postcode = question["postcode"] and int(question["postcode"])
        with register.open() as view:
            return [hit.street.name for hit in view.suggest(question["text"], postcode, limit=LIMIT)]

    def matched(question: Question) -> dict[str, Any] | None:
        with register.open() as view:
            return _told(match(view, Asked(text=question["text"])))

    found = ask_all(suggest if spec["what"] == "suggest" else matched, load(spec["questions"]))
    register.close()
    return found


def _told(found: Match) -> dict[str, Any] | None:
    """None: it is not known, or it asks which one is meant."""
    if found.verdict in ("unknown", "ambiguous") or found.street is None:
        return None
    known = found.address or found.building
    return {
        "street": found.street.name,
        "house": None if known is None else known.house,
        "municipality": None if found.municipality is None else found.municipality.name,
        "id": None if found.address is None else found.address.id,
    }


if __name__ == "__main__":
    contend(main)
