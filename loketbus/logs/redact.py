"""Masks personal data and secrets in text, so that no log line, exception text or span carries them.

Masking is the net under the rule that such data is never handed to a logger; it cannot recognise a person's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from uuid import UUID

MASKED = "***"
MAX_TEXT_CHARS = 8_000
"""Longer text is cut first: it bounds the work of the patterns on hostile input."""
MAX_DEPTH = 6
MAX_ITEMS = 50

SECRET_KEYS = re.compile(
    r"passw|secret|token|authori[sz]ation|cookie|api_?key|credential|private_?key|assertion|^pwd$", re.IGNORECASE
)
PERSONAL_KEYS = frozenset(
    {"subject", "body", "sender", "from", "to", "cc", "bcc", "reply_to", "recipient", "recipients", "value", "payload"}
    | {"content", "filename", "file_name", "email", "mail", "mail_address", "phone", "telefoon", "gsm", "naam", "actor"}
    | {"voornaam", "familienaam", "achternaam", "first_name", "last_name", "full_name", "adres", "straat", "iban"}
    | {"rijksregisternummer"}
)
OPAQUE_KEYS = frozenset(
    {"timestamp", "level", "logger", "correlation_id", "causation_id", "event_id", "trace_id", "span_id", "traceparent"}
)
"""Made by us and random: not searched, so that an id never looks like a telephone number."""

_SECRETS = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), rf"\1 {MASKED}"),
    (re.compile(r"\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*"), MASKED),
    (re.compile(r"\blbt_[\w-]{20,}"), MASKED),
    (re.compile(r"(?<=://)[^/\s@]{1,256}@"), f"{MASKED}@"),
    (
        re.compile(
            r"(?i)\b(\w{0,30}(?:passw(?:or)?d|secret|token|api_?key|signature|assertion)|pwd|sig)"
            r"(['\"]?\s?[=:]\s?['\"]?)([^\s&'\",;]{1,512})"
        ),
        rf"\1\2{MASKED}",
    ),
)
_MAIL = re.compile(r"[^\s<>\"'()\[\]{},;:=|\\/@]{1,64}(?:@|%40)[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_NUMBERS = re.compile(
    r"(?P<uuid>\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b)"
    r"|(?P<time>\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?)"
    r"|(?P<ip>\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b(?![.\d]))"
    r"|(?P<iban>\b[A-Z]{2}\d{2}(?:[ .-]?[A-Z0-9]{4}){2,7}(?:[ .-]?[A-Z0-9]{1,3})?\b)"
    r"|(?P<register>(?<![\w.])\d{2}[. /-]?\d{2}[. /-]?\d{2}[ ./-]{0,3}\d{3}[. /-]?\d{2}(?!\w))"
    r"|(?P<kbo>(?<![\w.])[01]\d{3}\.\d{3}\.\d{3}(?!\w))"
    r"|(?P<phone>(?<![\w.])(?:(?:\+|00)32[ ./-]{0,2}(?:\(0\)[ ./-]?)?|\(?0)[1-9](?:\)?[ ./-]{0,2}\d){7,8}(?!\w))"
    r"|(?P<abroad>(?<!\w)\+[1-9](?:[ ./-]?\d){7,14}(?!\w))"
)


def redact(text: str) -> str:
    """Return `text` with mail addresses, telephone, register and account numbers and secrets masked."""
    if len(text) > MAX_TEXT_CHARS:
        text = text[:MAX_TEXT_CHARS] + f"... ({len(text)} characters)"
    for pattern, masked in _SECRETS:
        text = pattern.sub(masked, text)
    return _NUMBERS.sub(_mask_number, _MAIL.sub("<mail>", text))


def redact_value(value: object, *, key: str = "", depth: int = 0) -> object:
    """Return `value` as plain JSON types, masked; an object whose text we do not know becomes its type's name."""
    if isinstance(value, bool | int | float) or value is None:
        return MASKED if _is_masked_key(key) and value is not None and not isinstance(value, bool) else value
    if _is_masked_key(key):
        return MASKED
    if isinstance(value, str) and not isinstance(value, Enum):
        return value if key in OPAQUE_KEYS else redact(value)
    if depth < MAX_DEPTH and isinstance(value, Mapping):
        items = list(value.items())[:MAX_ITEMS]
        return {redact(str(name)): redact_value(item, key=str(name), depth=depth + 1) for name, item in items}
    if depth < MAX_DEPTH and isinstance(value, Sequence | set | frozenset) and not isinstance(value, bytes | bytearray):
        return [redact_value(item, depth=depth + 1) for item in list(value)[:MAX_ITEMS]]
    return _plain(value)


def _plain(value: object) -> object:
    match value:
        case bytes() | bytearray() | memoryview():
            return f"<{len(value)} bytes>"
        case Enum():
            return redact(str(value.value))
        case UUID() | datetime() | date() | timedelta():
            return str(value)
        case Decimal() | PurePath() | BaseException():
            return redact(str(value))
        case type():
            return value.__name__
        case _:
            return f"<{type(value).__name__}>"


def _is_masked_key(key: str) -> bool:
    return bool(key) and (key.lower() in PERSONAL_KEYS or SECRET_KEYS.search(key) is not None)


def _mask_number(match: re.Match[str]) -> str:
    text = match.group()
    match match.lastgroup:
        case "iban":
            return "<iban>" if text.startswith("BE") or _is_iban(text) else text
        case "register":
            return "<rijksregisternummer>" if not text.isdecimal() or _is_register_number(text) else text
        case "kbo":
            return text if _is_kbo(text) else "<telefoon>"
        case "phone" | "abroad":
            return "<telefoon>"
        case _:
            return text


def _is_iban(text: str) -> bool:
    """ISO 13616: country and check digits moved to the end, letters as numbers, remainder 1 by 97."""
    plain = re.sub(r"[ .-]", "", text)
    return int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1


def _is_register_number(digits: str) -> bool:
    """Check digits of a rijksregisternummer, born before 2000 or after."""
    body, check = int(digits[:9]), int(digits[9:])
    return check in (97 - body % 97, 97 - (2_000_000_000 + body) % 97)


def _is_kbo(text: str) -> bool:
    """A company number is public and needed in logs; its check digits tell it from a telephone number."""
    digits = text.replace(".", "")
    return 97 - int(digits[:8]) % 97 == int(digits[8:])
