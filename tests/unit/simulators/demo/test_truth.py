"""The manifest says nothing about a mail that the mail itself does not show."""

import base64
import hashlib
import re
from collections.abc import Callable
from datetime import datetime
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

import pytest

from simulators.demo import Entry
from tests.unit.simulators.demo.conftest import Corpus, parse, text_of

NUMBER = re.compile(r"(?<![\d+])(?:\(?[0O1]\)?)?\d{3}[ ./-]?\d{3}[ ./-]?\d{3}(?!\d)")


def shown(value: object) -> str:
    return str(make_header(decode_header(str(value).replace("\r\n", ""))))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_header_facts(corpus: Corpus) -> None:
    for entry in corpus.whole:
        message = corpus.message(entry)
        assert message["Message-ID"] == entry.message_id
        assert squeezed(shown(message["Subject"])) == squeezed(entry.subject)
        assert parseaddr(message["From"])[1] == entry.sender
        assert parsedate_to_datetime(message["Date"]).isoformat() == entry.date


def test_received_lines_run_backwards_to_the_sending(corpus: Corpus) -> None:
    for entry in corpus.manifest.inbox:
        hops = [
            parsedate_to_datetime(h.rpartition(";")[2].strip()) for h in corpus.message(entry).get_all("Received", [])
        ]
        assert len(hops) == 3
        assert hops == sorted(hops, reverse=True)
        assert hops[0] == datetime.fromisoformat(entry.received_at)


def test_own_words_stand_in_the_body(corpus: Corpus) -> None:
    for entry in corpus.whole:
        message = corpus.message(entry)
        if entry.form != "html":
            assert squeezed(entry.text) in squeezed(text_of(message)), entry.file


def test_every_reference_resolves_or_is_said_to_be_foreign(corpus: Corpus) -> None:
    ids = {e.message_id for e in corpus.manifest.entries}
    for entry in corpus.manifest.entries:
        message = corpus.message(entry)
        named = {*str(message["In-Reply-To"] or "").split(), *str(message["References"] or "").split()}
        assert named == {i for i in (entry.in_reply_to, *entry.references) if i}
        assert {i for i in named if i not in ids} == set(entry.foreign_references)


def test_replies_point_to_an_earlier_mail(corpus: Corpus) -> None:
    by_file = {e.file: e for e in corpus.manifest.entries}
    answers = [e for e in corpus.manifest.entries if e.replies_to]
    for entry in answers:
        parent = by_file[str(entry.replies_to)]
        assert parent.thread == entry.thread
        assert str(entry.date) > str(parent.date)
    assert sum(e.folder == "inbox" for e in answers) >= 55


def test_link_evidence(corpus: Corpus) -> None:
    by_file = {e.file: e for e in corpus.manifest.entries}
    seen = set()
    for entry in corpus.manifest.inbox:
        seen.add(entry.link)
        if entry.link == "in_reply_to":
            assert entry.in_reply_to == by_file[str(entry.replies_to)].message_id
        elif entry.link == "thread_index":
            assert entry.in_reply_to is None
            assert conversation(corpus.message(entry)) == conversation(corpus.message(by_file[str(entry.replies_to)]))
        elif entry.link == "report":
            assert str(by_file[str(entry.replies_to)].message_id).encode() in corpus.raw(entry)
    assert seen == {"in_reply_to", "thread_index", "report", "none"}


def conversation(message: Message) -> bytes:
    index = base64.b64decode(message["Thread-Index"])
    assert len(index) in (22, 27, 32, 37)
    assert index[0] == 1
    return index[:22]


def test_a_late_mail_comes_after_its_answer(corpus: Corpus) -> None:
    first, answer = sorted(
        (e for e in corpus.manifest.inbox if e.thread == "laat-aangekomen"), key=lambda e: str(e.date)
    )

    assert answer.replies_to == first.file
    assert answer.received_at < first.received_at


def test_numbers_are_labelled_truthfully(corpus: Corpus) -> None:
    seen = set()
    for entry in corpus.manifest.entries:
        for mention in entry.numbers:
            digits = mention.digits
            right = len(digits) == 10 and (int(digits[:8]) + int(digits[8:])) % 97 == 0 and digits[8:] <= "97"
            assert mention.valid == right, mention
            assert squeezed(mention.text) in squeezed(entry.text + " " + entry.subject), (entry.file, mention)
            assert "".join(c for c in mention.text if c.isdigit()).lstrip("0") == digits.lstrip("0")
            assert mention.kind == ("establishment" if len(digits) == 10 and digits[0] > "1" else "enterprise")
            seen.add((mention.valid, mention.issue))
    assert seen == {
        (True, ""), (True, "leading_zero_missing"),
        (False, "check_digits"), (False, "too_short"), (False, "letter_in_number"),
    }  # fmt: skip


def test_no_number_in_a_text_goes_unlabelled(corpus: Corpus) -> None:
    for entry in corpus.manifest.entries:
        text = entry.text
        for mention in entry.numbers:
            text = text.replace(mention.text, "#", 1)
        assert not NUMBER.search(re.sub(r"0400 [\d ]+|015 00 [\d ]+|BIV [\d ]+", "", text)), entry.file


