import pytest
from loketbus_contracts.envelope import encode

from benchmarks.payloads import KEYS, VALUE_BYTES, event


@pytest.mark.parametrize("number", [0, 9, 19_999, 199_999])
def test_every_value_is_as_long_as_the_reference_measured(number: int) -> None:
    _, value, headers = encode(event("bench.question.v1", number))
    assert len(value) == VALUE_BYTES
    assert len(headers) >= 8


def test_numbers_of_a_key_come_back_every_so_many_events() -> None:
    events = [event("bench.question.v1", number) for number in (3, 3 + KEYS, 4)]
    assert events[0].key == events[1].key != events[2].key
    assert len({event.id for event in events}) == 3
