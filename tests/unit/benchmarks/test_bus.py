from collections import Counter

from benchmarks.bus import CONTENDERS, rotated


def test_over_as_many_rounds_as_contenders_each_goes_first_once() -> None:
    orders = [rotated(number) for number in range(len(CONTENDERS))]
    assert Counter(order[0] for order in orders) == Counter(CONTENDERS)
    assert all(sorted(order) == sorted(CONTENDERS) for order in orders)
