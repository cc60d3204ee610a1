"""`mail.received.v1`: organisations that a mail names."""

from __future__ import annotations

from collections.abc import Iterable

from loketbus_contracts import ORGANISATION_MENTIONED, MentionedOrganisation, OrganisationMentioned

from loketbus.mentioning import MentionHandler
from services.kbo.mentions import find_organisations
from services.kbo.questions import Register
from services.kbo.store.mentions import mentions


class MailReceivedHandler(MentionHandler[MentionedOrganisation, OrganisationMentioned]):
    """`mail.received.v1`; `home` are the postcodes of the desk's own city."""

    def __init__(self, register: Register, home: Iterable[str] = ()) -> None:
        at_home = frozenset(home)

        def find(text: str) -> tuple[MentionedOrganisation, ...]:
            with register.open() as view:
                return find_organisations(view, text, at_home)

        def told(mail: str, found: tuple[MentionedOrganisation, ...]) -> OrganisationMentioned:
            return OrganisationMentioned(mail=mail, organisations=found)

        super().__init__(ORGANISATION_MENTIONED, mentions, find, told)
