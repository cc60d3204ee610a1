"""Twenty readers while one register takes the place of another: no error, and no answer out of two registers."""

from __future__ import annotations

import threading
from pathlib import Path

from services.kbo.questions import Register, View
from services.kbo.register.importing import import_archives
from tests.support.kbo_extracts import Rows, full

READERS = 20
EXTRACTS = range(141, 145)
VME, UNIT = "0403.170.701", "2.000.000.339"


def rows(extract: int) -> Rows:
    """A register in which everything says of which extract it is."""
    text = f"Extract{extract}"
    place = (None, None, "2800", text, text, "Vinkstraat", "Vinkstraat", "12", "", "", None)
    return {
        "enterprise": [(VME, "AC", "000", "2", "070", None, "01-01-2000")],
        "establishment": [(UNIT, "01-01-2000", VME)],
        "denomination": [(VME, "2", "001", f"Residentie {text}"), (UNIT, "2", "003", f"Winkel {text}")],
        "address": [(VME, "REGO", *place), (UNIT, "BAET", *place)],
        "contact": [(VME, "ENT", "WEB", text)],
        "activity": [(VME, "003", "2025", str(extract), "MAIN")],
    }


def texts(view: View) -> set[str]:
    """Out of all four files, whatever tells of which extract it is."""
    organisation = view.organisation("0403170701")
    assert organisation is not None
    assert organisation.seat is not None
    found = {organisation.name.split()[-1], organisation.seat.municipality_nl, organisation.contacts[0].value}
    found |= {f"Extract{organisation.activities[0].nace.code}", f"Extract{view.source.extract}"}
    for hits in (view.search("residentie"), view.at_address("Vinkstraat", "12", "2800"), view.by_form("070")):
        found.add(hits.hits[0].name.split()[-1])
    assert None not in found
    return {text for text in found if text}


class Reader(threading.Thread):
    """Asks until it is told to stop."""

    def __init__(self, register: Register, stop: threading.Event, go: threading.Barrier) -> None:
        super().__init__()
        self._register, self._stop_asking, self._go = register, stop, go
        self.seen: set[str] = set()
        self.wrong: list[object] = []

    def run(self) -> None:
        self._go.wait()
        while not self._stop_asking.is_set():
            try:
                with self._register.open() as view:
                    found = texts(view)
            except Exception as error:
                self.wrong.append(repr(error))
                return
            if len(found) != 1:
                self.wrong.append(found)
            self.seen |= found


def test_twenty_readers_during_imports(tmp_path: Path) -> None:
    folder = tmp_path / "replica"
    archives = [full(tmp_path / f"{extract}.zip", extract, rows(extract)) for extract in EXTRACTS]
    import_archives(folder, archives[:1])
    register, stop, go = Register(folder), threading.Event(), threading.Barrier(READERS + 1)
    readers = [Reader(register, stop, go) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    go.wait()
    try:
        for archive in archives[1:]:
            import_archives(folder, [archive])
    finally:
        stop.set()
        for reader in readers:
            reader.join()
        register.close()
    assert [wrong for reader in readers for wrong in reader.wrong] == []
    assert len(set().union(*(reader.seen for reader in readers))) > 2, "they saw registers come and go"
