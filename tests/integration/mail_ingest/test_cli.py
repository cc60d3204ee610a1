"""The command line against a running service: what people read, what programs read, and erasing."""

from __future__ import annotations

import pytest

from tests.support.command import Said, loketbus
from tests.support.ews import eml, ews_process, message_id
from tests.support.mail_service import MailService, service

__all__ = ["ews_process", "service"]

pytestmark = pytest.mark.kafka


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
    assert [finding for finding in findings if not finding["ok"]] == []
    assert any(service.kafka in finding["what"] for finding in findings)

    erased = await run("erase", "--subject", "an@burger.example", "--yes", "--json")
    assert erased.json["mail_ingest"]["erased"]["mail"] == 1
    assert "" not in {item["subject"] for item in (await run("queue", "list", "--json")).json}

    assert await service.stop() == 0
    gone = await run("doctor", "--json", services='{"mail_ingest": "http://127.0.0.1:1"}')
    assert gone.code == 3
    assert [finding["advice"] for finding in gone.json if not finding["ok"]] == [
        "Antwoordt niet; start met: loketbus up."
    ]
