from __future__ import annotations

import pytest
import quotequail
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail_ingest.parsing import parse
from services.mail_ingest.parsing.quotes import MIN_QUOTED_LINES, _find, _suspects, own_words
from tests.unit.mail_ingest.parsing.mails import html

OWN = "Bedankt voor het snelle antwoord.\nWanneer kan u langskomen?"
OLD = "Dag mevrouw, u kan elke dinsdag terecht."

QUOTES = {
    "outlook-nl": "Van: Loket <loket@stad.example>\nVerzonden: maandag 2 november 2026 10:15\nAan: An\n"
    f"Onderwerp: RE: isolatie\n\n{OLD}",
    "outlook-fr": f"De : Loket <loket@stad.example>\nEnvoyé : lundi 2 novembre\nÀ : An\nObjet : RE: x\n\n{OLD}",
    "outlook-en": f"From: Loket <loket@stad.example>\nSent: Monday, 2 November 2026\nTo: An\nSubject: RE: x\n\n{OLD}",
    "outlook-de": f"Von: Loket\nGesendet: Montag, 2. November 2026\nAn: An\nBetreff: AW: Dämmung\n\n{OLD}",
    "outlook-line": f"________________________________\nVan: Loket\nVerzonden: maandag\nAan: An\nOnderwerp: x\n\n{OLD}",
    "old-outlook-nl": f"-----Oorspronkelijk bericht-----\nVan: Loket\nVerzonden: maandag\nOnderwerp: x\n\n{OLD}",
    "gmail-nl": f"Op ma 2 nov 2026 om 10:15 schreef Loket <loket@stad.example>:\n\n> {OLD}\n> Groeten",
    "gmail-fr": f"Le lun. 2 nov. 2026 à 10:15, Loket <loket@stad.example> a écrit :\n\n> {OLD}",
    "gmail-en": f"On Mon, 2 Nov 2026 at 10:15, Loket <loket@stad.example> wrote:\n\n> {OLD}",
    "gmail-de": f"Am Mo., 2. Nov. 2026 um 10:15 Uhr schrieb Loket <loket@stad.example>:\n\n> {OLD}",
    "iphone-nl": f"Van mijn iPhone\n\nOp 2 nov 2026 om 10:15 heeft Loket <l@x> het volgende geschreven:\n\n{OLD}",
    "wrapped": f"Op maandag 2 november 2026 om 10:15 schreef Loket Woon- en Energie\n<loket@stad.example>:\n\n> {OLD}",
    "bare": f"> {OLD}\n> tweede\n> derde",
}


@pytest.mark.parametrize("kind", QUOTES)
def test_what_was_quoted_is_left_out(kind: str) -> None:
    words = own_words(f"{OWN}\n\n{QUOTES[kind]}")
    assert words.startswith(OWN)
    assert OLD not in words
    assert "Loket" not in words


def test_answers_between_the_quotes_are_kept() -> None:
    written = "Op ma 2 nov 2026 om 10:15 schreef Loket <l@x>:\n> Wanneer?\nDinsdag.\n> Waar?\nThuis."
    assert own_words(written) == "Dinsdag.\nThuis."


def test_the_wrapped_rest_of_a_quoted_line_is_quote() -> None:
    quote = f"> Dag\n>\n> {'woord ' * 10}en nog\neen rest van die regel.\n>\n> Kort?\nMijn antwoord."
    assert (
        own_words(f"Dank u.\n\nOp ma 2 nov 2026 om 10:15 schreef Loket <l@x>:\n\n{quote}") == "Dank u.\nMijn antwoord."
    )


@pytest.mark.parametrize(
    "line",
    ["Verstuurd vanaf mijn iPhone", "Verzonden vanaf mijn Galaxy", "Envoyé de mon iPhone", "Sent from my iPad",
     "Outlook voor Android downloaden", "Verstuurd vanaf Outlook voor iOS"],
)  # fmt: skip
def test_a_device_signs_for_nobody(line: str) -> None:
    assert own_words(f"Mijn vraag.\n\nAn\n\n{line}") == "Mijn vraag.\n\nAn"
    assert own_words(line) == line


