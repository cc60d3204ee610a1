"""What a new queue item looks like. No I/O."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from loketbus_contracts import Wachtrij

from services.mail_ingest.domain.linking import Decision

BEFORE_USE = "voor_ingebruikname"
"""Reason of items that start closed: their mail is older than `queue_from`."""


def new_item(
    *, item: str, bron: str, first_contact_at: datetime, decision: Decision, queue_from: datetime | None, **given: Any
) -> dict[str, Any]:
    """The columns of `queue_item`, without its revision.

    Automatic mail starts open too, but counts as no work and is folded in the lists: a question that was taken for a
    newsletter must not vanish among what is closed, and closing many at once is one act.

    Args:
        item: its id.
        bron: `mail`, or that of the contact.
        first_contact_at: when the citizen asked.
        decision: what the linking rules say.
        queue_from: older questions are read and linked, but their items start closed.
        given: `mail` or `contact`, `conversation`, `subject`, `afzender`, `sender_address`, `automatic`, `attachments`
            (JSON), `remarks` (JSON).
    """
    before_use = queue_from is not None and first_contact_at < queue_from
    empty: Mapping[str, Any] = {
        "mail": None,
        "contact": None,
        "conversation": None,
        "behandelaar": None,
        "suggestion": None,
        "answered_at": None,
        "answered_via": None,
        "subject": None,
        "afzender": None,
        "sender_address": None,
        "automatic": None,
        "attachments": json.dumps([]),
        "remarks": json.dumps([]),
    }
    return {
        **empty,
        "item": item,
        "bron": bron,
        "wachtrij": str(Wachtrij.WE),
        "open": not before_use,
        "closed_reason": BEFORE_USE if before_use else None,
        "first_contact_at": first_contact_at,
        **decision.columns(),
        **given,
    }
