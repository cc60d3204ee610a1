"""The sender's own words, split from the quoted history below, above or between them."""

from __future__ import annotations

import re

import quotequail

# quotequail looks ahead from every line and has a cubic pattern: beyond these it sees a shortened copy.
LINES = 1_000
LINE_CHARS = 300
# A quoted line at least this long was wrapped by a mail program, and its rest stands unmarked on the next lines.
WRAPPED_LINE_CHARS = 55
_DEVICE = re.compile(
    r"(verstuurd|verzonden|sent|envoyé|gesendet|von|outlook|get|téléchargez|download)\b"
    r".{0,40}\b(iphone|ipad|ios|android|galaxy|samsung|huawei|smartphone|yahoo|outlook|mobile|gsm)\b.{0,40}",
    re.IGNORECASE,
)
"""What a device puts under a mail ("Verstuurd vanaf mijn iPhone")."""


def own_words(text: str) -> str:
    """What the sender wrote; all of `text` when there is no quote or nothing but a quote.

    A forward without a word of its own keeps everything: for the reader the forwarded mail is the message.
    """
    return _without_signature(_without_quotes(text)) or text


def _without_quotes(text: str) -> str:
    lines = text.strip("\n").split("\n")
    found = quotequail.unwrap("\n".join(line[:LINE_CHARS] for line in lines[:LINES]))
    if found is None:
        return text
    top = lines[: _count_lines(found.get("text_top", ""))]
    # `text_bottom` ends where the probe ends; a longer mail hides its end from the probe.
    below = _count_lines(found.get("text_bottom", "")) if len(lines) <= LINES else 0
    return "\n".join([*top, *_answers(lines, len(lines) - below)]).strip()


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


def _count_lines(text: str) -> int:
    return text.count("\n") + 1 if text else 0
