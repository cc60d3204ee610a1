"""What happened to an item, in Dutch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.mail_ingest.domain.dispatch import Choice, Desk
from services.mail_ingest.domain.story import Entry, conflict, describe

DESK = Desk({"we": Choice("W&E", True), "energie": Choice("Energie (W&E)", True)}, {"spam": Choice("Spam", True)})
ONE_O_CLOCK = datetime(2026, 11, 20, 12, 5, tzinfo=UTC)


def entry(act: str, actor: str | None = "an", *, minutes: int = 0, **changes: tuple[Any, Any]) -> Entry:
    return Entry(minutes + 2, ONE_O_CLOCK + timedelta(minutes=minutes), actor, act, changes)


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (entry("received"), "binnengekomen"),
        (entry("note"), "notitie toegevoegd"),
        (entry("dispatch", wachtrij=("we", "energie")), "doorgestuurd naar Energie (W&E)"),
        (
            entry("return", wachtrij=("energie", "we"), behandelaar=("an", None)),
            "terug naar W&E, geen behandelaar meer",
        ),
        (entry("assign", behandelaar=(None, "bo")), "toegewezen aan bo"),
        (entry("assign", behandelaar=("an", "bo")), "overgegaan van an naar bo"),
        (entry("close", open=(True, False), closed_reason=(None, "spam")), "afgesloten (Spam)"),
        (entry("reopen", open=(False, True), closed_reason=("spam", None)), "heropend"),
        (entry("relink", None, klantenreis=(None, "KR-1")), "gekoppeld aan klantenreis KR-1"),
        (entry("unlink", klantenreis=("KR-1", None)), "losgekoppeld"),
        (entry("answered", None, answered_at=(None, "2026"), answered_via=(None, "outlook")), "beantwoord via Outlook"),
        (entry("something_new", None), "bijgewerkt"),
    ],
)
def test_one_line(one: Entry, text: str) -> None:
    assert describe(one, DESK) == text


class TestConflict:
    def test_the_second_hears_what_the_first_did_and_when(self) -> None:
        said = conflict([entry("dispatch", wachtrij=("we", "energie"))], "bo", DESK)
        assert "doorgestuurd naar Energie (W&E) (door an, 20/11 om 13:05)" in said
        assert said.endswith("Laad het opnieuw en kijk of uw opdracht nog nodig is.")

    def test_ones_own_other_window_is_told_as_such(self) -> None:
        assert "door uzelf" in conflict([entry("note")], "an", DESK)

    def test_people_come_before_software_and_only_the_newest_are_told(self) -> None:
        since = [entry("relink", None), *(entry("assign", behandelaar=("x", f"b{n}"), minutes=n) for n in range(5))]
        said = conflict(since, "bo", DESK)
        assert [f"b{n}" in said for n in range(5)] == [False, False, True, True, True]
        assert "Loketbus" not in said

    def test_software_alone_is_told_too(self) -> None:
        assert "(door Loketbus," in conflict([entry("relink", None, klantenreis=(None, "KR-1"))], "bo", DESK)

    def test_without_a_history_it_is_still_an_answer(self) -> None:
        assert conflict([], "bo", DESK).startswith("Dit item is intussen gewijzigd. Laad")
