"""Microsoft Graph, over our own HTTP client and msal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from loketbus.errors import Denied, Unavailable
from services.mail_ingest.remote._graph_fetch import GONE, Fetcher, KnownFacts
from services.mail_ingest.remote._graph_http import (
    ForeignLinkError,
    GraphClient,
    Json,
    Refused,
    asks_to_wait,
    unexpected,
)
from services.mail_ingest.remote._graph_json import (
    CHANGE_FIELDS,
    FOLDER_FIELDS,
    Facts,
    read_entries,
    read_folder,
    read_id,
    read_link,
    read_list,
)
from services.mail_ingest.remote._graph_rebuild import MESSAGE
from services.mail_ingest.remote._graph_settings import GraphConnection
from services.mail_ingest.remote._graph_spool import Spool
from services.mail_ingest.remote._graph_together import together
from services.mail_ingest.remote.protocol import (
    Change,
    ChangeKind,
    CursorLost,
    Fetched,
    FetchedMail,
    Folder,
    Listing,
    Page,
    Wanted,
)

__all__ = ["GraphConnection", "GraphMailbox"]

FOLDER = "/users/{mailbox}/mailFolders/{folder}"
FOLDERS_PER_PAGE = 100
TOO_MANY_STATES = "ErrorQuotaExceeded"
"""Many delta states fill a mailbox; another full round would make one more."""
_LOST = frozenset({"syncstatenotfound", "syncstateinvalid", "resyncrequired"})


class GraphMailbox:
    """`protocol.Mailbox` over Graph. Ids are immutable ones; a cursor is the link of the next page or round.

    Args:
        connection: the mailbox and the application.
        spool: local folder of this mailbox alone for raw mails under way; emptied here.
    """

    provider = "graph"

    def __init__(self, connection: GraphConnection, spool: Path) -> None:
        self._mailbox = connection.mailbox
        self._spool = Spool(spool)
        self._client = GraphClient(connection)
        self._facts = KnownFacts()
        self._folder_ids: dict[str, str] = {}
        self._fetcher = Fetcher(self._client, connection.mailbox, connection.max_mail_bytes, self._facts, self.probe)

    async def folders(self, root: str) -> tuple[Folder, ...]:
        """See `protocol.Mailbox`."""
        entry = await self._get(FOLDER, root, {"$select": FOLDER_FIELDS})
        found: dict[str, Folder] = {}
        await self._add_folders(entry, "", found)
        return tuple(found.values())

    async def listing(self, folder: str, after: str | None, limit: int) -> Listing:
        """See `protocol.Mailbox`."""
        if after is None:
            answer = await self._get(FOLDER + "/messages", folder, {"$select": "id", "$top": limit})
        else:
            answer = await self._follow(after)
        names = [name for entry in read_list(answer) if (name := read_id(entry)) is not None]
        return Listing(
            items=tuple(Wanted(provider_id=name) for name in names), next=self._checked(read_link(answer, "nextLink"))
        )

    async def changes(self, folder: str, cursor: str | None, limit: int) -> Page:
        """See `protocol.Mailbox`; what is said to be removed is asked for, because it may be there."""
        answer = await self._delta(folder, cursor, limit)
        following, last = self._checked(read_link(answer, "nextLink")), self._checked(read_link(answer, "deltaLink"))
        if not following and not last:
            raise unexpected("neither nextLink nor deltaLink")
        entries = read_entries(answer)
        for name, change in entries.present.items():
            self._facts.put(name, Facts(change.received_at, change.has_attachments))
        removed = await self._removed(folder, entries.removed)
        return Page(
            changes=(*entries.present.values(), *removed),
            poison=entries.poison,
            cursor=following or last or "",
            last=not following,
        )

    async def fetch(self, wanted: Sequence[Wanted]) -> dict[str, Fetched]:
        """See `protocol.Mailbox`."""
        batch = self._spool.batch()
        try:
            answers = await self._fetcher.fetch(wanted, batch)
        except BaseException:
            batch.delete()
            raise
        batch.delete(keep={answer.path for answer in answers.values() if isinstance(answer, FetchedMail)})
        return answers

    async def probe(self) -> None:
        """See `protocol.Mailbox`."""
        await self._get(FOLDER, "inbox", {"$select": "id"})

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _get(self, template: str, folder: str, params: dict[str, str | int]) -> Json:
        """A request that is about no single mail."""
        try:
            return await self._client.get(template, {"mailbox": self._mailbox, "folder": folder}, params)
        except Refused as refused:
            raise refused.outcome from None

    async def _follow(self, link: str) -> Json:
        try:
            return await self._client.follow(link)
        except Refused as refused:
            raise refused.outcome from None
        except ForeignLinkError:
            raise _foreign() from None

    def _checked(self, link: str | None) -> str | None:
        """A link that will be followed later with our token must be Graph's."""
        try:
            if link is not None:
                self._client.check_link(link)
        except ForeignLinkError:
            raise _foreign() from None
        return link

    async def _delta(self, folder: str, cursor: str | None, limit: int) -> Json:
        try:
            if cursor is not None:
                return await self._client.follow(cursor, page_size=limit)
            path = {"mailbox": self._mailbox, "folder": folder}
            select = {"$select": CHANGE_FIELDS}
            return await self._client.send("GET", FOLDER + "/messages/delta", path, params=select, page_size=limit)
        except ForeignLinkError:
            # Of another provider, or from before the address was changed.
            raise CursorLost from None
        except Refused as refused:
            if _is_lost(refused, with_cursor=cursor is not None):
                raise CursorLost from None
            raise refused.outcome from None

    async def _removed(self, folder: str, names: Sequence[str]) -> list[Change]:
        if not names:
            return []
        here = await self._folder_id(folder)
        kinds = await together(self._still(here, name) for name in names)
        if None in kinds:
            await self.probe()
        return [
            Change(kind=kind or ChangeKind.UPDATE, provider_id=name) for name, kind in zip(names, kinds, strict=True)
        ]

    async def _still(self, folder_id: str, name: str) -> ChangeKind | None:
        """Is a mail still in the folder? None when it cannot be said; then its fetch will tell."""
        path = {"mailbox": self._mailbox, "message": name}
        try:
            message = await self._client.get(MESSAGE, path, {"$select": "parentFolderId"})
        except Refused as refused:
            if refused.code in GONE:
                return ChangeKind.DELETE
            if refused.status == 401 or asks_to_wait(refused.outcome):
                raise refused.outcome from None
            return None
        except Unavailable as error:
            if asks_to_wait(error):
                raise
            return None
        return ChangeKind.UPDATE if message.get("parentFolderId") == folder_id else ChangeKind.DELETE

    async def _folder_id(self, folder: str) -> str:
        """The id behind a well-known name; names are letters only, ids are not."""
        if not folder.isalpha():
            return folder
        if folder not in self._folder_ids:
            found = read_id(await self._get(FOLDER, folder, {"$select": "id"}))
            if found is None:
                raise unexpected("a folder without an id")
            self._folder_ids[folder] = found
        return self._folder_ids[folder]

    async def _add_folders(self, entry: Json, above: str, found: dict[str, Folder]) -> None:
        """Add a folder and what is below it; one that was seen already is not entered again."""
        folder = read_folder(entry, above)
        if folder is None or folder.folder_id in found:
            return
        found[folder.folder_id] = folder
        if entry.get("childFolderCount") == 0:
            return
        params: dict[str, str | int] = {"$select": FOLDER_FIELDS, "$top": FOLDERS_PER_PAGE}
        answer = await self._get(FOLDER + "/childFolders", folder.folder_id, params)
        while True:
            for below in read_list(answer):
                await self._add_folders(below, folder.path, found)
            link = read_link(answer, "nextLink")
            if link is None:
                return
            answer = await self._follow(link)


def _is_lost(refused: Refused, *, with_cursor: bool) -> bool:
    """410, or a 40x that says so; and a link that we follow as given can only be refused for what is in it."""
    if refused.status == 410 or refused.code.lower() in _LOST:
        return True
    return with_cursor and refused.status == 400 and refused.code != TOO_MANY_STATES


def _foreign() -> Denied:
    message = "Microsoft Graph verwijst naar een andere server; daar gaat onze toegang niet heen. Kijk het adres na."
    return Denied("graph_foreign_link", message)
