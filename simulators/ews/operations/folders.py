"""GetFolder and FindFolder."""

from __future__ import annotations

from simulators._common.exchange.mailbox import Folder
from simulators.ews import render
from simulators.ews.exchange import Exchange
from simulators.ews.operations import filters
from simulators.ews.operations.answers import each
from simulators.ews.soap import Node, attribute, children, find, flag, m, t


def get_folder(exchange: Exchange, request: Node) -> list[Node]:
    """Folders by id or distinguished name."""
    return each(
        "GetFolder",
        children(request, "m:FolderIds"),
        lambda node: m("Folders", _shown(exchange, exchange.folder(node))),
    )


def find_folder(exchange: Exchange, request: Node) -> list[Node]:
    """Folders below others, one level or all."""
    deep = attribute(request, "Traversal") == "Deep"

    def below(node: Node) -> Node:
        parent = exchange.folder(node)
        name = filters.wanted(request, "folder:DisplayName")
        found = [folder for folder in exchange.mailbox.folders.values() if _is_below(folder, parent, deep)]
        found = [folder for folder in found if name is None or folder.name.lower() == name[1].lower()]
        start, end = window(request, "m:IndexedPageFolderView", len(found), exchange.page_limit)
        shown = [_shown(exchange, folder) for folder in found[start:end]]
        return root_folder(t("Folders", *shown), end, len(found))

    return each("FindFolder", children(request, "m:ParentFolderIds"), below)


def window(request: Node, path: str, total: int, limit: int) -> tuple[int, int]:
    """First and last index that a paging element asks for, at most `limit` apart."""
    view = find(request, path)
    if view is None:
        return 0, min(limit, total)
    start = min(int(attribute(view, "Offset", "0")), total)
    asked = int(attribute(view, "MaxEntriesReturned", str(total)))
    return start, min(start + min(asked, limit), total)


def root_folder(content: Node, end: int, total: int) -> Node:
    """The paging container."""
    return m(
        "RootFolder",
        content,
        IndexedPagingOffset=str(end),
        TotalItemsInView=str(total),
        IncludesLastItemInRange=flag(end >= total),
    )


def _shown(exchange: Exchange, folder: Folder) -> Node:
    return render.folder(exchange.mailbox, folder, exchange.folder_classes.get(folder.id, render.MAIL_FOLDER))


def _is_below(folder: Folder, parent: Folder, deep: bool) -> bool:
    return folder.is_below(parent) if deep else folder.parent is parent
