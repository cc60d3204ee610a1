"""Can FastStream's batch subscriber with manual acknowledgement carry guarantees 1, 3, 7 and 8?

`python -m benchmarks.experiments.faststream` prints what `docs/decisions/0001-faststream.md` quotes.
"""
