"""A shelf of small archives, and the drops that can lie over it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from services.kbo.remote.sftp import SftpConnection, SftpDrop, read_host_keys
from simulators.kbo import Manifest
from simulators.kbo.sftp import KboSftp


def nothing(_: int, __: int | None) -> None:
    """Progress that nobody reads."""


@dataclass(frozen=True)
class Shelf:
    """Full 140, Updates 141 to 144 and Full 144, by `F140` and `U141`."""

    folder: Path
    manifest: Manifest

    def name(self, short: str) -> str:
        kind = {"F": "full", "U": "update"}[short[0]]
        return next(a.file for a in self.manifest.archives if (a.type, a.extract) == (kind, int(short[1:])))

    def bytes(self, short: str) -> bytes:
        return (self.folder / self.name(short)).read_bytes()

    def lay_out(self, folder: Path, *shorts: str) -> None:
        """Copies of these."""
        folder.mkdir(exist_ok=True)
        for short in shorts:
            shutil.copy2(self.folder / self.name(short), folder)


def sftp_drop(server: KboSftp, *, password: str = "geheim", host_key: str | None = None) -> SftpDrop:
    return SftpDrop(
        SftpConnection(
            server.host,
            server.port,
            server.options.user,
            password,
            read_host_keys(host_key or server.host_key),
            server.options.home,
        )
    )
