"""Figures of `kbo_search`: names as people write them, addresses, and pages by form and postcode.

Nobody else searches the register without a server, so the floor is DuckDB over its own copy: `contains` for names, SQL
conditions for the rest. One process asks both, in turns. How many of the names are found stands beside the times: a
search that finds nothing is fast.
"""

from __future__ import annotations

from benchmarks import process
from benchmarks.figure import Figure
from benchmarks.kbo_build import DEADLINE_SECONDS, DUCKDB, OURS, built
from benchmarks.kbo_duck import duck
from benchmarks.kbo_queries import addresses, names, pages
from benchmarks.run import Run
from benchmarks.stopwatch import Times, told

ADDRESS, PAGES = "address", ("form", "form and postcode", "postcode")


async def measure(run: Run) -> list[Figure]:
    """p50 and p99 of names, p99 of addresses and pages; the share of the names that is found."""
    ours, duckdb = await built(run, OURS), await built(run, DUCKDB)
    with duck(duckdb) as register:
        count = run.sizes.kbo_queries
        queries = [*names(register, count), *addresses(register, count), *pages(register, count)]
    spec = run.spec(ours=str(ours), duckdb=str(duckdb), queries=[query.as_json() for query in queries])
    outcome = await process.run("kbo_search", spec, deadline_seconds=DEADLINE_SECONDS)
    times = {kind: told(of_kind) for kind, of_kind in outcome.answer["times"].items()}
    for kind in times:
        run.say(f"kbo_search, {_line(kind, times[kind], outcome.answer['found'].get(kind))}")
    return _figures(times, outcome.answer["found"], outcome.answer["rss_mb"])


def _figures(times: dict[str, dict[str, Times]], found: dict[str, dict[str, int]], rss_mb: float) -> list[Figure]:
    by_name, by_address, by_page = (
        {who: sum((times[kind][who] for kind in kinds), Times()) for who in ("ours", "duckdb")}
        for kinds in ([kind for kind in times if kind not in (ADDRESS, *PAGES)], [ADDRESS], PAGES)
    )
    asked = f"DuckDB contains, {len(by_name['ours'].wall):,} names"
    return [
        _figure("kbo_search", by_name, 0.5, rss_mb, asked),
        _figure("kbo_search_p99", by_name, 0.99, rss_mb, asked),
        _found([count for kind, count in found.items() if kind != ADDRESS], rss_mb),
        _figure("kbo_address_p99", by_address, 0.99, rss_mb, "DuckDB, conditions on its addresses"),
        _figure("kbo_pages_p99", by_page, 0.99, rss_mb, "DuckDB, forms joined with seats"),
    ]


def _figure(name: str, times: dict[str, Times], share: float, rss_mb: float, what: str) -> Figure:
    return Figure(name, times["ours"].ms(share), "ms", times["duckdb"].ms(share), rss_mb, what)


def _found(counts: list[dict[str, int]], rss_mb: float) -> Figure:
    """In percent of the names of which it is known who is meant."""
    ours, floor, asked = (sum(count[name] for count in counts) for name in ("ours", "duckdb", "asked"))
    what = f"DuckDB contains; {asked:,} names, from exact to misspelt"
    return Figure("kbo_search_found", 100 * ours / asked, "%", 100 * floor / asked, rss_mb, what)


def _line(kind: str, times: dict[str, Times], found: dict[str, int] | None) -> str:
    shares = {who: f", found {found[who]} of {found['asked']}" if found else "" for who in times}
    return f"{kind}: {'; '.join(f'{who} {one}{shares[who]}' for who, one in times.items())}"
