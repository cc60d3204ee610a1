"""What a mail came wrapped in: winmail.dat, .msg, attached mails, and what identity makes of it (nothing)."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime

import compressed_rtf
import oxmsg
import pytest
import tnefparse

from services.mail_ingest.parsing import TEXT_ONLY, Address, Limits, MessageFacts, Oddity, ParsedMail, parse
from services.mail_ingest.parsing.identity import content_hash
from tests.unit.mail_ingest.parsing import outlook_files as outlook
from tests.unit.mail_ingest.parsing.mails import HEAD, file, mail, multipart, part

PLAIN = "Content-Type: text/plain; charset=utf-8"
SUBJECT, BODY, HTML, RTF, HEADERS = 0x0037, 0x1000, 0x1013, 0x1009, 0x007D
SENT = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
PDF = b"%PDF-1.4\r\n\x00\xff" * 1000
WORDS = [outlook.text(SUBJECT, "Vraag"), outlook.text(BODY, "Dag, één vraag")]


def with_winmail(data: bytes, *more: bytes, text: str = "") -> ParsedMail:
    """A mail with this winmail.dat, as Exchange sends it: an almost empty text in front."""
    winmail = file(data, "Content-Type: application/ms-tnef; name=winmail.dat")
    return parse(multipart("mixed", part(text, PLAIN), winmail, *more))


def names(parsed: ParsedMail) -> list[str]:
    return [one.name for one in parsed.attachments]


class TestTnef:
    DATA = outlook.tnef(WORDS, outlook.file("offerte.pdf", PDF), outlook.file("nota.txt", b"tekst"))

    def test_its_files_take_its_place(self) -> None:
        parsed = with_winmail(self.DATA, text="Dag, één vraag")
        assert [(one.name, one.type, one.read()) for one in parsed.attachments] == [
            ("offerte.pdf", "application/pdf", PDF),
            ("nota.txt", "text/plain", b"tekst"),
        ]
        first = parsed.attachments[0]
        assert (first.size, first.sha256) == (len(PDF), hashlib.sha256(PDF).hexdigest())
        assert Oddity.TNEF in parsed.warnings
        assert Oddity.TNEF_BROKEN not in parsed.warnings

    def test_another_reader_sees_the_same(self) -> None:
        other = tnefparse.TNEF(self.DATA)
        assert [(one.long_filename(), one.data) for one in other.attachments] == [
            (one.name, one.read()) for one in with_winmail(self.DATA).attachments
        ]
        assert all(attribute.good_checksum for attribute in other.objects)

    def test_its_text_is_for_a_mail_without_text(self) -> None:
        assert with_winmail(self.DATA).text == "Dag, één vraag"
        assert with_winmail(self.DATA, text="eigen woorden").text == "eigen woorden"

    def test_html_before_rtf_before_text(self) -> None:
        page = outlook.binary(HTML, b'<html><meta charset="utf-8"><p>H\xc3\xa9</p><img src="cid:logo@x"></html>')
        logo = outlook.file("logo.png", b"PNG", outlook.text(0x3712, "logo@x"), outlook.text(0x370E, "image/png"))
        parsed = with_winmail(outlook.tnef([*WORDS, page], logo))
        assert parsed.text == "Dag, één vraag", "the plain form was sent beside it"
        assert "<p>Hé</p>" in str(parsed.html)
        assert [(one.name, one.inline) for one in parsed.attachments] == [("logo.png", True)]

    def test_html_that_was_wrapped_in_rtf(self) -> None:
        wrapped = (
            rb"{\rtf1\ansi\ansicpg1252\fromhtml1 {\fonttbl{\f0 Arial;}}{\*\htmltag64 <p>}\htmlrtf \par \htmlrtf0 "
            rb"Eerste \'e9\u8364 ?n{\*\htmltag84 &nbsp;}\{1\}{\*\htmltag72 </p>}{\*\mhtmltag72 <x>}}"
        )
        packed = outlook.binary(RTF, compressed_rtf.compress(wrapped))
        assert with_winmail(outlook.tnef([packed])).html == "<p>Eerste é€n&nbsp;{1}</p>"

    def test_rtf_gives_its_words(self) -> None:
        rtf = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\*\generator X;}\pard Dag\'e9 {\b vet}\par twee\tab x}"
        packed = outlook.binary(RTF, compressed_rtf.compress(rtf))
        assert with_winmail(outlook.tnef([packed])).text == "Dagé vet\ntwee\tx"

    def test_old_attributes_and_a_code_page(self) -> None:
        data = (
            outlook.tnef([], codepage=1251)
            + outlook.attribute(1, 0x800C, "Привет".encode("cp1251") + b"\0", 2)
            + outlook.attribute(2, 0x9002, b"\0" * 14)
            + outlook.attribute(2, 0x8010, "план.pdf".encode("cp1251") + b"\0", 1)
            + outlook.attribute(2, 0x800F, PDF)
        )
        parsed = with_winmail(data)
        assert parsed.text == "Привет"
        assert [(one.name, one.read()) for one in parsed.attachments] == [("план.pdf", PDF)]

    def test_properties_that_are_not_read_are_stepped_over(self) -> None:
        guid = b"\1" * 16
        named = [
            b"\x1f\x00\x01\x80" + guid + b"\1\0\0\0\6\0\0\0a\0b\0\0\0\0\0" + b"\1\0\0\0\4\0\0\0x\0\0\0",
            b"\x03\x00\x02\x80" + guid + b"\0\0\0\0\7\0\0\0" + b"\1\0\0\0",
            b"\x02\x10\x10\x33" + b"\3\0\0\0" + b"\1\0\2\0\3\0\0\0",
            b"\x1e\x10\x11\x33" + b"\2\0\0\0" + b"\2\0\0\0a\0\0\0" + b"\2\0\0\0b\0\0\0",
            b"\x0b\x00\x12\x33" + b"\1\0\0\0",
        ]
        words = outlook.properties([outlook.text(BODY, "erna")])[4:]
        value = (len(named) + 1).to_bytes(4, "little") + b"".join(named) + words
        assert with_winmail(outlook.tnef([]) + outlook.attribute(1, 0x9003, value)).text == "erna"

    def test_a_mail_inside(self) -> None:
        sender = [outlook.text(0x0042, "An Peeters"), outlook.text(0x5D02, "an@burger.example")]
        inner = outlook.tnef([*WORDS, *sender, outlook.moment(0x0039, SENT)], outlook.file("a.pdf", PDF))
        parsed = with_winmail(outlook.tnef(WORDS, outlook.message_file(inner)))
        (attached,) = parsed.attachments
        assert (attached.name, attached.type) == ("Vraag.eml", "message/rfc822")
        assert attached.message == MessageFacts(
            subject="Vraag", from_=Address("An Peeters", "an@burger.example"), date=SENT, message_id=None
        )
        opened = parse(attached.read())
        assert (opened.text, names(opened), opened.attachments[0].read()) == ("Dag, één vraag", ["a.pdf"], PDF)

    def test_mails_inside_mails_end(self) -> None:
        data = outlook.tnef(WORDS)
        for _ in range(50):
            data = outlook.tnef(WORDS, outlook.message_file(data))
        parsed = with_winmail(data)
        assert Oddity.TNEF_BROKEN in parsed.warnings
        assert "winmail.dat" in names(parsed)

    @pytest.mark.parametrize("end", [0, 3, 6, 20, 100, 400])
    def test_a_broken_one_stays(self, end: int) -> None:
        parsed = with_winmail(self.DATA[:end], text="eigen woorden")
        assert Oddity.TNEF_BROKEN in parsed.warnings
        assert parsed.attachments[-1].name == "winmail.dat"
        assert parsed.attachments[-1].read() == self.DATA[:end]

    def test_what_could_be_read_of_a_broken_one_is_there_too(self) -> None:
        parsed = with_winmail(self.DATA[:-40])
        assert names(parsed) == ["offerte.pdf", "winmail.dat"]
        assert parsed.text == "Dag, één vraag"

    def test_a_second_try_leaves_it_closed(self) -> None:
        winmail = file(self.DATA, "Content-Type: application/ms-tnef; name=winmail.dat")
        raw = multipart("mixed", part("", PLAIN), winmail)
        second = parse(raw, TEXT_ONLY)
        assert names(second) == ["winmail.dat"]
        assert Oddity.NOT_UNPACKED in second.warnings
        assert second.content_hash == parse(raw).content_hash

    def test_the_number_of_files_is_capped(self) -> None:
        data = outlook.tnef(WORDS, *[outlook.file(f"{nth}.txt", b"x") for nth in range(30)])
        winmail = file(data, "Content-Type: application/ms-tnef; name=winmail.dat")
        parsed = parse(multipart("mixed", winmail), Limits(unpacked_files=10))
        assert len(parsed.attachments) == 11
        assert Oddity.TNEF_BROKEN in parsed.warnings

    @pytest.mark.timeout(20)
    @pytest.mark.parametrize(
        "value",
        [
            b"\xff\xff\xff\xff",
            b"\1\0\0\0" + b"\x02\x10\x10\x33" + b"\xff\xff\xff\xff",
            b"\1\0\0\0" + b"\x1e\x10\x10\x33" + b"\xff\xff\xff\xff",
            b"\xff\xff\xff\xff" + b"\x00\x00\x10\x33" * 50_000,
        ],
    )
    def test_counts_that_lie_cost_nothing(self, value: bytes) -> None:
        data = outlook.tnef(WORDS) + outlook.attribute(1, 0x9003, value)
        parsed = with_winmail(data)
        assert Oddity.TNEF_BROKEN in parsed.warnings
        assert parsed.text == "Dag, één vraag"

    def test_identity_takes_it_as_it_came(self) -> None:
        """The recipe's own words: opening a container must not change who a mail is."""
        winmail = file(self.DATA, "Content-Type: application/ms-tnef; name=winmail.dat")
        assert parse(multipart("mixed", winmail)).content_hash == content_hash(
            message_id="<1@burger.example>",
            date=SENT,
            people=([Address("", "an@burger.example")], [Address("", "loket@stad.example")], []),
            subject="Vraag over isolatie",
            bodies=(b"", b""),
            attachments=[hashlib.sha256(self.DATA).hexdigest()],
        )

    def test_the_file_itself_can_be_parsed(self) -> None:
        parsed = parse(self.DATA)
        assert (parsed.subject, parsed.text, names(parsed)) == ("Vraag", "Dag, één vraag", ["offerte.pdf", "nota.txt"])


