"""Reading a Metadata v2 answer."""

import struct

from loketbus.kafka_node import _probe as probe


def _text(value: str | None) -> bytes:
    return struct.pack(">h", -1) if value is None else struct.pack(">h", len(value)) + value.encode()


def _answer(*brokers: tuple[str, str | None]) -> bytes:
    listed = b"".join(
        struct.pack(">i", number) + _text(host) + struct.pack(">i", 9092) + _text(rack)
        for number, (host, rack) in enumerate(brokers)
    )
    return struct.pack(">ii", 1, len(brokers)) + listed + _text("the-cluster") + struct.pack(">ii", 1, 0)


def test_the_cluster_id_follows_the_brokers() -> None:
    assert probe._cluster_id_in(_answer(("127.0.0.1", None))) == "the-cluster"
    assert probe._cluster_id_in(_answer(("a", "rack 1"), ("bb", None))) == "the-cluster"


def test_a_node_without_a_live_broker_does_not_serve_yet() -> None:
    assert probe._cluster_id_in(_answer()) is None
