"""The CRM of the demo follows the addresses to which something happens, and asks each question once."""

from __future__ import annotations

from services.address.demo_crm import ASKED, FOLLOWED, requests
from simulators.address.api.happenings import SCRIPT, Happening


def begins(one: Happening) -> str:
    """How an address to which it happens is written."""
    box = f" bus {one.box}" if one.box else ""
    return f"{one.street} {one.house}{box}, {one.postcode} " if one.house else f"{one.street} "


def test_it_follows_those_to_whom_something_happens() -> None:
    new = [one for one in SCRIPT if one.act in ("propose", "approve")]
    happens = [one for one in SCRIPT if one not in new]
    assert [[text for text in FOLLOWED if text.startswith(begins(one))] for one in happens] == [
        [text] for text in FOLLOWED
    ]
    assert [text for one in new for text, _ in ASKED if text.startswith(begins(one))], "asked before it is there"


def test_each_question_has_an_identity_of_its_own() -> None:
    asked = list(requests())
    assert [one.text for one in asked if one.follow] == list(FOLLOWED)
    assert len({one.reference for one in asked}) == len(asked) == len(FOLLOWED) + len(ASKED)
    assert len({one.dossier for one in asked}) == len(asked)