class TestMsg:
    MESSAGE = (
        *WORDS,
        outlook.text(0x0C1A, "An Peeters"),
        outlook.text(0x5D01, "an@burger.example"),
        outlook.text(0x1035, "<7@burger.example>"),
        outlook.moment(0x0039, SENT),
    )
    RECIPIENTS = (
        [outlook.text(0x3001, "Loket"), outlook.text(0x39FE, "loket@stad.example"), outlook.number(0x0C15, 1)],
        [outlook.text(0x3001, "Jan"), outlook.text(0x3003, "jan@x.example"), outlook.number(0x0C15, 2)],
        [outlook.text(0x3001, "Geheim"), outlook.text(0x39FE, "geheim@x.example"), outlook.number(0x0C15, 3)],
    )
    DATA = outlook.msg(list(MESSAGE), list(RECIPIENTS), [outlook.file("offerte.pdf", PDF)])

    def test_the_file_itself_can_be_parsed(self) -> None:
        parsed = parse(self.DATA)
        assert (parsed.subject, parsed.text, parsed.date) == ("Vraag", "Dag, één vraag", SENT)
        assert parsed.from_ == Address("An Peeters", "an@burger.example")
        assert (parsed.to, parsed.cc) == ((Address("Loket", "loket@stad.example"),), (Address("Jan", "jan@x.example"),))
        assert parsed.message_id == "<7@burger.example>"
        assert [(one.name, one.type, one.read()) for one in parsed.attachments] == [
            ("offerte.pdf", "application/pdf", PDF)
        ]

    def test_another_reader_sees_the_same(self) -> None:
        other = oxmsg.Message.load(io.BytesIO(self.DATA))
        parsed = parse(self.DATA)
        assert (other.subject, other.body, other.sent_date) == (parsed.subject, parsed.text, parsed.date)
        assert other.sender == '"An Peeters" <an@burger.example>'
        assert [(one.file_name, one.file_bytes) for one in other.attachments] == [
            (one.name, one.read()) for one in parsed.attachments
        ]
        assert len(other.recipients) == 3

    def test_internet_headers_go_before_what_outlook_made_of_them(self) -> None:
        lines = (
            "Microsoft Mail Internet Headers Version 2.0\r\nReceived: from a\r\n\tby b\r\nFrom: =?utf-8?Q?J=C3=A9?= "
            "<je@burger.example>\r\nSubject: Echt\r\nMessage-ID: <8@x>\r\nReferences: <1@x>\r\n <2@x>\r\n"
            "Content-Type: multipart/mixed; boundary=x\r\nAuto-Submitted: auto-replied\r\n\r\n"
        )
        parsed = parse(outlook.msg([*self.MESSAGE, outlook.text(HEADERS, lines)], [], []))
        assert (parsed.subject, parsed.message_id, parsed.references) == ("Echt", "<8@x>", ("<1@x>", "<2@x>"))
        assert parsed.from_ == Address("Jé", "je@burger.example")
        assert (parsed.automatic, parsed.text) == ("auto_reply", "Dag, één vraag")

    def test_attached_it_stays_and_says_what_it_is(self) -> None:
        attached = file(self.DATA, "Content-Type: application/vnd.ms-outlook; name=vraag.msg")
        parsed = parse(multipart("mixed", part("zie bijlage", PLAIN), attached))
        (kept,) = parsed.attachments
        assert (kept.name, kept.read(), parsed.text) == ("vraag.msg", self.DATA, "zie bijlage")
        assert kept.message == MessageFacts(
            subject="Vraag",
            from_=Address("An Peeters", "an@burger.example"),
            date=SENT,
            message_id="<7@burger.example>",
        )

    @pytest.mark.parametrize("kind", ["application/vnd.ms-outlook", "application/octet-stream; name=vraag.msg"])
    def test_its_text_is_for_a_mail_without_text(self, kind: str) -> None:
        assert parse(multipart("mixed", file(self.DATA, f"Content-Type: {kind}"))).text == "Dag, één vraag"

    def test_a_mail_inside(self) -> None:
        inner = outlook.msg_tree(list(self.MESSAGE), [], [outlook.file("a.pdf", PDF)], header=24)
        (attached,) = parse(outlook.msg([outlook.text(SUBJECT, "FW")], [], [inner])).attachments
        opened = parse(attached.read())
        assert (attached.type, attached.name) == ("message/rfc822", "Vraag.eml")
        assert (opened.text, names(opened)) == ("Dag, één vraag", ["a.pdf"])

    @pytest.mark.parametrize("data", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", DATA[:700], DATA[:-2048], b"geen msg"])
    def test_a_broken_one_stays(self, data: bytes) -> None:
        attached = file(data, "Content-Type: application/vnd.ms-outlook; name=vraag.msg")
        parsed = parse(multipart("mixed", part("eigen woorden", PLAIN), attached))
        assert Oddity.MSG_BROKEN in parsed.warnings
        assert (parsed.text, parsed.attachments[0].read()) == ("eigen woorden", data)

    def test_another_kind_of_compound_file(self) -> None:
        word = outlook.compound({"WordDocument": b"x" * 5000, "1Table": b"y"})
        assert Oddity.MSG_BROKEN in parse(word).warnings

    def test_streams_that_lie_on_top_of_each_other(self) -> None:
        """Half a megabyte that claims to be two hundred files of half a megabyte."""
        big = outlook.file("groot.bin", b"x" * 500_000)
        data = bytearray(outlook.msg(list(self.MESSAGE), [], [big, *[outlook.file("groot.bin", b"x" * 5000)] * 200]))
        small, whole = (5000).to_bytes(8, "little"), (500_000).to_bytes(8, "little")
        start = data.index(whole) - 4
        while (place := data.find(small, 0)) >= 0:
            data[place - 4 : place + 8] = data[start : start + 12]
        parsed = parse(bytes(data))
        assert Oddity.MSG_BROKEN in parsed.warnings
        assert sum(one.size for one in parsed.attachments) < 3 * len(data)


class TestAttachedMails:
    INNER = mail(PLAIN, "", "binnen")

    def test_they_say_what_they_are(self) -> None:
        (attached,) = parse(multipart("mixed", part(self.INNER, "Content-Type: message/rfc822"))).attachments
        assert attached.message == MessageFacts(
            subject="Vraag over isolatie",
            from_=Address("An Peeters", "an@burger.example"),
            date=SENT,
            message_id="<1@burger.example>",
        )

    def test_their_text_is_for_a_mail_without_text(self) -> None:
        attached = part(self.INNER, "Content-Type: message/rfc822")
        assert parse(multipart("mixed", attached)).text == "binnen"
        assert parse(multipart("mixed", part("buiten", PLAIN), attached)).text == "buiten"

    def test_mails_inside_mails_end(self) -> None:
        raw = self.INNER
        for depth in range(20):
            raw = multipart("mixed", part(raw, "Content-Type: message/rfc822"), boundary=f"b{depth}")
        assert parse(raw).text == ""
        assert Oddity.NOT_UNPACKED not in parse(raw).warnings
        assert parse(raw, Limits(nested=25)).text == "binnen"

    def test_a_file_called_eml_that_is_none(self) -> None:
        named = 'Content-Disposition: attachment; filename="x.eml"'
        (attached,) = parse(multipart("mixed", file(PDF, "Content-Type: a/b", named))).attachments
        assert attached.message is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ('<a href="https://wetransfer.com/downloads/x">hier</a>', True),
        ('<a href="https://stad.sharepoint.com/:b:/s/x">plan.pdf</a>', True),
        ('<a href="https://www.stad.example">stad</a>', False),
    ],
)
def test_links_to_files_elsewhere_are_noted(words: str, expected: bool) -> None:
    parsed = parse(mail("Content-Type: text/html", "", words, head=HEAD))
    assert (Oddity.CLOUD_LINKS in parsed.warnings) is expected
