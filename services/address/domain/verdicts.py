"""Every sentence of a match: what was read otherwise than it was written, and why the verdict is what it is. No I/O.

For a civil servant with a citizen on the telephone: short, plain Dutch, with what was written and what was read.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.address.domain.model import Note

_SHOWN_MAX = 80


def _shown(text: object) -> str:
    line = " ".join(str(text).split())
    return f"‘{line if len(line) <= _SHOWN_MAX else line[: _SHOWN_MAX - 1] + '…'}’"


def number(house: str, box: str | None) -> str:
    """`12 bus 3`."""
    return f"{house} bus {box}" if box else house


# --- what was read otherwise than it was written ---


def abbreviation(written: str, read: str) -> Note:
    """`St.-Jansstr.`."""
    return Note("street_abbreviation", f"{_shown(written)} is gelezen als {read}.")


def initials(written: str, read: str) -> Note:
    """`F. Stormsstraat`."""
    return Note("street_initials", f"{_shown(written)} is gelezen als {read}.")


def spelling(written: str, read: str) -> Note:
    """A typing error in a street."""
    return Note("street_spelling", f"{_shown(written)} is gelezen als {read}: wellicht een tikfout.")


def former_name(written: str, now: str) -> Note:
    """A street that got another name."""
    return Note("street_renamed", f"De straat {_shown(written)} heet nu {now}.")


def street_renamed(written: str, read: str) -> Note:
    """A street that was replaced in the register."""
    return Note("street_replaced", f"De straat {_shown(written)} bestaat niet meer: het is nu {read}.")


def municipality_added(postcode: int | None, name: str) -> Note:
    """Neither postcode nor municipality was given."""
    place = f"{postcode} {name}" if postcode else name
    return Note("municipality_added", f"Er stond geen gemeente bij: gelezen is {place}. Vraag na.")


def municipality_replaced(written: str, read: str) -> Note:
    """It does not go with the postcode or the street."""
    return Note("municipality", f"De gemeente {_shown(written)} is gelezen als {read}.")


def municipality_former(written: str, read: str) -> Note:
    """It was merged."""
    return Note("municipality_former", f"De gemeente {_shown(written)} hoort nu bij {read}.")


def postcode_replaced(street: str, written: str, read: str) -> Note:
    """The register has the address under another postcode, in another part of the municipality."""
    return Note("postcode", f"{_shown(street)} ligt met dit nummer in {read}, niet in {_shown(written)}.")


def box_notation(written: str, read: str) -> Note:
    """`02` where the register says `2`."""
    return Note("box_notation", f"Bus {_shown(written)} staat in het register als bus {read}.")


def number_read(written: str, house: str, box: str | None) -> Note:
    """`20/A` as 20 bus A."""
    return Note("number_reading", f"{_shown(written)} is gelezen als huisnummer {number(house, box)}.")


def left_out(written: str) -> Note:
    """The name of a building, of a person, a remark."""
    return Note("left_out", f"{_shown(written)} is niet gebruikt. Kijk na of het bij het adres hoort.")


def po_box_left_out(written: str) -> Note:
    """A PO box beside a street."""
    return Note("po_box", f"{_shown(written)} is weggelaten: een postbus is geen adres in het register.")


def suffix_left_out(written: str) -> Note:
    """`Vinkstraat(LST)`."""
    return Note("street_suffix", f"De toevoeging {_shown(written)} bij de straat is weggelaten.")


def beside_left_out(written: str) -> Note:
    """`naast nr 30`."""
    return Note("left_out", f"{_shown(written)} is weggelaten: gelezen is het huisnummer zelf.")


def followed(old: str, new: str) -> Note:
    """A retired address with one successor."""
    return Note("replaced", f"{old} bestaat niet meer: in het register staat nu {new}.")


# --- why the verdict is what it is ---


def found() -> Note:
    """Exact."""
    return Note("found", "Dit adres staat zo in het adressenregister.")


def corrected() -> Note:
    """Found, but read otherwise than written."""
    return Note("corrected", "Dit adres past het best. Kijk na of de wijzigingen kloppen.")


def has_boxes(street: str, house: str, count: int) -> Note:
    """A building address was found, and it has boxes."""
    boxes = "1 bus" if count == 1 else f"{count} bussen"
    return Note("has_boxes", f"{street} {house} heeft {boxes}: kies een bus of het hele gebouw (zonder bus).")


def proposed() -> Note:
    """Status voorgesteld."""
    return Note("proposed", "Het adres is voorgesteld: het is nog niet in gebruik.")


def interpolated() -> Note:
    """Position method geinterpoleerd."""
    return Note("interpolated", "De ligging is geschat en niet nagekeken.")


def postcode_conflict(written: str, read: int) -> Note:
    """The postcode that was given is not that of the address."""
    return Note(
        "postcode_conflict", f"In het register staat postcode {read}, niet {written}: vraag na of dit adres bedoeld is."
    )


def several_addresses(written: str, count: int) -> Note:
    """Ambiguous."""
    return Note("several", f"{_shown(written)} kan {count} adressen betekenen: kies er een.")


def several_streets(street: str, count: int) -> Note:
    """Ambiguous without a number."""
    return Note("several_streets", f"{_shown(street)} kan {count} straten betekenen: kies er een.")


def range_or_box(written: str) -> Note:
    """A dash between two numbers."""
    return Note("range_or_box", f"{_shown(written)} kan een huisnummer met bus zijn, of een reeks huisnummers.")


def range_of_houses(written: str) -> Note:
    """Two house numbers."""
    return Note("range", f"{_shown(written)} zijn verschillende huisnummers. Kies het huisnummer dat bedoeld is.")


def split_up(old: str, count: int) -> Note:
    """Retired, with several successors."""
    return Note("replaced_by_several", f"{old} bestaat niet meer: in de plaats kwamen {count} adressen. Kies er een.")


def box_unknown(street: str, house: str, box: str, boxes: Sequence[str]) -> Note:
    """Building only; `boxes` are those that it has."""
    missing = f"{street} {house} heeft geen bus {_shown(box)}. " if box else ""
    return Note("box_unknown", f"{missing}{_choice(boxes)} het hele gebouw (zonder bus).")


def _choice(boxes: Sequence[str]) -> str:
    if not boxes:
        return "Er is alleen"
    return f"Kies bus {boxes[0]} of" if len(boxes) == 1 else f"Kies een van de {len(boxes)} bussen of"


def unread(street: str, house: str, text: str) -> Note:
    """Building only: something stands beside it that may tell a box or another number."""
    return Note(
        "unread", f"{street} {house} bestaat, maar {_shown(text)} is niet begrepen. Vraag welk adres bedoeld is."
    )


def too_long(address: str) -> Note:
    """The text was cut; `address` is what was found in it, "" for none."""
    read = f"gelezen, met {address}. Kijk na of dat bedoeld is." if address else "gelezen. Geef het adres alleen."
    return Note("too_long", f"De tekst is te lang: alleen het begin is {read}")


def place_or_not(written: str, address: str) -> Note:
    """No municipality, and a word that may be one."""
    return Note(
        "place_or_not", f"{_shown(written)} is geen gemeente die hier bekend is. Vraag of {address} bedoeld is."
    )


def number_twice(address: str) -> Note:
    """`5 Kerkstraat 2`: ambiguous, even where only one thing can come of it."""
    return Note("number_twice", f"Er staan twee nummers bij de straat. Vraag of {address} bedoeld is.")


def several_in_text(count: int) -> Note:
    """Two addresses in one text, or one text that is two addresses."""
    return Note("several_in_text", f"Hierin kunnen {count} adressen gelezen worden: kies er een.")


def contains(house: str, number: str) -> Note:
    """Street only: the register has a range around the number."""
    return Note("contains", f"{house} bevat {number}: vraag of dat bedoeld is.")


def box_retired(street: str, house: str, box: str) -> Note:
    """Building only: it was there."""
    return Note("retired", f"Bus {_shown(box)} van {street} {house} bestaat niet meer; het register noemt geen nieuwe.")


def house_unknown(street: str, house: str) -> Note:
    """Street only."""
    return Note("house_number_unknown", f"{street} heeft geen huisnummer {house}.")


def house_retired(street: str, house: str) -> Note:
    """Street only: it was there."""
    return Note("retired", f"{street} {house} bestaat niet meer; het register noemt geen nieuw adres.")


def no_house_number(street: str) -> Note:
    """Street only."""
    return Note("no_house_number", f"{street} bestaat. Er is geen huisnummer gegeven.")


def nearby(street: str, read: str) -> Note:
    """`tegenover nr 30` is another address than 30."""
    return Note("beside", f"{_shown(read)} zegt waar het ongeveer is; het huisnummer in {street} zelf ontbreekt.")


def near_numbers(numbers: str) -> Note:
    """Which house numbers there are around one that is not."""
    return Note("near_numbers", f"Huisnummers in de buurt: {numbers}.")


def street_unknown(street: str, where: str) -> Note:
    """Unknown."""
    place = f" in {where}" if where else ""
    return Note("street_unknown", f"Er is geen straat {_shown(street)}{place} in het adressenregister.")


def name_elsewhere(written: str, here: str) -> Note:
    """Ambiguous: a street elsewhere is called so, and here one nearly so."""
    return Note("name_elsewhere", f"{_shown(written)} bestaat in een andere gemeente. Hier is er {here}: vraag na.")


def similar(names: str) -> Note:
    """Suggestions."""
    return Note("similar", f"Straten die erop lijken: {names}. Vraag na of een daarvan bedoeld is.")


def outside_area(place: str) -> Note:
    """The municipality is not kept here."""
    outside = "ligt buiten de gemeenten waarvan hier adressen bewaard worden, of is geen gemeente"
    return Note("outside_area", f"{_shown(place)} {outside}.")


def place_conflict(postcode: str, name: str) -> Note:
    """Postcode and municipality contradict each other, and nothing here can say which is right."""
    return Note("place_conflict", f"Postcode {postcode} en {_shown(name)} horen niet bij elkaar. Vraag wat juist is.")


def po_box_or_box(written: str) -> Note:
    """`PB 2` where the building has a box 2."""
    return Note("po_box_or_box", f"{_shown(written)} kan een postbus of een bus van het gebouw zijn: kies.")


def po_box_only(written: str) -> Note:
    """A PO box and no street."""
    return Note("po_box", f"{_shown(written)} is een postbus. Vraag straat en huisnummer.")


def nothing_asked() -> Note:
    """Empty."""
    return Note("no_address", "Er staat geen adres. Geef straat, huisnummer en gemeente.")


def no_street(written: str) -> Note:
    """No street in it."""
    return Note("no_street", f"In {_shown(written)} is geen straat herkend. Geef straat, huisnummer en gemeente.")
