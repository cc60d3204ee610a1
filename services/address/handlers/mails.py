"""`mail.received.v1`: addresses that a mail names."""

from __future__ import annotations

from loketbus_contracts import ADDRESS_MENTIONED, AddressMentioned, MentionedAddress

from loketbus.mentioning import MentionHandler
from services.address.mentions import find_addresses
from services.address.questions import Register
from services.address.store.mentions import mentions


class MailReceivedHandler(MentionHandler[MentionedAddress, AddressMentioned]):
    """`mail.received.v1`."""

    def __init__(self, register: Register) -> None:
        def find(text: str) -> tuple[MentionedAddress, ...]:
            with register.open() as view:
                return find_addresses(view, text)

        def told(mail: str, found: tuple[MentionedAddress, ...]) -> AddressMentioned:
            return AddressMentioned(mail=mail, addresses=found)

        super().__init__(ADDRESS_MENTIONED, mentions, find, told)
