"""Asks every question of one real Kafka and prints the answers."""

from __future__ import annotations

import json

import uvloop

from benchmarks import kafka
from benchmarks.experiments.faststream.bench import RECORDS, Bench
from benchmarks.experiments.faststream.questions import (
    dead_tasks,
    kafka_down,
    lines,
    odd_headers,
    pause_while_polling,
    seek_before_first,
)
from benchmarks.experiments.faststream.speed import speed

QUESTIONS = (seek_before_first, pause_while_polling, odd_headers, dead_tasks, kafka_down, speed, lines)


async def main() -> None:
    """Each question gets a topic of its own with ten good records."""
    with kafka.given_or_local() as bootstrap:
        for question in QUESTIONS:
            bench = Bench(bootstrap, f"experiment.{question.__name__}.v1")
            await kafka.make_topics(bootstrap, [bench.topic])
            for number in range(RECORDS):
                await bench.write(json.dumps({"n": number}).encode())
            print((question.__doc__ or "").strip())
            print(json.dumps(await question(bench), indent=2))


if __name__ == "__main__":
    uvloop.run(main())
