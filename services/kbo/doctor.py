"""What `loketbus doctor` says about the register: is there one, is it fresh, can it be fetched."""

from __future__ import annotations

from collections.abc import Sequence

from loketbus.clock import utc_now
from loketbus.doctoring import Finding
from services.kbo import drops
from services.kbo.settings import KboSettings
from services.kbo.standing import Standing, standing


def examine(settings: KboSettings) -> Sequence[Finding]:
    """One line for the register, and those about where it comes from."""
    now = standing(settings, utc_now())
    # A running service may have a drop that this shell's settings do not name: then nothing is to be said about that.
    fetched_elsewhere = settings.kbo_drop == "none" and now.fetching.listed_at is not None
    return [_register(now), *([] if fetched_elsewhere else drops.examine(settings))]


def _register(now: Standing) -> Finding:
    if now.source is None or now.source.snapshot is None:
        return Finding("KBO-register", False, " ".join(now.advice))
    what = f"KBO-register: uittreksel {now.source.extract:04d}, toestand op {now.source.snapshot:%d/%m/%Y}"
    return Finding(what, not now.advice, " ".join(now.advice))
