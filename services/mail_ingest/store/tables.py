"""The tables; `migrations/` creates them and a test holds both against each other."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text

from loketbus.ledger.tables import Instant

metadata = MetaData()

mail = Table(
    "mail",
    metadata,
    Column("mail", String, primary_key=True),
    Column("mailbox", String, nullable=False),
    Column("message_id", Text),
    Column("content_hash", String, nullable=False),
    Column("conversation", String, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("sender", Text, comment="who wrote, for showing: name and address"),
    Column("subject", Text),
    Column("automatic", String),
    Column("new_text", Text, nullable=False),
    Column("attachments", Text, nullable=False, comment="JSON: [{ref, name, size, media_type, inline}]"),
    Column("raw_ref", String, nullable=False),
    Column("warnings", Text, nullable=False, comment="JSON: codes"),
    Index("mail_message_id", "message_id"),
)

person = Table(
    "mail_person",
    metadata,
    Column("mail", ForeignKey("mail.mail", ondelete="CASCADE"), primary_key=True),
    Column("address", Text, primary_key=True, comment="in from, reply-to, to or cc; small letters"),
    Index("mail_person_address", "address"),
)

reference = Table(
    "mail_reference",
    metadata,
    Column("mail", ForeignKey("mail.mail", ondelete="CASCADE"), primary_key=True),
    Column("message_id", Text, primary_key=True),
    Column("position", Integer, nullable=False, comment="order of the linking rules, 0 first"),
    Column("method", String, nullable=False),
    Index("mail_reference_message_id", "message_id"),
)

place = Table(
    "mailbox_place",
    metadata,
    Column("mailbox", String, primary_key=True),
    Column("provider_id", Text, primary_key=True),
    Column("mail", String, comment="null while in quarantine; stays when the mail is erased, so that it never returns"),
    Column("quarantine", String, comment="why it could not be taken in"),
    Column("transient", Boolean, nullable=False, comment="trying again later may help"),
    Column("attempts", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Index("mailbox_place_mail", "mail"),
)

item = Table(
    "queue_item",
    metadata,
    Column("item", String, primary_key=True),
    Column("mail", String, nullable=False, unique=True),
    Column("conversation", String, nullable=False),
    Column("wachtrij", String, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("behandelaar", String),
    Column("klantenreis", String),
    Column("dossier", String),
    Column("link_method", String),
    Column("link_evidence", Text),
    Column("first_contact_at", Instant, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("queue_item_list", "wachtrij", "open", "first_contact_at"),
)

sent = Table(
    "mail_sent",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("klantenreis", String),
    Column("dossier", String),
    Column("sent_at", Instant, nullable=False),
)

cursor = Table(
    "mailbox_cursor",
    metadata,
    Column("mailbox", String, primary_key=True),
    Column("folder", String, primary_key=True),
    Column("state", Text),
    Column("updated_at", Instant, nullable=False),
)
