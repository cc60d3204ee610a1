"""A bare loop with exchangelib: ask which mails there are, fetch each with its MIME content, throw it away."""

from __future__ import annotations

import time
from typing import Any

import exchangelib
from exchangelib.version import Build, Version

from benchmarks.process import Spec, contend


async def main(spec: Spec) -> dict[str, Any]:
    """Read the inbox of `spec`."""
    config = exchangelib.Configuration(
        service_endpoint=spec["url"],
        credentials=exchangelib.Credentials(spec["user"], spec["password"]),
        auth_type=exchangelib.BASIC,
        version=Version(Build(15, 2, 1748, 10)),
    )
    account = exchangelib.Account(spec["mailbox"], config=config, autodiscover=False, access_type=exchangelib.DELEGATE)
    ids = [(item.id, item.changekey) for _, item in account.inbox.sync_items(only_fields=["message_id"])]
    moments = []
    for start in range(0, len(ids), spec["page"]):
        page = ids[start : start + spec["page"]]
        for mail in account.fetch(page, only_fields=["mime_content", "datetime_received"]):
            assert mail.mime_content
            moments.append(int(time.time() * 1000))
    assert len(moments) == spec["mails"]
    return {"moments": moments}


if __name__ == "__main__":
    contend(main)
