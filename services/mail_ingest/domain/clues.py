"""What a mail shows about the dossier it belongs to: tokens, Thread-Index, numbers, who asks. No I/O."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from services.mail_ingest.domain.linking import Clue
from services.mail_ingest.domain.register import fold
from services.mail_ingest.domain.tokens import Token, Tokens

NUMBERS_MAX = 50
"""Per mail; a list of hundreds of numbers is a table, not a mark."""
THREAD_BYTES = 22
_WORD = re.compile(r"[A-Za-z0-9./-]+")
_YEAR = re.compile(r"\d{4}")
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")


@dataclass(frozen=True, slots=True)
class Found:
    """One clue. `value` is what look-ups compare, `evidence` how it stood there."""

    kind: Clue
    value: str
    evidence: str


def of_words(sender: str | None, subject: str, text: str, files: Iterable[str] = ()) -> list[Found]:
    """Clues that a mail and a contact share: who asks, and the numbers in it (names of files without their suffix)."""
    who = [] if sender is None else [Found(Clue.SENDER, sender, sender)]
    return who + numbers([subject, *(_SUFFIX.sub("", name) for name in files), text])


def of_tokens(tokens: Tokens | None, texts: Iterable[str], addresses: Iterable[str]) -> list[Found]:
    """The genuine tokens in subject, body and recipients; one per klantenreis."""
    if tokens is None:
        return []
    found = [token for text in texts for token in tokens.in_text(text)]
    found += [token for address in addresses for token in tokens.in_address(address)]
    dossiers: dict[str, set[str | None]] = {}
    written: dict[str, Token] = {}
    for token in found:
        dossiers.setdefault(fold(token.klantenreis), set()).add(token.dossier and token.dossier.upper())
        written.setdefault(fold(token.klantenreis), token)
    return [
        Found(Clue.TOKEN, value, token_evidence(token if len(dossiers[value]) == 1 else Token(token.klantenreis)))
        for value, token in written.items()
    ]


def token_evidence(token: Token) -> str:
    """How a token is shown and stored: without what makes it genuine."""
    return ":".join(filter(None, (token.klantenreis, token.dossier)))


def token_named(evidence: str) -> Token:
    """The token that `token_evidence` shows."""
    klantenreis, _, dossier = evidence.partition(":")
    return Token(klantenreis, dossier or None)


def of_thread(thread_index: str | None) -> list[Found]:
    """The conversation that Outlook says it belongs to."""
    key = thread_key(thread_index)
    return [] if key is None else [Found(Clue.THREAD, key, key)]


def thread_key(thread_index: str | None) -> str | None:
    """First 22 bytes of Thread-Index, hex; None when malformed.

    0x01, 5 bytes of FILETIME, a GUID (MS-OXOMSG 2.2.1.3); then 5 bytes per reply, which differ within a conversation.
    """
    try:
        data = base64.b64decode(thread_index or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    head = data[:THREAD_BYTES]
    malformed = len(head) < THREAD_BYTES or head[0] != 1 or not any(head[6:])
    return None if malformed else head.hex()


def numbers(texts: Iterable[str]) -> list[Found]:
    """Words that may be dossier numbers, each once, at most 50; the register says which of them are."""
    words = (word for text in texts for word in _candidates(text))
    first: dict[str, str] = {}
    for word in words:
        first.setdefault(fold(word), word)
        if len(first) == NUMBERS_MAX:
            break
    return [Found(Clue.NUMBER, value, word) for value, word in first.items()]


def _candidates(text: str) -> Iterator[str]:
    for match in _WORD.finditer(text):
        word = match[0].strip("./-")
        digits = sum(map(str.isdigit, word)) if 4 <= len(word) <= 30 else 0
        if digits >= 4 and not _YEAR.fullmatch(word):
            yield word


def is_own(address: str | None, domains: Collection[str]) -> bool:
    """Is this the address of a colleague? `domains` in small letters."""
    return address is not None and address.lower().rpartition("@")[2] in domains


def mentioned(kind: Clue, values: Iterable[tuple[str | None, str]], most: int = NUMBERS_MAX) -> list[Found]:
    """Clues of one kind from (value, evidence); those without a value are left out."""
    named = ((value, evidence) for value, evidence in values if value)
    return list({value: Found(kind, value, evidence) for value, evidence in islice(named, most)}.values())
