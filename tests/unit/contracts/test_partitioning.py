"""Where a key lives must never move: another golden table breaks order in every installation."""

import pytest
from aiokafka.partitioner import DefaultPartitioner
from hypothesis import given
from hypothesis import strategies as st
from loketbus_contracts import PARTITIONS, partition_for
from loketbus_contracts.partitioning import murmur2

# Apache Kafka, clients/src/test/java/org/apache/kafka/common/utils/UtilsTest.java, testMurmur2.
KAFKA_VECTORS = {
    b"21": -973932308,
    b"foobar": -790332482,
    b"a-little-bit-long-string": -985981536,
    b"a-little-bit-longer-string": -1486304829,
    b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
    b"abc": 479470107,
}

GOLDEN = {
    "a": 4,
    "item-1": 3,
    "item-2": 11,
    "0403170701": 2,
    "0400000001": 7,
    "KR-2026-00412": 8,
    "conv-1": 8,
    "ë": 5,
    "3706808": 1,
    "wonen-en-energie": 7,
    "81420c45-48b5-57cd-8e30-ff8c8c0df90b": 11,
    "5636f225-38d7-593a-b4df-359679d37c16": 2,
    "705f405b-3ea8-5223-9d80-130b0dedb0c6": 4,
    "e8d0fe27-6e5d-51a9-8c6d-53a5ced4c31d": 4,
    "fd1fb690-b3cc-5b76-822d-093e9cf9aa3e": 10,
    "5d3c46ea-d31b-55c5-9e96-e3e55f563f1a": 7,
    "d234569b-7a74-5c99-ab7d-5e3cce92aacf": 7,
    "e74888e6-dd04-5cdb-ab51-3d34acdd0c3a": 3,
    "a296c87d-2eb7-5453-8448-163c86e9771e": 1,
    "1a1859b0-bf07-560e-8b92-5cdce6ab230d": 7,
    "20e2febe-1442-5fc6-98c0-3083c0a42e9c": 6,
    "2598a175-2a19-5d0c-8fc0-5d7c56b0b483": 3,
    "3e49f44d-3c03-59c4-a88b-c5c9b3bcd140": 0,
    "8fbc0cfc-0efd-574c-803e-6518a3384aaa": 9,
    "c666d9fa-d801-59be-b8d9-79e491566390": 1,
    "8914f75f-7bc0-5129-a0ae-50495e0a8516": 1,
    "9eb15190-0202-53d4-bf28-184b61449551": 0,
    "1645d561-3e82-5ba4-8e58-8cc57a927ccc": 9,
    "649ffeba-db95-549b-841a-65b0497eba3d": 11,
    "a5649fa7-9c2d-5c77-9f87-5cf2a6d0caf6": 6,
    "39de100e-0c2e-5685-a601-8aeb6b6adcbb": 7,
    "d9865342-111b-5f12-81bb-1a4061330d9f": 4,
    "9b654d8e-45f8-53bb-8ce3-c9f16b13c6e7": 7,
}


@pytest.mark.parametrize(("data", "signed"), KAFKA_VECTORS.items())
def test_murmur2_gives_what_java_gives(data: bytes, signed: int) -> None:
    assert murmur2(data) == signed % 2**32


@pytest.mark.parametrize(("key", "partition"), GOLDEN.items())
def test_key_lives_where_it_always_lived(key: str, partition: int) -> None:
    assert partition_for(key.encode()) == partition


def test_golden_table_reaches_every_partition() -> None:
    assert set(GOLDEN.values()) == set(range(PARTITIONS))


@given(st.binary(max_size=64))
def test_same_partition_as_aiokafka(key: bytes) -> None:
    everywhere = list(range(PARTITIONS))
    assert partition_for(key) == DefaultPartitioner()(key, everywhere, everywhere)
