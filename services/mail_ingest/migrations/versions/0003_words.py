"""The words by which a thematic queue is suggested: a beginning, from then on the city's own.

Revision ID: 0003
"""

import hashlib
import json
from importlib.resources import files

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the versions of the lists, and fill the lists."""
    lists = op.create_table(
        "queue_word_list",
        sa.Column("wachtrij", sa.String(), primary_key=True),
        sa.Column("version", sa.String(), nullable=False),
    )
    words = sa.table("queue_word", sa.column("wachtrij"), sa.column("word"), sa.column("weight"))
    given = json.loads((files("services.mail_ingest") / "data" / "queue_words.json").read_text(encoding="utf-8"))
    op.bulk_insert(
        words,
        [
            {"wachtrij": wachtrij, "word": word, "weight": weight}
            for wachtrij, weights in given.items()
            for word, weight in weights.items()
        ],
    )
    op.bulk_insert(lists, [{"wachtrij": wachtrij, "version": _version(weights)} for wachtrij, weights in given.items()])


def _version(weights: dict[str, int]) -> str:
    """As `store.words` makes it at this revision; any other value only makes readers look again."""
    return hashlib.sha256(json.dumps(sorted(weights.items())).encode()).hexdigest()[:12]
