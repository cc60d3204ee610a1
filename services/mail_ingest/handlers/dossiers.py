"""`dossier.state.v1`: what the CRM says of its dossiers, and what that changes about the links of items."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from loketbus_contracts import DossierState, Event

from loketbus.ledger.tx import Tx
from services.mail_ingest import links
from services.mail_ingest.domain import item_id
from services.mail_ingest.domain.linking import Clue, Target
from services.mail_ingest.domain.register import Dossier, fold
from services.mail_ingest.store import clues, dossiers, reach
from services.mail_ingest.store.dossiers import MAIL, Held, Shown

SUGGESTED_MAX = 500
"""Open items that get other suggestions when a dossier changes, the newest first."""
_SUGGESTS = frozenset(map(str, (Clue.SENDER, Clue.ADDRESS, Clue.BUILDING, Clue.ORGANISATION)))


@dataclass(frozen=True, slots=True)
class _Change:
    """What differs between two states of a dossier, as far as linking goes."""

    moves: bool
    """It was or becomes deactivated, active again, replaced, or another klantenreis's."""
    named: bool
    """Numbers or people: tokens and numbers may link, or no longer."""
    shown: frozenset[Shown]
    """Clues that suggest it now and did not before, or the reverse."""
    mails: frozenset[str]
    """Put on it or taken off."""
    put_on: frozenset[str]
    people: frozenset[str]
    """Mail addresses of who became or was known on it."""

    @property
    def matters(self) -> bool:
        """Most states only tell of another step or behandelaar."""
        return self.moves or self.named or bool(self.shown) or bool(self.mails)


@dataclass(frozen=True, slots=True)
class _Around:
    """What a dossier has to do with, those that it replaces and what replaces it included."""

    trains: frozenset[str]
    """Klantenreizen."""
    numbers: frozenset[str]
    """What mails may write to name them or their dossiers, folded."""
    mails: frozenset[str]
    """What the CRM put on them."""

    def __or__(self, other: _Around) -> _Around:
        return _Around(self.trains | other.trains, self.numbers | other.numbers, self.mails | other.mails)


class DossierStateHandler:
    """`dossier.state.v1`."""

    def apply(self, tx: Tx, event: Event[DossierState], prepared: None) -> None:
        """Remember the dossier, unless we had this revision or a later one; decide again about what it touches."""
        data = event.data
        before = dossiers.get(tx.connection, data.dossier)
        if before is not None and before.revision >= data.revision:
            return
        after = Held(_dossier(data, before), data.revision, frozenset(_clues(data)))
        extra = {name: getattr(data, name) for name in ("type", "subtype", "hoofdproject", "toewijzing")}
        change = _compare(before, after)
        around = _around(tx, data.dossier) if change.matters else None
        dossiers.put(tx, _row(after.dossier) | extra | {"revision": data.revision}, after.clues)
        if around is not None:
            _decide_again(tx, change, around | _around(tx, data.dossier))

    def forget(self, tx: Tx, key: str) -> None:
        """The CRM deleted a dossier; links that people made stay."""
        before = dossiers.get(tx.connection, key)
        if before is not None:
            around = _around(tx, key)
            dossiers.remove(tx, key)
            _decide_again(tx, _compare(before, None), around | _around(tx, key))


def _decide_again(tx: Tx, change: _Change, around: _Around) -> None:
    names = {item_id(mail) for mail in change.mails}
    messages = set[str]()
    if change.named or change.moves:
        names |= clues.items_with(tx.connection, clues.naming(around.numbers))
    if change.moves:
        linked, messages = reach.belonging_to(tx.connection, around.trains)
        names |= linked | {item_id(mail) for mail in around.mails}
    names |= reach.in_company(tx.connection, change.people)
    names |= set(clues.open_items_with(tx.connection, change.shown, SUGGESTED_MAX))
    links.relink(tx, messages=messages, names=names, anew={item_id(mail) for mail in change.put_on})


def _compare(before: Held | None, after: Held | None) -> _Change:
    was, now = (before.clues if before else frozenset()), (after.clues if after else frozenset())
    moves = _place(before) != _place(after)
    differ = (was | now) if moves else (was ^ now)
    mails, put_on = (frozenset(value for kind, value in some if kind == MAIL) for some in (was ^ now, now - was))
    return _Change(
        moves=moves,
        named=any(kind in (Clue.NUMBER, Clue.SENDER) for kind, _ in differ),
        shown=frozenset(one for one in differ if one[0] in _SUGGESTS),
        mails=mails,
        put_on=put_on,
        people=frozenset(value for kind, value in differ if kind == Clue.SENDER),
    )


def _place(held: Held | None) -> tuple[str, bool, str | None] | None:
    return None if held is None else (held.dossier.klantenreis, held.dossier.actief, held.dossier.vervangen_door)


def _around(tx: Tx, name: str) -> _Around:
    held = dossiers.get(tx.connection, name)
    own = [held.dossier] if held is not None else []
    involved = [*own, *dossiers.replaced_by(tx.connection, name)]
    names, trains = [one.dossier for one in involved], {one.klantenreis for one in involved}
    register = dossiers.register(tx.connection, names, trains)
    trains |= {register.settle(Target(one.klantenreis, one.dossier)).klantenreis for one in involved}
    numbers, mails = dossiers.numbers_of(tx.connection, trains), dossiers.mails_on(tx.connection, names)
    return _Around(frozenset(trains), frozenset(numbers), frozenset(mails))


def _dossier(data: DossierState, before: Held | None) -> Dossier:
    since = before.dossier.inactive_since if before else None
    return Dossier(
        dossier=data.dossier,
        klantenreis=data.klantenreis,
        nummer=data.nummer,
        actief=data.actief,
        inactive_since=None if data.actief else since or data.occurred_at,
        vervangen_door=data.vervangen_door,
    )


def _row(one: Dossier) -> dict[str, object]:
    return {
        "dossier": one.dossier,
        "klantenreis": one.klantenreis,
        "nummer": one.nummer,
        "actief": one.actief,
        "inactive_since": one.inactive_since,
        "vervangen_door": one.vervangen_door,
    }


def _clues(data: DossierState) -> Iterable[Shown]:
    """What a mail may show of it. The number of its klantenreis too: the locomotive may not have arrived."""
    for number in (data.nummer, data.klantenreis):
        yield str(Clue.NUMBER), fold(number)
    for person in data.betrokkenen:
        yield from ((str(Clue.SENDER), email.strip().lower()) for email in person.emails)
        if person.organisatie is not None:
            yield str(Clue.ORGANISATION), person.organisatie
    for place in filter(None, (data.werfadres, *data.bijkomende_adressen)):
        yield str(Clue.ADDRESS), place.adres
        yield str(Clue.BUILDING), place.gebouwadres or place.adres
    yield from ((MAIL, mail) for mail in data.mails)
