"""Messages: lists, one by one, and as MIME."""

from __future__ import annotations

from simulators.graph import render
from simulators.graph.answers import Answer
from simulators.graph.calls import Call
from simulators.graph.odata import Options, no_method
from simulators.graph.operations.folders import next_link

MIME = "text/plain"
BREAK_AT = 1_000_000
_ENTITY = frozenset({"$select"})
_LIST = frozenset({"$select", "$top", "$skip"})


def list_(call: Call) -> Answer:
    """A page of a folder, newest first; pages are counted off, so that what comes or goes meanwhile shifts them."""
    call.check_user()
    options = Options.read(call.request.query_params, _LIST)
    render.check_select(options.select)
    folder, mailbox = call.folder(), call.tenant.mailbox
    total = len(folder.order)
    end = options.skip + (options.top or call.prefer.page)
    chosen = folder.order[max(0, total - end) : max(0, total - options.skip)][::-1]
    page = [
        render.message(mailbox, folder.items[name], options.select, keep=call.prefer.keep_ids) for _, name in chosen
    ]
    return Answer({"value": page, **next_link(call, end, total)})


def get(call: Call) -> Answer:
    """One message."""
    call.check_user()
    options = Options.read(call.request.query_params, _ENTITY)
    render.check_select(options.select)
    item = call.item()
    return Answer(render.message(call.tenant.mailbox, item, options.select, keep=call.prefer.keep_ids))


def mime(call: Call) -> Answer:
    """The mail as it was delivered; of a very large one the connection breaks."""
    call.check_user()
    raw = call.item().content.raw
    too_large = len(raw) > call.tenant.max_value_bytes
    return Answer(raw, content_type=MIME, break_at=min(BREAK_AT, len(raw) // 2) if too_large else None)


def mime_in_folder(call: Call) -> Answer:
    """Not by way of a folder (microsoft-graph-docs 5546, 14943)."""
    raise no_method()
