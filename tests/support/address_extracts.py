"""Small downloads of the address register for tests: every row of every table as the test says it.

Columns and widths are those of the register's own extract code (address-, streetname-, postal-, municipality-,
building- and parcel-registry, `*DbaseSchema.cs`); columns of BeSt are those of reference section 4.
"""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

URI = "https://data.vlaanderen.be/id"
VERSION = "2023-11-02T07:37:34+01:00"
ANSI = 0x57
DAY = (2026, 8, 1)
COLUMNS: Mapping[str, Sequence[tuple[str, str, int]]] = {
    "Adres": (
        ("id", "C", 50), ("adresid", "N", 10), ("creatieid", "C", 25), ("versieid", "C", 25), ("posspec", "C", 20),
        ("posgeommet", "C", 30), ("straatnmid", "C", 10), ("straatnm", "C", 80), ("huisnr", "C", 11),
        ("busnr", "C", 35), ("postcode", "C", 4), ("gemeenteid", "C", 5), ("gemeentenm", "C", 40), ("status", "C", 20),
        ("offtoegknd", "L", 1), ("voladres", "C", 254),
    ),
    "Straatnaam": (
        ("id", "C", 50), ("straatnmid", "N", 10), ("creatieid", "C", 25), ("versieid", "C", 25), ("gemeenteid", "C", 5),
        ("straatnm", "C", 80), ("homoniemtv", "C", 5), ("status", "C", 50),
    ),
    "Gemeente": (
        ("id", "C", 50), ("gemeenteid", "C", 5), ("versieid", "C", 25), ("gemeentenm", "C", 40), ("status", "C", 50),
    ),
    "Postinfo": (
        ("id", "C", 254), ("postinfoid", "C", 4), ("versieid", "C", 25), ("postnaam", "C", 254), ("status", "C", 50),
    ),
    "Adreskoppelingen": (("objecttype", "C", 20), ("adresobjid", "C", 30), ("adresid", "N", 10)),
    "Adreskoppelingen_1": (("objecttype", "C", 20), ("adresobjid", "C", 30), ("adresid", "N", 10)),
    "PostcodeStraatnaamKoppelingen": (("postcode", "C", 4), ("straatnmid", "C", 10)),
    "Gebouweenheid": (
        ("id", "C", 55), ("gebouwehid", "N", 10), ("versieid", "C", 25), ("gebouwid", "C", 10), ("functie", "C", 30),
        ("status", "C", 20), ("posgeommet", "C", 30), ("afwijking", "L", 1),
    ),
    "Gebouw": (
        ("id", "C", 50), ("gebouwid", "N", 10), ("versieid", "C", 25), ("geommet", "C", 20), ("status", "C", 20),
    ),
    "Perceel": (("id", "C", 254), ("perceelid", "C", 30), ("versieid", "C", 25), ("status", "C", 50)),
    "Adres_metadata": (("metadata", "C", 50), ("waarde", "C", 50)),
    "Straatnaam_metadata": (("metadata", "C", 50), ("waarde", "C", 50)),
}  # fmt: skip
BEST = (
    "EPSG:31370_x", "EPSG:31370_y", "EPSG:4326_lat", "EPSG:4326_lon", "address_id", "box_number", "house_number",
    "municipality_id", "municipality_name_de", "municipality_name_fr", "municipality_name_nl", "postcode",
    "postname_fr", "postname_nl", "street_id", "streetname_de", "streetname_fr", "streetname_nl", "region_code",
    "status",
)  # fmt: skip

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]


def municipality(nis: int, name: str, status: str = "InGebruik") -> Row:
    """A row of Gemeente."""
    return {"id": f"{URI}/gemeente/{nis}", "gemeenteid": nis, "versieid": VERSION, "gemeentenm": name, "status": status}


def street(id: int, name: str, nis: int = 12025, status: str = "InGebruik", homonym: str = "", **more: Any) -> Row:
    """A row of Straatnaam."""
    row = {"id": f"{URI}/straatnaam/{id}", "straatnmid": id, "versieid": VERSION, "gemeenteid": nis, "straatnm": name}
    return {**row, "homoniemtv": homonym, "status": status, **more}


def address(id: int, street: int, house: str, box: str = "", nis: int = 12025, **more: Any) -> Row:
    """A row of Adres."""
    row = {
        "id": f"{URI}/adres/{id}", "adresid": id, "versieid": VERSION, "posspec": "Gebouweenheid",
        "posgeommet": "AangeduidDoorBeheerder", "straatnmid": street, "huisnr": house, "busnr": box, "postcode": 2800,
        "gemeenteid": nis, "gemeentenm": "Mechelen", "status": "InGebruik", "offtoegknd": "T",
    }  # fmt: skip
    return {**row, **more}


