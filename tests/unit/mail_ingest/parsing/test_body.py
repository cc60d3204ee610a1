from __future__ import annotations

import hashlib

import pytest

from services.mail_ingest.parsing import Limits, Oddity, parse
from tests.unit.mail_ingest.parsing.mails import file, mail, multipart, part

PLAIN = "Content-Type: text/plain; charset=utf-8"
HTML = "Content-Type: text/html; charset=utf-8"
PDF = b"%PDF-1.4\r\nniet\nveranderen\r\n\x00\xff"


class TestText:
    def test_alternative_gives_both_forms_of_one_text(self) -> None:
        parsed = parse(multipart("alternative", part("Dag één", PLAIN), part("<p>Dag <b>één</b></p>", HTML)))
        assert parsed.text == "Dag één"
        assert parsed.html == "<p>Dag <b>één</b></p>"
        assert parsed.attachments == ()

    def test_an_empty_plain_form_gives_way_to_the_html(self) -> None:
        parsed = parse(multipart("alternative", part(" \r\n", PLAIN), part("<p>Dag</p><p>daar</p>", HTML)))
        assert parsed.text.split() == ["Dag", "daar"]

    def test_texts_around_an_attachment_are_joined_in_order(self) -> None:
        parsed = parse(
            multipart("mixed", part("een", PLAIN), file(PDF, "Content-Type: application/pdf"), part("twee", PLAIN))
        )
        assert parsed.text == "een\n\ntwee"
        assert parsed.html is None

    def test_a_plain_footer_under_html_is_in_both(self) -> None:
        parsed = parse(multipart("mixed", part("<p>een</p>", HTML), part("<voet>", PLAIN)))
        assert parsed.text == "een\n\n<voet>"
        assert "&lt;voet&gt;" in str(parsed.html)

    def test_two_different_plain_forms_are_kept(self) -> None:
        parsed = parse(multipart("alternative", part("een", PLAIN), part("twee", PLAIN)))
        assert parsed.text == "een\ntwee"

    @pytest.mark.parametrize("encoding", ["quoted-printable", "QUOTED-PRINTABLE ;", "quoted-printable (comment)"])
    def test_transfer_encoding_is_read_loosely(self, encoding: str) -> None:
        assert parse(mail(PLAIN, f"Content-Transfer-Encoding: {encoding}", "", "caf=C3=A9")).text == "café"

    def test_a_text_file_is_an_attachment(self) -> None:
        parsed = parse(
            multipart(
                "mixed", part("een", PLAIN), part("twee", PLAIN, 'Content-Disposition: attachment; filename="b.txt"')
            )
        )
        assert parsed.text == "een"
        assert [one.name for one in parsed.attachments] == ["b.txt"]

    def test_a_long_text_is_cut_with_a_warning(self) -> None:
        parsed = parse(mail(PLAIN, "", "x" * 200), Limits(text_chars=100))
        assert len(parsed.text) == 100
        assert Oddity.TEXT_CUT in parsed.warnings


