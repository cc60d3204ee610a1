"""The simulator as a process, and one mailbox behind two doors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from simulators.ews import EwsOptions, EwsSimulator
from simulators.graph import GraphOptions, GraphSimulator, MailFiles
from tests.support.graph import Api, eml, fill, message_id


@pytest.fixture
def mail_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mail"
    folder.mkdir()
    for number in range(1, 7):
        (folder / f"{number:04}.eml").write_bytes(eml(number))
    return folder


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulators.graph", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)


def test_after_a_kill_the_same_ids_tokens_and_rounds_are_good(graph_process):
    ids = fill(graph_process, 3)
    api = Api(graph_process)
    _, link = api.round()

    graph_process.kill()
    graph_process.start()
    late = graph_process.control.add_mail(eml(4))

    assert graph_process.control.ids()[:3] == ids
    assert [entry["id"] for entry in api.round(link)[0]] == [late]
    api.close()


def test_options_reach_the_process(mail_folder):
    files = MailFiles(mail_folder, mail_folder, initial=2, interval_seconds=3600)
    options = GraphOptions(mailbox="ander@stad.example", tenant="t", client_secret="s", mail=files)
    with GraphSimulator(options) as simulator:
        api = Api(simulator)
        assert [mail["message_id"] for mail in simulator.control.mails()] == [message_id(1), message_id(2)]
        assert api.get("/mailFolders/sentitems").json()["totalItemCount"] == 6
        api.close()


def test_the_ews_simulators_mailbox_goes_on_behind_graph_and_back(tmp_path):
    """One state file, two protocols: what a test of a change of adapter needs."""
    state = tmp_path / "mailbox.state"
    with EwsSimulator(EwsOptions(state=state), run_as="thread") as ews:
        first, second = ews.control.add_mails([eml(1), eml(2)])
        ews.control.move(first, "junkemail")
        by_ews = ews.control.mails()
    with GraphSimulator(GraphOptions(state=state), run_as="thread") as graph:
        (mail,) = graph.control.mails()
        (gone,) = graph.control.ids("junkemail")
        graph.control.move(gone, "inbox")
        graph.control.add_mail(eml(3))
    with EwsSimulator(EwsOptions(state=state), run_as="thread") as ews:
        assert sorted(found["message_id"] for found in ews.control.mails()) == [message_id(n) for n in (1, 2, 3)]
        assert second in ews.control.ids()

    assert mail["message_id"] == by_ews[0]["message_id"] == message_id(2)
    assert mail["id"] != by_ews[0]["id"]


def test_a_taken_port_is_one_line_and_code_3(graph):
    ended = run("--port", graph.base_url.rpartition(":")[2])

    assert (ended.returncode, ended.stderr.count("\n")) == (3, 1)


def test_a_missing_folder_is_code_2(tmp_path):
    assert run("--mail", str(tmp_path / "weg")).returncode == 2


def test_the_port_goes_to_a_file(tmp_path):
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "simulators.graph", "--port-file", str(port_file), "--until-stdin-closes"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    announced = process.stdout.readline()
    process.communicate(timeout=30)

    assert port_file.read_text() == announced
    assert process.returncode == 0
