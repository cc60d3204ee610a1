"""A thousand nasty mails, the same ones every time: what a shared mailbox of years holds, and what an attacker sends.

Every mail says something that no other says, so that all of them are different mails. As in a collection of 1,171 real
ones, 24 % have no Message-ID and 11 % one that an earlier mail has (`FAMILIES` may put theirs elsewhere, or break it).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from tests.support import nasty_bodies, nasty_damage, nasty_headers

COUNT = 1_000
SEED = 2_800
WITHOUT_ID = 0.24
REPEATED_ID = 0.11

Family = Callable[[Random, list[bytes], bytes], bytes]
"""Makes one mail from the usual headers, and a text that no other mail has."""
FAMILIES: dict[str, Family] = {**nasty_headers.FAMILIES, **nasty_bodies.FAMILIES, **nasty_damage.FAMILIES}
RARE = frozenset({"nested_divs", "zip_bomb", "many_parts", "huge_header"})
"""Large or slow: a few of each are enough."""
RARELY = 40


@dataclass(slots=True)
class _Ids:
    """Gives out Message-IDs as senders do: mostly a new one."""

    rng: Random
    used: list[bytes] = field(default_factory=list)

    def header(self, number: int) -> list[bytes]:
        chance = self.rng.random()
        if chance < WITHOUT_ID:
            return []
        if self.used and chance < WITHOUT_ID + REPEATED_ID:
            return [b"Message-ID: " + self.rng.choice(self.used)]
        self.used.append(b"<%d.%d@burger.example>" % (number, self.rng.getrandbits(40)))
        return [b"Message-ID: " + self.used[-1]]


def nasty_mails(count: int = COUNT, seed: int = SEED) -> Iterator[tuple[str, bytes]]:
    """`count` mails, each with a name that says what is wrong with it; every family has its turn."""
    rng = Random(seed)
    ids = _Ids(rng)
    often = [name for name in FAMILIES if name not in RARE]
    rare = sorted(RARE)
    for number in range(count):
        turn = number % RARELY == RARELY - 1
        names, place = (rare, number // RARELY) if turn else (often, number)
        name = names[place % len(names)]
        mark = b"zaak %d-%08x" % (number, rng.getrandbits(32))
        yield f"{number:04d}-{name}", FAMILIES[name](rng, _head(rng, mark, ids.header(number)), mark)


def _head(rng: Random, mark: bytes, message_id: list[bytes]) -> list[bytes]:
    day = rng.randrange(1, 29)
    return [
        b"Received: from mx.provider.example by loket.stad.example; Mon, 2 Nov 2026 10:15:00 +0100",
        rng.choice(
            (b"From: An Peeters <an@burger.example>", b"From: jan@burger.example", b'From: "P, An" <an@b.example>')
        ),
        b"To: Energieloket <loket@stad.example>",
        b"Subject: Vraag " + mark,
        b"Date: %d Nov 2026 10:%02d:00 +0100" % (day, rng.randrange(60)),
        *message_id,
    ]
