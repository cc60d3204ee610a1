"""A mail that kills its process is read with less and less."""

from __future__ import annotations

import os

import pytest

from loketbus.errors import Rejected
from loketbus.workers import WorkerDied, WorkerPool, WorkerStartError, WorkerTimeout
from services.mail_ingest.parsing import HEADERS_ONLY, TEXT_ONLY, Limits
from services.mail_ingest.parsing.ladder import STEPS, parse_with_less, reason


def dies_above(step: Limits | None, limits: Limits | None) -> Limits | None:
    """Stands for a mail that only this step survives."""
    if limits != step:
        os._exit(3)
    return limits


def refuses(limits: Limits | None) -> None:
    raise ValueError(f"gevraagd met {limits}")


@pytest.mark.parametrize("step", STEPS, ids=["everything", "text only", "headers only"])
async def test_the_first_step_that_survives_counts(step: Limits | None) -> None:
    async with WorkerPool("parse") as pool:
        assert await parse_with_less(pool, dies_above, step, timeout_seconds=30) == step


async def test_a_mail_that_kills_every_time_is_for_the_quarantine() -> None:
    async with WorkerPool("parse") as pool:
        with pytest.raises(WorkerDied) as died:
            await parse_with_less(pool, dies_above, Limits(parts=7), timeout_seconds=30)
    assert reason(died.value) == "parser_died_exit"


async def test_what_the_parser_raises_is_no_reason_to_try_with_less() -> None:
    async with WorkerPool("parse") as pool:
        with pytest.raises(ValueError, match="gevraagd met None"):
            await parse_with_less(pool, refuses, timeout_seconds=30)


def test_less_and_less() -> None:
    assert STEPS == (None, TEXT_ONLY, HEADERS_ONLY)
    assert (TEXT_ONLY.safe_html, TEXT_ONLY.unpack, TEXT_ONLY.parts) == (False, False, Limits().parts)
    assert HEADERS_ONLY.parts == 0


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WorkerTimeout("parse", 1.0), "parse_timeout"),
        (WorkerDied("parse", "memory"), "parser_died_memory"),
        (WorkerStartError("parse", "did not start"), "parser_unavailable"),
        (Rejected("mail_too_large", "Te groot."), "mail_too_large"),
        (ZeroDivisionError(), "defect_ZeroDivisionError"),
    ],
)
def test_reasons_are_codes(error: Exception, code: str) -> None:
    assert reason(error) == code
