"""Queues people work in: commands, candidates, dossiers, contacts, folders of the mailbox, answers from Outlook.

Revision ID: 0002
"""

import json

import sqlalchemy as sa
from alembic import op

from loketbus.ledger.tables import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

QUEUES = {
    "we": "W&E",
    "energie": "Energie (W&E)",
    "wonen": "Wonen (W&E)",
    "appartementen": "Appartementen (W&E)",
    "wijkrenovatie": "Wijkrenovatie (W&E)",
    "adaptatie": "Adaptatie (W&E)",
    "lening": "Lening (W&E)",
}
CLOSE_REASONS = {
    "beantwoord": ("Beantwoord", False),
    "geen_actie": ("Geen actie nodig", False),
    "spam": ("Spam", True),
    "nieuwsbrief": ("Nieuwsbrief", True),
    "dubbel": ("Dubbel", True),
    "ter_info": ("Ter info", True),
}


def upgrade() -> None:
    """Existing items stay as they are; the mailbox gets one full round, as cursors are kept per folder now."""
    _mails()
    _places()
    _items()
    _sent()
    _new_tables()
    _defaults()


def _mails() -> None:
    with op.batch_alter_table("mail") as table:
        table.add_column(sa.Column("sent_at", Instant(), nullable=True))
        table.add_column(sa.Column("recipients", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("original", sa.Text(), nullable=True))
        table.add_column(sa.Column("text_ref", sa.String(), nullable=True))
        table.add_column(sa.Column("html_ref", sa.String(), nullable=True))
    with op.batch_alter_table("mail") as table:
        table.alter_column("recipients", server_default=None)


def _places() -> None:
    """Ids mean something within one adapter and one root: the key grows, so the table is made anew."""
    op.drop_table("mailbox_cursor")
    op.drop_index("mailbox_place_mail", "mailbox_place")
    op.rename_table("mailbox_place", "mailbox_place_before")
    op.create_table(
        "mailbox_place",
        sa.Column("mailbox", sa.String(), primary_key=True),
        sa.Column("provider", sa.String(), primary_key=True),
        sa.Column("root", sa.String(), primary_key=True),
        sa.Column("provider_id", sa.Text(), primary_key=True),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("mail", sa.String()),
        sa.Column("quarantine", sa.String()),
        sa.Column("quarantined_at", Instant()),
        sa.Column("size", sa.Integer()),
        sa.Column("dropped", sa.Text()),
        sa.Column("transient", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("gone_at", Instant()),
    )
    op.create_index("mailbox_place_mail", "mailbox_place", ["mail"])
    _take_over_places()
    op.drop_table("mailbox_place_before")


def _take_over_places() -> None:
    before, place = _table("mailbox_place_before"), _table("mailbox_place")
    same = ("mailbox", "provider_id", "mail", "quarantine", "transient", "attempts", "seen_at")
    since = sa.case((before.c.quarantine.is_not(None), before.c.seen_at))
    kept = sa.select(*(before.c[name] for name in same), sa.literal("ews"), *2 * [sa.literal("inbox")], since)
    columns = (*same, "provider", "root", "folder", "quarantined_at")
    op.get_bind().execute(place.insert().from_select(list(columns), kept))


def _items() -> None:
    with op.batch_alter_table("queue_item") as table:
        table.alter_column("mail", existing_type=sa.String(), nullable=True)
        table.alter_column("conversation", existing_type=sa.String(), nullable=True)
        for name in ("contact", "closed_reason", "answered_via", "automatic"):
            table.add_column(sa.Column(name, sa.String(), nullable=True))
        for name in ("suggestion", "subject", "afzender", "sender_address"):
            table.add_column(sa.Column(name, sa.Text(), nullable=True))
        table.add_column(sa.Column("answered_at", Instant(), nullable=True))
        table.add_column(sa.Column("bron", sa.String(), nullable=False, server_default="mail"))
        for name in ("candidates", "remarks", "attachments"):
            table.add_column(sa.Column(name, sa.Text(), nullable=False, server_default="[]"))
        table.create_unique_constraint("queue_item_contact_key", ["contact"])
    with op.batch_alter_table("queue_item") as table:
        for name in ("bron", "candidates", "remarks", "attachments"):
            table.alter_column(name, server_default=None)
    op.create_index(
        "queue_item_open",
        "queue_item",
        ["wachtrij", "first_contact_at", "item"],
        sqlite_where=sa.text("open = 1"),
        postgresql_where=sa.text("open"),
    )
    op.create_index("queue_item_behandelaar", "queue_item", ["behandelaar", "open"])
    op.create_index("queue_item_klantenreis", "queue_item", ["klantenreis"])
    op.create_index("queue_item_sender", "queue_item", ["sender_address", "first_contact_at"])
    _take_over_items()


def _take_over_items() -> None:
    connection = op.get_bind()
    item, mail = _table("queue_item"), _table("mail")
    columns = (mail.c.subject, mail.c.sender, mail.c.automatic, mail.c.attachments)
    rows = connection.execute(
        sa.select(item.c.item, item.c.link_evidence, *columns).join(mail, mail.c.mail == item.c.mail)
    ).all()
    for row in rows:
        values = {
            "subject": row.subject,
            "afzender": row.sender,
            "sender_address": _address(row.sender),
            "automatic": row.automatic,
            "attachments": row.attachments,
            "link_evidence": None if row.link_evidence is None else json.dumps([row.link_evidence]),
        }
        connection.execute(item.update().where(item.c.item == row.item).values(**values))


def _address(shown: str | None) -> str | None:
    """`Name <address>` or an address alone."""
    text = (shown or "").rpartition("<")[2].rstrip("> ").lower()
    return text if "@" in text else None


def _sent() -> None:
    with op.batch_alter_table("mail_sent") as table:
        table.add_column(sa.Column("via", sa.String(), nullable=False, server_default="crm"))
        table.add_column(sa.Column("thread", sa.String(), nullable=True))
        table.add_column(sa.Column("several", sa.Text(), nullable=True))
    with op.batch_alter_table("mail_sent") as table:
        table.alter_column("via", server_default=None)
    op.create_index("mail_sent_thread", "mail_sent", ["thread"])
    op.create_index("mail_sent_klantenreis", "mail_sent", ["klantenreis"])


def _new_tables() -> None:
    op.create_table(
        "contact",
        sa.Column("contact", sa.String(), primary_key=True),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("name", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("adres_zoals_gezegd", sa.Text()),
        sa.Column("language", sa.String()),
        sa.Column("contactpersoon", sa.String()),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("actor", sa.String()),
    )
    op.create_index("contact_email", "contact", ["email"])
    op.create_table(
        "mailbox_folder",
        sa.Column("mailbox", sa.String(), primary_key=True),
        sa.Column("provider", sa.String(), primary_key=True),
        sa.Column("folder", sa.Text(), primary_key=True),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text()),
        sa.Column("problem", sa.String()),
        sa.Column("seen_at", Instant(), nullable=False),
    )
    op.create_table(
        "mailbox_reconciliation",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
    )
    op.create_table(
        "queue_item_clue",
        sa.Column("item", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("value", sa.Text(), primary_key=True),
        sa.Column("evidence", sa.Text(), nullable=False),
    )
    op.create_index("queue_item_clue_value", "queue_item_clue", ["kind", "value"])
    op.create_table(
        "queue_item_note",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
    )
    op.create_index("queue_item_note_item", "queue_item_note", ["item"])
    op.create_table(
        "queue_item_history",
        sa.Column("item", sa.String(), primary_key=True),
        sa.Column("revision", sa.BigInteger(), primary_key=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String()),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
    )
    op.create_table(
        "queue",
        sa.Column("wachtrij", sa.String(), primary_key=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("responsible", sa.String()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "queue_word",
        sa.Column("wachtrij", sa.String(), primary_key=True),
        sa.Column("word", sa.String(), primary_key=True),
        sa.Column("weight", sa.Integer(), nullable=False),
    )
    op.create_table(
        "close_reason",
        sa.Column("reason", sa.String(), primary_key=True),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("bulk", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_table(
        "dossier",
        sa.Column("dossier", sa.String(), primary_key=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("klantenreis", sa.String(), nullable=False),
        sa.Column("nummer", sa.String(), nullable=False),
        sa.Column("type", sa.String()),
        sa.Column("subtype", sa.String()),
        sa.Column("hoofdproject", sa.String()),
        sa.Column("actief", sa.Boolean(), nullable=False),
        sa.Column("vervangen_door", sa.String()),
        sa.Column("toewijzing", sa.String()),
        sa.Column("inactive_since", Instant()),
    )
    op.create_index("dossier_klantenreis", "dossier", ["klantenreis"])
    op.create_index("dossier_vervangen_door", "dossier", ["vervangen_door"])
    op.create_table(
        "dossier_clue",
        sa.Column("dossier", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(), primary_key=True),
        sa.Column("value", sa.Text(), primary_key=True),
    )
    op.create_index("dossier_clue_value", "dossier_clue", ["kind", "value"])
    op.create_table(
        "mail_sent_reference",
        sa.Column("message_id", sa.Text(), primary_key=True),
        sa.Column("parent", sa.Text(), primary_key=True),
        sa.Column("position", sa.Integer(), nullable=False),
    )
    op.create_index("mail_sent_reference_parent", "mail_sent_reference", ["parent"])


def _defaults() -> None:
    """What a beheerder starts from; afterwards it is the city's own."""
    queues = [
        {"wachtrij": code, "label": label, "responsible": None, "active": True, "position": position, "revision": 0}
        for position, (code, label) in enumerate(QUEUES.items())
    ]
    reasons = [
        {"reason": code, "label": label, "bulk": bulk, "active": True, "position": position}
        for position, (code, (label, bulk)) in enumerate(CLOSE_REASONS.items())
    ]
    op.bulk_insert(_table("queue"), queues)
    op.bulk_insert(_table("close_reason"), reasons)


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
