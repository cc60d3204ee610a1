"""The real service, an Exchange simulator that is a process too, and topics of this test's own on a real Kafka."""

from tests.support.ews import ews_process
from tests.support.mail_service import service

__all__ = ["ews_process", "service"]
