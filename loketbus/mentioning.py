"""`mail.received.v1`: what a mail names, told as an event. A suggestion for linking, never a link.

Read are the subject and the sender's own new words as they travel (at most 16 kB): what is quoted below, with the
desk's own address under it, stood in an earlier mail. Automatic mail is left alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from loketbus_contracts import Event, MailReceived, Message, Topic

from loketbus.ledger.tx import Tx
from loketbus.mentions import MentionMemory

Found = TypeVar("Found")
M = TypeVar("M", bound=Message)


class MentionHandler(Generic[Found, M]):
    """Looks with `find` (blocking; Unavailable without a register) and tells on `topic` what `told` makes of it."""

    def __init__(
        self,
        topic: Topic[M],
        memory: MentionMemory,
        find: Callable[[str], tuple[Found, ...]],
        told: Callable[[str, tuple[Found, ...]], M],
    ) -> None:
        self._topic, self._memory = topic, memory
        self._find, self._told = find, told

    async def prepare(self, event: Event[MailReceived]) -> tuple[Found, ...]:
        """Look for what is named.

        Raises:
            Unavailable: there is no register; the mail waits.
        """
        mail = event.data
        return () if mail.automatic is not None else await asyncio.to_thread(self._find, read(mail))

    async def probe(self) -> None:
        """Is there a register again?"""
        await asyncio.to_thread(self._find, "")

    def apply(self, tx: Tx, event: Event[MailReceived], prepared: tuple[Found, ...]) -> None:
        """Tell what was found, or that nothing of what was told before stands."""
        mail = event.data.mail
        if prepared or self._memory.was_mentioned(tx.connection, mail):
            tx.emit(self._topic, mail, self._told(mail, prepared))
        self._memory.remember(tx, mail, anything=bool(prepared))


def read(mail: MailReceived) -> str:
    """What is looked through."""
    original = mail.original.subject if mail.original else None
    subjects = [line for line in (mail.subject, original) if line]
    return "\n\n".join([*dict.fromkeys(subjects), mail.new_text])
