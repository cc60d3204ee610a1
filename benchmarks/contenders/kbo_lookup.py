"""Our register and that of `cbe` are asked about the same enterprises, in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.kbo_answers import differences, of_cbe, of_organisation
from benchmarks.kbo_data import files, level
from benchmarks.process import Spec, contend, peak_rss_mb
from benchmarks.stopwatch import Times
from services.kbo.questions import Register

MOST_EXAMPLES = 5


async def main(spec: Spec) -> dict[str, Any]:
    """Ask about the second half of `spec["numbers"]`, after both have answered the first half.

    `rss_mb` is the peak of this process before the peer came in.
    """
    warm, timed = _halves(spec["numbers"])
    level([path for name in ("ours", "cbe") for path in files(Path(spec[name]))])
    register = Register(Path(spec["ours"]))

    def ask_ours(number: str) -> Any:
        with register.open() as view:
            return view.organisation(number.replace(".", ""))

    for number in warm:
        ask_ours(number)
    rss_mb = peak_rss_mb()

    from benchmarks.kbo_cbe import cbe  # pandas, which must not count as our memory

    with cbe(Path(spec["archive"]), Path(spec["cbe"])) as peer:
        for number in warm:
            peer.search(number)
        times = _in_turns({"ours": ask_ours, "cbe": peer.search}, timed)
        different = [found for number in warm if (found := _compared(ask_ours, peer.search, number))]
    told = {name: one.as_json() for name, one in times.items()}
    return {"times": told, "rss_mb": rss_mb, "compared": len(warm), "different": different[:MOST_EXAMPLES]}


def _halves(numbers: list[str]) -> tuple[list[str], list[str]]:
    middle = len(numbers) // 2
    return numbers[:middle], numbers[middle:]


def _in_turns(askers: dict[str, Callable[[str], Any]], numbers: list[str]) -> dict[str, Times]:
    """Who goes first changes from number to number. What was imported before is no garbage to look through."""
    gc.collect()
    gc.freeze()
    times = {name: Times() for name in askers}
    for nth, number in enumerate(numbers):
        for name, ask in list(askers.items())[:: 1 if nth % 2 else -1]:
            times[name].of(partial(ask, number))
    return times


def _compared(ask_ours: Callable[[str], Any], ask_cbe: Callable[[str], Any], number: str) -> str:
    """What differs, if anything; no names, numbers will do."""
    ours = ask_ours(number)
    fields = differences(of_organisation(ours), of_cbe(ask_cbe(number))) if ours else ["found"]
    return f"{number}: {', '.join(fields)}" if fields else ""


if __name__ == "__main__":
    contend(main)
