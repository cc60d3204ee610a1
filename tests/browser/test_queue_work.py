"""Working with the queue in a browser: dispatch and undo, a conflict, linking, closing many, a mail with markup."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Desk
from tests.browser.test_queue_page import open_page
from tests.support.ews import eml

pytestmark = pytest.mark.browser

LOAN = eml(1, Subject="Vraag over mijn verbouwlening")


async def opened(page: Page, subject: str) -> None:
    """The dialog of the item with this subject."""
    await page.locator("#items .question", has_text=subject).click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def suggest(desk: Desk) -> None:
    async with desk.colleague("beheer", "beheerder") as colleague:
        answer = await colleague.post("/queue/suggestions/refresh", json={})
    assert answer.status_code == 200, answer.text


async def test_the_suggestion_shows_its_words_and_dispatches_and_that_can_be_undone(
    browser: Browser, desk: Desk
) -> None:
    await desk.take_in(LOAN)
    await suggest(desk)
    page = await open_page(browser, desk)
    row = page.locator("#items tr").first
    await expect(row.locator(".chip")).to_have_text("Lening (W&E)")
    await expect(row.locator(".hint .why")).to_have_text('"mijn verbouwlening"')
    await opened(page, "verbouwlening")
    suggestion = page.locator("#detail-suggestion")
    await suggestion.get_by_text("waarom?").click()
    await expect(suggestion.locator("details")).to_contain_text("verbouwlening")
    await suggestion.get_by_role("button", name="Stuur naar Lening (W&E)").click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await expect(page.locator("#toast-text")).to_have_text("Het item is doorgestuurd naar Lening (W&E).")
    await expect(page.locator("#items tr")).to_have_count(0)
    await expect(page.locator("#queues [data-wachtrij=lening] b")).to_have_text("1")

    await page.get_by_role("button", name="Ongedaan maken").click()
    await expect(page.locator("#items tr")).to_have_count(1)
    await expect(page.locator("#undo")).to_be_hidden()
    [item] = await desk.items()
    assert (item["wachtrij"], item["open"]) == ("we", True)


async def test_each_queue_shows_its_own(browser: Browser, desk: Desk) -> None:
    await desk.take_in(LOAN)
    await desk.take_in(eml(2, Subject="Iets anders"))
    page = await open_page(browser, desk)
    await opened(page, "verbouwlening")
    await page.get_by_label("Doorsturen naar").select_option("lening")
    await page.get_by_role("button", name="Doorsturen", exact=True).click()
    await expect(page.locator("#items .subject")).to_have_text(["Iets anders"])
    await page.locator("#queues [data-wachtrij=lening]").click()
    await expect(page.locator("#items .subject")).to_have_text(["Vraag over mijn verbouwlening"])
    await expect(page.locator("#title")).to_have_text("Wachtrij Lening (W&E)")
    await opened(page, "verbouwlening")
    await page.get_by_label("Terug naar W&E, want").fill("Dit gaat over een premie.")
    await page.get_by_role("button", name="Terugsturen").click()
    await expect(page.locator("#items tr")).to_have_count(0)
    await page.locator("#queues [data-wachtrij=we]").click()
    await opened(page, "verbouwlening")
    await expect(page.locator("#detail-notes")).to_contain_text("Dit gaat over een premie.")


async def test_taking_up_a_note_and_the_story_by_keyboard(browser: Browser, desk: Desk) -> None:
    await desk.take_in(LOAN)
    page = await open_page(browser, desk)
    await expect(page.locator("#items tr")).to_have_count(1)
    for key in ("ArrowDown", "Enter"):
        await page.keyboard.press(key)
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("m")
    await expect(page.locator("#detail-facts")).to_contain_text("an", use_inner_text=True)
    await expect(page.get_by_role("button", name="Geef ik vrij")).to_be_visible()
    await expect(page.get_by_role("button", name="Neem ik op")).to_be_hidden()
    await page.locator("#detail-text").focus()
    await page.keyboard.press("n")
    await page.keyboard.type("<b>Belt</b> morgen terug.")
    await page.get_by_role("button", name="Bewaren").click()
    await expect(page.locator("#detail-notes .said")).to_have_text("<b>Belt</b> morgen terug.")
    await page.get_by_text("Wat er al gebeurde").click()
    await expect(page.locator("#history-list")).to_contain_text("toegewezen aan an")
    await page.keyboard.press("Escape")
    await expect(page.locator("#items .from")).to_contain_text("bij an")
    await page.get_by_label("Wie").select_option("nog niemand")
    await expect(page.locator("#items tr")).to_have_count(0)


async def test_the_second_of_two_people_reads_what_the_first_did(browser: Browser, desk: Desk) -> None:
    await desk.take_in(LOAN)
    page = await open_page(browser, desk)
    await opened(page, "verbouwlening")
    [item] = await desk.items()
    async with desk.colleague("bert", "dispatcher") as bert:
        answer = await bert.post(
            f"/queue/items/{item['item']}/commands",
            json={"action": {"command": "dispatch", "wachtrij": "energie"}, "expected_revision": item["revision"]},
            headers={"Idempotency-Key": "bert-1"},
        )
        assert answer.status_code == 200, answer.text
    await page.get_by_label("Doorsturen naar").select_option("wonen")
    await page.get_by_role("button", name="Doorsturen", exact=True).click()
    said = page.get_by_role("alert")
    await expect(said).to_contain_text("intussen gewijzigd: doorgestuurd naar Energie (W&E) (door bert")
    await expect(page.locator("#detail-facts")).to_contain_text("Energie (W&E)")
    [item] = await desk.items(wachtrij="energie")
    assert item["wachtrij"] == "energie"
    await page.get_by_label("Doorsturen naar").select_option("wonen")
    await page.get_by_role("button", name="Doorsturen", exact=True).click()
    await expect(page.get_by_role("dialog")).to_be_hidden()
    assert len(await desk.items(wachtrij="wonen")) == 1


async def test_linking_to_one_of_the_candidates(browser: Browser, desk: Desk) -> None:
    await desk.take_in(LOAN)
    candidates = [
        {"klantenreis": f"KR-{number}", "dossier": None, "method": "dossier_number", "evidence": [f"nr. {number}"]}
        for number in (1, 2)
    ]
    remarks = json.dumps(["meerdere_mogelijke_dossiers"])
    await desk.change("Vraag over mijn verbouwlening", candidates=json.dumps(candidates), remarks=remarks)
    page = await open_page(browser, desk)
    await expect(page.locator("#items .remark")).to_contain_text("meerdere mogelijke dossiers")
    await expect(page.locator("#items td.link")).to_contain_text("2 mogelijke klantenreizen")
    await opened(page, "verbouwlening")
    shown = page.locator("#detail-candidates .candidate")
    await expect(shown).to_have_count(2)
    await expect(shown.nth(1)).to_contain_text("dossiernummer in de mail · nr. 2")
    await page.get_by_role("button", name="Koppel aan KR-2").click()
    await expect(page.locator("#detail-facts .badge.linked")).to_have_text("KR-2")
    await expect(page.locator("#detail-candidates")).to_be_hidden()
    await expect(page.get_by_role("button", name="Ontkoppelen")).to_be_visible()
    [item] = await desk.items()
    assert (item["klantenreis"], item["link_method"]) == ("KR-2", "person")


async def test_closing_many_at_once_and_reopening_one(browser: Browser, desk: Desk) -> None:
    for number in range(4):
        await desk.take_in(eml(number, Subject=f"Reclame {number}"))
    page = await open_page(browser, desk)
    await expect(page.locator("#items tr")).to_have_count(4)
    await expect(page.locator("#bulk")).to_be_hidden()
    for number in (0, 1):
        await page.get_by_label(f"Kies: Reclame {number}").check()
    await page.locator("#items .question").nth(2).focus()
    await page.keyboard.press("x")
    await expect(page.locator("#bulk-count")).to_have_text("3")
    await page.locator("#bulk-reason").select_option("Spam")
    await page.locator("#bulk").get_by_role("button", name="Afsluiten").click()
    await expect(page.locator("#toast-text")).to_have_text("3 items zijn afgesloten.")
    await expect(page.locator("#items .subject")).to_have_text(["Reclame 3"])
    await page.get_by_label("Toon").select_option("afgesloten")
    await expect(page.locator("#items tr")).to_have_count(3)
    await opened(page, "Reclame 1")
    await expect(page.locator("#detail-facts")).to_contain_text("Spam")
    await page.get_by_role("button", name="Heropenen").click()
    await expect(page.get_by_role("button", name="Heropenen")).to_be_hidden()
    assert {one["subject"] for one in await desk.items()} == {"Reclame 1", "Reclame 3"}


async def test_who_may_not_dispatch_is_not_offered_it(browser: Browser, desk: Desk) -> None:
    await desk.take_in(LOAN)
    page = await open_page(browser, desk, desk.tokens.create("bea", ["behandelaar"]))
    await opened(page, "verbouwlening")
    await expect(page.get_by_role("button", name="Neem ik op")).to_be_visible()
    await expect(page.get_by_role("button", name="Doorsturen", exact=True)).to_be_hidden()


async def test_a_beheerder_edits_the_words_and_tries_them(browser: Browser, desk: Desk) -> None:
    await desk.take_in(eml(1, Subject="Mijn droomkasteel"))
    page = await open_page(browser, desk, desk.tokens.create("bo", ["beheerder"]))
    await page.get_by_role("button", name="Woorden van de wachtrijen").click()
    lists = page.get_by_role("dialog")
    await lists.get_by_label("Wachtrij").select_option("wonen")
    words = page.locator("#list-words")
    await expect(words).to_have_value(re.compile("5 conformiteitsattest"))
    await words.fill("kasteel")
    await lists.get_by_role("button", name="Bewaren").click()
    await expect(page.locator("#list-said")).to_have_text("Begin deze regel met een gewicht van 0 tot 9: kasteel")
    await words.fill("9 *Kasteel\n5 huur*")
    await lists.get_by_role("button", name="Bewaren").click()
    await expect(page.locator("#list-said")).to_contain_text("Bewaard")
    await expect(words).to_have_value("9 *kasteel\n5 huur*")
    await lists.get_by_label("Tekst", exact=True).fill("Ons <b>luchtkasteel</b>")
    await lists.get_by_role("button", name="Probeer").click()
    await expect(page.locator("#try-result")).to_contain_text('Voorstel: Wonen (W&E), door "luchtkasteel".')
    await lists.get_by_role("button", name="Pas toe op wat wacht").click()
    await expect(page.locator("#list-said")).to_have_text("1 voorstel is gewijzigd.")
    await page.keyboard.press("Escape")
    await expect(page.locator("#items .chip")).to_have_text("Wonen (W&E)")


async def test_a_dispatcher_does_not_edit_words_and_sees_what_stands_in_junk(browser: Browser, desk: Desk) -> None:
    page = await browser.new_page()
    state = {"junk": 3, "reconciled_at": "2026-11-20T12:00:00Z"}
    await page.route("**/mailbox", lambda route: route.fulfill(json=state))
    await page.goto(f"{desk.url}/#token={desk.token}")
    await expect(page.locator("#mailbox-line")).to_contain_text("3 in de map Ongewenste e-mail")
    await expect(page.locator("#mailbox-line")).to_contain_text("postvak laatst vergeleken: vrijdag 20 november 2026")
    await expect(page.get_by_role("button", name="Woorden van de wachtrijen")).to_be_hidden()


def nasty(outside: str) -> str:
    """Markup that tries to reach `outside`, and to run."""
    return f"""
