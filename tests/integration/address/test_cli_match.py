"""`loketbus address match`, as a person and as a program use it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.address.cli import address
from services.address.settings import AddressSettings, register_folder
from tests.support.address_service import BOX, BUILDING, SHOP, town
from tests.support.shared import REPOSITORY

FIELDS = [
    "input", "verdict", "changes", "reasons", "street", "house_number", "box", "postcode", "municipality",
    "address_id", "building_address_id", "candidates",
]  # fmt: skip
RIGHT, WRONG = "Bruul 45, 2800 Mechelen", "Nergensstraat 1, 2800 Mechelen"


@pytest.fixture(autouse=True)
def register(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKETBUS_VAR", str(tmp_path))
    town().save(register_folder(AddressSettings(var=tmp_path)))


def match(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(address, ["match", *arguments], input=stdin)


def matched(*texts: str, stdin: str | bytes = "") -> list[dict[str, Any]]:
    """What `--json` prints, line by line."""
    lines = match("--json", "--", *texts, stdin=stdin).stdout_bytes.decode().splitlines()
    return [json.loads(line) for line in lines]


def test_one_object_per_address_with_exactly_these_fields() -> None:
    right, box, wrong = matched(RIGHT, "leopoldstraat 14 b 0101 mechelen 2800", WRONG)
    assert list(right) == list(box) == list(wrong) == FIELDS
    assert (right["input"], right["verdict"], right["address_id"]) == (RIGHT, "exact", str(SHOP))
    assert (right["street"], right["house_number"], right["box"], right["postcode"]) == ("Bruul", "45", None, "2800")
    assert (box["address_id"], box["building_address_id"]) == (str(BOX), str(BUILDING))
    assert (wrong["verdict"], wrong["address_id"], wrong["candidates"]) == ("unknown", None, [])
    assert [list(reason) for reason in wrong["reasons"]] == [["code", "message"]] * len(wrong["reasons"])


def test_the_exit_code_says_whether_all_were_found() -> None:
    for texts, code in (([RIGHT], 0), ([RIGHT, "Bruul 45"], 0), ([RIGHT, WRONG], 1), ([""], 1), (["Bruul 999"], 1)):
        assert match(*texts).exit_code == code, texts
        assert match("--json", *texts).exit_code == code, texts


def test_people_read_sentences() -> None:
    result = match(RIGHT, "Leopoldstraat 14, 2800 Mechelen", WRONG)
    assert f"{RIGHT}: gevonden.\n" in result.stdout
    assert f"  adres {SHOP}\n" in result.stdout
    assert "bus 0101" in result.stdout, "to choose from"
    assert f"{WRONG}: niet gevonden.\n" in result.stdout
    assert result.stdout.endswith("toestand op 01/08/2026.\n")


def test_standard_input_brings_one_address_per_line() -> None:
    lines = f"{RIGHT}\r\n\n".encode() + b"\xff Bruul 45\n" + b"Bruul 9, 2800 Mechelen"
    found = matched("-", WRONG, stdin=lines)
    assert [one["input"] for one in found] == [RIGHT, "", "\ufffd Bruul 45", "Bruul 9, 2800 Mechelen", WRONG]
    assert [one["reasons"][0]["code"] for one in found][:2] == ["found", "no_address"]
    assert found[3]["verdict"] == "exact"


def test_a_column_keeps_its_rows() -> None:
    for lines, rows in (("", 0), ("\n", 1), ("\n\n", 2), (f"\n{RIGHT}", 2), (f"{RIGHT}\n \n\n", 3)):
        assert len(matched("-", stdin=lines)) == rows, lines


def test_a_line_without_end_is_one_answer() -> None:
    for filler in (b"0", b" ", "€".encode()):
        found = matched("-", stdin=RIGHT.encode() + filler * 300_000 + b"\n" + RIGHT.encode())
        assert [one["verdict"] for one in found][1:] == ["exact"], filler
        assert len(found[0]["input"]) <= 100_000


def test_as_a_process_with_bytes_that_are_no_text(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "loketbus", "address", "match", "--json", b"\xff\xc3\xa9 \xf0\x9f\x98\x80", RIGHT],
        cwd=REPOSITORY,
        env=os.environ | {"LOKETBUS_VAR": str(tmp_path), "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    found = [json.loads(line) for line in said.stdout.decode().splitlines()]
    assert (said.returncode, said.stderr) == (1, b"")
    assert [one["verdict"] for one in found] == ["unknown", "exact"]
