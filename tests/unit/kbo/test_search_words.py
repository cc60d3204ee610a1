"""Names are compared by their words; all ways to write "VME" are one word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loketbus.characters import plain
from services.kbo.domain.words import indexed, length_mark, meant, written


@pytest.mark.parametrize(
    "name",
    [
        "VME Zonnehof", "V.M.E. Zonnehof", "V M E Zonnehof", "ACP Zonnehof", "A.C.P. ZONNEHOF",
        "Vereniging van mede-eigenaars Zonnehof", "Vereniging van Mede-Eigenaars ZONNEHOF",
        "Vereniging van medeëigenaars Zonnehof", "Vereniging der mede-eigenaars Zonnehof",
        "Ver. v. mede-eigenaars Zonnehof", "Association des copropriétaires Zonnehof",
        "Assoc. des Copropriétaires Zonnehof", "Association des co-propriétaires Zonnehof",
        "Miteigentümervereinigung Zonnehof",
    ],
)  # fmt: skip
def test_a_vme_is_a_vme(name: str) -> None:
    assert meant(name) == ["vme", "zonnehof"]


@pytest.mark.parametrize("name", ["Res. Zonnehof", "Residentie Zonnehof", "Résidence Zonnehof", "RESIDENZ ZONNEHOF"])
def test_a_residence_is_a_residence(name: str) -> None:
    assert meant(name) == ["residentie", "zonnehof"]


@pytest.mark.parametrize("name", ["De Eigenaars", "Acpo", "Medeleven", "Comité M & C", "Resto"])
def test_other_names_stay_what_they_are(name: str) -> None:
    assert meant(name) == written(name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("N.V. Peeters", ["nv", "peeters"]), ("C.P.T.L", ["cptl"]),
        ("J.-P. Dupont & Fils", ["j", "p", "dupont", "fils"]),
        ("ŒUVRE Élise", ["oeuvre", "elise"]), ("Łukasz Øst", ["lukasz", "ost"]),
        ("Peeters-Janssens", ["peeters", "janssens"]),
        ("Straße", ["strasse"]), ("STRAẞE", ["strasse"]), ("12e man", ["12e", "man"]),
    ],
)  # fmt: skip
def test_words_without_accents_and_signs(name: str, words: list[str]) -> None:
    assert written(name) == words


def test_a_name_is_found_by_what_stands_there_and_by_what_is_meant() -> None:
    words = indexed("Association des copropriétaires L'Étoile", vme=False)
    assert {"association", "des", "coproprietaires", "vme", "l", "etoile", "letoile"} <= set(words)
    assert words[-1] == length_mark(3)


def test_a_vme_is_found_as_one_whatever_it_is_called() -> None:
    assert "vme" in indexed("Zonnehof", vme=True)
    assert "vme" not in indexed("Zonnehof", vme=False)


@given(st.text(), st.booleans())
def test_words_are_letters_and_digits_and_differ(name: str, vme: bool) -> None:
    *words, mark = indexed(name, vme)
    assert all(word.isalnum() and plain(word) == word for word in words)
    assert len(set(words)) == len(words)
    assert mark == length_mark(len(meant(name)))


@given(st.text())
def test_what_is_meant_does_not_depend_on_case(name: str) -> None:
    assert meant(name.lower()) == meant(name.casefold())
