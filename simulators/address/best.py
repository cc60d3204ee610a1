"""BeSt's download of Flanders: one CSV in a zip (reference, section 4).

`address_id` is the BeSt id that the reference gives, `https://data.vlaanderen.be/id/adres/{objectId}/{versieId}`;
municipality and street stand by their numbers. BeSt has no rejected addresses, no units and no parcels.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from simulators.address.dbf import DAY, ROOT
from simulators.address.lambert import to_wgs84
from simulators.address.world import World

MEMBER = "openaddress-bevlg.csv"
HEADER = (
    "EPSG:31370_x", "EPSG:31370_y", "EPSG:4326_lat", "EPSG:4326_lon", "address_id", "box_number", "house_number",
    "municipality_id", "municipality_name_de", "municipality_name_fr", "municipality_name_nl", "postcode",
    "postname_fr", "postname_nl", "street_id", "streetname_de", "streetname_fr", "streetname_nl", "region_code",
    "status",
)  # fmt: skip
STATUSES = {"inGebruik": "current", "voorgesteld": "proposed", "gehistoreerd": "retired"}
REGION = "BE-VLG"
_LEVEL = 3


def write_best_csv(worlds: World | Iterable[World], path: Path, day: date = DAY) -> int:
    """Write the zip; how many addresses it has. Worlds are used one by one; the file appears when it is whole."""
    part, count = path.with_name(path.name + ".part"), 0
    info = ZipInfo(MEMBER, (day.year, day.month, day.day, 3, 0, 0))
    info.compress_type, info.external_attr = ZIP_DEFLATED, 0o644 << 16
    try:
        with (
            ZipFile(part, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as zip_file,
            zip_file.open(info, "w", force_zip64=True) as raw,
            io.TextIOWrapper(raw, "utf-8", newline="") as target,
        ):
            writer = csv.writer(target, lineterminator="\n")
            writer.writerow(HEADER)
            for world in (worlds,) if isinstance(worlds, World) else worlds:
                rows = list(_rows(world))
                writer.writerows(rows)
                count += len(rows)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _rows(world: World) -> Iterator[tuple[object, ...]]:
    posts = {code: _post_names(one.names) for code, one in world.postinfos.items()}
    for one in world.addresses.values():
        status = STATUSES.get(one.status)
        if status is None:
            continue
        street = world.streets[one.street]
        town = world.municipalities[street.nis]
        latitude, longitude = to_wgs84(one.x, one.y)
        french, dutch = posts.get(one.postcode or 0, ("", ""))
        yield (
            f"{one.x:.2f}", f"{one.y:.2f}", f"{latitude:.5f}", f"{longitude:.5f}",
            f"{ROOT}/adres/{one.id}/{one.version}", one.box or "", one.house, town.nis, town.names.get("de", ""),
            town.names.get("fr", ""), town.name, one.postcode or "", french, dutch, street.id,
            street.names.get("de", ""), street.names.get("fr", ""), street.name, REGION, status,
        )  # fmt: skip


def _post_names(names: tuple[tuple[str, str], ...]) -> tuple[str, str]:
    """(French, Dutch): the first of each."""
    first = {language: name for name, language in reversed(names)}
    return first.get("fr", ""), first.get("nl", "")
