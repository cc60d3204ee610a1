"""Replies of our own in the forms that mail programs give them: what the sender wrote, and what was quoted below.

`OWN` is what must come out, `OLD` must not. Each program quotes in its own way per language; the texts are what is
left of the mail as plain text, or the HTML itself.
"""

from __future__ import annotations

from dataclasses import dataclass

OWN = "Dank u wel.\nWanneer kan u langskomen?"
OLD = "Dag mevrouw, u kan elke dinsdag bij ons terecht."
HTML_OWN = "<div>Dank u wel.</div><div>Wanneer kan u langskomen?</div>"
DESK = "Woonloket <loket@stad.example>"
HTML_DESK = 'Woonloket &lt;<a href="mailto:loket@stad.example">loket@stad.example</a>&gt;'


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: `quote` stands below the sender's own words."""

    name: str
    quote: str
    html: bool = False


def _outlook(*labels: str, date: str) -> str:
    sender, sent, to, subject = labels
    return f"{sender}: {DESK}\n{sent}: {date}\n{to}: An Peeters <an@burger.example>\n{subject}: RE: dak\n\n{OLD}"


def _outlook_html(*labels: str, date: str) -> str:
    sender, sent, to, subject = labels
    return (
        '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal">'
        f"<b><span>{sender}:</span></b><span> Woonloket &lt;loket@stad.example&gt; <br><b>{sent}:</b> {date}<br>"
        f"<b>{to}:</b> An Peeters<br><b>{subject}:</b> RE: dak</span></p></div></div>"
        f'<p class="MsoNormal">&nbsp;</p><p class="MsoNormal">{OLD}</p>'
    )


def _new_outlook(*labels: str, date: str) -> str:
    sender, sent, to, subject = labels
    return (
        '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>{sender}:</b> Woonloket &lt;loket@stad.example&gt;'
        f"<br><b>{sent}:</b> {date}<br><b>{to}:</b> An Peeters<br><b>{subject}:</b> RE: dak</font><div>&nbsp;</div>"
        f"</div><div>{OLD}</div>"
    )


def _gmail_html(line: str) -> str:
    return (
        f'<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">{line}<br></div>'
        f'<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex">{OLD}</blockquote></div>'
    )


def _apple_html(line: str) -> str:
    return f'<div><br><blockquote type="cite"><div>{line}</div><br><div>{OLD}</div></blockquote></div>'


NL = ("Van", "Verzonden", "Aan", "Onderwerp")
FR = ("De ", "Envoyé ", "À ", "Objet ")
EN = ("From", "Sent", "To", "Subject")
DE = ("Von", "Gesendet", "An", "Betreff")
QUOTED = f"> {OLD}\n> \n> Met vriendelijke groeten"
RULE = "________________________________\n"

