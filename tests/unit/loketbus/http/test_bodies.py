"""Streaming gzip in bounded steps."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loketbus.http.bodies import STEP_BYTES, Gunzip


@given(st.binary(max_size=5_000), st.integers(1, 400), st.integers(1, 3))
def test_any_cut_and_any_number_of_members(data: bytes, cut: int, members: int) -> None:
    packed = gzip.compress(data) * members
    gunzip = Gunzip()
    chunks = [packed[start : start + cut] for start in range(0, len(packed), cut)]
    assert b"".join(part for chunk in chunks for part in gunzip.feed(chunk)) == data * members
    assert gunzip.complete


def test_a_bomb_comes_out_in_steps() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    steps = Gunzip().feed(bomb)
    assert [len(next(steps)) for _ in range(5)] == [STEP_BYTES] * 5


def test_the_missing_end_is_noticed() -> None:
    gunzip = Gunzip()
    list(gunzip.feed(gzip.compress(b"hello" * 100)[:-6]))
    assert not gunzip.complete


def test_what_is_not_gzip() -> None:
    with pytest.raises(zlib.error):
        list(Gunzip().feed(b"<html>"))
