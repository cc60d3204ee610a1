"""Where settings come from, and what a person reads when one is wrong."""

from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field

from loketbus.errors import ConfigurationError
from loketbus.settings import BusSettings, load, unknown_settings


class ServiceSettings(BusSettings):
    mailbox: str
    page_size: int = 100
    kind: Literal["shared", "own"] = "shared"
    folders: list[str] = Field(default_factory=list)
    ews_password: str | None = None


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def set_all(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"LOKETBUS_{name}", value)


def explain(**values: object) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(ServiceSettings, **values)
    text = str(caught.value)
    assert "\n" not in text
    return text


def test_every_source_in_its_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "loketbus_mailbox").write_text("from-folder\n")
    (secrets / "loketbus_host").write_text("from-folder\n")
    (tmp_path / "password").write_text("from-file\n")
    (tmp_path / "loketbus.toml").write_text(
        'mailbox = "toml"\nhost = "toml"\nkafka = "toml"\nport = 1\nfolders = ["a"]'
    )
    set_all(
        monkeypatch, SECRETS=str(secrets), HOST="environment", EWS_PASSWORD_FILE=str(tmp_path / "password"), PORT="2"
    )
    settings = load(ServiceSettings, port=3)
    assert (
        settings.port,
        settings.host,
        settings.mailbox,
        settings.ews_password,
        settings.kafka,
        settings.folders,
    ) == (
        3,
        "environment",
        "from-folder",
        "from-file",
        "toml",
        ["a"],
    )


def test_lists_are_json_in_the_environment_and_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "folders").write_text('["a", "b"]')
    set_all(monkeypatch, FOLDERS_FILE=str(tmp_path / "folders"))
    assert load(ServiceSettings, mailbox="x").folders == ["a", "b"]
    (tmp_path / "folders").write_text("a, b")
    assert explain(mailbox="x") == 'Instelling LOKETBUS_FOLDERS is fout: verwacht JSON, bijvoorbeeld ["a", "b"].'
    set_all(monkeypatch, FOLDERS="[a")
    assert "LOKETBUS_FOLDERS" in explain(mailbox="x")


def test_another_place_for_the_toml_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loketbus.toml").write_text('mailbox = "here"')
    (tmp_path / "other.toml").write_text('mailbox = "other"')
    set_all(monkeypatch, CONFIG=str(tmp_path / "other.toml"))
    assert load(ServiceSettings).mailbox == "other"


def test_a_missing_setting_says_how_to_give_it() -> None:
    assert explain() == (
        "Instelling LOKETBUS_MAILBOX ontbreekt: "
        "geef ze als omgevingsvariabele, als LOKETBUS_MAILBOX_FILE of in loketbus.toml."
    )


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "abc", "verwacht een geheel getal, gekregen 'abc'"),
        ("PORT", "-1", "verwacht een getal van minstens 0, gekregen '-1'"),
        ("PORT", "70000", "verwacht een getal van hoogstens 65535, gekregen '70000'"),
        ("PROFILE", "test", "verwacht een van 'demo' of 'live', gekregen 'test'"),
        ("KIND", "x", "verwacht een van 'shared' of 'own', gekregen 'x'"),
        ("TOPIC_PREFIX", "A b", "verwacht tekst van de vorm ^[a-z0-9.-]*$, gekregen 'A b'"),
    ],
)
def test_a_wrong_value_names_setting_source_expected_and_received(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, expected: str
) -> None:
    set_all(monkeypatch, **{name: value})
    assert explain(mailbox="x") == (
        f"Instelling LOKETBUS_{name} is fout: {expected} (uit omgevingsvariabele LOKETBUS_{name})."
    )


def test_the_source_is_the_one_that_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "loketbus.toml").write_text('page_size = "veel"')
    assert explain(mailbox="x").endswith("(uit bestand loketbus.toml).")
    (tmp_path / "size").write_text("veel")
    set_all(monkeypatch, PAGE_SIZE_FILE=str(tmp_path / "size"))
    assert explain(mailbox="x").endswith(f"(uit bestand {tmp_path / 'size'}).")
    set_all(monkeypatch, PAGE_SIZE="veel")
    assert explain(mailbox="x").endswith("(uit omgevingsvariabele LOKETBUS_PAGE_SIZE).")
    assert explain(mailbox="x", page_size="veel").endswith("(uit de opdracht).")


def test_several_errors_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, PORT="x", PROFILE="y")
    assert "(en nog 2 andere)" in explain()


def test_secrets_are_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for values in ({"ews_password": 12345}, {"kafka_password": 12345}):
        text = explain(mailbox="x", **values)
        assert "12345" not in text
        assert "*** (verborgen)" in text
    assert "geheim" not in explain(database=["postgresql://u:geheim@h/d"])
    set_all(monkeypatch, DATABASE="postgresql://u:geheim@h/d", KAFKA_PASSWORD="geheim")
    assert "geheim" not in repr(load(BusSettings))


@pytest.mark.parametrize(
    ("variable", "content", "expected"),
    [
        ("CONFIG", None, "Instelling LOKETBUS_CONFIG wijst naar {path}, en dat bestand bestaat niet."),
        ("CONFIG", b"a = [", "Het instellingenbestand {path} is geen geldige TOML: "),
        ("CONFIG", b"a = '\xff'", "Het instellingenbestand {path} is geen UTF-8."),
        ("SECRETS", None, "Instelling LOKETBUS_SECRETS wijst naar {path}, en die map bestaat niet."),
        ("MAILBOX_FILE", None, "Instelling LOKETBUS_MAILBOX_FILE wijst naar {path}, en dat bestand bestaat niet."),
        ("MAILBOX_FILE", b"\xff\xfe", "Het bestand {path} is geen UTF-8-tekst."),
        ("MAILBOX_FILE", b"x" * 70_000, "Het bestand {path} is te groot voor een instelling (boven 65536 bytes)."),
    ],
)
def test_a_file_that_cannot_serve_is_one_clear_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, content: bytes | None, expected: str
) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    set_all(monkeypatch, **{variable: str(path)})
    assert explain().startswith(expected.format(path=path))


def test_typing_errors_are_found_with_a_hint(tmp_path: Path) -> None:
    (tmp_path / "loketbus.toml").write_text('mailbx = "x"\nport = 1')
    environ = {
        "LOKETBUS_KAFKKA": "x",
        "LOKETBUS_ZZZZZZZZ": "x",
        "LOKETBUS_KAFKA": "x",
        "LOKETBUS_MAILBOX_FILE": "x",
        "LOKETBUS_SECRETS": "x",
        "LOKETBUS_CONFIG": "x",
        "LOKETBUS_TOKEN": "x",
        "LOKETBUS_TEST_KAFKA": "x",
        "PATH": "x",
    }
    assert unknown_settings(ServiceSettings, environ=environ) == [
        "Onbekende instelling LOKETBUS_KAFKKA (omgevingsvariabele); bedoelt u LOKETBUS_KAFKA?",
        "Onbekende instelling LOKETBUS_MAILBX (loketbus.toml); bedoelt u LOKETBUS_MAILBOX?",
        "Onbekende instelling LOKETBUS_ZZZZZZZZ (omgevingsvariabele).",
    ]
    assert len(unknown_settings(BusSettings, ServiceSettings, environ={"LOKETBUS_PAGE_SIZE": "1"})) == 1


def test_a_process_ignores_the_settings_of_another_service(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, KBO_FILE="x")
    assert load(BusSettings).port == 8000
