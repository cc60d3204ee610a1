"""Which klantenreis an item belongs to, and why: the words of the linking rules (`rules`, `web`). No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from services.mail_ingest.domain.remarks import RemarkCode

RULES = "2"
"""Version of the linking rules, kept with each decision."""
PERSON_METHODS = ("person", "crm", "contact", "kept")
"""Methods of decisions that our rules leave alone."""


class Clue(StrEnum):
    """What a mail or a contact may show about the dossier it belongs to (`kind` in `queue_item_clue`)."""

    TOKEN = "token"  # noqa: S105
    """Of our own making, signature checked: the klantenreis, folded."""
    THREAD = "thread"
    """First 22 bytes of Thread-Index, hex."""
    NUMBER = "number"
    """Looks like a dossier number, folded."""
    SENDER = "sender"
    """Mail address of whose question it is, small letters."""
    ORGANISATION = "organisation"
    """Enterprise number."""
    ADDRESS = "address"
    """The register's object id of an address."""
    BUILDING = "building"
    """The register's object id of the address of the whole building."""


class Method(StrEnum):
    """How a klantenreis was found, in the order of the rules; the last ones only suggest."""

    PERSON = "person"
    CONTACT = "contact"
    CRM = "crm"
    KEPT = "kept"
    """What linked it was erased; the link stays."""
    OWN_MESSAGE_ID = "own_message_id"
    """A copy of a mail that the CRM sent."""
    IN_REPLY_TO = "in_reply_to"
    REFERENCES = "references"
    TOKEN = "token"  # noqa: S105
    THREAD = "thread_index"
    NUMBER = "dossier_number"
    SENDER = "sender"
    ADDRESS = "address"
    BUILDING = "building"
    ORGANISATION = "organisation"
    SUBJECT = "subject"


@dataclass(frozen=True, slots=True)
class Parent:
    """A mail that another may reply to, and which rule says so."""

    message_id: str
    method: str


@dataclass(frozen=True, slots=True)
class Target:
    """Where an item may belong."""

    klantenreis: str
    dossier: str | None = None
    moved: bool = False
    """It was another dossier, which this one replaces."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A klantenreis that an item may belong to, with its grounds."""

    klantenreis: str
    dossier: str | None
    method: str
    evidence: tuple[str, ...]
    moved: bool = False
    """See `Target`."""

    @property
    def target(self) -> Target:
        """Without the grounds."""
        return Target(self.klantenreis, self.dossier, self.moved)

    def at(self, target: Target) -> Candidate:
        """The same grounds for another place."""
        return replace(self, klantenreis=target.klantenreis, dossier=target.dossier, moved=self.moved or target.moved)

    def shown(self) -> dict[str, Any]:
        """As it stands in `queue_item.candidates`."""
        return {
            "klantenreis": self.klantenreis,
            "dossier": self.dossier,
            "method": str(self.method),
            "evidence": list(self.evidence),
        }


@dataclass(frozen=True, slots=True)
class Decision:
    """What the rules say: linked to one, or the candidates for a person to choose from."""

    linked: Candidate | None = None
    candidates: tuple[Candidate, ...] = ()
    remarks: frozenset[RemarkCode] = frozenset()
    """Of `remarks.OF_LINKING`."""

    def columns(self) -> dict[str, Any]:
        """The columns of `queue_item` that hold a decision; its remarks are kept among those of others."""
        one = self.linked
        return {
            "klantenreis": one.klantenreis if one else None,
            "dossier": one.dossier if one else None,
            "link_method": str(one.method) if one else None,
            "link_evidence": json.dumps(list(one.evidence), ensure_ascii=False) if one else None,
            "candidates": json.dumps([candidate.shown() for candidate in self.candidates], ensure_ascii=False),
        }


def parents(in_reply_to: str | None, references: Sequence[str]) -> list[Parent]:
    """What a mail may reply to, in the order of the linking rules: In-Reply-To, then References from new to old."""
    ordered = [(in_reply_to, Method.IN_REPLY_TO)] if in_reply_to else []
    ordered += [(reference, Method.REFERENCES) for reference in reversed(references)]
    first: dict[str, str] = {}
    for message_id, method in ordered:
        first.setdefault(message_id, str(method))
    return [Parent(message_id, method) for message_id, method in first.items()]


def conversation(candidates: Sequence[Parent], known: Mapping[str, str]) -> str | None:
    """The conversation of the nearest mail that we know (`known`: Message-ID to conversation), or None."""
    return next((known[one.message_id] for one in candidates if one.message_id in known), None)


def unique(dossiers: Sequence[str | None]) -> str | None:
    """The one dossier that is named, or None when none or several are."""
    named = {dossier for dossier in dossiers if dossier is not None}
    return named.pop() if len(named) == 1 else None
