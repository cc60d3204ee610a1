"""The suite that every consumer of the bus inherits. A service's tests are a `Subject` and two classes:

    class TestEvents(EventSuite):
        subject = MySubject()

    class TestLife(LifeSuite):
        subject = MySubject()

It needs real Kafka and runs on SQLite and PostgreSQL; `tests/integration/bus` runs it on the example service.
"""

from tests.bus_suite.events import EventSuite
from tests.bus_suite.house import House
from tests.bus_suite.life import LifeSuite
from tests.bus_suite.subject import Subject

__all__ = ["EventSuite", "House", "LifeSuite", "Subject"]
