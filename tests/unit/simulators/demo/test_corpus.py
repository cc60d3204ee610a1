import hashlib
import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from simulators.demo import Manifest, write
from tests.unit.simulators.demo.conftest import NOW, SEED, Corpus, parse, text_of

QUEUES = {"energie", "wonen", "appartementen", "wijkrenovatie", "adaptatie", "lening"}
RESERVED = (".example", "example.org", "example.com")


def content(path: Path) -> dict[str, bytes]:
    return {str(file.relative_to(path)): file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file()}


def test_same_arguments_give_the_same_bytes(corpus: Corpus, tmp_path: Path) -> None:
    write(tmp_path, 200, SEED, NOW)

    assert content(tmp_path) == content(corpus.path)


def test_another_seed_gives_other_people_and_the_same_topics(tmp_path: Path) -> None:
    one, other = write(tmp_path / "1", 40, 1, NOW), write(tmp_path / "2", 40, 2, NOW)

    assert not {e.message_id for e in other.inbox} & {e.message_id for e in one.inbox} - {None}
    assert Counter(e.topic for e in other.inbox) == Counter(e.topic for e in one.inbox)


def test_an_aware_now_is_the_same_moment(tmp_path: Path) -> None:
    write(tmp_path / "utc", 20, SEED, datetime(2026, 11, 20, 11, 0, tzinfo=UTC))
    write(tmp_path / "belgian", 20, SEED, NOW)

    assert content(tmp_path / "utc") == content(tmp_path / "belgian")


@pytest.mark.parametrize("count", [1, 2, 13, 77])
def test_the_inbox_has_exactly_the_asked_number(count: int, tmp_path: Path) -> None:
    manifest = write(tmp_path, count, SEED, NOW)

    assert len(manifest.inbox) == len(list((tmp_path / "inbox").iterdir())) == count
    assert len(manifest.sent) == len(list((tmp_path / "sent").iterdir()))


def test_a_large_corpus_repeats_no_message_id_but_the_labelled_one(tmp_path: Path) -> None:
    manifest = write(tmp_path, 450, SEED, NOW)
    entries = manifest.entries

    assert len(manifest.inbox) == 450
    ids = Counter(e.message_id for e in entries if e.message_id and not e.duplicate_of)
    assert max(ids.values()) == 1


def test_automatic_and_broken_mail_have_their_share(corpus: Corpus) -> None:
    inbox = corpus.manifest.inbox

    assert 0.06 <= sum(e.automatic != "human" for e in inbox) / len(inbox) <= 0.08
    assert 0.04 <= sum(bool(e.broken) for e in inbox) / len(inbox) <= 0.05


