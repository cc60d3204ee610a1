"""For which mails addresses were named."""

from __future__ import annotations

from loketbus.mentions import MentionMemory
from services.address.store.tables import mentioned

mentions = MentionMemory(mentioned)
