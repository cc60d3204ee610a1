"""What `loketbus doctor` says about the register: is there one, is it fresh, can it be fetched; and about syndici."""

from __future__ import annotations

from collections.abc import Sequence

from loketbus.clock import utc_now
from loketbus.doctoring import Finding
from loketbus.errors import ConfigurationError
from services.kbo import drops
from services.kbo.settings import KboSettings
from services.kbo.standing import Standing, standing
from services.kbo.syndics import open_syndics
from services.kbo.syndics.reuse.refreshing import look

SYNDICS = "Syndici uit het hergebruikbestand van de KBO"


def examine(settings: KboSettings) -> Sequence[Finding]:
    """One line for the register, those about where it comes from, and one for the source of syndici."""
    now = standing(settings, utc_now())
    # A running service may have a drop that this shell's settings do not name: then nothing is to be said about that.
    fetched_elsewhere = settings.kbo_drop == "none" and now.fetching.listed_at is not None
    return [_register(now), *([] if fetched_elsewhere else drops.examine(settings)), *_syndics(settings)]


def _register(now: Standing) -> Finding:
    if now.source is None or now.source.snapshot is None:
        return Finding("KBO-register", False, " ".join(now.advice))
    what = f"KBO-register: uittreksel {now.source.extract:04d}, toestand op {now.source.snapshot:%d/%m/%Y}"
    return Finding(what, not now.advice, " ".join(now.advice))


def _syndics(settings: KboSettings) -> list[Finding]:
    """Nothing without a source. Its files are looked at, not taken in: that is the service's job, every hour."""
    try:
        source = open_syndics(settings)
    except ConfigurationError as error:
        return [Finding(SYNDICS, False, str(error))]
    if source is None:
        return []
    if not source.folder.is_dir():
        advice = f"LOKETBUS_KBO_REUSE_XML_FOLDER: de map {source.folder} is er niet. Maak of koppel ze."
        return [Finding(SYNDICS, False, advice)]
    try:
        _, problems = look(source.folder, source.state_folder)
    except OSError as error:
        advice = f"De map {source.folder} kan niet gelezen worden ({error.strerror})."
        return [Finding(SYNDICS, False, advice)]
    return [Finding(SYNDICS, not problems, " ".join(problem.message for problem in problems))]
