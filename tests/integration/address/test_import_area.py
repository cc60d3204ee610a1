"""Which municipalities an import keeps: what was asked and is there, what they merged into; the rest is said."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from loketbus.errors import Rejected
from services.address.doctor import examine
from services.address.domain.model import Status
from services.address.register.importing import import_download
from services.address.register.report import Report
from services.address.register.state import ReplicaState, replica_state
from services.address.settings import AddressSettings, register_folder
from services.address.standing import standing
from tests.support.address_extracts import address, best, best_address, municipality, save, street
from tests.support.address_register import Town

NOW = datetime(2026, 8, 2, tzinfo=UTC)
OLD, NEW, NEWEST = 12025, 12099, 12100


@pytest.fixture
def settings(tmp_path: Path) -> AddressSettings:
    return AddressSettings(var=tmp_path, address_nis=("12025",))


@pytest.fixture
def folder(settings: AddressSettings) -> Path:
    return register_folder(settings)


def state(folder: Path) -> ReplicaState:
    found = replica_state(folder)
    assert found is not None
    return found


def download(path: Path, *nis: int, retired: tuple[int, ...] = ()) -> Path:
    """A street and an address in each of these municipalities; all of it retired in some."""

    def status(of: int) -> str:
        return "Gehistoreerd" if of in retired else "InGebruik"

    tables = {
        "Gemeente": [municipality(one, f"Gemeente {one}", status(one)) for one in nis],
        "Straatnaam": [street(one * 10, "Kerkstraat", one, status(one)) for one in nis],
        "Adres": [address(one * 100, one * 10, "1", nis=one, status=status(one)) for one in nis],
    }
    return save(path, tables)


def codes(report: Report) -> list[str]:
    return [remark.code for remark in report.remarks]


def merged(*steps: tuple[int, int], nis: str, asked: str | None = None) -> Town:
    """A replica that the feed told of mergers."""
    made = Town()
    made.meta["nis"] = nis
    if asked is not None:
        made.meta["nis_asked"] = asked
    for old, new in steps:
        made.municipality(new, f"Gemeente {new}")
        made.replaced(old, new, kind="municipality")
    return made


class TestNotThere:
    def test_a_code_that_is_nowhere_is_told_and_not_kept(
        self, settings: AddressSettings, folder: Path, tmp_path: Path
    ) -> None:
        report = import_download(folder, download(tmp_path / "x.zip", OLD, 12040), nis=["12025", "12052"])
        assert (report.nis, codes(report)) == (("12025",), ["nis_absent"])
        assert "NIS-code 12052" in report.remarks[0].text
        assert (state(folder).nis, state(folder).asked) == (("12025",), ("12025", "12052"))
        wanted = settings.model_copy(update={"address_nis": ("12025", "12052")})
        (advice,) = standing(wanted, NOW).advice
        assert advice == report.remarks[0].text
        assert "12052" in examine(wanted)[0].advice
        assert standing(settings, NOW).advice == (), "the setting was mended"

    @pytest.mark.parametrize("kind", ["extract", "best"])
    def test_none_of_them_is_there(self, kind: str, folder: Path, tmp_path: Path) -> None:
        path = tmp_path / "openaddress-bevlg.zip"
        made = download(path, OLD) if kind == "extract" else best(path, [best_address(1, 2, "3")])
        with pytest.raises(Rejected) as refusal:
            import_download(folder, made, nis=["12052", "99999"])
        assert (refusal.value.code, "12052, 99999" in refusal.value.message) == ("address_nothing_kept", True)
        assert replica_state(folder) is None

    def test_a_municipality_of_which_nothing_is_valid(
        self, settings: AddressSettings, folder: Path, tmp_path: Path
    ) -> None:
        """What was there stays known: its addresses lead to their successors."""
        path = download(tmp_path / "x.zip", OLD, 12040, retired=(OLD,))
        report = import_download(folder, path, nis=["12025", "12040"])
        assert (report.nis, codes(report)) == (("12025", "12040"), ["nis_empty"])
        assert report.rows["address"].kept == 2
        assert "Gemeente Gemeente 12025 (NIS 12025)" in report.remarks[0].text
        wanted = settings.model_copy(update={"address_nis": ("12025", "12040")})
        assert standing(wanted, NOW).advice == (report.remarks[0].text,)

    def test_only_municipalities_that_are_no_more(self, folder: Path, tmp_path: Path) -> None:
        with pytest.raises(Rejected) as refusal:
            import_download(folder, download(tmp_path / "x.zip", OLD, 12040, retired=(OLD,)), nis=["12025"])
        assert refusal.value.code == "address_nothing_kept"

    def test_all_of_flanders_says_nothing(self, folder: Path, tmp_path: Path) -> None:
        report = import_download(folder, download(tmp_path / "x.zip", OLD, 12040, retired=(OLD,)), nis=None)
        assert (report.nis, report.remarks, state(folder).asked) == (None, (), None)


class TestMerger:
    @pytest.mark.parametrize("steps", [[(OLD, NEW)], [(OLD, NEW), (NEW, NEWEST)]])
    def test_what_the_feed_added_stays(
        self, steps: list[tuple[int, int]], settings: AddressSettings, folder: Path, tmp_path: Path
    ) -> None:
        kept = ["12025", *(str(new) for _, new in steps)]
        merged(*steps, nis=",".join(kept)).save(folder)
        path = download(tmp_path / "x.zip", OLD, NEW, NEWEST, 12040, retired=(OLD,))
        report = import_download(folder, path, nis=["12025"])
        assert (list(report.nis or ()), codes(report)) == (kept, ["nis_added"] * len(steps))
        for remark, (old, new) in zip(report.remarks, steps, strict=True):
            assert f"(NIS {old}) ging op in Gemeente {new} (NIS {new})" in remark.text
            assert f"Voeg {new} toe aan LOKETBUS_ADDRESS_NIS" in remark.text
        assert (list(state(folder).nis or ()), state(folder).asked) == (kept, ("12025",))
        assert standing(settings, NOW).advice == tuple(remark.text for remark in report.remarks)
        again = import_download(folder, path, nis=["12025"])
        assert again.nis == report.nis, "also without a feed in between"
        added = settings.model_copy(update={"address_nis": tuple(kept)})
        assert standing(added, NOW).advice == ()

    def test_a_merger_of_others_adds_nothing(self, folder: Path, tmp_path: Path) -> None:
        merged((12040, NEW), nis="12040,12099").save(folder)
        report = import_download(folder, download(tmp_path / "x.zip", OLD, NEW, 12040), nis=["12025"])
        assert (report.nis, report.remarks) == (("12025",), ())

    def test_before_the_import_it_is_named_already(self, settings: AddressSettings, folder: Path) -> None:
        made = merged((OLD, NEW), nis="12025,12099")
        made.address(made.street("Kerkstraat", NEW), "1")
        made.address(made.street("Kerkstraat", OLD), "1", status=Status.GEHISTOREERD)
        made.save(folder)
        (advice,) = standing(settings, NOW).advice
        assert "Voeg 12099 toe aan LOKETBUS_ADDRESS_NIS" in advice


class TestGoingBack:
    def loaded(self, folder: Path, tmp_path: Path, day: str, **meta: Any) -> Report:
        before = Town()
        before.meta |= {"extract": day, "nis": "12025", **meta}
        before.save(folder)
        return import_download(folder, download(tmp_path / "x.zip", OLD), nis=["12025"])

    def test_an_older_download_says_that_it_is_one(self, folder: Path, tmp_path: Path) -> None:
        (remark,) = self.loaded(folder, tmp_path, "2026-11-20").remarks
        assert remark.code == "older_download"
        assert "van 01/08/2026, de vorige was van 20/11/2026" in remark.text

    @pytest.mark.parametrize("day", ["2026-08-01", "2026-07-31"])
    def test_one_of_that_day_or_newer_does_not(self, day: str, folder: Path, tmp_path: Path) -> None:
        assert self.loaded(folder, tmp_path, day).remarks == ()
