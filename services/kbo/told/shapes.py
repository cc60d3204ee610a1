"""The one JSON shape of this service: plain dicts for HTTP and the command line. Pure.

Dates are ISO 8601, numbers ten digits, absent is null, a code comes with its labels: `{code, nl, fr, de}`.

- check: `input, valid, number, kind, changes[{code, text}], reasons[{code, text}], suggestion`
- source: `source, extract, snapshot, attribution`
- organisation: `number, display, natural_person, name, names[{text, kind, language}], type, form, form_cac, status,
  situation, start, vme, professional_syndic, seat, addresses[], contacts[{kind, level, value}],
  activities[{group, nace_version, nace, classification}], establishments[unit], establishment_count, branches[unit]`;
  of a natural person without permission only `number, display, natural_person`
- address: `kind, street_nl, street_fr, house_number, box, extra, postcode, municipality_nl, municipality_fr,
  country_nl, country_fr, struck_off_on, label`
- unit: `number, display, enterprise, start, names, address, contacts, activities`
- hits: `hits[{number, display, name, matched, form, situation, vme, seat, unit, score}], more, corrected[], source`
- inquiry: `check, number, vme, usable, verdicts[{code, message, blocking}], organisation, unit, second, syndic, link,
  source`, where second is `{outcome, natural_person, name, stopped_on, stop_reason, asked_at, attribution}` and syndic
  `{status, number, name, person, person_number, professional, since, provisional, others, as_of, attribution}`
- vmes_at: `text, understood{street, house_number, box, postcode, municipality}, missing[], message,
  vmes` (hits or null)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from services.kbo.domain.numbers import Note, NumberCheck, display
from services.kbo.domain.organisation import (
    Activity,
    Contact,
    Hit,
    Hits,
    Label,
    Name,
    Organisation,
    RegisterAddress,
    Source,
    Unit,
)
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.domain.syndic import SyndicAnswer
from services.kbo.domain.verdicts import address_text
from services.kbo.inquiry import Inquiry, VmesAt

Json = dict[str, Any]


def checked(check: NumberCheck, suggestion: str | None) -> Json:
    """A check of a number."""
    return {
        "input": check.input,
        "valid": check.valid,
        "number": check.number,
        "kind": check.kind,
        "changes": _notes(check.changes),
        "reasons": _notes(check.reasons),
        "suggestion": suggestion,
    }


def source(where: Source) -> Json:
    """Where an answer comes from."""
    return {
        "source": where.source,
        "extract": where.extract,
        "snapshot": _day(where.snapshot),
        "attribution": where.attribution,
    }


def organisation(one: Organisation, *, persons: bool) -> Json:
    """An enterprise with all that belongs to it."""
    bare: Json = {"number": one.number, "display": display(one.number), "natural_person": one.natural_person}
    if one.natural_person and not persons:
        return bare
    return bare | {
        "name": one.name,
        "names": _names(one.names),
        "type": label(one.type),
        "form": label(one.form),
        "form_cac": label(one.form_cac),
        "status": label(one.status),
        "situation": label(one.situation),
        "start": _day(one.start),
        "vme": one.vme,
        "professional_syndic": one.professional_syndic,
        "seat": address(one.seat),
        "addresses": [address(place) for place in one.addresses],
        "contacts": _contacts(one.contacts),
        "activities": _activities(one.activities),
        "establishments": [unit(each) for each in one.establishments],
        "establishment_count": one.establishment_count,
        "branches": [unit(each) for each in one.branches],
    }


def unit(one: Unit) -> Json:
    """An establishment unit or branch; the caller knows whether its owner may be shown."""
    return {
        "number": one.number,
        "display": display(one.number),
        "enterprise": one.enterprise,
        "start": _day(one.start),
        "names": _names(one.names),
        "address": address(one.address),
        "contacts": _contacts(one.contacts),
        "activities": _activities(one.activities),
    }


def hits(found: Hits) -> Json:
    """What a search found."""
    return {
        "hits": [_hit(one) for one in found.hits],
        "more": found.more,
        "corrected": list(found.corrected),
        "source": source(found.source),
    }


def inquiry(one: Inquiry, *, persons: bool) -> Json:
    """The answer about one number."""
    hidden = _hidden(one, persons)
    return {
        "check": checked(one.check, one.suggestion),
        "number": None if hidden and one.unit else one.number,
        "vme": one.vme,
        "usable": one.usable,
        "verdicts": [verdict.model_dump(mode="json") for verdict in one.verdicts],
        "organisation": None if one.organisation is None or hidden else organisation(one.organisation, persons=persons),
        "unit": None if one.unit is None or hidden else unit(one.unit),
        "second": None if one.second is None else _second(one.second, persons),
        "syndic": None if one.syndic is None else _syndic(one.syndic, persons),
        "link": None if hidden else one.link,
        "source": source(one.source),
    }


def vmes_at(one: VmesAt) -> Json:
    """Which VMEs are at an address."""
    return {
        "text": one.text,
        "understood": asdict(one.understood),
        "missing": list(one.missing),
        "message": one.message,
        "vmes": None if one.hits is None else hits(one.hits),
    }


def label(one: Label | None) -> Json | None:
    """A code with what it means."""
    return None if one is None else {"code": one.code, "nl": one.nl, "fr": one.fr, "de": one.de}


def address(one: RegisterAddress | None) -> Json | None:
    """An address with its parts and as one line."""
    if one is None:
        return None
    parts = asdict(one) | {"kind": label(one.kind), "struck_off_on": _day(one.struck_off_on)}
    return parts | {"label": address_text(one)}


def _hidden(one: Inquiry, persons: bool) -> bool:
    """It is about a person who may not be shown: also when only her establishment was asked for, or is left."""
    if persons:
        return False
    return one.organisation.natural_person if one.organisation else one.unit is not None


def _second(one: SecondOpinion, persons: bool) -> Json:
    shown = persons or not one.natural_person
    return {
        "outcome": one.outcome,
        "natural_person": one.natural_person,
        "name": one.name if shown else None,
        "stopped_on": _day(one.stopped_on) if shown else None,
        "stop_reason": one.stop_reason if shown else None,
        "asked_at": one.asked_at.isoformat(),
        "attribution": Source("vkbo", None, None).attribution,
    }


def _syndic(one: SyndicAnswer, persons: bool) -> Json:
    return {
        "status": one.status,
        "number": one.number,
        "name": one.name,
        "person": one.person if persons else None,
        "person_number": one.person_number if persons else None,
        "professional": one.professional,
        "since": _day(one.since),
        "provisional": one.provisional,
        "others": one.others,
        "as_of": _day(one.as_of),
        "attribution": one.attribution,
    }


def _hit(one: Hit) -> Json:
    return {
        "number": one.number,
        "display": display(one.number),
        "name": one.name,
        "matched": one.matched,
        "form": label(one.form),
        "situation": label(one.situation),
        "vme": one.vme,
        "seat": address(one.seat),
        "unit": one.unit,
        "score": one.score,
    }


def _names(names: Iterable[Name]) -> list[Json]:
    return [{"text": one.text, "kind": label(one.kind), "language": label(one.language)} for one in names]


def _contacts(contacts: Iterable[Contact]) -> list[Json]:
    return [{"kind": label(one.kind), "level": label(one.level), "value": one.value} for one in contacts]


def _activities(activities: Iterable[Activity]) -> list[Json]:
    return [
        {
            "group": label(one.group),
            "nace_version": one.nace_version,
            "nace": label(one.nace),
            "classification": label(one.classification),
        }
        for one in activities
    ]


def _notes(notes: Iterable[Note]) -> list[Json]:
    return [{"code": note.code, "text": note.text} for note in notes]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
