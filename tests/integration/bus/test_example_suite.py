"""The inherited suite, first on the example service."""

from __future__ import annotations

from tests.bus_suite import EventSuite, LifeSuite
from tests.support.example_subject import Commands, States


class TestCommands(EventSuite):
    subject = Commands()


class TestStates(EventSuite):
    subject = States()


class TestCommandsLife(LifeSuite):
    subject = Commands()
