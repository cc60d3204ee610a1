"""Our register and DuckDB's are asked for the same names, addresses and pages, in turns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.kbo_data import files, level
from benchmarks.kbo_duck import duck
from benchmarks.kbo_queries import answered
from benchmarks.process import Spec, contend, peak_rss_mb
from benchmarks.stopwatch import Times
from services.kbo.domain.organisation import Hits
from services.kbo.questions import Register, View

NAME_LIMIT, PAGE_LIMIT = 20, 50
_SEATS = """
SELECT e.EnterpriseNumber FROM enterprise e JOIN address a ON a.EntityNumber = e.EnterpriseNumber
WHERE a.TypeOfAddress = 'REGO' AND {} ORDER BY e.EnterpriseNumber LIMIT 50
"""
_SQL = {
    "name": "SELECT Denomination FROM denomination WHERE contains(lower(Denomination), lower(?)) LIMIT 20",
    "address": """SELECT EntityNumber FROM address WHERE lower($1) IN (lower(StreetNL), lower(StreetFR))
                AND HouseNumber = $2 AND Zipcode = $3 LIMIT 50""",
    "form": _SEATS.format("e.JuridicalForm = ?"),
    "form and postcode": _SEATS.format("e.JuridicalForm = ? AND a.Zipcode = ?"),
    "postcode": _SEATS.format("a.Zipcode = ?"),
}

Answers = list[str]
Asker = Callable[[str, list[str]], Answers]


async def main(spec: Spec) -> dict[str, Any]:
    """Ask every query once, after both have answered the first of each kind.

    `rss_mb` is the peak of this process before DuckDB was opened.
    """
    level([path for name in ("ours", "duckdb") for path in files(Path(spec[name]))])
    register, queries = Register(Path(spec["ours"])), spec["queries"]
    first = {query["kind"]: query["asked"] for query in reversed(queries)}

    def ours(kind: str, asked: list[str]) -> Answers:
        with register.open() as view:
            return _ask(view, kind, asked)

    _warm(ours, first)
    rss_mb = peak_rss_mb()
    with duck(Path(spec["duckdb"])) as connection:

        def floor(kind: str, asked: list[str]) -> Answers:
            return _ask_duckdb(connection, kind, asked)

        _warm(floor, first)
        return {**_in_turns({"ours": ours, "duckdb": floor}, queries), "rss_mb": rss_mb}


def _warm(ask: Asker, queries: dict[str, list[str]]) -> None:
    for kind, asked in queries.items():
        ask(kind, asked)


def _in_turns(askers: dict[str, Asker], queries: list[dict[str, Any]]) -> dict[str, Any]:
    """Times by kind and asker, and how often each found what was meant."""
    times: dict[str, dict[str, Times]] = defaultdict(lambda: {name: Times() for name in askers})
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for nth, query in enumerate(queries):
        kind, wanted = query["kind"], query["wanted"]
        for name, ask in list(askers.items())[:: 1 if nth % 2 else -1]:
            answers = times[kind][name].of(partial(ask, kind, query["asked"]))
            if wanted is not None:
                found[kind][name] += answered(kind, wanted, answers)
        if wanted is not None:
            found[kind]["asked"] += 1
    told = {kind: {name: one.as_json() for name, one in of_kind.items()} for kind, of_kind in times.items()}
    return {"times": told, "found": found}


def _ask(view: View, kind: str, asked: list[str]) -> Answers:
    """Names for a name, else numbers."""
    match kind, asked:
        case "address", [street, house_number, postcode]:
            return _numbers(view.at_address(street, house_number, postcode, limit=PAGE_LIMIT))
        case "form", [form]:
            return _numbers(view.by_form(form, limit=PAGE_LIMIT))
        case "form and postcode", [form, postcode]:
            return _numbers(view.by_form(form, postcode, limit=PAGE_LIMIT))
        case "postcode", [postcode]:
            return _numbers(view.by_postcode(postcode, limit=PAGE_LIMIT))
    (text,) = asked
    return [name for hit in view.search(text, limit=NAME_LIMIT).hits for name in (hit.name, hit.matched)]


def _numbers(found: Hits) -> Answers:
    return [hit.number for hit in found.hits]


def _ask_duckdb(connection: duckdb.DuckDBPyConnection, kind: str, asked: list[str]) -> Answers:
    rows = connection.execute(_SQL.get(kind, _SQL["name"]), asked).fetchall()
    return [row[0].replace(".", "") if kind in _SQL else row[0] for row in rows]


if __name__ == "__main__":
    contend(main)
