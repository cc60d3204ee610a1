"""One account that sees one folder as `/home/<user>`, through a real SSH server (reference 1.1)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh

from simulators._common.faults import FaultBook, FaultKind
from simulators._common.requests import RequestLog
from simulators._common.tls import HOST

KINDS: dict[str, FaultKind] = {
    # the connection is closed before anything is said; for a closed port, see `KboSftp.stop`
    "refuse": FaultKind("connect"),
    # the folder shows no files
    "empty_listing": FaultKind("listing"),
    # the connection breaks when byte `at` of a file is asked
    "cut": FaultKind("read", {"at": 1000}),
}
WRITING = asyncssh.FXF_WRITE | asyncssh.FXF_APPEND | asyncssh.FXF_CREAT | asyncssh.FXF_TRUNC
NOWHERE = b"/nonexistent"


@dataclass(frozen=True, slots=True)
class SftpOptions:
    """What one server serves, and to whom."""

    folder: Path
    user: str = "loketbus"
    password: str = "geheim"

    @property
    def home(self) -> str:
        """Where the archives are, as clients see it."""
        return f"/home/{self.user}"


Connections = set[asyncssh.SSHServerConnection]


async def serve(
    options: SftpOptions, key: asyncssh.SSHKey, book: FaultBook, log: RequestLog, port: int, open_now: Connections
) -> asyncssh.SSHAcceptor:
    """Listen on loopback; port 0 means any free one. `open_now` is kept up to date."""
    return await asyncssh.create_server(
        lambda: _Server(options, book, log, open_now),
        HOST,
        port,
        server_host_keys=[key],
        sftp_factory=lambda channel: _Files(channel, options, book, log),
        allow_scp=False,
        gss_host=None,
        config=None,
    )


class _Server(asyncssh.SSHServer):
    """Passwords alone; every attempt is logged."""

    def __init__(self, options: SftpOptions, book: FaultBook, log: RequestLog, open_now: Connections) -> None:
        self._options, self._book, self._log, self._open_now = options, book, log, open_now
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._open_now.add(conn)
        entry = self._log.open("connect", None, [], {})
        if struck := self._book.take("connect", "connect", set()):
            entry.faults += [one.kind for one in struck]
            conn.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._connection is not None:
            self._open_now.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        right = (username, password) == (self._options.user, self._options.password)
        self._log.open("login", username, [], {"accepted": right})
        return right


class _Files(asyncssh.SFTPServer):
    """The folder, read-only."""

    def __init__(
        self, channel: asyncssh.SSHServerChannel[Any], options: SftpOptions, book: FaultBook, log: RequestLog
    ) -> None:
        super().__init__(channel)
        self._options, self._book, self._log = options, book, log
        self._cuts: dict[object, int] = {}
        self._offsets: dict[object, list[int]] = {}

    def map_path(self, path: bytes) -> bytes:
        """Nothing is there but the home folder."""
        home = self._options.home.encode()
        whole = path if path.startswith(b"/") else home + b"/" + path
        if whole.rstrip(b"/") == home:
            return bytes(self._options.folder)
        folder, _, name = whole.rpartition(b"/")
        return bytes(self._options.folder) + b"/" + name if folder == home else NOWHERE

    def realpath(self, path: bytes) -> bytes:
        home = self._options.home.encode()
        return home if path in (b".", b"") else path

    async def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        entry = self._log.open("list", self._options.user, [], {"path": path.decode()})
        struck = self._book.take("listing", "list", set())
        entry.faults += [one.kind for one in struck]
        async for found in super().scandir(path):
            if not struck or found.filename in (b".", b".."):
                yield found

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:
        if pflags & WRITING:
            raise asyncssh.SFTPPermissionDenied("read-only")
        name = path.rpartition(b"/")[2].decode()
        entry = self._log.open("download", self._options.user, [name], {"offsets": []})
        struck = self._book.take("read", "download", {name})
        entry.faults += [one.kind for one in struck]
        file = super().open(path, pflags, attrs)
        if struck:
            self._cuts[file] = struck[0].params["at"]
        self._offsets[file] = entry.detail["offsets"]
        return file

    async def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Offsets are logged, so that it can be seen where a client went on."""
        self._offsets[file_obj].append(offset)
        at = self._cuts.get(file_obj)
        if at is not None and offset + size > at:
            self.channel.get_connection().abort()
            raise asyncssh.SFTPConnectionLost("cut")
        data = super().read(file_obj, offset, size)
        return data if isinstance(data, bytes) else await data

    def _refuse(self, *_: object) -> None:
        raise asyncssh.SFTPPermissionDenied("read-only")

    write: Callable[..., Any] = _refuse
    setstat = lsetstat = fsetstat = write
    remove = mkdir = rmdir = rename = posix_rename = symlink = link = write
