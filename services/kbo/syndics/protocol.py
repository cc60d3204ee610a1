"""What a source of syndic data is to the rest of this service."""

from __future__ import annotations

from typing import Protocol

from services.kbo.domain.syndic import SyndicAnswer


class SyndicSource(Protocol):
    """Knows who is syndic of a VME: the reuse file now, Public Search or MAGDA another day."""

    async def syndic(self, vme_number: str) -> SyndicAnswer:
        """What it knows about a VME (ten digits).

        Raises:
            loketbus.errors.Unavailable: it cannot be asked now.
        """
