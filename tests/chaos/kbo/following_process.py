"""Runs the job that follows once, in small batches: `python -m tests.chaos.kbo.following_process VAR`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from services.kbo import following
from services.kbo.app import FOLLOWING
from tests.support.kbo_service import KboHouse

following.BATCH = 2


async def main(var: Path) -> None:
    """One run."""
    async with KboHouse(var, None, {}) as house:
        await house.runtime.leases.forget_all()  # as a service does at its start
        await house.run(FOLLOWING)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
