"""The real samples, and copies in their shape: whatever way their pages are cut, once or twice, the replica is one."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from services.address.domain.feed_events import REGISTERS
from services.address.domain.model import Status
from tests.integration.address.feed.conftest import Replica
from tests.support import address_feed as feed
from tests.support.address_feed import SAMPLES, Event, dump, names, rows, status, uri
from tests.support.address_register import Town

PLACE = ["feed"]
"""The number of the page is where pages were cut; all else must be equal."""
ON_THE_WAY = ["feed", "change", "feed_trouble"]
"""What also tells how often something was done."""


def by_hand() -> dict[str, list[Event]]:
    """The stories of the samples with other ids, so that they are told where the samples are absent."""
    place = {"isToegekendDoor": uri("gemeente", 41081)}
    return {
        "gemeenten": [
            feed.create("gemeenten", 71022, status=status("voorgesteld", "gemeente")),
            feed.update("gemeenten", 71022, ("gemeentenaam", [], names(fr="Hasselt"))),
            feed.update("gemeenten", 71022, ("gemeentenaam", names(fr="Hasselt"), names(fr="Hasselt", nl="Hasselt"))),
            feed.update("gemeenten", 71022, ("officieleTaal", [], ["nl"])),
            feed.transform("gemeenten", (71022, 71072), nis=(73040, 71072, 71022)),
            feed.update("gemeenten", 71022, ("status", None, status("gehistoreerd", "gemeente"))),
            feed.create("gemeenten", 21001, status=status("inGebruik", "gemeente")),
            feed.delete("gemeenten", 21001),
        ],
        "postinfo": [
            feed.create("postinfo", 9050, nis=()),
            feed.update("postinfo", 9050, ("postnaam", [], names(nl="Gentbrugge")), nis=()),
            feed.update("postinfo", 9050, ("postnaam", names(nl="Gentbrugge"), names(nl="Ledeberg")), nis=()),
            feed.update("postinfo", 9050, ("isToegekendAan", None, uri("gemeente", 44021))),
            feed.create("postinfo", 5020, nis=()),
            feed.delete("postinfo", 5020),
        ],
        "straatnamen": [
            feed.street(64260, "Betenbroek", 41081),
            feed.update("straatnamen", 64260, ("straatnaam", names(nl="Betenbroek"), names(nl="Betenbroeck"))),
            feed.create("straatnamen", 64261, **place, status=status("voorgesteld"), straatnaam=names(nl="Kouterslag")),
            feed.transform("straatnamen", (64261, 236700), (64261, 236701), nis=(73111, 73083)),
            feed.update("straatnamen", 64261, ("status", status("voorgesteld"), status("afgekeurd", "straatnaam"))),
            feed.create("straatnamen", 64262, **place, status=status("inGebruik"), straatnaam=names(nl="Zijweg"),
                        homoniemToevoeging=names(nl="zij")),
            feed.delete("straatnamen", 64262),
        ],
        "adressen": [
            feed.address(1, 64260, "30", "002"),
            feed.address(2, 64260, "30"),
            feed.update("adressen", 1, ("status", status("inGebruik"), status("gehistoreerd"))),
            feed.delete("adressen", 1),
            feed.address(3, 64260, "37A"),
            feed.delete("adressen", 3),
            feed.address(3, 64260, "37A"),
            feed.transform("adressen", (900, 2), (901, 3)),
            feed.transform("adressen", (2, 31295628), nis=(46003, 46030)),
            feed.update("adressen", 2, ("status", status("inGebruik"), status("gehistoreerd"))),
            feed.update("adressen", 3),
            feed.address(4, 64260, "41", heeftPostinfo=uri("postinfo", 9120)),
            feed.update("adressen", 4, ("heeftPostinfo", uri("postinfo", 9120), uri("postinfo", 9130))),
            feed.update("adressen", 4, ("status", status("inGebruik"), status("afgekeurd"))),
        ],
        "gebouwen": [
            feed.create("gebouwen", 7, gebouwStatus="gerealiseerd", geometrieMethode="ingemetenGRB"),
            feed.update("gebouwen", 7, ("gebouwGeometrie", [], [{"type": "Polygon"}])),
            feed.update("gebouwen", 7),
            feed.update("gebouwen", 7, ("gebouwStatus", "gerealiseerd", "gehistoreerd")),
            feed.create("gebouwen", 8, gebouwStatus="gepland"),
            feed.delete("gebouwen", 8),
        ],
        "gebouweenheden": [
            feed.create("gebouweenheden", 5, gebouweenheidStatus="gepland", gebouweenheidFunctie="nietGekend",
                        adresIds=[], **{"gebouw.id": uri("gebouw", 7)}),
            feed.update("gebouweenheden", 5, ("adresIds", [], [uri("adres", 2)])),
            feed.update("gebouweenheden", 5, ("adresIds", [uri("adres", 2)], [uri("adres", 2), uri("adres", 3)])),
            feed.update("gebouweenheden", 5, ("adresIds", [uri("adres", 2), uri("adres", 3)], [uri("adres", 3)])),
            feed.update("gebouweenheden", 5, ("gebouw.id", uri("gebouw", 7), uri("gebouw", 9))),
        ],
        "percelen": [
            feed.create("percelen", "72015B0517-00B002", perceelStatus="gerealiseerd", adresIds=[uri("adres", 3)]),
            feed.update("percelen", "72015B0517-00B002"),
            feed.update("percelen", "72015B0517-00B002", ("adresIds", [uri("adres", 3)], [])),
        ],
    }  # fmt: skip


@pytest.fixture(params=["by hand", "samples"])
def events(request: pytest.FixtureRequest) -> dict[str, list[Event]]:
    """By register."""
    if request.param == "by hand":
        return by_hand()
    if not SAMPLES.is_dir():
        pytest.skip("the samples are not here")
    return feed.samples()


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """The streets of the addresses in the samples are there; all of Flanders is kept."""
    town = Town()
    town.meta["nis"] = "all"
    for street in (64260, 76256, 298):
        town.street(f"Straat {street}", 41081, id=street)
    for register in REGISTERS:
        town.add("feed", register, 0, 1, None)
    return Replica(town.save(tmp_path / "register")).begin().file


def replayed(empty: Path, name: str, pages: dict[str, list[list[Event]]]) -> Replica:
    """A copy with these pages, all but the last of a register complete."""
    folder = empty.parent / name
    folder.mkdir()
    shutil.copyfile(empty, folder / empty.name)
    replica = Replica(folder / empty.name)
    for register, batches in pages.items():
        for at, batch in enumerate(batches, start=1):
            replica.take(register, *batch, complete=at < len(batches))  # type: ignore[arg-type]
    return replica


def whole(events: dict[str, list[Event]]) -> dict[str, list[list[Event]]]:
    return {register: [batch] for register, batch in feed.by_register(events)}


def test_a_page_cut_anywhere(events: dict[str, list[Event]], empty: Path) -> None:
    """First a part of a page and later all of it, or two pages: nothing of it shows."""
    base = empty
    for register, batch in feed.by_register(events):
        expected = replayed(base, f"{register}-whole", {register: [batch]}).file
        rows_expected = dump(expected)
        for cut in range(1, len(batch)):
            grown = replayed(base, f"{register}-grown-{cut}", {register: [batch[:cut]]})
            grown.take(register, *batch)  # type: ignore[arg-type]
            assert dump(grown.file) == rows_expected
            if cut % 3 == 0:  # and one event a page, below
                paged = replayed(base, f"{register}-paged-{cut}", {register: [batch[:cut], batch[cut:]]})
                assert dump(paged.file, PLACE) == {
                    name: rows_expected[name] for name in rows_expected.keys() - {*PLACE}
                }
        base = expected


def test_one_event_a_page(events: dict[str, list[Event]], empty: Path) -> None:
    pages = {register: [[one] for one in batch] for register, batch in feed.by_register(events)}
    expected = dump(replayed(empty, "whole", whole(events)).file, PLACE)
    assert dump(replayed(empty, "single", pages).file, PLACE) == expected


def test_the_same_pages_twice_and_in_any_order_change_nothing(events: dict[str, list[Event]], empty: Path) -> None:
    replica = replayed(empty, "whole", whole(events))
    expected = dump(replica.file)
    for register, batch in feed.by_register(events):
        shuffled = [*batch, *batch]
        random.Random(5).shuffle(shuffled)
        again = replica.take(register, *shuffled)  # type: ignore[arg-type]
        assert (again.applied, again.skipped, again.troubled, again.touched) == (0, 0, 0, frozenset())
    assert dump(replica.file) == expected
    mixed = {register: [random.Random(5).sample(batch, len(batch))] for register, batch in feed.by_register(events)}
    assert dump(replayed(empty, "mixed", mixed).file) == expected


def test_read_again_from_the_start_it_ends_where_it_was(events: dict[str, list[Event]], empty: Path) -> None:
    """Also when the position was lost, as by an import of an older download that already had some of it."""
    replica = replayed(empty, "whole", whole(events))
    expected = dump(replica.file, ON_THE_WAY)
    lost = rows(replica.file, "SELECT register FROM feed")
    assert len(lost) == len(REGISTERS)
    for register, batch in feed.by_register(events):
        replayed_again(replica, register, batch)
    assert dump(replica.file, ON_THE_WAY) == expected


def replayed_again(replica: Replica, register: str, batch: list[Event]) -> None:
    """With the position where it was before the first event."""
    with closing(sqlite3.connect(replica.file)) as db, db:
        db.execute("UPDATE feed SET page = 1, event = 0 WHERE register = ?", (register,))
    assert replica.take(register, *batch).applied == len(batch)  # type: ignore[arg-type]


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not here")
def test_what_the_samples_say_in_the_end(empty: Path) -> None:
    replica = replayed(empty, "whole", whole(feed.samples()))
    file = replica.file
    retired = "SELECT status FROM address WHERE id = ?"
    assert rows(file, retired, 30411696) == [(Status.GEHISTOREERD,)]
    assert rows(file, "SELECT new FROM replaced WHERE kind = 'address' AND old = 963208") == [(30411696,)]
    assert rows(file, "SELECT new FROM replaced WHERE kind = 'address' AND old = 30411696") == [(31295628,)]
    assert rows(file, retired, 31319625) == []
    assert rows(file, "SELECT kind, id FROM removed ORDER BY kind, id") == [
        ("address", 31319625), ("building", 5811158), ("municipality", 21001), ("street", 227570),
        ("unit", 5682336), ("unit", 5812645),
    ]  # fmt: skip
    back = rows(file, "SELECT street, house, box, postcode, status, method, x FROM address WHERE id = 31320666")
    assert back == [(298, "37A", None, 2000, Status.VOORGESTELD, 0, 153439.07)]
    assert rows(file, "SELECT name, status FROM street WHERE id = 228493") == [("Betenbroek", Status.AFGEKEURD)]
    assert rows(file, "SELECT new FROM replaced WHERE kind = 'street'") == [(236700,)]
    assert rows(file, "SELECT name, name_fr FROM street WHERE id = 18618") == [("Aakaai", "Quai d'Aa")]
    assert rows(file, "SELECT street FROM street_key WHERE key = 'quaidaa'") == [(18618,)]
    assert rows(file, "SELECT name, status FROM municipality WHERE nis = 71022") == [("Hasselt", Status.GEHISTOREERD)]
    assert rows(file, "SELECT address FROM unit_address WHERE unit = 5674659") == [(30720540,)]
    assert len(rows(file, "SELECT address FROM unit_address WHERE unit = 31779857")) == 4
    assert rows(file, "SELECT building FROM unit WHERE id = 15869061") == [(15867498,)]
    parcels = rows(file, "SELECT capakey, status FROM parcel ORDER BY id")
    assert parcels == [("11001B0026/00A004", Status.GEHISTOREERD), ("72015B0517/00B002", Status.GEREALISEERD)]
    assert rows(file, "SELECT name FROM postal_name WHERE postcode = 9050 ORDER BY name") == [
        ("Gentbrugge",),
        ("Ledeberg",),
    ]
    assert rows(file, "SELECT * FROM postal_name WHERE postcode = 5020") == []
    assert rows(file, "SELECT * FROM feed_trouble") == []
    assert rows(file, "SELECT * FROM feed_waiting") == []
