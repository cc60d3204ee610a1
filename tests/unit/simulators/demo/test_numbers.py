from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.demo import numbers

bases = st.integers(1, 19_999_999)


@given(bases)
def test_numbers_are_made_valid(base: int) -> None:
    digits = numbers.number(base)

    assert len(digits) == 10
    assert (int(digits[:8]) + int(digits[8:])) % 97 == 0
    assert 1 <= int(digits[8:]) <= 97
    assert numbers.is_valid(digits)


@given(bases, st.integers(0, 2**32))
def test_one_wrong_digit_is_never_valid(base: int, seed: int) -> None:
    text, digits, issue = numbers.spell(numbers.number(base), "fout", Random(seed))

    assert issue == "check_digits"
    assert not numbers.is_valid(digits)
    assert sum(a != b for a, b in zip(digits, numbers.number(base), strict=True)) == 1
    assert text == numbers.dotted(digits)


@given(st.integers(1_000_000, 9_999_999).filter(lambda n: len(set(str(n))) > 1))
def test_swapped_neighbours_are_never_valid(base: int) -> None:
    _, digits, _ = numbers.spell(numbers.number(base), "wissel", Random(0))

    assert not numbers.is_valid(digits)
    assert sorted(digits) == sorted(numbers.number(base))


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("punten", "0403.170.701"),
        ("plat", "0403170701"),
        ("be", "BE0403170701"),
        ("btw-kort", "BTW BE 403.170.701"),
        ("kort", "403.170.701"),
        ("kort-plat", "403170701"),
        ("be-spaties", "BE 0403 170 701"),
        ("slash", "0403/170.701"),
        ("haakje", "(0)403.170.701"),
        ("letter", "O403.170.701"),
        ("negen", "0403.170.70"),
    ],
)
def test_spellings(how: str, text: str) -> None:
    assert numbers.spell("0403170701", how, Random(0))[0] == text


@pytest.mark.parametrize(
    "digits", ["0403170702", "040317070", "0000116400", "0388009698", "O403170701", "０４０３１７０７０１", ""]
)
def test_what_is_not_valid(digits: str) -> None:
    assert not numbers.is_valid(digits)


@pytest.mark.parametrize("how", ["kort", "kort-plat", "btw-kort", "haakje"])
def test_a_leading_one_cannot_be_left_out(how: str) -> None:
    with pytest.raises(ValueError, match=how):
        numbers.spell("1000003682", how, Random(0))


@given(st.integers(10_000_000, 19_999_999), st.integers(0, 2**32))
def test_numbers_that_begin_with_one_keep_all_their_digits(base: int, seed: int) -> None:
    text, digits, issue = numbers.spell(numbers.number(base), "", Random(seed))

    assert issue == ""
    assert "".join(c for c in text if c.isdigit()) == digits
