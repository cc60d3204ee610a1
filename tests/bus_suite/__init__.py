"""The suite that every consumer of the bus inherits. A service's tests are a `Subject` and two classes:

    class TestEvents(EventSuite):
        subject = MySubject()

    class TestLife(LifeSuite):
        subject = MySubject()

It needs real Kafka and runs on SQLite and PostgreSQL; `tests/integration/bus` runs it on the example service.
"""

import pytest

for _name in ("events", "waiting", "life", "gaps", "opening", "house", "yard"):
    pytest.register_assert_rewrite(f"tests.bus_suite.{_name}")  # they are no test files, but they do assert

from tests.bus_suite.events import EventSuite  # noqa: E402
from tests.bus_suite.house import House  # noqa: E402
from tests.bus_suite.life import LifeSuite  # noqa: E402
from tests.bus_suite.subject import Subject  # noqa: E402

__all__ = ["EventSuite", "House", "LifeSuite", "Subject"]
