"""The words that a city starts with, against the labelled questions. The held-out half was never tuned on."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files

import pytest

from services.mail_ingest.domain.suggestion import DISPATCHER
from services.mail_ingest.domain.words import tidy
from tests.support.suggestions import HALVES, measure, questions, seeded


@pytest.mark.parametrize("half", HALVES)
def test_suggestions_are_mostly_right_and_mostly_there(half: str) -> None:
    figures = measure(seeded(), questions(half))
    assert figures.precision >= 0.9
    assert figures.coverage >= 0.8


def test_the_halves_are_apart_large_and_alike() -> None:
    develop, held_out = (questions(half) for half in HALVES)
    assert not {(one.subject, one.text) for one in develop} & {(one.subject, one.text) for one in held_out}
    assert len(develop) + len(held_out) >= 240
    first, second = (Counter(one.wachtrij for one in half) for half in (develop, held_out))
    assert first.keys() == second.keys()
    assert all(abs(first[queue] - second[queue]) <= 1 for queue in first)
    assert first[DISPATCHER] >= 20, "saying nothing must be measured too"


def test_the_words_are_as_the_editor_would_keep_them() -> None:
    given = json.loads((files("services.mail_ingest") / "data" / "queue_words.json").read_text(encoding="utf-8"))
    for words in given.values():
        assert [tidy(word) for word in words] == list(words)
        assert all(0 <= weight <= 9 for weight in words.values())
