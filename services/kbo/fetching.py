"""The job that keeps the register up to date: list, plan, fetch, import, and ask a person only when nothing helps."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Protocol

import structlog
import tenacity

from loketbus import failpoints
from loketbus.clock import Clock, utc_now
from loketbus.errors import Denied, Rejected, Unavailable
from loketbus.leases import Lease
from loketbus.replicas import PRIVATE
from services.kbo.domain.extracts import Extract, Plan, Steps, Trouble, Why, plan
from services.kbo.fetch_status import FetchProblem, FetchStatus, Loaded, StatusFile
from services.kbo.remote.drop import Drop

log = structlog.get_logger(__name__)

FETCH_ATTEMPTS = 3
PAUSE_SECONDS = 2.0
FETCH_LATER_SECONDS = 900.0
ASKED_AGAIN_SECONDS = 6 * 3600.0
"""After a person was asked: a Full is half a gigabyte, and the authority publishes once a day."""
BUSY = "kbo_busy"
OUR_OWN = frozenset({BUSY, "kbo_disk_full", "kbo_disk_failed", "kbo_import_died"})
"""Refusals that are no archive's fault: fetching it again would not help."""
ODD = frozenset({"kbo_register_newer"})
"""Said, but nothing that waits for a person."""
GONE = "kbo_archive_gone"


class Imported(Protocol):
    """What fetching reads in a report of the importer."""

    @property
    def extract(self) -> int:
        """Where the register stands now."""

    @property
    def snapshot(self) -> date:
        """Its day."""


Importer = Callable[[Sequence[Path]], Awaitable[Imported]]
"""Loads archives in this order, all or nothing. Raises Rejected; cancelling it leaves the old register."""


