"""The one table from an error to what happens next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from loketbus.errors import Denied, NotYet, Rejected, Unavailable
from loketbus.outcomes import DEFECT_MESSAGE, LaneState, RetryPolicy, State, Verdict, fingerprint, judge
from loketbus.rows import HISTORY_MAX, verdict_values, with_entry
from tests.unit.bus.works import AT

pytestmark = pytest.mark.unit

POLICY = RetryPolicy(base_seconds=1.0, cap_seconds=60.0, defect_attempts=3)


def decide(error: BaseException, attempts: int = 1) -> Verdict:
    return judge(error, attempts=attempts, now=AT, policy=POLICY)


def test_rejected_is_dead_at_once() -> None:
    verdict = decide(Rejected("no", "Neen.", detail="why", audience="loket"))
    assert (verdict.state, verdict.code, verdict.message, verdict.detail) == (State.DEAD, "no", "Neen.", "why")
    assert (verdict.audience, verdict.lane) == ("loket", None)


def test_not_yet_waits_until_its_deadline() -> None:
    verdict = decide(NotYet("thing", deadline=AT + timedelta(seconds=5)))
    assert (verdict.state, verdict.waits_for, verdict.next_at) == (State.PENDING, "thing", AT + timedelta(seconds=5))
    far = decide(NotYet("thing", deadline=AT + timedelta(days=5)))
    assert AT < far.next_at <= AT + timedelta(minutes=1), "an arrival in between must not wait for days"
    assert far.lane is None


def test_not_yet_is_dead_at_its_deadline() -> None:
    verdict = decide(NotYet("thing", deadline=AT))
    assert (verdict.state, verdict.code, verdict.detail) == (State.DEAD, "not_yet_expired", "thing")


def test_unavailable_waits_as_long_as_the_server_asks_and_suspects_the_lane() -> None:
    verdict = decide(Unavailable("down", "Weg.", retry_after_seconds=600, maybe_done=True))
    assert (verdict.state, verdict.lane, verdict.ask_first) == (State.PENDING, LaneState.OUTAGE, True)
    assert verdict.next_at == AT + timedelta(seconds=600)


def test_unavailable_never_dies_by_itself() -> None:
    assert decide(Unavailable("down", "Weg."), attempts=10_000).state is State.PENDING


def test_denied_closes_the_lane() -> None:
    verdict = decide(Denied("expired", "Wachtwoord verlopen."))
    assert (verdict.state, verdict.lane) == (State.PENDING, LaneState.DENIED)


def test_a_defect_is_tried_a_few_times_and_keeps_its_stack_without_its_words() -> None:
    def fail() -> None:
        raise KeyError("0470 12 34 56")

    with pytest.raises(KeyError) as caught:
        fail()
    states = [decide(caught.value, attempts).state for attempts in (1, 2, 3)]
    verdict = decide(caught.value, 3)
    assert states == [State.PENDING, State.PENDING, State.DEAD]
    assert (verdict.code, verdict.message, verdict.audience) == ("defect_KeyError", DEFECT_MESSAGE, "ict")
    assert "in fail" in (verdict.stack or "")
    assert "0470" not in str(verdict).replace('raise KeyError("0470 12 34 56")', "")


def test_delays_grow_to_the_cap_and_differ() -> None:
    delays = [POLICY.delay(attempts).total_seconds() for attempts in range(1, 50)]
    assert all(1.0 <= delay <= 60.0 for delay in delays)
    assert max(delays[:2]) <= 4.0
    assert min(delays[10:]) >= 30.0
    assert len({POLICY.delay(3) for _ in range(20)}) > 1


def test_the_same_cause_has_the_same_fingerprint() -> None:
    def stack(ours: str, library: str) -> str:
        return f'  File "/app/{ours}", line 1, in f\n  File "/venv/site-packages/{library}", line 2, in g\nKeyError'

    base = fingerprint("t", "c", stack("a.py", "x.py"))
    assert base == fingerprint("t", "c", stack("a.py", "y.py")), "where a library gave up is not the cause"
    assert len({base, fingerprint("t", "c", stack("b.py", "x.py")), fingerprint("t", "d", stack("a.py", "x.py"))}) == 3
    assert fingerprint("t", "c", None) == fingerprint("t", "c", "no frames")


def test_a_verdict_can_be_stored_whatever_it_quotes() -> None:
    verdict = Verdict(
        state=State.DEAD,
        code="c" * 500,
        message="m\x00\ud800",
        detail="d" * 1_000_000,
        stack="s" * 1_000_000,
        waits_for="w" * 10_000,
        next_at=AT,
        audience="nobody",
    )
    values = verdict_values(verdict, kind="k", hold_key=True, history="[]", now=AT)
    texts = [value for value in values.values() if isinstance(value, str)]
    assert all("\x00" not in text and text.encode() for text in texts)
    assert max(map(len, texts)) <= 20_000
    assert values["audience"] == "ict"
    assert len(values["code"]) <= 100


@pytest.mark.parametrize(
    ("state", "hold_key", "blocks"),
    [(State.DEAD, True, True), (State.DEAD, False, False), (State.PENDING, False, True), (State.STUCK, False, True)],
)
def test_what_later_rows_of_the_key_wait_for(state: State, hold_key: bool, blocks: bool) -> None:
    verdict = Verdict(state=state, code="c", message="m", next_at=AT)
    assert verdict_values(verdict, kind="k", hold_key=hold_key, history="[]", now=AT)["blocks"] is blocks


def test_a_history_keeps_its_beginning_and_its_end() -> None:
    history = "[]"
    for number in range(HISTORY_MAX * 2):
        history = with_entry(history, AT, f"step-{number}")
    assert history.count('"what"') == HISTORY_MAX
    assert "step-0" in history
    assert f"step-{HISTORY_MAX * 2 - 1}" in history
