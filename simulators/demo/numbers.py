"""Enterprise numbers: check digits (mod 97) and the spellings people use."""

from collections.abc import Callable
from random import Random


def number(base: int) -> str:
    """Ten digits with the right check digits for the first eight (`base`, leading zero implied)."""
    return f"{base:08d}{97 - base % 97:02d}"


def is_valid(digits: str) -> bool:
    """True for ten digits whose last two equal 97 - (first eight mod 97)."""
    return len(digits) == 10 and digits.isascii() and digits.isdigit() and int(digits[8:]) == 97 - int(digits[:8]) % 97


def dotted(digits: str) -> str:
    """0403.170.701."""
    return f"{digits[:4]}.{digits[4:7]}.{digits[7:]}"


def _typo(digits: str, rng: Random) -> str:
    """One digit changed: never valid, because 97 is a prime above every single-digit difference."""
    at = rng.randrange(1, 10)
    return digits[:at] + str((int(digits[at]) + rng.randint(1, 8)) % 10) + digits[at + 1 :]


def _swap(digits: str) -> str:
    """Two unequal neighbours exchanged, as fingers do."""
    for at in range(1, 7):
        if digits[at] != digits[at + 1]:
            return digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
    return digits


SPELLINGS: dict[str, Callable[[str], str]] = {
    "punten": dotted,
    "plat": str,
    "be": lambda d: f"BE{d}",
    "be-punten": lambda d: f"BE {dotted(d)}",
    "btw": lambda d: f"BTW BE {dotted(d)}",
    "btw-kort": lambda d: f"BTW BE {d[1:4]}.{d[4:7]}.{d[7:]}",
    "kort": lambda d: f"{d[1:4]}.{d[4:7]}.{d[7:]}",
    "kort-plat": lambda d: d[1:],
    "spaties": lambda d: f"{d[:4]} {d[4:7]} {d[7:]}",
    "be-spaties": lambda d: f"BE {d[:4]} {d[4:7]} {d[7:]}",
    "streepjes": lambda d: f"{d[:4]}-{d[4:7]}-{d[7:]}",
    "slash": lambda d: f"{d[:4]}/{d[4:7]}.{d[7:]}",
    "tva": lambda d: f"TVA BE {dotted(d)}",
    "haakje": lambda d: f"(0){d[1:4]}.{d[4:7]}.{d[7:]}",
}
ISSUES = {"fout": "check_digits", "wissel": "check_digits", "negen": "too_short", "letter": "letter_in_number"}
_WITHOUT_ZERO = ("btw-kort", "kort", "kort-plat")
_COMMON = ("punten", "punten", "plat", "be", "be-punten", "spaties", "btw", "kort", "kort-plat", "slash", "streepjes")


def spell(digits: str, how: str, rng: Random) -> tuple[str, str, str]:
    """(text, the digits that text stands for, issue or ""); an empty `how` draws one of the common right spellings."""
    if how == "fout":
        wrong = _typo(digits, rng)
        return dotted(wrong), wrong, ISSUES[how]
    if how == "wissel":
        wrong = _swap(digits)
        return dotted(wrong), wrong, ISSUES[how]
    if how == "negen":
        return f"{digits[:4]}.{digits[4:7]}.{digits[7:9]}", digits[:9], ISSUES[how]
    if how == "letter":
        return f"O{dotted(digits)[1:]}", digits[1:], ISSUES[how]
    if how in (*_WITHOUT_ZERO, "haakje") and not digits.startswith("0"):
        raise ValueError(f"only a number that begins with 0 can be written as {how}")
    how = how or rng.choice(_COMMON if digits.startswith("0") else _COMMON[:6])
    return SPELLINGS[how](digits), digits, "leading_zero_missing" if how in _WITHOUT_ZERO else ""
