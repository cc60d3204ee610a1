"""`GraphSimulator`: a running simulator for tests and demos, with its addresses and a typed control client."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from simulators._common.exchange.client import MailboxControlClient
from simulators._common.simulator import RunAs, Simulator
from simulators._common.tls import make_certificate
from simulators.graph.app import GraphOptions, make_app


class GraphControl(MailboxControlClient):
    """What a test does to the mailbox from outside, and what it reads back; ids are the immutable ones."""

    def void_delta_tokens(self) -> None:
        """Every nextLink and deltaLink given out so far is lost."""
        self._client.post("settings", {"epoch": secrets.token_hex(8)})

    def tokens_live(self, seconds: int) -> None:
        """Life of access tokens from now on."""
        self._client.post("settings", {"token_seconds": seconds})

    def revoke_tokens(self) -> None:
        """Every access token given out so far is refused."""
        self._client.post("revoke", {})

    def most_at_once(self) -> int:
        """The most requests that were under way at once for the mailbox."""
        return int(self._client.get("load")["most_at_once"])

    def lifecycle(self, event: str) -> int:
        """Post `reauthorizationRequired`, `subscriptionRemoved` or `missed`; to how many subscriptions."""
        return int(self._client.post("lifecycle", {"event": event})["told"])

    def subscriptions(self) -> list[dict[str, Any]]:
        """The active ones."""
        return list(self._client.get("subscriptions"))


class GraphSimulator(Simulator):
    """A simulator that runs between `with` and its end.

    Args:
        options: what it serves; with `state` set, `down` and `kill` lose nothing but subscriptions.
        run_as: "thread" starts at once; "process" lives and dies by itself.
    """

    def __init__(self, options: GraphOptions | None = None, *, run_as: RunAs = "process") -> None:
        self.options = options or GraphOptions()
        self._tls = None if self.options.tls is None else make_certificate(self.options.tls)
        super().__init__(lambda: make_app(self.options), "simulators.graph", arguments(self.options), run_as, self._tls)

    @property
    def url(self) -> str:
        """The root of Graph."""
        return self.base_url + "/v1.0"

    @property
    def authority(self) -> str:
        """The sign-in service, without the tenant."""
        return self.base_url

    @property
    def ca_file(self) -> Path | None:
        """What a client must trust when it serves https."""
        return None if self._tls is None else self._tls.certificate

    @property
    def control(self) -> GraphControl:
        """The control client; good after a restart too."""
        return GraphControl(self.base_url, self.ca_file)


def arguments(options: GraphOptions) -> list[str]:
    """The command line that gives the same options."""
    files = options.mail
    values = {
        "--mailbox": options.mailbox,
        "--tenant": options.tenant,
        "--client-id": options.client_id,
        "--client-secret": options.client_secret,
        "--interval": files.interval_seconds,
        "--received": files.received,
        "--token-seconds": options.token_seconds,
        "--max-value-bytes": options.max_value_bytes,
        "--max-at-once": options.max_at_once,
        "--subscription-minutes": options.subscription_minutes,
        "--mail": files.inbox and files.inbox.resolve(),
        "--sent": files.sent and files.sent.resolve(),
        "--initial": files.initial,
        "--state": options.state and options.state.resolve(),
        "--tls": options.tls and options.tls.resolve(),
    }
    return [word for name, value in values.items() if value is not None for word in (name, str(value))]
