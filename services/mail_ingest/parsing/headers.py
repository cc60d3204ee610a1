"""Header values of the root part, each read under its own guard: one bad header never costs another."""

from __future__ import annotations

import binascii
import quopri
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import getaddresses, parsedate_to_datetime

from services.mail_ingest.parsing.charset import clean, decode
from services.mail_ingest.parsing.model import Address, Limits, Notes, Oddity
from services.mail_ingest.parsing.tree import Part

MESSAGE_ID_CHARS = 998
SUBJECT_CHARS = 1_000
NAME_CHARS = 256
EMAIL_CHARS = 320
_THREAD_INDEX_CHARS = 1_024
_DATE_CHARS = 200
_WORD = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_BRACKETED = re.compile(r"<([^<>]*)>")
_NOT_ADDRESS = re.compile(r"[\s<>,;:\"'()\[\]]+")
_DOUBTFUL = re.compile(r'[<>,;"]')
# How nearly every address stands: `a@b`, `<a@b>`, `An Peeters <a@b>`, `"Peeters, An" <a@b>`, more of them with commas.
# `[^...]` also leaves out what the standard library takes for something else: comments, escapes, groups, routes.
_ATOM = r"[^\s()<>@,:;.\[\]\"\\]++"
_USUAL_EMAIL = r"[\w!#$%&'*+/=?^`{|}~-]++(?:\.[\w!#$%&'*+/=?^`{|}~-]++)*+@[\w-]++(?:\.[\w-]++)*+"
_USUAL_NAME = rf'"([^"\\\r\n]*+)"|({_ATOM}(?:[ \t]++{_ATOM})*+)'
_USUAL_ADDRESS = re.compile(
    rf"[ \t]*+(?:(?:{_USUAL_NAME})?[ \t]*+<({_USUAL_EMAIL})>|({_USUAL_EMAIL}))[ \t]*+(?:,|\Z)", re.ASCII
)
_ONCE = ("from", "date", "message-id", "subject")
_REBUILT = "x-loketbus-rebuilt"


class Headers:
    """The root part's headers by lower-case name, in order of appearance."""

    def __init__(self, root: Part) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in root.raw_items():
            self._values.setdefault(name.strip().lower(), []).append(str(value))

    def first(self, name: str) -> str | None:
        """The first value as it stands, still encoded."""
        values = self._values.get(name)
        return values[0] if values else None

    def all(self, name: str) -> list[str]:
        """Every value of a name."""
        return self._values.get(name, [])

    def has(self, name: str) -> bool:
        """Whether the header stands there, even empty."""
        return name in self._values

    def rebuilt(self) -> bool:
        """Whether our Graph adapter made this mail: its mark stands first, above what servers add to a sender's."""
        return next(iter(self._values), None) == _REBUILT

    def repeated(self) -> bool:
        """Whether a header that RFC 5322 allows once came twice with different values."""
        return any(len(set(self.all(name))) > 1 for name in _ONCE)


def decode_words(value: str, notes: Notes) -> str:
    """RFC 2047 to text on one line; also between quotes and with spaces inside, as real mailers write it."""
    if not value:
        return ""
    text = "".join(_pieces(value, notes)) if "=?" in value else value
    return " ".join(clean(text, notes).split())


def _pieces(value: str, notes: Notes) -> Iterable[str]:
    """Literal text and decoded words; neighbours in one charset are joined first, as they may split a character."""
    held, charset, end = b"", "", 0
    for match in _WORD.finditer(value):
        gap = value[end : match.start()]
        data = _word_bytes(match[2], match[3])
        if data is None:
            notes.add(Oddity.ENCODED_WORD_BROKEN)
            continue
        if held and (gap.strip() or match[1].lower() != charset):
            yield decode(held, charset, notes).text
            held = b""
        if gap.strip() or end == 0:
            yield gap
        held, charset, end = held + data, match[1].lower(), match.end()
    if held:
        yield decode(held, charset, notes).text
    yield value[end:]


def _word_bytes(encoding: str, payload: str) -> bytes | None:
    data = payload.encode("utf-8", "surrogateescape")
    if encoding in "qQ":
        return quopri.decodestring(data, header=True)
    try:
        return binascii.a2b_base64(data + b"=" * (-len(data.rstrip(b"=")) % 4))
    except binascii.Error:
        return None


def read_subject(headers: Headers, notes: Notes) -> str:
    """Decoded, on one line, at most 1,000 characters."""
    return decode_words(headers.first("subject") or "", notes)[:SUBJECT_CHARS]


