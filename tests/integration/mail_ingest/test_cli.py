"""The command line against a running service: what people read, what programs read, and erasing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from loketbus_contracts import CONTACT_RECEIVED, QUEUE_COMMAND, REPLY, Close, ContactReceived, Event, encode
from loketbus_contracts.topics import Topic

from tests.support.command import Said, loketbus
from tests.support.dispatch import command
from tests.support.ews import eml, ews_process, message_id
from tests.support.kafka_tools import Raw, produce
from tests.support.mail_service import MailService, service
from tests.support.polling import wait_until

__all__ = ["ews_process", "service"]

pytestmark = pytest.mark.kafka

OTHERS = ("kbo", "address")
"""Services that are installed beside mail_ingest."""


async def test_the_queue_the_doctor_and_erasing(service: MailService) -> None:
    service.ews.control.add_mails(
        [
            eml(1, Subject="[bold]Premie[/] voor dakisolatie"),
            eml(2, From="An <an@burger.example>", Subject="", References=message_id(1)),
            eml(3, Subject="Afwezig", Auto_Submitted="auto-replied"),
        ]
    )
    await service.start()
    await service.settle(3)

    async def run(*arguments: str, **more: str) -> Said:
        settings = {"var": service.var, "kafka": service.kafka, "topic_prefix": service.topic_prefix}
        return await loketbus(*arguments, **settings, **more)

    listed = await run("queue", "list")
    assert listed.code == 0, listed.err
    assert "geen onderwerp" in listed.out
    assert "[bold]Premie[/]" in listed.out.replace("\n", ""), "a citizen's text is no markup"
    assert "Afwezig" not in listed.out
    assert "2 nog niet gekoppeld, 0 gekoppeld, 1 automatische" in listed.out.replace("\n", " ")

    items = {item["subject"]: item for item in (await run("queue", "list", "--json")).json}
    assert set(items) == {"[bold]Premie[/] voor dakisolatie", ""}
    assert [item["subject"] for item in (await run("queue", "list", "--json", "--automatic")).json] == ["Afwezig"]
    assert (await run("queue", "list", "--json", "--linked")).json == []

    shown = await run("queue", "show", items[""]["item"][:8])
    assert "Dit is vraag 2." in shown.out
    assert "an@burger.example" in shown.out
    assert (await run("queue", "show", items[""]["item"], "--json")).json["new_text"].endswith("Dit is vraag 2.")
    unknown = await run("queue", "show", "onbekend-item")
    assert (unknown.code, unknown.err) == (1, "Fout: Dit wachtrij-item bestaat niet (meer).\n")

    await service.until_ready()
    findings = (await run("doctor", "--json")).json
    assert [finding for finding in findings if not (finding["ok"] or of_others(finding))] == []
    assert any(service.kafka in finding["what"] for finding in findings)

    with others_beside(service) as answer:
        await wait_until(answer, what="the other services answer")
        erased = await run("erase", "--subject", "an@burger.example", "--yes", "--json")
    assert erased.json["mail_ingest"]["erased"]["mail"] == 1
    assert "" not in {item["subject"] for item in (await run("queue", "list", "--json")).json}

    assert await service.stop() == 0
    gone = await run("doctor", "--json", services='{"mail_ingest": "http://127.0.0.1:1"}')
    assert gone.code == 3
    assert [finding["advice"] for finding in gone.json if not (finding["ok"] or of_others(finding))] == [
        "Antwoordt niet; start met: loketbus up."
    ]


@contextmanager
def others_beside(service: MailService) -> Iterator[Callable[[], bool]]:
    """The other services in processes of their own: who is erased is erased in all of them."""
    with ExitStack() as stack:
        for name in OTHERS:
            stack.enter_context(_running(service, name))
        yield lambda: all((service.var / name / "http.json").exists() for name in OTHERS)


@contextmanager
def _running(service: MailService, name: str) -> Iterator[None]:
    command = [sys.executable, "-m", "loketbus", "run", name, "--port", "0"]
    with (
        (service.var / f"{name}.log").open("wb") as log,
        subprocess.Popen(command, env=os.environ | service.settings, stdout=log, stderr=log) as process,
    ):
        try:
            yield
        finally:
            process.kill()


def of_others(finding: Any) -> bool:
    """About a service that does not run here."""
    return any(name in finding["what"].lower() for name in (*OTHERS, "adres"))


async def say(service: MailService, topic: Topic[Any], *events: Event[Any]) -> None:
    """What the CRM or another service writes."""
    encoded = [encode(event) for event in events]
    records = [Raw(value, key, tuple(headers)) for key, value, headers in encoded]
    await produce(service.kafka, service.topic_prefix + topic.name, records)


async def test_people_work_with_the_queue_and_the_crm_over_kafka(service: MailService) -> None:
    service.ews.control.add_mails([eml(1, Subject="Premie"), eml(2, Subject="Korting"), eml(3, Subject="Lening")])
    await service.start()
    await service.settle(3)

    async def run(*arguments: str) -> Said:
        settings = {"var": service.var, "kafka": service.kafka, "topic_prefix": service.topic_prefix}
        return await loketbus("queue", *arguments, **settings)

    rows = {row["subject"]: row for row in (await run("list", "--json")).json}
    premie, korting, lening = (rows[name]["item"][:8] for name in ("Premie", "Korting", "Lening"))

    done = await run("dispatch", premie, lening, "--to", "energie")
    assert (done.code, done.out.count("Het item is doorgestuurd naar Energie (W&E).")) == (0, 2)
    assert (await run("assign", premie)).out == "Het item is nu bij operator.\n"
    mine = (await run("list", "--wachtrij", "alle", "--mine")).out
    assert "Premie" in mine
    assert "Lening" not in mine
    assert (await run("note", premie, "--text", "Gebeld.")).out == "De notitie is bewaard.\n"
    assert (await run("link", premie, "--klantenreis", "KR-1")).out == "Het item is gekoppeld aan klantenreis KR-1.\n"
    shown = await run("show", premie)
    assert "KR-1 (person)" in shown.out
    assert "Notitie van operator" in shown.out
    assert (await run("return", lening, "--why", "Gaat over een premie.")).out == "Het item staat terug in W&E.\n"

    late = await run("close", lening, "--reason", "beantwoord", "--revision", str(rows["Lening"]["revision"]))
    assert late.code == 1
    assert late.err.startswith("Fout: Dit item is intussen gewijzigd: doorgestuurd naar Energie (W&E) (door uzelf")
    mixed = await run("close", lening, "onbekend-item", korting, "--reason", "spam")
    assert (mixed.code, mixed.out.count("Het item is afgesloten (Spam).")) == (1, 2)
    assert mixed.err == "Fout: onbekend-item: Dit wachtrij-item bestaat niet (meer). Laad de lijst opnieuw.\n"
    story = (await run("history", premie)).out
    assert "notitie toegevoegd" in story
    assert "binnengekomen" in story
    assert (await run("hand-over", "operator", "--to", "bo", "--wachtrij", "energie")).out == "1 overgedragen.\n"
    assert "Energie (W&E)" in (await run("queues")).out
    assert "nieuwsbrief" in (await run("reasons")).out

    now = datetime.now(UTC)
    close = command(rows["Premie"]["item"], Close(reason="beantwoord"), at=now, request="crm-1")
    stranger = replace(command("nobody", Close(reason="spam"), at=now), id="crm-2")
    call = ContactReceived(contact="call-1", bron="telefoon", received_at=now, text="Belt over zon.", subject="Zon")
    event = Event(
        id="call", type=CONTACT_RECEIVED.name, source="console", key="call-1", time=now, data=call, correlation_id="c"
    )
    await say(service, QUEUE_COMMAND, close, close, stranger)
    await say(service, CONTACT_RECEIVED, event)

    async def answers() -> dict[str, Any]:
        found = [json.loads(record.value or b"") for record in await service.read(REPLY)]
        mine = [one for one in found if one["request"].startswith("crm-")]
        assert len(mine) == len({one["request"] for one in mine}), "one answer per request"
        return {one["request"]: one for one in mine}

    given = await wait_until(lambda: _both(answers), 60, what="both commands are answered")
    assert (given["crm-1"]["outcome"], given["crm-1"]["message"]) == ("done", "Het item is afgesloten (Beantwoord).")
    assert (given["crm-2"]["outcome"], given["crm-2"]["code"]) == ("rejected", "unknown_item")
    assert not (await run("show", premie, "--json")).json["open"]
    await service.until(lambda: service.count("contact") == 1, "the telephone call is in the ledger")
    assert "Zon" in (await run("list")).out


async def _both(answers: Any) -> dict[str, Any] | None:
    found: dict[str, Any] = await answers()
    return found if len(found) == 2 else None
