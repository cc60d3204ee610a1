"""`loketbus kbo check`, as a person and as a program use it: no register, no service."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.kbo.cli import kbo
from tests.support.shared import REPOSITORY

FIELDS = ["input", "valid", "number", "kind", "changes", "reasons", "suggestion"]


@pytest.fixture(autouse=True)
def nothing_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKETBUS_VAR", str(tmp_path / "var"))


def check(*arguments: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(kbo, ["check", *arguments], input=stdin)


def checked(*numbers: str, stdin: str | bytes = "") -> list[dict[str, Any]]:
    """What `--json` prints, line by line."""
    lines = check("--json", "--", *numbers, stdin=stdin).stdout_bytes.decode().splitlines()
    return [json.loads(line) for line in lines]


def test_one_object_per_number_with_exactly_these_fields() -> None:
    right, wrong, unit = checked("BTW BE 0403.170.701 RPR Leuven", "0403.170.702", "2.000.000.339")
    assert list(right) == list(wrong) == list(unit) == FIELDS
    assert (right["input"], right["valid"]) == ("BTW BE 0403.170.701 RPR Leuven", True)
    assert (right["number"], right["kind"], right["reasons"]) == ("0403170701", "enterprise", [])
    assert [change["code"] for change in right["changes"]] == ["words_removed"]
    assert all(change["text"].endswith(".") for change in right["changes"])
    assert (wrong["valid"], wrong["number"], wrong["kind"]) == (False, None, None)
    assert [list(reason) for reason in wrong["reasons"]] == [["code", "text"]]
    assert wrong["reasons"][0]["code"] == "check_digits"
    assert wrong["suggestion"] is None, "without a register nothing can be suggested"
    assert unit["kind"] == "establishment"


@pytest.mark.parametrize(
    ("numbers", "code"),
    [
        (["0403.170.701"], 0),
        (["0403.170.701", "403170701", "2.000.000.339"], 0),
        (["0403.170.701", "0403.170.702"], 1),
        (["0000116400"], 1),
        ([""], 1),
    ],
)
def test_the_exit_code_says_whether_all_are_right(numbers: list[str], code: int) -> None:
    assert check(*numbers).exit_code == code
    assert check("--json", *numbers).exit_code == code


def test_people_read_sentences() -> None:
    result = check("403170701", "0403.170.702")
    assert result.stdout.splitlines() == [
        "0403.170.701: geldig ondernemingsnummer. Het nummer telde negen cijfers; de 0 vooraan is toegevoegd.",
        "0403.170.702: ongeldig. De laatste twee cijfers passen niet bij de eerste acht. Er is wellicht een tikfout.",
    ]


def test_standard_input_brings_one_number_per_line() -> None:
    found = checked("-", "2.000.000.339", stdin=b"0403.170.701\r\n\n\xff 0403170701\n")
    assert [one["number"] for one in found] == ["0403170701", None, "2000000339"]
    assert found[1]["input"] == "\ufffd 0403170701"


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
@pytest.mark.parametrize("filler", [b"0", b" ", b"0403170701 ", "\u20ac".encode()])
def test_a_line_without_end_is_one_answer(filler: bytes, end: bytes) -> None:
    """Whatever its pieces say, also where the first one is a number and blanks."""
    line = b"0403170701" + filler * 10_000
    long, *others = checked("-", stdin=b"2.000.000.339\n" + line + end + b"0403.170.701\n" * bool(end))[1:]
    assert (long["valid"], long["number"], [reason["code"] for reason in long["reasons"]]) == (
        False,
        None,
        ["too_long"],
    )
    assert len(long["input"]) <= 1_000
    assert [one["number"] for one in others] == ["0403170701"] * bool(end)


def test_a_line_may_be_almost_that_long() -> None:
    (padded,) = checked("-", stdin=b" " * 985 + b"0403170701\n")
    assert padded["number"] == "0403170701"


def test_as_a_process_with_bytes_that_are_no_text(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "loketbus", "kbo", "check", "--json", b"\xff\xef\xbc\x90403.170.701", "4031 70701"],
        cwd=REPOSITORY,
        env=os.environ | {"LOKETBUS_VAR": str(tmp_path), "LC_ALL": "C", "PYTHONUTF8": "0"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    found = [json.loads(line) for line in said.stdout.decode().splitlines()]
    assert (said.returncode, said.stderr) == (1, b"")
    assert [one["valid"] for one in found] == [False, True]
    assert list(tmp_path.iterdir()) == [], "nothing was written"
