"""Attachments of a message: a file, another mail, or a link to a file in the cloud."""

from __future__ import annotations

from simulators._common.exchange.content import Attachment
from simulators._common.exchange.ids import MalformedIdError
from simulators.graph import ids, render
from simulators.graph.answers import Answer
from simulators.graph.calls import Call
from simulators.graph.odata import Json, Options, malformed, no_method, not_found
from simulators.graph.operations.folders import next_link
from simulators.graph.operations.messages import MIME

_ALLOWED = frozenset({"$select", "$top", "$skip"})


def list_(call: Call) -> Answer:
    """All of them, unless `$top` asks for pages."""
    call.check_user()
    options = Options.read(call.request.query_params, _ALLOWED)
    every = list(enumerate(call.item().content.attachments))
    end = options.skip + (options.top or len(every))
    page = [_shown(call, index, of, options.select) for index, of in every[options.skip : end]]
    return Answer({"value": page, **next_link(call, end, len(every))})


def get(call: Call) -> Answer:
    """One, with the bytes of a file in base64."""
    call.check_user()
    options = Options.read(call.request.query_params, frozenset({"$select"}))
    index, of = _asked(call)
    return Answer(_shown(call, index, of, options.select))


def content(call: Call) -> Answer:
    """The bytes: of a file as they are, of a mail its MIME; a link has none."""
    call.check_user()
    _, of = _asked(call)
    if call.links:
        raise no_method()
    return Answer(of.content, content_type=MIME if of.message else of.content_type)


def _asked(call: Call) -> tuple[int, Attachment]:
    try:
        index = ids.attachment_index(call.path("message"), call.path("attachment"))
    except MalformedIdError:
        raise malformed() from None
    attachments = call.item().content.attachments
    if index >= len(attachments):
        raise not_found()
    return index, attachments[index]


def _shown(call: Call, index: int, of: Attachment, select: tuple[str, ...]) -> Json:
    return render.attachment(call.path("message"), index, of, select, link=call.links)
