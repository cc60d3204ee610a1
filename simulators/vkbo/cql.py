"""The part of CQL2 text that is used on VKBO: `field = 'text'`, `<>`, AND, OR, parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

Test = Callable[[Mapping[str, Any]], bool]
_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|([A-Za-z_]\w*)|(<>|[=()]))")


class CqlError(ValueError):
    """The filter cannot be read; the text says why."""


def parse(text: str, fields: Collection[str]) -> Test:
    """A test of a row's properties.

    Raises:
        CqlError: it is no such filter, or names a field that does not exist.
    """
    reader = _Reader(list(_tokens(text)), fields)
    test = reader.either()
    if reader.next is not None:
        raise CqlError(f"unexpected {reader.next}")
    return test


def _tokens(text: str) -> Iterator[str]:
    at, text = 0, text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise CqlError(f"cannot read the filter at position {at}")
        yield found.group(found.lastindex or 0)
        at = found.end()


class _Reader:
    def __init__(self, tokens: list[str], fields: Collection[str]) -> None:
        self._tokens, self._fields, self._at = tokens, fields, 0

    @property
    def next(self) -> str | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def either(self) -> Test:
        tests = [self._both()]
        while self._word("OR"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._word("AND"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._word("("):
            test = self.either()
            if not self._word(")"):
                raise CqlError("a parenthesis is not closed")
            return test
        field, operator, literal = self._take(), self._take(), self._take()
        if field not in self._fields:
            raise CqlError(f"no field {field}")
        if operator not in ("=", "<>") or not literal.startswith("'"):
            raise CqlError("expected: field = 'text'")
        wanted, equal = literal[1:-1].replace("''", "'"), operator == "="
        return lambda row: (str(row[field]) == wanted) is equal

    def _word(self, word: str) -> bool:
        if self.next is None or self.next.upper() != word:
            return False
        self._at += 1
        return True

    def _take(self) -> str:
        if self.next is None:
            raise CqlError("the filter ends too early")
        self._at += 1
        return self._tokens[self._at - 1]
