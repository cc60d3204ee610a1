"""What the servers on the way write above a mail: Received, Authentication-Results, Return-Path."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from random import Random

from simulators.demo import clock
from simulators.demo.cast import DESK_ADDRESS, DESK_DOMAIN

_CRLF = "\r\n"


def stamp(local: datetime) -> str:
    """RFC 5322 date of a Belgian wall-clock time."""
    return format_datetime(clock.aware(local))


def _address(rng: Random) -> str:
    """An address of the blocks for documentation (RFC 5737)."""
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randint(1, 254)}"


def _received(sender: str, receiver: str, ip: str, queue_id: str, for_whom: str, at: datetime) -> str:
    return (
        f"Received: from {sender} ({sender} [{ip}]){_CRLF}\tby {receiver} with ESMTPS id {queue_id}"
        f"{_CRLF}\tfor <{for_whom}>; {stamp(at)}{_CRLF}"
    )


def trace(sender: str, arrived: datetime, sent: datetime, rng: Random, *, bounce: bool = False) -> bytes:
    """Three hops from the sender's host to the mailbox, newest first; a late mail waited at the second one."""
    domain = sender.partition("@")[2] or "host.example"
    outgoing, gateway, store = (
        f"out{rng.randint(1, 9)}.{domain}",
        f"mx{rng.randint(1, 2)}.{DESK_DOMAIN}",
        f"mbx1.{DESK_DOMAIN}",
    )
    ids = [f"{rng.getrandbits(40):010X}" for _ in range(3)]
    ip, inside = _address(rng), f"[10.{rng.randint(0, 99)}.{rng.randint(0, 99)}.{rng.randint(2, 250)}]"
    second = arrived - timedelta(seconds=rng.randint(0, 1))
    first = min(sent + timedelta(seconds=rng.randint(1, 4)), second)
    lines = [
        f"Return-Path: <{'' if bounce else sender}>{_CRLF}",
        _received(gateway, store, "192.0.2.10", ids[2], DESK_ADDRESS, arrived),
        _received(outgoing, gateway, ip, ids[1], DESK_ADDRESS, second),
        _received(inside, outgoing, _address(rng), ids[0], DESK_ADDRESS, first),
        f"Authentication-Results: {gateway}; spf=pass smtp.mailfrom={domain};{_CRLF}",
        f"\tdkim=pass header.d={domain}{_CRLF}",
    ]
    return "".join(lines).encode("ascii")
