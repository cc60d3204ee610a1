"""Figures of `address_suggest`: streets while somebody types, in process, beside rapidfuzz and addok.

Every letter of some hundred streets is a question, with the postcode that somebody chose before, and without. The peers
are rapidfuzz `process.extract` over the names of that postcode, or of all Flanders, and addok's autocompletion with its
filter on postcode (see `address_addok`). How often the street is among the first ten stands beside the times: an answer
that does not help is fast. A letter or two says little to anybody, so nobody comes near 100 %.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks import address_addok
from benchmarks.address_asking import ADDOK, OURS, RAPIDFUZZ, Answers, ask, names, streets
from benchmarks.address_build import BARE, built
from benchmarks.address_build import OURS as REGISTER
from benchmarks.address_queries import Typed, typed
from benchmarks.figure import Figure
from benchmarks.run import Run

WHAT = "suggest"


async def measure(run: Run) -> list[Figure]:
    """p99 with and without postcode; the share of the streets that is found."""
    bare, register = await built(run, BARE), await built(run, REGISTER)
    asked = list(typed(streets(bare), run.sizes.address_streets))
    told = [one.as_json() for one in asked]
    answers = {
        OURS: await ask(run, OURS, told, what=WHAT, register=str(register)),
        RAPIDFUZZ: await ask(run, RAPIDFUZZ, told, what=WHAT, names=str(names(run, bare))),
    }
    async with address_addok.serving(run) as peer:
        if peer is not None:
            answers[ADDOK] = await ask(run, ADDOK, told, peer.python, what=WHAT, port=peer.port)
    for kind in dict.fromkeys(one.kind for one in asked):
        chosen = [one.kind == kind for one in asked]
        some = [one for one, wanted in zip(asked, chosen, strict=True) if wanted]
        for who, said in answers.items():
            run.say(f"address_suggest, {kind}: {who} {_line(some, said.only(chosen))}")
    return _figures(asked, answers)


def found(asked: Sequence[Typed], said: Answers) -> float:
    """Percent of the questions to which the street is among the answers."""
    hits = sum(one.wanted in answer for one, answer in zip(asked, said.answers, strict=True))
    return 100 * hits / len(asked)


def _line(asked: Sequence[Typed], said: Answers) -> str:
    return f"{said.times}, found {found(asked, said):.1f} % of {len(asked):,}, {said.rss_mb:,.0f} MB"


def _figures(asked: list[Typed], answers: dict[str, Answers]) -> list[Figure]:
    within = [one.postcode is not None for one in asked]
    sets = {"address_suggest": within, "address_suggest_anywhere": [not one for one in within]}
    peers = [who for who in (RAPIDFUZZ, ADDOK) if who in answers]
    figures = [
        Figure(
            f"{name}_vs_{who}", ours.times.ms(0.99), "ms", answers[who].only(chosen).times.ms(0.99), ours.rss_mb,
            f"p99 of {who}, {sum(chosen):,} prefixes",
        )
        for name, chosen in sets.items()
        for ours in (answers[OURS].only(chosen),)
        for who in peers
    ]  # fmt: skip
    shares = {who: found(asked, said) for who, said in answers.items()}
    more = f"; addok {shares[ADDOK]:.1f} %" if ADDOK in shares else ""
    what = f"rapidfuzz{more}; among the first ten, from one letter on"
    return [
        *figures,
        Figure("address_suggest_found", shares[OURS], "%", shares[RAPIDFUZZ], answers[OURS].rss_mb, what),
    ]