def test_a_forward_without_own_words_keeps_everything() -> None:
    assert own_words(QUOTES["outlook-nl"]) == QUOTES["outlook-nl"]


def test_a_form_that_looks_like_headers_keeps_everything() -> None:
    form = "Naam: An\nDatum: 2 november\nOnderwerp: zonnepanelen\n\nIk heb een vraag."
    assert own_words(form) == form


def test_the_signature_goes() -> None:
    assert own_words("Mijn vraag.\n--\nAn Peeters\nStraat 1") == "Mijn vraag."


def test_a_long_line_of_ones_own_is_whole() -> None:
    long = "woord " * 500 + "einde"
    assert own_words(f"{long}\n\n{QUOTES['gmail-nl']}") == long


def test_no_quote_no_change() -> None:
    assert own_words("Dag,\n\n  ingesprongen\n\nGroeten") == "Dag,\n\n  ingesprongen\n\nGroeten"


def test_html_reply() -> None:
    page = (
        f"<div>{OWN.replace(chr(10), '<br>')}</div><div><div>Op ma 2 nov 2026 om 10:15 schreef Loket "
        f"&lt;<a href='mailto:l@x'>l@x</a>&gt;:<br></div><blockquote>{OLD}</blockquote></div>"
    )
    parsed = parse(html(page))
    assert parsed.new_text == OWN
    assert OLD in parsed.text


LINES = [
    *(
        "Dag",
        "Let op:",
        "",
        "- een",
        "x" * 60,
        "Telefoon: 09",
        "On Mon",
        "Op 2 nov om 1 heeft Jan",
        "vraag?",
        "schreef An",
    ),
    *("> oud", ">", ">> On x wrote:", "> Op ma schreef Jan:", "Op ma schreef Jan <a@b>:", "On Mon x wrote:", "wrote:"),
    *("Van: An", "Verzonden: ma", "Onderwerp: x", "From: a", "*Subject:* c", "De : X", "Objet : y", "Aan: Bo <"),
    *(
        "________________________________",
        "-----Oorspronkelijk bericht-----",
        "Begin doorgestuurd bericht:",
        "Op ma schreef",
    ),
    *("---------- Forwarded message ---------", "Le 2 nov Jan a écrit :", "Am Mo schrieb Jan:", "2024/1/1 Jan <a@b>"),
    "heeft Jan het volgende geschreven:",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=14))
def test_a_history_begins_where_quotequail_says(lines: list[str]) -> None:
    """The library that we leave alone for its time: cubic in the length of a line, 60 microseconds a line otherwise."""
    text = "\n".join(lines).strip("\n")
    theirs = quotequail.unwrap(text)
    ours = _find(text.split("\n"), _suspects(text.split("\n")), MIN_QUOTED_LINES)
    assert (ours is None) == (theirs is None)
    if ours is not None and theirs is not None:
        assert "\n".join(text.split("\n")[: ours.first]).strip() == theirs.get("text_top", "")


@pytest.mark.parametrize(
    ("intro", "kept"),
    [
        ("Le 2 nov. 2026 Jan a écrit\xa0:", "Dank."),
        ("-----Message d'origine-----", "Dank."),
        ("Op dinsdag schreef ik u:", "Dank."),
        ("Let op: schreef u:", "Dank.\nLet op: schreef u:\nOude tekst."),
    ],
)
def test_introductions(intro: str, kept: str) -> None:
    assert own_words(f"Dank.\n{intro}\nOude tekst.") == kept


def test_a_history_far_below_is_found() -> None:
    long = "\n".join(f"regel {number}" for number in range(3_000))
    assert own_words(f"{long}\n\n{QUOTES['gmail-nl']}") == long
