"""Named points where a chaos test can kill this process. They cost one dictionary look-up and do nothing in real life.

`LOKETBUS_TEST_KILL_AT=mail.page_fetched` or `...:3` (the third time) makes the process send itself SIGKILL there.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_VARIABLE = "LOKETBUS_TEST_KILL_AT"
_reached: Counter[str] = Counter()


def reach(point: str) -> None:
    """Say that the process is at `point`."""
    wanted = os.environ.get(_VARIABLE)
    if wanted is None:
        return
    name, _, number = wanted.partition(":")
    if name != point:
        return
    _reached[point] += 1
    if _reached[point] == int(number or 1):
        os.kill(os.getpid(), signal.SIGKILL)
