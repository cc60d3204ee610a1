"""The inbox: mails, the people in them, places, queue items, sent mails, cursors.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

from loketbus.ledger.tables import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of `services.mail_ingest.store` as they were at 0.1."""
    op.create_table(
        "mail",
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("automatic", sa.String(), nullable=True),
        sa.Column("new_text", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("raw_ref", sa.String(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mail"),
    )
    op.create_index("mail_message_id", "mail", ["message_id"], unique=False)
    op.create_table(
        "mail_person",
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mail"], ["mail.mail"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mail", "address"),
    )
    op.create_index("mail_person_address", "mail_person", ["address"], unique=False)
    op.create_table(
        "mail_sent",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("klantenreis", sa.String(), nullable=True),
        sa.Column("dossier", sa.String(), nullable=True),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("message_id"),
    )
    op.create_table(
        "mailbox_cursor",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "folder"),
    )
    op.create_table(
        "mailbox_place",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("provider_id", sa.Text(), nullable=False),
        sa.Column("mail", sa.String(), nullable=True),
        sa.Column("quarantine", sa.String(), nullable=True),
        sa.Column("transient", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", "provider_id"),
    )
    op.create_index("mailbox_place_mail", "mailbox_place", ["mail"], unique=False)
    op.create_table(
        "queue_item",
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("conversation", sa.String(), nullable=False),
        sa.Column("wachtrij", sa.String(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("behandelaar", sa.String(), nullable=True),
        sa.Column("klantenreis", sa.String(), nullable=True),
        sa.Column("dossier", sa.String(), nullable=True),
        sa.Column("link_method", sa.String(), nullable=True),
        sa.Column("link_evidence", sa.Text(), nullable=True),
        sa.Column("first_contact_at", Instant(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("item"),
        sa.UniqueConstraint("mail"),
    )
    op.create_index("queue_item_list", "queue_item", ["wachtrij", "open", "first_contact_at"], unique=False)
    op.create_table(
        "mail_reference",
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mail"], ["mail.mail"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("mail", "message_id"),
    )
    op.create_index("mail_reference_message_id", "mail_reference", ["message_id"], unique=False)
