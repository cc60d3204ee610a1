"""`loketbus kafka`: the local node."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from loketbus import discovery
from loketbus.cli.output import JsonOption, print_json, print_line
from loketbus.settings import BusSettings, load

app = typer.Typer(help="De lokale Kafka-node.", no_args_is_help=True)

PortOption = Annotated[int | None, typer.Option(help="Vaste poort; anders de bewaarde of een vrije.")]


@app.command()
def start(port: PortOption = None, as_json: JsonOption = False) -> None:
    """Start de node (de eerste keer haalt Maven Kafka op) en wacht tot hij antwoordt."""
    node = discovery.local_kafka(load(BusSettings), port)
    started = node.start(say=lambda line: None if as_json else print_line(line))
    if as_json:
        print_json(asdict(started))
    else:
        print_line(f"Kafka draait op {started.bootstrap} (proces {started.pid}, {started.seconds:.1f} s).")


@app.command()
def stop() -> None:
    """Stop de node netjes."""
    stopped = discovery.local_kafka(load(BusSettings)).stop()
    print_line("Kafka is gestopt." if stopped.was_running else "Kafka draaide niet.")


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Toon hoe de node eraan toe is."""
    state = discovery.local_kafka(load(BusSettings)).status()
    if as_json:
        print_json(asdict(state))
        return
    word = "antwoordt" if state.answering else "draait maar antwoordt niet" if state.running else "draait niet"
    print_line(f"Kafka {word}: {state.bootstrap or 'nog nooit gestart'} (log: {state.log}).")
