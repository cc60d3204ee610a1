import json

import pytest

from benchmarks.figure import Figure, median, percentile, steady_rate

FIGURE = Figure("bus_vs_faststream", 3000.0, "events/s", 750.0, 151.23456, "plain FastStream")


def test_json_object_is_the_agreed_one() -> None:
    assert json.loads(json.dumps(FIGURE.as_json())) == {
        "name": "bus_vs_faststream",
        "value": 3000.0,
        "unit": "events/s",
        "floor": 750.0,
        "ratio": 4.0,
        "rss_mb": 151.235,
    }


def test_rate_leaves_the_start_out() -> None:
    slow_start = [0, 900]
    steady = list(range(1000, 2000, 10))
    assert steady_rate([*slow_start, *steady], warm_share=0.05) == pytest.approx(100, rel=0.02)


def test_rate_counts_what_arrived_after_the_starting_moment_only() -> None:
    # Ten batches of fifty, each appended in one millisecond: the first one is where the clock starts.
    batches = [batch * 100 for batch in range(10) for _ in range(50)]
    assert steady_rate(batches, warm_share=0.0) == pytest.approx(50 / 0.1)


def test_rate_does_not_mind_the_order_of_partitions() -> None:
    assert steady_rate([300, 0, 200, 100], warm_share=0.0) == steady_rate([0, 100, 200, 300], warm_share=0.0)


def test_rate_of_one_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="too few events"):
        steady_rate([7, 7, 7])


def test_one_disturbed_round_does_not_count() -> None:
    assert median([100.0, 2.0, 98.0]) == 98.0


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_percentile_is_a_value_that_occurred(share: float, expected: int) -> None:
    assert percentile([float(number) for number in range(100, 0, -1)], share) == expected


def test_percentile_of_one_value() -> None:
    assert percentile([3.0], 0.99) == 3.0
