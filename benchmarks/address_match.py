"""Figures of `address_match`: whole addresses as people write them, in process, beside rapidfuzz and addok.

The peers get the same lines. rapidfuzz knows street names alone: the line is cut at its first digit (`address_naive`),
the best name with `fuzz.ratio` >= 80 counts, and the number is believed. addok is asked with the line as it is, and
with the number moved to the front, as its rules expect. No peer reads boxes, so everybody is judged by street and house
number; ours by the id of the address besides. `refused` is an honest no, or a question which one is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks import address_addok
from benchmarks.address_asking import ADDOK, OURS, RAPIDFUZZ, Answers, ask, highest_numbers, names, streets
from benchmarks.address_build import BARE, built
from benchmarks.address_build import OURS as REGISTER
from benchmarks.address_data import downloads
from benchmarks.address_judging import Answer, Score, judged, judged_by_id
from benchmarks.address_naive import number_first
from benchmarks.address_queries import Question, questions
from benchmarks.figure import Figure
from benchmarks.run import Run

WHAT = "match"
REORDERED = f"{ADDOK}, number first"


async def measure(run: Run) -> list[Figure]:
    """Times, matches a second on one core, and who is right and who misleads."""
    bare, register = await built(run, BARE), await built(run, REGISTER)
    asked = _questions(run, bare)
    told = [one.as_json() for one in asked]
    answers = {
        OURS: await ask(run, OURS, told, what=WHAT, register=str(register)),
        RAPIDFUZZ: await ask(run, RAPIDFUZZ, told, what=WHAT, names=str(names(run, bare))),
    }
    async with address_addok.serving(run) as peer:
        if peer is not None:
            ask_addok = partial(ask, run, ADDOK, python=peer.python, what=WHAT, port=peer.port)
            answers[ADDOK] = await ask_addok(told)
            moved = [{**one, "text": number_first(one["text"])} for one in told]
            answers[REORDERED] = await ask_addok(moved)
    for who, said in answers.items():
        run.say(f"address_match: {who} {said.times}, {rate(said):,.0f}/s, {said.rss_mb:,.0f} MB; {score(asked, said)}")
    _say_kinds(run, asked, answers)
    return _figures(asked, answers)


def score(asked: Sequence[Question], said: Answers) -> Score:
    """By street and house number."""
    return Score.of(judged(one, answer) for one, answer in zip(asked, _answers(said), strict=True))


def rate(said: Answers) -> float:
    """Questions a second, one after the other."""
    return len(said.times.wall) / sum(said.times.wall)


def _questions(run: Run, bare: Path) -> list[Question]:
    sample = downloads(run).sample
    highest = highest_numbers(bare, [one.id for one in sample])
    known = {name for name, _ in streets(bare)}
    return list(questions(sample, known, highest, run.sizes.address_matches))


def _answers(said: Answers) -> list[Answer | None]:
    return [None if one is None else Answer(**one) for one in said.answers]


def _say_kinds(run: Run, asked: list[Question], answers: dict[str, Answers]) -> None:
    """What each contender makes of each kind; ours by the id of the address too, and what it got wrong."""
    for kind in sorted({one.kind for one in asked}):
        chosen = [one.kind == kind for one in asked]
        some = [one for one in asked if one.kind == kind]
        scores = "; ".join(f"{who} {score(some, said.only(chosen))}" for who, said in answers.items())
        run.say(f"address_match, {kind}: {scores}; p50 of ours {answers[OURS].only(chosen).times.ms(0.5):.2f} ms")
    pairs = list(zip(asked, _answers(answers[OURS]), strict=True))
    run.say(f"address_match: {OURS}, box and all: {Score.of(judged_by_id(one, answer) for one, answer in pairs)}")
    for one, answer in pairs:
        if "wrong" in (judged(one, answer), judged_by_id(one, answer)):
            run.say(f"address_match: {OURS} is wrong about {one.kind} {one.text!r} ({one.id}): {answer}")


def _figures(asked: list[Question], answers: dict[str, Answers]) -> list[Figure]:
    ours, peer = answers[OURS], answers[RAPIDFUZZ]
    what = f"rapidfuzz on street names, {len(asked):,} lines"
    rows = [
        ("address_match", ours.times.ms(0.5), "ms", peer.times.ms(0.5), f"p50 of {what}"),
        ("address_match_p99", ours.times.ms(0.99), "ms", peer.times.ms(0.99), f"p99 of {what}"),
        ("address_match_rate", rate(ours), "/s", rate(peer), what),
    ]
    if ADDOK in answers:
        floor = answers[REORDERED].times.ms(0.5)
        rows.append(("address_match_vs_addok", ours.times.ms(0.5), "ms", floor, "p50 of addok, number first"))
    scores = {who: score(asked, said) for who, said in answers.items()}
    mine, theirs = scores[OURS], scores[RAPIDFUZZ]
    all_scores = "; ".join(f"{who} {one}" for who, one in scores.items())
    rows += [
        ("address_match_right", mine.right_percent, "%", theirs.right_percent, all_scores),
        (
            "address_match_not_wrong",
            mine.not_wrong_percent,
            "%",
            theirs.not_wrong_percent,
            "rapidfuzz: right or refused",
        ),
    ]
    return [Figure(name, value, unit, beside, ours.rss_mb, told) for name, value, unit, beside, told in rows]
