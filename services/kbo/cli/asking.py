"""`loketbus kbo show | vme`: all about one number, from the register on this machine."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from loketbus_contracts import Verdict

from loketbus.cli.output import print_fields, print_json, print_line, print_problem
from loketbus.cli.registers import answering, typed
from loketbus.clock import utc_now
from loketbus.errors import Denied, Unavailable
from loketbus.settings import load
from services.kbo import told
from services.kbo.cli.group import folder
from services.kbo.cli.printing import print_organisation, print_remarks, print_source, print_syndic, print_unit
from services.kbo.domain.numbers import display
from services.kbo.domain.organisation import Source
from services.kbo.domain.second_opinion import SecondOpinion
from services.kbo.domain.verdicts import address_text
from services.kbo.inquiry import Inquiries, Inquiry
from services.kbo.questions import Register
from services.kbo.remote.vkbo import VKBO, VkboClient, VkboConnection, ask
from services.kbo.settings import KboSettings
from services.kbo.syndics import open_syndics

PERSON = "natuurlijk persoon: gegevens worden niet getoond"
AWAY = f"{VKBO} antwoordt nu niet."
UNKNOWN = (
    "Dit nummer staat niet bij de actieve nummers van de KBO. Of het gestopt is of nooit bestond, kon nu niet "
    "nagevraagd worden: vraag het later opnieuw."
)
"""The verdict `unknown` of a command: nobody asks again by itself."""


def show(number: str, *, persons: bool, as_json: bool) -> bool:
    """All about a number; whether there is such a one."""
    found = _ask(number)
    if as_json:
        print_json(told.inquiry(found, persons=persons))
    else:
        _print(found, persons)
    return found.organisation is not None or found.unit is not None


def judge_vme(number: str, address: str | None, *, as_json: bool) -> bool:
    """The verdicts about a VME; whether the number can be used."""
    found = _ask(number, vme=True, address=None if address is None else typed(address))
    if as_json:
        print_json(told.inquiry(found, persons=False))
    else:
        _print_judged(found)
    return found.usable


class DirectSource:
    """VKBO without a ledger: asked at once, nothing is remembered. See `services.kbo.second_source.SecondSource`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.trouble: str | None = None
        """Dutch; why there was no answer."""

    async def opinion(self, number: str) -> SecondOpinion:
        """About ten digits; `unknown` for an outage."""
        client = VkboClient(VkboConnection(self._url))
        try:
            return await ask(client, number, utc_now)
        except (Unavailable, Denied) as trouble:
            # An outage says that the service asks again, which no command does; a refusal says what to mend.
            self.trouble = trouble.message if isinstance(trouble, Denied) else AWAY
            return SecondOpinion(number, "unknown", utc_now())
        finally:
            await client.close()


def _ask(number: str, *, vme: bool = False, address: str | None = None) -> Inquiry:
    with answering():
        return asyncio.run(_about(typed(number), vme, address))


async def _about(text: str, vme: bool, address: str | None) -> Inquiry:
    settings = load(KboSettings)
    register = Register(folder())
    second = DirectSource(settings.kbo_vkbo_url) if settings.kbo_vkbo_url else None
    syndics = open_syndics(settings)
    found = await Inquiries(register, second, syndics, settings.kbo_link).about(text, vme=vme, address=address)
    if second is None or second.trouble is None:
        return found
    print_problem(second.trouble)
    return replace(found, verdicts=tuple(map(_for_a_command, found.verdicts)))


def _for_a_command(verdict: Verdict) -> Verdict:
    return verdict.model_copy(update={"message": UNKNOWN}) if verdict.code == "unknown" else verdict


def _print(found: Inquiry, persons: bool) -> None:
    shown = told.inquiry(found, persons=persons)
    if shown["unit"] is not None and found.unit is not None:
        print_unit(found.unit, found.organisation)
    elif shown["organisation"] is not None and found.organisation is not None:
        print_organisation(found.organisation)
    elif found.organisation is not None or found.unit is not None:
        print_fields({"Nummer": display(found.check.number or ""), "Soort": PERSON})
    print_remarks(found, without=("ok", "natural_person"))
    _print_sources(found)


def _print_judged(found: Inquiry) -> None:
    organisation = found.organisation
    if organisation is not None and not organisation.natural_person:
        print_fields(
            {
                "Nummer": display(organisation.number),
                "Naam": organisation.name,
                "Zetel": None if organisation.seat is None else address_text(organisation.seat),
                "Oordeel": "bruikbaar" if found.usable else "niet bruikbaar",
            }
        )
    print_remarks(found)
    if found.syndic is not None:
        print_syndic(found.syndic, found.link)
    _print_sources(found)


def _print_sources(found: Inquiry) -> None:
    print_source(found.source)
    if found.second is not None and found.second.outcome != "unknown":
        print_line(Source("vkbo", None, None).attribution)
