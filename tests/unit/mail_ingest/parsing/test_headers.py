from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mail_ingest.parsing import Address, Oddity, normalise_message_id, parse
from services.mail_ingest.parsing.headers import _split, _split_usual
from tests.unit.mail_ingest.parsing.mails import headers


class TestSubject:
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            ("Subject: gewoon", "gewoon"),
            ("Subject: =?utf-8?B?VnJhYWcgw6nDqW4=?=", "Vraag één"),
            ("Subject: =?iso-8859-1?Q?ge=EFsoleerd_dak?=", "geïsoleerd dak"),
            # white space between two words disappears, between a word and text it stays (RFC 2047, 6.2)
            ("Subject: RE: =?utf-8?Q?caf=C3=A9?=\r\n =?utf-8?Q?_open?= morgen", "RE: café open morgen"),
            # a character split over two words (Outlook on long subjects)
            ("Subject: =?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=", "café"),
            # language suffix (RFC 2231, 5) and a space inside a word, which is not allowed but common
            ("Subject: =?utf-8*nl?Q?co=C3=B6p?=", "coöp"),
            ("Subject: =?utf-8?Q?twee woorden?=", "twee woorden"),
            # what cannot be decoded stays readable
            ("Subject: =?x-unknown?Q?caf=E9?=", "café"),
            ("Subject: =?utf-8?B?a?=", "=?utf-8?B?a?="),
            ("Subject: een\r\n\tgevouwen\r\n regel", "een gevouwen regel"),
            ("Subject: a\x00b\x07c", "abc"),
            ("X-Other: 1", ""),
        ],
    )
    def test_decodes(self, raw: str, expected: str) -> None:
        assert parse(headers(raw)).subject == expected

    @pytest.mark.parametrize(("encoding", "expected"), [("utf-8", "vrágen"), ("cp1252", "vrágen")])
    def test_raw_8_bit(self, encoding: str, expected: str) -> None:
        parsed = parse(headers(b"Subject: " + "vrágen".encode(encoding)))
        assert parsed.subject == expected
        assert Oddity.HEADER_RAW_8BIT in parsed.warnings

    def test_length_is_capped(self) -> None:
        assert len(parse(headers("Subject: " + "x" * 5_000)).subject) == 1_000


class TestAddresses:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("jan@x.be", Address("", "jan@x.be")),
            ("Jan Peeters <Jan@X.be>", Address("Jan Peeters", "Jan@X.be")),
            ('"Peeters, Jan" <jan@x.be>', Address("Peeters, Jan", "jan@x.be")),
            ("=?utf-8?Q?Peeters=2C_J=C3=A9?= <jan@x.be>", Address("Peeters, Jé", "jan@x.be")),
            ('"=?utf-8?Q?J=C3=A9?=" <jan@x.be>', Address("Jé", "jan@x.be")),
            ("=?utf-8?Q?Jan_=3Cjan=40x=2Ebe=3E?=", Address("Jan", "jan@x.be")),
            ("Jan Peeters", Address("Jan Peeters", "")),
            ("jan@x.be (Jan)", Address("Jan", "jan@x.be")),
        ],
    )
    def test_one(self, value: str, expected: Address) -> None:
        assert parse(headers(f"From: {value}")).from_ == expected

    def test_broken_syntax_still_gives_the_address(self) -> None:
        parsed = parse(headers('From: "Jan <jan@x.be>'))
        assert parsed.from_ is not None
        assert parsed.from_.email == "jan@x.be"
        assert Oddity.ADDRESS_REPAIRED in parsed.warnings

    def test_many_and_groups(self) -> None:
        parsed = parse(headers("To: a@x.be, Groep: b@x.be, c@x.be;", "To: d@x.be", "Cc: undisclosed-recipients:;"))
        assert [address.email for address in parsed.to] == ["a@x.be", "b@x.be", "c@x.be", "d@x.be"]
        assert parsed.cc == ()

    def test_number_is_capped(self) -> None:
        parsed = parse(headers("To: " + ", ".join(f"a{number}@x.be" for number in range(900))))
        assert len(parsed.to) == 500
        assert Oddity.ADDRESSES_CUT in parsed.warnings

    def test_deep_comments(self) -> None:
        assert parse(headers("To: " + "(" * 30_000 + "a@x.be", "From: b@x.be")).from_ == Address("", "b@x.be")


