"""`KboPortal`: a running portal for tests and demos, with its address and a typed control client."""

from __future__ import annotations

from typing import Any

from simulators._common.control import ControlClient
from simulators._common.simulator import RunAs, Simulator
from simulators.kbo.portal.app import PortalOptions, make_app
from simulators.kbo.portal.pages import ROOT


class PortalControl:
    """What a test does to the portal from outside, and what it reads back."""

    def __init__(self, url: str) -> None:
        self._client = ControlClient(url)

    def archives(self) -> list[str]:
        """Names of what is published, oldest first."""
        return list(self._client.get("archives"))

    def publish(self, count: int = 1) -> None:
        """So many more archives of the folder."""
        self._client.post("publish", {"count": count})

    def expire_sessions(self) -> None:
        """Everybody who is logged in has a stale session now."""
        self._client.post("expire", {})

    def fault(self, kind: str, **how: Any) -> None:
        """Arm a fault; see `FaultBook.add` and `simulators.kbo.portal.faults`.

        Raises:
            ControlError: no such kind or parameter.
        """
        self._client.post("faults", {"kind": kind, **how})

    def clear_faults(self) -> None:
        """Disarm all."""
        self._client.delete("faults")

    def requests(self, operation: str | None = None) -> list[dict[str, Any]]:
        """What was asked: `login_page`, `login`, `list` or `download`."""
        return list(self._client.get("requests", operation=operation))


class KboPortal(Simulator):
    """A portal that runs between `with` and its end.

    Args:
        options: what it serves; after `down` and `kill` everybody must log in again.
        run_as: "thread" starts at once; "process" lives and dies by itself.
    """

    def __init__(self, options: PortalOptions, *, run_as: RunAs = "process") -> None:
        self.options = options
        super().__init__(lambda: make_app(options), "simulators.kbo.portal", arguments(options), run_as)

    @property
    def url(self) -> str:
        """The root of the portal, in place of `https://kbopub.economie.fgov.be/kbo-open-data`."""
        return self.base_url + ROOT

    @property
    def control(self) -> PortalControl:
        """The control client; good after a restart too."""
        return PortalControl(self.base_url)


def arguments(options: PortalOptions) -> list[str]:
    """The command line that gives the same options."""
    values = {
        "--folder": options.folder.resolve(),
        "--user": options.user,
        "--password": options.password,
        "--session-seconds": options.session_seconds,
        "--initial": options.initial,
        "--interval": options.interval_seconds,
    }
    return [word for name, value in values.items() if value is not None for word in (name, str(value))]
