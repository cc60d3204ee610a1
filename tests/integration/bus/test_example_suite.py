"""The inherited suite, first on the example service."""

from __future__ import annotations

import os

from tests.bus_suite import EventSuite, LifeSuite
from tests.bus_suite.databases import DATABASES
from tests.support.example_subject import Commands, States


class TestCommands(EventSuite):
    subject = Commands()


class TestStates(EventSuite):
    subject = States()


class TestCommandsLife(LifeSuite):
    """Storms of minutes; on PostgreSQL in `make chaos`."""

    subject = Commands()
    databases = DATABASES if os.environ.get("LOKETBUS_TEST_WHOLE_MATRIX") == "1" else ("sqlite",)
