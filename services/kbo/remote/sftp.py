"""The SFTP server of KBO Open Data (`ftps.economie.fgov.be:22`, folder `/home/<user>`; reference 1.1)."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import asyncssh

from loketbus.errors import ConfigurationError, Denied, Unavailable
from services.kbo.domain.extracts import Offered, read_name
from services.kbo.remote._receiving import CHUNK_BYTES, part_of, receive
from services.kbo.remote.drop import Progress, empty_listing

REMOTE = "De SFTP-server van KBO Open Data"
CONNECT_SECONDS = 15.0
KEEPALIVE_SECONDS = 15.0
"""Three of these without an answer and the connection counts as lost."""
LATER = "Loketbus probeert het later opnieuw."

asyncssh.set_log_level(logging.WARNING)  # below that it tells of every connection, with the account's name


@dataclass(frozen=True, slots=True)
class SftpConnection:
    """Where and as whom; the server must prove that it holds one of the `host_keys`."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    host_keys: tuple[asyncssh.SSHKey, ...]
    folder: str


def read_host_keys(text: str) -> tuple[asyncssh.SSHKey, ...]:
    """Public keys, one per line, as known_hosts holds them (with or without the name of the host before it).

    Raises:
        ConfigurationError: there is none, or a line is no key.
    """
    try:
        lines = (line.strip() for line in text.splitlines())
        keys = tuple(asyncssh.import_public_key(_key_of(line)) for line in lines if line and not line.startswith("#"))
    except (asyncssh.KeyImportError, ValueError):
        keys = ()
    if not keys:
        raise ConfigurationError(
            "LOKETBUS_KBO_SFTP_HOST_KEY is geen sleutel. Neem de regel van `ssh-keyscan HOST` zoals ze is "
            "(`ssh-ed25519 AAAA...`) en vergelijk ze met wat de FOD Economie opgeeft."
        )
    return keys


def _key_of(line: str) -> str:
    words = line.split()
    at = next((n for n, word in enumerate(words) if word.startswith(("ssh-", "ecdsa-", "sk-"))), 0)
    return " ".join(words[at : at + 2])


class SftpDrop:
    """`drop.Drop` over SFTP: one connection from a listing to the next, or until `close`."""

    def __init__(self, connection: SftpConnection) -> None:
        self._to = connection
        self._connection: asyncssh.SSHClientConnection | None = None

    async def list(self) -> Sequence[Offered]:
        """See `Drop`."""
        await self.close()
        async with self._session() as session:
            found = [entry async for entry in session.scandir(self._to.folder)]
        named = [Offered(str(entry.filename), entry.attrs.size) for entry in found]
        offered = [one for one in named if read_name(one.name)]
        if not offered:
            raise empty_listing(REMOTE, f"Kijk LOKETBUS_KBO_SFTP_FOLDER na als dit blijft duren. {LATER}")
        return offered

    async def fetch(self, name: str, to: Path, progress: Progress) -> None:
        """See `Drop`. What an earlier attempt brought is kept, and only the rest is asked."""
        async with self._session() as session, session.open(f"{self._to.folder}/{name}", "rb") as file:
            size = (await file.stat()).size
            part = part_of(to)
            there = part.stat().st_size if part.exists() else 0
            start = there if size is not None and there < size else 0
            await receive(_chunks(file, start), to, progress, size=size, start=start)

    async def close(self) -> None:
        """See `Drop`."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.abort()
            await connection.wait_closed()

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[asyncssh.SFTPClient]:
        with _our_errors():
            try:
                if self._connection is None:
                    self._connection = await self._connect()
                async with self._connection.start_sftp_client() as session:
                    yield session
            except (asyncssh.Error, OSError):
                await self.close()  # half a connection would fail the next attempt too
                raise

    async def _connect(self) -> asyncssh.SSHClientConnection:
        """Nothing of this machine's own SSH settings, keys or agent takes part."""
        to = self._to
        return await asyncssh.connect(
            to.host,
            to.port,
            username=to.user,
            password=to.password,
            known_hosts=(list(to.host_keys), [], [], [], [], [], []),
            preferred_auth=("password", "keyboard-interactive"),
            client_keys=None,
            agent_path=None,
            gss_host=None,
            config=None,
            connect_timeout=CONNECT_SECONDS,
            login_timeout=CONNECT_SECONDS,
            keepalive_interval=KEEPALIVE_SECONDS,
        )


async def _chunks(file: asyncssh.SFTPClientFile, start: int) -> AsyncIterator[bytes]:
    offset = start
    while chunk := cast("bytes", await file.read(CHUNK_BYTES, offset)):
        offset += len(chunk)
        yield chunk


@contextmanager
def _our_errors() -> Iterator[None]:
    try:
        yield
    except asyncssh.HostKeyNotVerifiable:
        message = (
            f"{REMOTE} toont een andere sleutel dan LOKETBUS_KBO_SFTP_HOST_KEY. Er is geen wachtwoord gestuurd. "
            "Vraag de FOD Economie of de sleutel vernieuwd is en pas dan pas de instelling aan."
        )
        raise Denied("kbo_host_key", message) from None
    except asyncssh.PermissionDenied:
        message = (
            f"{REMOTE} weigert de aanmelding. Kijk LOKETBUS_KBO_SFTP_USER en LOKETBUS_KBO_SFTP_PASSWORD na; het zijn "
            "andere dan die van het portaal."
        )
        raise Denied("kbo_login_refused", message) from None
    except asyncssh.SFTPPermissionDenied:
        message = f"{REMOTE} laat ons niet in de map. Kijk LOKETBUS_KBO_SFTP_FOLDER na."
        raise Denied("kbo_folder_denied", message) from None
    except asyncssh.SFTPNoSuchFile:
        message = f"Een map of bestand is er niet op de SFTP-server. Kijk LOKETBUS_KBO_SFTP_FOLDER na. {LATER}"
        raise Unavailable("kbo_archive_gone", message) from None
    except (asyncssh.Error, OSError) as error:
        # Not the error's own text: it may name the user.
        message = f"{REMOTE} is niet bereikbaar of brak de verbinding af. {LATER}"
        raise Unavailable("kbo_sftp_unavailable", message, detail=type(error).__name__) from None