def test_every_queue_language_client_and_kind_occurs(corpus: Corpus) -> None:
    inbox = corpus.manifest.inbox

    assert {e.queue for e in inbox} == {*QUEUES, None}
    assert {e.language for e in inbox} == {"nl", "fr", "en"}
    assert {e.client for e in inbox} >= {
        "outlook",
        "gmail",
        "iphone",
        "android",
        "thunderbird",
        "webmail",
        "form",
        "scanner",
    }
    assert {e.form for e in inbox} == {"plain", "html", "alternative"}
    assert {e.encoding for e in inbox} == {"7bit", "8bit", "quoted-printable", "base64"}
    assert {e.charset for e in inbox} >= {"utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "us-ascii"}
    assert {e.automatic for e in inbox} == {"human", "auto_reply", "bounce", "list"}
    assert {e.kind for e in inbox} >= {"question", "reply", "forward", "form", "invitation", "newsletter", "spam"}
    assert {q for e in inbox for q in e.quirks} >= {
        "html-only", "inline-image", "tracking-pixel", "empty-body", "tnef", "nested-message", "late-arrival",
        "foreign-parent", "subject-changed",
    }  # fmt: skip


def test_several_owners_write_about_the_same_works(corpus: Corpus) -> None:
    writers = {e.sender for e in corpus.manifest.inbox if e.thread == "dakwerken-astrid"}

    assert len(writers) == 5


def test_every_mail_parses_and_every_part_decodes(corpus: Corpus) -> None:
    for entry in corpus.manifest.entries:
        for part in corpus.message(entry).walk():
            assert part.is_multipart() or isinstance(part.get_payload(decode=True), bytes), entry.file


def test_whole_mails_have_no_defects(corpus: Corpus) -> None:
    for entry in corpus.whole:
        raw = corpus.raw(entry)
        assert [part.defects for part in parse(raw).walk() if part.defects] == [], entry.file
        assert max(map(len, raw.split(b"\r\n"))) <= 998, entry.file
        assert b"\n" not in raw.replace(b"\r\n", b""), entry.file


def test_arrival_is_in_file_order_and_ends_before_now(corpus: Corpus) -> None:
    times = [datetime.fromisoformat(e.received_at) for e in corpus.manifest.inbox]

    assert times == sorted(times)
    assert [e.file for e in corpus.manifest.inbox] == sorted(e.file for e in corpus.manifest.inbox)
    assert times[-1] <= datetime.fromisoformat(corpus.manifest.now)
    assert times[0] >= times[-1] - timedelta(days=60)


def test_the_manifest_on_disk_is_the_returned_one(corpus: Corpus) -> None:
    stored = json.loads((corpus.path / "manifest.json").read_text(encoding="utf-8"))

    assert len(stored["entries"]) == len(corpus.manifest.entries)
    for entry, fields in zip(corpus.manifest.entries, stored["entries"], strict=True):
        raw = corpus.raw(entry)
        assert fields["sha256"] == hashlib.sha256(raw).hexdigest()
        assert fields["size"] == len(raw)
        assert fields["file"] == entry.file


def test_a_second_run_replaces_the_first(tmp_path: Path) -> None:
    write(tmp_path, 12, 1, NOW)
    second = write(tmp_path, 5, 2, NOW)

    assert len(list((tmp_path / "inbox").iterdir())) == len(second.inbox) == 5


def test_mails_of_somebody_else_are_left_alone(tmp_path: Path) -> None:
    stranger = tmp_path / "inbox" / "mine.eml"
    stranger.parent.mkdir()
    stranger.write_bytes(b"Subject: keep me\r\n\r\n")

    with pytest.raises(FileExistsError, match="inbox/"):
        write(tmp_path, 5, 1, NOW)
    assert stranger.exists()


def test_only_reserved_domains_occur(corpus: Corpus) -> None:
    for entry in corpus.manifest.entries:
        message = corpus.message(entry)
        headers = " ".join(str(make_header(decode_header(str(v)))) for _, v in message.items())
        body = text_of(message) if not entry.broken else corpus.raw(entry).decode("latin-1")
        for domain in re.findall(r"(?:@|https?://|by |helo=)([\w-]+(?:\.[\w-]+)*\.[a-z]{2,})\b", f"{headers} {body}"):
            assert domain.endswith(RESERVED) or domain.startswith("image001."), f"{entry.file}: {domain}"


def test_texts_of_people_are_not_one_template(corpus: Corpus) -> None:
    openings = Counter(e.text[:60] for e in corpus.manifest.inbox if e.automatic == "human" and len(e.text) > 60)

    assert max(openings.values()) <= 7  # the fixed head of the contact form
    assert sum(n == 1 for n in openings.values()) > 0.9 * len(openings)


def test_no_field_is_left_unfilled(corpus: Corpus) -> None:
    for entry in corpus.manifest.entries:
        assert "{" not in entry.text + entry.subject, entry.file


def test_manifest_splits_by_folder(corpus: Corpus) -> None:
    manifest: Manifest = corpus.manifest

    assert len(manifest.inbox) + len(manifest.sent) == len(manifest.entries)
    assert {e.sender for e in manifest.sent} == {manifest.mailbox}
