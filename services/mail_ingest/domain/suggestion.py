"""Which thematic queue a question seems to be for, and why. A person decides. No I/O.

Each word of a queue that stands in the subject or in the sender's own words gives its weight in points, once, and twice
in the subject. The score of a queue is its share of all points, with some points for doubt. So a queue is suggested
only when it has clearly more than all others together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from loketbus_contracts import Wachtrij

from services.mail_ingest.domain.words import Match, Matcher, composed, fold

RULES = "1"
"""Version of these rules; `rule_version` adds that of the words."""
SUBJECT_FACTOR = 2
DOUBT_POINTS = 3
MIN_SCORE = 0.5
TEXT_CHARS = 4_000
"""What a question is about stands in its beginning."""
SHOWN_WORDS = 8
DISPATCHER = str(Wachtrij.WE)
"""Words of this queue speak for no thematic queue: they say that a person must look."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the list of a queue, as `words.tidy` gives it."""

    wachtrij: str
    word: str
    weight: int
    """Points; 0 only keeps a shorter word from counting (`*verlening` against `*lening*`)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A word of the list that stands in the question."""

    word: Word
    text: str
    """As it stood there."""
    points: int
    in_subject: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the words say."""

    wachtrij: str | None
    """None: unsure."""
    score: float
    """Of the first queue, in 0..1."""
    margin: float
    """How far it is before all others together, in the same measure; below zero when it is behind."""
    points: Mapping[str, int]
    """By queue, most first."""
    found: tuple[Found, ...]
    """Most points first."""

    def words(self) -> tuple[str, ...]:
        """The words that led to it, as they stood, each once."""
        own = {one.text.lower(): one.text for one in reversed(self.found) if one.word.wachtrij == self.wachtrij}
        return tuple(reversed(own.values()))[:SHOWN_WORDS]


class WordList:
    """The words of all queues, ready for use."""

    def __init__(self, words: Iterable[Word], version: str) -> None:
        self.version = version
        self._words = tuple(words)
        self._matcher = Matcher(word.word for word in self._words)

    @property
    def rule_version(self) -> str:
        """Which rules with which words."""
        return f"{RULES}/{self.version}"

    def judge(self, subject: str | None, text: str) -> Verdict:
        """What the words say about a question."""
        found = _best_of([*self._look(subject or "", in_subject=True), *self._look(text[:TEXT_CHARS])])
        points: dict[str, int] = {}
        for one in found:
            points[one.word.wachtrij] = points.get(one.word.wachtrij, 0) + one.points
        return _verdict(dict(sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))), found)

    def _look(self, text: str, *, in_subject: bool = False) -> list[Found]:
        whole = composed(text)
        matches = self._matcher.find(fold(whole))
        return [self._found(whole, one, in_subject) for one in matches if self._words[one.entry].weight > 0]

    def _found(self, text: str, match: Match, in_subject: bool) -> Found:
        word = self._words[match.entry]
        points = word.weight * (SUBJECT_FACTOR if in_subject else 1)
        return Found(word, " ".join(text[match.start : match.end].split()), points, in_subject)


def _best_of(found: Sequence[Found]) -> tuple[Found, ...]:
    """Each word of the list once, where it gives the most points."""
    once: dict[Word, Found] = {}
    for one in sorted(found, key=lambda one: -one.points):
        once.setdefault(one.word, one)
    return tuple(once.values())


def _verdict(points: Mapping[str, int], found: tuple[Found, ...]) -> Verdict:
    thematic = {queue: number for queue, number in points.items() if queue != DISPATCHER}
    total = sum(points.values()) + DOUBT_POINTS
    best = next(iter(thematic), None)
    own = thematic[best] if best is not None else 0
    score, others = own / total, (sum(points.values()) - own) / total
    return Verdict(best if score >= MIN_SCORE else None, score, score - others, points, found)


def queue_of_dossier(rules: Sequence[Mapping[str, str]], dossier: Mapping[str, str | None]) -> str | None:
    """The queue of a dossier by its codes, or None; the first rule that fits decides.

    Args:
        rules: each `{field: code, wachtrij: code}` with field `type`, `subtype` or `hoofdproject`; a code may end in
            `*`.
        dossier: the codes of the dossier. The CRM may write them with capitals, spaces or hyphens.
    """
    codes = {field: _code(value) for field, value in dossier.items() if value}
    for rule in rules:
        fields = {field: code for field, code in rule.items() if field != "wachtrij"}
        if all(_fits(codes.get(field), code) for field, code in fields.items()):
            return rule["wachtrij"]
    return None


def _code(value: str) -> str:
    return "_".join(fold(composed(value)).split())


def _fits(code: str | None, wanted: str) -> bool:
    if code is None:
        return False
    return code.startswith(wanted[:-1]) if wanted.endswith("*") else code == wanted
