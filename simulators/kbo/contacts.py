"""How to reach entities: as people typed it, on domains and lines that nobody has."""

from __future__ import annotations

from simulators.kbo.dice import Dice

PERCENT_ENTERPRISE, PERCENT_UNIT, PERCENT_BRANCH = 11.1, 10.2, 8.0
ODD_KIND = "FAX"  # not in code.csv, but in the real file
_PHONES = (
    "015/00.{0}.{1}",
    "015 00 {0} {1}",
    "01500{0}{1}",
    "+32 400 {0} {1} {0}",
    "0400/{0}-{1}-{0}",
    "+32400{0}{1}{0}",
)
_WEBS = ("www.{0}.example", "{0}.example/", "https://www.{0}.example", "https://www.facebook.example/{0}")


def contacts(dice: Dice, words: str) -> list[tuple[str, str]]:
    """Kinds with their values, at least one."""
    name = "".join(c for c in words.lower() if c.isascii() and c.isalnum()) or "info"
    found = []
    if dice.chance(58):
        found.append(("TEL", dice.pick(_PHONES).format(10 + dice.below(90), 10 + dice.below(90))))
    if dice.chance(3):
        found.append((ODD_KIND, f"015/00.{10 + dice.below(90)}.97"))
    if dice.chance(80) or not found:
        found.append(("EMAIL", f"{dice.pick(('info', 'contact', 'mail'))}@{name[:40]}.example"))
    if dice.chance(30):
        found.append(("WEB", dice.pick(_WEBS).format(name[:40])))
    return found
