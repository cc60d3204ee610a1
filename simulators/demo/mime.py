"""MIME entities as bytes, written by hand so that every encoding and every fault is ours to choose."""

import base64
import quopri
import textwrap
from collections.abc import Sequence
from email.header import Header
from email.utils import quote
from random import Random

CRLF = b"\r\n"


def header(name: str, value: str, charset: str = "utf-8") -> bytes:
    """One header field, RFC 2047 encoded when it is not ASCII, folded at white space."""
    if not value.isascii():
        value = Header(value, _able(value, charset), header_name=name, maxlinelen=76).encode(linesep="\r\n")
        return f"{name}: {value}".encode() + CRLF
    if len(value) > 998 or len(name) + len(value) < 76:
        return f"{name}: {value}".encode() + CRLF
    folded = textwrap.wrap(
        value, 76, initial_indent=" " * (len(name) + 2), break_long_words=False, break_on_hyphens=False
    )
    return f"{name}: {(chr(13) + chr(10) + ' ').join(folded).lstrip()}".encode() + CRLF


def mailbox(name: str, email: str, charset: str = "utf-8") -> str:
    """`Name <address>` with the name quoted or encoded as needed."""
    if not name:
        return email
    if not name.isascii():
        return f"{Header(name, _able(name, charset)).encode(linesep='')} <{email}>"
    return f'"{quote(name)}" <{email}>' if any(c in name for c in ",.@()<>") else f"{name} <{email}>"


def _able(text: str, charset: str) -> str:
    """The charset, or UTF-8 when it cannot hold the text."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset


def _transfer(body: bytes, encoding: str) -> bytes:
    if encoding == "base64":
        return base64.encodebytes(body).replace(b"\n", CRLF)
    if encoding == "quoted-printable":
        return quopri.encodestring(body.replace(CRLF, b"\n")).replace(b"\n", CRLF)
    return body


def text(body: str, subtype: str, charset: str, encoding: str, extra: str = "") -> tuple[bytes, str, str]:
    """(entity, charset, encoding): a text part; a charset that cannot hold the body becomes UTF-8."""
    charset = _able(body, charset)
    raw = body.replace("\n", "\r\n").encode(charset) + CRLF
    if encoding == "7bit" and not raw.isascii():
        encoding = "8bit"
    head = f'Content-Type: text/{subtype}; charset="{charset}"{extra}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    return head.encode() + _transfer(raw, encoding), charset, encoding


def attachment(data: bytes, content_type: str, name: str, *, cid: str = "") -> bytes:
    """A file part in base64, shown inside the HTML when it has a `cid`; names as Outlook writes them (RFC 2047)."""
    shown = name if name.isascii() else Header(name, "utf-8", maxlinelen=200).encode(linesep="")
    disposition = "inline" if cid else "attachment"
    head = (
        f'Content-Type: {content_type}; name="{shown}"\r\n'
        f'Content-Disposition: {disposition}; filename="{shown}"; size={len(data)}\r\n'
        "Content-Transfer-Encoding: base64\r\n"
    )
    if cid:
        head += f"Content-ID: <{cid}>\r\n"
    return head.encode() + CRLF + _transfer(data, "base64")


def message(raw: bytes) -> bytes:
    """Another mail as a part of this one; it keeps its own encoding, as RFC 2046 demands."""
    return (
        b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + raw
    )


def boundary(client: str, rng: Random) -> str:
    """A boundary in the program's own fashion."""
    token = f"{rng.getrandbits(96):024x}"
    match client:
        case "gmail":
            return f"000000000000{token[:16]}"
        case "outlook":
            return f"_00{rng.randint(0, 9)}_{token.upper()}outlook_"
        case "iphone":
            return f"Apple-Mail-{token.upper()}"
        case "thunderbird":
            return f"------------{token}"
        case "webmail":
            return f"----=_Part_{rng.randint(1000, 99999)}_{rng.randint(10**8, 10**9)}.{rng.randint(10**12, 10**13)}"
    return f"=_{token}"


def multipart(subtype: str, parts: Sequence[bytes], mark: str, extra: str = "") -> bytes:
    """The parts between boundaries, closed as the standard wants."""
    head = f'Content-Type: multipart/{subtype}; boundary="{mark}"{extra}\r\n\r\n'.encode()
    line = b"--" + mark.encode()
    body = b"".join(line + CRLF + part.removesuffix(CRLF) + CRLF for part in parts)
    return head + body + line + b"--" + CRLF
