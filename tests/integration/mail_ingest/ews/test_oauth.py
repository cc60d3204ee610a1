"""Exchange Online: the real exchangelib gets its token from the simulator's token endpoint."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote.ews import EwsMailbox
from simulators.ews import EwsSimulator
from tests.integration.mail_ingest.ews.support import content, everything, online, wanted
from tests.support.ews import eml, fill


@pytest.fixture
async def mailbox(inline: None, ews_online: EwsSimulator, tmp_path: Path) -> AsyncIterator[EwsMailbox]:
    """The adapter, with an app's credentials, without its process."""
    adapter = EwsMailbox(online(ews_online), tmp_path / "spool")
    yield adapter
    await adapter.close()


def operations(simulator: EwsSimulator) -> list[str]:
    return [request["operation"] for request in simulator.control.requests()]


async def test_one_token_for_many_requests(ews_online: EwsSimulator, mailbox: EwsMailbox) -> None:
    ids = fill(ews_online, 2)
    assert [change.provider_id for change in await everything(mailbox)] == ids[::-1]
    answers = await mailbox.fetch(wanted(ids))
    assert [content(answers[one]) for one in ids] == [eml(1), eml(2)]
    assert operations(ews_online) == ["Token", "SyncFolderItems", "GetItem"]
    (token,) = ews_online.control.requests("Token")
    assert token["detail"] == {"scope": "https://outlook.office365.com/.default"}


async def test_an_expired_token_is_replaced_and_costs_nobody_a_mail(
    ews_online: EwsSimulator, mailbox: EwsMailbox
) -> None:
    (one,) = fill(ews_online, 1)
    ews_online.control.fault("token_life", "Token")
    assert content((await mailbox.fetch(wanted([one])))[one]) == eml(1)
    assert operations(ews_online) == ["Token", "Token", "GetItem"]


async def test_a_wrong_secret_is_tried_once(inline: None, ews_online: EwsSimulator, tmp_path: Path) -> None:
    adapter = EwsMailbox(online(ews_online, client_secret=SecretStr("zeer-geheim")), tmp_path / "spool")
    with pytest.raises(Denied) as caught:
        await adapter.probe()
    assert (caught.value.code, caught.value.detail) == ("ews_token_refused", "invalid_client")
    assert "zeer-geheim" not in str(caught.value)
    assert operations(ews_online) == ["Token"]
    await adapter.close()


@pytest.mark.parametrize(("params", "retry_after"), [({"status": 429, "retry_after": 9}, 9.0), ({"status": 503}, None)])
async def test_a_token_endpoint_that_is_away(
    ews_online: EwsSimulator, mailbox: EwsMailbox, params: dict[str, Any], retry_after: float | None
) -> None:
    ews_online.control.fault("status", "Token", **params)
    with pytest.raises(Unavailable) as caught:
        await mailbox.probe()
    assert caught.value.retry_after_seconds == retry_after
    await mailbox.probe()


async def test_a_token_answer_that_is_none(ews_online: EwsSimulator, mailbox: EwsMailbox) -> None:
    ews_online.control.fault("status", "Token", status=200, body="<html>onderhoud</html>")
    with pytest.raises(Unavailable):
        await mailbox.probe()


async def test_15_a_session_that_cannot_be_replaced_does_not_block_the_next_call(
    ews_online: EwsSimulator, mailbox: EwsMailbox
) -> None:
    await mailbox.probe()
    ews_online.control.fault("status", "GetFolder", status=503)
    ews_online.control.fault("status", "Token", status=503)
    with pytest.raises(Unavailable):
        await mailbox.probe()
    await mailbox.probe()


async def test_a_token_that_the_server_refuses_is_a_refusal(ews_online: EwsSimulator, mailbox: EwsMailbox) -> None:
    await mailbox.probe()
    ews_online.control.fault("status", "GetFolder", status=401)
    with pytest.raises(Denied):
        await mailbox.probe()
    assert len(ews_online.control.requests("GetFolder")) == 2
    await mailbox.probe()


async def test_a_mailbox_that_the_app_may_not_read(inline: None, ews_online: EwsSimulator, tmp_path: Path) -> None:
    adapter = EwsMailbox(online(ews_online, mailbox="elders@stad.example"), tmp_path / "spool")
    with pytest.raises(Denied):
        await adapter.probe()
    await adapter.close()
