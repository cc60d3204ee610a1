"""A real local node: started once, quick the second time, survives its starter, a kill and a freeze."""

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.kafka_node import LocalKafka, _java
from loketbus.kafka_node._config import pick_port
from tests.support import nodes
from tests.support.kafka_tools import Raw, create_topic, produce, read_all
from tests.support.shared import REPOSITORY

pytestmark = pytest.mark.kafka


async def _values(node: LocalKafka, topic: str) -> list[bytes | None]:
    return [record.value for record in await read_all(node.bootstrap, topic)]


def test_start_answer_start_again_stop(kafka_folder: Path) -> None:
    node = nodes.local(kafka_folder)
    assert not node.status().running
    with pytest.raises(OutsideUnavailable, match="loketbus kafka start"):
        _ = node.bootstrap

    started = node.start()
    status = node.status()
    assert not started.already_running
    assert (status.running, status.answering, status.pid) == (True, True, started.pid)
    assert status.bootstrap == started.bootstrap == node.bootstrap

    again = nodes.local(kafka_folder).start()
    assert (again.already_running, again.pid, again.bootstrap) == (True, started.pid, started.bootstrap)
    with pytest.raises(ConfigurationError, match=f"Kafka draait al op {started.bootstrap}"):
        LocalKafka(kafka_folder, pick_port()).start()

    stopped = node.stop()
    assert (stopped.was_running, stopped.forced) == (True, False)
    assert (node.layout.data / ".kafka_cleanshutdown").exists()
    assert (node.status().running, node.status().answering) == (False, False)
    assert not node.stop().was_running


async def test_what_was_written_outlives_a_stop_and_a_kill(
    own_kafka: LocalKafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = own_kafka.status()
    await create_topic(own_kafka.bootstrap, "kept")
    await produce(own_kafka.bootstrap, "kept", [Raw(b"one")])

    def no_maven(*_: object) -> None:
        raise AssertionError("a second start must not run Maven")

    monkeypatch.setattr(_java, "_resolve", no_maven)
    own_kafka.stop()
    assert not own_kafka.start().jars_resolved
    assert await _values(own_kafka, "kept") == [b"one"]

    await produce(own_kafka.bootstrap, "kept", [Raw(b"two")])
    own_kafka.kill()
    assert not own_kafka.status().running
    own_kafka.start()
    assert await _values(own_kafka, "kept") == [b"one", b"two"]
    after = own_kafka.status()
    assert (after.cluster_id, after.bootstrap) == (before.cluster_id, before.bootstrap)


async def test_a_frozen_node_runs_without_answering_and_goes_on_when_woken(own_kafka: LocalKafka) -> None:
    await create_topic(own_kafka.bootstrap, "frozen")
    own_kafka.freeze()
    status = own_kafka.status()
    assert (status.running, status.answering) == (True, False)
    with pytest.raises(OutsideUnavailable, match="antwoordt na 0 s nog niet"):
        own_kafka.start(deadline_seconds=0)
    own_kafka.thaw()
    assert own_kafka.start().pid == status.pid, "a node that does not answer in time is not replaced"
    await produce(own_kafka.bootstrap, "frozen", [Raw(b"on")])
    assert await _values(own_kafka, "frozen") == [b"on"]
    own_kafka.freeze()
    assert own_kafka.stop().was_running


def test_two_that_start_at_once_share_one_node(kafka_folder: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: nodes.local(kafka_folder).start(), range(2)))
    assert len({result.pid for result in results}) == 1
    assert sorted(result.already_running for result in results) == [False, True]


def test_the_node_outlives_the_process_that_started_it(kafka_folder: Path) -> None:
    code = "import sys, pathlib; from tests.support import nodes; nodes.local(pathlib.Path(sys.argv[1])).start()"
    subprocess.run([sys.executable, "-c", code, str(kafka_folder)], cwd=REPOSITORY, check=True)
    node = nodes.local(kafka_folder)
    assert node.status().answering
    assert node.start().already_running


def test_a_taken_port_is_one_clear_line_and_the_next_choice_works(kafka_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ConfigurationError, match=f"^Poort {port} is al in gebruik; .*\\.$"):
            LocalKafka(kafka_folder, port, library=nodes.library()).start()
    chosen = pick_port()
    assert LocalKafka(kafka_folder, chosen, library=nodes.library()).start().bootstrap == f"127.0.0.1:{chosen}"
    assert nodes.local(kafka_folder).status().bootstrap == f"127.0.0.1:{chosen}", "the choice is remembered"


def test_a_node_that_cannot_start_says_why(own_kafka: LocalKafka) -> None:
    own_kafka.kill()
    meta = own_kafka.layout.data / "meta.properties"
    meta.write_text(meta.read_text().replace("node.id=1", "node.id=7"))
    with pytest.raises(OutsideUnavailable, match=r"(?s)^Kafka is bij het starten gestopt\. .*node.*7"):
        own_kafka.start()
    assert not own_kafka.status().running


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match=r"^Map .*file/kafka kan niet gemaakt worden: .*\.$"):
        nodes.local(tmp_path / "file" / "kafka").start()
