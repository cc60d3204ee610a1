"""Access tokens of one tenant and one registered application: signed, so that a restart does not void them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from dataclasses import dataclass

SCOPE = "https://graph.microsoft.com/.default"


@dataclass(slots=True)
class Tokens:
    """Issues and checks tokens. `life_seconds` and `generation` may change while it runs."""

    tenant: str
    client_id: str
    client_secret: str
    life_seconds: int
    generation: int = 0
    """A token of an earlier generation was revoked."""

    def issue(self) -> str:
        """A token that is good for `life_seconds`."""
        claims = {"appid": self.client_id, "exp": time.time() + self.life_seconds, "gen": self.generation}
        body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
        return f"{body}.{self._signature(body)}"

    def app_of(self, authorization: str | None) -> str | None:
        """The application that a Bearer header proves; None when it does not."""
        scheme, _, token = (authorization or "").partition(" ")
        body, _, signature = token.partition(".")
        if scheme.lower() != "bearer" or not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            return None
        try:
            claims = json.loads(base64.urlsafe_b64decode(body))
        except (binascii.Error, ValueError):
            return None
        good = claims["gen"] == self.generation and claims["exp"] > time.time()
        return str(claims["appid"]) if good else None

    def _signature(self, body: str) -> str:
        return hmac.new(self.client_secret.encode(), body.encode(), hashlib.sha256).hexdigest()
