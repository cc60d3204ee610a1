"""The sender's own words, split from the quoted history below, above or between them.

The phrases are those that mail programs write, in the languages that reach the desk and a few more; every look at a
line is linear, and no line is looked at more than a few times.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

INTRO_CHARS = 300
"""A longer line introduces nothing."""
LINES_AHEAD = 50
"""How far below its first line a header block, or a quote, is followed."""
MIN_QUOTED_LINES = 3
"""Fewer lines with a mark, and nothing that introduces them, are no history."""
# A quoted line at least this long was wrapped by a mail program, and its rest stands unmarked on the next lines.
WRAPPED_LINE_CHARS = 55
_FORWARDED = (
    "(?:Begin )?[dD]oorgestuurd [bB]ericht|Oorspronkelijk [bB]ericht|Origineel [bB]ericht"
    "|Begin forwarded message|Forwarded [mM]essage|Original [mM]essage"
    "|Début du message réexpédié|Message transféré|Message d['’]origine"
    "|Anfang der weitergeleiteten E-Mail|Weitergeleitete Nachricht|Ursprüngliche Nachricht"
    "|Inicio del mensaje reenviado|Mensaje (?:reenviado|[oO]riginal)|Vidarebefordrat meddelande"
    "|Пересылаемое сообщение"
)
_INTRODUCTION = re.compile(
    "Op .*? schreef .*:|Op .*? heeft .* geschreven:|On .* wrote:|Le .* a écrit\\s?:|Am .*? schrieb .*:"
    "|El .* escribió:|Em .* escreveu:|Den .*? skrev .*:|.* написал\\(а\\):"
    "|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2} [^<]* <[^<>]*@[^<>]*>"
    f"|_{{32}}|---+ ?(?:{_FORWARDED}) ?---+|(?:{_FORWARDED}):"
)
_LAST_OF_INTRODUCTION = (":", "-", "_", ">")
_HEADER = re.compile(r"\*?([-\w ]+):")
_FIELDS = {
    **dict.fromkeys(("from", "van", "de", "von", "från", "от кого"), "from"),
    **dict.fromkeys(("to", "aan", "à", "pour", "an", "para", "till", "кому"), "to"),
    **dict.fromkeys(("cc", "kopie", "kopia"), "cc"),
    **dict.fromkeys(("bcc", "cco", "blindkopie"), "bcc"),
    **dict.fromkeys(("reply-to", "antwoord aan", "répondre à", "antwort an", "responder a"), "reply-to"),
    **dict.fromkeys(("date", "sent", "received", "datum", "verzonden", "envoyé", "gesendet"), "date"),
    **dict.fromkeys(("enviado el", "enviados", "fecha", "дата"), "date"),
    **dict.fromkeys(("subject", "onderwerp", "objet", "sujet", "betreff", "asunto", "ämne", "тема"), "subject"),
}
"""What mail programs call a header when they quote it."""
# A line that ends with one of these goes on without a space.
_OPEN_ENDED = ("<", "(", "[", "{", '"', "'")
_DEVICE = re.compile(
    r"(verstuurd|verzonden|sent|envoyé|gesendet|von|outlook|get|téléchargez|download)\b"
    r".{0,40}\b(iphone|ipad|ios|android|galaxy|samsung|huawei|smartphone|yahoo|outlook|mobile|gsm)\b.{0,40}",
    re.IGNORECASE,
)
"""What a device puts under a mail ("Verstuurd vanaf mijn iPhone")."""


class _History(NamedTuple):
    """Where quoted history begins."""

    kind: str
    first: int
    last: int
    """Last line of what introduces it; equal to `first` without introduction."""


def own_words(text: str) -> str:
    """What the sender wrote; all of `text` when there is no quote or nothing but a quote.

    A forward without a word of its own keeps everything: for the reader the forwarded mail is the message.
    """
    return _without_signature(_without_quotes(text)) or text


def _without_quotes(text: str) -> str:
    lines = text.strip("\n").split("\n")
    suspects = _suspects(lines)
    history = _find(lines, suspects, MIN_QUOTED_LINES)
    if history is None:
        return text
    above = "\n".join(lines[: history.first]).strip()
    below = "\n".join(_answers(lines, _end(lines, suspects, history)))
    return f"{above}\n{below}".strip()


def _suspects(lines: list[str]) -> list[int]:
    """The lines at which a history can begin at all: most cannot."""
    ends = [line.rstrip().endswith(_LAST_OF_INTRODUCTION) for line in lines]
    following = (*ends[1:], False)
    return [
        number
        for number, line in enumerate(lines)
        if ends[number] or ":" in line or line.startswith(">") or (following[number] and line)
    ]


def _find(lines: list[str], suspects: Iterable[int], min_quoted: int) -> _History | None:
    """The first of the suspects that begins a history: introduced, marked line by line, or under headers."""
    for number in suspects:
        line = lines[number]
        last = _introduction(lines, number)
        if last is not None:
            return _History("introduced", number, last)
        if line.startswith(">") and _is_quoted(lines, number, min_quoted):
            return _History("quoted", number, number)
        if ":" in line and _is_header_block(lines, number):
            return _History("headers", number, number)
    return None


def _end(lines: list[str], suspects: list[int], history: _History) -> int:
    """The first line after the history; without marks before its lines it goes on to the end."""
    marked: _History | None = history
    if history.kind == "introduced":
        marked = _find(lines, suspects[bisect_right(suspects, history.last) :], 1)
    if marked is None or marked.kind != "quoted":
        return len(lines)
    end = marked.first
    while end < len(lines) and lines[end].startswith(">"):
        end += 1
    while end < len(lines) and not lines[end].strip():
        end += 1
    return end


def _introduction(lines: list[str], number: int) -> int | None:
    """The last line of an introduction that begins at `number`; it may have been wrapped once."""
    line = lines[number].strip()
    if line in ("", ">"):
        return None
    if line.endswith(_LAST_OF_INTRODUCTION) and _introduces(line):
        return number
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    if not following.endswith(_LAST_OF_INTRODUCTION):
        return None
    return number + 1 if _introduces(line + ("" if line.endswith(_OPEN_ENDED) else " ") + following) else None


def _introduces(line: str) -> bool:
    return len(line) <= 2 * INTRO_CHARS and _INTRODUCTION.fullmatch(line.removeprefix(">").strip()) is not None


def _is_quoted(lines: list[str], number: int, wanted: int) -> bool:
    found = 0
    for line in lines[number : number + LINES_AHEAD]:
        if line.startswith(">"):
            found += 1
            if found == wanted:
                return True
        elif line.strip():
            return False
    return False


def _is_header_block(lines: list[str], number: int) -> bool:
    """Two different known headers close together, the first at `number`; a value may have been wrapped once."""
    if not _HEADER.match(lines[number]):
        return False
    found, may_go_on = set(), False
    for line in lines[number : number + LINES_AHEAD]:
        header = _HEADER.match(line)
        if header:
            field = _FIELDS.get(header[1].strip().lower())
            may_go_on = field is not None
            if field is not None:
                found.add(field)
            if len(found) == 2:
                return True
        elif may_go_on or not line.strip():
            may_go_on = False
        else:
            return False
    return False


def _answers(lines: list[str], start: int) -> list[str]:
    """The lines from `start` that are no quote, nor the rest of a quoted line that was wrapped."""
    answers, wrapped = [], _is_wrapped(lines[start - 1])
    for line in lines[start:]:
        if line.startswith(">"):
            wrapped = _is_wrapped(line)
            continue
        wrapped = wrapped and bool(line.strip())
        if not wrapped:
            answers.append(line)
    return answers


def _is_wrapped(line: str) -> bool:
    return line.startswith(">") and len(line) >= WRAPPED_LINE_CHARS


def _without_signature(text: str) -> str:
    """Up to the line `-- ` that mail programs put before a signature (RFC 3676, 4.3), or a device's own line."""
    words, _, _ = f"\n{text}\n".partition("\n--\n")
    rest, _, last = words.strip("\n").rpartition("\n")
    return rest.rstrip() if rest and _DEVICE.fullmatch(last.strip()) else words.strip("\n")
