"""A wrong setting of address is one clear line at the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from loketbus.errors import ConfigurationError
from loketbus.settings import load
from services.address.settings import MECHELEN, AddressSettings, register_folder


@pytest.mark.parametrize("wrong", ['["1202"]', '["B2800"]', "everything", '"12025"'])
def test_a_municipality_is_a_nis_code_of_five_digits(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("LOKETBUS_ADDRESS_NIS", wrong)
    with pytest.raises(ConfigurationError, match="LOKETBUS_ADDRESS_NIS"):
        load(AddressSettings)


def test_mechelen_and_its_neighbours_are_the_default_and_flanders_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(AddressSettings).address_nis == MECHELEN
    monkeypatch.setenv("LOKETBUS_ADDRESS_NIS", '["12025"]')
    assert load(AddressSettings).address_nis == ("12025",)
    monkeypatch.setenv("LOKETBUS_ADDRESS_NIS", "all")
    assert load(AddressSettings).address_nis == "all"


def test_a_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKETBUS_ADDRESS_API_KEY", "geheim-geheim")
    assert "geheim" not in repr(load(AddressSettings))


@pytest.mark.parametrize("name", ["ADDRESS_FEED_SECONDS", "ADDRESS_FOLLOW_SECONDS", "ADDRESS_API_PER_SECOND"])
def test_what_is_repeated_takes_some_time(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"LOKETBUS_{name}", "0")
    with pytest.raises(ConfigurationError, match=name):
        load(AddressSettings)


def test_the_replica_lies_in_the_services_own_folder(tmp_path: Path) -> None:
    assert register_folder(AddressSettings(var=tmp_path)) == tmp_path / "address" / "register"
