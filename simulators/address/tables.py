"""The small tables that the project carries in `data/`; ATTRIBUTION.md there says where they come from."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality since 1-1-2025, or (`merged_into`) one of before; `size` is how many addresses it gets."""

    nis: int
    names: dict[str, str]
    facilities: tuple[str, ...]
    size: int
    made_up: bool
    merged_into: int | None


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode in one municipality; `guest` when it belongs to the one next to it; without NIS a special one."""

    postcode: int
    nis: int | None
    names: tuple[tuple[str, str], ...]
    guest: bool
    part: int | None
    """The municipality of before 2025 in which it lies, where that is another."""


def rows(name: str) -> Iterator[dict[str, str]]:
    """Of a semicolon-separated file in `data/`; absent cells are "". Lines that begin with `#` are comments."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter=";", restval=""):
            yield {key: value or "" for key, value in row.items() if key}


@cache
def towns() -> dict[int, Town]:
    """All 285 municipalities and those that merged into them on 1-1-2025, by NIS code."""
    return {town.nis: town for town in map(_town, rows("municipalities.csv"))}


@cache
def postcodes() -> tuple[Postcode, ...]:
    """In the order of the file: by postcode, the special ones last."""
    return tuple(map(_postcode, rows("postcodes.csv")))


@cache
def mechelen_streets() -> tuple[tuple[str, str], ...]:
    """(name, deelgemeente) of the 822 real streets."""
    return tuple((row["straatnaam"], row["deelgemeente"]) for row in rows("mechelen_streets.csv"))


@cache
def box_styles() -> dict[str, dict[str, int]]:
    """How often each box number occurs in Flanders (June 2019), by style of notation."""
    styles: dict[str, dict[str, int]] = {}
    for row in rows("boxes.csv"):
        styles.setdefault(row["stijl"], {})[row["bus"]] = int(row["aantal"])
    return styles


@cache
def house_figures(kind: str) -> dict[str, int]:
    """How often in Flanders (June 2019): `vorm` of house numbers, `letter` behind one, `bis` behind `_`."""
    return {row["waarde"]: int(row["aantal"]) for row in rows("houses.csv") if row["soort"] == kind}


def _town(row: dict[str, str]) -> Town:
    names = {"nl": row["naam"], "fr": row["naam_fr"], "de": row["naam_de"]}
    return Town(
        int(row["nis"]),
        {language: name for language, name in names.items() if name},
        tuple(row["faciliteiten"].split()),
        int(row["adressen"] or 0),
        row["verzonnen_nis"] == "1",
        int(row["opgegaan_in"]) if row["opgegaan_in"] else None,
    )


def _postcode(row: dict[str, str]) -> Postcode:
    dutch = [(name, "nl") for name in row["namen"].split("/") if name]
    french = [(name, "fr") for name in row["namen_fr"].split("/") if name]
    nis, part = (int(row[column]) if row[column] else None for column in ("nis", "deel"))
    return Postcode(int(row["postcode"]), nis, (*dutch, *french), row["te_gast"] == "1", part)
