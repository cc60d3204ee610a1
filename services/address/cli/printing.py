"""How people read what the register says: sentences, and the line that says where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from loketbus.cli.output import print_line
from services.address.answers import shown
from services.address.domain.model import Source


def print_notes(notes: Iterable[Mapping[str, str]]) -> None:
    """Each on a line."""
    for one in notes:
        print_line(one["message"])


def print_homonym(address: Mapping[str, Any]) -> None:
    """What tells the street of an address from its namesake, where there is one."""
    if address["homonym"]:
        print_line(f"  Straat: {address['street']} ({address['homonym']})")


def print_source(source: Source) -> None:
    """The line that the licence asks for."""
    print_attribution({"source": shown.source(source)})


def print_attribution(answer: Mapping[str, Any]) -> None:
    """That of an answer."""
    print_line("")
    print_line(answer["source"]["attribution"])
