"""The body of one mail: own words, signature, quote and files, as one MIME entity."""

import hashlib
import textwrap
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from simulators.demo import clock, files, fill, images, mime, numbers, quoting
from simulators.demo.cast import DESK_DOMAIN, Person
from simulators.demo.clients import Client
from simulators.demo.manifest import AddressMention, AttachmentFact
from simulators.demo.model import File, Mail

_LOGO_DOMAINS = ("syndia.example", "isolteam.example", "energiehuis.example")
_PIXEL_DOMAINS = ("verhaegen.example",)
_DESK_LINES = {
    "nl": ("Woon- en Energieloket", "Stad Mechelen"),
    "fr": ("Guichet Logement et Énergie", "Ville de Malines"),
    "en": ("Housing and Energy Desk", "City of Mechelen"),
}


@dataclass(slots=True)
class Body:
    """A finished entity with the facts about it; `plain` is what a later mail quotes."""

    entity: bytes
    plain: str
    form: str
    charset: str
    encoding: str
    attachments: list[AttachmentFact]
    quirks: list[str]


def signature(sender: Person, mentions: fill.Mentions, lang: str) -> str:
    """The block under the mails of desk and firms; a citizen has none."""
    if sender.email.endswith(DESK_DOMAIN):
        return "\n".join((sender.name, sender.title, *_DESK_LINES[lang], f"T {sender.phone}"))
    firm = sender.firm
    if firm is None:
        return ""
    text = f"BTW BE {numbers.dotted(firm.number)}"
    mentions.numbers.append(fill.number_mention(text, firm.number, "", "signature"))
    street, _, place = firm.where.partition(", ")
    road, _, house = street.rpartition(" ")
    mentions.addresses.append(AddressMention(firm.where, road, house, "", place[:4], place[5:], "", "signature"))
    tax = f"{text} | {firm.extra}" if firm.extra else text
    return "\n".join((sender.name, sender.title, firm.name, firm.where, f"T {sender.phone}", tax))


def _wrapped(text: str, width: int, *, flowed: bool) -> str:
    if not width:
        return text
    glue = " \n" if flowed else "\n"
    return "\n".join(glue.join(_folded(line, width)) for line in text.split("\n"))


def _folded(line: str, width: int) -> list[str]:
    """The line in pieces; the pieces of a quoted line keep its arrows."""
    if len(line) <= width:
        return [line]
    arrows = line[: len(line) - len(line.lstrip("> "))]
    return textwrap.wrap(line, width, subsequent_indent=arrows, break_long_words=False, break_on_hyphens=False)


