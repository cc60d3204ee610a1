from datetime import datetime
from pathlib import Path

from simulators.demo import messages, write_bulk
from tests.unit.simulators.demo.conftest import NOW, parse


def test_five_thousand_mails_are_all_different_and_whole() -> None:
    made = [parse(raw) for raw in messages(5_000, 1, NOW)]

    assert len({m["Message-ID"] for m in made}) == 5_000
    assert not any(m.defects for m in made)
    assert made[-1]["Date"] == "Fri, 20 Nov 2026 12:00:00 +0100"


def test_every_tenth_answers_the_one_before_it() -> None:
    made = [parse(raw) for raw in messages(40, 1, NOW)]

    for nth, message in enumerate(made):
        assert message["In-Reply-To"] == (made[nth - 1]["Message-ID"] if nth % 10 == 9 else None)


def test_a_later_batch_continues_the_first() -> None:
    whole = list(messages(20, 1, datetime(2026, 1, 1, 0, 0, 19)))

    assert list(messages(10, 1, datetime(2026, 1, 1, 0, 0, 19), first=10)) == whole[10:]


def test_files_are_in_order_of_arrival(tmp_path: Path) -> None:
    paths = write_bulk(tmp_path / "new", 12, 7, NOW, first=3)

    assert paths == sorted((tmp_path / "new").iterdir())
    assert [p.read_bytes() for p in paths] == list(messages(12, 7, NOW, first=3))