<h1>Met opmaak</h1>
<img src="{outside}/a.png"><img src="{outside.removeprefix("http:")}/b.png" srcset="{outside}/c.png 2x">
<div style="background: url({outside}/d.png)">x</div><link rel="stylesheet" href="{outside}/e.css">
<script>parent.document.title = "gekraakt"; parent.location = "{outside}/s"</script>
<img src="x" onerror="parent.document.title = 'gekraakt'">
<iframe src="{outside}/f"></iframe><object data="{outside}/o"></object>
<meta http-equiv="refresh" content="0; url={outside}/m">
<form action="{outside}/g"><button>verstuur</button></form>
<a href="{outside}/h" target="_top">klik</a>
"""


@dataclass
class Outside:
    """A server that a mail would like to be asked; it keeps what it was asked.

    Chromium may open a connection before it looks at the policy, and then says nothing on it.
    """

    url: str = ""
    asked: list[bytes] = field(default_factory=list)

    async def visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if question := await reader.readline():
            self.asked.append(question)
        writer.close()


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    there = Outside()
    async with await asyncio.start_server(there.visit, "127.0.0.1", 0) as server:
        there.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield there


async def open_mail_with_markup(browser: Browser, desk: Desk, markup: str) -> Page:
    """The dialog of a mail whose text and markup are nasty."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "An <an@burger.example>", "loket@stad.example", "<img src=x> opmaak"
    mail.set_content("platte <script>tekst</script>")
    mail.add_alternative(markup, subtype="html")
    await desk.take_in(mail.as_bytes())
    page = await open_page(browser, desk)
    await opened(page, "opmaak")
    return page


