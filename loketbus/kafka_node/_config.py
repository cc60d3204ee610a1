"""The node's configuration files, fit for a small machine, and its stored identity."""

from __future__ import annotations

import base64
import json
import socket
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from random import SystemRandom

from loketbus.errors import ConfigurationError, OutsideUnavailable

HOST = "127.0.0.1"
"""The node listens nowhere else: it has no authentication."""

# Below the ephemeral range (Linux 32768+, macOS and Windows 49152+): a client that keeps dialling a stopped node on an
# ephemeral port can be given that very port as its source, connect to itself and keep the node from coming back.
PORTS = range(20_000, 32_000)


TUNING: dict[str, str | int] = {
    # Topics are declared and made by `loketbus topics apply`; a typing error must not make one.
    "auto.create.topics.enable": "false",
    # One node: every internal topic has one replica, and few partitions start and stop fast.
    "offsets.topic.replication.factor": 1,
    "offsets.topic.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "share.coordinator.state.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "share.coordinator.state.topic.num.partitions": 1,
    # A lone member need not wait for others, nor a test of a frozen member six seconds for its session.
    "group.initial.rebalance.delay.ms": 0,
    "group.min.session.timeout.ms": 1_000,
    # The transaction of a killed producer holds up read_committed readers until it is aborted: look often.
    "transaction.abort.timed.out.transaction.cleanup.interval.ms": 1_000,
    # After a kill the same node is refused ("duplicate broker id") until its old session ends: 9 s by default.
    "broker.session.timeout.ms": 3_000,
    "broker.heartbeat.interval.ms": 500,
    # Small machine. The cleaner's default buffer (128 MiB) alone would fill a third of the heap.
    "num.network.threads": 2,
    "num.io.threads": 4,
    "background.threads": 2,
    "log.cleaner.dedupe.buffer.size": 16 * 2**20,
    "log.index.size.max.bytes": 2**20,
}
"""What fits one node on a small machine, whatever it listens on (also given to the Docker image in tests)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What stays the same over restarts."""

    cluster_id: str
    port: int


def load_identity(path: Path) -> Identity | None:
    """The stored identity, or None before the first start.

    Raises:
        ConfigurationError: the file is there and unreadable (guessing would start an empty cluster).
    """
    if not path.exists():
        return None
    try:
        stored = json.loads(path.read_text())
        return Identity(cluster_id=str(stored["cluster_id"]), port=int(stored["port"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"Bestand {path} is beschadigd; verwijder de map {path.parent} of zet het bestand terug."
        ) from error


def save_identity(path: Path, identity: Identity) -> None:
    """Write it in one step, so that a reader or a crash never sees half a file."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(identity)) + "\n")
    partial.replace(path)


def new_cluster_id() -> str:
    """22 characters of URL-safe base64, as Kafka's own `random-uuid` (which also avoids a leading dash)."""
    while (text := base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")).startswith("-"):
        pass
    return text


def port_is_free(port: int) -> bool:
    """Whether a server could listen on 127.0.0.1:`port` now."""
    with socket.socket() as probe:
        # As Java does: without it, connections of the previous run in TIME_WAIT would count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def pick_port() -> int:
    """A port nobody listens on now."""
    for port in SystemRandom().sample(PORTS, k=100):
        if port_is_free(port):
            return port
    raise OutsideUnavailable(f"Geen vrije poort gevonden tussen {PORTS.start} en {PORTS.stop} voor Kafka.")


def server_properties(identity: Identity, *, controller_port: int, data: Path) -> str:
    """server.properties of one combined broker and controller."""
    settings: dict[str, str | int] = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{HOST}:{controller_port}",
        "listeners": f"PLAINTEXT://{HOST}:{identity.port},CONTROLLER://{HOST}:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{identity.port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": data.as_posix(),
        **TUNING,
    }
    return "".join(f"{name}={_escaped(str(value))}\n" for name, value in settings.items())


def log4j2_properties(log: Path) -> str:
    """A log file of at most 4 x 10 MiB."""
    name = log.as_posix()
    settings = {
        "status": "error",
        "rootLogger.level": "INFO",
        "rootLogger.appenderRef.file.ref": "file",
        "appender.file.type": "RollingFile",
        "appender.file.name": "file",
        "appender.file.fileName": name,
        "appender.file.filePattern": f"{name}.%i",
        "appender.file.layout.type": "PatternLayout",
        "appender.file.layout.pattern": "%d{ISO8601} %p %m (%c)%n",
        "appender.file.policies.type": "Policies",
        "appender.file.policies.size.type": "SizeBasedTriggeringPolicy",
        "appender.file.policies.size.size": "10 MB",
        "appender.file.strategy.type": "DefaultRolloverStrategy",
        "appender.file.strategy.max": "3",
    }
    return "".join(f"{key}={_escaped(value)}\n" for key, value in settings.items())


def _escaped(value: str) -> str:
    """As java.util.Properties reads it: backslash is its escape, and the file is read as ISO 8859-1."""
    text = value.replace("\\", "\\\\")
    return "".join(char if ord(char) < 128 else f"\\u{ord(char):04x}" for char in text)
