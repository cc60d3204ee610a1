"""The inherited suite, first on the example service."""

from __future__ import annotations

from tests.bus_suite import EventSuite, LifeSuite
from tests.bus_suite.databases import DATABASES
from tests.support.example_subject import Commands, States
from tests.support.matrix import WHOLE_MATRIX


class TestCommands(EventSuite):
    subject = Commands()


class TestStates(EventSuite):
    subject = States()


class TestCommandsLife(LifeSuite):
    """Storms of minutes; on PostgreSQL in `make chaos`."""

    subject = Commands()
    databases = DATABASES if WHOLE_MATRIX else ("sqlite",)
