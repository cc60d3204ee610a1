"""The benchmarks work: every figure once, in small (those of kbo in `test_kbo`, of addresses in `test_address`).

What they measure then means nothing and is not looked at.
"""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from benchmarks.__main__ import FIGURES

pytestmark = pytest.mark.kafka

NAMES = [
    *("bus_vs_aiokafka", "bus_vs_faststream", "effects", "relay", "backlog_memory"),
    *("mail_parse_small", "mail_parse", "mail_memory"),
    *("mail_ingest_small", "mail_ingest"),
]


@pytest.mark.timeout(240)
async def test_every_figure_is_one_json_object(kafka: str, tmp_path: Path) -> None:
    figures_here = [name for name in FIGURES if not name.startswith(("kbo_", "address_"))]
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks", *figures_here),
        *("--quick", "--json", "--kafka", kafka, "--data", str(tmp_path)),
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
    figures = [json.loads(line) for line in out.splitlines()]
    assert [figure["name"] for figure in figures] == NAMES
    for figure in figures:
        assert figure.keys() == {"name", "value", "unit", "floor", "ratio", "rss_mb"}
        assert min(figure["value"], figure["floor"], figure["rss_mb"]) > 0
        assert figure["ratio"] == pytest.approx(figure["value"] / figure["floor"], abs=0.001)
