"""Organisations as the register has them, by hand; and a register of some, with the interface of the real one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from services.kbo.domain.organisation import (
    Activity,
    Hits,
    Label,
    Name,
    Organisation,
    RegisterAddress,
    Source,
    Unit,
)

VME, FIRM, PERSON = "0812345603", "0403170701", "0871234501"
SOURCE = Source("kbo_open_data", 147, date(2025, 10, 11))
SITUATIONS = {
    "000": "Normale toestand",
    "012": "Vrijwillige ontbinding – vereffening",
    "014": "Sluiting van vereffening",
    "050": "Opening faillissement",
    "053": "Sluiting faillissement",
    "006": "Stopzetting wegens vervanging van het ondernemingsnummer",
    "015": "Stopzetting entiteit zonder rechtspersoonlijkheid",
    "021": "Fusie door overneming",
    "091": "Opschorting (gerechtelijke reorganisatie)",
}
FORMS = {"070": "Vereniging van mede-eigenaars", "610": "Besloten Vennootschap", "014": "Naamloze vennootschap"}


def seat(**fields: object) -> RegisterAddress:
    """Leopoldstraat 12 in Mechelen, unless told otherwise."""
    usual: dict[str, object] = {
        "kind": Label("REGO", "Zetel"),
        "street_nl": "Leopoldstraat",
        "street_fr": "Leopoldstraat",
        "house_number": "12",
        "postcode": "2800",
        "municipality_nl": "Mechelen",
        "municipality_fr": "Malines",
    }
    return RegisterAddress(**(usual | fields))  # type: ignore[arg-type]


def name(text: str, kind: str = "001", language: str = "2") -> Name:
    """One denomination."""
    return Name(text, Label(kind), Label(language))


def legal(
    number: str = VME,
    called: str = "VME Leopoldstraat 12",
    *,
    form: str = "070",
    situation: str = "000",
    address: RegisterAddress | None = None,
    syndic: bool = False,
    without_seat: bool = False,
) -> Organisation:
    """A legal person; a VME unless told otherwise."""
    nace = Activity(Label("003"), "2025", Label("68321"), Label("MAIN"))
    return Organisation(
        number=number,
        status=Label("AC", "Actief"),
        situation=Label(situation, SITUATIONS.get(situation)),
        type=Label("2", "Rechtspersoon"),
        form=Label(form, FORMS.get(form)),
        form_cac=None,
        start=date(2004, 5, 6),
        names=(name(called), name("Afkorting", "002")),
        addresses=() if without_seat else (address or seat(),),
        activities=(nace,) if syndic else (),
    )


def person(number: str = PERSON) -> Organisation:
    """A natural person with a firm; her name and her only address are personal data."""
    return Organisation(
        number=number,
        status=Label("AC"),
        situation=Label("000"),
        type=Label("1"),
        form=None,
        form_cac=None,
        start=date(2011, 1, 1),
        names=(name("Geheim, Persoon", language="0"),),
        activities=(Activity(Label("003"), "2025", Label("68321"), Label("MAIN")),),
    )


def unit(owner: str, number: str = "2000000339") -> Unit:
    """An establishment unit with an address and a name of its own."""
    place = seat(kind=Label("BAET"), street_nl="Geheimstraat", street_fr="Geheimstraat")
    return Unit(number, owner, date(2012, 1, 1), (name("Zaak Geheim", "003"),), place)


@dataclass
class Shelf:
    """A register of what is on it: `Register` and its `View` in one."""

    organisations: Sequence[Organisation] = ()
    units: Sequence[Unit] = ()
    hits: Hits = field(default_factory=lambda: Hits((), SOURCE))
    suggested: str | None = None
    asked_at: list[tuple[str, str, str, str | None]] = field(default_factory=list)
    source: Source = SOURCE

    @contextmanager
    def open(self) -> Iterator[Shelf]:
        yield self

    def organisation(self, number: str, establishments: int = 100) -> Organisation | None:
        return next((one for one in self.organisations if one.number == number), None)

    def unit(self, number: str) -> Unit | None:
        return next((one for one in self.units if one.number == number), None)

    def suggestion(self, digits: str) -> str | None:
        return self.suggested

    def at_address(
        self, street: str, house_number: str, postcode: str, form: str | None = None, limit: int = 50
    ) -> Hits:
        self.asked_at.append((street, house_number, postcode, form))
        return self.hits
