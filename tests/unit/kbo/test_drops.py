"""The settings of the drop: which one, what is missing, and what `doctor` says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import ConfigurationError
from loketbus.settings import load
from services.kbo.drops import examine, open_drop
from services.kbo.remote.drop_folder import FolderDrop
from services.kbo.remote.portal import PortalDrop
from services.kbo.remote.sftp import SftpDrop
from services.kbo.settings import KboSettings

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
PORTAL = {"kbo_drop": "portal", "kbo_portal_user": "loketbus", "kbo_portal_password": "hunter-2"}
SFTP = {"kbo_drop": "sftp", "kbo_sftp_user": "loketbus", "kbo_sftp_password": "hunter-2", "kbo_sftp_host_key": KEY}


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    def settings(**values: Any) -> KboSettings:
        """As an operator sets them."""
        for name, value in {"var": tmp_path / "var", **values}.items():
            monkeypatch.setenv(f"LOKETBUS_{name.upper()}", str(value))
        return load(KboSettings)

    return settings


def test_each_kind_opens(given: Any, tmp_path: Path) -> None:
    assert isinstance(open_drop(given(**PORTAL)), PortalDrop)
    assert isinstance(open_drop(given(**SFTP)), SftpDrop)
    assert isinstance(open_drop(given(kbo_drop="folder", kbo_drop_folder=tmp_path)), FolderDrop)
    assert open_drop(given(kbo_drop="none")) is None


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kbo_drop": "portal"}, "vul LOKETBUS_KBO_PORTAL_USER, LOKETBUS_KBO_PORTAL_PASSWORD in"),
        (
            {"kbo_drop": "sftp", "kbo_sftp_user": "loketbus"},
            "vul LOKETBUS_KBO_SFTP_PASSWORD, LOKETBUS_KBO_SFTP_HOST_KEY in",
        ),
        ({"kbo_drop": "folder"}, "vul LOKETBUS_KBO_DROP_FOLDER in"),
        ({**SFTP, "kbo_sftp_host_key": "SHA256:abc"}, "LOKETBUS_KBO_SFTP_HOST_KEY is geen sleutel"),
        ({**PORTAL, "kbo_portal_url": "http://kbo.example/kbo-open-data"}, "LOKETBUS_KBO_PORTAL_URL moet met https"),
    ],
)
def test_what_is_missing_or_wrong_is_one_clear_line(given: Any, values: dict[str, Any], message: str) -> None:
    settings = given(**values)
    with pytest.raises(ConfigurationError) as refusal:
        open_drop(settings)
    assert message in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "hunter-2" not in str(refusal.value)
    [finding] = examine(settings)
    assert (finding.ok, finding.advice) == (False, str(refusal.value))


def test_a_folder_that_is_not_there_keeps_nobody_from_starting(given: Any) -> None:
    settings = given(kbo_drop="folder", kbo_drop_folder="bestaat/niet")
    assert open_drop(settings) is not None, "it may be mounted later"
    [finding] = examine(settings)
    assert (finding.ok, "LOKETBUS_KBO_DROP_FOLDER" in finding.advice) == (False, True)


def test_our_own_folder_is_no_drop(given: Any, tmp_path: Path) -> None:
    inside = tmp_path / "var" / "kbo" / "incoming"
    inside.mkdir(parents=True)
    with pytest.raises(ConfigurationError, match="werkmap"):
        open_drop(given(kbo_drop="folder", kbo_drop_folder=inside))


def test_a_portal_on_loopback_needs_no_https(given: Any) -> None:
    [finding] = examine(given(**PORTAL, kbo_portal_url="http://127.0.0.1:8080/kbo-open-data"))
    assert finding.ok


def test_no_drop_is_worth_a_line_in_production_alone(given: Any) -> None:
    [finding] = examine(given(profile="live"))
    assert (finding.ok, "LOKETBUS_KBO_DROP" in finding.advice) == (False, True)
    assert examine(given(profile="demo")) == []
