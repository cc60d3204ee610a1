"""Numbers of the register in running text: precise rather than complete, because each is looked up afterwards. No I/O.

A number with a label (KBO, BTW, BE, ondernemingsnummer, VME ...) may be spelled in any way and may be wrong; without
one it must look like the register's own spelling or have right check digits. Telephone numbers, bank accounts,
structured communications, dates and amounts are left alone.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from loketbus.characters import Folded, fold
from services.kbo.domain.numbers import NumberCheck, check


class Found(NamedTuple):
    """`text[start:end]` is the number as it was written."""

    start: int
    end: int
    check: NumberCheck


LABEL_REACH = 48
PHONE_REACH = 20

_SEP = r"(?:[ \t][.\-/][ \t]|[.\-/][ \t]?|[ \t])"
_PREFIX = r"(?:(?:BTW|TVA|VAT|MWST)[ \t.:\-]{0,2})?(?:(?<![.@\-])BE[ \t.:\-]{0,2})?"
_START, _END = r"(?<![^\W_])(?<![0-9][.\-/,+])", r"(?![^\W_]|@)(?![.\-/,:][0-9])"
_GROUPED = re.compile(
    rf"{_START}{_PREFIX}(?P<number>[01O][0-9]{{3}}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}}|[01O][0-9]{{9}}"
    rf"|(?:\([0O]\)[ \t]?)?[1-9][0-9]{{2}}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}}|(?:\([0O]\)[ \t]?)?[1-9][0-9]{{8}}"
    rf"|[2-8][0-9]{{9}}|[2-8]{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}}){_END}",
    re.IGNORECASE,
)
_ANY_WAY = re.compile(
    rf"{_START}{_PREFIX}(?P<number>(?:\([0O]\)[ \t]?)?[0-9O](?:[ \t.\-/()]{{0,3}}[0-9OIl]){{7,10}}){_END}",
    re.IGNORECASE,
)
_OTHERS = re.compile(
    r"\bBE[0-9]{2}(?:[ .\-]?[0-9]{4}){3}(?![0-9])"  # bank accounts
    r"|\b(?!BE)[A-Z]{2}[0-9]{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,4})?\b"
    r"|\b[0-9]{3}-[0-9]{7}-[0-9]{2}\b"
    r"|(?:[+*]{3}[ ]?)?\b[0-9]{3}[ ]?/[ ]?[0-9]{4}[ ]?/[ ]?[0-9]{5}\b"  # structured communications
    r"|[+*]{3}[0-9/ .\-]{1,24}[+*]{3}"
    r"|\b[0-9]{1,2}[./\-][0-9]{1,2}[./\-](?:19|20)[0-9]{2}\b"  # dates
    r"|\b(?:19|20)[0-9]{2}[./\-][0-9]{1,2}[./\-][0-9]{1,2}\b"
    r"|\b[0-9]{2}\.[0-9]{2}\.[0-9]{2}[ \-][0-9]{3}[.\-][0-9]{2}\b"  # national numbers
    r"|(?:\+|(?<![0-9./\-])00)[1-9][0-9 ./()\-]{6,18}[0-9]"  # international telephone numbers
)
_LABEL = re.compile(
    r"(?<![^\W_])(?:(?:KBO|BCE|CBE|BTW|TVA|VAT|RPR|RPM|VME|ACP|BE)(?![^\W\d_])"
    r"|ondernemings|enterprise n|company n|vestigings|entreprise|établissement|identificatien)",
    re.IGNORECASE,
)
_TOUCHING = re.compile(
    r"(?<![^\W_])(?:(?:KBO|BCE|CBE|BTW|TVA|VAT|RPR|RPM|VME|ACP)|(?:ondernemings|vestigings(?:eenheids)?)-?(?:nummer|nr)"
    r"|vestiging(?:seenheid)?|d['’ ]entreprise|(?:enterprise|company) number)\W{0,3}(?:\w{1,8}\W{1,3}){0,3}$",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?:(?<![^\W_])(?:tel|tél|telefoon|gsm|fax|mobiel|mob|phone)|(?<![^\W_])[tm][.:]|[☎📞📱])\W{0,4}(?:\w{1,12}\W{1,3})?$",
    re.IGNORECASE,
)
_MONEY_BEFORE = re.compile(r"(?:[€$]|\bEUR|\beuro)\s{0,2}$", re.IGNORECASE)
_MONEY_AFTER = re.compile(r"\s{0,2}(?:€|EUR\b|euro\b)", re.IGNORECASE)
_MOBILE = re.compile(r"0?4[5-9]")
_PAIRS = re.compile(r".*\D[0-9]{2}\D[0-9]{2}", re.DOTALL)  # how telephone numbers end
_REGISTER = re.compile(r"[01][0-9]{3}\.[0-9]{3}\.[0-9]{3}")
_DOTTED = re.compile(r"(?:[01][0-9]{3}|[1-9][0-9]{2}|[2-8]\.[0-9]{3})\.[0-9]{3}\.[0-9]{3}")
_SOLID = re.compile(r"[01][0-9]{3}\D[0-9]{3}\D[0-9]{3}|\(0\).*|[01][0-9]{9}|[2-9][0-9]{8}", re.IGNORECASE)


def find_numbers(text: str) -> list[Found]:
    """Numbers in the order of the text, right or (with a label) wrong. Never raises."""
    folded = fold(text)
    plain = _OTHERS.sub(lambda other: "\n" * len(other[0]), folded.text)
    found: list[Found] = []
    usual, loose, at = _GROUPED.search(plain), _ANY_WAY.search(plain), 0
    while match := _nearest(usual, loose):
        result = _judge(folded, plain, match)
        at = match.start("number") + 1
        if result is not None:
            found.append(result)
            at = match.end()
        # Searched again only when passed, or a text full of digits would take quadratic time.
        usual = _GROUPED.search(plain, at) if usual is not None and usual.start("number") < at else usual
        loose = _ANY_WAY.search(plain, at) if loose is not None and loose.start("number") < at else loose
    return found


def _nearest(usual: re.Match[str] | None, loose: re.Match[str] | None) -> re.Match[str] | None:
    """The one that begins first; the usual spelling where both begin."""
    if usual is None or loose is None:
        return usual or loose
    return loose if loose.start("number") < usual.start("number") else usual


def _judge(folded: Folded, plain: str, match: re.Match[str]) -> Found | None:
    before = re.split("[0-9]", plain[max(0, match.start() - LABEL_REACH) : match.start()])[-1]
    touching = _touches(match, before)
    if not touching and (match.re is _ANY_WAY or _elsewhere(plain, match, before)):
        return None
    start, end = folded.origin(*match.span())
    verdict = check(folded.original[start:end])
    meant = _said(match["number"], verdict) if touching else _shown(before, match["number"], verdict)
    return Found(start, end, verdict) if meant else None


def _touches(match: re.Match[str], before: str) -> bool:
    """A label stands right in front of it, with a few words between at most."""
    if match.start("number") > match.start():
        return True
    return _TOUCHING.search(before) is not None and _PHONE.search(before[-PHONE_REACH:]) is None


def _elsewhere(plain: str, match: re.Match[str], before: str) -> bool:
    """A telephone number or an amount by the words around it."""
    marks = _PHONE.search(before[-PHONE_REACH:]) or _MONEY_BEFORE.search(before)
    return (marks or _MONEY_AFTER.match(plain, match.end())) is not None


def _said(number: str, verdict: NumberCheck) -> bool:
    """Somebody calls it a number of the register: also a wrong one, unless it ends like a telephone number."""
    return verdict.valid or _PAIRS.fullmatch(number) is None


def _shown(before: str, number: str, verdict: NumberCheck) -> bool:
    """Right, with a label not far away; or it speaks for itself."""
    return (verdict.valid and _LABEL.search(before) is not None) or _speaks_for_itself(number, verdict)


def _speaks_for_itself(number: str, verdict: NumberCheck) -> bool:
    """Without any label: in the register's own spelling, or right and nothing else by its shape."""
    number = number.upper().replace("O", "0")
    mobile = _MOBILE.match(number) is not None
    if _REGISTER.fullmatch(number):
        return verdict.valid or not mobile
    if _DOTTED.fullmatch(number):
        return verdict.valid
    return verdict.valid and not mobile and _SOLID.fullmatch(number) is not None
