"""Every topic of the bus. A domain module declares its topics beside its models; a new one is added here."""

from __future__ import annotations

from typing import Any

from loketbus_contracts.address import ADDRESS_CHANGED, ADDRESS_REQUESTED, ADDRESS_RESOLVED
from loketbus_contracts.codelist import CODELIST_CHANGED
from loketbus_contracts.contact import CONTACT_RECEIVED
from loketbus_contracts.deadletter import DEADLETTER
from loketbus_contracts.document import DOCUMENT_REQUESTED
from loketbus_contracts.dossier import DOSSIER_STATE
from loketbus_contracts.mail import MAIL_RECEIVED, MAIL_SENT
from loketbus_contracts.mention import ADDRESS_MENTIONED, ORGANISATION_MENTIONED
from loketbus_contracts.organisation import ORGANISATION_CHANGED, ORGANISATION_REQUESTED, ORGANISATION_RESOLVED
from loketbus_contracts.queue import QUEUE_COMMAND, QUEUE_ITEM
from loketbus_contracts.reply import REPLY
from loketbus_contracts.topics import Topic

ALL: tuple[Topic[Any], ...] = (
    MAIL_RECEIVED,
    MAIL_SENT,
    CONTACT_RECEIVED,
    QUEUE_ITEM,
    QUEUE_COMMAND,
    DOSSIER_STATE,
    CODELIST_CHANGED,
    ORGANISATION_REQUESTED,
    ORGANISATION_RESOLVED,
    ORGANISATION_CHANGED,
    ORGANISATION_MENTIONED,
    ADDRESS_REQUESTED,
    ADDRESS_RESOLVED,
    ADDRESS_CHANGED,
    ADDRESS_MENTIONED,
    DOCUMENT_REQUESTED,
    REPLY,
    DEADLETTER,
)

_BY_NAME = {topic.name: topic for topic in ALL}


def by_name(name: str) -> Topic[Any]:
    """The topic of that name (without an installation's prefix).

    Raises:
        KeyError: no such topic.
    """
    return _BY_NAME[name]
