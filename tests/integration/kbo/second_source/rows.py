"""Rows of VKBO that tests put into the simulator, with the words that it uses."""

from __future__ import annotations

from typing import Any

GONE, HERE, ELSEWHERE, NOBODY = "0403170701", "0401574852", "1000003682", "0400000054"
UNIT = "2000000339"
LEGAL = {"Type_onderneming": "Rechtspersoon", "Rechtsvorm": "Vereniging van medeëigenaars"}
STOPPED = {"Datum_stopzetting": "2026-03-31T00:00:00Z", "Reden_stopzetting": "Sluiting van vereffening"}
PERSON = {"Type_onderneming": "Natuurlijk persoon", "Maatschappelijke_naam": "Peeters, Jan"}


def vme(number: str, **changes: Any) -> dict[str, Any]:
    """A VME in Flanders."""
    return {"Ondernemingsnr": number, "Maatschappelijke_naam": "VME Zeezicht", **LEGAL, **changes}


def unit_of(enterprise: str, number: str = UNIT, **changes: Any) -> dict[str, Any]:
    """An establishment."""
    return {"Ondernemingsnr": number, "Ondernemingsnr_maatsch_zetel": enterprise, **changes}
