"""What can be said about a number, in general and as that of a VME: a code, and what to do, in Dutch. No I/O.

The sentences are for a civil servant with a citizen on the telephone. They name no natural person, also not in a number
that was not asked for. The order is fixed: what matters most stands first; `ok` stands there only when nothing else
than information does. Two VMEs at one address are no fault: a main and a partial association share a building.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from loketbus_contracts import Verdict

from services.kbo.domain.numbers import NumberCheck, display
from services.kbo.domain.organisation import Organisation, RegisterAddress, Unit
from services.kbo.domain.same_place import Part, differences
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.domain.situations import situation
from services.kbo.domain.streets import parse_address
from services.kbo.domain.vme_names import usual

INFORMATION = frozenset({"address_unclear", "name_unusual"})
ORDER = (
    "invalid_number", "establishment_number_given", "never_existed", "stopped", "not_found", "unknown",
    "natural_person", "not_a_vme", "newer_than_register", "insolvent", "ended", "number_replaced", "in_liquidation",
    "reorganisation", "situation_unusual", "situation_unknown", "address_struck_off", "no_seat", "address_mismatch",
    "ok", "address_unclear", "name_unusual",
)  # fmt: skip
"""Every code, the weightiest first."""

_PARTS: dict[Part, str] = {
    "postcode": "de postcode",
    "municipality": "de gemeente",
    "street": "de straat",
    "house_number": "het huisnummer",
}
_OF_ANOTHER = "Wellicht is het nummer van de syndicus of van een eigenaar opgegeven."
_ASK_THE_VME = "Vraag het nummer van de VME: het staat op haar brieven, of zoek op het adres van het gebouw."
_NOBODY = "niemand treedt nog op voor deze onderneming"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a number when it is judged."""

    check: NumberCheck
    organisation: Organisation | None = None
    """The enterprise in the replica; that of the establishment unit when such a number was given."""
    unit: Unit | None = None
    """The establishment unit or branch whose number was given."""
    second: SecondOpinion | None = None
    """Of a second source, for a number that the replica lacks; None: none is configured."""
    suggestion: str | None = None
    """The one number in the register that differs by a typing error."""
    vme: bool = False
    """It should be a VME."""
    address: str | None = None
    """Of the VME's building, as people write it."""


def verdicts(facts: Facts) -> tuple[Verdict, ...]:
    """All that can be said, in the order of `ORDER`; never nothing."""
    found = [*_of_the_number(facts), *(_of_the_organisation(facts) if facts.organisation else ())]
    if all(one.code in INFORMATION for one in found):
        found.append(_fine(facts))
    return tuple(sorted(found, key=lambda one: ORDER.index(one.code)))


def address_text(address: RegisterAddress) -> str:
    """`Leopoldstraat 12 bus 3, 2800 Mechelen`, as people read it; in Dutch where there is Dutch."""
    street = address.street_nl or address.street_fr
    box = f"bus {address.box}" if address.box else None
    line = " ".join(part for part in (street, address.house_number, box) if part)
    town = " ".join(part for part in (address.postcode, address.municipality_nl or address.municipality_fr) if part)
    return ", ".join(part for part in (line, town, address.country_nl or address.country_fr) if part)


def _of_the_number(facts: Facts) -> Iterator[Verdict]:
    if not facts.check.valid:
        yield _invalid(facts)
        return
    if facts.check.kind != "enterprise":
        yield _unit_given(facts.check, facts.organisation)
    if facts.organisation is None and facts.unit is None:
        yield _absent(facts)
        if facts.second is not None:
            yield from _of_the_second_source(facts.second, facts.vme)


def _invalid(facts: Facts) -> Verdict:
    reasons = " ".join(reason.text for reason in facts.check.reasons)
    hint = f" Bedoelt u {display(facts.suggestion)}? Dat nummer bestaat." if facts.suggestion else ""
    return _blocking("invalid_number", f"Dit is geen geldig nummer. {reasons}{hint} Vraag het nummer opnieuw.")


