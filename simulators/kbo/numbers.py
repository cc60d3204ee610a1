"""Numbers as the register writes them; the first eight digits are the base, the last two check them."""

from __future__ import annotations

ENTERPRISES_OLD = (2_000_657, 9_000_000)
ENTERPRISES_NEW = (10_000_036, 10_290_290)  # the 1-series, since 2023
UNITS = (20_000_003, 23_799_200)
BRANCHES = (90_000_066, 90_012_000)


def written(base: int) -> str:
    """`0403.170.701` for enterprises, `2.000.000.339` for the others."""
    digits = f"{base * 100 + 97 - base % 97:010d}"
    if base < 20_000_000:
        return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"
    return f"{digits[0]}.{digits[1:4]}.{digits[4:7]}.{digits[7:]}"
