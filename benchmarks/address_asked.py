"""The contender's side: a file of questions is asked one by one. Standard library alone: addok lives elsewhere.

The parent's side is `address_asking`.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.stopwatch import Times

A = TypeVar("A")

Question = dict[str, Any]


def load(path: str) -> list[Question]:
    """The questions."""
    questions: list[Question] = json.loads(Path(path).read_text(encoding="utf-8"))
    return questions


def ask_all(ask: Callable[[Question], A], questions: list[Question]) -> dict[str, Any]:
    """Ask every question once, after the first of each kind; what was imported before is no garbage to look through."""
    for first in {question["kind"]: question for question in reversed(questions)}.values():
        ask(first)
    gc.collect()
    gc.freeze()
    times = Times()
    answers = [times.of(lambda: ask(question)) for question in questions]  # noqa: B023 - called at once
    return {"times": times.as_json(), "answers": answers}
