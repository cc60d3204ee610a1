"""What one large mail costs in memory. The bound is a requirement: 60 MB of growth, in the child and nowhere else."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.mail_ingest.remote.ews import EwsMailbox
from services.mail_ingest.remote.protocol import FetchedMail, Wanted
from simulators.ews import EwsSimulator
from tests.integration.mail_ingest.ews.support import connection, wanted
from tests.support.ews import eml

MAIL_BYTES = 50_000_000
GROWTH_MAX = 60_000_000
SERVICE_GROWTH_MAX = 5_000_000
"""Nothing, but for what the test itself and the allocator do meanwhile."""
PEAK = Path("/proc/self/clear_refs")

pytestmark = pytest.mark.skipif(not PEAK.exists(), reason="peaks of memory can only be read on Linux")


class Growth:
    """How far a process rose above where it stood."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        Path(f"/proc/{pid}/clear_refs").write_text("5")  # the peak begins anew
        self._before = self._bytes("VmRSS")

    def peak(self) -> int:
        """Bytes of resident memory."""
        return self._bytes("VmHWM") - self._before

    def _bytes(self, name: str) -> int:
        found = re.search(rf"^{name}:\s+(\d+) kB$", self._status.read_text(), re.MULTILINE)
        assert found is not None
        return int(found[1]) * 1024


@pytest.fixture
def far_away() -> Iterator[EwsSimulator]:
    """A simulator whose memory is not ours."""
    with EwsSimulator(run_as="process") as simulator:
        yield simulator


async def test_2_a_large_mail_does_not_pass_through_memory(far_away: EwsSimulator, tmp_path: Path) -> None:
    raw = eml(1, attachments={"plan.pdf": os.urandom(MAIL_BYTES * 3 // 4)})
    large, small = far_away.control.add_mail(raw), far_away.control.add_mail(eml(2))
    adapter = EwsMailbox(connection(far_away), tmp_path / "spool")
    await adapter.fetch(wanted([small]))
    (pid,) = adapter.pids
    for size in (len(raw), None):
        child, service = Growth(pid), Growth(os.getpid())
        answer = (await adapter.fetch([Wanted(provider_id=large, size=size), Wanted(provider_id=small)]))[large]
        assert child.peak() <= GROWTH_MAX
        assert service.peak() <= SERVICE_GROWTH_MAX
        assert isinstance(answer, FetchedMail)
        assert answer.size == len(raw) >= MAIL_BYTES
        assert answer.path.read_bytes() == raw
    assert adapter.pids == {pid}
    await adapter.close()