REPLIES = (
    Reply("outlook nl", _outlook(*NL, date="maandag 2 november 2026 10:15")),
    Reply("outlook fr", _outlook(*FR, date="lundi 2 novembre 2026 10:15")),
    Reply("outlook en", _outlook(*EN, date="Monday, 2 November 2026 10:15")),
    Reply("outlook de", _outlook(*DE, date="Montag, 2. November 2026 10:15")),
    Reply("outlook html nl", _outlook_html(*NL, date="maandag 2 november 2026 10:15"), html=True),
    Reply("outlook html fr", _outlook_html(*FR, date="lundi 2 novembre 2026 10:15"), html=True),
    Reply("outlook html en", _outlook_html(*EN, date="Monday, 2 November 2026 10:15"), html=True),
    Reply("outlook html de", _outlook_html(*DE, date="Montag, 2. November 2026 10:15"), html=True),
    Reply("new outlook nl", _new_outlook(*NL, date="maandag 2 november 2026 10:15"), html=True),
    Reply("new outlook fr", _new_outlook(*FR, date="lundi 2 novembre 2026 10:15"), html=True),
    Reply("new outlook en", _new_outlook(*EN, date="Monday, 2 November 2026 10:15"), html=True),
    Reply("new outlook de", _new_outlook(*DE, date="Montag, 2. November 2026 10:15"), html=True),
    Reply("outlook mobile nl", RULE + _outlook(*NL, date="maandag 2 november 2026 10:15:12")),
    Reply("outlook mobile fr", RULE + _outlook(*FR, date="lundi 2 novembre 2026 10:15:12")),
    Reply("outlook mobile en", RULE + _outlook(*EN, date="Monday, November 2, 2026 10:15:12 AM")),
    Reply("outlook mobile de", RULE + _outlook(*DE, date="Montag, 2. November 2026 10:15:12")),
    Reply("old outlook nl", "-----Oorspronkelijk bericht-----\n" + _outlook(*NL, date="maandag 2 november 2026 10:15")),
    Reply("old outlook fr", "-----Message d'origine-----\n" + _outlook(*FR, date="lundi 2 novembre 2026 10:15")),
    Reply("old outlook en", "-----Original Message-----\n" + _outlook(*EN, date="Monday, 2 November 2026 10:15")),
    Reply("old outlook de", "-----Ursprüngliche Nachricht-----\n" + _outlook(*DE, date="Montag, 2. November 2026")),
    Reply("gmail nl", f"Op ma 2 nov 2026 om 10:15 schreef {DESK}:\n\n{QUOTED}"),
    Reply("gmail fr", f"Le lun. 2 nov. 2026 à 10:15, {DESK} a écrit :\n\n{QUOTED}"),
    Reply("gmail en", f"On Mon, Nov 2, 2026 at 10:15\u202fAM {DESK} wrote:\n\n{QUOTED}"),
    Reply("gmail de", f"Am Mo., 2. Nov. 2026 um 10:15 Uhr schrieb {DESK}:\n\n{QUOTED}"),
    Reply(
        "gmail nl wrapped",
        "Op ma 2 nov 2026 om 10:15 schreef Woon- en Energieloket <\nloket@stad.example>:\n\n" + QUOTED,
    ),
    Reply("gmail html nl", _gmail_html(f"Op ma 2 nov 2026 om 10:15 schreef {HTML_DESK}:"), html=True),
    Reply("gmail html fr", _gmail_html(f"Le lun. 2 nov. 2026 à 10:15, {HTML_DESK} a écrit&nbsp;:"), html=True),
    Reply("gmail html en", _gmail_html(f"On Mon, Nov 2, 2026 at 10:15 AM {HTML_DESK} wrote:"), html=True),
    Reply("gmail html de", _gmail_html(f"Am Mo., 2. Nov. 2026 um 10:15 Uhr schrieb {HTML_DESK}:"), html=True),
    Reply("iphone nl", f"Op 2 nov 2026 om 10:15 heeft {DESK} het volgende geschreven:\n\n\ufeff{QUOTED}"),
    Reply("iphone fr", f"Le 2 nov. 2026 à 10:15, {DESK} a écrit :\n\n\ufeff{QUOTED}"),
    Reply("iphone en", f"On 2 Nov 2026, at 10:15, {DESK} wrote:\n\n\ufeff{QUOTED}"),
    Reply("iphone de", f"Am 02.11.2026 um 10:15 schrieb {DESK}:\n\n\ufeff{QUOTED}"),
    Reply(
        "apple mail html nl",
        _apple_html(f"Op 2 nov 2026, om 10:15 heeft {HTML_DESK} het volgende geschreven:"),
        html=True,
    ),
    Reply("apple mail html fr", _apple_html(f"Le 2 nov. 2026 à 10:15, {HTML_DESK} a écrit :"), html=True),
    Reply("apple mail html en", _apple_html(f"On 2 Nov 2026, at 10:15, {HTML_DESK} wrote:"), html=True),
    Reply("apple mail html de", _apple_html(f"Am 02.11.2026 um 10:15 schrieb {HTML_DESK}:"), html=True),
    Reply("thunderbird nl", f"Op 2-11-2026 om 10:15 schreef Woonloket:\n{QUOTED}"),
    Reply("thunderbird fr", f"Le 02/11/2026 à 10:15, Woonloket a écrit :\n{QUOTED}"),
    Reply("thunderbird en", f"On 02/11/2026 10:15, Woonloket wrote:\n{QUOTED}"),
    Reply("thunderbird de", f"Am 02.11.2026 um 10:15 schrieb Woonloket:\n{QUOTED}"),
)
