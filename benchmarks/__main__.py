"""`python -m benchmarks`: measures, and prints the table of the README (or `--json`, one object per figure)."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from benchmarks import (
    address_http,
    address_import,
    address_match,
    address_suggest,
    backlog_memory,
    bus,
    effects,
    kafka,
    kbo_import,
    kbo_lookup,
    kbo_search,
    kbo_update,
    machine,
    mail_ingest,
    mail_parse,
    relay,
)
from benchmarks.figure import FULL, QUICK, Figure
from benchmarks.run import PEERS, Run

FIGURES: dict[str, Callable[[Run], Awaitable[list[Figure]]]] = {
    "bus": bus.measure,
    "effects": effects.measure,
    "relay": relay.measure,
    "backlog_memory": backlog_memory.measure,
    "mail_parse": mail_parse.measure,
    "mail_ingest": mail_ingest.measure,
    "kbo_import": kbo_import.measure,
    "kbo_lookup": kbo_lookup.measure,
    "kbo_search": kbo_search.measure,
    "kbo_update": kbo_update.measure,
    "address_import": address_import.measure,
    "address_suggest": address_suggest.measure,
    "address_match": address_match.measure,
    "address_http": address_http.measure,
}
WITHOUT_KAFKA = frozenset(
    {"mail_parse", "kbo_import", "kbo_lookup", "kbo_search", "kbo_update"}
    | {"address_import", "address_suggest", "address_match"}
)
DATA = Path("var/benchmarks")

progress = Console(stderr=True)


def main(
    figures: Annotated[list[str] | None, typer.Argument(help=f"Which: {', '.join(FIGURES)}; none is all.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per figure.")] = False,
    quick: Annotated[bool, typer.Option(help="Small sizes: shows that it works, the figures mean nothing.")] = False,
    rounds: Annotated[int | None, typer.Option(min=1, help="Rounds per contender; the median counts.")] = None,
    bootstrap: Annotated[str | None, typer.Option("--kafka", help="A Kafka to use; none starts a local node.")] = None,
    scale: Annotated[float | None, typer.Option(min=0.0001, max=1, help="Size of the registers; 1 is full.")] = None,
    data: Annotated[Path, typer.Option(help="Keeps the registers that were made, and holds what a run needs.")] = DATA,
    peers: Annotated[Path, typer.Option(help="Environment of peers that cannot live in ours; may be absent.")] = PEERS,
) -> None:
    """Measure each figure beside its floors and peers, in one run (and against one Kafka)."""
    if unknown := [name for name in figures or () if name not in FIGURES]:
        raise typer.BadParameter(f"no such figure: {', '.join(unknown)}; choose from {', '.join(FIGURES)}")
    logging.getLogger("aiokafka").setLevel(logging.ERROR)  # it warns of every topic that is a moment old
    names, sizes = figures or list(FIGURES), QUICK if quick else FULL
    sizes = replace(sizes, rounds=rounds or sizes.rounds)
    if scale is not None:
        sizes = replace(sizes, kbo_scale=scale, address_scale=scale)
    data.mkdir(parents=True, exist_ok=True)
    broker = nullcontext(bootstrap or "") if WITHOUT_KAFKA.issuperset(names) else kafka.given_or_local(bootstrap)
    with tempfile.TemporaryDirectory(prefix="run-", dir=data) as folder, broker as servers:
        run = Run(servers, sizes, Path(folder).resolve(), _say, data.resolve(), peers.absolute())
        found = asyncio.run(_measure(run, names))
    if as_json:
        for figure in found:
            print(json.dumps(figure.as_json()))
    else:
        Console().print(table(found, machine.describe()))


def _say(line: str) -> None:
    progress.print(line, style="dim", highlight=False, soft_wrap=True)


async def _measure(run: Run, names: list[str]) -> list[Figure]:
    return [figure for name in names for figure in await FIGURES[name](run)]


def table(figures: list[Figure], footer: str) -> Table:
    """The figures for people."""
    shown = Table(title="Loketbus benchmarks", caption=footer, caption_justify="left")
    shown.add_column("figure", no_wrap=True)
    for name in ("value", "beside", "ratio", "peak MB"):
        shown.add_column(name, justify="right")
    shown.add_column("beside what")
    for figure in figures:
        values = (
            f"{_short(figure.value)} {figure.unit}",
            _short(figure.floor),
            f"{figure.ratio:.2f}",
            f"{figure.rss_mb:,.0f}",
        )
        shown.add_row(figure.name, *values, figure.compared_with)
    return shown


def _short(value: float) -> str:
    """At least three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


if __name__ == "__main__":
    typer.run(main)
