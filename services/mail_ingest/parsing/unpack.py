"""Opens what a mail came wrapped in, and reads what its attachments say: for people, never for identity.

A container that was read in full makes place for what was in it (the raw mail still has it); one that was not stays
an attachment beside whatever could be read. Attached mails and invitations stay as they are and are understood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from services.mail_ingest.parsing import outlook, outlook_msg, sealed, tnef
from services.mail_ingest.parsing.body import Block, Body, Leaf
from services.mail_ingest.parsing.facts import first_bytes, read_facts
from services.mail_ingest.parsing.filenames import safe_name
from services.mail_ingest.parsing.mapi import BrokenError
from services.mail_ingest.parsing.model import Limits, Notes, Oddity
from services.mail_ingest.parsing.outlook import OutlookFile
from services.mail_ingest.parsing.tree import read_tree

_TNEF = ("application/ms-tnef", "application/vnd.ms-tnef")
_SMIME = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_MSG = "application/vnd.ms-outlook"


@dataclass(slots=True)
class Content:
    """What a mail holds once everything is open."""

    blocks: list[Block]
    """Its own text."""
    leaves: list[Leaf] = field(default_factory=list)
    """Its attachments."""
    bodies: list[Block] = field(default_factory=list)
    """Texts that Outlook sent beside the own text, mostly the same words: for a mail that has none."""
    messages: list[Leaf] = field(default_factory=list)
    """The attached mails among the leaves."""
    calendars: list[Leaf] = field(default_factory=list)


def unpack(body: Body, limits: Limits, notes: Notes) -> Content:
    """Open a walked mail."""
    return _Unpacker(notes).open(body, limits)


Opener = Callable[["_Unpacker", Leaf, Content, Limits], None]


@dataclass(slots=True)
class _Unpacker:
    notes: Notes

    def open(self, body: Body, limits: Limits) -> Content:
        content = Content(list(body.blocks))
        for leaf in body.leaves:
            self._take(leaf, content, limits)
        return content

    def _take(self, leaf: Leaf, content: Content, limits: Limits) -> None:
        opener, broken = _opener(leaf)
        if opener is None:
            content.leaves.append(leaf)
        elif not limits.unpack or limits.nested < 1 or len(content.leaves) >= limits.parts:
            self.notes.add(Oddity.NOT_UNPACKED)
            content.leaves.append(leaf)
        else:
            try:
                opener(self, leaf, content, replace(limits, nested=limits.nested - 1))
            except BrokenError:
                self.notes.add(broken)
                content.leaves.append(leaf)

    def tnef(self, leaf: Leaf, content: Content, limits: Limits) -> None:
        """winmail.dat: its files for the file, its text for a mail without."""
        self.notes.add(Oddity.TNEF)
        mail = tnef.read(leaf.read(), limits)
        block = outlook.body(mail, self.notes)
        if block is not None:
            content.bodies.append(block)
        for file in mail.files:
            self._take(self._leaf(file, len(content.leaves) + 1), content, limits)
        if mail.broken:
            raise BrokenError

    def smime(self, leaf: Leaf, content: Content, limits: Limits) -> None:
        """A mail part inside a signature: its texts and files, for the file."""
        found = sealed.open_smime(leaf.read())
        if found.content is None:
            if found.kind == "encrypted":
                self.notes.add(Oddity.ENCRYPTED)
            content.leaves.append(leaf)
            return
        self.notes.add(Oddity.SIGNED)
        inner = self.open(Body(self.notes).walk(read_tree(found.content, limits, self.notes)), limits)
        content.blocks += inner.blocks
        content.leaves += inner.leaves
        content.bodies += inner.bodies
        content.messages += inner.messages
        content.calendars += inner.calendars

    def msg(self, leaf: Leaf, content: Content, limits: Limits) -> None:
        """An Outlook file: stays, with what it says of itself."""
        mail = outlook_msg.read(leaf.read(), limits, with_files=False)
        self._keep_message(replace(leaf, message=read_facts(outlook.to_mime(mail, Notes()))), content)

    def eml(self, leaf: Leaf, content: Content, limits: Limits) -> None:
        """A mail: stays, with what it says of itself."""
        facts = leaf.message or read_facts(first_bytes(leaf.chunks()))
        self._keep_message(replace(leaf, message=facts), content)

    def calendar(self, leaf: Leaf, content: Content, limits: Limits) -> None:
        """An invitation: stays."""
        self.notes.add(Oddity.CALENDAR)
        content.leaves.append(leaf)
        content.calendars.append(leaf)

    def _keep_message(self, leaf: Leaf, content: Content) -> None:
        content.leaves.append(leaf)
        if leaf.message is not None:
            content.messages.append(leaf)

    def _leaf(self, file: OutlookFile, number: int) -> Leaf:
        kind, name, data = file.kind(self.notes), file.name(self.notes), file.data
        if file.message is not None:
            kind, data = "message/rfc822", outlook.to_mime(file.message, Notes())
        facts = read_facts(data) if file.message is not None else None
        if facts is not None and facts.subject:
            name = f"{facts.subject}.eml"
        return Leaf(
            kind=kind,
            name=safe_name(name, kind, number),
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            digest="",
            content_id=file.content_id(self.notes),
            shown=False,
            chunks=lambda: iter((bytes(data),)),
            message=facts,
        )


def _opener(leaf: Leaf) -> tuple[Opener | None, Oddity]:
    """How to open a part, and what to say when that fails."""
    name = leaf.name.lower()
    if leaf.kind in _TNEF or name == "winmail.dat":
        return _Unpacker.tnef, Oddity.TNEF_BROKEN
    if leaf.kind in _SMIME or name.endswith(".p7m"):
        return _Unpacker.smime, Oddity.SMIME_BROKEN
    if leaf.kind == _MSG or name.endswith(".msg"):
        return _Unpacker.msg, Oddity.MSG_BROKEN
    if leaf.kind == "message/rfc822" or name.endswith(".eml"):
        return _Unpacker.eml, Oddity.PART_FAILED
    if leaf.kind == "text/calendar" or name.endswith(".ics"):
        return _Unpacker.calendar, Oddity.PART_FAILED
    return None, Oddity.PART_FAILED
