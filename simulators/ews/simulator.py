"""`EwsSimulator`: a running simulator for tests and demos, with its address and a typed control client."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Any, Literal, Self

from simulators._common.control import ControlClient
from simulators._common.runner import ProcessRunner, ThreadRunner
from simulators._common.server import HOST
from simulators.ews.app import EWS_PATH, EwsOptions, make_app


class EwsControl:
    """What a test does to the mailbox from outside, and what it reads back."""

    def __init__(self, url: str) -> None:
        self._client = ControlClient(url)

    def add_mail(self, raw: bytes, folder: str = "inbox", received: datetime | None = None) -> str:
        """A mail comes in; its item id."""
        moment = received.isoformat() if received else None
        answer = self._client.post_bytes("mails", raw, "message/rfc822", folder=folder, received=moment)
        return str(answer["id"])

    def add_mails(self, raws: Sequence[bytes], folder: str = "inbox") -> list[str]:
        """Many at once, in this order; their item ids."""
        texts = [base64.b64encode(raw).decode() for raw in raws]
        return list(self._client.post("batch", {"mails": texts, "folder": folder}))

    def mails(self, folder: str = "inbox") -> list[dict[str, Any]]:
        """id, message_id, subject, received, is_read, folder and size of each mail, oldest first."""
        return list(self._client.get("mails", folder=folder))

    def ids(self, folder: str = "inbox") -> list[str]:
        """Item ids, oldest first."""
        return [mail["id"] for mail in self.mails(folder)]

    def move(self, item_id: str, to: str) -> str:
        """The new id."""
        return str(self._client.post("move", {"id": item_id, "to": to})["id"])

    def copy(self, item_id: str, to: str) -> str:
        """The copy's id."""
        return str(self._client.post("copy", {"id": item_id, "to": to})["id"])

    def delete(self, item_id: str) -> None:
        """Gone for good."""
        self._client.post("delete", {"id": item_id})

    def mark_read(self, item_id: str, is_read: bool = True) -> None:
        """The read flag alone."""
        self._client.post("mark_read", {"id": item_id, "is_read": is_read})

    def create_folder(self, name: str, parent: str = "inbox") -> str:
        """A user's folder; its id."""
        return str(self._client.post("folders", {"name": name, "parent": parent})["id"])

    def fault(
        self,
        kind: str,
        operation: str | None = None,
        *,
        count: int | None = 1,
        skip: int = 0,
        items: list[str] | None = None,
        **params: Any,
    ) -> None:
        """Arm a fault (kinds and parameters: `simulators.ews.faults.KINDS`).

        Args:
            kind: what goes wrong.
            operation: the EWS operation, such as GetItem; None is any.
            count: how often it strikes; None is for ever.
            skip: how many fitting requests pass first.
            items: item ids or Message-IDs that the request or its answer must concern.
            params: of the kind.
        """
        scope = {"kind": kind, "operation": operation, "count": count, "skip": skip, "items": items or []}
        self._client.post("faults", {**scope, **params})

    def faults(self) -> list[dict[str, Any]]:
        """Armed faults, with `hits`."""
        return list(self._client.get("faults"))

    def clear_faults(self) -> None:
        """Disarm all."""
        self._client.delete("faults")

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """n, operation, user, ids, count, detail, faults and status of each request, oldest first."""
        return list(self._client.get("requests", operation=operation))

    def wait_for(self, operation: str, count: int = 1, timeout_seconds: float = 30.0) -> list[dict[str, Any]]:
        """Block until `count` such requests came in since the start or the last `clear_requests`.

        Raises:
            ControlError: they did not, within the time.
        """
        return list(self._client.get("requests", operation=operation, wait=count, timeout=timeout_seconds))

    def clear_requests(self) -> None:
        """Forget the log."""
        self._client.delete("requests")

    def void_sync_states(self) -> None:
        """Every sync state given out so far is refused from now on."""
        self._client.post("settings", {"epoch": secrets.token_hex(8)})

    def stream_for(self, seconds: float) -> None:
        """Length of streaming connections (a client can only ask for whole minutes)."""
        self._client.post("settings", {"stream_seconds": seconds})


class EwsSimulator:
    """A simulator that runs between `with` and its end.

    Args:
        options: what it serves; with `state` set, `down` and `kill` lose nothing.
        run_as: "thread" starts at once; "process" lives and dies by itself.
    """

    def __init__(self, options: EwsOptions | None = None, *, run_as: Literal["thread", "process"] = "process") -> None:
        self.options = options or EwsOptions()
        self._runner: ThreadRunner | ProcessRunner = (
            ThreadRunner(lambda: make_app(self.options))
            if run_as == "thread"
            else ProcessRunner("simulators.ews", arguments(self.options))
        )
        self._port = 0

    @property
    def base_url(self) -> str:
        """Without a path."""
        return f"http://{HOST}:{self._port}"

    @property
    def url(self) -> str:
        """The EWS service endpoint."""
        return self.base_url + EWS_PATH

    @property
    def control(self) -> EwsControl:
        """The control client; good after a restart too."""
        return EwsControl(self.base_url)

    def start(self) -> None:
        """Serve, on the same port as before if it ran already."""
        self._port = self._runner.start(self._port)

    def stop(self) -> None:
        """End in an orderly way."""
        self._runner.stop()

    def kill(self) -> None:
        """SIGKILL, if it is a process; a thread cannot be killed and stops."""
        if isinstance(self._runner, ProcessRunner):
            self._runner.kill()
        else:
            self._runner.stop()

    @contextmanager
    def down(self) -> Iterator[None]:
        """The port is closed meanwhile: connections are refused."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        self.stop()


def arguments(options: EwsOptions) -> list[str]:
    """The command line that gives the same options."""
    files = options.mail
    optional = {
        "--mail": files.inbox and files.inbox.resolve(),
        "--sent": files.sent and files.sent.resolve(),
        "--initial": files.initial,
        "--state": options.state and options.state.resolve(),
    }
    words = ["--mailbox", options.mailbox, "--user", options.user, "--password", options.password]
    words += ["--interval", str(files.interval_seconds), "--received", files.received]
    return words + [word for name, value in optional.items() if value is not None for word in (name, str(value))]
