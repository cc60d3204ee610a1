"""`VkboSimulator`: a running VKBO for tests and demos, with its address and a typed control client."""

from __future__ import annotations

from typing import Any

from simulators._common.control import ControlClient
from simulators._common.simulator import RunAs, Simulator
from simulators.vkbo.app import ROOT, VkboOptions, make_app


class VkboControl:
    """What a test does to it from outside, and what it reads back."""

    def __init__(self, url: str) -> None:
        self._client = ControlClient(url)

    def put(self, **fields: Any) -> None:
        """Add a row, or replace those of its `Ondernemingsnr`; fields as VKBO calls them.

        Raises:
            ControlError: no such field.
        """
        self._client.post("features", fields)

    def remove(self, number: str) -> None:
        """As if it had never been there."""
        self._client.post_bytes("remove", b"", "text/plain", number=number)

    def fault(self, kind: str, **how: Any) -> None:
        """Arm a fault; see `FaultBook.add` and `simulators.vkbo.faults`. Its `items` are numbers.

        Raises:
            ControlError: no such kind or parameter.
        """
        self._client.post("faults", {"kind": kind, **how})

    def clear_faults(self) -> None:
        """Disarm all."""
        self._client.delete("faults")

    def requests(self) -> list[dict[str, Any]]:
        """What was asked; `ids` are the numbers in the filter."""
        return list(self._client.get("requests"))


class VkboSimulator(Simulator):
    """VKBO between `with` and its end.

    Args:
        options: what it serves; after `down` and `kill` what was put is gone.
        run_as: "thread" starts at once; "process" lives and dies by itself.
    """

    def __init__(self, options: VkboOptions | None = None, *, run_as: RunAs = "process") -> None:
        options = options or VkboOptions()
        folder = [] if options.folder is None else ["--folder", str(options.folder.resolve())]
        super().__init__(lambda: make_app(options), "simulators.vkbo", folder, run_as)

    @property
    def url(self) -> str:
        """In place of `https://geo.api.vlaanderen.be/VKBO/ogc/features/v1`."""
        return self.base_url + ROOT

    @property
    def control(self) -> VkboControl:
        """The control client; good after a restart too."""
        return VkboControl(self.base_url)