def test_addresses_are_labelled_truthfully(corpus: Corpus) -> None:
    issues = set()
    for entry in corpus.manifest.entries:
        for mention in entry.addresses:
            assert squeezed(mention.text) in squeezed(entry.text + " " + entry.subject), (entry.file, mention)
            assert (mention.postcode in mention.text) == (mention.issue not in ("no_postcode", "no_house_number"))
            assert (mention.house_number.lower() in mention.text.lower()) == (mention.issue != "no_house_number")
            assert mention.box.lower() in mention.text.lower()
            assert (
                (mention.street.lower() in mention.text.lower())
                or mention.issue == "misspelled_street"
                or "." in mention.text
            )
            issues.add(mention.issue)
    assert issues == {"", "no_postcode", "no_house_number", "misspelled_street"}


def test_attachments_arrive_as_labelled(corpus: Corpus) -> None:
    for entry in corpus.whole:
        found = {}
        for part in top_files(corpus.message(entry)):
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            found[hashlib.sha256(payload).hexdigest()] = part.get_content_type()
        labelled = {a.sha256: a.content_type for a in entry.attachments if a.content_type != "message/rfc822"}
        assert found == labelled, entry.file


def top_files(message: Message) -> list[Message]:
    files: list[Message] = []
    for part in message.get_payload() if message.is_multipart() else ():
        assert isinstance(part, Message)
        if part.get_content_maintype() == "multipart":
            files += top_files(part)
        elif part.get_filename() or part.get_content_type() == "text/calendar":
            files.append(part)
    return files


def test_a_nested_mail_is_the_labelled_one(corpus: Corpus) -> None:
    (entry,) = [e for e in corpus.manifest.inbox if "nested-message" in e.quirks]
    (fact,) = entry.attachments
    inner = next(p for p in corpus.message(entry).walk() if p.get_content_type() == "message/rfc822").get_payload()

    assert isinstance(inner, list)
    assert isinstance(inner[0], Message)
    assert shown(inner[0]["Subject"]) == "opzeg huur verbouwing"
    assert fact.content_type == "message/rfc822"
    assert fact.size < entry.size


def test_automatic_mail_shows_it_in_its_headers(corpus: Corpus) -> None:
    for entry in corpus.manifest.inbox:
        message = corpus.message(entry)
        signs = {
            "list": message["List-Id"] is not None,
            "auto_reply": message["Auto-Submitted"] == "auto-replied"
            and message.get_content_type() != "multipart/report",
            "bounce": message.get_content_type() == "multipart/report" and message["Return-Path"] == "<>",
        }
        assert {name for name, sign in signs.items() if sign} == {entry.automatic} - {"human"}, entry.file


def no_boundary_end(raw: bytes, message: Message) -> bool:
    return f"--{message.get_boundary()}--".encode() not in raw


def bad_base64(raw: bytes, message: Message) -> bool:
    return any(part.defects or b"*!!~#" in raw for part in message.walk()) and b"*!!~#" in raw


DAMAGE: dict[str, Callable[[bytes, Message], bool]] = {
    "missing-end-boundary": no_boundary_end,
    "bad-base64": bad_base64,
    "missing-date": lambda raw, m: m["Date"] is None,
    "bad-date": lambda raw, m: m["Date"] == "vr, 31 feb 2026 9u15",
    "garbage-headers": lambda raw, m: bool(m.defects) and m["Content-Type"] is None,
    "missing-message-id": lambda raw, m: m["Message-ID"] is None,
    "duplicate-message-id": lambda raw, m: m["Message-ID"] is not None,
    "null-bytes": lambda raw, m: raw.count(b"\0") == 4,
    "long-header-line": lambda raw, m: len(m["Cc"]) > 10_000 and max(map(len, raw.split(b"\r\n"))) > 10_000,
    "raw-non-ascii-headers": lambda raw, m: not raw.partition(b"\r\n\r\n")[0].isascii(),
    "text-after-end": lambda raw, m: "Disclaimer" in str(m.epilogue),
    "wrong-charset": lambda raw, m: not decodes(m),
    "unknown-charset": lambda raw, m: not decodes(m),
}


def decodes(message: Message) -> bool:
    payload = message.get_payload(decode=True)
    assert isinstance(payload, bytes)
    try:
        payload.decode(message.get_content_charset("ascii"))
    except (UnicodeDecodeError, LookupError):
        return False
    return True


@pytest.mark.parametrize("code", DAMAGE)
def test_damage_is_what_its_label_says(code: str, large: list[tuple[Entry, bytes]]) -> None:
    damaged = [(entry, raw) for entry, raw in large if code in entry.broken]

    assert damaged
    for entry, raw in damaged:
        assert DAMAGE[code](raw, parse(raw)), entry.file


def test_a_duplicate_id_belongs_to_a_mail_with_other_content(corpus: Corpus) -> None:
    by_file = {e.file: e for e in corpus.manifest.entries}
    (entry,) = [e for e in corpus.manifest.entries if e.duplicate_of]

    assert by_file[str(entry.duplicate_of)].message_id == entry.message_id == corpus.message(entry)["Message-ID"]
    assert by_file[str(entry.duplicate_of)].text != entry.text


def test_an_empty_mail_is_empty(corpus: Corpus) -> None:
    empty = [e for e in corpus.manifest.inbox if "empty-body" in e.quirks]

    assert len(empty) == 2
    assert all(not text_of(corpus.message(e)) for e in empty)
