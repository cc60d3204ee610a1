"""The "maak dossier" link and the moment of first use: settings that are read once, at the start."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from loketbus.errors import ConfigurationError
from loketbus.settings import load
from services.mail_ingest.domain.deeplinks import check, new_dossier
from services.mail_ingest.domain.moments import read
from services.mail_ingest.settings import MailSettings

TEMPLATE = "https://crm.stad.example/nieuw?mail={mail}&item={item}&reis={klantenreis}"


class TestNewDossier:
    def test_ids_are_filled_in_as_one_value_each(self) -> None:
        row = {"item": "i/1", "mail": "a&b=c", "contact": None, "klantenreis": None}
        assert new_dossier(TEMPLATE, row) == "https://crm.stad.example/nieuw?mail=a%26b%3Dc&item=i%2F1&reis="

    def test_without_a_setting_there_is_none(self) -> None:
        assert new_dossier(None, {}) is None

    @pytest.mark.parametrize(
        "template",
        [
            "javascript:alert({mail})",
            "crm.stad.example/{mail}",
            "https:///{mail}",
            "https://{mail}.example/",
            "https://crm.stad.example/{wie}",
            "https://crm.stad.example/{}",
            "https://crm.stad.example/{mail.__class__}",
            "https://crm.stad.example/{mail:>9999999}",
            "https://crm.stad.example/{mail",
        ],
    )
    def test_what_is_no_safe_link_is_refused(self, template: str) -> None:
        with pytest.raises(ValueError, match="een webadres"):
            check(template)

    def test_the_operator_reads_one_line_that_names_the_setting(self) -> None:
        with pytest.raises(ConfigurationError) as refused:
            load(MailSettings, crm_new_dossier_url="ftp://crm.stad.example/{mail}")
        assert str(refused.value).startswith("Instelling LOKETBUS_CRM_NEW_DOSSIER_URL is fout: verwacht een webadres")


class TestQueueFrom:
    @pytest.mark.parametrize(
        ("text", "moment"),
        [
            ("2027-01-04", datetime(2027, 1, 3, 23, 0, tzinfo=UTC)),
            ("2027-07-01T08:00", datetime(2027, 7, 1, 6, 0, tzinfo=UTC)),
            ("2027-01-04T08:00:00Z", datetime(2027, 1, 4, 8, 0, tzinfo=UTC)),
            (date(2027, 1, 4), datetime(2027, 1, 3, 23, 0, tzinfo=UTC)),
        ],
    )
    def test_a_date_or_a_moment_in_belgian_time(self, text: str | date, moment: datetime) -> None:
        assert read(text) == moment
        assert load(MailSettings, queue_from=text).queue_from == moment

    def test_anything_else_is_one_clear_line(self) -> None:
        with pytest.raises(ConfigurationError, match=r"LOKETBUS_QUEUE_FROM is fout: verwacht een datum.* 2027-01-04"):
            load(MailSettings, queue_from="morgen")
