"""What people ask a register by name, address, form and postcode; drawn from DuckDB's copy, so that it favours nobody.

Only what a search may find is asked for: legal persons by their official name, and seats that count.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from string import ascii_lowercase
from typing import Any

import duckdb

SEED = 4
PREFIX = "prefix"
_NAMES = """
SELECT d.Denomination FROM denomination d JOIN enterprise e ON e.EnterpriseNumber = d.EntityNumber
WHERE e.TypeOfEnterprise = '2' AND d.TypeOfDenomination = '001' AND {}
ORDER BY hash(d.EntityNumber) LIMIT {}
"""
_ADDRESSES = """
SELECT a.EntityNumber, a.StreetNL, a.HouseNumber, a.Zipcode FROM address a
WHERE a.TypeOfAddress = 'REGO' AND a.DateStrikingOff IS NULL AND a.CountryNL IS NULL AND a.StreetNL <> ''
  AND a.HouseNumber <> '' AND a.Zipcode <> '' ORDER BY hash(a.EntityNumber) LIMIT {}
"""
_PAGES = """
SELECT e.JuridicalForm, a.Zipcode FROM enterprise e JOIN address a ON a.EntityNumber = e.EnterpriseNumber
WHERE a.TypeOfAddress = 'REGO' AND a.CountryNL IS NULL AND a.Zipcode <> '' AND e.JuridicalForm <> ''
ORDER BY hash(e.EnterpriseNumber) LIMIT {}
"""
_EVERY = "true"
_SEVERAL_WORDS = "regexp_matches(d.Denomination, '^[[:alpha:]]{3,}( [[:alpha:]]{3,})+$')"
_ACCENTED = "d.Denomination <> strip_accents(d.Denomination)"
_LONG_WORD = "regexp_matches(d.Denomination, '[a-zA-Z]{7,}')"


@dataclass(frozen=True, slots=True)
class Query:
    """A question of one kind; `wanted` is the name (the start of one, for a prefix) or number that an answer must have.

    None where nobody in particular is meant.
    """

    kind: str
    asked: list[str]
    wanted: str | None = None

    def as_json(self) -> dict[str, Any]:
        """For the process that asks it."""
        return asdict(self)


def names(register: duckdb.DuckDBPyConnection, count: int) -> Iterator[Query]:
    """`count` of each kind, as far as the register has names for them."""
    rng = random.Random(SEED)
    kinds: dict[str, tuple[str, Callable[[str], str]]] = {
        "exact": (_EVERY, str),
        PREFIX: (_LONG_WORD, lambda name: name[: max(4, len(name) * 3 // 5)].strip()),
        "other order": (_SEVERAL_WORDS, lambda name: " ".join(reversed(name.split()))),
        "no accents": (_ACCENTED, without_accents),
        "one typo": (_LONG_WORD, lambda name: misspelt(rng, name, 1)),
        "two typos": (_LONG_WORD, lambda name: misspelt(rng, name, 2)),
    }
    for kind, (condition, change) in kinds.items():
        rows = register.execute(_NAMES.format(condition, count)).fetchall()
        for asked, name in ((change(name), name) for (name,) in rows):
            yield Query(kind, [asked], asked if kind == PREFIX else name)
    yield from (Query("common word", [word]) for word in _common_words(register, count))
    yield from (Query("nothing", [_invented(rng)]) for _ in range(count))


def addresses(register: duckdb.DuckDBPyConnection, count: int) -> Iterator[Query]:
    """Street, house number and postcode of somebody's seat."""
    for number, *where in register.execute(_ADDRESSES.format(count)).fetchall():
        yield Query("address", where, number.replace(".", ""))


def pages(register: duckdb.DuckDBPyConnection, count: int) -> Iterator[Query]:
    """First pages of a form, of a form in a postcode, of a postcode: as often as they occur."""
    for form, postcode in register.execute(_PAGES.format(count)).fetchall():
        yield Query("form", [form])
        yield Query("form and postcode", [form, postcode])
        yield Query("postcode", [postcode])


def answered(kind: str, wanted: str, answers: Iterable[str]) -> bool:
    """Whether what was meant is among the answers; capitals and accents do not matter."""
    plain = _plain(wanted)
    return any(plain == found or (kind == PREFIX and found.startswith(plain)) for found in map(_plain, answers))


def _plain(text: str) -> str:
    return without_accents(text).casefold()


def without_accents(text: str) -> str:
    """Base letters alone."""
    return "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))


def misspelt(rng: random.Random, name: str, typos: int) -> str:
    """Each typo in a letter of its longest words, never the first: one is missing, doubled, wrong or swapped."""
    for _ in range(typos):
        word = rng.choice(sorted(re.findall(r"[^\W\d_]{4,}", name), key=len)[-2:] or [name])
        at = name.index(word) + rng.randrange(1, len(word) - 1)
        name = name[:at] + rng.choice(_typos(rng, name[at], name[at + 1])) + name[at + 2 :]
    return name


def _typos(rng: random.Random, one: str, next_one: str) -> tuple[str, ...]:
    wrong = rng.choice([letter for letter in ascii_lowercase if letter != one.lower()])
    return next_one, one + one + next_one, wrong + next_one, next_one + one


def _common_words(register: duckdb.DuckDBPyConnection, count: int) -> list[str]:
    """The words that most names have, each as often as the others."""
    words = Counter(
        word
        for (name,) in register.execute(_NAMES.format(_EVERY, 20_000)).fetchall()
        for word in re.findall(r"\w{3,}", name.lower())
    )
    commonest = [word for word, _ in words.most_common(20)]
    return [commonest[number % len(commonest)] for number in range(count)]


def _invented(rng: random.Random) -> str:
    return " ".join("".join(rng.choices("qxzwvk", k=rng.randrange(5, 9))) for _ in range(2))
