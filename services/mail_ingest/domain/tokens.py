"""Tracking tokens: a mark in outgoing mail by which an answer finds its klantenreis. No I/O.

The recipe, byte for byte and with examples, for whoever makes tokens elsewhere: `docs/tracking-token.md`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

PREFIX = "WE"
LOCAL_PART_MAX = 64
"""Characters before the @ (RFC 5321, 4.5.3.1.1)."""
SECRET_MIN_CHARACTERS = 32
FOUND_MAX = 20
"""Tokens that are checked per text."""

_ID = r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}"
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""
_MAC_BYTES = 10
_MAC_CHARACTERS = 16
_LOOKALIKES = str.maketrans("OIL", "011")
_IS_ID = re.compile(_ID)
_MARK = re.compile(r"\[\s*WE\s*:([^\[\]]{16,300})\]", re.IGNORECASE)
_FOLDED = re.compile(r"[\s>]+")
"""Folding of headers, wrapping and quoting of lines."""
_PLUS = re.compile(r"\+we=([^+@]{16,300})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """What a token says; capitals as they stood there."""

    klantenreis: str
    dossier: str | None = None


class Tokens:
    """Makes and checks tokens. The first secret signs; the others are old ones that are still accepted."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._keys = [secret.encode() for secret in secrets]

    def mark(self, token: Token) -> str:
        """The token as it stands in a subject or a body: `[WE:KR-2026-0042:...]`.

        Raises:
            ValueError: an id that does not fit in a token.
        """
        return f"[{PREFIX}:{':'.join(self._parts(token))}]"

    def plus_address(self, token: Token, mailbox: str) -> str | None:
        """The mailbox's address with the token in it; None when the part before the @ would grow too long.

        Raises:
            ValueError: an id that does not fit in a token.
        """
        local, _, domain = mailbox.rpartition("@")
        tagged = f"{local}+{PREFIX.lower()}={'='.join(self._parts(token))}"
        return f"{tagged}@{domain}" if len(tagged) <= LOCAL_PART_MAX else None

    def in_text(self, text: str) -> list[Token]:
        """The genuine tokens in a subject or a body, each once."""
        return self._genuine(_FOLDED.sub("", match[1]).split(":") for match in _MARK.finditer(text))

    def in_address(self, address: str) -> list[Token]:
        """The genuine token in a plus-address."""
        return self._genuine(match[1].split("=") for match in _PLUS.finditer(address))

    def _genuine(self, found: Iterable[list[str]]) -> list[Token]:
        return list(dict.fromkeys(self._checked(found)))

    def _checked(self, found: Iterable[list[str]]) -> Iterator[Token]:
        for _, parts in zip(range(FOUND_MAX), found, strict=False):
            *ids, mac = parts
            if len(ids) in (1, 2) and all(map(_IS_ID.fullmatch, ids)):
                token = Token(*ids)
                if self._is_ours(token, mac):
                    yield token

    def _is_ours(self, token: Token, mac: str) -> bool:
        given = mac.upper().translate(_LOOKALIKES)
        # Every key is tried, whichever fits: how long it takes tells nothing.
        fits = [hmac.compare_digest(given.encode(), _mac(key, token).encode()) for key in self._keys]
        return any(fits)

    def _parts(self, token: Token) -> list[str]:
        ids = [token.klantenreis] if token.dossier is None else [token.klantenreis, token.dossier]
        if not all(map(_IS_ID.fullmatch, ids)):
            raise ValueError(
                "an id in a token has 1 to 64 letters, digits and . _ / -, and begins with a letter or digit"
            )
        return [*ids, _mac(self._keys[0], token)]


def _mac(key: bytes, token: Token) -> str:
    """80 bits of HMAC-SHA256, in 16 characters."""
    said = f"loketbus-token-v1\n{token.klantenreis.upper()}\n{(token.dossier or '').upper()}"
    number = int.from_bytes(hmac.digest(key, said.encode(), hashlib.sha256)[:_MAC_BYTES])
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(5 * (_MAC_CHARACTERS - 1), -1, -5))
