"""The page on localhost as a person at the energy desk sees it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from loketbus_contracts import MailSent
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Desk
from tests.support.ews import eml
from tests.support.shared import REPOSITORY

pytestmark = pytest.mark.browser

SCREENSHOT = REPOSITORY / "docs" / "images" / "queue.png"
SCREENSHOT_MAX_BYTES = 300_000


async def open_page(browser: Browser, desk: Desk, fragment: str | None = None, **options: object) -> Page:
    page = await browser.new_page(locale="nl-BE", **options)  # type: ignore[arg-type]
    await page.goto(f"{desk.url}/#token={desk.token if fragment is None else fragment}")
    return page


async def test_without_or_with_a_wrong_token_it_says_what_to_do(browser: Browser, desk: Desk) -> None:
    page = await open_page(browser, desk, "verkeerd")
    await expect(page.locator("#state")).to_have_text(
        "Dit toegangstoken is niet geldig. Meld opnieuw aan of vraag een nieuw token aan uw beheerder."
    )
    await expect(page.locator("#queue")).to_be_hidden()
    await page.get_by_label("Toegangstoken").fill(desk.token)
    await page.keyboard.press("Enter")
    await expect(page.locator("#queue")).to_be_visible()
    await page.reload()
    await expect(page.locator("#queue")).to_be_visible()
    assert desk.token not in page.url


async def test_it_fills_while_somebody_looks_and_keeps_the_focus(browser: Browser, desk: Desk) -> None:
    await desk.take_in(eml(1, Subject="Eerste vraag", In_Reply_To="<ons-antwoord@stad.example>"))
    page = await open_page(browser, desk)
    rows = page.locator("#items tr")
    await expect(rows).to_have_count(1)
    await rows.first.locator(".question").focus()
    await desk.take_in(eml(2, Subject=""))
    await desk.take_in(eml(3, Subject="<b>vet</b> " + "lang onderwerp " * 40, attachments={"offerte.pdf": b"%PDF"}))
    await expect(rows).to_have_count(3)
    await expect(rows.first.locator(".question")).to_be_focused()
    await expect(rows.nth(1)).to_contain_text("(geen onderwerp)")
    await expect(rows.nth(2)).to_contain_text("<b>vet</b> lang onderwerp")
    await expect(rows.nth(2)).to_contain_text("1 bijlage")
    await expect(page.locator("#all")).to_have_text("3")
    await expect(page).to_have_title("(3) Wachtrij W&E")
    sent = MailSent(
        conversation="c", message_id="<ons-antwoord@stad.example>", klantenreis="KR-1", sent_at=datetime.now(UTC)
    )
    await desk.say_sent(sent)
    await expect(rows.first).to_contain_text("KR-1")
    await expect(rows.first.locator(".question")).to_be_focused()
    box = await rows.nth(2).bounding_box()
    assert box is not None
    assert box["height"] < 150, "a long subject is folded"


async def test_choosing_opening_and_keys(browser: Browser, desk: Desk, tmp_path: Path) -> None:
    await desk.take_in_demo(tmp_path / "mails")
    page = await open_page(browser, desk)
    everything = int(await page.locator("#all").text_content() or 0)
    await expect(page.locator("#items tr")).not_to_have_count(0)
    everything = int(await page.locator("#all").inner_text())
    linked, unlinked = [int(await page.locator(f"#{name}").inner_text()) for name in ("linked", "unlinked")]
    assert linked > 0
    assert linked + unlinked == everything == await page.locator("#items tr").count()

    await page.get_by_role("button", name="Reeds gekoppeld").click()
    await expect(page.locator("#items tr")).to_have_count(linked)
    await expect(page.locator("#items .badge.unlinked")).to_have_count(0)
    await page.keyboard.press("2")
    await expect(page.locator("#items tr")).to_have_count(unlinked)
    await expect(page.locator("#items .badge.linked")).to_have_count(0)

    await page.get_by_role("button", name="Reeds gekoppeld").click()
    await expect(page.locator("#items tr")).to_have_count(linked)
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "Enter"):
        await page.keyboard.press(key)
    detail = page.get_by_role("dialog")
    await expect(detail).to_be_visible()
    first = page.locator("#items tr").first
    await expect(detail.get_by_role("heading")).to_have_text(await first.locator(".subject").inner_text())
    await expect(detail).to_contain_text("gesprek")
    await page.keyboard.press("Escape")
    await expect(detail).to_be_hidden()
    await expect(first.locator(".question")).to_be_focused()

    folded = page.locator("#automatic")
    await expect(page.locator("#automatic-items tr")).to_have_count(0)
    await folded.locator("summary").click()
    await expect(page.locator("#automatic-items tr")).to_have_count(
        int(await page.locator("#automatic-count").inner_text())
    )


async def test_an_attachment_is_downloaded_with_the_token(browser: Browser, desk: Desk) -> None:
    await desk.take_in(eml(1, attachments={"offerte.pdf": b"%PDF-1.7 offerte"}))
    page = await open_page(browser, desk)
    await page.locator("#items .question").first.click()
    async with page.expect_download() as started:
        await page.get_by_role("button", name="offerte.pdf").click()
    download = await started.value
    assert download.suggested_filename == "offerte.pdf"
    assert (await download.path()).read_bytes() == b"%PDF-1.7 offerte"


async def test_newest_first(browser: Browser, desk: Desk) -> None:
    for number in (1, 2):
        await desk.take_in(eml(number))
    page = await open_page(browser, desk)
    subjects = page.locator("#items .subject")
    await expect(subjects).to_have_text(["Vraag 1 over isolatie", "Vraag 2 over isolatie"])
    await page.get_by_label("Volgorde").select_option("pas binnen")
    await expect(subjects).to_have_text(["Vraag 2 over isolatie", "Vraag 1 over isolatie"])


@pytest.mark.skipif(
    "LOKETBUS_TEST_SCREENSHOT" not in os.environ, reason="LOKETBUS_TEST_SCREENSHOT=1 renews docs/images"
)
async def test_screenshot(browser: Browser, desk: Desk, tmp_path: Path) -> None:
    await desk.take_in_demo(tmp_path / "mails")
    page = await open_page(browser, desk, viewport={"width": 1200, "height": 860})
    await expect(page.locator("#items tr")).not_to_have_count(0)
    SCREENSHOT.parent.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOT)
    assert SCREENSHOT.stat().st_size < SCREENSHOT_MAX_BYTES
