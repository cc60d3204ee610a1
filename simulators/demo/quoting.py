"""What a mail program writes around the mail that is answered or forwarded, in Dutch, French and English."""

from dataclasses import dataclass
from datetime import datetime
from html import escape

from simulators.demo import clock

_RULE = "________________________________"
_LABELS = {
    "nl": ("Van", "Verzonden", "Aan", "Onderwerp", "Datum"),
    "fr": ("De", "Envoyé", "À", "Objet", "Date"),
    "en": ("From", "Sent", "To", "Subject", "Date"),
}
_REPLY = {
    "outlook": {"nl": "RE: ", "fr": "RE: ", "en": "RE: "},
    "webmail": {"nl": "Antw: ", "fr": "Rép: ", "en": "Re: "},
}
_FORWARD = {
    "outlook": {"nl": "FW: ", "fr": "TR: ", "en": "FW: "},
    "thunderbird": {"nl": "Fwd: ", "fr": "Fwd: ", "en": "Fwd: "},
}
_MONTHS_FR = {
    "janvier": "janv.", "février": "févr.", "avril": "avr.", "juillet": "juil.", "septembre": "sept.",
    "octobre": "oct.", "novembre": "nov.", "décembre": "déc.",
}  # fmt: skip
_FORWARD_LINE = {
    "gmail": dict.fromkeys(("nl", "fr", "en"), "---------- Forwarded message ---------"),
    "iphone": {
        "nl": "Begin doorgestuurd bericht:\n",
        "fr": "Début du message transféré :\n",
        "en": "Begin forwarded message:\n",
    },
    "thunderbird": {
        "nl": "-------- Doorgestuurd bericht --------",
        "fr": "-------- Message transféré --------",
        "en": "-------- Forwarded Message --------",
    },
    "webmail": {
        "nl": "---------- Doorgestuurd bericht ----------",
        "fr": "---------- Message transféré ----------",
        "en": "---------- Original Message ----------",
    },
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """The mail that is quoted, as its reader saw it."""

    name: str
    email: str
    to: str
    subject: str
    sent: datetime
    text: str


def reply_subject(subject: str, quoting: str, lang: str) -> str:
    """The subject of an answer; a subject that is one already stays as it is."""
    if subject.lower().startswith(("re:", "antw:", "rép:", "re :")):
        return subject
    return _REPLY.get(quoting, {}).get(lang, "Re: ") + subject


def forward_subject(subject: str, quoting: str, lang: str) -> str:
    """The subject of a forwarded mail."""
    return _FORWARD.get(quoting, {}).get(lang, "Fwd: ") + subject


def _long_date(moment: datetime, lang: str) -> str:
    clock_time = f"{moment:%H:%M}"
    if lang == "en":
        weekday, month = clock.DAYS["en"][moment.weekday()], clock.month(moment, "en")
        return f"{weekday}, {month} {moment.day}, {moment.year} {moment:%I:%M %p}"
    return f"{clock.day(moment, lang)} {moment.year} {clock_time}"


def _short_date(moment: datetime, lang: str) -> str:
    """'3 nov 2026', in French '3 nov. 2026'."""
    month = clock.month(moment, lang)
    short = _MONTHS_FR.get(month, month) if lang == "fr" else month[:3]
    return f"{moment.day} {short} {moment.year}"


def _block(quoted: Quoted, lang: str, *, date_label: int = 1) -> str:
    """The header block of Outlook: Van, Verzonden, Aan, Onderwerp."""
    labels = _LABELS[lang]
    space = " " if lang == "fr" else ""
    rows = (
        (labels[0], f"{quoted.name} <{quoted.email}>"),
        (labels[date_label], _long_date(quoted.sent, lang)),
        (labels[2], quoted.to),
        (labels[3], quoted.subject),
    )
    return "\n".join(f"{label}{space}: {value}" for label, value in rows)


def _attribution(quoted: Quoted, quoting: str, lang: str) -> str:
    at, name, email = f"{quoted.sent:%H:%M}", quoted.name, quoted.email
    weekday = clock.DAYS[lang][quoted.sent.weekday()]
    date = _short_date(quoted.sent, lang)
    match quoting, lang:
        case "gmail", "nl":
            return f"Op {weekday[:2]} {date} om {at} schreef {name} <{email}>:"
        case "gmail", "en":
            day = f"{clock.month(quoted.sent, 'en')[:3]} {quoted.sent.day}, {quoted.sent.year}"
            return f"On {weekday[:3]}, {day} at {quoted.sent:%I:%M %p} {name} <{email}> wrote:"
        case "gmail" | "iphone", "fr":
            return f"Le {weekday[:3]}. {date} à {at}, {name} <{email}> a écrit :"
        case "iphone", "nl":
            return f"Op {date} om {at} heeft {name} <{email}> het volgende geschreven:"
        case "iphone", "en":
            return f"On {date}, at {at}, {name} <{email}> wrote:"
        case "thunderbird", "nl":
            return f"Op {quoted.sent.day}-{quoted.sent.month}-{quoted.sent.year} om {at} schreef {name}:"
        case "thunderbird", "fr":
            return f"Le {quoted.sent:%d/%m/%Y} à {at}, {name} a écrit :"
        case "webmail", "nl":
            return f"Op {quoted.sent:%d/%m/%Y} {at} CET schreef {name} <{email}>:"
        case "webmail", "fr":
            return f"Le {quoted.sent:%d/%m/%Y} {at} CET, {name} <{email}> a écrit :"
    return f"On {quoted.sent:%d/%m/%Y} {at}, {name} <{email}> wrote:"


def _arrows(text: str) -> str:
    return "\n".join(">" + line if line.startswith(">") else f"> {line}".rstrip() for line in text.split("\n"))


def reply(quoted: Quoted, quoting: str, lang: str) -> str:
    """The quoted part of an answer in plain text."""
    if quoting == "outlook":
        return f"{_RULE}\n{_block(quoted, lang)}\n\n{quoted.text}"
    return f"{_attribution(quoted, quoting, lang)}\n\n{_arrows(quoted.text)}"


def forward(quoted: Quoted, quoting: str, lang: str) -> str:
    """The forwarded mail in plain text under its header block."""
    if quoting == "outlook":
        return f"{_block(quoted, lang)}\n\n{quoted.text}"
    return f"{_FORWARD_LINE[quoting][lang]}\n{_block(quoted, lang, date_label=4)}\n\n{quoted.text}"


def _html_lines(text: str, tag: str) -> str:
    return "".join(
        f"<{tag}>{escape(block).replace(chr(10), '<br>')}</{tag.split()[0]}>" for block in text.split("\n\n")
    )


def html_reply(quoted: Quoted, quoting: str, lang: str) -> str:
    """The quoted part as HTML, with the marks by which each program's quotes are known."""
    body = _html_lines(quoted.text, "p")
    if quoting == "outlook":
        return (
            '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
            f'<p class="MsoNormal">{escape(_block(quoted, lang)).replace(chr(10), "<br>")}</p></div>{body}'
        )
    attribution = escape(_attribution(quoted, quoting, lang))
    if quoting == "gmail":
        return (
            f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{attribution}<br></div>'
            '<blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">'
            f"{body}</blockquote></div>"
        )
    return f'<div>{attribution}</div><blockquote type="cite">{body}</blockquote>'


def html_forward(quoted: Quoted, quoting: str, lang: str) -> str:
    """The forwarded mail as HTML."""
    return "<div><br></div>" + _html_lines(forward(quoted, quoting, lang), "div")


def html_body(text: str, client: str) -> str:
    """The sender's own words as the program would mark them up."""
    if client == "outlook":
        return _html_lines(text, 'p class="MsoNormal"')
    return (
        _html_lines(text, "div")
        if client in ("iphone", "webmail")
        else f'<div dir="ltr">{_html_lines(text, "div")}</div>'
    )
