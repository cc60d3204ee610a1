"""Words of names, and what is remembered of them."""

from __future__ import annotations

from services.address.domain.folding import REMEMBERED_MAX, remembered_words, words


def test_the_words_of_a_name_are_remembered() -> None:
    name = "Onze-Lieve-Vrouw ".ljust(REMEMBERED_MAX, "x")
    before = remembered_words.cache_info()
    assert words(name) == words(name) == ("onze", "lieve", "vrouw", "x" * (REMEMBERED_MAX - 17))
    after = remembered_words.cache_info()
    assert (after.misses, after.hits) == (before.misses + 1, before.hits + 1)


def test_a_text_that_is_too_long_for_a_name_is_not() -> None:
    before = remembered_words.cache_info()
    text = "Sint-Katelijne " * REMEMBERED_MAX
    assert words(text) == words(text) == ("sint", "katelijne") * REMEMBERED_MAX
    assert len(words("x" * (REMEMBERED_MAX + 1))) == 1
    assert remembered_words.cache_info() == before
