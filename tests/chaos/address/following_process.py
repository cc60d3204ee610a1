"""Runs the job that follows once, in small batches: `python -m tests.chaos.address.following_process VAR`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from services.address.app import FOLLOWING
from services.address.following import job as following
from tests.support.address_service import AddressHouse

following.BATCH = 2


async def main(var: Path) -> None:
    """One run."""
    async with AddressHouse(var, None) as house:
        await house.runtime.leases.forget_all()  # as a service does at its start
        await house.run(FOLLOWING)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
