"""`codelist.changed.v1`: the queues that the CRM knows. Its other lists are for others."""

from __future__ import annotations

from loketbus_contracts import CodeList, CodeListEntry, Event, Wachtrij

from loketbus.ledger.tx import Tx
from services.mail_ingest.store import queues
from services.mail_ingest.store.tables import queue

_QUEUES = f"{CodeList.WACHTRIJ}:"


class CodeListHandler:
    """`codelist.changed.v1`."""

    def apply(self, tx: Tx, event: Event[CodeListEntry], prepared: None) -> None:
        """Take over a queue, unless we had this revision or a later one."""
        data = event.data
        if data.list != CodeList.WACHTRIJ:
            return
        known = queues.get(tx.connection, queue, data.code)
        if known is not None and known["revision"] >= data.revision:
            return
        values = {
            "label": data.label,
            "responsible": data.responsible,
            "active": data.active or data.code == Wachtrij.WE,
            "position": data.position,
            "revision": data.revision,
        }
        queues.put(tx, queue, data.code, values)

    def forget(self, tx: Tx, key: str) -> None:
        """A queue that the CRM took away gets nothing new; its items stay. W&E itself stays: all mail lands there."""
        code = key.removeprefix(_QUEUES)
        if key.startswith(_QUEUES) and code != Wachtrij.WE and queues.get(tx.connection, queue, code):
            # It may come back, and then its revisions begin anew.
            queues.put(tx, queue, code, {"active": False, "revision": 0})