class Builder:
    """Builds the body of one mail for one sender and program."""

    def __init__(self, mail: Mail, sender: Person, client: Client, lang: str, rng: Random) -> None:
        self._mail = mail
        self._sender = sender
        self._client = client
        self._lang = lang
        self._rng = rng
        self._quirks: list[str] = []
        self._facts: list[AttachmentFact] = []

    def build(self, own: str, quoted: quoting.Quoted | None, sent: datetime, forwarded_raw: bytes) -> Body:
        """The entity for the sender's `own` text; `forwarded_raw` is the mail that goes along as a file of kind eml."""
        form: str = self._mail.form or self._rng.choice(self._client.forms)
        plain, markup = self._written(own, quoted)
        charset = self._mail.charset or self._rng.choice(self._client.charsets)
        encoding: str = self._mail.encoding or self._rng.choice(self._client.encodings)
        flowed = self._client.name == "thunderbird"
        soft = _wrapped(plain, self._client.wrap, flowed=flowed)
        part, charset, encoding = mime.text(soft, "plain", charset, encoding, "; format=flowed" if flowed else "")
        if form != "plain":
            part = self._with_html(part, markup, form, charset, encoding, sent)
        if form == "html":
            self._quirks.append("html-only")
        loose = [
            self._file(file, sent, forwarded_raw) for file in self._mail.files if not file.inline and file.kind != "ics"
        ]
        entity = mime.multipart("mixed", [part, *loose], self._mark()) if loose else part
        return Body(entity, plain, form, charset, encoding, self._facts, self._quirks)

    def _mark(self) -> str:
        return mime.boundary(self._client.name, self._rng)

    def _written(self, own: str, quoted: quoting.Quoted | None) -> tuple[str, str]:
        """(plain text, HTML) of own words, the program's trailer and the quote."""
        trailer = (self._client.trailer or {}).get(self._lang, "") if own else ""
        plain = f"{own}\n\n{trailer}".strip() if trailer else own
        markup = quoting.html_body(plain, self._client.name)
        if quoted is None:
            return plain, markup
        style = self._client.quoting
        if self._mail.forwards is not None:
            return (
                f"{plain}\n\n{quoting.forward(quoted, style, self._lang)}".strip(),
                markup + quoting.html_forward(quoted, style, self._lang),
            )
        return f"{plain}\n\n{quoting.reply(quoted, style, self._lang)}", markup + quoting.html_reply(
            quoted, style, self._lang
        )

    def _with_html(self, part: bytes, markup: str, form: str, charset: str, encoding: str, sent: datetime) -> bytes:
        inline: list[bytes] = []
        domain = self._sender.email.partition("@")[2]
        if domain in _PIXEL_DOMAINS or "tracking-pixel" in self._mail.quirks:
            token = self._rng.getrandbits(48)
            markup += f'<img src="https://track.hubmail.example/o/{token:012x}.gif" width="1" height="1" alt="">'
            self._quirks.append("tracking-pixel")
        pictures = [f for f in self._mail.files if f.inline]
        for file in pictures:
            inline.append(self._inline(file.name, files.CONTENT_TYPES[file.kind], files.build(file, self._rng)))
            markup += f'<p><img src="cid:{self._cid(file.name)}" alt="{file.name}"></p>'
        if domain in _LOGO_DOMAINS:
            logo = images.png(120, 36, Random(domain))
            inline.append(self._inline("image001.png", "image/png", logo))
            markup += f'<p class="MsoNormal"><img width="120" height="36" src="cid:{self._cid("image001.png")}"></p>'
        if inline:
            self._quirks.append("inline-image")
        page = f'<html><head><meta charset="{charset}"></head><body>{markup}</body></html>'.replace("><p", ">\n<p")
        html, _, _ = mime.text(page.replace("><div", ">\n<div"), "html", charset, encoding)
        if inline:
            html = mime.multipart("related", [html, *inline], self._mark(), '; type="text/html"')
        if form == "html":
            return html
        return mime.multipart("alternative", [part, html, *self._calendar(sent)], self._mark())

    def _calendar(self, sent: datetime) -> list[bytes]:
        parts = []
        for file in self._mail.files:
            if file.kind == "ics":
                start = clock.working_time(sent + timedelta(days=9), 60).replace(
                    hour=14, minute=0, second=0, microsecond=0
                )
                uid = f"{self._rng.getrandbits(64):016x}@{DESK_DOMAIN}"
                data = files.invitation(file.title, file.lines, start, self._sender.email, uid)
                self._note(file.name, "text/calendar", data, inline=False)
                parts.append(
                    mime.text(
                        data.decode().replace("\r\n", "\n").removesuffix("\n"),
                        "calendar",
                        "utf-8",
                        "base64",
                        "; method=REQUEST",
                    )[0]
                )
        return parts

    def _cid(self, name: str) -> str:
        return f"{name}@01DC{hashlib.sha256(f'{self._sender.email}{name}'.encode()).hexdigest()[:8].upper()}"

    def _inline(self, name: str, content_type: str, data: bytes) -> bytes:
        self._note(name, content_type, data, inline=True)
        return mime.attachment(data, content_type, name, cid=self._cid(name))

    def _note(self, name: str, content_type: str, data: bytes, *, inline: bool) -> None:
        digest = hashlib.sha256(data).hexdigest()
        self._facts.append(AttachmentFact(name, content_type, len(data), digest, inline))

    def _file(self, file: File, sent: datetime, forwarded_raw: bytes) -> bytes:
        content_type = files.CONTENT_TYPES[file.kind]
        if file.kind == "eml":
            self._note(file.name, content_type, forwarded_raw, inline=False)
            self._quirks.append("nested-message")
            return mime.message(forwarded_raw)
        if file.kind == "tnef":
            self._quirks.append("tnef")
        data = files.build(file, self._rng)
        self._note(file.name, content_type, data, inline=False)
        return mime.attachment(data, content_type, file.name)
