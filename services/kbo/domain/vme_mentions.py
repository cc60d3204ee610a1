"""Names of VMEs in running text, and which of the register's names stands there: precise rather than complete. No I/O.

A name is looked for only behind a word that announces one (`VME`, `ACP`, `Residentie`, ...), and only the whole name
counts: "Residentie Park" is neither "Residentie Parkzicht" nor, before a numeral, "Residentie Park II". The buildings
of a country share few names, so that one of them counts only where the mail or the settings name its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from services.kbo.domain.organisation import Hit
from services.kbo.domain.words import VME, meant

WORDS_MAX = 8
"""Words behind the announcing one that can be a name."""
_ANNOUNCED = re.compile(
    r"(?<![^\W_])(?:(?P<vme>V\.?[ ]?M\.?[ ]?E\b\.?|A\.?[ ]?C\.?[ ]?P\b\.?|vereniging van (?:de )?mede-?[ ]?eigenaars?"
    r"|(?:association des )?copropri[eé]t(?:aires?|[eé])|syndicat des copropri[eé]taires)"
    r"|(?P<house>r[eé]siden(?:tie|ce|z)|res\.))(?![^\W_])",
    re.IGNORECASE,
)
_CHUNK = re.compile(r"[^\s]+")
_GAP = re.compile(r"[ \t]*(?:\r?\n)?[ \t]*")
_OPENERS, _ENDS = "\"'“‘„«", ',;:!?)]}"”’»'
_EDGES = re.compile(r"^\W+|\W+$")
_GENERIC = frozenset((VME, "residentie"))
_ARTICLES = frozenset(["de", "het", "la", "le", "les", "l", "t"])
_PLACE_WORDS = frozenset(["te", "in", "a", "at"])
_MORE_OF_A_NAME = re.compile(r"(?:[ivx]{1,5}|\d{1,4}[a-z]?|[a-h]|blok|bloc|fase|phase|gebouw|toren)")
_POSTCODE = re.compile(r"(?<![\w.,/+\-])(?:B-)?([1-9]\d{3})(?![\w/\-]|[.,]\d)")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that may be the name of a VME: `words[n]` ends at `ends[n]` of the text, what announces them is at `start`.

    `strong`: it is announced as a VME, not only as a building.
    """

    start: int
    words: tuple[str, ...]
    ends: tuple[int, ...]
    strong: bool


@dataclass(frozen=True, slots=True)
class Places:
    """Places that tell namesakes apart: words and postcodes of the text, and the postcodes of the desk's own city."""

    words: tuple[str, ...]
    postcodes: frozenset[str]
    home: frozenset[str] = frozenset()

    def named(self, hit: Hit) -> bool:
        """The text names the municipality or the postcode of its seat."""
        if hit.seat is None:
            return False
        towns = (meant(town) for town in (hit.seat.municipality_nl, hit.seat.municipality_fr) if town)
        return hit.seat.postcode in self.postcodes or any(_within(self.words, town) for town in towns)

    def at_door(self, hit: Hit) -> bool:
        """The text has the street and house number of its seat."""
        if hit.seat is None or not hit.seat.house_number:
            return False
        streets = {street for street in (hit.seat.street_nl, hit.seat.street_fr) if street}
        return any(_within(self.words, meant(f"{street} {hit.seat.house_number}")) for street in streets)

    def at_home(self, hit: Hit) -> bool:
        """Its seat is in the desk's own city."""
        return hit.seat is not None and hit.seat.postcode in self.home


def places(text: str, home: Iterable[str]) -> Places:
    """The places of a text."""
    return Places(tuple(meant(text)), frozenset(_POSTCODE.findall(text)), frozenset(home))


def phrases(text: str, limit: int) -> list[Phrase]:
    """The first `limit` places where the name of a VME may stand."""
    found: list[Phrase] = []
    for announced in _ANNOUNCED.finditer(text):
        if len(found) == limit:
            break
        # "VME Residentie Park" is announced twice; the first has all of it.
        if found and announced.start() < found[-1].ends[-1]:
            continue
        words = list(_words(text, announced.end()))
        while words and words[0][0] in _GENERIC:
            del words[0]
        if words and any(not word.isdigit() for word, _ in words):
            one, ends = zip(*words, strict=True)
            found.append(Phrase(announced.start(), one, ends, announced["vme"] is not None))
    return found


def matching(phrase: Phrase, hits: Iterable[Hit]) -> tuple[list[Hit], int]:
    """Those of the VMEs whose whole name stands there (the longest one counts), and of how many words it is."""
    best: list[Hit] = []
    length = 0
    for hit in hits:
        if not hit.vme:
            continue
        here = max((_length(phrase.words, core) for core in _cores(hit)), default=0)
        if here > length:
            best, length = [], here
        if here and here == length:
            best.append(hit)
    return best, length


def choose(phrase: Phrase, found: Sequence[Hit], where: Places, *, all_seen: bool) -> Hit | None:
    """The one that is meant, or None where that is in doubt; `all_seen`: there are no other namesakes."""
    named = [hit for hit in found if where.named(hit)]
    home = [hit for hit in found if where.at_home(hit)]
    near = named or home
    if near or where.home:
        return _only(near) or _only([hit for hit in near if where.at_door(hit)])
    return _only(found) if phrase.strong and all_seen else None


def _only(hits: Sequence[Hit]) -> Hit | None:
    return hits[0] if len(hits) == 1 else None


def _words(text: str, at: int) -> Iterator[tuple[str, int]]:
    count = 0
    while count < WORDS_MAX:
        gap = _GAP.match(text, at)
        chunk = _CHUNK.match(text, gap.end() if gap else at)
        if chunk is None or chunk[0].strip(_OPENERS)[:1] in ("", "(", "[", "-", "*", "|", "<"):
            return
        bare = _EDGES.sub("", chunk[0])
        end = chunk.start() + chunk[0].find(bare) + len(bare)
        for word in meant(bare):
            yield word, end
            count += 1
        at = chunk.end()
        if chunk[0][-1] in _ENDS or (chunk[0][-1] == "." and len(bare) > 3):
            return


def _cores(hit: Hit) -> Iterator[tuple[str, ...]]:
    """What tells a name from others: without "VME", "Residentie" and an article in front, with and without its town."""
    towns = [meant(town) for town in (hit.seat.municipality_nl, hit.seat.municipality_fr) if town] if hit.seat else []
    for name in {hit.name, hit.matched}:
        core = _bare(meant(name))
        yield tuple(core)
        for town in towns:
            if town and core[-len(town) :] == town:
                rest = core[: -len(town)]
                if rest and rest[-1] == (hit.seat.postcode if hit.seat else None):
                    rest = rest[:-1]
                yield tuple(rest[:-1] if rest and rest[-1] in _PLACE_WORDS else rest)


def _length(words: Sequence[str], core: Sequence[str]) -> int:
    """How many of `words` the name takes when they begin with it; 0 when they do not, or go on with more of a name."""
    skipped = len(words) - len(_bare(list(words)))
    length = skipped + len(core)
    if not any(len(word) > 2 and not word.isdigit() for word in core) or tuple(words[skipped:length]) != tuple(core):
        return 0
    return 0 if length < len(words) and _MORE_OF_A_NAME.fullmatch(words[length]) else length


def _bare(words: list[str]) -> list[str]:
    start = 0
    while start < len(words) and (words[start] in _GENERIC or words[start] in _ARTICLES):
        start += 1
    return words[start:]


def _within(words: Sequence[str], part: Sequence[str]) -> bool:
    length = len(part)
    return any(list(words[at : at + length]) == list(part) for at in range(len(words) - length + 1))
