from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators._common.exchange.content import MailContent

ALTERNATIVE = b"""Received: from b by c; Tue, 3 Nov 2026 08:00:05 +0100
Received: from a by b; Tue, 3 Nov 2026 07:59:00 +0100
From: =?iso-8859-1?Q?Ren=E9?= <rene@burger.example>
To: loket@stad.example, "De Smet, An" <an@burger.example>
Subject: =?utf-8?q?Premie_voor_ramen_=C3=A9n?=
 =?utf-8?q?_dak?=
Message-ID: <1@x>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=m

--m
Content-Type: multipart/related; boundary=r

--r
Content-Type: multipart/alternative; boundary=a

--a
Content-Type: text/plain; charset=windows-1252
Content-Transfer-Encoding: quoted-printable

prijs =80 5
--a
Content-Type: text/html; charset=utf-8

<p>prijs <b>5</b></p>
--a--
--r
Content-Type: image/png; name=logo.png
Content-ID: <logo@x>
Content-Transfer-Encoding: base64

iVBORw0=
--r--
--m
Content-Type: application/pdf
Content-Disposition: attachment; filename*=utf-8''offerte%20%C3%A9.pdf

%PDF
--m
Content-Type: text/plain

bijlage zonder naam
--m--
"""


def test_a_usual_mail():
    mail = MailContent(ALTERNATIVE)

    assert mail.subject == "Premie voor ramen én dak"
    assert mail.addresses("From") == [("René", "rene@burger.example")]
    assert mail.addresses("to") == [("", "loket@stad.example"), ("De Smet, An", "an@burger.example")]
    assert (mail.text, mail.html) == ("prijs € 5", "<p>prijs <b>5</b></p>")
    assert mail.received == datetime(2026, 11, 3, 7, 0, 5, tzinfo=UTC)
    assert mail.date is None


def test_attachments_in_the_order_of_the_mail():
    mail = MailContent(ALTERNATIVE)

    assert [(a.name, a.content_type, a.content_id, a.is_inline) for a in mail.attachments] == [
        ("logo.png", "image/png", "logo@x", True),
        ("offerte é.pdf", "application/pdf", None, False),
        ("ATT00003", "text/plain", None, False),
    ]
    assert mail.has_attachments


def test_an_inline_picture_alone_is_no_attachment():
    raw = b"Content-Type: multipart/related; boundary=r\n\n--r\nContent-Type: image/png\nContent-ID: <l>\n\nx\n--r--\n"

    assert not MailContent(raw).has_attachments


def test_html_alone_gives_its_words_as_text():
    assert MailContent(b"Content-Type: text/html\n\n<p>Dag <b>An</b></p>").text.strip() == "Dag An"


@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_headers_whatever_the_line_ends(line_end):
    raw = f"Subject: een{line_end}  twee{line_end}Message-ID: <1@x>{line_end}{line_end}Subject: geen kop{line_end}"

    assert MailContent(raw.encode()).headers == [("Subject", "een twee"), ("Message-ID", "<1@x>")]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n\n",
        b"geen mail",
        b"\xff\xfe\x00\x01",
        b"Subject: =?geen-charset?q?a?=\nDate: gisteren\nReceived: zonder tijd\n\nx",
        b"Content-Type: text/plain; charset=bestaat-niet\n\n\xe9",
        b"Content-Type: multipart/mixed\n\nzonder grens",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n",
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nSGFsbG8=",
        b"Content-Type: application/x; name*=bestaat-niet''%E9\nContent-Disposition: attachment\n\nx",
        b"From: <<>>, ,;:\nTo: undisclosed-recipients:;\n\nx",
    ],
)
def test_broken_mail_is_shown_as_far_as_it_goes(raw):
    assert _everything(MailContent(raw))


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_nothing_makes_it_fail(head, body):
    assert _everything(MailContent(b"Content-Type: multipart/mixed; boundary=b\nX: " + head + b"\n\n--b\n" + body))


def _everything(mail: MailContent) -> bool:
    values = (mail.headers, mail.subject, mail.date, mail.received, mail.addresses("From"), mail.addresses("To"))
    parts = (mail.text, mail.html, mail.attachments, mail.has_attachments, mail.is_meeting_request, mail.thread_index)
    return len(values + parts) == 12
