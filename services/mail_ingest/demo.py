"""The demo around mail_ingest: a made-up mailbox behind the Exchange simulator, a CRM that says what the desk sent."""

from __future__ import annotations

import asyncio
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaProducer
from loketbus_contracts import MAIL_SENT, Event, MailSent, encode

from loketbus.kafka_client import connection_options
from loketbus.service import Demo, DemoProcess
from loketbus.settings import BusSettings, load
from services.mail_ingest.domain import conversation_id, mailbox_id, root_of

MAILS = 200
AT_START = 120
INTERVAL_SECONDS = 2.0
ADDRESS = "woonenergieloket@mechelen.example"
USER, PASSWORD = "loketbus", "demo"


def demo(folder: Path) -> Demo:
    """Commands and settings of the demo; `folder` is its own.

    The mailbox is made up once and goes on at the next start: for another, remove the folder.
    """
    mails, port_file = folder / "mails", folder / "ews.port"
    manifest, state = mails / "manifest.json", folder / "ews.state"
    folder.mkdir(parents=True, exist_ok=True)
    preparations = [[sys.executable, "-m", "services.mail_ingest.demo", str(manifest)]]
    if not manifest.is_file():  # it is written last
        shutil.rmtree(mails, ignore_errors=True)
        state.unlink(missing_ok=True)
        preparations.insert(0, _make_mails(mails))
    return Demo(
        preparations=preparations,
        processes=[DemoProcess("exchange-nagebootst", _simulator(mails, state, port_file), port_file)],
        environment=lambda: _environment(port_file),
        page="/",
    )


def _make_mails(mails: Path) -> list[str]:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M")
    return [sys.executable, "-m", "simulators.demo", "--out", str(mails), "--count", str(MAILS), "--now", now]


def _simulator(mails: Path, state: Path, port_file: Path) -> list[str]:
    command = [sys.executable, "-m", "simulators.ews", "--mail", str(mails / "inbox"), "--sent", str(mails / "sent")]
    command += ["--initial", str(AT_START), "--interval", str(INTERVAL_SECONDS), "--state", str(state)]
    command += ["--mailbox", ADDRESS, "--user", USER, "--password", PASSWORD]
    return [*command, "--port-file", str(port_file), "--until-stdin-closes"]


def _environment(port_file: Path) -> dict[str, str]:
    port = port_file.read_text(encoding="utf-8").strip()
    return {
        "LOKETBUS_MAILBOX": ADDRESS,
        "LOKETBUS_EWS_URL": f"http://127.0.0.1:{port}/EWS/Exchange.asmx",
        "LOKETBUS_EWS_USER": USER,
        "LOKETBUS_EWS_PASSWORD": PASSWORD,
        "LOKETBUS_MAIL_POLL_SECONDS": "2",
    }


def sent_mails(manifest: dict[str, Any]) -> Iterator[MailSent]:
    """What the CRM says about the mails that the desk sent: each thread is one made-up klantenreis."""
    mailbox = mailbox_id(manifest["mailbox"])
    for entry in manifest["entries"]:
        if entry["folder"] != "sent" or not entry["message_id"]:
            continue
        root = root_of(entry["message_id"], entry["in_reply_to"], entry["references"], entry["message_id"])
        number = int(hashlib.sha256(entry["thread"].encode()).hexdigest()[:6], 16) % 10_000
        yield MailSent(
            conversation=conversation_id(mailbox, root),
            message_id=entry["message_id"],
            in_reply_to=(entry["in_reply_to"],) if entry["in_reply_to"] else (),
            references=tuple(entry["references"]),
            klantenreis=f"KR-2026-{number:04}",
            actor="demo-crm",
            sent_at=datetime.fromisoformat(entry["received_at"]),
        )


async def _publish(mails: list[MailSent]) -> None:
    settings = load(BusSettings)
    producer = AIOKafkaProducer(acks="all", **connection_options(settings, "demo-crm"))
    await producer.start()
    try:
        await asyncio.gather(*[await _send(producer, settings.topic_prefix, mail) for mail in mails])
    finally:
        await producer.stop()


async def _send(producer: AIOKafkaProducer, prefix: str, mail: MailSent) -> asyncio.Future[Any]:
    key, value, headers = encode(_event(mail))
    sent: asyncio.Future[Any] = await producer.send(prefix + MAIL_SENT.name, value, key=key, headers=headers)
    return sent


def _event(mail: MailSent) -> Event[MailSent]:
    # The same id every time: starting the demo again doubles nothing.
    identity = hashlib.sha256(mail.message_id.encode()).hexdigest()
    return Event(
        id=identity,
        type=MAIL_SENT.name,
        source="demo-crm",
        key=mail.conversation,
        time=mail.sent_at,
        data=mail,
        correlation_id=identity,
        data_version=MAIL_SENT.data_version,
    )


def main(manifest: Path) -> None:
    """Say what the desk of this manifest sent, as its CRM would."""
    asyncio.run(_publish(list(sent_mails(json.loads(manifest.read_text(encoding="utf-8"))))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
