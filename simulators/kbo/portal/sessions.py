"""Who is logged in: two cookies, and a time after which they stand for nobody."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

COOKIES = ("JSESSIONID", "KSESSIONID-KBOPUB")


class Sessions:
    """Sessions end `life_seconds` after the login."""

    def __init__(
        self, user: str, password: str, life_seconds: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._user, self._password, self._life, self._now = user, password, life_seconds, now
        self._ends: dict[str, float] = {}

    def log_in(self, user: str, password: str) -> str | None:
        """A new session, or None for wrong credentials."""
        if (user, password) != (self._user, self._password):
            return None
        token = secrets.token_hex(16).upper()
        self._ends[token] = self._now() + self._life
        return token

    def live(self, cookies: dict[str, str]) -> bool:
        """Both cookies, of one session that has not ended."""
        tokens = {cookies.get(name, "") for name in COOKIES}
        return len(tokens) == 1 and self._ends.get(tokens.pop(), 0.0) > self._now()

    def expire(self) -> None:
        """All sessions end now."""
        self._ends.clear()
