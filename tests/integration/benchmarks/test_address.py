"""The figures of address work: each once, on a register of some thousand addresses. No time is looked at.

addok, which needs an environment of its own, is left out.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.kafka

FIGURES = ("address_import", "address_suggest", "address_match", "address_http")
NAMES = [
    *("address_import", "address_import_neighbours", "address_import_best"),
    *("address_import_memory", "address_import_disk"),
    *("address_suggest_vs_rapidfuzz", "address_suggest_anywhere_vs_rapidfuzz", "address_suggest_found"),
    *("address_match", "address_match_p99", "address_match_rate", "address_match_right", "address_match_not_wrong"),
    "address_http",
]


async def _measured(kafka: str, data: Path) -> tuple[list[dict[str, Any]], str]:
    """Figures, and what was said underway."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", *FIGURES, "--quick", "--json", "--kafka", kafka),
        *("--data", str(data), "--peers", str(data / "no-peers")),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, err.decode()[-3000:]
    return [json.loads(line) for line in out.splitlines()], err.decode()


@pytest.mark.timeout(180)
async def test_every_figure_is_one_json_object(kafka: str, tmp_path: Path) -> None:
    figures, said = await _measured(kafka, tmp_path)
    assert [figure["name"] for figure in figures] == NAMES
    for figure in figures:
        assert figure.keys() == {"name", "value", "unit", "floor", "ratio", "rss_mb"}
        assert min(figure["value"], figure["floor"], figure["rss_mb"]) > 0
    by_name = {figure["name"]: figure for figure in figures}
    for name in ("address_match_right", "address_match_not_wrong"):
        assert by_name[name]["floor"] < by_name[name]["value"] <= 100  # no register: it believes every number
    assert by_name["address_match_not_wrong"]["value"] == 100
    assert "addok is left out" in said
    assert os.listdir(tmp_path) == ["address-0.002"]  # the downloads are kept, the run is not
