"""What happens by itself, and that a simulator that starts again goes on where it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulators.address import MECHELEN, World, make_world
from simulators.address.api import AddressRegisterOptions, AddressRegisterSimulator
from simulators.address.api.acts import Acts
from simulators.address.api.feeds import Feeds
from simulators.address.api.happenings import SCRIPT, Happenings
from simulators.address.api.registers import ADRES, STRAATNAAM
from tests.integration.simulators.address.asking import get
from tests.integration.simulators.address.samples import busy_world
from tests.support.polling import wait_until


def acting(world: World, state: Path | None = None) -> tuple[Feeds, Acts]:
    feeds = Feeds(world, history=False)
    return feeds, Acts(world, feeds, state)


def test_first_what_the_demo_follows_each_once_then_here_and_there() -> None:
    world = make_world(1, (MECHELEN,), 0.01)
    _, acts = acting(world)
    happenings = Happenings(world, acts)
    assert [happenings.next() for _ in SCRIPT] == [one.act for one in SCRIPT]
    before = len(world.changes)
    later = {happenings.next() for _ in range(20)}
    assert later == {"renumber", "correct_house", "retire"}
    assert len(world.changes) >= before + 20


def test_the_same_history_is_there_after_a_restart(tmp_path: Path) -> None:
    state = tmp_path / "acts.jsonl"
    world = busy_world(5)
    feeds, acts = acting(world, state)
    acts.do("rename_street", {"street": 5000, "name": "Korte Lei"})
    acts.do("renumber", {"address": 10_001, "house": "1A"})
    with pytest.raises(ValueError, match="is there already"):
        acts.do("renumber", {"address": 10_002, "house": "3"})
    with state.open("a") as file:
        file.write('["2026-11-20T09:00:00+01:00", "reti')  # killed while it wrote

    again = busy_world(5)
    others, acts = acting(again, state)
    assert again.changes == world.changes
    for register in (ADRES, STRAATNAAM):
        assert others.of(register).page(1) == feeds.of(register).page(1)
        assert others.of(register).page(1).events

    acts.do("retire", {"address": 10_003})
    assert len(acting(busy_world(5), state)[0].of(ADRES).page(1).events) == len(others.of(ADRES).page(1).events)


async def test_it_happens_while_it_serves(tmp_path: Path) -> None:
    options = AddressRegisterOptions(scale=0.01, key_per_second=None, pulse_seconds=0.01, state=tmp_path / "acts.jsonl")
    with AddressRegisterSimulator(options, run_as="thread") as api:

        def renamed() -> bool:
            found = get(api, "/v2/straatnamen", {"straatnaam": "Heffense Veldstraat"}).json()["straatnamen"]
            return bool(found)

        await wait_until(renamed, 20, what="the fourth thing of the script")


def test_a_given_world_keeps_itself_what_was_done_to_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="keeps itself"):
        AddressRegisterSimulator(AddressRegisterOptions(state=tmp_path / "acts"), run_as="thread", world=busy_world(1))
