"""Writes the corpus: inbox/, sent/ and manifest.json."""

import base64
import hashlib
import json
from datetime import datetime
from pathlib import Path
from random import Random

from simulators.demo import breakage, clock
from simulators.demo.cast import DESK_ADDRESS, Deck
from simulators.demo.choose import choose
from simulators.demo.compose import Composer, Rendered
from simulators.demo.manifest import Entry, Manifest
from simulators.demo.model import Story

_INDEX_BYTES = 22
_LOSES_ID = ("missing-message-id",)
_LOSES_DATE = ("missing-date", "bad-date")


def write(out: Path, count: int, seed: int, now: datetime) -> Manifest:
    """Makes `count` arriving mails and the desk's answers under `out`; the same arguments give the same bytes.

    Raises:
        FileExistsError: `out` holds mails that no earlier run's manifest names.
    """
    _clear(out)
    mails = _compose(choose(count, Random(f"{seed}:choose")), seed, clock.wall(now))
    manifest = Manifest(seed, clock.aware(clock.wall(now)).isoformat(), DESK_ADDRESS, [m.entry for m in mails])
    _link(mails)
    for mail in mails:
        mail.entry.size, mail.entry.sha256 = len(mail.raw), hashlib.sha256(mail.raw).hexdigest()
        (out / mail.entry.file).write_bytes(mail.raw)
    manifest.save(out / "manifest.json")
    return manifest


def _clear(out: Path) -> None:
    """Removes what an earlier run wrote, and nothing else."""
    known = out / "manifest.json"
    if known.exists():
        for entry in json.loads(known.read_text(encoding="utf-8"))["entries"]:
            (out / entry["file"]).unlink(missing_ok=True)
    for folder in ("inbox", "sent"):
        (out / folder).mkdir(parents=True, exist_ok=True)
        if any((out / folder).iterdir()):
            raise FileExistsError(f"{folder}/ holds mails that this generator did not write; choose an empty folder")


def _compose(stories: list[Story], seed: int, now: datetime) -> list[Rendered]:
    """All mails that stand in a folder, named and in order: the inbox by arrival, then what was sent."""
    deck = Deck(Random(f"{seed}:cast"))
    composed: list[Rendered] = []
    broken: list[tuple[Story, Rendered]] = []
    for story in stories:
        done = [m for m in Composer(story, deck, Random(f"{seed}:{story.key}"), now).compose() if not m.offstage]
        composed += done
        if story.broken:
            broken.append((story, done[-1]))
    composed.sort(key=lambda m: (m.entry.folder, m.received, m.entry.thread))
    _name(composed)
    for story, mail in broken:
        _break(story, mail, composed, Random(f"{seed}:{story.key}:broken"))
    return composed


def _name(mails: list[Rendered]) -> None:
    numbers = {"inbox": 0, "sent": 0}
    for mail in mails:
        folder = mail.entry.folder
        numbers[folder] += 1
        mail.entry.file = f"{folder}/{numbers[folder]:04d}-{mail.entry.thread}.eml"


def _break(story: Story, mail: Rendered, mails: list[Rendered], rng: Random) -> None:
    mail.entry.broken = list(story.broken)
    for code in story.broken:
        if code == breakage.DUPLICATE:
            _duplicate(mail, mails)
        else:
            mail.raw = breakage.DAMAGE[code](mail.raw, rng)
        if code in _LOSES_ID:
            mail.entry.message_id = None
        if code in _LOSES_DATE:
            mail.entry.date = None


def _duplicate(mail: Rendered, mails: list[Rendered]) -> None:
    """Gives the mail the Message-ID of another question that nobody answered; alone in a corpus it keeps its own."""
    answered = {m.message_id for other in mails if (m := other.parent)}
    victims = [
        m
        for m in mails
        if m is not mail and m.entry.folder == "inbox" and m.entry.kind == "question" and not m.entry.broken
    ]
    victims = [m for m in victims if m.message_id not in answered]
    if not victims:
        mail.entry.broken.remove(breakage.DUPLICATE)
        return
    mail.entry.duplicate_of = victims[0].entry.file
    mail.entry.message_id = mail.message_id = victims[0].message_id
    mail.raw = breakage.replace(mail.raw, "Message-ID", mail.message_id.encode())


def _link(mails: list[Rendered]) -> None:
    """Says in each entry what it answers and what in its header proves that."""
    ids = {m.entry.message_id for m in mails if m.entry.message_id}
    for mail in mails:
        entry, parent = mail.entry, mail.parent
        named = [entry.in_reply_to, *entry.references]
        entry.foreign_references = sorted({i for i in named if i and i not in ids})
        if parent is not None and not parent.offstage:
            entry.replies_to = parent.entry.file
            entry.link = _evidence(entry, mail, parent, ids)


def _evidence(entry: Entry, mail: Rendered, parent: Rendered, ids: set[str]) -> str:
    """The strongest of the rules that reference practice knows, in their order."""
    if entry.in_reply_to in ids:
        return "in_reply_to"
    if any(i in ids for i in entry.references):
        return "references"
    if mail.index and parent.index and _conversation(mail.index) == _conversation(parent.index):
        return "thread_index"
    return "report" if entry.kind == "bounce" else "none"


def _conversation(index: str) -> bytes:
    """The first 22 bytes, equal in all mails of one Exchange conversation."""
    return base64.b64decode(index)[:_INDEX_BYTES]
