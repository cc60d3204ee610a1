"""Inputs of the unit tests of the official adresmatch, and what it reads in them (address-registry 10b5958, facts).

`AdresMatchSanitizationTests`: street and house number as given, house numbers and boxes as read.
"""

from __future__ import annotations

PAIRS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("teststraat", "4", ("4",)),
    ("teststraat", "10", ("10",)),
    ("teststraat", "4b", ("4", "4B")),
    ("teststraat", "10e", ("10", "10E")),
    ("teststraat", "10 E", ("10", "10E")),
    ("teststraat", "10bis", ("10BIS",)),
    ("teststraat", "30-", ("30",)),
    ("teststraat", "naast nr 30", ("30",)),
    ("teststraat", "0030", ("30",)),
    ("5 teststraat", "", ("5",)),
    ("teststraat 10", "", ("10",)),
    ("teststraat, 10", "", ("10",)),
    ("teststraat. 10", "", ("10",)),
    ("4b teststraat", "", ("4B", "4")),
    ("teststraat 10E", "", ("10E", "10")),
    ("teststraat", "30/20", ("30 bus 20",)),
    ("teststraat", "30-20", ("30 bus 20",)),
    ("teststraat", "30+20", ("30 bus 20",)),
    ("teststraat", "30 20", ("30 bus 20",)),
    ("teststraat", "20/30", ("20", "22", "24", "26", "28", "30")),
    ("teststraat", "20-30", ("20", "22", "24", "26", "28", "30")),
    ("teststraat", "21+27", ("21", "23", "25", "27")),
    ("teststraat", "30-b", ("30 bus B",)),
)
UNSUPPORTED: tuple[tuple[str, str], ...] = (("10, teststraat", "10"), ("10bis teststraat", "10BIS"))
"""What the official one does not read, and what stands there."""

STREETS: tuple[tuple[str, str, bool], ...] = (
    ("Evergreen Terrace", "Evergreen Terrace", True),
    ("evergreen terras", "Evergreen Terras", True),
    ("Evergreen Terras", "Evergreen Terrace", False),
    ("St-Evergreen Terrace", "Sint-Evergreen Terrace", True),
    ("Onze Lieve Vrouw-Evergreen Terrace", "O.l.v.-Evergreen Terrace", True),
    ("onze-lieve-vrouwemarkt", "O.-L.-Vrouwemarkt", True),
    ("onze-lieve-vrouwstraat", "O.-L.-Vrouwstraat", True),
    ("Heilig Hartlaan", "H.-Hartlaan", True),
    ("Heilige Hartlaan", "H.-Hartlaan", True),
    ("k.elisabethlaan", "Koningin Elisabethlaan", True),
    ("Clevergreen Terrace Avenue", "Evergreen", False),
    ("Evergreen", "Clevergreen Terrace Avenue", False),
    ("Trammesantlei", "Evergreen Terrace", False),
)
"""Input, registered name, and whether it is that street. Three that the official one takes for the same, because one
name is a part of the other or nearly the other, are not the same street to us: a name that scores high is no match."""