def read_date(headers: Headers, notes: Notes) -> datetime | None:
    """The Date header in UTC; a time without zone counts as UTC."""
    value = headers.first("date")
    if not value or not value.strip():
        notes.add(Oddity.DATE_MISSING)
        return None
    try:
        date = parsedate_to_datetime(clean(value)[:_DATE_CHARS])
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        notes.add(Oddity.DATE_INVALID)
        return None


def read_addresses(values: list[str], limits: Limits, notes: Notes) -> tuple[Address, ...]:
    """Every mailbox of an address header, in order; groups are flattened."""
    found: list[Address] = []
    for value in values:
        if len(found) <= limits.addresses:
            found += _addresses(value, notes)
    if len(found) > limits.addresses:
        notes.add(Oddity.ADDRESSES_CUT)
    return tuple(found[: limits.addresses])


def _addresses(value: str, notes: Notes) -> list[Address]:
    # Names are decoded after the split: a comma inside an encoded word is no separator.
    usual = _split_usual(value)
    if usual:
        return [Address(decode_words(name, notes)[:NAME_CHARS], email[:EMAIL_CHARS]) for name, email in usual]
    pairs = _split(value)
    if not _usable(pairs):
        value = decode_words(value, notes)
        pairs = _split(value)
    if not _usable(pairs) and "@" in value:
        notes.add(Oddity.ADDRESS_REPAIRED)
        pairs = [("", token) for token in _NOT_ADDRESS.split(value) if "@" in token.strip("@")]
    if pairs and "@" not in value:
        return [Address(value[:NAME_CHARS], "")]
    return [_address(name, email, notes) for name, email in pairs]


def _usable(pairs: list[tuple[str, str]]) -> bool:
    return any("@" in email for _, email in pairs) and not any(_DOUBTFUL.search(email) for _, email in pairs)


def _split_usual(value: str) -> list[tuple[str, str]]:
    """As `_split` at a tenth of the cost; empty when there is anything unusual in the value."""
    pairs, end = [], 0
    if value.rstrip().endswith(","):
        return []
    while end < len(value):
        found = _USUAL_ADDRESS.match(value, end)
        if found is None:
            return []
        quoted, atoms, bracketed, bare = found.groups()
        name = quoted or " ".join(filter(None, (atoms or "").replace("\t", " ").split(" ")))
        pairs.append((name, bracketed or bare))
        end = found.end()
    return pairs


def _split(value: str) -> list[tuple[str, str]]:
    try:
        return [(name, email) for name, email in getaddresses([value]) if name or email]
    except (RecursionError, ValueError, IndexError, TypeError):
        return []


def _address(name: str, email: str, notes: Notes) -> Address:
    shown = decode_words(name, notes)[:NAME_CHARS]
    email = "".join(clean(email, notes).split())
    if "@" not in email:
        return Address(shown or decode_words(email, notes)[:NAME_CHARS], "")
    return Address(shown, email[:EMAIL_CHARS])


def normalise_message_id(value: str | None) -> str | None:
    """`<id>`: the first bracketed token without folding whitespace, case kept (RFC 5322 ids are case-sensitive).

    Exchange's `<[x]@y>` and ids without brackets are taken as they stand; None when nothing is left.
    """
    ids = _message_ids(value or "")
    return ids[0] if ids else None


def read_references(headers: Headers, limits: Limits, notes: Notes) -> tuple[str, ...]:
    """All ids of References, oldest first, each once (its newest place); the newest survive the cap."""
    ids = [found for value in headers.all("references") for found in _message_ids(value)]
    unique = list(dict.fromkeys(reversed(ids)))[::-1]
    if len(unique) > limits.references:
        notes.add(Oddity.REFERENCES_CUT)
    return tuple(unique[-limits.references :])


def read_thread_index(headers: Headers) -> str | None:
    """Outlook's Thread-Index, still base64 (MS-OXOMSG 2.2.1.3)."""
    return "".join(clean(headers.first("thread-index") or "").split())[:_THREAD_INDEX_CHARS] or None


def _message_ids(value: str) -> list[str]:
    value = clean(value)
    tokens = _BRACKETED.findall(value) or value.replace("<", " ").replace(">", " ").split()
    bare = ("".join(token.split()) for token in tokens)
    return [f"<{token[:MESSAGE_ID_CHARS]}>" for token in bare if token]