def _unit_given(given: NumberCheck, owner: Organisation | None) -> Verdict:
    what = "een bijkantoor" if given.kind == "branch" else "een vestiging"
    if owner is None or owner.natural_person:
        ask = "Vraag het ondernemingsnummer: het begint met 0 of 1."
    else:
        ask = f"Het hoort bij de onderneming {display(owner.number)} ({owner.name}): gebruik dat nummer."
    return _blocking("establishment_number_given", f"Dit is het nummer van {what}, niet dat van een onderneming. {ask}")


def _absent(facts: Facts) -> Verdict:
    match facts.second:
        case SecondOpinion(outcome="stopped") as second:
            return _blocking("stopped", _stopped(second, facts))
        case SecondOpinion(outcome="never_existed"):
            return _blocking(
                "never_existed",
                "Dit nummer is nooit toegekend, al is het juist gevormd. Vraag het nummer opnieuw of zoek op de naam.",
            )
        case SecondOpinion(outcome="active"):
            return _remark(
                "newer_than_register",
                "Dit nummer is actief, maar staat nog niet in onze kopie van het register: de inschrijving is nieuw. "
                "Het komt erin met de volgende bijwerking.",
            )
        case SecondOpinion(outcome="unknown"):
            return _blocking(
                "unknown",
                "Dit nummer staat niet bij de actieve nummers van de KBO. Of het gestopt is of nooit bestond, kon nu "
                "niet nagevraagd worden: dat gebeurt later opnieuw.",
            )
    return _blocking(
        "not_found",
        "Dit nummer staat niet bij de actieve nummers van de KBO: het heeft nooit bestaan of het is gestopt. Vraag het "
        "nummer opnieuw of zoek op de naam.",
    )


def _of_the_second_source(second: SecondOpinion, vme: bool) -> Iterator[Verdict]:
    """What it is, where that source says so."""
    if second.natural_person:
        yield from _of_a_person("In onze kopie van het register staat er niets over.", vme)
    elif vme and second.vme is False:
        what = f" maar {second.name}" if second.name else ""
        what = f"Dit is geen vereniging van mede-eigenaars{what}: de rechtsvorm is een andere."
        yield _blocking("not_a_vme", f"{what} {_OF_ANOTHER} {_ASK_THE_VME}")


def _stopped(second: SecondOpinion, facts: Facts) -> str:
    """When and why only of who is no natural person."""
    what = "vestiging" if facts.check.kind == "establishment" else "onderneming"
    when = f" op {second.stopped_on:%d/%m/%Y}" if second.stopped_on and not second.natural_person else ""
    why = f" ({second.stop_reason})" if second.stop_reason and not second.natural_person else ""
    return f"Deze {what} is gestopt{when}{why}. Vraag welk nummer nu geldt of zoek op de naam."


def _of_the_organisation(facts: Facts) -> Iterator[Verdict]:
    organisation = facts.organisation
    assert organisation is not None
    if organisation.natural_person:
        yield from _of_a_person(
            "Naam en adres ziet enkel wie daartoe bevoegd is, bij het opzoeken op nummer.", facts.vme
        )
        return
    if facts.vme and not organisation.vme:
        yield _other_form(organisation)
    yield from _of_the_situation(organisation)
    yield from _of_the_seat(organisation, facts)
    if organisation.vme and not usual(organisation):
        yield _remark(
            "name_unusual",
            f'De naam "{organisation.name}" is ongewoon voor een vereniging van mede-eigenaars. Dat is geen fout: kijk '
            "alleen na of het om het juiste gebouw gaat.",
        )


def _of_a_person(what_is_seen: str, vme: bool) -> Iterator[Verdict]:
    yield _remark(
        "natural_person", f"Dit is het nummer van een natuurlijke persoon met een onderneming. {what_is_seen}"
    )
    if vme:
        yield _blocking(
            "not_a_vme",
            "Dit is geen vereniging van mede-eigenaars maar een natuurlijke persoon. Vraag het nummer van de VME zelf.",
        )


def _other_form(organisation: Organisation) -> Verdict:
    form = organisation.form.text if organisation.form else "geen gekende rechtsvorm"
    what = f"Dit is geen vereniging van mede-eigenaars maar {organisation.name} ({form})."
    if organisation.professional_syndic:
        what += " Dat is een professionele syndicus: wellicht is het nummer van de syndicus zelf opgegeven."
    else:
        what += f" {_OF_ANOTHER}"
    return _blocking("not_a_vme", f"{what} {_ASK_THE_VME}")