class TestDate:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("Mon, 2 Nov 2026 10:15:00 +0100", datetime(2026, 11, 2, 9, 15, tzinfo=UTC)),
            ("2 Nov 2026 10:15 GMT", datetime(2026, 11, 2, 10, 15, tzinfo=UTC)),
            ("Mon, 2 Nov 2026 10:15:00 -0000", datetime(2026, 11, 2, 10, 15, tzinfo=UTC)),
        ],
    )
    def test_reads(self, value: str, expected: datetime) -> None:
        assert parse(headers(f"Date: {value}")).date == expected

    @pytest.mark.parametrize(
        "value", ["gisteren", "Mon, 99 Nov 2026 10:15:00", "31 Dec 9999 23:00:00 -2300", "9" * 500]
    )
    def test_refuses(self, value: str) -> None:
        parsed = parse(headers(f"Date: {value}"))
        assert parsed.date is None
        assert Oddity.DATE_INVALID in parsed.warnings

    def test_missing(self) -> None:
        assert Oddity.DATE_MISSING in parse(headers("Subject: x")).warnings


class TestMessageIds:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            ("<A.b@Host>", "<A.b@Host>"),
            ("  <a@b>  (comment)", "<a@b>"),
            ("<a@\r\n b>", "<a@b>"),
            ("<[x]@y>", "<[x]@y>"),
            ("a@b", "<a@b>"),
            ("<a@b", "<a@b>"),
            ("<>", None),
            ("   ", None),
            (None, None),
        ],
    )
    def test_normalise(self, value: str | None, expected: str | None) -> None:
        assert normalise_message_id(value) == expected

    def test_normalising_twice_changes_nothing(self) -> None:
        once = normalise_message_id(" <x y@z> ")
        assert normalise_message_id(once) == once == "<xy@z>"

    def test_references_keep_the_newest_last_and_each_once(self) -> None:
        parsed = parse(headers("References: <1@x> <2@x>\r\n <3@x> <1@x>", "In-Reply-To: <3@x> <2@x>"))
        assert parsed.references == ("<2@x>", "<3@x>", "<1@x>")
        assert parsed.in_reply_to == "<3@x>"

    def test_references_lose_the_oldest_at_the_cap(self) -> None:
        parsed = parse(headers("References: " + " ".join(f"<{number}@x>" for number in range(150))))
        assert (len(parsed.references), parsed.references[-1]) == (100, "<149@x>")
        assert Oddity.REFERENCES_CUT in parsed.warnings

    def test_thread_index_is_unfolded(self) -> None:
        assert parse(headers("Thread-Index: AdoAAA\r\n BBBB==")).thread_index == "AdoAAABBBB=="

    def test_repeated_headers_are_noted_and_the_first_counts(self) -> None:
        parsed = parse(headers("Message-ID: <1@x>", "Message-ID: <2@x>"))
        assert parsed.message_id == "<1@x>"
        assert Oddity.HEADER_REPEATED in parsed.warnings


PIECES = [
    *(
        "An",
        "Peeters",
        '"Peeters, An"',
        '"',
        "<",
        ">",
        "a@b.be",
        "<a@b.be>",
        "<an.p@x-y.be>",
        ",",
        ", ",
        " ",
        "\t",
        "\r\n ",
    ),
    *(
        ".",
        ":",
        ";",
        "(c)",
        "\\",
        "@",
        "=?utf-8?q?x?=",
        "é",
        "o'neil",
        "a.b",
        '""',
        "<>",
        "a@",
        "a@[1.2]",
        "\xa0",
        "\u2028",
    ),
    "a..b@c",
]


@settings(max_examples=200)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=7))
def test_usual_addresses_are_those_of_the_standard_library(pieces: list[str]) -> None:
    usual = _split_usual("".join(pieces))
    assert not usual or usual == _split("".join(pieces))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("an@b.be", [("", "an@b.be")]),
        ("An  Peeters <an@b.be>", [("An Peeters", "an@b.be")]),
        ('"Peeters, An" <an@b.be>, Bo <bo@c.be>', [("Peeters, An", "an@b.be"), ("Bo", "bo@c.be")]),
        ("=?utf-8?q?An_=C3=A9?= <an@b.be>", [("=?utf-8?q?An_=C3=A9?=", "an@b.be")]),
        ("Buren: an@b.be;", []),
        ("An (thuis) <an@b.be>", []),
        ("an@b.be,", []),
        ("an@b", [("", "an@b")]),
    ],
)
def test_what_is_usual(value: str, expected: list[tuple[str, str]]) -> None:
    assert _split_usual(value) == expected
