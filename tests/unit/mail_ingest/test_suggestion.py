"""What the rules of suggesting make of words and of dossiers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files

import pytest

from services.mail_ingest.domain.suggestion import DOUBT_POINTS, TEXT_CHARS, Word, WordList, queue_of_dossier

LIST = WordList(
    [
        Word("lening", "*lening*", 5),
        Word("lening", "*verlening", 0),
        Word("energie", "isolatie*", 3),
        Word("energie", "dak", 1),
        Word("wonen", "huur*", 5),
        Word("we", "sollicit*", 4),
    ],
    "v1",
)


class TestJudging:
    def test_the_words_that_led_to_it_as_they_stood(self) -> None:
        verdict = LIST.judge("Over een Lening", "Ik wil een verbouwlening, ja een LENING.")
        assert (verdict.wachtrij, verdict.words()) == ("lening", ("Lening",))
        verdict = LIST.judge("", "Ik wil een Verbouw-\nlening voor het dak")
        assert verdict.words() == ("lening",)

    def test_a_word_counts_once_and_twice_as_much_in_the_subject(self) -> None:
        assert LIST.judge("", "lening lening lening").points == {"lening": 5}
        assert LIST.judge("lening", "lening").points == {"lening": 10}

    def test_a_score_is_a_share_with_doubt(self) -> None:
        verdict = LIST.judge("", "lening met isolatie")
        assert verdict.score == pytest.approx(5 / (5 + 3 + DOUBT_POINTS))
        assert verdict.margin == pytest.approx((5 - 3) / (5 + 3 + DOUBT_POINTS))

    @pytest.mark.parametrize(
        ("subject", "text"),
        [
            ("", ""),
            ("", "Kunt u mij bellen?"),
            ("", "het dak"),
            ("", "een lening en de huur"),
            ("", "lening, isolatie, dak"),
            ("", "hulpverlening"),
            ("Sollicitatie", "ik werk nu bij een dienst voor leningen"),
        ],
        ids=["empty", "no word", "too little", "tie", "too near", "covered", "for a person"],
    )
    def test_unsure_says_nothing(self, subject: str, text: str) -> None:
        assert LIST.judge(subject, text).wachtrij is None

    def test_unsure_still_shows_what_it_saw(self) -> None:
        verdict = LIST.judge("", "een lening en de huur")
        assert verdict.points == {"lening": 5, "wonen": 5}
        assert [one.text for one in verdict.found] == ["lening", "huur"]

    def test_what_a_question_is_about_stands_in_its_beginning(self) -> None:
        assert LIST.judge("", " " * TEXT_CHARS + "lening").wachtrij is None

    def test_the_version_names_rules_and_words(self) -> None:
        assert LIST.rule_version == "1/v1"


RULES = json.loads((files("services.mail_ingest") / "data" / "dossier_queues.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("dossier", "wachtrij"),
    [
        ({"type": "leningen", "subtype": "noodkoopfonds"}, "lening"),
        ({"type": "Lening", "subtype": "0% lening"}, "lening"),
        ({"type": "aanvragen_en_ontlenen", "subtype": "puinzakken"}, "adaptatie"),
        ({"type": "aanvragen_en_ontlenen", "subtype": "Tegeltuin (collectief)"}, "adaptatie"),
        ({"type": "aanvragen_en_ontlenen", "subtype": "warmtescan"}, "energie"),
        ({"type": "adviezen", "subtype": "Renovatiemasterplan"}, "appartementen"),
        ({"type": "informatie", "subtype": "interesse-renovatiemasterplan"}, "appartementen"),
        ({"type": "projectontwerpen", "subtype": "collectieve_renovatie"}, "appartementen"),
        ({"type": "adviezen", "subtype": "renovatieadvies", "hoofdproject": "wijkrenovatie_arsenaal"}, "wijkrenovatie"),
        ({"type": "leningen", "hoofdproject": "wijkrenovatie_arsenaal"}, "lening"),
        ({"type": "informatie", "subtype": "informatievraag"}, None),
        ({"type": "iets_nieuws", "subtype": "iets_nieuws"}, None),
        ({"type": None, "subtype": None, "hoofdproject": None}, None),
    ],
)
def test_the_queue_of_a_dossier(dossier: Mapping[str, str | None], wachtrij: str | None) -> None:
    assert queue_of_dossier(RULES, dossier) == wachtrij
