"""The history of the bus's tables (Alembic)."""
