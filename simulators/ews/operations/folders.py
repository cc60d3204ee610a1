"""GetFolder and FindFolder."""

from __future__ import annotations

from simulators.ews import render
from simulators.ews.exchange import Exchange
from simulators.ews.mailbox import Folder
from simulators.ews.operations import filters
from simulators.ews.operations.answers import each
from simulators.ews.soap import Node, attribute, children, find, flag, m, t


def get_folder(exchange: Exchange, request: Node) -> list[Node]:
    """Folders by id or distinguished name."""
    return each(
        "GetFolder",
        children(request, "m:FolderIds"),
        lambda node: m("Folders", render.folder(exchange.mailbox, exchange.folder(node))),
    )


def find_folder(exchange: Exchange, request: Node) -> list[Node]:
    """Folders below others, one level or all."""
    deep = attribute(request, "Traversal") == "Deep"

    def below(node: Node) -> Node:
        parent = exchange.folder(node)
        name = filters.wanted(request, "folder:DisplayName")
        found = [folder for folder in exchange.mailbox.folders.values() if _is_below(folder, parent, deep)]
        found = [folder for folder in found if name is None or folder.name.lower() == name[1].lower()]
        start, end = window(request, "m:IndexedPageFolderView", len(found))
        shown = [render.folder(exchange.mailbox, folder) for folder in found[start:end]]
        return root_folder(t("Folders", *shown), end, len(found))

    return each("FindFolder", children(request, "m:ParentFolderIds"), below)


def window(request: Node, path: str, total: int) -> tuple[int, int]:
    """First and last index that a paging element asks for; all when there is none."""
    view = find(request, path)
    if view is None:
        return 0, total
    start = min(int(attribute(view, "Offset", "0")), total)
    return start, min(start + int(attribute(view, "MaxEntriesReturned", str(total))), total)


def root_folder(content: Node, end: int, total: int) -> Node:
    """The paging container."""
    return m(
        "RootFolder",
        content,
        IndexedPagingOffset=str(end),
        TotalItemsInView=str(total),
        IncludesLastItemInRange=flag(end >= total),
    )


def _is_below(folder: Folder, parent: Folder, deep: bool) -> bool:
    return folder.is_below(parent) if deep else folder.parent is parent
