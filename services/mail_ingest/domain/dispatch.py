"""What people may do with a queue item, and what comes of it: the vocabulary of `queue.command.v1`. No I/O.

| command | open item | closed item |
|---|---|---|
| dispatch, return, assign, release | done | refused (`item_closed`): reopen it first |
| close | done | nothing, or refused (`already_closed`) when the reason is another |
| reopen | nothing | done |
| link, unlink, note | done | done |

What is so already is `unchanged`: done, without a new revision. So carrying a command out twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loketbus_contracts import AddNote, Assign, Close, Dispatch, LinkTo, Release, Reopen, Return, Unlink, Wachtrij
from loketbus_contracts.queue import Action

from services.mail_ingest.domain.items import BEFORE_USE
from services.mail_ingest.domain.linking import Candidate, Decision, Method
from services.mail_ingest.domain.register import Register
from services.mail_ingest.domain.remarks import RemarkCode, after_decision
from services.mail_ingest.domain.rules import followed

NOTE_MAX_CHARACTERS = 4000

_STAFF = frozenset({"dispatcher", "behandelaar", "wachtrijverantwoordelijke", "beheerder", "crm"})
PERMITTED: Mapping[str, frozenset[str]] = {
    "dispatch": _STAFF - {"behandelaar"},
    **dict.fromkeys(("return", "assign", "release", "link", "unlink", "close", "reopen", "note"), _STAFF),
}
"""Roles that may give a command over HTTP. On Kafka the CRM has judged its own people."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A code that a beheerder set."""

    label: str
    active: bool
    bulk: bool = False
    """Of a close reason: it may be given to many items at once."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What is known beside the item itself."""

    queues: Mapping[str, Choice]
    reasons: Mapping[str, Choice]
    register: Register = field(default_factory=Register)
    """The dossiers that a link has to do with, as far as the CRM has told of them."""

    def queue(self, code: str) -> str:
        """Its label; an unknown code is shown raw."""
        return self.queues[code].label if code in self.queues else code

    def reason(self, code: str | None) -> str:
        """Its label; an unknown code is shown raw."""
        if code == BEFORE_USE:
            return "Voor ingebruikname"
        known = self.reasons.get(code or "")
        return known.label if known else code or "zonder reden"


