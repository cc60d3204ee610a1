"""For which mails organisations were named."""

from __future__ import annotations

from loketbus.mentions import MentionMemory
from services.kbo.store.tables import mentioned

mentions = MentionMemory(mentioned)
