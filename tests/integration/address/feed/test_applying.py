"""What events do to the replica: rows and what follows from them, who is kept, who waits, what cannot be used."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from services.address.domain.matching import match
from services.address.domain.model import Asked, Status
from services.address.questions import Register
from services.address.register import applying_trouble
from services.address.register.applying import Applied, Moved, Position, apply_page, position, start
from services.address.register.feed_standing import SENTENCES, feed_standing
from services.address.register.parcels import parcel_id
from tests.integration.address.feed.conftest import BOX, HOUSE, MARKT, Replica, town
from tests.support import address_feed as feed
from tests.support.address_feed import names, rows, status, uri
from tests.support.address_register import MECHELEN, WILLEBROEK, Town

ELSEWHERE = 41081
PARENT = "SELECT parent FROM address WHERE id = ?"
RENAMED = feed.update("straatnamen", MARKT, ("straatnaam", names(nl="Grote Markt"), names(nl="Sint-Romboutsplein")))
CHANGES = "SELECT address, street FROM change ORDER BY event"


def result(done: Applied) -> tuple[int, int, int, int]:
    return done.applied, done.skipped, done.troubled, done.parked


# --- rows and what follows from them ---------------------------------------------------------------------------------


def test_a_new_address_stands_there_as_an_import_would_put_it(replica: Replica) -> None:
    done = replica.take("adressen", feed.address(300, MARKT, "22", id=10))
    assert (result(done), done.touched) == ((1, 0, 0, 0), {300})
    found = rows(replica.file, "SELECT * FROM address WHERE id = 300")
    assert found == [
        (300, MARKT, "22", None, 2800, 2, None, "2025-04-18T11:52:12+02:00", 1, 2, 1, 157560.95, 190981.82)
    ]
    assert rows(replica.file, "SELECT at FROM feed WHERE register = 'adressen'") == [
        ("2025-04-18T11:52:12.5955391+02:00",)
    ]


def test_boxes_find_their_building_address_and_lose_it(replica: Replica) -> None:
    done = replica.take("adressen", feed.delete("adressen", HOUSE))
    assert rows(replica.file, PARENT, BOX) == [(None,)]
    assert done.touched == {HOUSE, BOX}
    assert rows(replica.file, "SELECT kind, id FROM removed") == [("address", HOUSE)]
    done = replica.take("adressen", feed.address(301, MARKT, "21"))
    assert rows(replica.file, PARENT, BOX) == [(301,)]
    assert done.touched == {301, BOX}
    replica.take("adressen", feed.update("adressen", 301, ("huisnummer", "21", "23")))
    assert rows(replica.file, PARENT, BOX) == [(None,)]
    replica.take("adressen", feed.address(HOUSE, MARKT, "21"))
    assert rows(replica.file, PARENT, BOX) == [(HOUSE,)]
    assert rows(replica.file, "SELECT kind, id FROM removed") == [], "what was removed is back"


def test_a_street_that_was_renamed_is_found_by_its_new_name_only(replica: Replica) -> None:
    replica.take("straatnamen", RENAMED)
    keys = {key for (key,) in rows(replica.file, "SELECT key FROM street_key WHERE street = ?", MARKT)}
    assert keys == {"sintromboutsplein"}
    assert rows(replica.file, "SELECT street FROM street_word WHERE word = 'markt'") == []
    assert rows(replica.file, CHANGES) == [(0, MARKT)], "one row for all who live there"
    replica.take("adressen", feed.update("adressen", HOUSE, version="2026-01-01T00:00:00+01:00"))
    assert rows(replica.file, "SELECT version FROM address WHERE id = ?", HOUSE) == [("2026-01-01T00:00:00+01:00",)]


def test_the_name_that_a_street_had_is_kept(replica: Replica) -> None:
    again = feed.update("straatnamen", MARKT, ("straatnaam", names(nl="Sint-Romboutsplein"), names(nl="Hallenplein")))
    replica.take("straatnamen", RENAMED, again)
    former = rows(replica.file, "SELECT street, name FROM street_former")
    assert former == [(MARKT, "Grote Markt"), (MARKT, "Sint-Romboutsplein")]
    former_keys = rows(replica.file, "SELECT nis, key, street FROM former_key")
    assert former_keys == [(MECHELEN, "grotemarkt", MARKT), (MECHELEN, "sintromboutsplein", MARKT)]
    replica.take(
        "straatnamen", feed.update("straatnamen", MARKT, ("status", status("inGebruik"), status("gehistoreerd")))
    )
    assert rows(replica.file, "SELECT street, name FROM street_former") == former, "it kept its name"
    assert rows(replica.file, "SELECT * FROM street_name") == [], "nobody is to pick it"
    replica.take("straatnamen", feed.delete("straatnamen", MARKT))
    assert rows(replica.file, "SELECT * FROM former_key") == []


@pytest.mark.parametrize("text", ["Grote Markt 21, 2800 Mechelen", "GROTE MARKT 21, Mechelen", "grote-markt 21 2800"])
def test_an_address_under_the_name_that_its_street_had(replica: Replica, text: str) -> None:
    """People write it for years."""
    replica.take("straatnamen", RENAMED)
    register = Register(replica.file.parent.parent)
    with register.open() as view:
        found = match(view, Asked(text=text))
    register.close()
    assert (found.verdict, found.address and found.address.id) == ("corrected", HOUSE)
    assert [one.message for one in found.changes if one.code == "street_renamed"] == [
        f"De straat ‘{text.split(' 21')[0]}’ heet nu Sint-Romboutsplein."
    ]


def test_a_street_that_is_gone_is_not_found(replica: Replica) -> None:
    replica.take("straatnamen", feed.delete("straatnamen", MARKT))
    for table in ("street_key", "street_word"):
        assert rows(replica.file, f"SELECT * FROM {table}") == []
    assert rows(replica.file, "SELECT kind, id FROM removed") == [("street", MARKT)]


def test_a_municipality_that_was_renamed_touches_its_streets(replica: Replica) -> None:
    renamed = feed.update(
        "gemeenten", MECHELEN, ("gemeentenaam", names(nl="Mechelen"), names(nl="Mechelen-Willebroek"))
    )
    replica.take("gemeenten", renamed)
    assert rows(replica.file, "SELECT nis FROM place WHERE fold = 'mechelenwillebroek'") == [(MECHELEN,)]
    assert rows(replica.file, CHANGES) == [(0, MARKT)]


def test_postal_names(replica: Replica) -> None:
    replica.take("postinfo", feed.create("postinfo", 2819, nis=()))
    replica.take("postinfo", feed.update("postinfo", 2819, ("postnaam", [], names(nl="Nekkerspoel")), nis=()))
    assert rows(replica.file, "SELECT * FROM place WHERE fold = 'nekkerspoel'") == []
    replica.take("postinfo", feed.update("postinfo", 2819, ("isToegekendAan", None, uri("gemeente", MECHELEN))))
    assert rows(replica.file, "SELECT nis, postcode FROM place WHERE fold = 'nekkerspoel'") == [(MECHELEN, 2819)]
    replica.take("postinfo", feed.delete("postinfo", 2819))
    assert rows(replica.file, "SELECT * FROM place WHERE fold = 'nekkerspoel'") == []


def test_units_and_parcels_hold_all_their_addresses(replica: Replica) -> None:
    key = "12403B0517-00B002"
    replica.take("percelen", feed.create("percelen", key, perceelStatus="gerealiseerd", adresIds=[uri("adres", HOUSE)]))
    unit = feed.create("gebouweenheden", 5, gebouweenheidStatus="gepland", adresIds=[uri("adres", HOUSE)])
    replica.take("gebouweenheden", unit)
    both = [uri("adres", HOUSE), uri("adres", BOX)]
    replica.take("gebouweenheden", feed.update("gebouweenheden", 5, ("adresIds", both[:1], both)))
    assert rows(replica.file, "SELECT address, unit FROM unit_address ORDER BY 1") == [(HOUSE, 5), (BOX, 5)]
    assert rows(replica.file, "SELECT address, parcel FROM parcel_address") == [(HOUSE, parcel_id(key))]
    replica.take("gebouweenheden", feed.delete("gebouweenheden", 5))
    replica.take("percelen", feed.update("percelen", key, ("adresIds", both[:1], None)))
    assert rows(replica.file, "SELECT * FROM unit_address UNION ALL SELECT * FROM parcel_address") == []


def test_a_replaced_address_is_told_to_who_follows_it(replica: Replica) -> None:
    done = replica.take("adressen", feed.transform("adressen", (HOUSE, 400), (999, 401), nis=(MECHELEN, ELSEWHERE)))
    assert rows(replica.file, "SELECT kind, old, new FROM replaced ORDER BY old") == [
        ("address", HOUSE, 400), ("address", 999, 401)
    ]  # fmt: skip
    assert done.touched == {HOUSE, 999}
    assert rows(replica.file, CHANGES) == [(HOUSE, None), (999, None)]


def test_a_former_value_that_was_not_here_is_counted_and_the_new_one_counts(replica: Replica) -> None:
    done = replica.take(
        "adressen",
        feed.update("adressen", HOUSE, ("huisnummer", "12", "23"), ("busnummer", None, None)),
        feed.update("adressen", BOX, ("positie.geometrie", feed.point("157000.01", "190000.00"), None)),
    )
    assert (done.applied, done.drift) == (2, 1)
    assert rows(replica.file, "SELECT house FROM address WHERE id = ?", HOUSE) == [("23",)]
    trouble = feed_standing(replica.file).troubles
    assert [(one.code, one.what, one.times, one.event) for one in trouble] == [("drift", "house", 1, None)]


# --- which part is kept ----------------------------------------------------------------------------------------------


def test_what_is_elsewhere_is_left_aside(replica: Replica) -> None:
    before = feed.dump(replica.file, ["feed"])
    done = [
        replica.take("straatnamen", feed.street(500, "Kerkstraat", ELSEWHERE)),
        replica.take("straatnamen", feed.update("straatnamen", 500, ("status", None, status("x")), nis=(ELSEWHERE,))),
        replica.take("adressen", feed.address(501, 500, "1", nis=(ELSEWHERE,))),
        replica.take("adressen", feed.delete("adressen", 501, nis=(ELSEWHERE,))),
        replica.take("adressen", feed.transform("adressen", (501, 502), nis=(ELSEWHERE,))),
        replica.take("gebouwen", feed.create("gebouwen", 503, gebouwStatus="gepland", nis=(ELSEWHERE,))),
        replica.take("gebouweenheden", feed.update("gebouweenheden", 504, ("adresIds", [], [uri("adres", 501)]))),
    ]
    assert [result(one) for one in done] == [(0, 1, 0, 0)] * 7
    assert feed.dump(replica.file, ["feed"]) == before


def test_a_unit_that_is_not_here_is_missed_only_where_it_has_an_address_of_ours(
    made: Callable[[Town], Replica],
) -> None:
    ours = feed.update("gebouweenheden", 504, ("adresIds", [], [uri("adres", HOUSE)]))
    nobodys = feed.update("gebouwen", 505, ("gebouwStatus", "gepland", "gerealiseerd"))
    replica = made(town())
    assert result(replica.take("gebouweenheden", ours)) == (0, 0, 1, 0)
    assert result(replica.take("gebouwen", nobodys)) == (0, 1, 0, 0)
    whole = made(town(nis="all"))
    assert result(whole.take("gebouwen", nobodys)) == (0, 0, 1, 0), "all of Flanders should have it"


def test_municipalities_and_postcodes_are_kept_everywhere(replica: Replica) -> None:
    replica.take(
        "gemeenten",
        feed.create("gemeenten", 44021, nis=(44021,), status=status("inGebruik"), gemeentenaam=names(nl="Gent")),
    )
    replica.take("postinfo", feed.create("postinfo", 9000, nis=(44021,), isToegekendAan=uri("gemeente", 44021)))
    assert rows(replica.file, "SELECT nis FROM place WHERE fold = 'gent'") == [(44021,)]
    assert rows(replica.file, "SELECT nis FROM postcode WHERE postcode = 9000") == [(44021,)]


def test_what_is_moved_into_a_kept_municipality_arrives(replica: Replica) -> None:
    """By a merger: new ids, proposed for the municipality that stays."""
    replica.take("straatnamen", feed.street(600, "Dorpsstraat", WILLEBROEK))
    done = replica.take(
        "adressen",
        feed.address(601, 600, "1", nis=(WILLEBROEK,)),
        feed.transform("adressen", (501, 601), nis=(ELSEWHERE, WILLEBROEK)),
    )
    assert result(done) == (2, 0, 0, 0)
    assert rows(replica.file, "SELECT new FROM replaced WHERE old = 501") == [(601,)]


def test_a_kept_municipality_that_goes_up_in_another_takes_that_along(made: Callable[[Town], Replica]) -> None:
    """What was proposed for the new one before anybody here knew of the merger is read again, and only that."""
    replica = made(town(nis=f"{MECHELEN}"))
    proposed = feed.street(700, "Nieuwe Markt", 12099, id=10), feed.address(701, 700, "1", nis=(12099,), id=11)
    other = feed.update("adressen", HOUSE, ("huisnummer", "21", "23"), id=12)
    merged = feed.transform("adressen", (HOUSE, 701), nis=(MECHELEN, 12099), id=13)
    assert result(replica.take("straatnamen", proposed[0], complete=True)) == (0, 1, 0, 0)
    assert result(replica.take("adressen", proposed[1], other, merged)) == (2, 1, 0, 0)

    replica.take("gemeenten", feed.transform("gemeenten", (MECHELEN, 12099), nis=(MECHELEN, 12099), id=14))
    assert rows(replica.file, "SELECT value FROM meta WHERE name = 'nis'") == [("12025,12099",)]
    assert {position(replica.file, register) for register in ("straatnamen", "adressen", "percelen")} == {
        Position(1, 0)
    }  # type: ignore[arg-type]
    replica.take("straatnamen", proposed[0], complete=True)
    later = feed.update("adressen", HOUSE, ("status", None, status("gehistoreerd")), id=15)
    done = replica.take("adressen", proposed[1], other, merged, later)
    assert result(done) == (3, 0, 0, 0), "the other one counted before"
    assert rows(replica.file, "SELECT street, status FROM address WHERE id IN (?, 701) ORDER BY id", HOUSE) == [
        (MARKT, Status.GEHISTOREERD), (700, Status.IN_GEBRUIK)
    ]  # fmt: skip
    assert position(replica.file, "adressen") == Position(1, 15)
    (trouble,) = feed_standing(replica.file).troubles
    assert (trouble.code, trouble.what) == ("municipality_merged", "12025 12099")


# --- waiting for a street --------------------------------------------------------------------------------------------


def test_an_address_whose_street_is_not_there_yet_waits_and_loses_nothing(replica: Replica) -> None:
    before = feed.address(801, 800, "1", id=20), feed.update("adressen", 801, ("huisnummer", "1", "3"), id=21)
    done = replica.take("adressen", *before, feed.update("adressen", HOUSE, id=22), complete=True)
    assert (result(done), done.waiting) == ((1, 0, 0, 2), 2)
    assert feed_standing(replica.file).waiting == 2
    done = replica.take("adressen", feed.update("adressen", 801, ("busnummer", None, "A"), id=23))
    assert (done.parked, done.waiting) == (1, 3), "what happens to it after that waits too"
    done = replica.take("straatnamen", feed.street(800, "Nieuwe Kaai"))
    assert (done.applied, done.waiting, done.touched) == (4, 0, {801})
    assert rows(replica.file, "SELECT street, house, box FROM address WHERE id = 801") == [(800, "3", "A")]


def test_nobody_waits_for_a_street_that_was_removed(replica: Replica) -> None:
    replica.take("straatnamen", feed.street(800, "Nieuwe Kaai"), feed.delete("straatnamen", 800))
    done = replica.take("adressen", feed.address(801, 800, "1"), feed.delete("adressen", 801))
    assert (result(done), done.waiting) == ((2, 0, 0, 0), 0)
    assert rows(replica.file, "SELECT id FROM removed WHERE kind = 'address'") == [(801,)]


# --- what cannot be used ---------------------------------------------------------------------------------------------


def test_one_bad_event_stops_nothing_and_is_kept_as_it_came(replica: Replica) -> None:
    foreign = {**feed.address(1, MARKT, "1", id=31), "type": "basisregisters.address.create.v9"}
    unknown = feed.update("adressen", 77, ("huisnummer", "1", "2"), id=32)
    done = replica.take("adressen", "rommel", None, foreign, unknown, feed.address(300, MARKT, "22", id=33))
    assert (done.applied, done.troubled) == (1, 4)
    assert position(replica.file, "adressen") == Position(1, 33)
    found = {(one.code, one.event, one.times) for one in feed_standing(replica.file).troubles}
    assert found == {("no_event", None, 1), ("unknown_type", 31, 1), ("unknown_object", 32, 1)}
    assert rows(replica.file, "SELECT count(*), count(body) FROM feed_trouble") == [(4, 4)]
    assert all(one.code in SENTENCES for one in feed_standing(replica.file).troubles)
    replica.take("adressen", "rommel", None, foreign)
    assert rows(replica.file, "SELECT sum(times) FROM feed_trouble") == [(4,)], "a page is read more than once"


def test_half_of_a_character_is_no_way_in(replica: Replica) -> None:
    half = "\ud83d"
    done = replica.take(
        "adressen",
        {**feed.address(1, MARKT, half), "type": f"basisregisters.{half}"},
        feed.update("adressen", HOUSE, ("huisnummer", "21", half), (half, None, 1), version=half),
        {**feed.update("adressen", HOUSE, ("huisnummer", "21", "25")), "time": half},
    )
    assert (done.applied, done.troubled) == (2, 1)
    assert rows(replica.file, "SELECT house FROM address WHERE id = ?", HOUSE) == [("25",)]


def test_what_is_newer_than_this_version_is_counted(replica: Replica) -> None:
    newer = feed.update("adressen", HOUSE, ("verdieping", None, 2), ("positie.methode", None, "geraden"))
    newer["dataschema"] = f"{feed.SCHEMAS}/adres/2031-01-01/adres.json"
    again = {**newer, "id": "9999999"}
    assert replica.take("adressen", newer, again).applied == 2
    assert {(one.code, one.what, one.times) for one in feed_standing(replica.file).troubles} == {
        ("unknown_attribute", "verdieping", 2),
        ("unknown_value", "positie.methode", 2),
        ("newer_schema", "2031-01-01", 2),
    }


def test_one_id_with_two_contents_is_said(replica: Replica) -> None:
    first, second = feed.address(300, MARKT, "22", id=40), feed.address(301, MARKT, "24", id=40)
    assert replica.take("adressen", first, second, first).applied == 1
    assert rows(replica.file, "SELECT id FROM address WHERE id >= 300") == [(300,)]
    assert [(one.code, one.event) for one in feed_standing(replica.file).troubles] == [("id_twice", 40)]


def test_a_feed_of_rubbish_does_not_fill_the_disk(replica: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying_trouble, "KEPT_MAX", 3)
    bad = [{**feed.address(1, MARKT, "1", id=number), "type": "x"} for number in range(50, 60)]
    assert replica.take("adressen", *bad, "rommel", "nog meer").troubled == 12
    found = rows(replica.file, "SELECT event, code, times FROM feed_trouble WHERE body IS NULL")
    assert found == [(0, "unknown_type", 9)]
    assert rows(replica.file, "SELECT count(*) FROM feed_trouble WHERE body IS NOT NULL") == [(3,)]


# --- where the feed stands -------------------------------------------------------------------------------------------


def test_a_register_begins_once_and_only_if_the_download_tells_where(tmp_path: Path) -> None:
    rows_of = town()
    rows_of.rows["feed"] = [row for row in rows_of.rows["feed"] if row[0] != "percelen"]
    file = rows_of.save(tmp_path)
    assert position(file, "adressen") == Position(0, 4_000)
    start(file, "adressen", Position(7, 650))
    start(file, "adressen", Position(1, 0))
    start(file, "percelen", Position(1, 0))
    assert position(file, "adressen") == Position(7, 650)
    assert position(file, "percelen") is None


def test_only_a_page_that_is_complete_is_left_behind(replica: Replica) -> None:
    assert replica.take("adressen", feed.address(300, MARKT, "22", id=60)).position == Position(1, 60)
    assert replica.take("adressen", complete=True).position == Position(1, 60), "nothing stood there"
    ended = replica.take("adressen", feed.address(300, MARKT, "22", id=60), complete=True)
    assert (ended.position, ended.applied) == (Position(2, 60), 0)


def test_a_page_of_elsewhere_counts_for_nothing(replica: Replica) -> None:
    before = feed.dump(replica.file)
    with pytest.raises(Moved):
        apply_page(replica.file, "adressen", 2, [feed.address(300, MARKT, "22")], complete=False)
    assert feed.dump(replica.file) == before


def test_a_replica_that_is_gone_is_not_made_anew(replica: Replica) -> None:
    shutil.rmtree(replica.file.parent)
    with pytest.raises(sqlite3.OperationalError):
        apply_page(replica.file, "adressen", 1, [feed.address(300, MARKT, "22")], complete=False)
    assert not replica.file.exists()


def test_a_reader_sees_a_page_as_a_whole_or_not_at_all(replica: Replica) -> None:
    with closing(sqlite3.connect(f"{replica.file.as_uri()}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        count = "SELECT (SELECT count(*) FROM address), (SELECT event FROM feed WHERE register = 'adressen')"
        assert reader.execute(count).fetchone() == (2, 0)
        replica.take("adressen", feed.address(300, MARKT, "22", id=70), feed.address(301, MARKT, "24", id=71))
        assert reader.execute(count).fetchone() == (2, 0)
        reader.execute("COMMIT")
        assert reader.execute(count).fetchone() == (4, 71)
