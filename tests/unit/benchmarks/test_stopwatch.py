from __future__ import annotations

import json

from benchmarks.stopwatch import Times, told


def test_both_clocks_are_noted_and_survive_json() -> None:
    times = Times()
    assert times.of(lambda: sum(range(100_000))) == 4_999_950_000
    assert times.wall[0] > 0
    assert times.cpu[0] > 0
    assert told(json.loads(json.dumps({"ours": times.as_json()}))) == {"ours": times}


def test_percentiles_of_several_kinds_together() -> None:
    both = Times([0.001] * 98, [0.0005] * 98) + Times([0.010, 0.020], [0.001, 0.002])
    assert (both.ms(0.5), both.ms(0.99), both.ms(1.0)) == (1.0, 10.0, 20.0)
    assert str(both) == "p50 1.00 ms, p99 10.00 ms (CPU 0.50, 1.00)"
