"""The state of a klimaatdossier (`dossier.state.v1`); the CRM owns it."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from loketbus_contracts.topics import Cleanup, Code, Message, Moment, OpaqueId, Topic


class Adres(Message):
    """An address of the Gebouwen- en Adressenregister; never free text."""

    adres: OpaqueId
    """The register's object id."""
    label: str
    """The address as people read it."""
    gebouwadres: OpaqueId | None = None
    """The same street and number without bus, when `adres` is one unit of a building."""


class Betrokkene(Message):
    """A person or organisation on the dossier, with a role. The behandelaar is not one: that is `toewijzing`."""

    rol: Code
    """`eigenaar_bewoner`, `huurder`, `mede_eigenaar`, `syndicus`, `rme_lid`, `aannemer`, ..., or a later code."""
    hoofdcontactpersoon: bool = False
    contactpersoon: OpaqueId | None = None
    """A person's id in the CRM, or"""
    organisatie: str | None = Field(default=None, pattern=r"^[01][0-9]{9}$")
    """an ondernemingsnummer: ten digits, no dots."""
    name: str | None = None
    emails: tuple[str, ...] = ()
    """Linking accepts a dossier number in a mail only from a sender who is known here."""
    phone: str | None = None


class Consent(Message):
    """Somebody agreed that data goes to somebody else; in force until withdrawn."""

    consent: OpaqueId
    contactpersoon: OpaqueId
    purpose: Code
    recipient: Code
    fields: tuple[Code, ...]
    given_on: date
    proof: str | None = None
    """Where the proof is (a bestand, a form), not the proof itself."""
    withdrawn_on: date | None = None


class DossierState(Message):
    """The whole state of one dossier. A higher `revision` replaces a lower one, never the reverse."""

    dossier: OpaqueId
    """The dossier's id: the key."""
    revision: int = Field(ge=1)
    klantenreis: OpaqueId
    """The train that it belongs to: the number of the startdossier."""
    nummer: str
    """The number that people use; for the startdossier it is the klantenreis number."""
    type: Code | None = None
    """One of the seven dossiertypes (`informatie`, `aanvragen_en_ontlenen`, ...); absent for the startdossier."""
    subtype: Code | None = None
    """Extended by a beheerder; show an unknown one raw."""
    bpf_stap: Code | None = None
    """The blue bullet of the business process flow; absent for the startdossier."""
    fase: Code | None = None
    """`informatie`, `advies`, `projectontwerp`, `uitvoering`, `nazorg`: another thing than `bpf_stap`."""
    actief: bool
    vervangen_door: OpaqueId | None = None
    """The dossier that stands for this one after a merge or a double entry."""
    toewijzing: OpaqueId | None = None
    """The behandelaar or renovatiecoach."""
    bron: Code | None = None
    kennismaking_aanbod: Code | None = None
    hoofdproject: Code | None = None
    bijkomende_projecten: tuple[Code, ...] = ()
    werfadres: Adres | None = None
    bijkomende_adressen: tuple[Adres, ...] = ()
    betrokkenen: tuple[Betrokkene, ...] = ()
    mails: tuple[OpaqueId, ...] = ()
    """Ids of the mails on this dossier (`mail` of `mail.received.v1`)."""
    datum_informatievraag: date | None = None
    eerste_actie: Code | None = None
    datum_eerste_actie: date | None = None
    consents: tuple[Consent, ...] = ()
    occurred_at: Moment
    """When this state began."""


DOSSIER_STATE = Topic(
    name="dossier.state.v1",
    model=DossierState,
    key="dossier id",
    key_field="dossier",
    writers=("crm",),
    readers=("mail_ingest", "kbo", "address", "documents", "econobis_bridge"),
    summary="The state of one klimaatdossier, as the CRM has it.",
    cleanup=Cleanup.COMPACT,
)
