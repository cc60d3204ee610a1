"""A linear look at HTML before any parser sees it: how deep, how much work, and its text without a parser.

Parsers of HTML build their tree in quadratic time on 200,000 nested elements, 100,000 attributes, or formatting
elements that each new paragraph opens again. The scan bounds all three; it may call strange HTML too complex, never
the other way round for the shapes known here. What it does not know, the worker's time limit stops.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from services.mail_ingest.parsing.model import Limits

ATTRIBUTES_PER_TAG = 30_000
PIECES = 300_000
_TAG = re.compile(r"<(?:!--(?:.*?-->|.*+)|(/?)([a-zA-Z][^\s/>]*+)[^>]*+(?:>|\Z)|[!?/][^>]*+(?:>|\Z))", re.DOTALL)
_SEPARATORS = re.compile(r"[\s/]")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
# Their end tag may be left out and the parser supplies it, so counting them would call sloppy tables deep.
_LISTS = {"p", "li", "dt", "dd", "option", "optgroup", "rp", "rt", "html", "head", "body"}
_TABLES = {"tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption"}
_UNCOUNTED = frozenset({""} | _VOID | _LISTS | _TABLES)
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "blockquote", "table", "ul", "ol", "hr", "pre", *_HEADINGS})


class Tag(NamedTuple):
    """A tag, a comment or a declaration, with the raw text behind the start tag of a script: what is no text."""

    start: int
    end: int
    name: str
    """Lower case; empty for what is no tag."""
    closing: bool


@dataclass(frozen=True, slots=True)
class Weight:
    """What a parser would have to do."""

    depth: int
    work: int
    attributes: int
    pieces: int
    """At most so many tags, stretches of text and ampersands: parsers join the text around them in quadratic time."""

    def fits(self, limits: Limits) -> bool:
        """Whether a parser may see it."""
        return (
            self.depth <= limits.html_depth
            and self.work <= limits.html_work
            and self.attributes <= ATTRIBUTES_PER_TAG
            and self.pieces <= PIECES
        )


def tags(source: str) -> Iterator[Tag]:
    """Everything but the text, in one pass; a "<" that begins nothing is text."""
    position = 0
    while found := _TAG.search(source, position):
        slash, name = found.groups()
        position = found.end()
        name = name.lower() if name else ""
        if name in _RAW_TEXT and not slash:
            position = _skip_raw_text(source, name, position)
        yield Tag(found.start(), position, name, bool(slash))


def fits(source: str, limits: Limits) -> bool:
    """Whether a parser may see it."""
    # Too few tags to be deep or much work, however they stand; nor can so short a text hold too many of the rest.
    most = source.count("<")
    if most < limits.html_depth and most * most < limits.html_work and len(source) <= ATTRIBUTES_PER_TAG:
        return True
    return _pieces(source) <= PIECES and weigh(source).fits(limits)


def weigh(source: str) -> Weight:
    """Depth of elements left open, the sum of the depths at each tag, and the most attributes in one tag."""
    stack: list[str] = []
    depth = work = attributes = 0
    for start, end, name, closing in tags(source):
        if end - start > max(attributes, ATTRIBUTES_PER_TAG):
            attributes = max(attributes, len(_SEPARATORS.findall(source, start, end)))
        work += len(stack) + 1
        if name in _UNCOUNTED:
            continue
        if not closing:
            stack.append(name)
            depth = max(depth, len(stack))
        elif stack and stack[-1] == name:
            # An end tag that does not match the innermost element may be ignored by the parser: do not count on it.
            stack.pop()
    return Weight(depth, work, attributes, pieces=_pieces(source))


def bare_text(source: str) -> str:
    """The text of HTML that no parser may see: tags out, a line end where a block begins."""
    pieces, position = [], 0
    for tag in tags(source):
        pieces.append(source[position : tag.start])
        if tag.name in _BREAKS:
            pieces.append("\n")
        position = tag.end
    pieces.append(source[position:])
    return html.unescape("".join(pieces))


def _pieces(source: str) -> int:
    return 2 * source.count("<") + source.count("&")


def _skip_raw_text(source: str, element: str, start: int) -> int:
    found = re.compile(f"</{element}", re.IGNORECASE).search(source, start)
    return found.start() if found else len(source)
