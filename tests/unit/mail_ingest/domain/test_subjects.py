from __future__ import annotations

import pytest

from services.mail_ingest.domain.subjects import differ, normalised


@pytest.mark.parametrize(
    "subject",
    [
        "Dakisolatie",
        "Re: dakisolatie",
        "RE: FW: Antw: Dakisolatie ",
        "TR : dakisolatie",
        "AW:WG:Dakisolatie",
        "Betr: Dakisolatie",
        "Re[2]: Dakisolatie",
        "[EXTERN] Doorst: Dakisolatie",
        "RE: [WE:KR-2026-0042:0BD6X48W0N2EDYET] Dakisolatie",
        "Rép: Dakisolatie",
    ],
)
def test_prefixes_tokens_and_capitals_do_not_count(subject: str) -> None:
    assert normalised(subject) == "dakisolatie"


@pytest.mark.parametrize("subject", ["Reis naar zee", "Trap: te steil?", "Afwerking: vraag", "[dringend] dak"])
def test_words_that_only_begin_like_a_prefix_stay(subject: str) -> None:
    assert normalised(subject) == subject.casefold()


@pytest.mark.parametrize(
    ("new", "old", "other"),
    [
        ("Re: dak", "Dak", False),
        ("Ramen", "Re: dak", True),
        ("", "Dak", False),
        ("Dak", None, False),
        ("Re:", "Dak", False),
    ],
)
def test_a_mail_without_subject_says_nothing(new: str, old: str | None, other: bool) -> None:
    assert differ(new, old) is other
