"""Who answers questions about addresses: each contender in a process of its own gets the same file of questions."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import process
from benchmarks.address_bare import bare
from benchmarks.kbo_build import DEADLINE_SECONDS
from benchmarks.run import Run
from benchmarks.stopwatch import Times

OURS, RAPIDFUZZ, ADDOK = "ours", "rapidfuzz", "addok"
_CONTENDERS = {OURS: "address_ours_asked", RAPIDFUZZ: "rapidfuzz_asked", ADDOK: "addok_asked"}
_STREETS = """
SELECT DISTINCT s.straatnm, k.postcode FROM Straatnaam s JOIN PostcodeStraatnaamKoppelingen k USING(straatnmid)
WHERE s.status = 'InGebruik' ORDER BY 1, 2
"""
_HIGHEST = """
SELECT a.adresid, h.highest FROM Adres a JOIN (
    SELECT straatnmid, max(CAST(huisnr AS INTEGER)) AS highest FROM Adres
    WHERE straatnmid IN (SELECT straatnmid FROM Adres WHERE adresid IN wanted) GROUP BY straatnmid
) h USING(straatnmid) WHERE a.adresid IN wanted AND h.highest BETWEEN 1 AND 700
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a contender said to each question, and how long it took."""

    times: Times
    answers: list[Any]
    rss_mb: float

    def only(self, chosen: Sequence[bool]) -> Answers:
        """Of some of the questions."""
        pairs = [nth for nth, wanted in enumerate(chosen) if wanted]
        times = Times([self.times.wall[nth] for nth in pairs], [self.times.cpu[nth] for nth in pairs])
        return Answers(times, [self.answers[nth] for nth in pairs], self.rss_mb)


async def ask(
    run: Run, who: str, questions: Sequence[dict[str, Any]], python: str | Path = sys.executable, **values: Any
) -> Answers:
    """Ask them all.

    Args:
        values: where the contender finds what it needs.
    """
    spec = run.spec(**values)
    path = Path(spec["folder"]) / "questions.json"
    path.write_text(json.dumps(questions), encoding="utf-8")
    spec["questions"] = str(path)
    outcome = await process.run(
        _CONTENDERS[who], spec, python=python, whole_tree=True, deadline_seconds=DEADLINE_SECONDS
    )
    return Answers(Times(**outcome.answer["times"]), outcome.answer["answers"], outcome.rss_mb)


def streets(register: Path) -> list[tuple[str, str]]:
    """Names in use with each postcode that they have, out of the bare tables, so that it favours nobody."""
    with bare(register) as db:
        return list(db.execute(_STREETS))


def names(run: Run, register: Path) -> Path:
    """A file with all names for who only has names: `everywhere`, and by postcode."""
    path = run.folder / "names.json"
    by_postcode: dict[str, list[str]] = {}
    for name, postcode in (found := streets(register)):
        by_postcode.setdefault(postcode, []).append(name)
    every = sorted({name for name, _ in found})
    path.write_text(json.dumps({"everywhere": every, "postcodes": by_postcode}), encoding="utf-8")
    return path


def highest_numbers(register: Path, addresses: Sequence[int]) -> dict[int, int]:
    """The highest house number of the street of each address; without those that nobody would write."""
    with bare(register) as db:
        db.execute("CREATE TEMP TABLE wanted(id TEXT PRIMARY KEY)")
        db.executemany("INSERT INTO wanted VALUES(?)", ((str(one),) for one in addresses))
        return {int(one): number for one, number in db.execute(_HIGHEST)}
