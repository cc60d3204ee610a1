"""Which addresses the CRM uses, what was last told about them, and which mails named some.

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
    """Create the tables of address."""
    op.create_table(
        "followed",
        sa.Column(
            "address", sa.BigInteger(), primary_key=True, autoincrement=False, comment="object id that the CRM knows"
        ),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("snapshot", sa.Text(), comment="JSON of what was last told; null: never looked at"),
        sa.Column(
            "revision",
            sa.BigInteger(),
            nullable=False,
            server_default=sa.text("0"),
            comment="of the last address.changed.v1; 0: none yet",
        ),
        sa.Column("as_of", Instant(), comment="moment of the register that the snapshot is of; null: it did not say"),
        sa.Column("taken_at", Instant(), comment="when the snapshot was taken; null: never looked at"),
    )
    op.create_index("followed_taken_at", "followed", ["taken_at", "address"])
    op.create_table(
        "followed_by",
        sa.Column("address", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column(
            "who", sa.String(), primary_key=True, comment="dossier:<id>, asked:<dossier>, crm or crm:<klantenreis>"
        ),
        sa.Column("klantenreis", sa.String()),
    )
    op.create_index("followed_by_who", "followed_by", ["who"])
    op.create_index("followed_by_klantenreis", "followed_by", ["klantenreis"])
    op.create_table(
        "dossier",
        sa.Column("dossier", sa.String(), primary_key=True, comment="id in the CRM"),
        sa.Column("revision", sa.BigInteger(), nullable=False, comment="of the last state that was taken over"),
    )
    op.create_table(
        "mentioned",
        sa.Column("mail", sa.String(), primary_key=True, comment="a mail for which the last event named addresses"),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("mentioned_at", "mentioned", ["at"])