@dataclass(frozen=True, slots=True)
class Change:
    """What to do: columns of `queue_item`, maybe a note, and what to say about it."""

    columns: Mapping[str, Any]
    message: str
    """To whoever asked."""
    tijdlijn: str | None = None
    """One line for the tijdlijn of the klantenreis, without personal data."""
    note: str | None = None

    @property
    def code(self) -> str:
        """Of the reply."""
        return "done" if self.columns or self.note is not None else "unchanged"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why not, and what to do instead."""

    code: str
    message: str


Verdict = Change | Refusal
Row = Mapping[str, Any]


def decide(row: Row, action: Action, desk: Desk) -> Verdict:
    """What comes of a command; `row` is one of `queue_item`."""
    verdict = _rule_of(action)(row, action, desk)
    if isinstance(verdict, Refusal):
        return verdict
    return _on_the_tijdlijn(row, verdict)


def _rule_of(action: Action) -> Callable[[Row, Any, Desk], Verdict]:
    match action:
        case Dispatch():
            return _dispatch
        case Return():
            return _return
        case Assign():
            return _assign
        case Release():
            return _release
        case LinkTo():
            return _link
        case Unlink():
            return _unlink
        case Close():
            return _close
        case Reopen():
            return _reopen
        case AddNote():
            return _note


def _dispatch(row: Row, action: Dispatch, desk: Desk) -> Verdict:
    if not row["open"]:
        return _closed(row, desk)
    code = action.wachtrij
    if refused := _not_a_choice(code, desk.queues, "queue", f"Wachtrij {desk.queue(code)}"):
        return refused
    if code == row["wachtrij"]:
        return Change({}, f"Dit item staat al in {desk.queue(code)}.")
    moved = f"doorgestuurd naar {desk.queue(code)}"
    return Change({"wachtrij": code, "behandelaar": None}, f"Het item is {moved}.", f"Vraag {moved}.")


def _return(row: Row, action: Return, desk: Desk) -> Verdict:
    if not row["open"]:
        return _closed(row, desk)
    we = desk.queue(Wachtrij.WE)
    if row["wachtrij"] == Wachtrij.WE:
        return Refusal("not_dispatched", f"Dit item staat al in {we}. Schrijf een notitie, of stuur het door.")
    if refused := _not_a_note(action.explanation, "Zeg waarom het item terugkomt, voor wie het daarna verdeelt."):
        return refused
    columns = {"wachtrij": str(Wachtrij.WE), "behandelaar": None}
    return Change(columns, f"Het item staat terug in {we}.", f"Vraag terug naar {we}.", action.explanation.strip())


def _assign(row: Row, action: Assign, desk: Desk) -> Verdict:
    if not row["open"]:
        return _closed(row, desk)
    before, after = row["behandelaar"], action.behandelaar
    if before == after:
        return Change({}, f"{after} behandelt dit item al.")
    columns = {"behandelaar": after}
    if before is None:
        return Change(columns, f"Het item is nu bij {after}.", "Een behandelaar neemt de vraag op.")
    return Change(columns, f"Het item ging over van {before} naar {after}.", "De vraag kreeg een andere behandelaar.")


def _release(row: Row, action: Release, desk: Desk) -> Verdict:
    if not row["open"]:
        return _closed(row, desk)
    if row["behandelaar"] is None:
        return Change({}, "Dit item had geen behandelaar.")
    message = f"{row['behandelaar']} behandelt dit item niet meer; het wacht op een behandelaar."
    return Change({"behandelaar": None}, message, "De vraag wacht op een behandelaar.")


def _link(row: Row, action: LinkTo, desk: Desk) -> Verdict:
    decision = followed(Candidate(action.klantenreis, action.dossier, Method.PERSON, ()), desk.register)
    one = decision.linked
    assert one is not None
    if one.klantenreis != action.klantenreis and not one.moved:
        return Refusal(
            "other_klantenreis",
            f"Dit dossier hoort bij klantenreis {one.klantenreis}, niet bij {action.klantenreis}; kies het juiste.",
        )
    columns = decision.columns() | {"remarks": after_decision(row["remarks"], decision.remarks)}
    if _is_so(row, columns):
        return Change({}, f"Dit item is al gekoppeld aan klantenreis {one.klantenreis}.")
    message = f"Het item is gekoppeld aan klantenreis {one.klantenreis}."
    if RemarkCode.REPLACED_DOSSIER in decision.remarks:
        message += " Let op: wat u koos is vervangen; dit kwam in de plaats."
    if RemarkCode.INACTIVE_DOSSIER in decision.remarks:
        message += " Let op: dit dossier is gedeactiveerd."
    return Change(columns, message, "Vraag gekoppeld aan deze klantenreis.")


def _unlink(row: Row, action: Unlink, desk: Desk) -> Verdict:
    # The method stays a person's, so that no rule links it again.
    columns = Decision().columns() | {
        "link_method": str(Method.PERSON),
        "remarks": after_decision(row["remarks"], ()),
    }
    if _is_so(row, columns):
        return Change({}, "Dit item was niet gekoppeld.")
    message = "Het item is niet meer gekoppeld en wordt niet meer vanzelf gekoppeld."
    return Change(columns, message, "Vraag losgekoppeld van deze klantenreis.")


def _close(row: Row, action: Close, desk: Desk) -> Verdict:
    reason = action.reason
    if reason == BEFORE_USE:
        return Refusal("reserved_reason", f"Deze reden geeft Loketbus zelf. {_pick(desk.reasons)}")
    if refused := _not_a_choice(reason, desk.reasons, "reason", f"Reden {desk.reason(reason)}"):
        return refused
    label = desk.reason(reason)
    if not row["open"] and row["closed_reason"] == reason:
        return Change({}, f"Dit item was al afgesloten ({label}).")
    if not row["open"]:
        before = desk.reason(row["closed_reason"])
        return Refusal("already_closed", f"Dit item is al afgesloten ({before}). Heropen het om de reden te wijzigen.")
    columns = {"open": False, "closed_reason": reason}
    return Change(columns, f"Het item is afgesloten ({label}).", f"Vraag afgehandeld: {label.lower()}.")


def _reopen(row: Row, action: Reopen, desk: Desk) -> Verdict:
    if row["open"]:
        return Change({}, "Dit item staat al open.")
    columns = {"open": True, "closed_reason": None}
    return Change(columns, f"Het item staat weer open in {desk.queue(row['wachtrij'])}.", "Vraag heropend.")


def _note(row: Row, action: AddNote, desk: Desk) -> Verdict:
    if refused := _not_a_note(action.text, "Schrijf iets in de notitie."):
        return refused
    return Change({}, "De notitie is bewaard.", note=action.text.strip())


def _closed(row: Row, desk: Desk) -> Refusal:
    reason = desk.reason(row["closed_reason"])
    return Refusal("item_closed", f"Dit item is afgesloten ({reason}). Heropen het eerst.")


def _not_a_choice(code: str, choices: Mapping[str, Choice], what: str, shown: str) -> Refusal | None:
    if code not in choices:
        return Refusal(f"unknown_{what}", f"{shown} bestaat niet. {_pick(choices)}")
    if not choices[code].active:
        return Refusal(f"inactive_{what}", f"{shown} is niet meer in gebruik. {_pick(choices)}")
    return None


def _pick(choices: Mapping[str, Choice]) -> str:
    return f"Kies uit: {', '.join(code for code, choice in choices.items() if choice.active)}."


def _not_a_note(text: str, empty: str) -> Refusal | None:
    if not text.strip():
        return Refusal("text_missing", empty)
    if len(text) > NOTE_MAX_CHARACTERS:
        return Refusal("text_too_long", f"Houd de tekst onder {NOTE_MAX_CHARACTERS} tekens.")
    return None


def _is_so(row: Row, columns: Mapping[str, Any]) -> bool:
    return all(row[name] == value for name, value in columns.items())


def _on_the_tijdlijn(row: Row, change: Change) -> Change:
    """What happens to a question that belongs to no klantenreis stands on nobody's tijdlijn."""
    if row["klantenreis"] is None and change.columns.get("klantenreis") is None:
        return Change(change.columns, change.message, None, change.note)
    return change
