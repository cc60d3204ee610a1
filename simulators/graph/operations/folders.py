"""Mail folders."""

from __future__ import annotations

from urllib.parse import urlencode

from simulators.graph import render
from simulators.graph.answers import Answer
from simulators.graph.calls import Call
from simulators.graph.odata import DEFAULT_PAGE, Json, Options

_ENTITY = frozenset({"$select"})
_LIST = frozenset({"$select", "$top", "$skip"})


def get(call: Call) -> Answer:
    """One folder."""
    call.check_user()
    options = Options.read(call.request.query_params, _ENTITY)
    return Answer(_chosen(render.folder(call.tenant.mailbox, call.folder()), options))


def children(call: Call) -> Answer:
    """The folders right below one, a page of them."""
    call.check_user()
    options = Options.read(call.request.query_params, _LIST)
    above, mailbox = call.folder(), call.tenant.mailbox
    below = [folder for folder in mailbox.folders.values() if folder.parent is above]
    end = options.skip + (options.top or DEFAULT_PAGE)
    page = [_chosen(render.folder(mailbox, folder), options) for folder in below[options.skip : end]]
    return Answer({"value": page, **next_link(call, end, len(below))})


def next_link(call: Call, end: int, total: int) -> Json:
    """The address of the page that begins at `end`, if there is one."""
    if end >= total:
        return {}
    query = {**call.request.query_params, "$skip": str(end)}
    link = call.request.url.replace(query=urlencode(query, safe="$,/"))
    return {"@odata.nextLink": str(link)}


def _chosen(folder: Json, options: Options) -> Json:
    return {name: value for name, value in folder.items() if not options.select or name in ("id", *options.select)}
