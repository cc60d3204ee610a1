"""Tables of `search.db`: the names of legal persons and of their units, by word. Natural persons are not in it.

`name` holds no text, only which denomination (its rowid) has which words, as `domain.words.indexed` gives them. `word`
and `ending` serve typing errors: all words, with how many names have them, and the longer ones backwards.
"""

from __future__ import annotations

from services.kbo.register.schema import ROW_BITS

SEARCH = """
CREATE VIRTUAL TABLE name USING fts5(words, content='', detail=none, columnsize=0, tokenize='ascii');
CREATE TABLE word(word TEXT PRIMARY KEY, names INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE ending(word TEXT PRIMARY KEY) WITHOUT ROWID;
"""
# The words are folded already, so the tokenizer has only to part them at spaces: `ascii` parts nothing above 127.
ENDING_MIN = 4
"""Letters of a word that can be meant by a word with a typing error."""
UNITS, BRANCHES = 2_000_000_000, 9_000_000_000
"""The first numbers of establishment units and of branches; enterprises are below."""

# TypeOfEnterprise 2 is a legal person; 0, unknown, may be a natural one, so it is left out like 1.
_OWNED = """
SELECT d.id, d.name, e.form = '070' FROM denomination d CROSS JOIN {units} u ON u.number = d.id >> {bits}
CROSS JOIN enterprise e ON e.number = u.enterprise WHERE d.id BETWEEN {first} AND {last} AND e.type = '2'
"""
_OWN = """
SELECT d.id, d.name, e.form = '070' FROM denomination d CROSS JOIN enterprise e ON e.number = d.id >> {bits}
WHERE d.id BETWEEN {first} AND {last} AND e.type = '2'
"""


def names_between(first: int, last: int) -> str:
    """SQL for (id, name, of a VME) of the names of legal entities `first` to `last`, all of one kind, by rising id."""
    low, high = first << ROW_BITS, (last + 1 << ROW_BITS) - 1
    if first < UNITS:
        return _OWN.format(bits=ROW_BITS, first=low, last=high)
    units = "establishment" if first < BRANCHES else "branch"
    return _OWNED.format(units=units, bits=ROW_BITS, first=low, last=high)


ALL_KINDS = ((0, UNITS - 1), (UNITS, BRANCHES - 1), (BRANCHES, 10_000_000_000 - 1))
"""Numbers of enterprises, of establishment units, of branches."""
