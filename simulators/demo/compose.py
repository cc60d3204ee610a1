"""Turns a story into finished mails with their manifest entries."""

import math
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from random import Random

from simulators.demo import clock, fill, mime, quoting, reports, transport
from simulators.demo.body import Body, Builder, signature
from simulators.demo.cast import DESK_ADDRESS, DESK_NAME, Deck, Person
from simulators.demo.clients import CLIENTS, Client, message_id, thread_index
from simulators.demo.manifest import Entry
from simulators.demo.model import Mail, Story

_DAYS_BACK = 38
_FORM_SENDER = "Digitaal loket <noreply@formulieren.mechelen.example>"
_SCAN_SENDER = "Multifunctional 3de verdieping <scan@mechelen.example>"


@dataclass(slots=True)
class Rendered:
    """One finished mail; `offstage` ones never reach the shared mailbox."""

    mail: Mail
    sender: Person
    sent: datetime
    received: datetime
    subject: str
    message_id: str
    to: tuple[str, str]
    plain: str
    raw: bytes
    entry: Entry
    parent: "Rendered | None" = None
    references: list[str] = field(default_factory=list)
    index: str = ""

    @property
    def offstage(self) -> bool:
        """True when neither the desk wrote it nor received it."""
        return self.entry.folder == ""


def _times(story: Story, now: datetime, rng: Random) -> list[datetime]:
    """When each mail is sent: office hours for desk and firms, and nothing after `now`."""
    moment = now - timedelta(hours=rng.uniform(1, _DAYS_BACK * 24))
    moments: list[datetime] = []
    for mail in story.mails:
        if moments:
            moment += timedelta(hours=mail.gap if mail.gap is not None else rng.uniform(1.5, 52))
        moment = moment.replace(second=rng.randint(0, 59), microsecond=0)
        private = mail.who.startswith(("burger", "buur", "eigenaar", "huurder", "verhuurder", "vrijwilliger"))
        if mail.automatic == "human":
            moment = (clock.waking_time if private else clock.working_time)(moment, rng.randint(1, 170))
        moments.append(moment)
    last = max(at + timedelta(hours=mail.late, minutes=5) for at, mail in zip(moments, story.mails, strict=True))
    weeks = max(0, math.ceil((last - now) / timedelta(days=7)))
    return [at - timedelta(weeks=weeks) for at in moments]


def _folder(mail: Mail) -> str:
    if mail.who == "loket":
        return "sent"
    return "inbox" if "loket" in (mail.to, *mail.cc) else ""