class TestAttachments:
    def test_content_comes_back_byte_for_byte(self) -> None:
        raw = multipart("mixed", part("x", PLAIN), file(PDF, 'Content-Type: application/pdf; name="offerte.pdf"'))
        (attachment,) = parse(raw).attachments
        assert attachment.read() == PDF
        assert (attachment.name, attachment.type, attachment.size) == ("offerte.pdf", "application/pdf", len(PDF))
        assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()
        assert attachment.inline is False

    @pytest.mark.parametrize(
        ("disposition", "expected"),
        [
            ('filename="gewoon.pdf"', "gewoon.pdf"),
            ("filename*=utf-8''co%C3%B6peratie%20plan.pdf", "coöperatie plan.pdf"),
            ("filename*0*=iso-8859-1''caf%E9; filename*1=\"-deel.pdf\"", "café-deel.pdf"),
            ('filename="=?utf-8?Q?caf=C3=A9.pdf?="', "café.pdf"),
            ('filename="café.pdf"', "café.pdf"),
            ('filename="C:\\\\Users\\\\an\\\\offerte.pdf"', "offerte.pdf"),
            ('filename="../../etc/passwd"', "passwd"),
            ('filename="a/b\\\\..\\\\.verborgen"', "verborgen"),
            ('filename="factuur\u202efdp.exe"', "factuurfdp.exe"),
            ('filename="a\x07b\x7f.pdf"', "ab.pdf"),
            ('filename="CON.txt"', "_CON.txt"),
            ('filename="wat?|<>.pdf"', "wat____.pdf"),
            ('filename="..."', "bijlage-1.pdf"),
            ("", "bijlage-1.pdf"),
        ],
    )
    def test_names(self, disposition: str, expected: str) -> None:
        raw = file(PDF, "Content-Type: application/pdf", f"Content-Disposition: attachment; {disposition}")
        (attachment,) = parse(multipart("mixed", raw)).attachments
        assert attachment.name == expected

    def test_a_long_name_keeps_its_extension(self) -> None:
        raw = file(PDF, f"Content-Disposition: attachment; filename*=utf-8''{'%C3%A9' * 400}.pdf")
        (attachment,) = parse(multipart("mixed", raw)).attachments
        assert attachment.name.endswith("é.pdf")
        assert len(attachment.name.encode()) <= 250

    def test_pictures_that_the_html_shows_are_inline(self) -> None:
        picture = file(
            b"GIF",
            "Content-Type: image/gif",
            "Content-ID: <logo@x>",
            'Content-Disposition: attachment; filename="l.gif"',
        )
        other = file(
            b"GIF2",
            "Content-Type: image/gif",
            "Content-ID: <foto@x>",
            'Content-Disposition: attachment; filename="f.gif"',
        )
        parsed = parse(multipart("mixed", part('<img src="cid:logo@x">', HTML), picture, other))
        assert [(one.name, one.inline, one.content_id) for one in parsed.attachments] == [
            ("l.gif", True, "logo@x"),
            ("f.gif", False, "foto@x"),
        ]

    def test_an_inline_pdf_stays_in_the_list(self) -> None:
        raw = file(PDF, "Content-Type: application/pdf", 'Content-Disposition: inline; filename="a.pdf"')
        assert parse(multipart("mixed", raw)).attachments[0].inline is False

    def test_everything_after_the_root_of_related_is_an_attachment(self) -> None:
        parsed = parse(multipart("related", part("<p>x</p>", HTML), part("<p>y</p>", HTML, "Content-ID: <deel@x>")))
        assert parsed.text == "x"
        assert parsed.attachments[0].content_id == "deel@x"

    def test_a_forwarded_mail_keeps_its_bytes(self) -> None:
        inner = multipart("mixed", part("binnen", PLAIN), file(PDF, "Content-Type: application/pdf"), boundary="binnen")
        parsed = parse(multipart("mixed", part("zie bijlage", PLAIN), part(inner, "Content-Type: message/rfc822")))
        (attachment,) = parsed.attachments
        assert (attachment.name, attachment.type) == ("Vraag over isolatie.eml", "message/rfc822")
        assert parse(attachment.read()).text == "binnen"
        assert attachment.read().rstrip() == inner.rstrip()

    def test_a_forwarded_mail_in_base64(self) -> None:
        inner = mail(PLAIN, "", "binnen")
        (attachment,) = parse(multipart("mixed", file(inner, "Content-Type: message/rfc822"))).attachments
        assert attachment.read() == inner

    @pytest.mark.parametrize(("subject", "name"), [("RE: a/b", "b.eml"), ("", "bericht-1.eml")])
    def test_a_forwarded_mail_is_named_after_its_subject(self, subject: str, name: str) -> None:
        inner = part(f"Subject: {subject}\r\n\r\nx", "Content-Type: message/rfc822")
        assert parse(multipart("mixed", inner)).attachments[0].name == name

    @pytest.mark.parametrize(
        ("kind", "oddity"),
        [
            ("application/ms-tnef", Oddity.TNEF_BROKEN),
            ("application/octet-stream; name=winmail.dat", Oddity.TNEF_BROKEN),
            ("text/calendar; method=REQUEST", Oddity.CALENDAR),
            ("application/pkcs7-mime; name=smime.p7m", Oddity.SMIME_BROKEN),
            ("application/pgp-encrypted", Oddity.ENCRYPTED),
        ],
    )
    def test_recognised_but_not_unpacked(self, kind: str, oddity: Oddity) -> None:
        parsed = parse(multipart("mixed", part("x", PLAIN), file(b"inhoud", f"Content-Type: {kind}")))
        assert oddity in parsed.warnings
        assert parsed.attachments[0].read() == b"inhoud"

    def test_a_signed_mail(self) -> None:
        parsed = parse(
            multipart("signed", part("x", PLAIN), part("handtekening", "Content-Type: application/pkcs7-signature"))
        )
        assert parsed.text == "x"
        assert Oddity.SIGNED in parsed.warnings
        assert parsed.attachments[0].name == "bijlage-1.p7s"


