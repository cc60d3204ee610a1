"""Waiting for a process that is not our child to end, without polling."""

import os
import select

DEADLINE_SECONDS = 20.0


def gone(pid: int) -> bool:
    """Whether `pid` ends within the deadline (True at once when it is gone already)."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], DEADLINE_SECONDS)[0])
    finally:
        os.close(handle)
