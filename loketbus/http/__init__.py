"""HTTP to outside systems: explicit timeouts, size caps, a short bounded retry, and our own error kinds.

An adapter makes one client per outside system and calls it with path templates:

    client = make_client("econobis", base_url=settings.econobis_url)
    response = check(await client.call("GET", "/api/contacts/{id}", path={"id": contact}), remote="econobis")

The bus retries for hours; inside one call there is only what cannot do harm twice. Never a second owner in between.
"""

from loketbus.http.budget import RateBudget
from loketbus.http.client import Client, HttpOptions, make_client
from loketbus.http.outcomes import check, is_idempotent, parse_retry_after

__all__ = [
    "Client",
    "HttpOptions",
    "RateBudget",
    "check",
    "is_idempotent",
    "make_client",
    "parse_retry_after",
]
