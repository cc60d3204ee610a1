"""Reading and writing SOAP 1.1 as EWS speaks it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"

SERVER_VERSION = {
    "MajorVersion": "15",
    "MinorVersion": "2",
    "MajorBuildNumber": "1748",
    "MinorBuildNumber": "10",
    "Version": "V2017_07_11",
}
"""Exchange Server Subscription Edition."""

Node = etree._Element
Child = Node | str | None

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PREFIXES = {"s": SOAP, "m": MESSAGES, "t": TYPES}


class EwsError(Exception):
    """An answer with an error code: for one item where the operation answers per item, else for the whole request."""

    def __init__(self, code: str, text: str, *children: Node) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.children = children


class SoapFaultError(EwsError):
    """The request as a whole is refused: HTTP 500 with a SOAP fault."""

    def __init__(self, code: str, text: str, *, back_off_ms: int | None = None) -> None:
        super().__init__(code, text)
        self.back_off_ms = back_off_ms


def m(tag: str, *children: Child, **attributes: str) -> Node:
    """An element of the messages namespace."""
    return _element(MESSAGES, tag, children, attributes)


def t(tag: str, *children: Child, **attributes: str) -> Node:
    """An element of the types namespace."""
    return _element(TYPES, tag, children, attributes)


def _element(namespace: str, tag: str, children: Iterable[Child], attributes: dict[str, str]) -> Node:
    node = etree.Element(
        f"{{{namespace}}}{tag}", {name: clean(text) for name, text in attributes.items()}, nsmap=_PREFIXES
    )
    for child in children:
        if isinstance(child, str):
            node.text = clean(child)
        elif child is not None:
            node.append(child)
    return node


def clean(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write."""
    return _NOT_XML.sub("", text)


def flag(value: bool) -> str:
    """Literally true or false: exchangelib reads "1" as None."""
    return "true" if value else "false"


def stamp(moment: datetime) -> str:
    """Whole seconds in UTC, as EWS writes a time."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(body: bytes) -> Node:
    """The operation's element of a request.

    Raises:
        SoapFaultError: not XML, or not a SOAP request.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        envelope = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        raise SoapFaultError("ErrorSchemaValidation", "The request failed schema validation.") from error
    operation = envelope.find(f"{{{SOAP}}}Body/*")
    if operation is None:
        raise SoapFaultError("ErrorSchemaValidation", "The request failed schema validation.")
    return operation


def impersonated(operation: Node) -> str | None:
    """The mailbox in ExchangeImpersonation, if the request has that header."""
    found = operation.getroottree().find(f".//{{{TYPES}}}ConnectingSID/{{{TYPES}}}PrimarySmtpAddress")
    return None if found is None else found.text


def name_of(node: Node) -> str:
    """Tag without namespace."""
    return etree.QName(node).localname


def text_of(node: Node, path: str, default: str = "") -> str:
    """Text at a path such as `t:Body` or `m:SyncState`."""
    found = node.find(path, _PREFIXES)
    return default if found is None or found.text is None else found.text


def find(node: Node, path: str) -> Node | None:
    """First element at a path."""
    return node.find(path, _PREFIXES)


def find_all(node: Node, path: str) -> list[Node]:
    """All elements at a path."""
    return node.findall(path, _PREFIXES)


def children(node: Node, path: str) -> list[Node]:
    """The elements below the first element at a path."""
    found = find(node, path)
    return [] if found is None else list(found)


def attribute(node: Node, name: str, default: str = "") -> str:
    """An attribute's text."""
    return str(node.get(name, default))


def success(operation: str, *parts: Child) -> Node:
    """One response message that went well."""
    return m(f"{operation}ResponseMessage", m("ResponseCode", "NoError"), *parts, ResponseClass="Success")


def failure(operation: str, error: EwsError) -> Node:
    """One response message with an error code."""
    return m(
        f"{operation}ResponseMessage",
        m("MessageText", error.text),
        m("ResponseCode", error.code),
        m("DescriptiveLinkKey", "0"),
        *error.children,
        ResponseClass="Error",
    )


def reply(operation: str, messages: Iterable[Node]) -> Node:
    """The whole envelope of an answer."""
    return _envelope(m(f"{operation}Response", m("ResponseMessages", *messages)))


def fault(error: SoapFaultError) -> Node:
    """The whole envelope of a refusal."""
    detail = etree.Element("detail")
    etree.SubElement(detail, f"{{{ERRORS}}}ResponseCode", nsmap={"e": ERRORS}).text = error.code
    etree.SubElement(detail, f"{{{ERRORS}}}Message", nsmap={"e": ERRORS}).text = error.text
    if error.back_off_ms is not None:
        detail.append(t("MessageXml", t("Value", str(error.back_off_ms), Name="BackOffMilliseconds")))
    node = etree.Element(f"{{{SOAP}}}Fault")
    etree.SubElement(node, "faultcode").text = f"t:{error.code}"
    etree.SubElement(node, "faultstring").text = error.text
    node.append(detail)
    return _envelope(node)


def _envelope(content: Node) -> Node:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap=_PREFIXES)
    header = etree.SubElement(envelope, f"{{{SOAP}}}Header")
    header.append(t("ServerVersionInfo", **SERVER_VERSION))
    body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
    body.append(content)
    return envelope


def serialise(envelope: Node) -> bytes:
    """Bytes for the wire."""
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