async def nothing_got_out(page: Page, outside: Outside, desk: Desk) -> None:
    frame = page.frame_locator("#detail-html iframe")
    await expect(frame.get_by_role("heading")).to_have_text("Met opmaak")
    await expect(frame.get_by_text("klik")).to_have_attribute("title", f"{outside.url}/h")
    await frame.get_by_text("klik").click()
    await expect(frame.get_by_role("heading")).to_have_text("Met opmaak")
    assert await page.locator("#detail-html iframe").get_attribute("sandbox") == ""
    assert "gekraakt" not in await page.title()
    assert page.url.startswith(desk.url)
    await page.close()  # whatever was on its way has come by now
    assert outside.asked == []


async def test_a_mail_with_markup_is_shown_without_what_it_would_load(
    browser: Browser, desk: Desk, outside: Outside
) -> None:
    page = await open_mail_with_markup(browser, desk, nasty(outside.url))
    await expect(page.locator("#detail-subject")).to_have_text("<img src=x> opmaak")
    await expect(page.locator("#detail-text")).to_have_text("platte <script>tekst</script>")
    assert await page.locator("#detail img, #detail script, #items img").count() == 0
    await page.get_by_role("button", name="Toon de mail met opmaak").click()
    await nothing_got_out(page, outside, desk)


async def test_the_frame_holds_even_when_the_markup_was_not_made_safe(
    browser: Browser, desk: Desk, outside: Outside
) -> None:
    markup = nasty(outside.url)
    page = await open_mail_with_markup(browser, desk, markup)
    await page.route("**/blobs/*", lambda route: route.fulfill(body=markup, content_type="text/html"))
    await page.get_by_role("button", name="Toon de mail met opmaak").click()
    await nothing_got_out(page, outside, desk)
