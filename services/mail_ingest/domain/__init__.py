"""Pure rules of the inbox and its queues. No I/O."""

from services.mail_ingest.domain.identity import (
    NAMESPACE,
    contact_item_id,
    conversation_id,
    document_id,
    item_id,
    mail_id,
    mailbox_id,
    place_id,
    root_of,
)
from services.mail_ingest.domain.items import new_item
from services.mail_ingest.domain.linking import Candidate, Decision, Parent, conversation, parents

__all__ = [
    "NAMESPACE",
    "Candidate",
    "Decision",
    "Parent",
    "contact_item_id",
    "conversation",
    "conversation_id",
    "document_id",
    "item_id",
    "mail_id",
    "mailbox_id",
    "new_item",
    "parents",
    "place_id",
    "root_of",
]
