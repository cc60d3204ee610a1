"""What is made of the register's word about one address, with a Dutch line for the reasons of an answer. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from loketbus.errors import Denied, Outcome
from services.address.domain.model import Note, Status
from services.address.remote.register import Absent, Detail, Found, ListedAddress, RemoteAddress

Said: TypeAlias = Literal["confirmed", "retired", "rejected", "removed", "absent", "unavailable", "denied", "not_asked"]
"""`confirmed`: it may be used (inGebruik or voorgesteld). `retired`: gehistoreerd. `rejected`: afgekeurd. `removed`:
410. `absent`: 404. `unavailable`: no answer now. `denied`: the register refuses us. `not_asked`: no register is set."""

PAUSED, BUSY = "register_paused", "register_busy"
_FROM_COPY = "Dit antwoord komt uit onze kopie."
_TROUBLE = {
    PAUSED: "De verbinding met het Adressenregister is gepauzeerd.",
    BUSY: "Er wachten nu te veel vragen aan het Adressenregister.",
}
_NOT_ASKED = Note("register_not_asked", f"Het Adressenregister zelf is niet bevraagd. {_FROM_COPY}")
_CONFIRMED = Note("register_confirmed", "Het Adressenregister bevestigt dit adres.")
_PROPOSED = Note(
    "register_proposed", "Het Adressenregister bevestigt dit adres; het is voorgesteld, nog niet in gebruik."
)
_REJECTED = Note("register_rejected", "Het Adressenregister heeft dit adres afgekeurd: het kan niet gebruikt worden.")
_REMOVED = Note("register_removed", "Het Adressenregister heeft dit adres verwijderd. Zoek het adres opnieuw op.")
_ABSENT = Note("register_absent", "Het Adressenregister heeft nooit een adres met dit id gehad. Kijk het id na.")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the register says about one address, or why it says nothing."""

    outcome: Said
    reason: Note
    as_of: datetime | None = None
    """When the register said so; None without its answer."""
    address: RemoteAddress | None = None
    """With `confirmed`, `retired` and `rejected`."""
    successors: tuple[int, ...] = ()
    """With `retired`: valid addresses at the same street, house number and box. A hint only: what the register put in
    its place (a renumbering, a merger) stands in the change feed, and so in the replica."""


def judged(detail: Detail[RemoteAddress], successors: tuple[int, ...] = ()) -> Confirmation:
    """Of an answer."""
    if not isinstance(detail, Found):
        absent = isinstance(detail, Absent)
        return Confirmation("absent" if absent else "removed", _ABSENT if absent else _REMOVED, detail.as_of)
    known = detail.value.address.status
    if known.valid:
        reason = _CONFIRMED if known is Status.IN_GEBRUIK else _PROPOSED
        return Confirmation("confirmed", reason, detail.as_of, detail.value)
    if known is Status.AFGEKEURD:
        return Confirmation("rejected", _REJECTED, detail.as_of, detail.value)
    return Confirmation("retired", _retired(successors), detail.as_of, detail.value, successors)


def retired(detail: Detail[RemoteAddress]) -> RemoteAddress | None:
    """The address, when it is one that others may have replaced."""
    found = detail.value if isinstance(detail, Found) else None
    return found if found is not None and judged(detail).outcome == "retired" else None


def in_its_place(old: RemoteAddress, listed: tuple[ListedAddress, ...]) -> tuple[int, ...]:
    """Valid addresses among those at its house number that are written the same."""
    box = (old.address.box or "").lower()
    return tuple(one.id for one in listed if one.status.valid and one.id != old.id and (one.box or "").lower() == box)


def not_asked() -> Confirmation:
    """No register is set."""
    return Confirmation("not_asked", _NOT_ASKED)


def no_answer(trouble: Outcome) -> Confirmation:
    """The register was not heard; the replica's answer stands."""
    if isinstance(trouble, Denied):
        why = "Het Adressenregister weigert onze vragen; ICT kan dat nakijken."
        return Confirmation("denied", Note("register_denied", f"{why} {_FROM_COPY}"))
    why = _TROUBLE.get(trouble.code, "Het Adressenregister kon dit adres nu niet bevestigen.")
    code = trouble.code if trouble.code in _TROUBLE else "register_unavailable"
    return Confirmation("unavailable", Note(code, f"{why} {_FROM_COPY}"))


def _retired(successors: tuple[int, ...]) -> Note:
    said = "Volgens het Adressenregister is dit adres opgeheven (gehistoreerd)."
    if not successors:
        return Note("register_retired", said)
    ids = ", ".join(str(one) for one in successors)
    return Note("register_retired", f"{said} Met dezelfde straat en hetzelfde nummer is er nu: {ids}.")
