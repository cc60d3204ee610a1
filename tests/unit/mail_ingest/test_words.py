"""How words of a list are found in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.domain.words import Matcher, composed, fold, tidy


def found(text: str, *patterns: str) -> list[tuple[str, str]]:
    """Each word of the list that is found, and as it stood."""
    whole = composed(text)
    matches = Matcher(tidy(pattern) for pattern in patterns).find(fold(whole))
    return [(patterns[match.entry], whole[match.start : match.end]) for match in matches]


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("premie*", "Premieaanvraag"),
        ("premie*", "de premie."),
        ("*lening", "onze verbouwlening!"),
        ("mede eigena*", "medeeigenaars"),
        ("mede eigena*", "Mede-Eigenaars"),
        ("mede eigena*", "mede - eigenaar"),
        ("verbouw lening", "VERBOUWLENING"),
        ("0% lening", "een 0 % lening"),
        ("0% lening", "een 0%-lening"),
        ("geisoleerd*", "slecht geïsoleerde muur"),
        ("geisoleerd*", "slecht gei\u0308soleerde muur"),
        ("pret", "un prêt"),
        ("vme", "VME's"),
        ("energie", "l'énergie"),
        ("50%", "50% korting"),
    ],
)
def test_a_word_is_found_however_it_is_written(pattern: str, text: str) -> None:
    [(_, stood)] = found(text, pattern)
    assert stood in composed(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("premie", "premies"),
        ("lening", "verbouwlening"),
        ("premie*", "huurpremie"),
        ("av", "avond"),
        ("rent", "parent"),
        ("verbouw lening", "verbouw een lening"),
        ("lening", ""),
    ],
)
def test_a_word_without_a_star_stands_alone(pattern: str, text: str) -> None:
    assert found(text, pattern) == []


def test_the_longest_of_words_that_overlap_counts() -> None:
    assert found("huurpremie en premie", "*premie*", "huurpremie") == [("*premie*", "premie"), ("huurpremie",) * 2]
    assert found("de vergunningverlening", "*lening*", "*verlening") == [("*verlening", "vergunningverlening")]


def test_the_same_word_for_two_queues_counts_for_both() -> None:
    assert [pattern for pattern, _ in found("de coach komt", "coach", "coach*")] == ["coach", "coach*"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Premie* ", "premie*"),
        ("Mede-eigenaars", "mede eigenaars"),
        ("0 % lening", "0% lening"),
        ("Renteloos/renteloze", "renteloos renteloze"),
        ("*Lening*", "*lening*"),
        ("geïsoleerd", "geisoleerd"),
    ],
)
def test_how_a_word_is_kept(typed: str, kept: str) -> None:
    assert tidy(typed) == kept
    assert tidy(kept) == kept


@pytest.mark.parametrize("typed", ["", "*", "**", "a", "ab*", "le*ning", "x" * 61, "!?"])
def test_what_is_no_word(typed: str) -> None:
    with pytest.raises(ValueError, match=r"woord|\*"):
        tidy(typed)


@given(st.text())
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(composed(text))) == len(composed(text))


@given(st.text(max_size=80))
def test_what_can_be_kept_can_be_found(typed: str) -> None:
    try:
        kept = tidy(typed)
    except ValueError:
        return
    plain = kept.strip("*")
    assert [stood for _, stood in found(f"- {plain} -", kept)] == [plain]
    assert tidy(kept) == kept
