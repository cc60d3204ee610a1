"""What differs between two states of one organisation, for programs and as one Dutch line. No I/O.

Codes and fields are compared, not their labels: a new description in the code table is no change of an organisation.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loketbus_contracts import OrganisationAddress, OrganisationChange, OrganisationState

from services.kbo.domain.meetings import month_name
from services.kbo.domain.numbers import display

_PLACE = ("street", "house_number", "box", "postcode", "municipality", "country")
_NONE = "geen"


def changes(before: OrganisationState | None, after: OrganisationState | None) -> tuple[OrganisationChange, ...]:
    """From `before` to `after`; None is "not in the register". Nothing where both say the same."""
    if before is None:
        return () if after is None else (OrganisationChange(what="new", after=after.name),)
    if after is None:
        return (OrganisationChange(what="gone", before=before.name),)
    return tuple(_differences(before, after))


def recheck(link: str) -> OrganisationChange:
    """Due for a look; `link` is the public page where a syndic stands."""
    return OrganisationChange(what="recheck", after=link)


def line(number: str, name: str | None, found: Sequence[OrganisationChange]) -> str:
    """One Dutch line for the tijdlijn; `name` is the present one."""
    who = display(number) if name is None else f"{name} ({display(number)})"
    return f"KBO: {who}: {'; '.join(_words(one) for one in found)}."


def recheck_line(number: str, name: str | None, month: int, link: str) -> str:
    """One Dutch line for the tijdlijn, with the page at the end."""
    who = display(number) if name is None else f"{name} ({display(number)})"
    over = f"de maand van de algemene vergadering ({month_name(month)}) is voorbij"
    return f"KBO: {who}: {over}. Kijk na of de syndicus nog dezelfde is: {link}"


def _differences(before: OrganisationState, after: OrganisationState) -> Iterator[OrganisationChange]:
    if before.name != after.name:
        yield OrganisationChange(what="name", before=before.name, after=after.name)
    if _place(before.seat) != _place(after.seat):
        yield OrganisationChange(what="address", before=_label(before.seat), after=_label(after.seat))
    if before.legal_form != after.legal_form:
        yield OrganisationChange(what="form", before=_form(before), after=_form(after))
    if before.situation != after.situation:
        yield OrganisationChange(what="situation", before=_situation(before), after=_situation(after))
    struck = _struck_off(before.seat), _struck_off(after.seat)
    if struck[0] != struck[1]:
        yield OrganisationChange(what="struck_off", before=struck[0], after=struck[1])


def _place(seat: OrganisationAddress | None) -> tuple[str | None, ...] | None:
    return None if seat is None else tuple(getattr(seat, name) for name in _PLACE)


def _label(seat: OrganisationAddress | None) -> str | None:
    return None if seat is None else seat.label


def _struck_off(seat: OrganisationAddress | None) -> str | None:
    return None if seat is None or seat.struck_off_on is None else f"{seat.struck_off_on:%d/%m/%Y}"


def _form(state: OrganisationState) -> str | None:
    return state.legal_form_label or state.legal_form


def _situation(state: OrganisationState) -> str:
    return state.situation_label or state.situation


def _words(one: OrganisationChange) -> str:
    before, after = one.before or _NONE, one.after or _NONE
    match one.what:
        case "name":
            return f'de naam was "{before}"'
        case "address":
            return f"de zetel is nu {after} (was {before})"
        case "form":
            return f"de rechtsvorm is nu {after} (was {before})"
        case "situation":
            return f"de rechtstoestand is nu {after} (was {before})"
        case "struck_off" if one.after is None:
            return "de zetel is niet langer ambtshalve doorgehaald"
        case "struck_off":
            return f"de zetel is ambtshalve doorgehaald op {after}"
        case "gone":
            return "staat niet meer in het register; vraag het nummer opnieuw op om te weten waarom"
        case _:
            return "staat nu in het register"