class Fetching:
    """One drop and one register.

    Args:
        drop: where archives come from.
        importer: loads them.
        state: the extract at which the register stands, None when there is none; called in a thread.
        incoming: folder of ours alone, for archives on their way.
        status: where people read what goes on.
        every_seconds: the interval of the job.
        now: the clock.
        sleep: for the pauses between attempts.
    """

    def __init__(
        self,
        drop: Drop,
        importer: Importer,
        state: Callable[[], int | None],
        *,
        incoming: Path,
        status: StatusFile,
        every_seconds: float,
        now: Clock = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._drop, self._importer, self._state = drop, importer, state
        self._incoming, self._status = incoming, status
        self._every_seconds, self._now, self._sleep = every_seconds, now, sleep

    @property
    def status(self) -> FetchStatus:
        """What it last saw and did."""
        return self._status.get()

    async def run(self, lease: Lease) -> None:
        """One round of the job.

        Raises:
            Unavailable: the drop is away; or, with a long wait, a person must do something (the message says what).
            Denied: the drop refuses us.
        """
        try:
            await self._round(lease)
        except (Unavailable, Denied) as trouble:
            self._report(Trouble(trouble.code, trouble.message))
            self._note(next_at=self._asked_for(trouble))
            raise
        finally:
            self._note(phase="idle", archive=None, got_bytes=None, size_bytes=None)
            await self._drop.close()

    async def _round(self, lease: Lease) -> None:
        self._note(phase="listing")
        state = await asyncio.to_thread(self._state)
        offered = await self._drop.list()
        wanted = plan(state, offered)
        self._tell(wanted, state, len(offered))
        await asyncio.to_thread(self._sweep, {one.name for one in wanted.steps})
        if wanted.steps:
            await self._follow(wanted, lease)
        self._conclude(wanted.problem)

    def _conclude(self, problem: Trouble | None) -> None:
        if problem is not None and problem.code not in ODD:
            raise Unavailable(problem.code, problem.message, retry_after_seconds=self._every_seconds)
        self._report(problem)
        self._note(next_at=self._now() + timedelta(seconds=self._every_seconds))

    # --- by the plan, or another way ------------------------------------------------------------------------------

    async def _follow(self, wanted: Plan, lease: Lease) -> None:
        """The plan; if an archive of it is bad, the ways around."""
        fetched_again: set[str] = set()
        for steps in (wanted.steps, *wanted.fallbacks):
            if any(one.name in fetched_again and not self._place(one.name).exists() for one in steps):
                continue  # twice it came in as no zip
            try:
                await self._load(steps, fetched_again, lease)
            except Rejected as refusal:
                log.warning("kbo_load_refused", code=refusal.code, archives=[one.name for one in steps])
                if refusal.code in OUR_OWN:
                    return self._our_own(refusal)
                last = refusal
            else:
                return await asyncio.to_thread(self._sweep, ())
        await asyncio.to_thread(self._sweep, ())
        raise _ask_a_person(last, wanted)

    def _our_own(self, refusal: Rejected) -> None:
        if refusal.code != BUSY:  # else somebody imports by hand: the next round sees what came of it
            raise Unavailable(refusal.code, refusal.message, retry_after_seconds=self._every_seconds)

    async def _load(self, steps: Steps, fetched_again: set[str], lease: Lease) -> None:
        """Fetch and import; every archive is fetched at most once more when they are refused."""
        while True:
            try:
                paths = [await self._obtain(one, lease) for one in steps]
                return await self._import(paths, steps[-1].number, lease)
            except Rejected as refusal:
                fresh = [one.name for one in steps if one.name not in fetched_again]
                if refusal.code in OUR_OWN or not fresh:
                    raise
                log.warning("kbo_fetched_again", code=refusal.code, archives=fresh)
                fetched_again.update(fresh)
                for name in fresh:
                    self._place(name).unlink(missing_ok=True)

    async def _import(self, paths: Sequence[Path], promised: int, lease: Lease) -> None:
        lease.check()
        self._note(phase="importing", archive=None, got_bytes=None, size_bytes=None)
        done = await self._importer(paths)
        failpoints.reach("kbo.after_import")
        names = tuple(path.name for path in paths)
        log.info("kbo_loaded", extract=done.extract, archives=names)
        loaded = Loaded(extract=done.extract, snapshot=done.snapshot, archives=names, at=self._now())
        self._note(loaded=loaded)
        if done.extract < promised:
            message = f"{names[-1]} is ouder dan zijn naam zegt; het register staat op {done.extract}."
            raise Rejected("kbo_archive_mislabelled", message, audience="ict")

    # --- archives -------------------------------------------------------------------------------------------------

    async def _obtain(self, wanted: Extract, lease: Lease) -> Path:
        """The archive, which may be here already: a round was ended in the middle."""
        lease.check()
        path = self._place(wanted.name)
        if not _is_whole(path, wanted.size):
            self._incoming.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            await self._fetch(wanted.name, path)
            failpoints.reach("kbo.fetched")
        return path

    async def _fetch(self, name: str, path: Path) -> None:
        attempts = tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(FETCH_ATTEMPTS),
            retry=tenacity.retry_if_exception(_is_worth_another),
            wait=tenacity.wait_exponential(multiplier=PAUSE_SECONDS),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            await attempts(self._drop.fetch, name, path, self._teller(name))
        except Unavailable as last:
            # Not at the pace of a probe: every attempt may cost half a gigabyte.
            wait = last.retry_after_seconds or FETCH_LATER_SECONDS
            raise Unavailable(last.code, last.message, detail=last.detail, retry_after_seconds=wait) from None

    def _teller(self, name: str) -> Callable[[int, int | None], None]:
        """Writes the progress down, once a second."""
        told = 0.0

        def tell(got: int, size: int | None) -> None:
            nonlocal told
            if time.monotonic() - told >= 1.0:
                told = time.monotonic()
                self._note(phase="fetching", archive=name, got_bytes=got, size_bytes=size)

        return tell

    def _place(self, name: str) -> Path:
        return self._incoming / name

    def _sweep(self, keep: Collection[str]) -> None:
        """What lies there for no plan goes, also parts of downloads that were ended."""
        for path in self._incoming.glob("*"):
            if path.name.removesuffix(".part") not in keep:
                path.unlink(missing_ok=True)

    # --- what people read -----------------------------------------------------------------------------------------

    def _note(self, **changes: object) -> None:
        """Write it down for people. A disk that is full must not hide what went wrong."""
        try:
            self._status.put(**changes)
        except OSError as error:
            log.warning("kbo_fetch_status_not_written", error=type(error).__name__, errno=error.errno)

    def _tell(self, wanted: Plan, state: int | None, offered: int) -> None:
        steps = tuple(one.name for one in wanted.steps)
        level = log.warning if wanted.why in (Why.GAP, Why.STUCK) else log.info
        level(
            "kbo_plan", why=str(wanted.why), state=state, newest=wanted.newest, missing=len(wanted.missing), steps=steps
        )
        self._note(
            listed_at=self._now(),
            offered=offered,
            newest=wanted.newest,
            state=state,
            why=str(wanted.why),
            steps=steps,
            missing=wanted.missing,
        )

    def _report(self, trouble: Trouble | None) -> None:
        if trouble is None:
            self._note(problem=None)
            return
        before = self.status.problem
        at = before.at if before is not None and before.code == trouble.code else self._now()
        self._note(problem=FetchProblem(code=trouble.code, message=trouble.message, at=at))

    def _asked_for(self, trouble: Unavailable | Denied) -> object:
        seconds = trouble.retry_after_seconds if isinstance(trouble, Unavailable) else None
        return None if seconds is None else self._now() + timedelta(seconds=seconds)


def _is_whole(path: Path, size: int | None) -> bool:
    return path.exists() and size in (None, path.stat().st_size)


def _is_worth_another(error: BaseException) -> bool:
    """A cut download is; a server that asks for time, or an archive that went, is not."""
    return isinstance(error, Unavailable) and error.retry_after_seconds is None and error.code != GONE


def _ask_a_person(refusal: Rejected, wanted: Plan) -> Unavailable:
    return Unavailable(
        "kbo_import_failed",
        f"Uittreksel {wanted.newest} kan niet ingelezen worden, ook niet opnieuw opgehaald of als volledig bestand. "
        f"{refusal.message} Het oude register blijft in gebruik. Laad zelf een Full met: loketbus kbo import "
        "BESTAND.zip, of laat Loketbus het nu nog eens proberen met: loketbus connectors retry kbo/kbo_drop.",
        detail=refusal.code,
        retry_after_seconds=ASKED_AGAIN_SECONDS,
    )
