"""Which mailbox adapter the settings choose, and what there is to say about that choice."""

from __future__ import annotations

from datetime import date

from loketbus.clock import utc_now
from loketbus.doctoring import Finding
from services.mail_ingest.remote.ews import EwsConnection, EwsMailbox, days_left, retirement_warning
from services.mail_ingest.remote.folder import FolderMailbox
from services.mail_ingest.remote.graph import GraphConnection, GraphMailbox
from services.mail_ingest.remote.protocol import Mailbox
from services.mail_ingest.settings import MailSettings, connection_of


def open_mailbox(settings: MailSettings) -> Mailbox:
    """The adapter that `LOKETBUS_MAIL_ADAPTER` names.

    Raises:
        ConfigurationError: it is not told how to reach the mailbox.
    """
    spool = settings.var / "mail_ingest" / "spool" / settings.mail_adapter
    connection = connection_of(settings)
    if isinstance(connection, EwsConnection):
        return EwsMailbox(connection, spool)
    if isinstance(connection, GraphConnection):
        return GraphMailbox(connection, spool)
    return FolderMailbox(
        connection,
        spool,
        max_mail_bytes=settings.mail_max_bytes,
        settle_seconds=settings.mail_folder_settle_seconds,
    )


def warning(settings: MailSettings, today: date) -> str | None:
    """What operators must know about the chosen adapter, with the days that are left; None when all is well."""
    if settings.mailbox is None or settings.mail_adapter != "ews" or settings.ews_url is None:
        return None
    return retirement_warning(settings.ews_url, today, settings.ews_ends)


def examine(settings: MailSettings) -> list[Finding]:
    """For `loketbus doctor`: wrong only once it no longer works."""
    today = utc_now().date()
    advice = warning(settings, today)
    if advice is None:
        return []
    return [Finding("postvak over EWS in Exchange Online", days_left(today, settings.ews_ends) > 0, advice)]