def town() -> dict[str, list[Row]]:
    """Tables of a Mechelen with a neighbour: three streets, a building with boxes, what it is linked with."""
    return {
        "Gemeente": [municipality(12025, "Mechelen"), municipality(12040, "Willebroek")],
        "Postinfo": [
            {"postinfoid": 2800, "postnaam": "MECHELEN/Walem", "status": "Gerealiseerd"},
            {"postinfoid": 2830, "postnaam": "Willebroek", "status": "Gerealiseerd"},
        ],
        "Straatnaam": [
            street(10769, "Désiré Boucherystraat"),
            street(10770, "O-L-V van Fatimastraat", homonym="MU"),
            street(10771, "Kerkstraat", 12040),
        ],
        "Adres": [
            address(2000001, 10769, "12"),
            address(2000002, 10769, "12", "0101"),
            address(2000003, 10769, "12", "0102", status="Gehistoreerd"),
            address(2000004, 10770, "3A", postcode=2812, status="Voorgesteld", offtoegknd="F"),
            address(2000005, 10771, "7", nis=12040, postcode=2830),
        ],
        "PostcodeStraatnaamKoppelingen": [{"postcode": 2801, "straatnmid": 10770}],
        "Adreskoppelingen": [
            {"objecttype": "Gebouweenheid", "adresobjid": 501, "adresid": 2000002},
            {"objecttype": "Gebouweenheid", "adresobjid": 504, "adresid": 2000005},
        ],
        "Adreskoppelingen_1": [
            {"objecttype": "Perceel", "adresobjid": "13013C0384-02H003", "adresid": 2000001},
            {"objecttype": "Perceel", "adresobjid": "12403B0001-00_000", "adresid": 2000005},
        ],
        "Gebouweenheid": [
            {"gebouwehid": 501, "gebouwid": 401, "functie": "NietGekend", "status": "Gerealiseerd"},
            {"gebouwehid": 502, "gebouwid": 401, "functie": "GemeenschappelijkDeel", "status": "Gerealiseerd"},
            {"gebouwehid": 504, "gebouwid": 404, "functie": "NietGekend", "status": "Gepland"},
        ],
        "Gebouw": [
            {"gebouwid": 401, "geommet": "IngemetenGRB", "status": "Gerealiseerd", "versieid": VERSION},
            {"gebouwid": 404, "geommet": "Ingeschetst", "status": "InAanbouw"},
        ],
        "Perceel": [
            {"perceelid": "12403B0001-00_000", "status": "Gehistoreerd"},
            {"perceelid": "13013C0384-02H003", "status": "Gerealiseerd", "versieid": VERSION},
        ],
        "Adres_metadata": [{"metadata": "latest_event_id", "waarde": "30411696"}],
    }


def save(path: Path, tables: Tables, more: Mapping[str, bytes] | None = None) -> Path:
    """A zip file with these tables, and other files."""
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        for name, rows in tables.items():
            file.writestr(f"{name}.dbf", dbf(COLUMNS[name], rows))
        for name, body in (more or {}).items():
            file.writestr(name, body)
    return path


def dbf(
    columns: Sequence[tuple[str, str, int]], rows: Iterable[Row], encoding: str = "cp1252", driver: int = ANSI
) -> bytes:
    """A table as dBASE III writes it; a column that a row lacks is blank."""
    records = [b" " + b"".join(_field(row.get(name, ""), kind, width, encoding) for name, kind, width in columns)
               for row in rows]  # fmt: skip
    length = 1 + sum(width for *_, width in columns)
    year, month, day = DAY
    start = 32 + 32 * len(columns) + 1
    head = struct.pack("<BBBBIHH17xBxx", 3, year - 1900, month, day, len(records), start, length, driver)
    fields = b"".join(struct.pack("<11sc4xB15x", name.encode(), kind.encode(), width) for name, kind, width in columns)
    return head + fields + b"\r" + b"".join(records) + b"\x1a"


def shp(points: Sequence[tuple[float, float]]) -> bytes:
    """Points as a shape file has them."""
    records = (struct.pack(">ii", at, 10) + struct.pack("<idd", 1, x, y) for at, (x, y) in enumerate(points, 1))
    return b"\0" * 100 + b"".join(records)


def best(path: Path, rows: Iterable[Row], columns: Sequence[str] = BEST) -> Path:
    """BeSt's zip file."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        file.writestr("openaddress-bevlg.csv", text.getvalue())
    return path


def best_address(id: int, street: int, house: str, box: str = "", nis: int = 12025, **more: Any) -> Row:
    """A row of BeSt."""
    row = {
        "EPSG:31370_x": "157000.5", "EPSG:31370_y": "190000.25", "address_id": f"{URI}/adres/{id}/{VERSION}",
        "box_number": box, "house_number": house, "municipality_id": f"{URI}/gemeente/{nis}/{VERSION}",
        "municipality_name_nl": "Mechelen", "municipality_name_fr": "Malines", "postcode": "2800",
        "postname_nl": "Mechelen", "street_id": f"{URI}/straatnaam/{street}/{VERSION}",
        "streetname_nl": "Désiré Boucherystraat", "region_code": "BE-VLG", "status": "current",
    }  # fmt: skip
    return {**row, **more}


def _field(value: Any, kind: str, width: int, encoding: str) -> bytes:
    raw = str(value).encode(encoding)[:width]
    return raw.rjust(width) if kind == "N" else raw.ljust(width)
