"""A real Apache Kafka on this machine: one KRaft node in one folder, for a newcomer, the demo and the tests."""

from loketbus.kafka_node._node import LocalKafka, Started, Status, Stopped

__all__ = ["LocalKafka", "Started", "Status", "Stopped"]
