"""A mail that stands in no folder any more keeps its item, with a remark; the remark goes when the mail comes back.

An item is looked at one round after its mail left: a mail that was moved is by then known at its new place.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from loketbus.ledger.tx import Cause, Tx
from loketbus.service import Wiring
from services.mail_ingest import items, mails
from services.mail_ingest.domain.remarks import RemarkCode
from services.mail_ingest.settings import MailSettings
from services.mail_ingest.store import places
from services.mail_ingest.store.tables import item

AT_ONCE = 100


class Leaving:
    """Keeps the remarks of one mailbox, as one adapter shows it, true."""

    def __init__(self, bus: Wiring[MailSettings], box: str, provider: str) -> None:
        self._bus = bus
        self._source = f"mailbox/{box}"
        self._provider = provider
        self._everything = True
        self._left: set[str] = set()
        self._came: set[str] = set()

    def left(self, mail_ids: Collection[str]) -> None:
        """These were seen to leave a folder."""
        self._left |= set(mail_ids)

    def came(self, mail_ids: Collection[str]) -> None:
        """These were seen to come back."""
        self._came |= set(mail_ids)

    def look_at_everything(self) -> None:
        """More may have happened than we were told."""
        self._everything = True

    @property
    def waiting(self) -> bool:
        """Did something leave that nobody was told of yet?"""
        return bool(self._left)

    def take(self) -> set[str]:
        """What left before now, to be handed to `tell` when every folder was read since."""
        left, self._left = self._left, set()
        return left

    async def tell(self, left: set[str]) -> None:
        """Make the remarks of these items, and of those whose mails came back, true."""
        everything, self._everything = self._everything, False
        came, self._came = self._came, set()
        mails_ = None if everything else left | came
        try:
            for remarked in (True, False):
                wrong = places.is_wrong_about_leaving(self._provider, remarked)
                await self._change(wrong, mails_, remark=not remarked)
        except BaseException:
            self._everything = True  # what was handed over must not be forgotten
            raise

    async def tell_of_strays(self) -> None:
        """After a look at the whole mailbox: what only another adapter ever saw there is gone too."""
        await self._change(places.stands_nowhere(self._provider), None, remark=True)

    async def _change(self, wrong: ColumnElement[bool], mail_ids: Collection[str] | None, *, remark: bool) -> None:
        parts: list[list[str] | None] = [None] if mail_ids is None else [*_parts(sorted(mail_ids))]
        for part in parts:
            while found := await self._wrong(wrong, part):
                await asyncio.gather(*(self._save(row, remark) for row in found))

    async def _wrong(self, wrong: ColumnElement[bool], mail_ids: list[str] | None) -> list[str]:
        return await self._bus.ledger.read(lambda connection: _rows(connection, wrong, mail_ids))

    async def _save(self, mail_id: str, remark: bool) -> None:
        now = self._bus.now()
        name = f"{'left' if remark else 'back'}|{mail_id}|{now.isoformat()}"
        cause = Cause(consumer=mails.SOURCE, source=self._source, id=name, at=now, correlation_id=mail_id)

        def save(tx: Tx) -> None:
            row = tx.execute(select(item).where(item.c.mail == mail_id)).mappings().first()
            if row is not None:
                act = "left_mailbox" if remark else "back_in_mailbox"
                items.save(tx, dict(row), {"remarks": _remarks(row["remarks"], remark)}, act=act)

        await self._bus.write(cause, save)


def _rows(connection: Connection, wrong: ColumnElement[bool], mail_ids: Collection[str] | None) -> list[str]:
    query = select(item.c.mail).where(item.c.mail.is_not(None), wrong)
    if mail_ids is not None:
        query = query.where(item.c.mail.in_(mail_ids))
    return list(connection.execute(query.order_by(item.c.mail).limit(AT_ONCE)).scalars())


def _remarks(before: str, remark: bool) -> str:
    codes: list[Any] = [code for code in json.loads(before) if code != RemarkCode.LEFT_INBOX]
    return json.dumps([*codes, RemarkCode.LEFT_INBOX] if remark else codes)


def _parts(mail_ids: list[str]) -> list[list[str]]:
    return [mail_ids[start : start + AT_ONCE] for start in range(0, len(mail_ids), AT_ONCE)]
