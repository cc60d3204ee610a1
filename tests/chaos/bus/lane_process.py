"""`python -m tests.chaos.bus.lane_process JSON`: one lane on a ledger that others have too, until it is killed."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from loketbus.lanes import runner
from tests.support.lane_house import lane_house
from tests.support.outside import ADAPTERS


async def main(given: dict[str, Any]) -> None:
    """Run for ever."""
    runner.LEASE_MARGIN_SECONDS = given["margin_seconds"]
    async with lane_house(given["database"]) as house:
        house.open(
            ADAPTERS[given["adapter"]](given["base_url"]),
            holder="A",
            call_timeout_seconds=given["call_timeout_seconds"],
        )
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