class Composer:
    """Writes the mails of one story in order."""

    def __init__(self, story: Story, deck: Deck, rng: Random, now: datetime) -> None:
        self.story = story
        self._rng = rng
        self._scene = fill.Scene(story, deck, rng)
        self._moments = _times(story, now, rng)
        self._scene.start = self._moments[0]
        self._done: list[Rendered] = []

    def compose(self) -> list[Rendered]:
        """All mails of the story, the offstage ones included."""
        for mail, sent in zip(self.story.mails, self._moments, strict=True):
            self._done.append(self._one(mail, sent))
        return self._done

    def _one(self, mail: Mail, sent: datetime) -> Rendered:
        sender = self._scene.person(mail.who)
        lang = mail.lang or (self.story.lang if sender.firm is None else sender.lang)
        client = CLIENTS[mail.client or sender.client]
        at = mail.forwards if mail.forwards is not None else mail.answers
        parent = self._done[at] if at is not None else None
        mentions = fill.Mentions()
        subject = self._subject(mail, parent, client, lang, mentions)
        own = self._own(mail, sender, client, mentions, lang)
        quoted = self._quoted(parent) if parent and mail.quote and not self._carries(mail) else None
        filled = self._with_files(mail, lang)
        body = Builder(filled, sender, client, lang, self._rng).build(own, quoted, sent, parent.raw if parent else b"")
        if mail.kind == "bounce" and parent:
            body.entity = reports.bounce(body.entity, parent.raw, parent.to[1], self._rng)
        received = sent + timedelta(seconds=self._rng.randint(3, 40), hours=mail.late)
        mid = message_id(client, sender, sent, self._rng)
        to = self._recipient(mail.to)
        entry = self._entry(mail, lang, subject, own, body, mentions)
        entry.client, entry.message_id = client.name, mid
        entry.date, entry.received_at = clock.aware(sent).isoformat(), clock.aware(received).isoformat()
        done = Rendered(mail, sender, sent, received, subject, mid, to, body.plain, b"", entry, parent)
        done.raw = self._raw(done, client, body, lang)
        return done

    def _carries(self, mail: Mail) -> bool:
        return any(file.kind == "eml" for file in mail.files)

    def _subject(self, mail: Mail, parent: Rendered | None, client: Client, lang: str, mentions: fill.Mentions) -> str:
        if mail.subject or parent is None:
            return self._scene.fill(mail.subject, mail.who, mentions, lang)
        make = quoting.forward_subject if mail.forwards is not None else quoting.reply_subject
        return make(parent.subject, client.quoting, lang)

    def _own(self, mail: Mail, sender: Person, client: Client, mentions: fill.Mentions, lang: str) -> str:
        own = "\n\n".join(fill.paragraphs(self._scene.fill(mail.text, mail.who, mentions, lang)))
        if client.name in ("form", "scanner", "mailing", "mta") or mail.automatic == "bounce":
            return own
        sign = signature(sender, mentions, lang) if own or sender.firm else ""
        return f"{own}\n\n{sign}".strip()

    def _quoted(self, parent: Rendered) -> quoting.Quoted:
        sender = parent.sender
        desk = parent.mail.who == "loket"
        return quoting.Quoted(
            DESK_NAME if desk else sender.name,
            DESK_ADDRESS if desk else sender.email,
            f"{parent.to[0]} <{parent.to[1]}>" if parent.to[0] else parent.to[1],
            parent.subject,
            parent.sent,
            parent.plain,
        )

    def _with_files(self, mail: Mail, lang: str) -> Mail:
        """The mail with the fields in its files filled in; their numbers are not part of the text's mentions."""
        if not mail.files:
            return mail
        unseen = fill.Mentions()
        say = self._scene.fill
        files = tuple(
            replace(
                f,
                title=say(f.title, mail.who, unseen, lang),
                lines=tuple(say(line, mail.who, unseen, lang) for line in f.lines),
            )
            for f in mail.files
        )
        return replace(mail, files=files)

    def _recipient(self, role: str) -> tuple[str, str]:
        """(name, address); not everybody types the desk's name."""
        if role == "loket":
            return (DESK_NAME if self._rng.random() < 0.6 else ""), DESK_ADDRESS
        person = self._scene.person(role)
        return person.name, person.email

    def _entry(self, mail: Mail, lang: str, subject: str, own: str, body: Body, mentions: fill.Mentions) -> Entry:
        default = "forward" if mail.forwards is not None else "reply" if mail.answers is not None else "question"
        return Entry(
            file="",
            folder=_folder(mail),
            thread=self.story.key,
            kind=mail.kind or default,
            automatic=mail.automatic,
            language=lang,
            queue=mail.queue or self.story.queue,
            topic=self.story.topic,
            subject=subject,
            sender="",
            message_id=None,
            date=None,
            received_at="",
            quirks=[*mail.quirks, *(q for q in body.quirks if q not in mail.quirks)],
            form=body.form,
            charset=body.charset,
            encoding=body.encoding,
            text=own,
            numbers=mentions.numbers,
            addresses=mentions.addresses,
            attachments=body.attachments,
        )

    def _raw(self, done: Rendered, client: Client, body: Body, lang: str) -> bytes:
        fields = self._head(done, client)
        done.entry.sender = parseaddr(dict(fields)["From"])[1]
        charset = body.charset if body.charset != "us-ascii" else "utf-8"
        head = b"".join(mime.header(name, value, charset) for name, value in fields)
        if done.entry.folder == "sent":
            return head + body.entity
        bounce = done.mail.automatic == "bounce"
        return (
            transport.trace(done.entry.sender, done.received, done.sent, self._rng, bounce=bounce) + head + body.entity
        )

    def _head(self, done: Rendered, client: Client) -> list[tuple[str, str]]:
        mail = done.mail
        fields = {"From": self._from(done, client), "To": mime.mailbox(*done.to)}
        if mail.cc:
            fields["Cc"] = ", ".join(mime.mailbox(*self._recipient(role)) for role in mail.cc)
        fields |= {"Subject": done.subject, "Date": transport.stamp(done.sent), "Message-ID": done.message_id}
        if client.name == "form":
            fields["Reply-To"] = mime.mailbox(done.sender.name, done.sender.email)
        fields |= self._threading(done, client) | dict(client.headers)
        unseen = fill.Mentions()
        fields |= {name: self._scene.fill(value, mail.who, unseen, "nl") for name, value in mail.headers}
        fields["From"] = mime.mailbox(*parseaddr(fields["From"])) if not fields["From"].isascii() else fields["From"]
        if done.entry.attachments and client.name == "outlook":
            fields["X-MS-Has-Attach"] = "yes"
        fields.setdefault("MIME-Version", "1.0")
        if "Mime-Version" in fields:
            del fields["MIME-Version"]
        return list(fields.items())

    def _from(self, done: Rendered, client: Client) -> str:
        if done.mail.who == "loket":
            return mime.mailbox(DESK_NAME, DESK_ADDRESS)
        if client.name == "form":
            return _FORM_SENDER
        if client.name == "scanner":
            return _SCAN_SENDER
        return mime.mailbox(done.sender.name, done.sender.email)

    def _threading(self, done: Rendered, client: Client) -> dict[str, str]:
        """In-Reply-To, References, Thread-Index as far as this mail keeps them; fills the entry's part about it."""
        mail, parent, entry = done.mail, done.parent, done.entry
        fields: dict[str, str] = {}
        if client.name == "outlook":
            done.index = thread_index(done.sent, parent.index if parent and mail.thread != "none" else "", self._rng)
            fields["Thread-Topic"] = self._topic(done)
            fields["Thread-Index"] = done.index
        if mail.thread == "foreign":
            lost = message_id(CLIENTS["outlook"], done.sender, done.sent, self._rng)
            fields |= {"In-Reply-To": lost, "References": lost}
            done.references = [lost]
        elif parent is not None and mail.thread in ("full", "no-references"):
            fields["In-Reply-To"] = parent.message_id
            done.references = [*parent.references, parent.message_id]
            if mail.thread == "full":
                fields["References"] = " ".join(done.references)
        entry.in_reply_to = fields.get("In-Reply-To")
        entry.references = fields.get("References", "").split()
        return fields

    def _topic(self, done: Rendered) -> str:
        subject = done.subject
        while subject[:4].lower() in ("re: ", "fw: ", "tr: "):
            subject = subject[4:]
        return subject
