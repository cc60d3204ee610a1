"""The peer: addok with redis, as it comes. It runs in an environment of its own, without anything of ours but this."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from benchmarks.address_asked import Question, ask_all, load

LIMIT = 10


def main(spec: dict[str, Any]) -> dict[str, Any]:
    """Ask the index in the redis of `spec["port"]`; autocompletion for what is typed, else the best result."""
    os.environ.update(REDIS_HOST="127.0.0.1", REDIS_PORT=str(spec["port"]))
    from addok.config import config  # type: ignore[import-not-found]  # lives in .venv-peers; reads the environment
    from addok.core import search  # type: ignore[import-not-found]

    config.load()

    def suggest(question: Question) -> list[str]:
        where = {} if question["postcode"] is None else {"postcode": question["postcode"]}
        return [one.name for one in search(question["text"], limit=LIMIT, autocomplete=True, **where)]

    def matched(question: Question) -> dict[str, Any] | None:
        best = next(iter(search(question["text"], limit=1)), None)
        return best and {"street": best.name, "house": best.housenumber, "municipality": best.city}

    return ask_all(suggest if spec["what"] == "suggest" else matched, load(spec["questions"]))


if __name__ == "__main__":
    answer = main(json.loads(sys.argv[1]))
    # Its memory is measured from outside; what it says about itself is not needed.
    print(json.dumps({"rss_mb": 0.0, "cpu_seconds": sum(answer["times"]["cpu"]), "answer": answer}))
