"""`loketbus mail parse`, as a person and as a program use it: no settings, no service, nothing written."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.mail_ingest import cli_mail
from services.mail_ingest.cli_mail import mail
from tests.support.ews import eml, message_id
from tests.support.shared import REPOSITORY
from tests.unit.mail_ingest.parsing import outlook_files as outlook

KEYS = {
    "file", "message_id", "date", "from", "to", "cc", "subject", "text", "new_text", "html", "attachments", "automatic",
    "in_reply_to", "references", "thread_index", "warnings",
}  # fmt: skip
RAW = eml(1, attachments={"offerte.pdf": b"%PDF"}, Cc="Jan <jan@burger.example>", References="<a@x> <b@x>")


def parse(*files: object, stdin: bytes = b"") -> list[dict[str, Any]]:
    """What `--json` prints for these files, line by line; the command itself must be content."""
    result = CliRunner().invoke(mail, ["parse", "--json", *map(str, files)], input=stdin)
    assert result.exit_code == 0, result.output
    lines = result.stdout_bytes.decode().splitlines()
    assert len(lines) == len(files)
    return [json.loads(line) for line in lines]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "mail.eml"
    file.write_bytes(RAW)
    return file


def test_one_object_with_everything_in_it(path: Path) -> None:
    (found,) = parse(path)
    assert found.keys() >= KEYS
    assert (found["file"], found["message_id"]) == (str(path), message_id(1))
    assert found["cc"] == [{"name": "Jan", "email": "jan@burger.example"}]
    assert (found["references"], found["automatic"]) == (["<a@x>", "<b@x>"], None)
    (attachment,) = found["attachments"]
    assert attachment | {"type": None} == {
        "name": "offerte.pdf",
        "type": None,
        "size": 4,
        "sha256": hashlib.sha256(b"%PDF").hexdigest(),
        "inline": False,
        "message": None,
    }
    assert "quarantined" not in found


def test_one_object_per_file_in_order_whatever_the_files_hold(path: Path, tmp_path: Path) -> None:
    odd = {"empty": b"", "noise": bytes(range(256)) * 100, "text": b"geen mail", "zip": b"PK\3\4" + b"\0" * 500}
    for name, content in odd.items():
        (tmp_path / name).write_bytes(content)
    files = [path, *(tmp_path / name for name in odd), tmp_path / "weg", tmp_path, path]
    found = parse(*files)
    assert [one["file"] for one in found] == [str(file) for file in files]
    assert [one["quarantined"] for one in found if "quarantined" in one] == ["file_missing", "not_a_file"]
    assert all(one.keys() >= KEYS for one in found if "quarantined" not in one)


def test_files_of_outlook(tmp_path: Path) -> None:
    words = [outlook.text(0x0037, "Vraag"), outlook.text(0x1000, "Dag")]
    (tmp_path / "vraag.msg").write_bytes(outlook.msg(words, [], [outlook.file("a.pdf", b"%PDF")]))
    (tmp_path / "winmail.dat").write_bytes(outlook.tnef(words, outlook.file("a.pdf", b"%PDF")))
    for found in parse(tmp_path / "vraag.msg", tmp_path / "winmail.dat"):
        assert (found["subject"], found["text"]) == ("Vraag", "Dag")
        assert [one["name"] for one in found["attachments"]] == ["a.pdf"]


def test_a_forward_says_who_is_behind_it(tmp_path: Path) -> None:
    block = "Van: An <an@x.example>\nVerzonden: maandag 2 november 2026 10:15\nAan: B\nOnderwerp: Dak\n\nMijn dak?"
    (tmp_path / "fw.eml").write_text(f"From: b@stad.example\nSubject: FW: Dak\n\n{block}")
    (found,) = parse(tmp_path / "fw.eml")
    assert found["original"] == {
        "subject": "Dak",
        "from": {"name": "An", "email": "an@x.example"},
        "date": "2026-11-02T09:15:00+00:00",
        "message_id": None,
        "evidence": "block",
        "text": "Mijn dak?",
        "behind": None,
    }


def test_standard_input() -> None:
    (found,) = parse("-", stdin=RAW)
    assert (found["file"], found["message_id"]) == ("-", message_id(1))


def test_a_pipe_is_read_and_a_name_in_no_encoding_is_shown(tmp_path: Path) -> None:
    odd = os.fsencode(tmp_path) + b"/caf\xe9.eml"
    with open(odd, "wb") as file:
        file.write(RAW)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    command = [sys.executable, "-c", "from services.mail_ingest.cli_mail import mail; mail()", "parse", "--json"]
    with subprocess.Popen([*command, odd, str(pipe)], cwd=REPOSITORY, stdout=subprocess.PIPE) as process:
        pipe.write_bytes(RAW)
        out, _ = process.communicate(timeout=60)
    first, second = (json.loads(line) for line in out.decode().splitlines())
    assert first["file"].endswith("caf\ufffd.eml")
    assert first["message_id"] == second["message_id"] == message_id(1)


def test_a_mail_over_the_cap(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_mail, "MAX_BYTES", len(RAW) - 1)
    assert parse(path) == [{"file": str(path), "quarantined": "too_large"}]
    assert parse("-", stdin=RAW) == [{"file": "-", "quarantined": "too_large"}]


def test_a_process_that_cannot_start_is_said_of_every_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    assert [one["quarantined"] for one in parse(path, path)] == ["parser_unavailable"] * 2


def test_a_mail_that_takes_too_much_memory(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_mail, "MEMORY_BYTES", 1_000_000)
    assert parse(path) == [{"file": str(path), "quarantined": "parser_died_memory"}]


def test_a_mail_that_takes_too_long(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_mail, "TIMEOUT_SECONDS", 0.0)
    assert parse(path) == [{"file": str(path), "quarantined": "parse_timeout"}]


def test_without_json_it_is_for_people(path: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(mail, ["parse", str(path), str(tmp_path / "weg")])
    assert result.exit_code == 0
    assert "Onderwerp: Vraag 1 over isolatie" in result.output
    assert "Bijlagen: offerte.pdf (4 bytes)" in result.output
    assert "Dit is vraag 1." in result.output
    assert "dit bestand bestaat niet (file_missing)" in result.output.replace("\n", " ")


def test_it_needs_no_settings_and_writes_nothing(path: Path, tmp_path: Path) -> None:
    empty = tmp_path / "leeg"
    empty.mkdir()
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LOKETBUS_")}
    done = subprocess.run(
        [sys.executable, "-c", "from services.mail_ingest.cli_mail import mail; mail()", "parse", "--json", str(path)],
        cwd=empty,
        env=clean | {"LC_ALL": "C", "PYTHONPATH": str(REPOSITORY), "LOKETBUS_MAIL_POLL_SECONDS": "onzin"},
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout)["message_id"] == message_id(1)
    assert done.stderr == b""
    assert list(empty.iterdir()) == []
