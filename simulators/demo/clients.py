"""The mail programs of the senders: how each makes ids, bodies and headers."""

import base64
import struct
import uuid
from dataclasses import dataclass
from datetime import datetime
from random import Random

from simulators.demo import clock
from simulators.demo.cast import Person


@dataclass(frozen=True, slots=True)
class Client:
    """One mail program; repeated forms, charsets and encodings are the likelier ones."""

    name: str
    quoting: str
    forms: tuple[str, ...]
    charsets: tuple[str, ...]
    encodings: tuple[str, ...]
    headers: tuple[tuple[str, str], ...] = ()
    trailer: dict[str, str] | None = None
    wrap: int = 0


_LATIN = ("iso-8859-1", "windows-1252", "utf-8", "iso-8859-15")

CLIENTS = {
    "outlook": Client(
        "outlook", "outlook", ("alternative", "alternative", "html", "html", "plain"),
        ("iso-8859-1", "windows-1252", "utf-8", "utf-8"), ("quoted-printable", "quoted-printable", "base64"),
        (("X-MS-Exchange-MessageSentRepresentingType", "1"), ("Accept-Language", "nl-BE, en-US"),
         ("Content-Language", "nl-BE")),
    ),
    "gmail": Client("gmail", "gmail", ("alternative",), ("utf-8",), ("quoted-printable", "base64"), wrap=76),
    "iphone": Client(
        "iphone", "iphone", ("plain", "plain", "alternative"), ("utf-8", "us-ascii"), ("quoted-printable",),
        (("X-Mailer", "iPhone Mail (23B85)"), ("Mime-Version", "1.0 (1.0)")),
        {"nl": "Verstuurd vanaf mijn iPhone", "fr": "Envoyé de mon iPhone", "en": "Sent from my iPhone"},
    ),
    "android": Client(
        "android", "outlook", ("alternative", "plain"), ("utf-8",), ("base64", "quoted-printable"), (),
        {"nl": "Verzonden vanaf mijn Galaxy", "fr": "Envoyé depuis mon appareil Galaxy", "en": "Sent from my Galaxy"},
    ),
    "thunderbird": Client(
        "thunderbird", "thunderbird", ("plain",), ("utf-8", "utf-8", "iso-8859-15"), ("8bit",),
        (("User-Agent", "Mozilla Thunderbird"), ("Content-Language", "nl")), wrap=72,
    ),
    "webmail": Client(
        "webmail", "webmail", ("alternative", "html", "plain"), _LATIN, ("8bit", "quoted-printable"),
        (("X-Mailer", "Open-Xchange Mailer v8.20"), ("X-Priority", "3"), ("Importance", "Normal")), wrap=78,
    ),
    "form": Client("form", "webmail", ("plain",), ("utf-8",), ("8bit",), (("X-Mailer", "formulieren 4.2"),)),
    "scanner": Client("scanner", "webmail", ("plain",), ("us-ascii",), ("7bit",), (("X-Mailer", "MFP C3320i"),)),
    "mailing": Client("mailing", "webmail", ("alternative",), ("utf-8",), ("quoted-printable",)),
    "mta": Client("mta", "webmail", ("plain",), ("us-ascii",), ("7bit",)),
}  # fmt: skip


def _hex(rng: Random, length: int) -> str:
    return f"{rng.getrandbits(4 * length):0{length}X}"


def _uuid(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def message_id(client: Client, sender: Person, sent: datetime, rng: Random) -> str:
    """A Message-ID in the program's own fashion, angle brackets included."""
    domain = sender.email.partition("@")[2]
    match client.name:
        case "outlook":
            host = f"{rng.choice(('AM0', 'DB9', 'PAX', 'VI1'))}PR0{rng.randint(1, 9)}MB{rng.randint(1000, 9999)}"
            return f"<{host}{_hex(rng, 24)}@{host}.eurprd0{rng.randint(1, 9)}.prod.outlook.example>"
        case "gmail":
            letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
            return (
                f"<CA{''.join(rng.choices(letters, k=10))}+{''.join(rng.choices(letters, k=31))}@mail.gmailer.example>"
            )
        case "iphone":
            return f"<{_uuid(rng).upper()}@{domain}>"
        case "webmail":
            moment = f"{sent:%Y%m%d%H%M%S}{rng.randint(100, 999)}"
            return f"<{rng.randint(10**8, 2 * 10**9)}.{rng.randint(10**4, 10**6)}.{moment}@{domain}>"
    return f"<{_uuid(rng)}@{domain}>"


def thread_index(sent: datetime, parent: str, rng: Random) -> str:
    """A Thread-Index header value: 22 bytes for a new conversation, five more for every reply (MS-OXOMSG 2.2.1.3)."""
    ticks = int((clock.aware(sent).timestamp() + 11_644_473_600) * 10**7)
    if not parent:
        return base64.b64encode(struct.pack(">Q", ticks)[:6] + rng.randbytes(16)).decode()
    head = base64.b64decode(parent)
    begun = int.from_bytes(head[:6], "big") << 16
    child = (max(ticks - begun, 0) >> 18) & 0x7FFFFFFF
    return base64.b64encode(head + struct.pack(">IB", child, rng.getrandbits(8))).decode()
