"""The node's configuration: local only, one node, small; and the identity that it keeps."""

import re
import socket
from pathlib import Path

import pytest

from loketbus.errors import ConfigurationError
from loketbus.kafka_node import _config as config
from loketbus.kafka_node._config import Identity

IDENTITY = Identity(cluster_id="MkU3OEVBNTcwNTJENDM2Qg", port=20_001)


def _rendered(data: str = "/var/lib/x") -> dict[str, str]:
    text = config.server_properties(IDENTITY, controller_port=20_002, data=Path(data))
    return dict(line.split("=", 1) for line in text.splitlines())


def test_listens_on_this_machine_only() -> None:
    rendered = _rendered()
    addresses = re.findall(r"//([^:]+):(\d+)", rendered["listeners"] + rendered["advertised.listeners"])
    assert addresses == [("127.0.0.1", "20001"), ("127.0.0.1", "20002"), ("127.0.0.1", "20001")]
    assert rendered["controller.quorum.voters"] == "1@127.0.0.1:20002"


def test_every_internal_topic_fits_one_node() -> None:
    rendered = _rendered()
    counts = {name: int(value) for name, value in rendered.items() if name.endswith(("replication.factor", "min.isr"))}
    assert set(counts.values()) == {1}
    assert {name.split(".")[0] for name in counts} == {"offsets", "transaction", "share"}


def test_a_typing_error_makes_no_topic_and_the_size_limit_is_kafkas_own() -> None:
    rendered = _rendered()
    assert rendered["auto.create.topics.enable"] == "false"
    assert "message.max.bytes" not in rendered


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("/home/an na/data", "/home/an na/data"),
        ("/home/zoé/data", "/home/zo\\u00e9/data"),  # the file is read as ISO 8859-1
        ("/odd\\name", "/odd\\\\name"),
    ],
)
def test_paths_survive_java_properties(folder: str, written: str) -> None:
    assert _rendered(folder)["log.dirs"] == written


def test_the_log_is_bounded() -> None:
    text = config.log4j2_properties(Path("/logs/server.log"))
    assert "SizeBasedTriggeringPolicy" in text
    assert "appender.file.strategy.max=3" in text


def test_identity_is_stored_and_found(tmp_path: Path) -> None:
    path = tmp_path / "node.json"
    assert config.load_identity(path) is None
    config.save_identity(path, IDENTITY)
    assert config.load_identity(path) == IDENTITY
    assert [found.name for found in tmp_path.iterdir()] == ["node.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"cluster_id": "x"}', '{"cluster_id": "x", "port": "y"}'])
def test_a_damaged_identity_is_refused_not_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "node.json"
    path.write_text(content)
    with pytest.raises(ConfigurationError, match="beschadigd"):
        config.load_identity(path)
    assert path.read_text() == content


def test_cluster_ids_are_what_kafka_accepts() -> None:
    made = {config.new_cluster_id() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{21}", text) for text in made)


def test_a_port_with_a_listener_is_not_free() -> None:
    with socket.socket() as listener:
        listener.bind((config.HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not config.port_is_free(port)
    assert config.port_is_free(port)


def test_picked_ports_are_free_and_never_a_clients_source_port() -> None:
    ephemeral = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(ephemeral.read_text().split()[0]) if ephemeral.exists() else 49_152
    port = config.pick_port()
    assert config.port_is_free(port)
    assert port < first
