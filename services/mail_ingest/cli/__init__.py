"""`loketbus queue`."""

from __future__ import annotations

from services.mail_ingest.cli import acting, looking
from services.mail_ingest.cli.group import queue

__all__ = ["acting", "looking", "queue"]
