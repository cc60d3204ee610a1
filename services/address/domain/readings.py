"""What stands behind a street (`12/14`, `3B`, `12 b 1`, `15-23 A02`) in all ways it can be meant, likeliest first.

No I/O. Only the register knows which one is right: the order is that of reference section 10.6, and the first that the
register has wins. Readings of one rank are equally likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from loketbus.characters import plain
from services.address.domain.boxes import BOX_WORDS, GLUED_WORDS, NO_BOX, floor, without_marker
from services.address.domain.house_numbers import BIS, HOUSE_LETTERS, spellings
from services.address.domain.leftovers import Left, counted, weigh
from services.address.domain.numbers_written import BRACKETS, Numbers, Rank, Reading

RANGE_MAX = 50
"""A range holds no more house numbers than this."""
_NUMBER = re.compile(r"[\s,.:(-]*(?P<zeros>0*)(?P<number>[0-9]{1,6})(?![0-9])(?P<rest>.*)", re.DOTALL)
_SPACES = re.compile(r"\s+")
_RANGE = re.compile(
    r"\s?(?P<join>[-/+&_]|T/M|T\.?E\.?M\.?|TOT(?:\sEN\sMET)?|EN|ET)\s?(?P<last>[0-9]{1,5})(?P<letter>[A-Z](?![A-Z]))?(?![0-9])"
)
_BIS = re.compile(r"[\s/-]?(BIS|TER|QUATER)(?![A-Z])")
_MARKER = rf"(?:{BOX_WORDS.upper()}|AP)(?![A-Z])"
_MARKED = re.compile(
    rf"[\s,.:/-]*(?:{_MARKER}\W*|(?:{GLUED_WORDS.upper()})(?=(?:[A-Z]|GLVL?|GV)[0-9]{{0,3}}(?![A-Z0-9]))|#\s?(?=[0-9A-Z]))"
)
_B_MARKED = re.compile(
    rf"(?P<before>[\s,./-]*)B(?:(?P<between>[\s.]{{0,2}})(?=[0-9])"
    rf"|[\s.]{{1,2}}(?!{_MARKER})(?=[A-Z]{{1,3}}(?![A-Z])|GELIJKVL|GLVL|VERD))"
)
"""What stands behind the `b` is short: `b II`, and not `B. Peeters` or `B bus 2`."""
_INITIAL = re.compile(rf"\s+(?:[A-Z]\.\s?)+(?!{_MARKER})[A-Z]{{2,}}")
"""Of a person: `A. Peeters`."""
_LIST = re.compile(
    r"(?P<by>\s?[,;/+&-]\s?|\s(?:EN|OF|NAAST|A|ET|OU)\s|\s)(?P<house>(?P<number>[0-9]{1,4})[A-Z]?)(?![A-Z0-9])"
)
_SUFFIX = re.compile(r"\s?[/-]?\s?(?:[A-Z]|BIS|TER|QUATER)|\s?[-/+_]\s?[0-9]{1,5}[A-Z]?")
_SEPARATED = re.compile(r"(?P<by>\s?[/+_,:.-]\s?|\s|)(?P<box>[A-Z0-9][A-Z0-9./_-]{0,9})(?![A-Z0-9])")
_LETTER = re.compile(
    rf"(?P<by>\s?[/,-]\s?|\s?)(?P<letter>[A-Z])(?:(?![A-Z])|(?=(?:{BOX_WORDS.upper()})[\s.]{{0,2}}[0-9]))"
)
_SKIPPABLE = re.compile(rf"(?:\W*+(?!(?:{BOX_WORDS.upper()}|BIS|TER|QUATER|TOT)(?![A-Z]))[A-Z]{{3,}}+(?![0-9]))+\W*+")
"""Words behind an address that say nothing about which one it is; never a digit, or a letter alone."""
_TWO_NUMBERS = re.compile(r"[0-9A-Z],\s*[0-9]")
"""A comma between: together they are no box."""
_LETTER_FIRST = re.compile(r"\s?[A-Z](?![A-Z])")
_LETTER_NEXT = re.compile(r"\s?[A-Z][0-9A-Z.]*$")
_NO_BOX = frozenset({"", "0000", "N.V.T.", "NVT", "GEEN", "NULL", "NONE", "NIHIL", "N/A", "NA", "ONBEKEND", "ZONDER"})
_ZERO = re.compile("0{1,3}")
"""In a field of its own it often says that there is no box; a few buildings have it."""


@lru_cache(maxsize=4096)
def numbers(text: str, box: str = "") -> Numbers:
    """What `text` (from the first digit on) and a box that was given apart may mean. Never raises."""
    if plain(box).upper().strip(" .") in BIS:
        text, box = f"{text}{box}", ""
    written = " ".join(f"{text} {'bus ' if box else ''}{box}".split())
    found = _NUMBER.match(text)
    if found is None:
        word = plain(text).upper().strip(" .")
        return Numbers(written, word, (Reading(word),)) if word == "ZN" else Numbers(written, _digits(text))
    house = found["number"].lstrip("0") or "0"
    rest = _SPACES.sub(" ", NO_BOX.sub("", plain(found["rest"])).upper().translate(BRACKETS)).rstrip(" .,:-/+")
    given = _given(box)
    readings = _distinct(_boxed(house, rest, given) if given else _free(house, rest))
    span, dashed = _span(house, rest)
    padded = bool(found["zeros"]) or found["number"].startswith("0")
    others = () if given else _others(house, rest)
    suffixed = not given and _suffixed(rest)
    return Numbers(written, house, readings, padded, span, dashed and not given, others, suffixed)


def _digits(text: str) -> str:
    """A number that is too long for a house number."""
    found = re.match(r"\D{0,3}([0-9]{7,18})", text)
    return found[1] if found else ""


def _given(box: str) -> str:
    text = " ".join(plain(box).upper().split())
    return "" if text in _NO_BOX or NO_BOX.fullmatch(text) or not re.search(r"[^\W_]", text) else text


def _distinct(readings: Iterator[Reading]) -> tuple[Reading, ...]:
    """By rank; of two for the same house number and box the first."""
    found: dict[tuple[str, str | None], Reading] = {}
    for reading in sorted(readings, key=lambda one: one.rank):
        if not reading.left_out or _may_be_skipped(reading.left_out):
            found.setdefault((reading.house, reading.box), reading)
    return tuple(found.values())


def _may_be_skipped(text: str) -> bool:
    """Words, a date, a quantity; never a number, or a letter alone."""
    words = _INITIAL.match(f" {text}") or _SKIPPABLE.fullmatch(text.lstrip("/-+_ "))
    return (words is not None or counted(text)) and weigh(text) is not Left.NUMBER


def _boxed(house: str, rest: str, box: str) -> Iterator[Reading]:
    """The box was given apart; the rest belongs to the house number, or repeats the box."""
    bare = without_marker(box)
    for reading in _free(house, rest):
        if reading.box is None or without_marker(reading.box) == bare:
            yield from _in_words(reading.house, box, reading)
    yield Reading(house, bare, Rank.LESS, left_out=rest)
    if _ZERO.fullmatch(bare):
        yield Reading(house, None, Rank.LESS, left_out=rest)


def _in_words(house: str, box: str, like: Reading) -> Iterator[Reading]:
    rank = max(Rank.BOX, like.rank)
    bare = without_marker(box)
    yield Reading(house, bare, rank, like.doubtful)
    if bare != box:  # `B3` may be its name
        yield Reading(house, box, rank, like.doubtful)


def _free(house: str, rest: str) -> Iterator[Reading]:
    if not rest.strip(" .,"):
        yield Reading(house)
        return
    if _says_other(rest):
        yield Reading(house, None, Rank.LAST, left_out=rest.strip(" .,:-/"))
        return
    for base, behind in _bases(house, rest):
        if behind:
            yield from _with_box(base, behind)
        else:
            yield base
    yield from _with_box(Reading(house), rest)
    if letter := _LETTER.fullmatch(rest):
        yield from _one_letter(house, letter)
    if bis := re.fullmatch(r"\s?[/_-]\s?2", rest):
        yield Reading(f"{house}_{bis[0][-1]}", None, Rank.LAST, doubtful=True)


def _says_other(rest: str) -> bool:
    """A quantity, a storey or a date, or the name of a person: no number of a box."""
    return counted(rest) or (_INITIAL.match(rest) is not None and floor(rest) is None)


def _bases(house: str, rest: str) -> Iterator[tuple[Reading, str]]:
    """House numbers of more than digits at the beginning, and what stands behind them."""
    if bis := _BIS.match(rest):
        behind = rest[bis.end() :]
        yield Reading(house + bis[1]), behind
        yield Reading(f"{house}_{BIS[bis[1]]}", None, Rank.BOX, doubtful=True), behind
        return
    if (letter := _LETTER.match(rest)) and not (letter["by"].strip() and letter.end() == len(rest)):
        if letter["letter"] == "B" and _B_MARKED.match(rest):
            rank = Rank.LESS if letter["by"] else Rank.BOX
        else:
            rank = Rank.HOUSE
        apart = bool(letter["by"].strip())
        yield Reading(house + letter["letter"], None, rank, doubtful=apart), rest[letter.end() :]
    if (pair := _RANGE.match(rest)) and pair["join"] in "-/+_":
        both = f"{house}{pair['join']}{pair['last']}{pair['letter'] or ''}"
        behind = rest[pair.end() :]
        for spelling in spellings(both):
            yield Reading(spelling, doubtful=spelling != both), behind
        if pair["join"] != "/" and (_MARKED.match(behind) or _B_MARKED.match(behind) or _LETTER_NEXT.match(behind)):
            for end in (house, f"{pair['last']}{pair['letter'] or ''}"):
                yield Reading(end, None, Rank.LESS, doubtful=True, weak=True), behind


def _one_letter(house: str, letter: re.Match[str]) -> Iterator[Reading]:
    """`3B`, `3 B` and `20/A` with nothing behind."""
    apart, one = bool(letter["by"].strip()), letter["letter"]
    number = one not in HOUSE_LETTERS
    yield Reading(house, one, Rank.BOX, doubtful=True, weak=not (apart or number))
    if apart:
        yield Reading(house + one, None, Rank.LESS, doubtful=True)
    if one == "B":
        yield Reading(f"{house}_2", None, Rank.LAST, doubtful=True)


def _with_box(base: Reading, behind: str) -> Iterator[Reading]:
    """The base with what stands behind it as its box."""
    rank = max(base.rank, Rank.BOX)
    if _says_other(behind):
        yield Reading(base.house, None, Rank.LAST, base.doubtful, left_out=behind.strip(" .,:-/"))
    elif marked := _MARKED.match(behind):
        yield from _as_box(base, behind[marked.end() :], rank, doubtful=base.doubtful)
    elif marked := _B_MARKED.match(behind):
        box = behind[marked.end() :]
        glued = marked["between"] == ""
        if glued and marked["before"]:
            yield from _as_box(base, f"B{box}", rank, doubtful=base.doubtful)
        yield from _as_box(base, box, rank, doubtful=base.doubtful)
        if not glued or not marked["before"]:
            yield from _as_box(base, f"B{box}", rank if glued else Rank.LESS, doubtful=True)
    elif floor(behind):
        yield from _as_box(base, behind.strip(" .,:-/"), rank, doubtful=True)
    elif (sep := _SEPARATED.match(behind)) and (sep["by"] or base.house[-1:].isalpha() != sep["box"][0].isalpha()):
        doubtful = base.doubtful or sep["by"].strip() != "/" or sep["box"][0].isalpha()
        yield from _unmarked(base, sep, behind, rank, doubtful)
    elif behind.strip(" .,"):
        yield Reading(base.house, base.box, Rank.LAST, base.doubtful, left_out=behind.strip(" .,:"))


def _as_box(base: Reading, text: str, rank: Rank, *, doubtful: bool) -> Iterator[Reading]:
    """A box that was announced: the whole text, or its first word where more follows."""
    box = text.strip(" .,:-/")
    if box in _NO_BOX:
        yield Reading(base.house, None, base.rank, base.doubtful)
        return
    if _TWO_NUMBERS.search(box) and floor(box) is None:
        return
    yield Reading(base.house, box, rank, doubtful)
    first, _, more = box.partition(" ")
    if more and floor(box) is None:
        yield Reading(base.house, first.rstrip(",.:"), Rank.LAST, doubtful, left_out=more)


def _unmarked(base: Reading, sep: re.Match[str], behind: str, rank: Rank, doubtful: bool) -> Iterator[Reading]:
    box, more = sep["box"].strip("./_-"), behind[sep.end() :].strip(" .,:-/")
    word = box.isalpha() and len(box) > 1
    if len(box) == 1 and box.isalpha() and not more:
        return  # `_one_letter`
    weak = base.weak or not sep["by"] or (word and not sep["by"].strip())
    if not (more and box.isdecimal() and not sep["by"].strip(" ,")):  # a bare number and a word: a number of what?
        yield Reading(base.house, box, rank, doubtful, weak, left_out=more)
    if more and not (_TWO_NUMBERS.search(behind) and floor(behind) is None):
        yield Reading(
            base.house, f"{box} {more}", rank, doubtful, weak=not word or _SKIPPABLE.fullmatch(more) is not None
        )
    if word:
        yield Reading(base.house, None, Rank.LAST, base.doubtful, left_out=behind.strip(" .,:"))


def _suffixed(rest: str) -> bool:
    """A letter, `bis` or `-2` alone, or a letter before the box (`18B bus 2`)."""
    letter = _LETTER_FIRST.match(rest) is not None and _INITIAL.match(rest) is None
    return letter or _SUFFIX.fullmatch(rest) is not None


def _others(house: str, rest: str) -> tuple[str, ...]:
    """Of `60, 62 en 64` the last two; one smaller number right behind is a box, as is what stands behind a slash."""
    found = list(_LIST.finditer(rest))
    if not found or "".join(one[0] for one in found) != rest:
        return ()
    only = found[0]
    if len(found) == 1 and not only["by"].strip(" ").isalpha() and "&" not in only["by"]:
        first, next_ = int(house), int(only["number"])
        if next_ < first or (only["house"].isdecimal() and (next_ == first or "/" in only["by"])):
            return ()
    return tuple(one["house"] for one in found)


def _span(house: str, rest: str) -> tuple[tuple[str, ...], bool]:
    """The house numbers of a range, of one parity where both ends have the same; () when it is none."""
    pair = _RANGE.match(rest)
    if pair is None or pair["last"].startswith("0"):
        return (), False
    first, last = int(house), int(pair["last"])
    if not first < last <= first + 2 * RANGE_MAX:
        return (), False
    step = 2 if (last - first) % 2 == 0 else 1
    inside = [str(number) for number in range(first, last, step)]
    return (*inside[:RANGE_MAX], f"{last}{pair['letter'] or ''}"), pair["join"] not in "/_"
