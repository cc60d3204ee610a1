"""How people read organisations: fields, tables, and the line that says where it comes from."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from datetime import date

from loketbus.cli.output import print_fields, print_line, print_table
from services.kbo.domain.numbers import display
from services.kbo.domain.organisation import (
    NORMAL,
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
from services.kbo.domain.syndic import Status, SyndicAnswer
from services.kbo.domain.verdicts import address_text
from services.kbo.inquiry import Inquiry

COLUMNS = ("nummer", "naam", "vorm en adres")
SYNDIC: dict[Status, str] = {
    "not_in_source": "staat niet in de open gegevens van de KBO",
    "none_registered": "er is geen syndicus ingeschreven",
    "unknown": "kan nu niet opgezocht worden",
}


def print_source(source: Source) -> None:
    """The line that the licence asks for."""
    print_line("")
    print_line(source.attribution)


def print_hits(title: str, found: Hits) -> None:
    """A list of organisations."""
    print_table(title, COLUMNS, [_row(hit) for hit in found.hits])
    for one in found.corrected:
        print_line(f"Gelezen als tikfout: {one}.")
    if found.more:
        print_line("Er zijn er meer: maak de vraag nauwer, of vraag er meer met --limit.")
    print_source(found.source)


def print_organisation(one: Organisation) -> None:
    """An enterprise with all that belongs to it."""
    form = _label(one.form)
    print_fields(
        {
            "Nummer": display(one.number),
            "Naam": one.name,
            "Soort": one.type.text,
            "Rechtsvorm": form if one.form_cac is None else f"{form}, te lezen als {_label(one.form_cac)}",
            "Toestand": _label(one.situation),
            "Begonnen": _day(one.start),
            "Vestigingen": one.establishment_count,
        }
    )
    print_names(one.names)
    for address in one.addresses:
        print_fields({address.kind.text: place(address)})
    _print_contacts(one.contacts)
    _print_activities(one.activities)
    _print_units("Vestigingen", one.establishments)
    if len(one.establishments) < one.establishment_count:
        print_line(f"En nog {one.establishment_count - len(one.establishments)} andere vestigingen.")
    _print_units("Bijkantoren", one.branches)


def print_unit(one: Unit, owner: Organisation | None) -> None:
    """An establishment unit or branch."""
    name = "" if owner is None else f" ({owner.name})"
    print_fields(
        {
            "Nummer": display(one.number),
            "Van onderneming": f"{display(one.enterprise)}{name}",
            "Begonnen": _day(one.start),
            "Adres": None if one.address is None else place(one.address),
        }
    )
    print_names(one.names)
    _print_contacts(one.contacts)
    _print_activities(one.activities)


def print_remarks(found: Inquiry, without: Container[str] = ()) -> None:
    """What was changed in the number, and the verdicts."""
    for change in found.check.changes:
        print_line(change.text)
    for verdict in found.verdicts:
        if verdict.code not in without:
            print_line(verdict.message)


def print_syndic(answer: SyndicAnswer, link: str | None) -> None:
    """Who is syndic, as far as that is no natural person; and where a person can look."""
    if answer.status == "registered":
        holder = answer.name or "een onderneming die niet (meer) in het register staat"
        said = f"{holder} ({display(answer.number)})" if answer.number else "een natuurlijk persoon"
        said += "" if answer.since is None else f", sinds {_day(answer.since)}"
    else:
        said = SYNDIC[answer.status]
    print_fields({"Syndicus": said, "Kijk na op": link})
    if answer.attribution is not None:
        print_line(answer.attribution)


def place(address: RegisterAddress) -> str:
    """An address on one line, with what makes it count no more."""
    extra = f" ({address.extra})" if address.extra else ""
    gone = f" - doorgehaald op {_day(address.struck_off_on)}" if address.struck_off_on else ""
    return f"{address_text(address)}{extra}{gone}"


def print_names(names: Sequence[Name]) -> None:
    """All names; one by one, for a table of one or two rows says less."""
    for name in names:
        print_fields({f"{name.kind.text} ({name.language.text})": name.text})


def hint(hit: Hit) -> str:
    """Why somebody should look twice; empty when nothing is the matter."""
    found = [] if hit.situation.code == NORMAL else [hit.situation.text]
    if hit.seat is not None and hit.seat.struck_off_on is not None:
        found.append("zetel doorgehaald")
    return ", ".join(found)


def _row(hit: Hit) -> tuple[object, ...]:
    seat = "" if hit.seat is None else address_text(hit.seat)
    name = hit.name if hit.matched in (hit.name, seat) else f"{hit.name}\n({hit.matched})"
    form = "" if hit.form is None else hit.form.text
    # In one column: in a window of 80 characters more columns would break every word.
    return display(hit.number), name, "\n".join(filter(None, (form, seat, hint(hit))))


def _print_units(title: str, units: Sequence[Unit]) -> None:
    if units:
        print_table(title, ("nummer", "naam", "adres", "begonnen"), map(_unit, units))


def _unit(one: Unit) -> tuple[object, ...]:
    names = " / ".join(dict.fromkeys(name.text for name in one.names))
    return display(one.number), names, "" if one.address is None else place(one.address), _day(one.start)


def _print_contacts(contacts: Iterable[Contact]) -> None:
    for contact in contacts:
        print_fields({contact.kind.text: contact.value})


def _print_activities(activities: Sequence[Activity]) -> None:
    if activities:
        columns = ("NACE", "versie", "activiteit", "groep", "soort")
        print_table("Activiteiten", columns, map(_activity, activities))


def _activity(one: Activity) -> tuple[object, ...]:
    return one.nace.code, one.nace_version, one.nace.text, one.group.text, one.classification.text


def _label(label: Label | None) -> str | None:
    if label is None:
        return None
    return label.code if label.text == label.code else f"{label.text} ({label.code})"


def _day(day: date | None) -> str | None:
    return None if day is None else f"{day:%d/%m/%Y}"
