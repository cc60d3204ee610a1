"""HTML of a stranger to HTML that is safe to show, and to plain text."""

from __future__ import annotations

import html as escaping
import re

import nh3
from inscriptis import get_text
from inscriptis.css_profiles import STRICT_CSS_PROFILE
from inscriptis.model.config import ParserConfig

from services.mail_ingest.parsing.charset import clean
from services.mail_ingest.parsing.html_scan import bare_text, weigh
from services.mail_ingest.parsing.model import Limits, Notes, Oddity

_TAGS = set(nh3.ALLOWED_TAGS) - {"map", "area"}
_STYLES = {"display", "font-style", "font-weight", "text-align", "text-decoration", "white-space"}
_ATTRIBUTES = {name: set(values) for name, values in nh3.ALLOWED_ATTRIBUTES.items()}
_ATTRIBUTES["*"] = {"style", "dir", "lang", "title"}
# Layout tables: as a table, one long cell would pad every row to its width (rows x longest cell).
_TABLE_ROW = re.compile(r"<(/?)(?:table|thead|tbody|tfoot|tr|caption)\b")
_TABLE_CELL = re.compile(r"<(/?)t[dh]\b")
# lxml silently drops what stands deeper than 256 elements (libxml2 without XML_PARSE_HUGE).
_LXML_DEPTH = 200
_LXML_ENTITIES = 50_000
_BLANK_LINES = re.compile(r"\n{4,}")
_TEXT_CONFIG = ParserConfig(css=STRICT_CSS_PROFILE, display_links=False, display_images=False)


def to_safe(source: str, limits: Limits, notes: Notes) -> tuple[str | None, str]:
    """Return (safe HTML or None when it may not be parsed, plain text)."""
    if len(source) > limits.html_chars:
        notes.add(Oddity.HTML_TOO_LARGE)
        return None, tidy(bare_text(source[: limits.html_chars]))
    if not limits.safe_html or not weigh(source).fits(limits):
        notes.add(Oddity.HTML_TOO_COMPLEX)
        return None, tidy(bare_text(source))
    safe = _cleaner(notes).clean(clean(source))
    return safe, _to_text(safe, notes)


def from_text(text: str) -> str:
    """Safe HTML that shows plain text as it stands."""
    return f'<div style="white-space:pre-wrap">{escaping.escape(text)}</div>'


def tidy(text: str) -> str:
    """LF line ends, no trailing blanks, at most two blank lines in a row."""
    lines = (line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return _BLANK_LINES.sub("\n\n\n", "\n".join(lines)).strip("\n")


def _cleaner(notes: Notes) -> nh3.Cleaner:
    def keep(tag: str, attribute: str, value: str) -> str | None:
        # A remote image tells its sender who read the mail, and when; those of the mail itself may stay.
        if tag == "img" and attribute == "src" and not value.strip().lower().startswith("cid:"):
            notes.add(Oddity.REMOTE_IMAGES)
            return None
        return value

    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags={"script", "style", "title", "noscript", "template"},
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        link_rel="noopener noreferrer nofollow",
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        filter_style_properties=_STYLES,
    )


def _to_text(safe: str, notes: Notes) -> str:
    weight = weigh(safe)
    if weight.depth > _LXML_DEPTH or safe.count("&") > _LXML_ENTITIES:
        return tidy(bare_text(safe))
    flat = _TABLE_CELL.sub(r" <\1span", _TABLE_ROW.sub(r"<\1div", safe))
    try:
        return tidy(get_text(flat, _TEXT_CONFIG))
    except (ValueError, TypeError, LookupError, AssertionError, RecursionError):
        notes.add(Oddity.HTML_FAILED)
        return tidy(bare_text(safe))