def _of_the_situation(organisation: Organisation) -> Iterator[Verdict]:
    meaning, label = situation(organisation.situation.code), organisation.situation.text
    match meaning.kind:
        case "insolvent" if meaning.closed:
            yield _blocking(
                "insolvent",
                f"Het faillissement is gesloten ({label}): {_NOBODY}.",
            )
        case "insolvent":
            yield _blocking("insolvent", f"Deze onderneming is failliet ({label}). Enkel de curator treedt nog op.")
        case "ended":
            yield _blocking(
                "ended", f"Deze onderneming is volgens de KBO beëindigd ({label}). Vraag of een andere ze opvolgt."
            )
        case "replaced":
            yield _blocking("number_replaced", f"Dit nummer is vervangen ({label}). Vraag het nieuwe nummer.")
        case "in_liquidation" if meaning.closed:
            yield _blocking(
                "in_liquidation",
                f"De vereffening is gesloten ({label}): {_NOBODY}.",
            )
        case "in_liquidation":
            yield _remark(
                "in_liquidation",
                f"Deze onderneming is ontbonden of in vereffening ({label}). Vraag wie vereffenaar is: die tekent.",
            )
        case "reorganisation":
            yield _remark(
                "reorganisation",
                f"Deze onderneming is beschermd tegen haar schuldeisers ({label}). Overleg voor u iets uitbetaalt.",
            )
        case "other":
            yield _remark("situation_unusual", f"Bijzondere rechtstoestand: {label}. Vraag of het nummer nog geldt.")
        case "unknown":
            yield _remark(
                "situation_unknown",
                f"De KBO geeft rechtstoestand {label}, die wij niet kennen. Ga er niet van uit dat alles in orde is: "
                "kijk na op de webpagina van de KBO.",
            )


def _of_the_seat(organisation: Organisation, facts: Facts) -> Iterator[Verdict]:
    seat = organisation.seat
    if seat is None:
        yield _remark(
            "no_seat", "In de KBO staat geen adres van de zetel. Vraag het adres en laat het daar in orde brengen."
        )
    elif seat.struck_off_on is not None:
        yield _remark(
            "address_struck_off",
            f"Het adres van de zetel ({address_text(seat)}) is op {seat.struck_off_on:%d/%m/%Y} ambtshalve "
            "doorgehaald: het telt niet meer. Vraag het juiste adres en laat het in de KBO in orde brengen.",
        )
    if seat is not None and organisation.vme and facts.vme and facts.address:
        yield from _of_the_building(seat, facts.address)


def _of_the_building(seat: RegisterAddress, text: str) -> Iterator[Verdict]:
    given = parse_address(text)
    apart = differences(given, seat)
    if apart:
        parts = " en ".join(_PARTS[part] for part in apart)
        verb = "verschillen" if len(apart) > 1 else "verschilt"
        yield _remark(
            "address_mismatch",
            f"Het opgegeven adres past niet bij de zetel van deze VME, {address_text(seat)}: {parts} {verb}. Vraag "
            "of dit de juiste VME is; een groep gebouwen heeft één zetel.",
        )
    elif not (given.street and given.house_number):
        yield _remark(
            "address_unclear",
            "Het opgegeven adres heeft geen straat en huisnummer die wij herkennen, en is dus niet helemaal vergeleken "
            f"met de zetel van deze VME, {address_text(seat)}.",
        )


def _fine(facts: Facts) -> Verdict:
    organisation = facts.organisation
    assert organisation is not None
    if facts.vme:
        return _remark("ok", f"{organisation.name} is een actieve vereniging van mede-eigenaars.")
    return _remark("ok", f"{organisation.name} is actief in de KBO.")


def _blocking(code: str, message: str) -> Verdict:
    return Verdict(code=code, message=message, blocking=True)


def _remark(code: str, message: str) -> Verdict:
    return Verdict(code=code, message=message)