class TestBrokenMime:
    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b"UERG!UERG\r\n", b"PDFPDF"),
            (b"UERG=\r\nUERG\r\n", b"PDFPDF"),
            (b"UEQ=\r\nUERG", b"PDPDF"),
            (b"UERGU", b"PDF"),
            (b"", b""),
        ],
    )
    def test_base64_gives_what_can_be_saved(self, body: bytes, expected: bytes) -> None:
        raw = multipart("mixed", part(body, "Content-Type: application/pdf", "Content-Transfer-Encoding: base64"))
        parsed = parse(raw)
        assert parsed.attachments[0].read() == expected
        assert (Oddity.BASE64_BROKEN in parsed.warnings) is bool(body)

    def test_missing_end_boundary(self) -> None:
        parsed = parse(
            multipart("mixed", part("een", PLAIN), file(PDF, "Content-Type: application/pdf")).replace(
                b"--grens--", b""
            )
        )
        assert parsed.text == "een"
        assert parsed.attachments[0].read() == PDF
        assert Oddity.MIME_BROKEN in parsed.warnings

    @pytest.mark.parametrize("kind", ["multipart/mixed", 'multipart/mixed; boundary="elders"'])
    def test_a_multipart_without_parts_is_shown_as_text(self, kind: str) -> None:
        parsed = parse(mail(f"Content-Type: {kind}", "", "--grens", "", "tekst"))
        assert "tekst" in parsed.text
        assert Oddity.MIME_BROKEN in parsed.warnings

    def test_too_many_parts_leave_headers_and_raw_text(self) -> None:
        parsed = parse(multipart("mixed", *[part(f"deel {number}", PLAIN) for number in range(30)]), Limits(parts=20))
        assert parsed.subject == "Vraag over isolatie"
        assert "deel 29" in parsed.text
        assert Oddity.STRUCTURE_REFUSED in parsed.warnings

    def test_too_deep(self) -> None:
        raw = part("diep", PLAIN)
        for depth in range(60):
            raw = multipart("mixed", raw, boundary=f"b{depth}")
        assert Oddity.STRUCTURE_REFUSED in parse(raw).warnings
        assert parse(raw, Limits(depth=70)).text == "diep"

    def test_a_line_that_is_no_header_does_not_end_the_headers(self) -> None:
        raw = mail("X-Scanned by gateway", ">From relay", "Content-Type: text/html", "", "<p>Dag</p>")
        parsed = parse(raw)
        assert parsed.text == "Dag"
        assert Oddity.HEADER_BROKEN in parsed.warnings

    def test_text_without_an_empty_line_before_it_stays_text(self) -> None:
        parsed = parse(b"Subject: x\r\nDag loket\r\nNoot: iets\r\n\r\nMeer")
        assert parsed.text == "Dag loket\nNoot: iets\n\nMeer"
        assert Oddity.HEADER_BROKEN not in parsed.warnings
