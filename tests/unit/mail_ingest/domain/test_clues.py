from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.domain.clues import (
    NUMBERS_MAX,
    Found,
    is_own,
    mentioned,
    numbers,
    of_tokens,
    of_words,
    thread_key,
    token_evidence,
    token_named,
)
from services.mail_ingest.domain.linking import Clue
from services.mail_ingest.domain.tokens import Token, Tokens

TOKENS = Tokens(["a secret of the tests, long enough"])


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class TestThread:
    HEAD = b"\x01\xdc\x31\x02\x03\x04" + bytes(range(1, 17))

    @pytest.mark.parametrize("replies", [0, 1, 2, 149])
    def test_the_first_22_bytes_are_the_conversation(self, replies: int) -> None:
        assert thread_key(b64(self.HEAD + b"reply" * replies)) == self.HEAD.hex()

    @pytest.mark.parametrize(
        "bad",
        [
            None,
            "",
            "geen base64!",
            "AQ=",
            b64(HEAD[:21]),
            b64(b"\x02" + HEAD[1:]),
            b64(HEAD[:6] + bytes(16)),
            b64(HEAD)[:-3],
            "é" * 40,
        ],
    )
    def test_malformed_ones_say_nothing(self, bad: str | None) -> None:
        assert thread_key(bad) is None

    @given(st.text())
    def test_never_raises(self, text: str) -> None:
        thread_key(text)


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("Betreft: KR-2026-0042.", {"KR20260042": "KR-2026-0042"}),
            ("d.2026/0101 en (D-2026-0102)", {"D20260101": "d.2026/0101", "D20260102": "D-2026-0102"}),
            ("in 2026 betaalde ik 1500 euro", {}),
            ("0470/12.34.56", {"0470123456": "0470/12.34.56"}),
            ("ABC-123", {}),
            ("a" * 27 + "1234", {}),
            ("12345", {"12345": "12345"}),
            ("dossier2026", {"DOSSIER2026": "dossier2026"}),
        ],
    )
    def test_words_with_four_digits_that_are_no_year(self, text: str, found: dict[str, str]) -> None:
        assert {one.value: one.evidence for one in numbers([text])} == found

    def test_many_are_cut_and_the_first_kept(self) -> None:
        found = numbers(["KR-2026-0042", " ".join(f"{number}" for number in range(10_000, 11_000))])
        assert len(found) == NUMBERS_MAX
        assert found[0].value == "KR20260042"

    def test_the_same_number_in_two_forms_is_one(self) -> None:
        assert [one.evidence for one in numbers(["kr-2026-0042 KR.2026.0042"])] == ["kr-2026-0042"]

    def test_names_of_files_without_their_suffix(self) -> None:
        found = of_words(None, "", "", ["offerte_KR-2026-0042.pdf", "scan.2026.0101"])
        assert [one.value for one in found] == ["KR20260042", "SCAN20260101"]

    def test_who_asks_goes_first(self) -> None:
        assert of_words("jan@burger.example", "", "")[0] == Found(Clue.SENDER, *["jan@burger.example"] * 2)


class TestTokens:
    def test_from_texts_and_recipients_one_per_klantenreis(self) -> None:
        token = Token("KR-2026-0042", "D-1")
        address = TOKENS.plus_address(token, "loket@stad.example")
        assert address is not None
        [found] = of_tokens(TOKENS, [f"RE: {TOKENS.mark(token)}"], [address, "an@burger.example"])
        assert (found.value, token_named(found.evidence)) == ("KR20260042", token)

    def test_two_dossiers_of_one_klantenreis_name_none(self) -> None:
        marks = " ".join(TOKENS.mark(Token("KR-1", name)) for name in ("D-1", "D-2"))
        assert [token_named(one.evidence) for one in of_tokens(TOKENS, [marks], [])] == [Token("KR-1")]

    def test_without_a_key_there_are_none(self) -> None:
        assert of_tokens(None, [TOKENS.mark(Token("KR-1"))], []) == []

    @given(st.builds(Token, st.just("KR-1"), st.none() | st.just("D-1")))
    def test_the_evidence_names_it_and_is_not_genuine_itself(self, token: Token) -> None:
        assert token_named(token_evidence(token)) == token
        assert TOKENS.in_text(token_evidence(token)) == []


def test_mentions_without_an_id_are_left_out() -> None:
    assert mentioned(Clue.ADDRESS, [(None, "Bruul"), ("adr-1", "Bruul 1"), ("adr-1", "Bruul 1")]) == [
        Found(Clue.ADDRESS, "adr-1", "Bruul 1")
    ]


@pytest.mark.parametrize(
    ("address", "own"), [("An@Stad.example", True), ("an@stad.example.evil", False), (None, False), ("an", False)]
)
def test_colleagues_are_known_by_their_domain(address: str | None, own: bool) -> None:
    assert is_own(address, {"stad.example"}) is own
