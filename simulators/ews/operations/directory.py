"""ConvertId (which clients also use to find out how to authenticate) and ResolveNames."""

from __future__ import annotations

import base64
from collections.abc import Callable

from simulators._common.exchange import ids
from simulators.ews.exchange import Exchange
from simulators.ews.operations.answers import each, one
from simulators.ews.soap import Child, EwsError, Node, attribute, children, flag, m, t, text_of

_FORMATS: dict[str, Callable[[bytes], str]] = {
    "EntryId": lambda entry: base64.b64encode(entry).decode(),
    "HexEntryId": lambda entry: entry.hex().upper(),
}


def convert_id(exchange: Exchange, request: Node) -> list[Node]:
    """From an EWS id to the MAPI entry id inside it; no other conversions."""
    wanted = attribute(request, "DestinationFormat")

    def convert(node: Node) -> Node:
        try:
            entry = ids.entry_id(attribute(node, "Id"))
        except ids.MalformedIdError as error:
            raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.") from error
        if wanted not in _FORMATS:
            raise EwsError("ErrorUnsupportedTypeForConversion", f"{wanted} is not simulated.")
        return m("AlternateId", Format=wanted, Id=_FORMATS[wanted](entry), Mailbox=attribute(node, "Mailbox"))

    return each("ConvertId", children(request, "m:SourceIds"), convert)


def resolve_names(exchange: Exchange, request: Node) -> list[Node]:
    """The directory knows one address: the mailbox itself."""
    address = exchange.mailbox.address

    def answer() -> list[Child]:
        if text_of(request, "m:UnresolvedEntry").lower() not in address.lower():
            raise EwsError("ErrorNameResolutionNoResults", "No results were found.")
        mailbox = t(
            "Mailbox",
            t("Name", address.partition("@")[0]),
            t("EmailAddress", address),
            t("RoutingType", "SMTP"),
            t("MailboxType", "Mailbox"),
        )
        found = m("ResolutionSet", t("Resolution", mailbox), TotalItemsInView="1", IncludesLastItemInRange=flag(True))
        return [found]

    return [one("ResolveNames", answer)]
