"""Who is followed, what was asked and told, and what the second source said.

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
    """Create the tables of kbo."""
    op.create_table(
        "followed",
        sa.Column("number", sa.String(), primary_key=True, comment="ten digits; never a natural person"),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("snapshot", sa.Text(), comment="JSON of OrganisationState as last told; null: not there then"),
        sa.Column(
            "extract",
            sa.Integer(),
            nullable=False,
            server_default=sa.text("0"),
            comment="extract that it was last told of or compared with; 0: neither yet",
        ),
        sa.Column("general_meeting_month", sa.Integer(), comment="1 to 12: a VME's algemene vergadering"),
        sa.Column("recheck_at", Instant(), comment="when it is due for a look again"),
    )
    op.create_index("followed_extract", "followed", ["extract", "number"])
    op.create_index("followed_recheck_at", "followed", ["recheck_at"])
    op.create_table(
        "followed_by",
        sa.Column("number", sa.String(), primary_key=True),
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
        sa.Column("mail", sa.String(), primary_key=True, comment="a mail for which the last event named organisations"),
        sa.Column("at", Instant(), nullable=False),
    )
    op.create_index("mentioned_at", "mentioned", ["at"])
    op.create_table(
        "open_question",
        sa.Column(
            "request", sa.String(), primary_key=True, comment="ce_id of a request that was answered with `unknown`"
        ),
        sa.Column("number", sa.String(), nullable=False, comment="ten digits"),
        sa.Column("asked", sa.Text(), nullable=False, comment="JSON of OrganisationRequested"),
        sa.Column("followed", sa.Boolean(), nullable=False, comment="as the first answer said"),
        sa.Column("correlation_id", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
    )
    op.create_index("open_question_asked_at", "open_question", ["asked_at"])
    op.create_table(
        "second_opinion",
        sa.Column("number", sa.String(), primary_key=True, comment="ten digits"),
        sa.Column(
            "outcome", sa.String(), nullable=False, comment="active, stopped, never_existed, not_found or unknown"
        ),
        sa.Column("natural_person", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), comment="of legal persons only"),
        sa.Column("stopped_on", sa.String(), comment="ISO date; of legal persons only"),
        sa.Column("stop_reason", sa.Text(), comment="of legal persons only"),
        sa.Column("vme", sa.Boolean(), comment="null: the source does not say"),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("ask_again_at", Instant(), comment="null: no need"),
    )
    op.create_index("second_opinion_ask_again_at", "second_opinion", ["ask_again_at"])
