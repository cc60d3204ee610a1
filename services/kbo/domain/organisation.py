"""What the register holds about one entity, with labels; and what was found when searching. No I/O.

Field names follow the cookbook of KBO Open Data. Text is as the register has it; "" and NULL are both None.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

VME_FORM = "070"
LEGAL_PERSON = "2"
NORMAL = "000"
SYNDIC_VERSION, SYNDIC_NACE = "2025", "68321"
"""In NACE-BEL 2025 this is "Activiteiten van syndici van onroerend goed", with two codes of seven digits below it; in
2008 it meant something else."""


def is_syndic(nace_version: str | None, nace: str | None) -> bool:
    """Is it the activity of a professional syndic?"""
    return nace_version == SYNDIC_VERSION and nace is not None and nace.startswith(SYNDIC_NACE)


@dataclass(frozen=True, slots=True)
class Label:
    """A code with its descriptions; a code that the register's own list lacks has none, and is shown raw."""

    code: str
    nl: str | None = None
    fr: str | None = None
    de: str | None = None

    @property
    def text(self) -> str:
        """In Dutch, else in another language, else the code."""
        return self.nl or self.fr or self.de or self.code


@dataclass(frozen=True, slots=True)
class Name:
    """One denomination."""

    text: str
    kind: Label
    """TypeOfDenomination: 001 name, 002 abbreviation, 003 commercial name, 004 branch."""
    language: Label
    """0 unknown, 1 French, 2 Dutch, 3 German, 4 English."""


@dataclass(frozen=True, slots=True)
class RegisterAddress:
    """One address, as text."""

    kind: Label
    """TypeOfAddress: REGO seat, BAET establishment, ABBR branch."""
    street_nl: str | None = None
    street_fr: str | None = None
    house_number: str | None = None
    box: str | None = None
    extra: str | None = None
    postcode: str | None = None
    municipality_nl: str | None = None
    municipality_fr: str | None = None
    country_nl: str | None = None
    """None for Belgium."""
    country_fr: str | None = None
    struck_off_on: date | None = None
    """Struck off ex officio on that day: the entity stays, the address does not count any more."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact as the entity gave it: raw, not checked."""

    kind: Label
    """ContactType: EMAIL, TEL, WEB; FAX occurs too."""
    level: Label
    """EntityContact: ENT, EST, BRA."""
    value: str


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity."""

    group: Label
    nace_version: str
    nace: Label
    classification: Label
    """MAIN (per group and version: there can be many), SECO, ANCI."""


@dataclass(frozen=True, slots=True)
class Unit:
    """An establishment unit (number 2 to 8) or branch (9, no official number)."""

    number: str
    enterprise: str
    start: date | None
    names: tuple[Name, ...] = ()
    address: RegisterAddress | None = None
    contacts: tuple[Contact, ...] = ()
    activities: tuple[Activity, ...] = ()


@dataclass(frozen=True, slots=True)
class Organisation:
    """One enterprise with everything that open data has about it."""

    number: str
    """Ten digits."""
    status: Label
    situation: Label
    type: Label
    form: Label | None
    """None for natural persons."""
    form_cac: Label | None
    """The form to be read until the statutes follow the law of companies."""
    start: date | None
    names: tuple[Name, ...] = ()
    addresses: tuple[RegisterAddress, ...] = ()
    contacts: tuple[Contact, ...] = ()
    activities: tuple[Activity, ...] = ()
    establishments: tuple[Unit, ...] = ()
    """At most as many as were asked for, by number; without contacts and activities."""
    establishment_count: int = 0
    branches: tuple[Unit, ...] = ()

    @property
    def natural_person(self) -> bool:
        """Its name and addresses are personal data, or may be: the type is unknown and there is no legal form."""
        return self.type.code != LEGAL_PERSON and (self.type.code == "1" or self.form is None)

    @property
    def vme(self) -> bool:
        """A vereniging van mede-eigenaars."""
        return self.form is not None and self.form.code == VME_FORM

    @property
    def professional_syndic(self) -> bool:
        """It has the NACE-BEL 2025 code of syndics."""
        return any(is_syndic(one.nace_version, one.nace.code) for one in self.activities)

    @property
    def name(self) -> str:
        """The official name: in Dutch where there is one, then in any language; the number where there is none."""
        official = [one for one in self.names if one.kind.code == "001"]
        ranked = sorted(official, key=lambda one: one.language.code != "2")
        return next((one.text for one in (*ranked, *self.names)), self.number)

    @property
    def seat(self) -> RegisterAddress | None:
        """The REGO address, struck off or not; natural persons have none."""
        return next((one for one in self.addresses if one.kind.code == "REGO"), None)


@dataclass(frozen=True, slots=True)
class Source:
    """Which register answered. Show `attribution` with every answer (licence)."""

    source: Literal["kbo_open_data", "vkbo"]
    extract: int | None
    snapshot: date | None

    @property
    def attribution(self) -> str:
        """The line to show."""
        if self.source == "vkbo":
            return "publieke KBO gegevens, verrijkt met adressen uit het Vlaamse Adressenregister."
        day = f", toestand op {self.snapshot:%d/%m/%Y}" if self.snapshot else ""
        return f"Bron: Kruispuntbank van Ondernemingen - KBO Open Data, FOD Economie{day}."


@dataclass(frozen=True, slots=True)
class Hit:
    """One organisation that a search found; never a natural person, nor a unit of one."""

    number: str
    """Enterprise number."""
    name: str
    matched: str
    """The name or address that matched."""
    form: Label | None
    situation: Label
    seat: RegisterAddress | None
    unit: str | None = None
    """The establishment unit that matched, when it was not the enterprise itself."""
    score: float = 1.0
    """1 for what was literally asked, lower for what is alike."""

    @property
    def vme(self) -> bool:
        """A vereniging van mede-eigenaars."""
        return self.form is not None and self.form.code == VME_FORM


@dataclass(frozen=True, slots=True)
class Hits:
    """Found organisations, best first."""

    hits: tuple[Hit, ...]
    source: Source
    more: bool = False
    """There are more than were asked for."""
    corrected: tuple[str, ...] = ()
    """Words that were taken for typing errors, as `written -> read`."""
