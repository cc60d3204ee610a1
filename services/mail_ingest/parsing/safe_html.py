"""HTML of a stranger to HTML that is safe to show, and to plain text."""

from __future__ import annotations

import html as escaping
import re
from collections.abc import Callable
from contextvars import ContextVar

import nh3

from services.mail_ingest.parsing.charset import clean
from services.mail_ingest.parsing.html_scan import bare_text, fits
from services.mail_ingest.parsing.html_text import to_text
from services.mail_ingest.parsing.model import Limits, Notes, Oddity

_TAGS = set(nh3.ALLOWED_TAGS) - {"map", "area"}
_STYLES = {"display", "font-style", "font-weight", "text-align", "text-decoration", "white-space"}
_ATTRIBUTES = {name: set(values) for name, values in nh3.ALLOWED_ATTRIBUTES.items()}
_ATTRIBUTES["*"] = {"style", "dir", "lang", "title"}
_BLANK_LINES = re.compile(r"\n{4,}")
_notes: ContextVar[Notes] = ContextVar("notes")
"""Of the page that is being cleaned."""


def to_safe(source: str, limits: Limits, notes: Notes) -> tuple[str | None, Callable[[], str]]:
    """Return (safe HTML or None when it may not be parsed, its plain text for who needs that too)."""
    if len(source) > limits.html_chars:
        notes.add(Oddity.HTML_TOO_LARGE)
        return None, lambda: tidy(bare_text(source[: limits.html_chars]))
    if not limits.safe_html or not fits(source, limits):
        notes.add(Oddity.HTML_TOO_COMPLEX)
        return None, lambda: tidy(bare_text(source))
    token = _notes.set(notes)
    try:
        safe = _CLEANER.clean(clean(source))
    finally:
        _notes.reset(token)
    return safe, lambda: tidy(to_text(safe))


def from_text(text: str) -> str:
    """Safe HTML that shows plain text as it stands."""
    return f'<div style="white-space:pre-wrap">{escaping.escape(text)}</div>'


def tidy(text: str) -> str:
    """LF line ends, no trailing blanks, at most two blank lines in a row."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join([line.rstrip() for line in text.split("\n")])
    return (_BLANK_LINES.sub("\n\n\n", text) if "\n\n\n\n" in text else text).strip("\n")


def _kept(tag: str, attribute: str, value: str) -> str | None:
    # A remote image tells its sender who read the mail, and when; those of the mail itself may stay.
    if attribute == "src" and tag == "img" and not value.strip().lower().startswith("cid:"):
        _notes.get().add(Oddity.REMOTE_IMAGES)
        return None
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "title", "noscript", "template"},
    attributes=_ATTRIBUTES,
    attribute_filter=_kept,
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto", "tel", "cid"},
    url_relative="deny",
    filter_style_properties=_STYLES,
)
