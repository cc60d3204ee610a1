"""Whose postcodes are whose: as BeSt's own list has them (all of Belgium, 2019)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from services.address.domain.postcodes import region_elsewhere

LIST = Path(__file__).resolve().parents[3].parent / "shared/data/address/postcodes/best2019_OUT_PostalInfo.txt"
LINE = re.compile(r"([BFW]),.*,([0-9]{4})")


@pytest.mark.parametrize(
    ("postcode", "region"),
    [
        (999, None), (1000, "Brussel"), (1299, "Brussel"), (1300, "Waals-Brabant"), (1500, None), (3999, None),
        (4000, "de provincie Luik"), (6599, "Henegouwen"), (6600, "de provincie Luxemburg"), (7999, "Henegouwen"),
        (8000, None), (10_000, None),
    ],
)  # fmt: skip
def test_where_the_ranges_begin_and_end(postcode: int, region: str | None) -> None:
    assert region_elsewhere(postcode) == region


@pytest.mark.skipif(not LIST.exists(), reason="the list is not at hand")
def test_every_postcode_of_belgium_is_on_its_side() -> None:
    found = [match.groups() for line in LIST.read_text().splitlines() if (match := LINE.fullmatch(line.strip()))]
    assert len(found) > 1000
    wrong = [(region, code) for region, code in found if (region == "F") != (region_elsewhere(int(code)) is None)]
    assert wrong == []
