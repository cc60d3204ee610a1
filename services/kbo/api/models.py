"""What the HTTP API answers: the shapes of `services.kbo.told`, described for the OpenAPI document.

Every field is always there, null where there is nothing: a shape that differs from `told` fails in its first answer.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from loketbus_contracts import Verdict
from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """Base: a line under a field describes it, also in the OpenAPI document."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")


class Remark(Model):
    """Something that was changed or is wrong."""

    code: str
    text: str
    """A Dutch sentence."""


class Check(Model):
    """What a text is worth as a number."""

    input: str
    valid: bool
    number: str | None
    """Ten digits, when valid."""
    kind: Literal["enterprise", "establishment", "branch"] | None
    changes: list[Remark]
    """What was done to read it."""
    reasons: list[Remark]
    """Why it is not valid."""
    suggestion: str | None
    """The one number of the register that differs by a typing error."""


class Label(Model):
    """A code of the register with what it means; without descriptions when the register's own list lacks it."""

    code: str
    nl: str | None
    fr: str | None
    de: str | None


class Source(Model):
    """Where an answer comes from."""

    source: str
    """`kbo_open_data` or `vkbo`."""
    extract: int | None
    snapshot: date | None
    """The day that the data describes."""
    attribution: str
    """Show it beside the data: the licence asks for it."""


class Name(Model):
    """A denomination."""

    text: str
    kind: Label | None
    language: Label | None


class Address(Model):
    """An address as the register has it."""

    kind: Label | None
    """REGO seat, BAET establishment, ABBR branch."""
    street_nl: str | None
    street_fr: str | None
    house_number: str | None
    box: str | None
    extra: str | None
    postcode: str | None
    municipality_nl: str | None
    municipality_fr: str | None
    country_nl: str | None
    """Null for Belgium."""
    country_fr: str | None
    struck_off_on: date | None
    """Struck off ex officio: the address does not count any more."""
    label: str
    """On one line."""


class Contact(Model):
    """As the entity gave it: not checked."""

    kind: Label | None
    level: Label | None
    value: str


class Activity(Model):
    """An activity."""

    group: Label | None
    nace_version: str
    nace: Label | None
    classification: Label | None


class Unit(Model):
    """An establishment unit or branch; within an organisation without contacts and activities."""

    number: str
    display: str
    enterprise: str
    start: date | None
    names: list[Name]
    address: Address | None
    contacts: list[Contact]
    activities: list[Activity]


class Organisation(Model):
    """An enterprise with all that open data has about it."""

    number: str
    display: str
    natural_person: bool
    name: str
    names: list[Name]
    type: Label | None
    form: Label | None
    form_cac: Label | None
    """The form to be read until the statutes follow the law."""
    status: Label | None
    situation: Label | None
    start: date | None
    vme: bool
    professional_syndic: bool
    seat: Address | None
    addresses: list[Address]
    contacts: list[Contact]
    activities: list[Activity]
    establishments: list[Unit]
    """The first hundred, by number."""
    establishment_count: int
    branches: list[Unit]


class SecondOpinion(Model):
    """What VKBO says about a number that the register lacks."""

    outcome: str
    """`active`, `stopped`, `never_existed`, `not_found`, or `unknown`: it did not answer and is asked again."""
    natural_person: bool
    name: str | None
    stopped_on: date | None
    stop_reason: str | None
    asked_at: datetime
    attribution: str


class Syndic(Model):
    """The syndic of a VME, as far as a source tells."""

    status: str
    """`not_in_source`, `registered`, `none_registered`, `unknown`."""
    number: str | None
    name: str | None
    person: str | None
    """Only for who may see natural persons."""
    person_number: str | None
    professional: bool
    since: date | None
    provisional: bool
    others: int
    as_of: date | None
    attribution: str | None


class Answer(Model):
    """All there is to say about one number."""

    check: Check
    number: str | None
    """Of the enterprise."""
    vme: bool
    """It was judged as that of a VME."""
    usable: bool
    """No verdict is blocking."""
    verdicts: list[Verdict]
    """The weightiest first."""
    organisation: Organisation | None
    unit: Unit | None
    second: SecondOpinion | None
    syndic: Syndic | None
    link: str | None
    """The register's public page."""
    source: Source


class Hit(Model):
    """An organisation that was found; never a natural person."""

    number: str
    display: str
    name: str
    matched: str
    """The name or address that matched."""
    form: Label | None
    situation: Label | None
    vme: bool
    seat: Address | None
    unit: str | None
    """The establishment unit that matched, when it was not the enterprise itself."""
    score: float
    """1 for what was literally asked."""


class Hits(Model):
    """What a search found, best first."""

    hits: list[Hit]
    more: bool
    corrected: list[str]
    """Words that were taken for typing errors: `written -> read`."""
    source: Source


class Understood(Model):
    """The parts of an address; "" for what is not there."""

    street: str
    house_number: str
    box: str
    postcode: str
    municipality: str


class VmesAt(Model):
    """Which VMEs are at an address."""

    text: str
    understood: Understood
    missing: list[str]
    message: str
    """A Dutch sentence; none at this address is an ordinary answer."""
    vmes: Hits | None


class Problem(Model):
    """A refusal (RFC 9457), with all that can be said about the number."""

    type: str
    title: str
    """The weightiest verdict, in Dutch."""
    status: int
    code: str
    answer: Answer | None = None


def problem_json(answer: dict[str, Any], status: int) -> dict[str, Any]:
    """The body of a refusal, from an answer as `told.inquiry` gives it."""
    first = answer["verdicts"][0]
    return {
        "type": f"urn:loketbus:problem:{first['code']}",
        "title": first["message"],
        "status": status,
        "code": first["code"],
        "answer": answer,
    }
