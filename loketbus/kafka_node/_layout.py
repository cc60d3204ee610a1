"""What one node keeps in its folder, and where."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from loketbus.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths under the folder of one node (absolute, because the node's command line identifies it)."""

    folder: Path

    @property
    def data(self) -> Path:
        """Kafka's log.dirs."""
        return self.folder / "data"

    @property
    def properties(self) -> Path:
        """server.properties, written again at every start."""
        return self.folder / "server.properties"

    @property
    def logging(self) -> Path:
        """The log4j2 configuration, written again at every start."""
        return self.folder / "log4j2.properties"

    @property
    def log(self) -> Path:
        """What the node writes about itself; rolled, so bounded."""
        return self.folder / "logs" / "server.log"

    @property
    def console(self) -> Path:
        """What the JVM itself prints (a wrong flag, out of memory); truncated at every start."""
        return self.folder / "logs" / "console.log"

    @property
    def identity(self) -> Path:
        """Cluster id and port, kept from the first start on."""
        return self.folder / "node.json"

    @property
    def process(self) -> Path:
        """Pid and start time of the running node."""
        return self.folder / "process.json"

    @property
    def lock(self) -> Path:
        """Held while starting or stopping."""
        return self.folder / "node.lock"

    def make(self) -> None:
        """Make the folders.

        Raises:
            ConfigurationError: the folder cannot be made or written.
        """
        make_folder(self.folder)
        make_folder(self.log.parent)


def make_folder(folder: Path) -> None:
    """Make `folder` and its parents, or raise `ConfigurationError` with the operating system's reason."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"Map {folder} kan niet gemaakt worden: {error.strerror}.") from error


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Wait for, then hold, an exclusive lock that the kernel drops when this process dies."""
    try:
        stream = path.open("w")
    except OSError as error:
        raise ConfigurationError(f"Bestand {path} kan niet geschreven worden: {error.strerror}.") from error
    with stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
