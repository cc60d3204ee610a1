"""`EwsSimulator`: a running simulator for tests and demos, with its address and a typed control client."""

from __future__ import annotations

import secrets
from pathlib import Path

from simulators._common.exchange.client import MailboxControlClient
from simulators._common.simulator import RunAs, Simulator
from simulators.ews.app import EWS_PATH, EwsOptions, make_app


class EwsControl(MailboxControlClient):
    """What a test does to the mailbox from outside, and what it reads back."""

    def void_sync_states(self) -> None:
        """Every sync state given out so far is refused from now on."""
        self._client.post("settings", {"epoch": secrets.token_hex(8)})

    def limit_pages(self, number: int) -> None:
        """Most items or folders that a listing gives at once, whatever is asked."""
        self._client.post("settings", {"page_limit": number})

    def classify(self, folder_id: str, folder_class: str) -> None:
        """Make it another kind of folder, such as IPF.Appointment."""
        self._client.post("settings", {"folder_classes": {folder_id: folder_class}})

    def stream_for(self, seconds: float) -> None:
        """Length of streaming connections (a client can only ask for whole minutes)."""
        self._client.post("settings", {"stream_seconds": seconds})


class EwsSimulator(Simulator):
    """A simulator that runs between `with` and its end.

    Args:
        options: what it serves; with `state` set, `down` and `kill` lose nothing.
        run_as: "thread" starts at once; "process" lives and dies by itself.
    """

    def __init__(self, options: EwsOptions | None = None, *, run_as: RunAs = "process") -> None:
        self.options = options or EwsOptions()
        super().__init__(lambda: make_app(self.options), "simulators.ews", arguments(self.options), run_as)

    @property
    def url(self) -> str:
        """The EWS service endpoint."""
        return self.base_url + EWS_PATH

    @property
    def token_url(self) -> str:
        """The token endpoint of `options.app`."""
        assert self.options.app is not None
        return self.base_url + self.options.app.token_path

    @property
    def control(self) -> EwsControl:
        """The control client; good after a restart too."""
        return EwsControl(self.base_url)


def arguments(options: EwsOptions) -> list[str]:
    """The command line that gives the same options."""
    files = options.mail
    optional: dict[str, Path | int | str | None] = {
        "--mail": files.inbox and files.inbox.resolve(),
        "--sent": files.sent and files.sent.resolve(),
        "--initial": files.initial,
        "--state": options.state and options.state.resolve(),
    }
    if app := options.app:
        optional |= {"--tenant": app.tenant, "--client-id": app.client_id, "--client-secret": app.client_secret}
    words = ["--mailbox", options.mailbox, "--user", options.user, "--password", options.password]
    words += ["--interval", str(files.interval_seconds), "--received", files.received]
    return words + [word for name, value in optional.items() if value is not None for word in (name, str(value))]
