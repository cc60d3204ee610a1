"""Signed and encrypted mail: S/MIME (RFC 8551, CMS of RFC 5652) and PGP (RFC 9580), recognised; signed text is opened.

No signature is checked: that would need to know whom to trust, and a queue shows mail of strangers anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from services.mail_ingest.parsing.mapi import BrokenError
from services.mail_ingest.parsing.model import Notes, Oddity

NOTICE = "(versleuteld bericht, niet leesbaar)"
DEPTH = 16
_SEQUENCE, _EXPLICIT, _OID, _OCTETS, _OCTETS_IN_PIECES = 0x30, 0xA0, 0x06, 0x04, 0x24
_END = b"\0\0"
_PKCS7 = bytes.fromhex("2a864886f70d0107")
_SMIME_TYPES = bytes.fromhex("2a864886f70d01091001")
_SIGNED = _PKCS7 + b"\x02"
_ENCRYPTED = {_PKCS7 + b"\x03", _PKCS7 + b"\x06", _SMIME_TYPES + b"\x17"}
"""envelopedData, encryptedData, authEnvelopedData."""
_PGP_MESSAGE = ("-----BEGIN PGP MESSAGE-----", "-----END PGP MESSAGE-----")
_PGP_SIGNATURE = ("-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----")
_PGP_SIGNED = "-----BEGIN PGP SIGNED MESSAGE-----"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What an S/MIME part is, and the mail part that it holds when that can be read."""

    kind: Literal["signed", "encrypted", "other"]
    content: bytes | None = None


class _Ber:
    """A walk through BER, forward only; streaming signers leave lengths open, so DER readers do not do."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def enter(self, tag: int) -> int | None:
        """Step inside an element of this tag; returns where it ends, None when only an end mark says so."""
        found, end = self._head()
        if found != tag:
            raise BrokenError
        return end

    def ends(self, end: int | None) -> bool:
        """Whether the element whose inside we walk has no more."""
        return self._data.startswith(_END, self.at) if end is None else self.at >= end

    def leave(self, end: int | None) -> None:
        """Step over the end mark, if it has one."""
        self.at += 0 if end is not None else len(_END)

    def take(self, end: int | None) -> bytes:
        """The bytes of a primitive element."""
        if end is None:
            raise BrokenError
        piece = self._data[self.at : end]
        self.at = end
        return piece

    def skip(self, depth: int = 0) -> None:
        """Step over one whole element."""
        _, end = self._head()
        if end is not None:
            self.at = end
            return
        if depth > DEPTH:
            raise BrokenError
        while not self.ends(None):
            self.skip(depth + 1)
        self.leave(None)

    def octets(self, pieces: list[bytes], depth: int = 0) -> None:
        """Collect an octet string that came whole or in pieces."""
        tag, end = self._head()
        if tag == _OCTETS:
            pieces.append(self.take(end))
            return
        if tag != _OCTETS_IN_PIECES or depth > DEPTH:
            raise BrokenError
        while not self.ends(end):
            self.octets(pieces, depth + 1)
        self.leave(end)

    def _head(self) -> tuple[int, int | None]:
        head = self._data[self.at : self.at + 2]
        if len(head) < 2:
            raise BrokenError
        self.at += 2
        size = head[1]
        if size == 0x80:
            return head[0], None
        if size > 0x80:
            more = size & 0x7F
            size = int.from_bytes(self._data[self.at : self.at + more], "big")
            self.at += more
        if self.at + size > len(self._data):
            raise BrokenError
        return head[0], self.at + size


def open_smime(data: bytes) -> Sealed:
    """Look into an application/pkcs7-mime part (raises `BrokenError`)."""
    ber = _Ber(data)
    ber.enter(_SEQUENCE)
    kind = ber.take(ber.enter(_OID))
    if kind != _SIGNED:
        return Sealed("encrypted" if kind in _ENCRYPTED else "other")
    ber.enter(_EXPLICIT)
    ber.enter(_SEQUENCE)
    ber.skip()  # version
    ber.skip()  # digest algorithms
    inside = ber.enter(_SEQUENCE)
    ber.skip()  # type of the content
    if ber.ends(inside):
        return Sealed("other")  # certificates only
    ber.enter(_EXPLICIT)
    pieces: list[bytes] = []
    ber.octets(pieces)
    return Sealed("signed", b"".join(pieces))


def note_pgp(text: str, notes: Notes) -> None:
    """Recognise PGP in the text itself."""
    if _PGP_MESSAGE[0] in text:
        notes.add(Oddity.ENCRYPTED)
    if _PGP_SIGNED in text:
        notes.add(Oddity.SIGNED)


def readable(text: str) -> str:
    """Text without PGP's armour: a notice instead of what is encrypted, and signed words without their signature."""
    if "-----BEGIN PGP " not in text:
        return text
    text = _replace(text, *_PGP_MESSAGE, by=NOTICE)
    before, signed, rest = text.partition(_PGP_SIGNED)
    if not signed:
        return text
    _, _, words = rest.partition("\n\n")
    return (before + _replace(words, *_PGP_SIGNATURE, by="")).strip("\n")


def _replace(text: str, begin: str, end: str, by: str) -> str:
    """Every stretch from `begin` to `end`; one without an end stays."""
    done, at = list[str](), 0
    while (start := text.find(begin, at)) >= 0 and (stop := text.find(end, start)) >= 0:
        done += [text[at:start], by]
        at = stop + len(end)
    return "".join([*done, text[at:]])
