from __future__ import annotations

import pytest

from simulators._common.faults import FaultBook, FaultKind, UnknownFaultError
from simulators.ews.faults import KINDS, cut_at


@pytest.fixture
def book() -> FaultBook:
    return FaultBook({"a": FaultKind("request", {"ms": 1}), "b": FaultKind("reply")})


def test_a_fault_strikes_after_skip_and_then_count_times(book):
    book.add("a", skip=1, count=2)

    assert [len(book.take("request", "GetItem", set())) for _ in range(4)] == [0, 1, 1, 0]


def test_without_count_it_strikes_for_ever(book):
    book.add("a", count=None)

    assert all(book.take("request", "GetItem", set()) for _ in range(10))


def test_another_stage_operation_or_item_neither_strikes_nor_counts(book):
    fault = book.add("a", operation="GetItem", items=["x"])

    assert book.take("reply", "GetItem", {"x"}) == []
    assert book.take("request", "FindItem", {"x"}) == []
    assert book.take("request", "GetItem", {"y"}) == []
    assert fault.hits == 0
    assert book.take("request", "GetItem", {"x", "y"}) == [fault]


def test_parameters_have_defaults_and_unknown_ones_are_refused(book):
    assert book.add("a").params == {"ms": 1}
    with pytest.raises(UnknownFaultError, match="there are"):
        book.add("c")
    with pytest.raises(UnknownFaultError, match="'sec'"):
        book.add("a", sec=1)


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({"at": 3}, b"<x>"),
        ({"after_items": 1}, b"<x><t:Message>1</t:Message>"),
        ({"after_items": 2}, b"<x><t:Message>1</t:Message><t:Delete>2</t:Delete>"),
        ({"after_items": 9}, b"<x><t:Message>1</t:Message><t:Delete>2</t:Delete>"),
        ({}, b""),
    ],
)
def test_where_a_body_is_cut(params, kept):
    body = b"<x><t:Message>1</t:Message><t:Delete>2</t:Delete></x>"

    assert body[: cut_at(body, FaultBook(KINDS).add("cut", **params))] == kept
