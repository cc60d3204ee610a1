"""The simulator as a process: command line, kill and restart, bad settings, life and death with its parent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from exchangelib.errors import ErrorInvalidSyncStateData
from exchangelib.protocol import close_connections

from simulators.ews import EwsOptions, EwsSimulator, MailFiles
from tests.integration.simulators.ews.sync_client import drain, sync
from tests.support.ews import connect, eml, fill, message_id

NO_WAIT_SECONDS = 0.01


@pytest.fixture
def mail_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in range(1, 7):
        (folder / f"{number:04}.eml").write_bytes(eml(number))
    (folder / "manifest.json").write_text("{}")
    return folder


@pytest.fixture(autouse=True)
def connections_closed():
    yield
    close_connections()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulators.ews", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


def test_after_a_kill_the_same_ids_and_sync_states_are_good(ews_process):
    ids = fill(ews_process, 5)
    moved = ews_process.control.move(ids[0], "junkemail")
    account = connect(ews_process)
    state = sync(account, limit=2).state

    ews_process.kill()
    ews_process.start()
    ews_process.control.add_mail(eml(6))

    assert ews_process.control.ids()[:4] == ids[1:]
    assert ews_process.control.ids("junkemail") == [moved]
    pages, _ = drain(account, state)
    assert [found for page in pages for found in page.message_ids] == [message_id(3), message_id(2), message_id(6)]


def test_without_a_state_file_a_restart_refuses_old_states_and_gives_the_same_ids(mail_folder):
    options = EwsOptions(mail=MailFiles(mail_folder))
    with EwsSimulator(options, run_as="thread") as simulator:
        account = connect(simulator)
        page = sync(account)
        simulator.stop()
        simulator.start()

        with pytest.raises(ErrorInvalidSyncStateData):
            sync(account, page.state)
        again = sync(account)

    assert [item.id for _, item in again.changes] == [item.id for _, item in page.changes]


@pytest.mark.parametrize("run_as", ["thread", "process"])
def test_the_first_mails_are_there_at_once_and_the_others_follow(mail_folder, run_as):
    options = EwsOptions(mail=MailFiles(mail_folder, initial=2, interval_seconds=NO_WAIT_SECONDS))
    with EwsSimulator(options, run_as=run_as) as simulator:
        account = connect(simulator)
        subscription = account.inbox.subscribe_to_streaming(event_types=["NewMailEvent"])
        missing = 6 - len(simulator.control.ids())
        heard = account.inbox.get_streaming_events(subscription) if missing else iter(())
        while len(simulator.control.ids()) < 6:
            next(heard)

        assert [mail["message_id"] for mail in simulator.control.mails()] == [message_id(n) for n in range(1, 7)]


def test_a_restart_delivers_every_file_once(mail_folder, tmp_path):
    options = EwsOptions(mail=MailFiles(mail_folder, sent=mail_folder), state=tmp_path / "state")
    with EwsSimulator(options) as simulator:
        ids = simulator.control.ids()
        with simulator.down():
            (mail_folder / "0007.eml").write_bytes(eml(7))

        assert simulator.control.ids()[:-1] == ids
        assert len(simulator.control.ids()) == len(simulator.control.ids("sentitems")) == 7


def test_the_port_goes_to_a_file(tmp_path):
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "simulators.ews", "--port-file", str(port_file), "--until-stdin-closes"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    announced = process.stdout.readline()

    process.communicate(timeout=30)  # closes stdin, as the death of the parent would

    assert port_file.read_text() == announced
    assert process.returncode == 0


def test_a_taken_port_is_one_line_and_code_3(ews):
    ended = run("--port", ews.base_url.rpartition(":")[2])

    assert ended.returncode == 3
    assert ended.stderr.count("\n") == 1
    assert "is bezet" in ended.stderr


def test_a_missing_folder_is_code_2(tmp_path):
    ended = run("--mail", str(tmp_path / "weg"))

    assert ended.returncode == 2
    assert "bestaat niet" in ended.stderr


def test_the_state_file_of_another_mailbox_is_one_line_and_code_2(tmp_path):
    with EwsSimulator(EwsOptions(state=tmp_path / "state"), run_as="thread"):
        pass

    ended = run("--state", str(tmp_path / "state"), "--mailbox", "ander@stad.example")

    assert ended.returncode == 2
    assert ended.stderr == "state hoort bij postvak energieloket@stad.example.\n"
