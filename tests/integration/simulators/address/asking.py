"""How the tests ask: one client for all of them, since a new one each time costs more than the answer."""

from __future__ import annotations

from typing import Any

import httpx

from simulators.address.api import KEY, AddressRegisterSimulator

# No connection outlives its answer: simulators come and go.
HTTP = httpx.Client(verify=False, limits=httpx.Limits(max_keepalive_connections=0))


def get(
    api: AddressRegisterSimulator,
    path: str,
    params: dict[str, Any] | None = None,
    *,
    key: str | None = KEY,
    **headers: str,
) -> httpx.Response:
    """GET with the good key, another or none; `if_none_match` is a header."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return HTTP.get(api.url + path, params=params, headers=named | ({} if key is None else {"x-api-key": key}))
