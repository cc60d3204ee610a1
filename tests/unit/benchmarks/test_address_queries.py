from __future__ import annotations

from collections import defaultdict

import pytest

from benchmarks.address_data import Registered
from benchmarks.address_judging import Answer, judged
from benchmarks.address_queries import NO_NUMBER, NO_STREET, PO_BOX, Question, line, questions, typed

SAMPLE = (
    Registered(1, "Brusselsesteenweg", "455", "I", "2800", "Mechelen"),
    Registered(2, "Sint-Romboutsstraat", "12A", None, "2800", "Mechelen"),
    Registered(3, "Désiré Boucherystraat", "7", None, "2800", "Mechelen"),
    Registered(4, "Burgemeester Ryckaertsstraat", "3", "0101", "2811", "Mechelen"),
)
STREETS = {one.street for one in SAMPLE}
HIGHEST = {one.id: 500 for one in SAMPLE}


@pytest.fixture(scope="module")
def asked() -> dict[str, list[Question]]:
    """By kind; as many as there are."""
    found = defaultdict(list)
    for question in questions(SAMPLE, STREETS, HIGHEST, 10):
        found[question.kind].append(question)
    return found


def texts(questions: list[Question], id: int) -> list[str]:
    return [one.text for one in questions if one.id == id]


def test_ways_of_writing(asked: dict[str, list[Question]]) -> None:
    assert texts(asked["as registered"], 1) == ["Brusselsesteenweg 455 bus I, 2800 Mechelen"]
    assert texts(asked["typed"], 3) == ["desire boucherystraat 7 2800 mechelen"]
    assert texts(asked["typed"], 2) == ["sint romboutsstraat 12a 2800 mechelen"]
    assert texts(asked["shouted"], 3) == ["DESIRE BOUCHERYSTRAAT 7\nB-2800 MECHELEN\nBELGIE"]
    assert texts(asked["postcode last"], 3) == ["Désiré Boucherystraat 7, Mechelen 2800"]
    assert texts(asked["no postcode"], 3) == ["Désiré Boucherystraat 7, Mechelen"]
    assert texts(asked["no municipality"], 3) == ["Désiré Boucherystraat 7, 2800"]
    assert texts(asked["number first"], 3) == ["7 Désiré Boucherystraat, 2800 Mechelen"]
    assert texts(asked["letter apart"], 2) == ["Sint-Romboutsstraat 12 a, 2800 Mechelen"]
    assert texts(asked["place before it"], 3)[0].endswith(", Désiré Boucherystraat 7, 2800 Mechelen")
    (marked,) = texts(asked["box marker"], 1)
    assert marked != line(SAMPLE[0])
    assert marked.startswith("Brusselsesteenweg 455")
    assert marked.endswith("I, 2800 Mechelen")
    (short,) = texts(asked["abbreviated"], 4)
    assert short.replace("Burg. ", "Burgemeester ").replace("str.", "straat") == line(SAMPLE[3])


def test_kinds_that_need_a_box_or_a_letter(asked: dict[str, list[Question]]) -> None:
    ids = {kind: {one.id for one in some} for kind, some in asked.items()}
    assert ids["box marker"] == {1, 4}
    assert ids["letter apart"] == {2}
    assert ids["number first"] == {2, 3}


def test_a_slip_never_makes_another_street(asked: dict[str, list[Question]]) -> None:
    assert {one.id for one in asked["typing error"]} == {1, 2, 3, 4}
    assert not any(one.text.startswith(tuple(STREETS)) for one in asked["typing error"])


def test_what_is_not_there(asked: dict[str, list[Question]]) -> None:
    assert len(asked[NO_STREET]) == len(SAMPLE)
    for question in asked[NO_STREET]:
        assert (question.street, question.house, question.id) == (None, None, None)
        assert not any(question.text.startswith(f"{name} ") for name in STREETS)
    for question in asked[NO_NUMBER]:
        assert question.street in STREETS
        assert judged(question, Answer(question.street or "", "501")) == "wrong"
        assert int(question.text.removeprefix(question.street or "").split(",")[0]) > 500
    assert all(one.text.startswith("Postbus ") and one.street is None for one in asked[PO_BOX])


def test_the_same_questions_each_time() -> None:
    assert list(questions(SAMPLE, STREETS, HIGHEST, 2)) == list(questions(SAMPLE, STREETS, HIGHEST, 2))


def test_as_many_of_a_kind_as_asked() -> None:
    counts: dict[str, int] = defaultdict(int)
    for question in questions(SAMPLE, STREETS, HIGHEST, 1):
        counts[question.kind] += 1
    assert set(counts.values()) == {1}
    assert len(counts) == 15


def test_every_letter_is_a_question_with_and_without_postcode() -> None:
    asked = list(typed([("Bruul", "2800")], 5))
    within = [one.text for one in asked if one.postcode == "2800"]
    assert [text.lower() for text in within] == ["b", "br", "bru", "bruu", "bruul"]
    assert [one.text for one in asked if one.postcode is None] == within
    assert {one.wanted for one in asked} == {"Bruul"}


def test_some_begin_with_a_later_word_and_some_in_lower_case() -> None:
    names = [(f"Grote Marktstraat {nth}", "2800") for nth in range(100)]
    first = {one.text for one in typed(names, 100) if len(one.text) == 1}
    assert {"G", "g", "M", "m"} <= first
