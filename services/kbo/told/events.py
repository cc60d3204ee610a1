"""What travels to the CRM: the models of the contract. Pure; no natural person ever comes out of here."""

from __future__ import annotations

from datetime import datetime

from loketbus_contracts import (
    OrganisationAddress,
    OrganisationResolved,
    OrganisationState,
    RegisterSource,
    Syndic,
)

from services.kbo.domain.numbers import display
from services.kbo.domain.organisation import Label, Organisation, RegisterAddress, Source
from services.kbo.domain.syndic import SyndicAnswer
from services.kbo.domain.verdicts import address_text
from services.kbo.inquiry import Inquiry

SHORT = {
    "invalid_number": "geen geldig nummer",
    "establishment_number_given": "nummer van een vestiging",
    "never_existed": "nooit toegekend",
    "stopped": "gestopt",
    "not_found": "niet gevonden",
    "unknown": "niet gevonden, wordt later opnieuw nagevraagd",
    "newer_than_register": "pas ingeschreven",
    "natural_person": "natuurlijke persoon",
    "not_a_vme": "geen VME",
    "insolvent": "failliet",
    "ended": "beëindigd",
    "number_replaced": "nummer vervangen",
    "in_liquidation": "in vereffening",
    "reorganisation": "onder bescherming tegen schuldeisers",
    "situation_unusual": "bijzondere rechtstoestand",
    "situation_unknown": "onbekende rechtstoestand",
    "address_struck_off": "adres ambtshalve doorgehaald",
    "no_seat": "geen adres van de zetel",
    "address_mismatch": "ander adres dan opgegeven",
    "ok": "in orde",
}
"""For a tijdlijn: what the weightiest verdict comes to, in a few words."""
_BY_SECOND_SOURCE = frozenset({"stopped", "never_existed", "newer_than_register"})


def state(organisation: Organisation) -> OrganisationState:
    """What the register says about a legal person.

    Raises:
        ValueError: it is a natural person, who does not travel.
    """
    if organisation.natural_person:
        raise ValueError("a natural person does not travel")
    return OrganisationState(
        number=organisation.number,
        name=organisation.name,
        other_names=_other_names(organisation),
        legal_form=organisation.form.code if organisation.form else None,
        legal_form_label=_described(organisation.form),
        situation=organisation.situation.code,
        situation_label=_described(organisation.situation),
        start=organisation.start,
        seat=_address(organisation.seat),
        vme=organisation.vme,
        professional_syndic=organisation.professional_syndic,
        establishments=organisation.establishment_count,
    )


def register_source(source: Source) -> RegisterSource:
    """Where an answer comes from."""
    return RegisterSource(
        source=source.source, extract=source.extract, snapshot=source.snapshot, attribution=source.attribution
    )


def syndic_model(answer: SyndicAnswer, link: str) -> Syndic:
    """Who is syndic: an enterprise, or that it is somebody."""
    return Syndic(status=answer.status, number=answer.number, name=answer.name, link=link)


def resolved_event(
    inquiry: Inquiry,
    *,
    request: str,
    number: str,
    occurred_at: datetime,
    followed: bool = False,
    klantenreis: str | None = None,
    dossier: str | None = None,
) -> OrganisationResolved:
    """The answer to a request; `request` is its `ce_id`, `number` the number as it was asked."""
    person = inquiry.organisation is not None and inquiry.organisation.natural_person
    shown = None if person else inquiry.organisation
    second = inquiry.second
    return OrganisationResolved(
        request=request,
        number=number,
        valid=inquiry.check.valid,
        resolved=inquiry.check.number,
        suggestion=inquiry.suggestion,
        verdicts=inquiry.verdicts,
        organisation=state(shown) if shown else None,
        enterprise=shown.number if shown and inquiry.unit else None,
        stopped_on=second.stopped_on if second and not second.natural_person else None,
        stop_reason=second.stop_reason if second and not second.natural_person else None,
        syndic=syndic_model(inquiry.syndic, inquiry.link) if inquiry.syndic and inquiry.link else None,
        followed=followed,
        source=register_source(_decisive(inquiry)),
        klantenreis=klantenreis,
        dossier=dossier,
        occurred_at=occurred_at,
        tijdlijn_tekst=_line(inquiry, shown),
    )


def _decisive(inquiry: Inquiry) -> Source:
    """The source of what is said: the second one when the replica lacks the number and the other knows why."""
    if inquiry.second is not None and any(one.code in _BY_SECOND_SOURCE for one in inquiry.verdicts):
        return Source("vkbo", None, inquiry.second.asked_at.date())
    return inquiry.source


def _line(inquiry: Inquiry, shown: Organisation | None) -> str:
    number = display(inquiry.check.number) if inquiry.check.number else "(ongeldig nummer)"
    name = f" ({shown.name})" if shown else ""
    return f"Nummer {number}{name} nagekeken in de KBO: {SHORT[inquiry.verdicts[0].code]}."


def _other_names(organisation: Organisation) -> tuple[str, ...]:
    names = dict.fromkeys(name.text for name in organisation.names)
    return tuple(name for name in names if name != organisation.name)


def _described(label: Label | None) -> str | None:
    return None if label is None or label.text == label.code else label.text


def _address(seat: RegisterAddress | None) -> OrganisationAddress | None:
    if seat is None:
        return None
    return OrganisationAddress(
        street=seat.street_nl or seat.street_fr,
        house_number=seat.house_number,
        box=seat.box,
        postcode=seat.postcode,
        municipality=seat.municipality_nl or seat.municipality_fr,
        country=seat.country_nl or seat.country_fr,
        struck_off_on=seat.struck_off_on,
        label=address_text(seat),
    )
