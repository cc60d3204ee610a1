"""Which partition a key lives on: Kafka's own murmur2, whatever client wrote it.

Not every client defaults to it (librdkafka takes CRC32), so a writer sets it; the contract tests hold a golden table.
Source: org.apache.kafka.common.utils.Utils.murmur2 and toPositive.
"""

from __future__ import annotations

PARTITIONS = 12
"""Fixed for every topic: another number would move keys and break order (growing = next topic version)."""

_SEED = 0x9747B28C
_MULTIPLIER = 0x5BD1E995
_MASK = 0xFFFFFFFF


def partition_for(key: bytes) -> int:
    """The partition, 0 to 11, of every record with this key."""
    return (murmur2(key) & 0x7FFFFFFF) % PARTITIONS


def murmur2(data: bytes) -> int:
    """Hash as an unsigned 32-bit number (Java shows the same bits signed)."""
    value = _SEED ^ len(data)
    whole = len(data) & ~3
    for start in range(0, whole, 4):
        word = int.from_bytes(data[start : start + 4], "little") * _MULTIPLIER & _MASK
        word = (word ^ (word >> 24)) * _MULTIPLIER & _MASK
        value = (value * _MULTIPLIER & _MASK) ^ word
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _MASK
    value = (value ^ (value >> 13)) * _MULTIPLIER & _MASK
    return value ^ (value >> 15)
