"""`loketbus mail parse`: what the service makes of a mail, without the service."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from loketbus.cli.output import JsonOption, print_fields, print_line
from loketbus.workers import WorkerPool
from services.mail_ingest.parsing.as_json import quarantined, read_as_json, why_not, why_not_read
from services.mail_ingest.parsing.ladder import parse_with_less, reason

MAX_BYTES = 150_000_000
TIMEOUT_SECONDS = 30.0
MEMORY_BYTES = 1_500_000_000
"""The service's own defaults; this command reads no settings."""
SHOWN_CHARS = 2_000
STDIN = "-"
_REASONS = {
    "file_missing": "dit bestand bestaat niet",
    "file_unreadable": "dit bestand kan niet gelezen worden; kijk de rechten na",
    "not_a_file": "dit is geen bestand",
    "parse_timeout": f"lezen duurt langer dan {TIMEOUT_SECONDS:g} seconden, ook met minder",
    "parser_unavailable": "het proces dat mails leest kan niet starten; kijk geheugen en schijf na",
    "too_large": f"groter dan {MAX_BYTES:,} bytes".replace(",", "."),
}
_AUTOMATIC = {"auto_reply": "automatisch antwoord", "bounce": "onbestelbaar bericht", "list": "nieuwsbrief of lijst"}

mail = typer.Typer(help="Mails: lezen zoals de dienst ze leest.", no_args_is_help=True)


@mail.callback()
def root() -> None:
    """Mails: lezen zoals de dienst ze leest."""


@mail.command()
def parse(
    files: Annotated[list[str], typer.Argument(help="Mails (.eml, .msg, winmail.dat, wat ook); - is standaardinvoer.")],
    as_json: JsonOption = False,
) -> None:
    """Lees mails en toon wat erin staat; met --json één regel JSON per bestand. Niets wordt bewaard."""
    asyncio.run(_show_all(files, as_json=as_json))


async def _show_all(files: list[str], *, as_json: bool) -> None:
    number = 0
    async for fields in _read_all(files):
        if as_json:
            # Past the console's own encoding: mail is UTF-8 whatever the shell thinks.
            sys.stdout.buffer.write(orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE))
            sys.stdout.buffer.flush()
            continue
        if number:
            print_line("")
        number += 1
        _print(fields)


async def _read_all(files: list[str]) -> AsyncIterator[dict[str, Any]]:
    async with WorkerPool("parse", memory_limit_bytes=MEMORY_BYTES) as pool:
        for file in files:
            yield await _read(pool, file)


async def _read(pool: WorkerPool, file: str) -> dict[str, Any]:
    """One object for one file, whatever happens to it."""
    name = os.fsencode(file).decode("utf-8", "replace")
    try:
        source = _source(file)
    except OSError as error:
        return quarantined(name, why_not(error))
    if isinstance(source, str):
        return quarantined(name, source)
    try:
        return await parse_with_less(pool, read_as_json, source, name, MAX_BYTES, timeout_seconds=TIMEOUT_SECONDS)
    except Exception as error:  # whatever this one file does, the next one is read
        return quarantined(name, reason(error))


def _source(file: str) -> Path | bytes | str:
    """A file for the worker to open, the bytes of what only we can read, or a reason why there is none.

    Raises:
        OSError: it is not there, or may not be read.
    """
    if file == STDIN:
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    mode = os.stat(file).st_mode
    if stat.S_ISREG(mode):
        return Path(file)
    refused = why_not_read(mode)
    if refused is not None:
        return refused
    with open(file, "rb") as pipe:
        return pipe.read(MAX_BYTES + 1)


def _print(fields: dict[str, Any]) -> None:
    if "quarantined" in fields:
        code = fields["quarantined"]
        print_fields({"Bestand": fields["file"], "Niet gelezen": f"{_REASONS.get(code, 'onleesbaar')} ({code})"})
        return
    original = fields["original"]
    print_fields(
        {
            "Bestand": fields["file"],
            "Onderwerp": fields["subject"],
            "Van": _person(fields["from"]),
            "Aan": ", ".join(map(_person, fields["to"])),
            "Cc": ", ".join(map(_person, fields["cc"])),
            "Datum": fields["date"],
            "Message-ID": fields["message_id"],
            "Automatisch": _AUTOMATIC.get(fields["automatic"]),
            "Doorgestuurd van": original and _person(original["from"]),
            "Bijlagen": ", ".join(f"{one['name']} ({one['size']} bytes)" for one in fields["attachments"]),
            "Opgemerkt": ", ".join(fields["warnings"]),
        }
    )
    words = fields["new_text"]
    print_line("")
    print_line(words if len(words) <= SHOWN_CHARS else f"{words[:SHOWN_CHARS]} [...]")


def _person(address: dict[str, str] | None) -> str:
    if address is None:
        return ""
    name, email = address["name"], address["email"]
    return f"{name} <{email}>" if name and email else email or name
