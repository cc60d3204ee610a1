"""What a person reads of a mail: one plain text and one safe HTML page, of whatever the mail gives words in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from services.mail_ingest.parsing import invitation, sealed
from services.mail_ingest.parsing.body import Block, cited_content_ids
from services.mail_ingest.parsing.charset import clean
from services.mail_ingest.parsing.model import Limits, Notes, Oddity
from services.mail_ingest.parsing.safe_html import from_text, tidy, to_safe
from services.mail_ingest.parsing.unpack import Content

_CLOUD_HOSTS = (
    "1drv.ms/", "onedrive.live.com/", ".sharepoint.com/", "wetransfer.com/", "we.tl/", "drive.google.com/",
    "docs.google.com/", "dropbox.com/", "icloud.com/", "share.google/",
)  # fmt: skip
"""Where mail programs and people put files that are too large to send."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person reads."""

    text: str
    html: str | None
    own: str
    """`text` unless that was borrowed from an attachment."""
    cited: frozenset[str]
    """Content ids of the pictures in the HTML."""


def show(content: Content, attached_text: Callable[[], str], limits: Limits, notes: Notes) -> Shown:
    """The mail's own text; for a mail without, the best of what else it brings."""
    blocks = content.blocks
    text, html = _render(blocks, limits, notes)
    own = text
    for spare, is_own in _spares(content, attached_text, notes):
        if text.strip():
            break
        blocks = [*content.blocks, spare]
        text, html = _render(blocks, limits, notes)
        own = text if is_own else ""
    sealed.note_pgp(text, notes)
    _note_cloud_links(blocks, notes)
    return Shown(text, html, own, cited_content_ids("".join(block.html or "" for block in blocks)))


def _spares(content: Content, attached_text: Callable[[], str], notes: Notes) -> Iterator[tuple[Block, bool]]:
    """Texts for a mail without one, best first, and whether they are its sender's."""
    for body in content.bodies:
        yield body, True
    if content.messages:
        yield Block(attached_text()), False
    for leaf in content.calendars:
        yield Block(invitation.summary(leaf.read(), leaf.charset, notes)), False
    if notes.has(Oddity.ENCRYPTED):
        yield Block(sealed.NOTICE), False


def _render(blocks: list[Block], limits: Limits, notes: Notes) -> tuple[str, str | None]:
    """Plain text and safe HTML of all blocks, in order."""
    texts, pages, has_html = [], [], any(block.html for block in blocks)
    for block in blocks:
        safe, from_html = to_safe(block.html, limits, notes) if block.html else (None, str)
        plain = tidy(clean((block.plain or "")[: 2 * limits.text_chars], notes))
        texts.append(plain if plain.strip() else tidy(clean(from_html())))
        if safe is not None or texts[-1]:
            pages.append(safe if safe is not None else from_text(texts[-1][: limits.text_chars]))
    text = "\n\n".join(text for text in texts if text)
    if len(text) > limits.text_chars:
        notes.add(Oddity.TEXT_CUT)
        text = text[: limits.text_chars]
    return text, "\n".join(pages) if has_html else None


def _note_cloud_links(blocks: list[Block], notes: Notes) -> None:
    for block in blocks:
        for words in (block.plain, block.html):
            if words and any(host in words for host in _CLOUD_HOSTS):
                notes.add(Oddity.CLOUD_LINKS)
