"""Plain text of HTML that nh3 has cleaned: well-formed, tags in lower case, nothing but what `safe_html` allows.

One pass, linear in the size. A table is read cell by cell, as a sentence: laid out as a table, one long cell would pad
every row to its width.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import NamedTuple

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)([^">]*+(?:"[^"]*+"[^">]*+)*+)>|([^<]++)')
_DISPLAY = re.compile(r"display\s*:\s*([a-z-]+)")
_KEPT_SPACE = re.compile(r"white-space\s*:\s*pre")
_ITEM_VALUE = re.compile(r'\bvalue="([0-9]{1,9})"')
_EMPTY = frozenset({"area", "br", "col", "hr", "img", "wbr"})
_MARKS = {"td": " ", "th": " ", "q": '"'}
"""What stands in the text for a start or an end tag."""
_LISTS = frozenset({"ul", "ol"})
_LIST_PADDING = 4
_SPACED = frozenset({"p", "figure", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Blocks with an empty line before and behind."""
_BLOCKS = _SPACED | {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "center",
        "details",
        "div",
        "figcaption",
        "footer",
        "header",
        "hgroup",
    ),
    *("main", "nav", "pre", "section", "summary", "dl", "dt", "dd", "ol", "ul", "li"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr"),
}
_BULLETS = ("* ", "+ ", "o ", "- ")


class _Element(NamedTuple):
    """What its end tag has to undo."""

    block: bool
    margin: int
    padding: int
    hides: bool
    keeps_space: bool
    list_: bool
    item: bool


@dataclass(slots=True)
class _Item:
    """An open list item; its bullet goes before its first text."""

    bullet: str


class _Page:
    """The lines so far, and where the next text goes."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.hidden = 0
        self.kept_space = 0
        self._line: list[str] = []
        self._after_space = True
        self._apart = True
        """Nothing was written since an empty line, or at all."""
        self._padding = 0
        self._items: list[_Item] = []
        self._lists: list[str | int] = []
        self._margins: list[int] = [0]

    def text(self, text: str) -> None:
        """Text between tags, not yet unescaped."""
        if self.hidden or not text:
            return
        text = html.unescape(text) if "&" in text else text
        if self.kept_space:
            self._write(text.replace("\n", "\n" + " " * self._padding), after_space=False)
            return
        words = text.split()
        if not words:
            self._space()
            return
        before = " " if text[0].isspace() and not self._after_space else ""
        after = text[-1].isspace()
        self._write(before + " ".join(words) + (" " if after else ""), after_space=after)

    def _space(self) -> None:
        if not self._after_space:
            self._line.append(" ")
            self._after_space = True

    def line_end(self, *, forced: bool = True) -> None:
        """Ends a line; an empty one too if `forced`."""
        if not self.hidden and not self._flush() and forced:
            self.lines.append("")

    def open(self, element: _Element, name: str, attributes: str) -> None:
        """A start tag."""
        self.hidden += element.hides
        self.kept_space += element.keeps_space
        if self.hidden:
            return
        if element.list_:
            self._lists.append(1 if name == "ol" else _BULLETS[len(self._lists) % len(_BULLETS)])
        if element.block:
            if not self._flush() and element.item:
                self._write_bullet(self._padding - _LIST_PADDING)
            self._padding += element.padding
            self._items.append(_Item(self._bullet(attributes) if element.item else ""))
            self._set_apart(max(element.margin, self._margins[-1]))
        self._margins.append(element.margin)

    def close(self, element: _Element) -> None:
        """The end tag of `element`."""
        if not self.hidden:
            self._margins.pop()
            if element.list_:
                self._lists.pop()
            if element.block:
                self._close_block(element)
        self.hidden -= element.hides
        self.kept_space -= element.keeps_space

    def end(self) -> str:
        """Everything."""
        self._flush()
        return "\n".join(self.lines)

    def _close_block(self, element: _Element) -> None:
        if not self._flush() and element.item:
            self._write_bullet(self._padding)
        self._padding -= element.padding
        self._items.pop()
        self._set_apart(element.margin)

    def _write(self, text: str, *, after_space: bool) -> None:
        if not self._line:
            bullet = self._take_bullet()
            self._line.append(" " * (self._padding - len(bullet)) + bullet)
        self._line.append(text)
        self._after_space = after_space

    def _flush(self) -> bool:
        """End the line; False when it was empty."""
        line, self._line, self._after_space = "".join(self._line), [], True
        if not line:
            return False
        self.lines.append(line)
        self._apart = False
        return True

    def _set_apart(self, margin: int) -> None:
        if margin and not self._apart:
            self.lines.append("")
            self._apart = True

    def _bullet(self, attributes: str) -> str:
        number = self._lists[-1] if self._lists else _BULLETS[0]
        if isinstance(number, str):
            return number
        given = _ITEM_VALUE.search(attributes)
        number = int(given[1]) if given else number
        self._lists[-1] = number + 1
        return f"{number}. "

    def _take_bullet(self) -> str:
        """The innermost that was not written yet."""
        for item in reversed(self._items):
            if item.bullet:
                bullet, item.bullet = item.bullet, ""
                return bullet
        return ""

    def _write_bullet(self, padding: int) -> None:
        bullet = self._take_bullet()
        if bullet:
            self.lines.append(" " * (padding - len(bullet)) + bullet)
            self._apart = False


def to_text(safe: str) -> str:
    """The text as a reader sees it: hidden parts left out, a line per block, list items with their bullets."""
    page = _Page()
    elements: list[_Element | None] = []
    for token in _TOKEN.finditer(safe):
        closing, name, attributes, text = token.groups()
        if text is not None:
            page.text(text)
        elif name == "br":
            page.line_end()
        elif name in _EMPTY:
            if name == "hr":
                page.line_end(forced=False)
        elif closing:
            page.text(_MARKS.get(name, ""))
            element = elements.pop() if elements else None
            if element is not None:
                page.close(element)
        else:
            page.text(_MARKS.get(name, ""))
            element = _element(name, attributes)
            elements.append(element)
            if element is not None:
                page.open(element, name, attributes)
    return page.end()


def _element(name: str, attributes: str) -> _Element | None:
    """None for what changes nothing about the text in it."""
    style = attributes.lower() if "style=" in attributes else ""
    if "display" not in style and "white-space" not in style:
        return _PLAIN.get(name)
    display = _DISPLAY.search(style)
    block = name in _BLOCKS
    if display:
        block = display[1] == "block" or (block and not display[1].startswith("inline"))
    hides = display is not None and display[1] == "none"
    return _made(name, block=block, hides=hides, keeps_space=_KEPT_SPACE.search(style) is not None)


def _made(name: str, *, block: bool, hides: bool = False, keeps_space: bool = False) -> _Element:
    return _Element(
        block=block,
        margin=int(block and name in _SPACED),
        padding=_LIST_PADDING if name in _LISTS else 0,
        hides=hides,
        keeps_space=keeps_space or name == "pre",
        list_=name in _LISTS,
        item=name == "li",
    )


_PLAIN = {name: _made(name, block=True) for name in _BLOCKS}
