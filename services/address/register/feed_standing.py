"""How following the change feed stands, for people: `loketbus address`, the console and `loketbus doctor`."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from services.address.register.applying_trouble import Trouble, troubles

SENTENCES: Mapping[str, str] = {
    "no_event": "Dit bericht van het register is geen wijziging. Het is bewaard en overgeslagen.",
    "no_id": "Deze wijziging van het register heeft geen nummer. Ze is bewaard en overgeslagen.",
    "id_twice": "Twee verschillende wijzigingen hebben hetzelfde nummer. De eerste telt, de tweede is bewaard.",
    "unknown_type": "Deze soort wijziging kent deze versie van Loketbus niet. Werk Loketbus bij en importeer opnieuw.",
    "wrong_register": "Deze wijziging stond bij een ander register dan het hare. Ze is bewaard en overgeslagen.",
    "no_object": "Deze wijziging zegt niet waarover ze gaat. Ze is bewaard en overgeslagen.",
    "no_successor": "Deze vervanging zegt niet wat in de plaats komt. Ze is bewaard en overgeslagen.",
    "incomplete": "Aan dit nieuwe object ontbreken gegevens. Het is bewaard; importeer een nieuwe download.",
    "unknown_object": "Deze wijziging gaat over iets dat hier niet staat. Importeer een nieuwe download.",
    "unknown_attribute": "Een gegeven dat deze versie van Loketbus niet kent, is weggelaten. De rest telt.",
    "unknown_value": "Een waarde die deze versie van Loketbus niet kent, is weggelaten. Werk Loketbus bij.",
    "newer_schema": "Het register gebruikt een nieuwer schema dan deze versie van Loketbus. Werk Loketbus bij.",
    "drift": "Wat hier stond, was niet wat het register als vorige waarde noemt. De nieuwe waarde telt.",
    "gap": "De wijzigingen sluiten niet aan op wat hier staat: ze worden niet meer gevolgd. Kijk "
    "LOKETBUS_ADDRESS_API_URL na; klopt dat, importeer dan een nieuwe download.",
    "page_open": "Het register zegt niet (juist) of een bladzijde wijzigingen af is (X-Page-Complete): ze worden niet "
    "verder gevolgd. Kijk na of een proxy headers weglaat; zo niet, meld het aan Digitaal Vlaanderen.",
    "not_served": "Dit deel van de wijzigingen staat niet op dit adres (404). Kijk LOKETBUS_ADDRESS_API_URL na, of "
    "vraag Digitaal Vlaanderen of deze feed aan staat.",
    "waiting_long": "Adressen wachten al langer dan een dag op hun straat en zijn hier niet bij. "
    "Importeer een nieuwe download.",
    "successor_missing": "Van vervangen adressen kwam het nieuwe adres na een dag nog niet: opvolgers ontbreken. "
    "Importeer een nieuwe download, met de gemeente van het nieuwe adres in LOKETBUS_ADDRESS_NIS.",
    "municipality_merged": "Een bewaarde gemeente ging op in een andere. Importeer een nieuwe download.",
}  # fmt: skip
"""What each `feed_trouble.code` means and what to do."""


@dataclass(frozen=True, slots=True)
class Following:
    """How one register of the feed stands."""

    register: str
    page: int
    """0: it was not begun yet."""
    event: int
    at: str | None
    """The moment up to which the replica follows it; None before the first page."""


@dataclass(frozen=True, slots=True)
class FeedStanding:
    """Of one replica; nothing at all when its download does not tell where the feed continues (BeSt)."""

    registers: tuple[Following, ...]
    waiting: int
    """Events about addresses whose street did not arrive yet."""
    troubles: tuple[Trouble, ...]
    """The last ones first."""


def feed_standing(file: Path, limit: int = 100) -> FeedStanding:
    """Of the replica in `file`.

    Raises:
        sqlite3.Error: it cannot be read.
    """
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
        registers = db.execute(
            "SELECT register, page, event, at FROM feed WHERE register NOT GLOB 'catch_up:*' ORDER BY register"
        ).fetchall()
        waiting: int = db.execute("SELECT count(*) FROM feed_waiting").fetchone()[0]
        return FeedStanding(tuple(Following(*row) for row in registers), waiting, tuple(troubles(db, limit)))
