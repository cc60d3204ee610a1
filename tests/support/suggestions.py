"""The labelled questions of our own, and how well the words that a city starts with suggest a queue for them.

`python -m tests.support.suggestions` prints the figures. The words were made with `develop` at hand and never with
`held_out`; each half is half of every queue, by the hash of the question. The queue `we` means that a dispatcher must
look: suggesting nothing is right there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from services.mail_ingest.domain.suggestion import DISPATCHER, Word, WordList

SETS = Path(__file__).parents[1] / "unit" / "mail_ingest" / "suggestion_set"
HALVES = ("develop", "held_out")


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asked, and the queue that a dispatcher would choose."""

    wachtrij: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How a set came out."""

    questions: int
    thematic: int
    """Questions that belong in a thematic queue."""
    suggested: int
    right: int

    @property
    def precision(self) -> float:
        """Of the suggestions, how many are right."""
        return self.right / self.suggested

    @property
    def coverage(self) -> float:
        """Of the questions that belong in a thematic queue, how many get the right one."""
        return self.right / self.thematic


def questions(half: str) -> list[Question]:
    """One half of the set."""
    return [Question(**one) for one in json.loads((SETS / f"{half}.json").read_text(encoding="utf-8"))]


def seeded() -> WordList:
    """The words that a city starts with."""
    given = json.loads((files("services.mail_ingest") / "data" / "queue_words.json").read_text(encoding="utf-8"))
    words = [Word(queue, word, weight) for queue, weights in given.items() for word, weight in weights.items()]
    return WordList(words, "seeded")


def measure(words: WordList, asked: Iterable[Question]) -> Figures:
    """Judge each question."""
    judged = [(one.wachtrij, words.judge(one.subject, one.text).wachtrij) for one in asked]
    suggested = [(wanted, got) for wanted, got in judged if got is not None]
    return Figures(
        questions=len(judged),
        thematic=sum(wanted != DISPATCHER for wanted, _ in judged),
        suggested=len(suggested),
        right=sum(wanted == got for wanted, got in suggested),
    )


def main() -> None:
    """Print the figures of both halves."""
    words = seeded()
    for half in HALVES:
        figures = measure(words, questions(half))
        print(
            f"{half:9} {figures.questions} questions, {figures.thematic} for a thematic queue: {figures.suggested} "
            f"suggested, {figures.right} right; precision {figures.precision:.3f}, coverage {figures.coverage:.3f}"
        )


if __name__ == "__main__":
    main()
