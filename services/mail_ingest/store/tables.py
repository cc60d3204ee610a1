"""The tables; `migrations/` creates them and a test holds both against each other."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, text

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
    Column("sent_at", Instant, comment="the sender's own claim"),
    Column("sender", Text, comment="who wrote, for showing: name and address"),
    Column("recipients", Text, nullable=False, comment="JSON: [{kind: to|cc|reply_to, name, address}]"),
    Column("original", Text, comment="JSON: the citizen behind a colleague's forward {name, address, ...}"),
    Column("subject", Text),
    Column("automatic", String),
    Column("new_text", Text, nullable=False),
    Column("attachments", Text, nullable=False, comment="JSON: [{ref, name, size, media_type, inline, sha256}]"),
    Column("raw_ref", String, nullable=False),
    Column("text_ref", String),
    Column("html_ref", String),
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

contact = Table(
    "contact",
    metadata,
    Column("contact", String, primary_key=True),
    Column("received_at", Instant, nullable=False),
    Column("name", Text),
    Column("email", Text, comment="small letters"),
    Column("phone", Text),
    Column("adres_zoals_gezegd", Text),
    Column("language", String),
    Column("contactpersoon", String),
    Column("new_text", Text, nullable=False),
    Column("actor", String, comment="who took it down"),
    Index("contact_email", "email"),
)

place = Table(
    "mailbox_place",
    metadata,
    Column("mailbox", String, primary_key=True),
    Column("provider", String, primary_key=True, comment="adapter whose id it is: ews, graph, folder; or import"),
    Column("root", String, primary_key=True, comment="inbox or sentitems: what it was taken in as"),
    Column("provider_id", Text, primary_key=True),
    Column("folder", Text, nullable=False, comment="where it was last seen: the id of a folder"),
    Column("mail", String, comment="null while in quarantine; stays when the mail is erased, so that it never returns"),
    Column("quarantine", String, comment="why it could not be taken in"),
    Column("quarantined_at", Instant, comment="since when"),
    Column("size", Integer, comment="bytes, as the server counts them; of what is in quarantine"),
    Column("dropped", Text, comment="why a person dropped it from quarantine"),
    Column("transient", Boolean, nullable=False, comment="trying again later may help"),
    Column("attempts", Integer, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("gone_at", Instant, comment="since when it is no longer in that folder"),
    Index("mailbox_place_mail", "mail"),
)

folder = Table(
    "mailbox_folder",
    metadata,
    Column("mailbox", String, primary_key=True),
    Column("provider", String, primary_key=True),
    Column("folder", Text, primary_key=True),
    Column("root", String, nullable=False, comment="inbox, sentitems or junkemail"),
    Column("path", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("state", Text, comment="the cursor; null for a first or a full round"),
    Column("problem", String, comment="code of what keeps this one folder from being read"),
    Column("seen_at", Instant, nullable=False),
)

reconciliation = Table(
    "mailbox_reconciliation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("mailbox", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("report", Text, nullable=False, comment="JSON"),
)

item = Table(
    "queue_item",
    metadata,
    Column("item", String, primary_key=True),
    Column("mail", String, unique=True),
    Column("contact", String, unique=True),
    Column("conversation", String),
    Column("bron", String, nullable=False),
    Column("wachtrij", String, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("closed_reason", String),
    Column("behandelaar", String),
    Column("klantenreis", String),
    Column("dossier", String),
    Column("link_method", String),
    Column("link_evidence", Text, comment="JSON: [text]"),
    Column("candidates", Text, nullable=False, comment="JSON: [{klantenreis, dossier, method, evidence}]"),
    Column("suggestion", Text, comment="JSON: {wachtrij, behandelaar, basis, words, score, rule_version}"),
    Column("remarks", Text, nullable=False, comment="JSON: [code]"),
    Column("answered_at", Instant),
    Column("answered_via", String),
    Column("subject", Text),
    Column("afzender", Text, comment="for showing"),
    Column("sender_address", Text, comment="whose question it is, small letters; the citizen's behind a forward"),
    Column("automatic", String),
    Column("attachments", Text, nullable=False, comment="JSON: as in mail"),
    Column("first_contact_at", Instant, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Index("queue_item_list", "wachtrij", "open", "first_contact_at"),
    # As SQLAlchemy writes it: SQLite uses a partial index only for a query that says the same.
    Index(
        "queue_item_open",
        "wachtrij",
        "first_contact_at",
        "item",
        sqlite_where=text("open = 1"),
        postgresql_where=text("open"),
    ),
    Index("queue_item_behandelaar", "behandelaar", "open"),
    Index("queue_item_klantenreis", "klantenreis"),
    Index("queue_item_sender", "sender_address", "first_contact_at"),
)

item_clue = Table(
    "queue_item_clue",
    metadata,
    Column("item", String, primary_key=True),
    Column("kind", String, primary_key=True, comment="see domain.linking.Clue"),
    Column("value", Text, primary_key=True),
    Column("evidence", Text, nullable=False, comment="as it stood there, for people"),
    Index("queue_item_clue_value", "kind", "value"),
)

note = Table(
    "queue_item_note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item", String, nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String, nullable=False),
    Column("text", Text, nullable=False),
    Index("queue_item_note_item", "item"),
)

history = Table(
    "queue_item_history",
    metadata,
    Column("item", String, primary_key=True),
    Column("revision", BigInteger, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String, comment="null when it was software"),
    Column("act", String, nullable=False, comment="the command, or what the software did"),
    Column("changes", Text, nullable=False, comment="JSON: {field: [before, after]}; no words of the mail"),
)

queue = Table(
    "queue",
    metadata,
    Column("wachtrij", String, primary_key=True),
    Column("label", Text, nullable=False),
    Column("responsible", String, comment="wachtrijverantwoordelijke"),
    Column("active", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
)

word = Table(
    "queue_word",
    metadata,
    Column("wachtrij", String, primary_key=True),
    Column("word", String, primary_key=True, comment="folded: small letters, no accents"),
    Column("weight", Integer, nullable=False),
)

word_list = Table(
    "queue_word_list",
    metadata,
    Column("wachtrij", String, primary_key=True),
    Column("version", String, nullable=False, comment="hash of its words"),
)

close_reason = Table(
    "close_reason",
    metadata,
    Column("reason", String, primary_key=True),
    Column("label", Text, nullable=False),
    Column("bulk", Boolean, nullable=False, comment="may be given to many items at once"),
    Column("active", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
)

dossier = Table(
    "dossier",
    metadata,
    Column("dossier", String, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("klantenreis", String, nullable=False),
    Column("nummer", String, nullable=False),
    Column("type", String),
    Column("subtype", String),
    Column("hoofdproject", String),
    Column("actief", Boolean, nullable=False),
    Column("vervangen_door", String),
    Column("toewijzing", String),
    Column("inactive_since", Instant, comment="when the CRM deactivated it; null while it is active"),
    Index("dossier_klantenreis", "klantenreis"),
    Index("dossier_vervangen_door", "vervangen_door"),
)

dossier_clue = Table(
    "dossier_clue",
    metadata,
    Column("dossier", String, primary_key=True),
    Column("kind", String, primary_key=True, comment="see domain.linking.Clue, and mail"),
    Column("value", Text, primary_key=True),
    Index("dossier_clue_value", "kind", "value"),
)

sent = Table(
    "mail_sent",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("conversation", String, nullable=False),
    Column("klantenreis", String),
    Column("dossier", String),
    Column("sent_at", Instant, nullable=False),
    Column("via", String, nullable=False, comment="crm, or outlook when found in Sent items alone"),
    Column("thread", String, comment="first 22 bytes of Thread-Index, hex"),
    Column("several", Text, comment="JSON: [[klantenreis, dossier]], when the CRM named more than one"),
    Index("mail_sent_thread", "thread"),
    Index("mail_sent_klantenreis", "klantenreis"),
)

sent_reference = Table(
    "mail_sent_reference",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("parent", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Index("mail_sent_reference_parent", "parent"),
)
