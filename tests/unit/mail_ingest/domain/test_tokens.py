from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.domain.tokens import Token, Tokens

GUIDE = Path(__file__).parents[4] / "docs" / "tracking-token.md"
EXAMPLE_KEY = "voorbeeld-sleutel-van-minstens-32-tekens"
TOKENS = Tokens([EXAMPLE_KEY])
BOX = "energieloket@stad.example"
KR = Token("KR-2026-0042")

letters = st.characters(codec="ascii", categories=("Lu", "Ll", "Nd"))
ids = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}", fullmatch=True)
tokens = st.builds(Token, ids, st.none() | ids)


class TestExamplesForOtherMakers:
    """The values were made with OpenSSL, not with this code."""

    GOLDEN = (
        (KR, "0BD6X48W0N2EDYET"),
        (Token("KR-2026-0042", "D-2026-0101"), "VTT8CM7BT8GN1DZG"),
        (Token("3f2504e0-4f89-11d3-9a0c-0305e82c3301"), "0AEAV9T0XDP5DFQX"),
    )

    @pytest.mark.parametrize(("token", "code"), GOLDEN)
    def test_golden(self, token: Token, code: str) -> None:
        ids = ":".join(filter(None, (token.klantenreis, token.dossier)))
        assert TOKENS.mark(token) == f"[WE:{ids}:{code}]"

    def test_the_guide_shows_the_same(self) -> None:
        rows = re.findall(r"^\| `([^`]+)` \|(?: `([^`]+)`)? +\| `\w{20}` \| `([^`]+)` \|$", GUIDE.read_text(), re.M)
        assert len(rows) == len(self.GOLDEN)
        assert [TOKENS.mark(Token(klantenreis, dossier or None)) for klantenreis, dossier, _ in rows] == [
            mark for _, _, mark in rows
        ]


class TestReading:
    @given(tokens, st.text(max_size=20), st.text(max_size=20))
    def test_what_was_made_is_found_whatever_stands_around_it(self, token: Token, before: str, after: str) -> None:
        assert token in TOKENS.in_text(f"{before} {TOKENS.mark(token)} {after}")

    @given(tokens, st.integers(1, 100), st.sampled_from(["\r\n ", "\n> ", "\n>> > ", " "]))
    def test_folded_wrapped_or_quoted_anywhere(self, token: Token, at: int, fold: str) -> None:
        mark = TOKENS.mark(token)
        # The prefix itself stays whole: "[WE" is what a reader looks for.
        at = max(4, min(at, len(mark) - 1))
        assert TOKENS.in_text(mark[:at] + fold + mark[at:]) == [token]

    def test_in_small_letters_and_retyped(self) -> None:
        mark = TOKENS.mark(KR)
        assert TOKENS.in_text(mark.lower()) == [Token("kr-2026-0042")]
        head, code = mark[:-17], mark[-17:]
        assert TOKENS.in_text(head + code.replace("0", "o").replace("1", "l")) == [KR]

    @given(tokens)
    def test_as_a_plus_address(self, token: Token) -> None:
        address = TOKENS.plus_address(token, BOX)
        if address is not None:
            assert TOKENS.in_address(address.lower()) == [
                Token(token.klantenreis.lower(), token.dossier and token.dossier.lower())
            ]
            assert len(address.rpartition("@")[0]) <= 64

    def test_one_that_would_grow_too_long_is_not_made(self) -> None:
        assert TOKENS.plus_address(Token("3f2504e0-4f89-11d3-9a0c-0305e82c3301"), BOX) is None

    @given(st.text(max_size=300))
    def test_nothing_else_is_a_token(self, text: str) -> None:
        assert TOKENS.in_text(text) == []
        assert TOKENS.in_address(text) == []

    def test_a_text_full_of_them_costs_little(self) -> None:
        assert TOKENS.in_text("[WE:" * 100_000 + TOKENS.mark(KR)) == [KR]
        forged = "[WE:KR-2026-0042:0000000000000000]" * 50_000
        assert TOKENS.in_text(forged + TOKENS.mark(KR)) == []  # after so many nobody looks any further


class TestForgery:
    @given(st.integers(0, 15), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
    def test_every_character_counts(self, at: int, letter: str) -> None:
        mark = TOKENS.mark(KR)
        place = len(mark) - 17 + at
        forged = mark[:place] + letter + mark[place + 1 :]
        assert (TOKENS.in_text(forged) == [KR]) == (forged == mark)

    def test_the_code_of_one_klantenreis_fits_no_other(self) -> None:
        code = TOKENS.mark(KR)[-17:]
        assert TOKENS.in_text(f"[WE:KR-2026-0043:{code}") == []
        assert TOKENS.in_text(f"[WE:KR-2026-0042:D-1:{code}") == []

    def test_parts_cannot_be_moved_between_klantenreis_and_dossier(self) -> None:
        one, other = TOKENS.mark(Token("KR", "1-D")), TOKENS.mark(Token("KR-1", "D"))
        assert one[-17:] != other[-17:]

    @pytest.mark.parametrize("wrong", ["", "-KR", "KR 1", "KR:1", "KR\n1", "é", "a" * 65, "KR@1", "KR=1"])
    def test_an_id_that_does_not_fit_is_refused(self, wrong: str) -> None:
        with pytest.raises(ValueError, match="letters, digits"):
            TOKENS.mark(Token(wrong))
        with pytest.raises(ValueError, match="letters, digits"):
            TOKENS.plus_address(Token("KR-1", wrong), BOX)


class TestKeys:
    def test_a_former_key_is_accepted_and_never_signs(self) -> None:
        rotated = Tokens(["a new key of the tests, long enough", EXAMPLE_KEY])
        assert rotated.in_text(TOKENS.mark(KR)) == [KR]
        assert rotated.mark(KR) != TOKENS.mark(KR)
        assert TOKENS.in_text(rotated.mark(KR)) == []
