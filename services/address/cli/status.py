"""`loketbus address status`: how the register on this machine stands."""

from __future__ import annotations

from loketbus.cli.output import ago, print_fields, print_json, print_line, print_table
from loketbus.clock import utc_now
from loketbus.settings import load
from services.address.cli.printing import print_source
from services.address.register.feed_standing import SENTENCES, FeedStanding
from services.address.settings import AddressSettings
from services.address.standing import Standing, shown_moment, standing, troubles


def status(*, as_json: bool) -> bool:
    """Say how it stands; whether there is nothing to do."""
    found = standing(load(AddressSettings), utc_now())
    if as_json:
        print_json(found.as_json())
    else:
        _print(found)
    return not (found.advice or found.feed_advice)


def _print(found: Standing) -> None:
    if found.state is not None:
        nis = found.state.nis
        print_fields(
            {
                "Download van": found.state.extract,
                "Geladen": f"{ago(found.state.imported_at)} geleden",
                "Toestand van": None if found.age is None or found.source is None else shown_moment(found.source.as_of),
                "Gemeenten": "heel Vlaanderen" if nis is None else ", ".join(nis),
                "Rijen": ", ".join(f"{table} {count:,}".replace(",", ".") for table, count in found.rows.items()),
            }
        )
        _print_feed(found.feed, found.feed_wanted)
    for line in (*found.advice, *found.feed_advice):
        print_line(line)
    if found.source is not None:
        print_source(found.source)


def _print_feed(feed: FeedStanding, wanted: bool) -> None:
    if not feed.registers:
        print_fields({"Wijzigingen": "niet gevolgd"})
        return
    begun = [(one.register, one.page or "", one.event or "", shown_moment(one.at)) for one in feed.registers]
    print_table("Wijzigingen", ("register", "bladzijde", "laatste", "gevolgd tot"), begun)
    if not wanted:
        print_line("De instellingen van deze shell volgen geen wijzigingen (LOKETBUS_ADDRESS_API_URL en _KEY).")
    if feed.waiting:
        print_fields({"Wachten op hun straat": feed.waiting})
    if feed.troubles:
        rows = [(times, SENTENCES.get(code, code)) for code, times in troubles(feed)]
        print_table("Wijzigingen die niet (helemaal) tellen", ("aantal", "wat"), rows)
