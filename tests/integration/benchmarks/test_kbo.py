"""The figures of kbo work: each once, on a register of some thousand enterprises. No time is looked at."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

FIGURES = ("kbo_import", "kbo_lookup", "kbo_search", "kbo_update")
NAMES = [
    *("kbo_import_vs_duckdb", "kbo_import_vs_cbe", "kbo_import_memory", "kbo_import_disk"),
    *("kbo_lookup", "kbo_lookup_p99"),
    *("kbo_search", "kbo_search_p99", "kbo_search_found", "kbo_address_p99", "kbo_pages_p99"),
    "kbo_update",
]


async def _measured(data: Path) -> tuple[list[dict[str, Any]], str]:
    """Figures, and what was said underway."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", *FIGURES, "--quick", "--json", "--data", str(data)),
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
async def test_every_figure_is_one_json_object_without_kafka(tmp_path: Path) -> None:
    figures, said = await _measured(tmp_path)
    assert [figure["name"] for figure in figures] == NAMES
    for figure in figures:
        assert figure.keys() == {"name", "value", "unit", "floor", "ratio", "rss_mb"}
        assert min(figure["value"], figure["floor"], figure["rss_mb"]) > 0
    found = next(figure for figure in figures if figure["name"] == "kbo_search_found")
    assert found["floor"] < found["value"] <= 100  # DuckDB's contains knows no other order and no typos
    assert "the same answers about" in said
    assert os.listdir(tmp_path) == ["kbo-0.0005"]  # the register is kept, the run is not
