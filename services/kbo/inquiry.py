"""One question about a number or a building, answered the same way for HTTP, the command line and Kafka."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import structlog
from loketbus_contracts import Verdict

from loketbus.errors import Unavailable
from services.kbo.domain.numbers import NumberCheck, check
from services.kbo.domain.organisation import VME_FORM, Hits, Organisation, Source, Unit
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.domain.streets import ParsedAddress, parse_address
from services.kbo.domain.syndic import NOT_IN_SOURCE, SyndicAnswer
from services.kbo.domain.verdicts import Facts, verdicts
from services.kbo.questions import Register
from services.kbo.syndics import SyndicSource

if TYPE_CHECKING:
    from services.kbo.second_source import SecondSource  # with it comes the whole of the bus

log = structlog.get_logger(__name__)

HITS_MAX = 50
_MISSING = {"postcode": "de postcode", "street": "de straat", "house_number": "het huisnummer"}


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What was asked, what is known, and what to make of it."""

    check: NumberCheck
    vme: bool
    verdicts: tuple[Verdict, ...]
    source: Source
    """The replica that was asked first."""
    organisation: Organisation | None = None
    unit: Unit | None = None
    second: SecondOpinion | None = None
    suggestion: str | None = None
    syndic: SyndicAnswer | None = None
    """Only for a VME that was asked for as one."""
    link: str | None = None
    """Public page of the enterprise, where a person sees everything, the syndic too."""

    @property
    def number(self) -> str | None:
        """The enterprise's ten digits: those asked for, or those of the establishment that was asked for."""
        if self.organisation is not None:
            return self.organisation.number
        return self.check.number if self.check.kind == "enterprise" else None

    @property
    def usable(self) -> bool:
        """Nothing stands in the way of using the number."""
        return not any(one.blocking for one in self.verdicts)


@dataclass(frozen=True, slots=True)
class VmesAt:
    """Which VMEs are at an address. None is an ordinary answer; more than one too (main and partial associations)."""

    text: str
    understood: ParsedAddress
    missing: tuple[str, ...]
    """Of `postcode`, `street`, `house_number`: without them nothing was looked for."""
    message: str
    """A Dutch sentence."""
    hits: Hits | None = None
    """None when something is missing."""


class Inquiries:
    """Asks the replica, the second source and the source of syndics; the last two may be absent.

    `link` is the setting `kbo_link`, with `{number}` in it.
    """

    def __init__(
        self, register: Register, second: SecondSource | None, syndics: SyndicSource | None, link: str
    ) -> None:
        self._register = register
        self._second = second
        self._syndics = syndics
        self._link = link

    async def about(self, text: str, *, vme: bool = False, address: str | None = None) -> Inquiry:
        """All there is to say about a number as somebody wrote it.

        Raises:
            loketbus.errors.Unavailable: the number is right and there is no replica (`register_missing`).
        """
        facts, source = await asyncio.to_thread(self._known, Facts(check(text), vme=vme, address=address))
        if self._second is not None and _worth_a_second_opinion(facts):
            assert facts.check.number is not None
            facts = replace(facts, second=await self._second.opinion(facts.check.number))
        inquiry = Inquiry(
            check=facts.check,
            vme=vme,
            verdicts=verdicts(facts),
            source=source,
            organisation=facts.organisation,
            unit=facts.unit,
            second=facts.second,
            suggestion=facts.suggestion,
        )
        link = self._link.format(number=inquiry.number) if inquiry.number else None
        return replace(inquiry, link=link, syndic=await self._syndic(inquiry))

    async def vmes_at(self, text: str) -> VmesAt:
        """The VMEs whose seat is at an address as somebody wrote it.

        Raises:
            loketbus.errors.Unavailable: there is no replica (`register_missing`).
        """
        understood = parse_address(text)
        missing = tuple(part for part in _MISSING if not getattr(understood, part))
        if missing:
            what = " en ".join(_MISSING[part] for part in missing)
            return VmesAt(text, understood, missing, f"Geef ook {what}, zoals: Leopoldstraat 12, 2800 Mechelen.")
        hits = await asyncio.to_thread(self._seated_at, understood)
        return VmesAt(text, understood, (), _how_many(hits), hits)

    def _known(self, facts: Facts) -> tuple[Facts, Source]:
        """A number that is wrong is wrong without a replica too; only a suggestion needs one."""
        try:
            return self._read(facts)
        except Unavailable:
            if facts.check.valid:
                raise
            return facts, Source("kbo_open_data", None, None)

    def _read(self, facts: Facts) -> tuple[Facts, Source]:
        """What one replica knows; blocking."""
        with self._register.open() as view:
            number = facts.check.number
            if number is None:
                suggestion = view.suggestion(facts.check.digits) if facts.check.digits else None
                return replace(facts, suggestion=suggestion), view.source
            if facts.check.kind == "enterprise":
                return replace(facts, organisation=view.organisation(number)), view.source
            unit = view.unit(number)
            owner = view.organisation(unit.enterprise) if unit else None
            return replace(facts, unit=unit, organisation=owner), view.source

    def _seated_at(self, place: ParsedAddress) -> Hits:
        with self._register.open() as view:
            return view.at_address(place.street, place.house_number, place.postcode, form=VME_FORM, limit=HITS_MAX)

    async def _syndic(self, inquiry: Inquiry) -> SyndicAnswer | None:
        vme = inquiry.organisation
        if vme is None or not (inquiry.vme and vme.vme) or inquiry.unit is not None:
            return None
        if self._syndics is None:
            return NOT_IN_SOURCE
        try:
            answer = await self._syndics.syndic(vme.number)
        except Unavailable as error:
            log.warning("syndic_unknown", code=error.code)
            return SyndicAnswer("unknown")
        return await asyncio.to_thread(self._named, answer) if answer.number else answer

    def _named(self, answer: SyndicAnswer) -> SyndicAnswer:
        """With the name of the enterprise; one that is a natural person is no enterprise to the outside."""
        assert answer.number is not None
        with self._register.open() as view:
            holder = view.organisation(answer.number)
        if holder is None:
            return answer
        if holder.natural_person:
            return replace(answer, number=None, person=answer.person or holder.name, person_number=holder.number)
        return replace(answer, name=holder.name)


def _worth_a_second_opinion(facts: Facts) -> bool:
    """A valid official number that the replica lacks; branch ids are the file's own and nobody else knows them."""
    return facts.check.kind in ("enterprise", "establishment") and not (facts.organisation or facts.unit)


def _how_many(hits: Hits) -> str:
    count = len(hits.hits)
    if not count:
        return "Geen VME op dit adres. Dat kan: kleine gebouwen en gebouwen met één eigenaar hebben er vaak geen."
    struck = sum(hit.seat is not None and hit.seat.struck_off_on is not None for hit in hits.hits)
    if count == 1:
        doubt = " Dat adres is ambtshalve doorgehaald: het telt niet meer." if struck else ""
        return f"Eén VME op dit adres.{doubt}"
    doubt = f" Bij {struck} daarvan is dit adres ambtshalve doorgehaald: daar telt het niet meer." if struck else ""
    return f"{count} VME's op dit adres. Dat kan: een hoofdvereniging en deelverenigingen delen een gebouw.{doubt}"
