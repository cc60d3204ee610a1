"""On Kafka: without a register a request waits and whoever asked hears so; with one it is answered."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import pytest
from loketbus_contracts import ADDRESS_RESOLVED, REPLY, Reply

from loketbus.service import Service
from services.address.app import service
from services.address.settings import register_folder
from tests.bus_suite import House
from tests.integration.address.test_suite import Requests, register
from tests.support.polling import wait_until

pytestmark = pytest.mark.kafka


class WithoutRegister(Requests):
    """As in a fresh installation."""

    def service(self) -> Service[Any]:
        return service


def answers(house: House, request: str) -> list[tuple[str, str]]:
    replies = (
        Reply.model_validate_json(row["record_value"])
        for row in house.yard.account().outbox
        if row["topic"].endswith(REPLY.name)
    )
    return [(str(reply.outcome), reply.code) for reply in replies if reply.request == request]


async def test_a_request_outlives_the_time_without_a_register(kafka: str, tmp_path: Path) -> None:
    prefix = f"address-{secrets.token_hex(4)}."
    async with House(WithoutRegister(), kafka, prefix, tmp_path / "var", None) as house:
        letters = house.letters("vraag", 2)
        first = letters[0].event_id
        await house.yard.send(*letters)
        await wait_until(lambda: answers(house, first), what="whoever asked hears that it waits")
        assert answers(house, first) == [("waiting", "register_missing")]
        folder = register_folder(house.run.settings)
        folder.symlink_to(register())
        await house.run.gates["events:address.requested.v1"].retry_now()
        await house.settled()
        assert answers(house, first) == [("waiting", "register_missing"), ("done", "exact")]
        told = [row for row in house.yard.account().outbox if row["topic"].endswith(ADDRESS_RESOLVED.name)]
        assert len(told) == 2
