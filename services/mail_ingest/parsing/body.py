"""Walks the tree of parts: which ones are the mail's own text, which ones are attachments."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from urllib.parse import unquote

from services.mail_ingest.parsing.charset import Decoded, decode
from services.mail_ingest.parsing.facts import first_bytes, read_facts
from services.mail_ingest.parsing.filenames import declared_name, safe_name
from services.mail_ingest.parsing.identity import canonical, measure
from services.mail_ingest.parsing.model import Attachment, MessageFacts, Notes, Oddity
from services.mail_ingest.parsing.tree import Part

_CONTENT_ID_CHARS = 998
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE
)
_META_BYTES = 4_096
_RECOGNISED = {
    "application/pgp-encrypted": Oddity.ENCRYPTED,
    "multipart/encrypted": Oddity.ENCRYPTED,
    "multipart/signed": Oddity.SIGNED,
}
"""Kinds that say something of the whole mail."""


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of the mail's own text in the forms it was sent in."""

    plain: str | None = None
    html: str | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A part that is not text of the mail, before it is known whether the HTML shows it."""

    kind: str
    name: str
    size: int
    sha256: str
    digest: str
    """What identity takes of it; empty for a file out of a container, which counts as a whole."""
    content_id: str | None
    shown: bool
    """Declared as a picture in the text."""
    chunks: Callable[[], Iterator[bytes]]
    charset: str | None = None
    """Declared, of a text."""
    message: MessageFacts | None = None

    def read(self) -> bytes:
        """Its bytes, whole."""
        gathered = BytesIO()
        gathered.writelines(self.chunks())
        return gathered.getvalue()

    def attachment(self, cited: frozenset[str]) -> Attachment:
        """As the outside sees it; `cited` are the content ids that the HTML shows."""
        return Attachment(
            name=self.name,
            type=self.kind,
            size=self.size,
            sha256=self.sha256,
            inline=self.shown or self.content_id in cited,
            content_id=self.content_id,
            chunks=self.chunks,
            message=self.message,
        )


@dataclass(slots=True)
class Body:
    """Collected while walking."""

    notes: Notes
    blocks: list[Block] = field(default_factory=list)
    leaves: list[Leaf] = field(default_factory=list)
    sources: dict[str, list[bytes]] = field(default_factory=lambda: {"text/plain": [], "text/html": []})
    """Canonical bytes of the texts as sent, for identity."""

    def walk(self, root: Part) -> Body:
        """Fill from the root part and return itself."""
        self.blocks = self._part(root, in_related=False)
        return self

    def _part(self, part: Part, *, in_related: bool) -> list[Block]:
        recognised = _RECOGNISED.get(part.kind)
        if recognised is not None:
            self.notes.add(recognised)
        if part.is_multipart():
            return self._multipart(part)
        try:
            return self._leaf(part, in_related=in_related)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError):
            self.notes.add(Oddity.PART_FAILED)
            return []

    def _multipart(self, part: Part) -> list[Block]:
        # In multipart/related everything after the first part belongs to it (RFC 2387): pictures, also of type text.
        related = part.kind == "multipart/related"
        children = [self._part(child, in_related=related and number > 0) for number, child in enumerate(part.children)]
        if part.kind == "multipart/alternative":
            return _one_of(children)
        return [block for blocks in children for block in blocks]

    def _leaf(self, part: Part, *, in_related: bool) -> list[Block]:
        name = declared_name(part, self.notes)
        disposition = part.get_content_disposition()
        is_text = part.kind in ("text/plain", "text/html") or part.kind.startswith("multipart/")
        if is_text and not in_related and disposition != "attachment" and not name:
            if part.exceeds(part.budget.limits.text_bytes):
                return [self._oversize(part)]
            return [self._text(part, part.content())]
        self._attach(part, name, inline=disposition == "inline" or in_related)
        return []

    def _oversize(self, part: Part) -> Block:
        """A text that is too large to be held whole: its beginning is shown, and it is an attachment."""
        self.notes.add(Oddity.TEXT_CUT)
        self._attach(part, None, inline=False)
        start = part.head(part.budget.limits.text_chars)
        start = start[: start.rfind(b"\n") + 1] or start
        is_html = part.kind == "text/html"
        text = decode(start, _charset(part, start if is_html else b""), self.notes).text
        return Block(html=text) if is_html else Block(plain=text)

    def _text(self, part: Part, content: bytes) -> Block:
        is_html = part.kind == "text/html"
        decoded = decode(content, _charset(part, content if is_html else b""), self.notes)
        self.sources["text/html" if is_html else "text/plain"].append(_source(decoded, content))
        return Block(html=decoded.text) if is_html else Block(plain=decoded.text)

    def _attach(self, part: Part, name: str | None, *, inline: bool) -> None:
        kind = part.kind
        measured = part.used_by(partial(measure, kind))
        facts = read_facts(first_bytes(part.chunks())) if kind == "message/rfc822" else None
        if name is None and facts is not None and facts.subject:
            name = f"{facts.subject}.eml"
        leaf = Leaf(
            kind=kind,
            name=safe_name(name, kind, len(self.leaves) + 1),
            size=measured.size,
            sha256=measured.sha256,
            digest=measured.digest,
            content_id=_content_id(part),
            shown=inline and kind.startswith("image/"),
            chunks=part.chunks,
            charset=_charset(part, b"") if kind.startswith("text/") else None,
            message=facts,
        )
        self.leaves.append(leaf)


def _one_of(children: list[list[Block]]) -> list[Block]:
    """multipart/alternative: one block in two forms. Two different plain parts are kept both: some mailers mislabel."""
    blocks = [block for child in children for block in child]
    plain = list(dict.fromkeys(block.plain for block in blocks if block.plain is not None))
    html = list(dict.fromkeys(block.html for block in blocks if block.html is not None))
    if not plain and not html:
        return []
    return [Block("\n".join(plain) if plain else None, "\n".join(html) if html else None)]


def cited_content_ids(html: str) -> frozenset[str]:
    """The content ids in `cid:` links."""
    pieces = re.split(r"cid:", html, flags=re.IGNORECASE)[1:]
    return frozenset(unquote(re.split(r"[\"'\s>)]", piece[:_CONTENT_ID_CHARS], maxsplit=1)[0]) for piece in pieces)


def _content_id(part: Part) -> str | None:
    value = str(part.get("content-id", "")).strip().strip("<>").strip()
    return value[:_CONTENT_ID_CHARS] or None


def _charset(part: Part, html: bytes) -> str | None:
    declared = part.get_param("charset")
    if isinstance(declared, tuple):
        declared = declared[2]
    if declared:
        return str(declared)
    return meta_charset(html)


def meta_charset(html: bytes) -> str | None:
    """The charset that a page names for itself."""
    meta = _META_CHARSET.search(html, 0, _META_BYTES)
    return meta[1].decode("ascii") if meta else None


def _source(decoded: Decoded, content: bytes) -> bytes:
    """What identity takes of a text: a guess at its charset may change with the guesser, the bytes do not."""
    return canonical(content if decoded.guessed else decoded.text.encode("utf-8", "replace"))
