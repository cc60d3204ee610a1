"""The XML: names, namespace and formats as in a cut-down real file of November 2025 and the manual v20.4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from xml.sax.saxutils import escape

from simulators.kbo_reuse.mandates import DIRECTOR, PROVISIONAL, SYNDIC, Mandate
from simulators.kbo_reuse.register import VME_FORM, Vme

NAMESPACE = "http://economie.fgov.be/kbo/extract/v1/commercialisation"
VERSION = "21.0"
_FUNCTIONS = (
    (DIRECTOR, "Bestuurder", "Administrateur"),
    (SYNDIC, "Syndicus", "Syndic"),
    (PROVISIONAL, "Voorlopige syndicus", "Syndic provisoire"),
)


def document(
    kind: str, sequence: int, day: date, cancelled: Iterable[str], entities: Iterable[str], count: int
) -> Iterator[str]:
    """A whole data file, piece by piece; `kind` is F or D."""
    cancelled = list(cancelled)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<CommercialisationFile xmlns="{NAMESPACE}">\n'
    head = (
        _tag("ExecutionDate", _day(day)) + _tag("SequenceNumber", str(sequence)) + _tag("ExtractVersion", VERSION)
    ) + _tag("ExtractType", kind)
    yield f"<Header>{head}</Header>\n"
    if cancelled:
        keys = "".join(_tag("CancelledEnterpriseNumber", _key(number)) for number in cancelled)
        yield f"<CancelledEnterprises>{keys}</CancelledEnterprises>\n"
    yield "<Enterprises>\n"
    yield from entities
    yield "</Enterprises>\n<BusinessUnits></BusinessUnits>\n"
    counts = (
        ("Enterprises", count),
        ("BusinessUnits", 0),
        ("CancelledEnterprises", len(cancelled)),
        ("CancelledBusinessUnits", 0),
    )
    yield f"<Footer>{''.join(_tag(f'NbrOf{name}', str(value)) for name, value in counts)}</Footer>\n"
    yield "</CommercialisationFile>\n"


def vme(one: Vme, mandates: Iterable[Mandate], stopped: date | None = None) -> str:
    """A VME whole; one that stopped has an end."""
    period = _validity(one.start, stopped)
    name = _tag("Type", "001") + _tag("Language", "2") + _tag("Name", one.name) + period
    form = _tag("Code", VME_FORM) + period
    functions = "".join(_function(at, mandate) for at, mandate in enumerate(mandates, 1))
    return _enterprise(
        one.number,
        period,
        "ST" if stopped else "AC",
        f"<Denominations><Denomination>{name}</Denomination></Denominations>"
        f"<Addresses>{_address(one, period)}</Addresses><JurForms><JurForm>{form}</JurForm></JurForms>"
        + (f"<Functions>{functions}</Functions>" if functions else ""),
    )


def company(number: str) -> str:
    """An enterprise that is no VME, with a director."""
    period = _validity(date(2001, 1, 1), None)
    director = _function(1, Mandate(DIRECTOR, date(2001, 1, 1), person=("Voorbeeld", "Vera")))
    form = _tag("Code", "610") + period
    body = f"<JurForms><JurForm>{form}</JurForm></JurForms><Functions>{director}</Functions>"
    return _enterprise(number, period, "AC", body)


def codes() -> str:
    """The code file; only its table of functions, of which the element names are assumed."""
    entries = "".join(
        f"<FunctionCode>{_tag('Code', code)}{_tag('DescriptionNL', dutch)}{_tag('DescriptionFR', french)}"
        f"{_tag('Type', '1')}</FunctionCode>\n"
        for code, dutch, french in _FUNCTIONS
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Codes>\n<FunctionCodes>\n{entries}</FunctionCodes>\n</Codes>\n'


def _enterprise(number: str, period: str, status: str, body: str) -> str:
    numbers = f"<EnterpriseNumber>{_tag('EnterpriseNumber', _key(number))}{period}</EnterpriseNumber>"
    head = f"{_tag('Nbr', _key(number))}<EnterpriseNumbers>{numbers}</EnterpriseNumbers>{_tag('Type', '2')}"
    return f"<Enterprise>{head}{period}{_tag('Status', status)}{body}</Enterprise>\n"


def _address(one: Vme, period: str) -> str:
    described = _tag("Language", "2") + _tag("StreetName", one.street) + _tag("CommunityName", one.town)
    coding = (
        f"{_tag('FormatCode', '001')}<Descriptions><Description>{described}</Description></Descriptions>"
        f"{_tag('HouseNbr', one.house)}{_tag('PostCode', one.postcode)}{_tag('CountryCode', '150')}{period}"
    )
    coded = f"<AddressCodings><AddressCoding>{coding}</AddressCoding></AddressCodings>"
    return f"<Address>{_tag('Type', '001')}{coded}{period}</Address>"


def _function(counter: int, one: Mandate) -> str:
    head = _tag("Code", one.code) + _validity(one.begin, one.end) + _tag("Counter", f"{counter:03d}")
    if one.enterprise:
        holder = f"<HeldByEnterprise>{_tag('ExecutingEnterprise', _key(one.enterprise))}</HeldByEnterprise>"
    else:
        surname, first = one.person or ("", "")
        names = _tag("Name", surname) + _tag("FirstName", first)
        business = _tag("PropertyManagementCompany", _key(one.business)) if one.business else ""
        holder = f"<HeldByPerson>{names}{business}</HeldByPerson>"
    return f"<Function>{head}{holder}</Function>"


def _validity(begin: date, end: date | None) -> str:
    return f"<Validity>{_tag('Begin', _day(begin))}{_tag('End', _day(end)) if end else ''}</Validity>"


def _key(number: str) -> str:
    """Without leading zero, as the real file has it."""
    return number.lstrip("0")


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"
