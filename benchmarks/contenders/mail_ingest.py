"""The service as it runs: from the mailbox to the ledger and to Kafka."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from loketbus_contracts import MAIL_RECEIVED
from pydantic import SecretStr
from sqlalchemy import func, select
from tenacity import retry, retry_if_result, wait_fixed

from benchmarks.process import Spec, contend
from loketbus.ledger.tables import outbox
from loketbus.runtime import Runtime
from services.mail_ingest.app import service
from services.mail_ingest.settings import MailSettings


async def main(spec: Spec) -> dict[str, Any]:
    """Take in the inbox of `spec`."""
    settings = MailSettings(
        kafka=spec["bootstrap"],
        var=Path(spec["folder"]),
        topic_prefix=spec["prefix"],
        mailbox=spec["mailbox"],
        ews_url=spec["url"],
        ews_user=spec["user"],
        ews_password=SecretStr(spec["password"]),
        mail_page_size=spec["page"],
    )
    async with Runtime(service, settings) as runtime:
        mine = (outbox.c.topic == spec["prefix"] + MAIL_RECEIVED.name, outbox.c.published_at.is_not(None))
        count = select(func.count()).select_from(outbox).where(*mine)
        read = retry(retry=retry_if_result(lambda found: found < spec["mails"]), wait=wait_fixed(0.2))(
            runtime.ledger.read
        )
        await read(lambda connection: connection.execute(count).scalar_one())
    return {"mails": spec["mails"]}


if __name__ == "__main__":
    contend(main)
