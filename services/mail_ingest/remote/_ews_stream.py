"""A GetItem answer, parsed as it comes in: each mail goes to a file of its own, only the small rest to memory.

exchangelib's own way holds the answer, its base64 and the mail in memory at once (hazard 2). The tree that comes out
is the one that exchangelib expects, so its reading of codes and faults stays; `MimeContent` in it is cut short.
"""

from __future__ import annotations

import binascii
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.parsers import expat

import requests
from exchangelib.util import TNS
from lxml import etree

from services.mail_ingest.remote._ews_http import CHUNK_BYTES, BodyTooLargeError

MIME = f"{{{TNS}}}MimeContent"
SHOWN_CHARACTERS = 16_384
"""Of a mail's base64, kept in the tree for who must look into a bad answer."""
TREE_BYTES = 16 * 1024 * 1024
_NODE_BYTES = 256
_HEAD_BYTES = 8_192
_HEADER = re.compile(rb"^[\x21-\x39\x3b-\x7e]+[ \t]*:", re.MULTILINE)

Mimes = dict[etree._Element, "Mime"]
Prefixes = Any
"""Prefix to namespace, None for the default one, which the stubs of lxml do not know."""


class MalformedAnswerError(ValueError):
    """The answer is whole, but no XML."""


class Mime:
    """One mail on its way from base64 to a file; `problem` says why there is no file in the end (12, 13)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.problem: str | None = None
        self._rest = b""
        self._padded = False
        self._head = b""
        path.touch(mode=0o600)
        self._file = path.open("wb")

    def feed(self, text: str) -> None:
        """The next characters of the base64, lines wrapped or not."""
        if self.problem is None:
            try:
                self._write(self._decoded(text))
            except ValueError:
                self.problem = "mime_not_base64"

    def close(self) -> None:
        """The end; a file stays only if it holds a mail."""
        self._file.close()
        if self._rest:
            self.problem = "mime_not_base64"
        if self.problem is None and not _HEADER.search(self._head):
            self.problem = "not_mail" if self.size else "mime_missing"
        if self.problem is not None:
            self.discard()

    def discard(self) -> None:
        """No file after all."""
        self._file.close()
        self.path.unlink(missing_ok=True)

    def _decoded(self, text: str) -> bytes:
        data = self._rest + b"".join(text.encode("ascii").split())
        whole = len(data) - len(data) % 4
        data, self._rest = data[:whole], data[whole:]
        if self._padded and (data or self._rest):
            raise ValueError("base64 goes on after its end")
        self._padded = self._padded or data.endswith(b"=")
        return binascii.a2b_base64(data, strict_mode=True)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self.size += len(data)
        if len(self._head) < _HEAD_BYTES:
            self._head += data[: _HEAD_BYTES - len(self._head)]


class _AnswerParser:
    """Builds the tree, with the text of every `MimeContent` led into its `Mime`."""

    def __init__(self, files: Path) -> None:
        self.mimes: Mimes = {}
        self._files = files
        self._root: etree._Element | None = None
        self._open: list[etree._Element] = []
        self._words: list[str] = []
        self._mime: Mime | None = None
        self._room = TREE_BYTES
        self._shown = 0
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.namespace_prefixes = True
        self._parser.buffer_text = True
        self._parser.buffer_size = CHUNK_BYTES
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text
        self._parser.StartDoctypeDeclHandler = _refuse_doctype

    def feed(self, piece: bytes) -> None:
        try:
            self._parser.Parse(piece, False)
        except expat.ExpatError as error:
            raise MalformedAnswerError(expat.ErrorString(error.code)) from None

    def close(self) -> etree._Element:
        """Raises: requests' ConnectionError, as for every answer that stops before its end (1)."""
        try:
            self._parser.Parse(b"", True)
        except expat.ExpatError:
            raise requests.exceptions.ConnectionError("the answer ends before its envelope does") from None
        assert self._root is not None
        return self._root

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._take(_NODE_BYTES + sum(map(len, attributes.values())))
        self._flush()
        tag, prefixes = _qualified(name)
        given = {_qualified(key)[0]: value for key, value in attributes.items()}
        element = self._new(tag, given, prefixes)
        self._open.append(element)
        if tag == MIME and self._mime is None:
            path = self._files.with_name(f"{self._files.name}-{secrets.token_hex(8)}.eml")
            self._mime = self.mimes[element] = Mime(path)
            self._shown = 0

    def _new(self, tag: str, attributes: dict[str, str], prefixes: Prefixes) -> etree._Element:
        if self._open:
            return etree.SubElement(self._open[-1], tag, attributes, nsmap=prefixes)
        self._root = etree.Element(tag, attributes, nsmap=prefixes)
        return self._root

    def _end(self, name: str) -> None:
        self._flush()
        element = self._open.pop()
        if self._mime is not None and self.mimes.get(element) is self._mime:
            self._mime.close()
            self._mime = None

    def _text(self, text: str) -> None:
        if self._mime is not None:
            self._mime.feed(text)
            text = text[: SHOWN_CHARACTERS - self._shown]
            self._shown += len(text)
        self._take(len(text))
        self._words.append(text)

    def _flush(self) -> None:
        """The text so far belongs to the open element, or comes after its last child."""
        text, self._words = "".join(self._words), []
        if text and self._open:
            if len(self._open[-1]):
                self._open[-1][-1].tail = text
            else:
                self._open[-1].text = text

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise BodyTooLargeError


def read_answer(pieces: Iterable[bytes], files: Path, limit: int) -> tuple[etree._Element, Mimes]:
    """The envelope, and what became of each `MimeContent` in it.

    Args:
        pieces: the body.
        files: beginning of the name of every file.
        limit: bytes of the whole body.

    Raises:
        requests.RequestException: cut off; BodyTooLargeError; MalformedAnswerError. No file is left then.
    """
    parser = _AnswerParser(files)
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > limit:
                raise BodyTooLargeError
            parser.feed(piece)
        return parser.close(), parser.mimes
    except BaseException:
        for mime in parser.mimes.values():
            mime.discard()
        raise


def _qualified(name: str) -> tuple[str, Prefixes]:
    """Expat's `uri}local}prefix` as lxml wants it: the name, and the prefix to show it with."""
    match name.split("}"):
        case [uri, local, prefix]:
            return f"{{{uri}}}{local}", {prefix: uri}
        case [uri, local]:
            return f"{{{uri}}}{local}", {None: uri}
        case _:
            return name, None


def _refuse_doctype(*_: object) -> None:
    """SOAP forbids it, and entities can grow without end."""
    raise MalformedAnswerError("a DOCTYPE in an answer")
