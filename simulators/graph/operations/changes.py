"""Rounds of changes in a folder."""

from __future__ import annotations

from simulators._common.exchange.mailbox import Folder
from simulators.graph import ids, render
from simulators.graph.answers import Answer
from simulators.graph.calls import Call
from simulators.graph.delta import BadTokenError, LostTokenError, Token, Told, next_page
from simulators.graph.odata import Json, ODataError, Options, lost

_ALLOWED = frozenset({"$select", "$top", "$skiptoken", "$deltatoken"})


def delta(call: Call) -> Answer:
    """One page; the page size is a preference, `$top` would end the whole round early."""
    call.check_user()
    folder, mailbox = call.folder(), call.tenant.mailbox
    token = _token(call, folder)
    found = next_page(mailbox, folder, token, call.prefer.page, keep=call.prefer.keep_ids)
    call.entry.detail |= {"initial": token.since is None, "entries": len(found.told)}
    name, kind = ("deltaLink", "$deltatoken") if found.token.over else ("nextLink", "$skiptoken")
    path = f"/users('{ids.user(mailbox)}')/mailFolders('{ids.folder(folder)}')/messages/delta"
    body: Json = {
        "@odata.context": call.address("/$metadata#Collection(message)"),
        f"@odata.{name}": call.address(path, f"{kind}={found.token.encode()}"),
        "value": [_entry(call, told, token.select) for told in found.told],
    }
    return Answer(body)


def _token(call: Call, folder: Folder) -> Token:
    options = Options.read(call.request.query_params, _ALLOWED)
    query = call.request.query_params
    text = query.get("$skiptoken") or query.get("$deltatoken")
    if text is None:
        render.check_select(options.select)
        now = call.tenant.mailbox.sequence
        return Token(call.tenant.epoch, folder.number, options.select, None, now, left=options.top)
    try:
        return Token.decode(text, call.tenant.epoch, folder)
    except LostTokenError:
        raise lost() from None
    except BadTokenError:
        raise ODataError(400, "BadRequest", "Badly formed token.") from None


def _entry(call: Call, told: Told, select: tuple[str, ...]) -> Json:
    kind = {"@odata.type": "#microsoft.graph.message"}
    if told.item is None:
        return {**kind, "id": told.id, "@removed": {"reason": told.reason}}
    return {**kind, **render.message(call.tenant.mailbox, told.item, select, keep=call.prefer.keep_ids)}
