"""Local tokens: 256 random bits, of which only the SHA-256 is kept, in a file that its owner alone can read."""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from loketbus.clock import Clock, utc_now
from loketbus.errors import ConfigurationError
from loketbus.security.roles import Actor, TokenRefused, VerifierUnavailable, is_role

TOKEN_PREFIX = "lbt_"  # noqa: S105 - makes a leaked token recognisable, for scanners and for our own log masking
TOKEN_BYTES = 32


class LocalToken(BaseModel):
    """One entry of the file."""

    model_config = ConfigDict(frozen=True)

    name: str
    roles: tuple[str, ...]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    created_at: datetime

    @field_validator("roles")
    @classmethod
    def _only_roles(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        if not roles or not all(is_role(role) for role in roles):
            raise ValueError("unknown or no roles")
        return roles


class _File(BaseModel):
    tokens: tuple[LocalToken, ...] = ()


class TokenStore:
    """The tokens of one installation. Every process of it may use the same file; changes are seen at once."""

    def __init__(self, path: Path, *, now: Clock = utc_now) -> None:
        self.path = path
        self._now = now
        self._read_at: tuple[int, int, int] | None = None
        self._tokens: tuple[LocalToken, ...] = ()

    @property
    def tokens(self) -> tuple[LocalToken, ...]:
        """The entries, read again when the file changed.

        Raises:
            ConfigurationError: it is unreadable, not ours, or others may read it.
        """
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._wrong(f"kan niet gelezen worden ({error.strerror})") from None
        state = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if state != self._read_at:
            self._tokens = self._read(stat.st_mode)
            self._read_at = state
        return self._tokens

    def create(self, name: str, roles: Iterable[str]) -> str:
        """Make a token and return its clear text, which is kept nowhere. A token of the same name is replaced.

        Raises:
            ConfigurationError: a role that does not exist.
        """
        wanted = tuple(roles)
        if wrong := [role for role in wanted if not is_role(role)] or (["(geen)"] if not wanted else []):
            raise ConfigurationError(f"Onbekende rol: {', '.join(wrong)}.")
        text = TOKEN_PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        entry = LocalToken(name=name, roles=wanted, sha256=_hash(text), created_at=self._now())
        with self.locked():
            self._write([token for token in self.tokens if token.name != name] + [entry])
        return text

    def revoke(self, name: str) -> bool:
        """Take a token away; False when there is none of that name."""
        with self.locked():
            kept = [token for token in self.tokens if token.name != name]
            found = len(kept) < len(self.tokens)
            if found:
                self._write(kept)
        return found

    def find(self, text: str) -> LocalToken | None:
        """The entry of a clear text. Every entry is compared, in constant time."""
        given = _hash(text)
        found = None
        for token in self.tokens:
            if hmac.compare_digest(token.sha256, given):
                found = token
        return found

    async def verify(self, token: str) -> Actor:
        """See `Verifier`."""
        try:
            found = self.find(token)
        except ConfigurationError as error:  # the file was damaged while we run: nobody gets in, `problem` says why
            raise VerifierUnavailable(str(error)) from None
        if found is None:
            raise TokenRefused("unknown_token")
        return Actor(found.name, frozenset(found.roles))

    @property
    def problem(self) -> str | None:
        """See `Verifier`."""
        try:
            known = self.tokens
        except ConfigurationError as error:
            return str(error)
        return None if known else "Er is nog geen toegangstoken: maak er een met `loketbus tokens create`."

    async def aclose(self) -> None:
        """See `Verifier`."""

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One writer at a time, over all processes. Not to be nested."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path.with_name(self.path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _read(self, mode: int) -> tuple[LocalToken, ...]:
        if mode & 0o077:
            raise self._wrong("mag alleen voor de eigenaar leesbaar zijn (chmod 600)")
        try:
            return _File.model_validate_json(self.path.read_bytes()).tokens
        except ValidationError:
            raise self._wrong("is beschadigd: zet een kopie terug of verwijder het en maak nieuwe tokens") from None
        except OSError as error:
            raise self._wrong(f"kan niet gelezen worden ({error.strerror})") from None

    def _write(self, tokens: Iterable[LocalToken]) -> None:
        write_private(self.path, _File(tokens=tuple(tokens)).model_dump_json(indent=2))

    def _wrong(self, what: str) -> ConfigurationError:
        return ConfigurationError(f"Het tokenbestand {self.path} {what}.")


def write_private(path: Path, text: str) -> None:
    """Replace `path` by `text`, durably and at once, readable by its owner alone."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(6)}")
    try:
        with open(temporary, "x", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
