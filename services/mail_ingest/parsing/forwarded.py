"""Who wrote the mail that somebody forwarded: what the forward itself shows, never a guess.

A mail counts as a forward when the first thing that stands out in its text is

- a line that only forwards have ("Begin doorgestuurd bericht:"), whatever the subject; or
- a header block as Outlook puts above forwards and replies alike ("Van: ... Verzonden: ..."), and the subject begins
  with FW:, Fwd:, TR:, WG:, Doorst: and not with RE: in front of that.

How much its sender wrote above does not matter. An attribution ("Op 2 november schreef An:") that comes first makes it
a reply. A block without a sender, with two senders, or with too little beside the sender is no block. Times without a
zone are taken as Belgian. Whose words a desk should answer is not decided here: it knows its own domains.

Mails that are attached, or redirected whole, are no text: `mail.py` reads those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

from services.mail_ingest.parsing.dates import read_written
from services.mail_ingest.parsing.model import Address, Evidence, Original

LINES = 2_000
BLOCK_LINES = 40
WRAPPED_LINES = 20
"""Of one field: a long list of people."""
DEPTH = 4
"""Forwards of forwards that are read."""
_VALUE_CHARS = 1_000
_LABELS = {
    "from": ("van", "from", "de", "von", "afzender", "expéditeur", "absender"),
    "date": ("verzonden", "datum", "sent", "date", "envoyé", "envoyé le", "gesendet", "verzonden op"),
    "to": ("aan", "to", "à", "an", "pour"),
    "subject": ("onderwerp", "subject", "objet", "sujet", "betreff"),
    "other": (
        "cc", "kopie", "copie", "kopie (cc)", "bcc", "cci", "bijlagen", "attachments", "pièces jointes", "anlagen",
        "urgentie", "prioriteit", "importance", "wichtigkeit", "priorité", "antwoord aan", "reply-to", "répondre à",
        "antwort an", "beantwoorden", "beantwoorden-aan", "message-id", "organisatie",
    ),
}  # fmt: skip
_FIELD = {label: name for name, labels in _LABELS.items() for label in labels}
_LINE = re.compile(r"^[ \t\xa0]*[*_]{0,2}([^\W\d_][^:\n]{0,24}?)[ \xa0]?[*_]{0,2}:[*_]{0,2}(?:[ \t\xa0]+(.*))?$")
_MARKER = re.compile(
    r"^[-_ \t]{0,20}(?:begin (?:van )?(?:het )?doorgestuurde? bericht|doorgestuurde? bericht|"
    r"begin forwarded message|forwarded message|"
    r"début du message (?:transféré|réexpédié)|message (?:transféré|réexpédié)|"
    r"anfang der weitergeleiteten (?:nachricht|e-mail)|weitergeleitete nachricht)[ \t\xa0]?(?::|-{3,})[-_ \t]*$",
    re.IGNORECASE,
)
_MARKER_WORDS = ("doorgestuurd", "forwarded", "transféré", "réexpédié", "weitergeleitete")
_ATTRIBUTION = re.compile(
    r"^(?:op|on|le|am|il)\b.{0,200}\b(?:schreef|wrote|a écrit|schrieb|geschreven)\b.{0,200}[:：]\s*$", re.IGNORECASE
)
_FORWARD_SUBJECT = re.compile(
    r"^(?:\s*\[[^\]]{1,40}\])*\s*(?:fw|fwd|tr|wg|doorst|doorgestuurd|transf|transfert)\s?:", re.IGNORECASE
)
_EMAIL = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+\.[^\s<>()\[\]:;,\"']+")


@dataclass(frozen=True, slots=True)
class _Block:
    """A header block in a text."""

    values: dict[str, str]
    end: int
    """The line after it."""


def is_forward(subject: str) -> bool:
    """Whether a subject says so: its first prefix counts, so `RE: FW: ...` is a reply."""
    return _FORWARD_SUBJECT.match(subject) is not None


def find(subject: str, text: str, depth: int = DEPTH) -> Original | None:
    """The mail that this one forwards in its text; None when it forwards none or does not say clearly whose."""
    said = is_forward(subject)
    lowered = text.lower()
    if not said and not any(word in lowered for word in _MARKER_WORDS):
        return None
    lines = [_unquoted(line) for line in text.split("\n", LINES)[:LINES]]
    found = _start(lines)
    if found is None:
        return None
    start, evidence = found
    if evidence == "block" and not said:
        return None
    block = _read_block(lines, start)
    sender = _sender(block.values["from"]) if block else None
    if block is None or sender is None:
        return None
    words = _rest(text, block.end)
    inner_subject = block.values.get("subject", "")
    return Original(
        from_=sender,
        date=read_written(block.values.get("date", "")),
        subject=inner_subject,
        message_id=None,
        text=words,
        evidence=evidence,
        behind=find(inner_subject, words, depth - 1) if depth > 1 else None,
    )


def _unquoted(line: str) -> str:
    """Apple Mail quotes what it forwards."""
    return line.lstrip("> \t\xa0").rstrip() if line.startswith(">") else line.strip("\r \t\xa0")


def _start(lines: list[str]) -> tuple[int, Evidence] | None:
    """Where the forwarded mail's header block begins, and what says so; None if a reply's history comes first."""
    for number, line in enumerate(lines):
        if _MARKER.match(line):
            return _skip_blank(lines, number + 1), "marker"
        if _is_attribution(lines, number):
            return None
        # Never from the middle of a block that makes no sense as a whole.
        begins = _label(line) in ("from", "subject", "date") and (number == 0 or _label(lines[number - 1]) is None)
        if begins and _read_block(lines, number) is not None:
            return number, "block"
    return None


def _is_attribution(lines: list[str], number: int) -> bool:
    """Mail programs wrap a long one over two lines."""
    joined = " ".join(lines[number : number + 2])
    return bool(_ATTRIBUTION.match(lines[number]) or _ATTRIBUTION.match(joined))


def _skip_blank(lines: list[str], number: int) -> int:
    while number < len(lines) and not lines[number]:
        number += 1
    return number


def _label(line: str) -> str | None:
    """Which field a line of a header block gives."""
    match = _LINE.match(line[:_VALUE_CHARS])
    return _FIELD.get(match[1].strip().lower()) if match else None


def _read_block(lines: list[str], start: int) -> _Block | None:
    """The block whose first line is `start`; None when it has no sender, two, or nothing beside it that counts."""
    values: dict[str, str] = {}
    fields = list(_fields(lines, start))
    for _, name, value in fields:
        if name in values and name != "other":
            return None
        values[name] = value
    if not values.get("from") or len({"date", "to", "subject"} & values.keys()) < 2:
        return None
    return _Block(values, fields[-1][0])


def _fields(lines: list[str], start: int) -> Iterator[tuple[int, str, str]]:
    """The line after it, name and value of each field from `start` on.

    A block ends at an empty line, unless another field follows at once (HTML leaves empty lines between paragraphs).
    Lines without a name belong to the field above when another field follows; below the last they are text already.
    """
    name, value, end, wrapped, seen = "", "", start, list[str](), set[str]()
    for number in range(start, min(start + BLOCK_LINES, len(lines))):
        line = lines[number]
        match = _LINE.match(line[:_VALUE_CHARS])
        field = _FIELD.get(match[1].strip().lower()) if match else None
        if match is not None and field is not None:
            if name:
                yield end, name, " ".join((value, *wrapped)).strip()
            name, value, end, wrapped = field, match[2] or "", number + 1, []
            seen.add(name)
        elif not name:
            return
        elif line and len(wrapped) < WRAPPED_LINES:
            wrapped.append(line)
        elif line or _label(lines[number + 1] if number + 1 < len(lines) else "") in (None, *seen):
            break
    if name:
        tail = list(takewhile(lambda line: name in ("to", "other") and "@" in line, wrapped))
        yield end + len(tail), name, " ".join((value, *tail)).strip()


def _sender(value: str) -> Address | None:
    """Name and address as written: `An <an@x>`, `An [mailto:an@x]`, `an@x`, `An`; None when there are two."""
    emails = list(dict.fromkeys(email.lower() for email in _EMAIL.findall(value)))
    if len(emails) > 1:
        return None
    first = _EMAIL.search(value)
    name = re.split(r"[<\[(]", value)[0] if first and first.start() else value if not first else ""
    name = re.sub(r"\s+", " ", name).strip(" \t\"'*_,;")
    if first is None:
        return Address(name, "") if name else None
    return Address("" if "@" in name else name, first[0])


def _rest(text: str, line: int) -> str:
    """The text from a line on, without the quote marks that all of its lines have."""
    lines = text.split("\n")[line:]
    while lines and not lines[0].strip("> \t\xa0"):
        lines.pop(0)
    if lines and all(one.startswith(">") or not one.strip() for one in lines):
        lines = [one[1:].removeprefix(" ") for one in lines]
    return "\n".join(lines).strip()
