"""Who may ask what, and what is written down when somebody sees a natural person."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from loketbus import audit
from loketbus.security import Actor, require
from loketbus.service import Wiring
from services.kbo.inquiry import Inquiry
from services.kbo.settings import KboSettings

DESK = ("dispatcher", "behandelaar", "wachtrijverantwoordelijke", "beheerder", "crm")
PERSONS = ("behandelaar", "wachtrijverantwoordelijke", "beheerder")
"""Who may see a natural person, asked by exact number."""

Reader = Annotated[Actor, Depends(require(*DESK, "operator"))]
Desk = Annotated[Actor, Depends(require(*DESK))]


async def may_see_persons(bus: Wiring[KboSettings], actor: Actor, found: Inquiry) -> bool:
    """Whether the answer may hold a natural person; if it then does, that is audited first, by number alone."""
    if not actor.has(*PERSONS):
        return False
    number = found.check.number
    if number is not None and about_person(found):
        now = bus.now()
        await bus.ledger.write(
            lambda connection: audit.record(
                connection, actor=actor.name, action="look_up_person", target=f"kbo/{number}", reason=None, now=now
            )
        )
    return True


def about_person(found: Inquiry) -> bool:
    """It holds personal data: of who is an enterprise herself, is syndic, or has an establishment without an owner."""
    if found.syndic is not None and found.syndic.person is not None:
        return True
    if found.organisation is not None:
        return found.organisation.natural_person
    return found.unit is not None or (found.second is not None and found.second.natural_person)
