from __future__ import annotations

from tests.support.ews import account, ews, ews_online, ews_process

__all__ = ["account", "ews", "ews_online", "ews_process"]
