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
from typing import Literal, NamedTuple

from services.mail_ingest.parsing.model import Limits

ATTRIBUTES_PER_TAG = 30_000
PIECES = 300_000
_NAME = re.compile(r"[a-zA-Z][^\s/>]*")
_SEPARATORS = re.compile(r"[\s/]")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
# Their end tag may be left out and the parser supplies it, so counting them would call sloppy tables deep.
_LISTS = {"p", "li", "dt", "dd", "option", "optgroup", "rp", "rt", "html", "head", "body"}
_TABLES = {"tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "caption"}
_UNCOUNTED = frozenset(_VOID | _LISTS | _TABLES)
_RAW_TEXT = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BREAKS = frozenset({"br", "p", "div", "li", "tr", "blockquote", "table", "ul", "ol", "hr", "pre", *_HEADINGS})


class Token(NamedTuple):
    """A piece of HTML: `value` is the text, or the element's lower-case name."""

    kind: Literal["text", "open", "close"]
    value: str
    separators: int = 0


@dataclass(frozen=True, slots=True)
class Weight:
    """What a parser would have to do."""

    depth: int
    work: int
    attributes: int
    pieces: int
    """Tags, stretches of text and ampersands: parsers join the text around them in quadratic time."""

    def fits(self, limits: Limits) -> bool:
        """Whether a parser may see it."""
        return (
            self.depth <= limits.html_depth
            and self.work <= limits.html_work
            and self.attributes <= ATTRIBUTES_PER_TAG
            and self.pieces <= PIECES
        )


def tokens(source: str) -> Iterator[Token]:
    """Split into text and tags in one pass; comments, declarations and the inside of scripts are left out."""
    position, size = 0, len(source)
    while position < size:
        start = source.find("<", position)
        if start < 0:
            start = size
        if start > position:
            yield Token("text", source[position:start])
        if start == size:
            return
        if source.startswith("<!--", start):
            position = _after(source, "-->", start + 4)
            continue
        closing = source.startswith("/", start + 1)
        name = _NAME.match(source, start + 1 + closing)
        if name is None and source[start + 1 : start + 2] not in ("!", "?", "/"):
            yield Token("text", "<")
            position = start + 1
            continue
        position = _after(source, ">", start)
        if name is None:
            continue
        element = name[0].lower()
        yield Token("close" if closing else "open", element, _count_separators(source, name.end(), position))
        if not closing and element in _RAW_TEXT:
            position = _skip_raw_text(source, element, position)


def weigh(source: str) -> Weight:
    """Depth of elements left open, the sum of the depths at each tag, and the most attributes in one tag."""
    stack: list[str] = []
    depth = work = attributes = 0
    pieces = source.count("&")
    for token in tokens(source):
        pieces += 1
        if token.kind == "text":
            continue
        attributes = max(attributes, token.separators)
        work += len(stack) + 1
        if token.value in _UNCOUNTED:
            continue
        if token.kind == "open":
            stack.append(token.value)
            depth = max(depth, len(stack))
        elif stack and stack[-1] == token.value:
            # An end tag that does not match the innermost element may be ignored by the parser: do not count on it.
            stack.pop()
    return Weight(depth, work, attributes, pieces)


def bare_text(source: str) -> str:
    """The text of HTML that no parser may see: tags out, a line end where a block begins."""
    pieces = []
    for token in tokens(source):
        if token.kind == "text":
            pieces.append(token.value)
        elif token.value in _BREAKS:
            pieces.append("\n")
    return html.unescape("".join(pieces))


def _after(source: str, mark: str, start: int) -> int:
    found = source.find(mark, start)
    return len(source) if found < 0 else found + len(mark)


def _count_separators(source: str, start: int, end: int) -> int:
    return 0 if end - start <= ATTRIBUTES_PER_TAG else len(_SEPARATORS.findall(source, start, end))


def _skip_raw_text(source: str, element: str, start: int) -> int:
    found = re.compile(f"</{element}", re.IGNORECASE).search(source, start)
    return found.start() if found else len(source)
