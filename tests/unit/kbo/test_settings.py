"""A wrong setting of kbo is one clear line at the start."""

from __future__ import annotations

import pytest

from loketbus.errors import ConfigurationError
from loketbus.settings import load
from services.kbo.settings import KboSettings


@pytest.mark.parametrize("wrong", ["Mechelen", "280", "B-2800", ""])
def test_a_postcode_of_the_city_is_four_digits(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    """Else every mail that names a VME would be refused by the register."""
    monkeypatch.setenv("LOKETBUS_KBO_HOME_POSTCODES", f'["2800", "{wrong}"]')
    with pytest.raises(ConfigurationError, match="LOKETBUS_KBO_HOME_POSTCODES"):
        load(KboSettings)
    monkeypatch.setenv("LOKETBUS_KBO_HOME_POSTCODES", '["2800", "2812"]')
    assert load(KboSettings).kbo_home_postcodes == ("2800", "2812")
