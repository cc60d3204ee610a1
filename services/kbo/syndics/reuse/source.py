"""The reuse file as a source of syndics."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from loketbus.errors import ConfigurationError, Rejected, Unavailable
from loketbus.workers import WorkerError, WorkerPool
from services.kbo.domain.syndic import SyndicAnswer, chosen
from services.kbo.settings import KboSettings
from services.kbo.syndics.reuse.refreshing import Refreshed, refresh
from services.kbo.syndics.reuse.store import mandates

if TYPE_CHECKING:
    from loketbus.leases import Lease  # with it comes the ledger, which a command does not need

log = structlog.get_logger(__name__)

REFRESH_SECONDS_MAX = 6 * 3600.0
MEMORY_BYTES = 1 << 30


class ReuseXml:
    """Answers from the mandates that `refresh` took from the files; see the package for what is known about them.

    Args:
        folder: where the files are put.
        state_folder: for the small database; ours alone.
        today: the day on which a mandate must run.
    """

    def __init__(self, folder: Path, state_folder: Path, *, today: Callable[[], date] = date.today) -> None:
        self.folder = folder
        self.state_folder = state_folder
        self._today = today

    async def syndic(self, vme_number: str) -> SyndicAnswer:
        """See `SyndicSource`; `unknown` for a VME that the files do not have."""
        try:
            found = await asyncio.to_thread(mandates, self.state_folder, vme_number)
        except sqlite3.Error as error:
            raise Unavailable(
                "kbo_syndics_damaged",
                "De gegevens van syndici zijn beschadigd; ze worden opnieuw opgebouwd uit een volledig bestand.",
                detail=type(error).__name__,
            ) from error
        if found is None:
            raise Unavailable("kbo_syndics_missing", "Er zijn nog geen gegevens van syndici geladen.")
        state, known = found
        day = f", toestand op {state.day:%d/%m/%Y}" if state.day else ""
        attribution = f"Bron: Kruispuntbank van Ondernemingen - hergebruikbestand, FOD Economie{day}."
        if known is None:
            return SyndicAnswer("unknown", as_of=state.day, attribution=attribution)
        return chosen(known, self._today(), state.day, attribution)

    async def take_in(self, lease: Lease) -> None:
        """`refresh` as a scheduled job: what is wrong with the files is logged, for ICT.

        Raises:
            Unavailable: nothing could be taken in now; it is tried again.
        """
        try:
            done = await self.refresh()
        except Rejected as error:
            raise Unavailable(error.code, error.message) from error
        for problem in done.problems:
            log.warning("kbo_syndics_problem", code=problem.code, message=problem.message)
        if done.applied:
            log.info("kbo_syndics_taken_in", files=len(done.applied), vmes=done.state.vmes if done.state else 0)

    async def refresh(self) -> Refreshed:
        """Take in what is new, in a process of its own: the files come from outside and are large.

        Raises:
            Rejected: `kbo_syndics_busy`, `kbo_syndics_folder`.
            Unavailable: `kbo_syndics_disk`, `kbo_syndics_process`.
        """
        try:
            async with WorkerPool("kbo_syndics", memory_limit_bytes=MEMORY_BYTES) as pool:
                return await pool.run(refresh, self.folder, self.state_folder, timeout_seconds=REFRESH_SECONDS_MAX)
        except WorkerError as error:
            raise Unavailable(
                "kbo_syndics_process",
                "Het verwerken van de hergebruikbestanden is afgebroken; het wordt later opnieuw geprobeerd.",
                detail=str(error),
            ) from error


def open_reuse_xml(settings: KboSettings) -> ReuseXml:
    """As the settings say.

    Raises:
        ConfigurationError: its folder is not named.
    """
    if settings.kbo_reuse_xml_folder is None:
        raise ConfigurationError("LOKETBUS_KBO_SYNDICS is reuse_xml: zet LOKETBUS_KBO_REUSE_XML_FOLDER op hun map.")
    return ReuseXml(settings.kbo_reuse_xml_folder, settings.var / "kbo" / "syndics")
