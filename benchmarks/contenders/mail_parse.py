"""The mail parser with everything it does, and the bare parser of the standard library, turn by turn over the same
mails in one process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from email.parser import BytesParser
from email.policy import compat32
from pathlib import Path
from typing import Any

from benchmarks import mails
from benchmarks.process import Spec, contend
from services.mail_ingest.parsing import parse


def bare(raw: bytes) -> object:
    """The floor: a tree of parts, nothing decoded."""
    return BytesParser(policy=compat32).parsebytes(raw)


def seconds(work: Callable[[bytes], object], raws: Iterable[bytes]) -> float:
    """CPU time of this process, so that what else runs on the machine counts little."""
    start = time.process_time()
    for raw in raws:
        work(raw)
    return time.process_time() - start


async def main(spec: Spec) -> dict[str, Any]:
    """Parse the corpus `spec["rounds"]` times; returns per set the seconds of each round."""
    small, whole = mails.make(Path(spec["folder"]), spec["mails"])
    found: dict[str, Any] = {"mails": [len(small), len(whole)], "bytes": [sum(map(len, one)) for one in (small, whole)]}
    for name, raws in (("small", small), ("whole", whole)):
        seconds(parse, raws)  # imports and compiled patterns
        rounds = [(seconds(bare, raws), seconds(parse, raws)) for _ in range(spec["rounds"])]
        found[name] = {"bare": [one for one, _ in rounds], "ours": [one for _, one in rounds]}
    return found


if __name__ == "__main__":
    contend(main)
