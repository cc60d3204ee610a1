"""Kafka for tests: which one, and how each kind is started and stopped. Only `LOKETBUS_TEST_*` is read."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from loketbus.kafka_node import LocalKafka
from loketbus.kafka_node import _config as config
from loketbus.kafka_node import _probe as probe

REPOSITORY = Path(__file__).resolve().parents[2]
DOCKER_SOCKET = Path("/var/run/docker.sock")
DOCKER_IMAGE = "apache/kafka:4.3.1"
DOCKER_DEADLINE_SECONDS = 90.0


def library() -> Path:
    """Where the jars are kept between runs: shared with `loketbus kafka start` of this checkout."""
    return Path(os.environ.get("LOKETBUS_TEST_VAR", REPOSITORY / "var")) / "kafka" / "lib"


def local(folder: Path) -> LocalKafka:
    """A node in `folder` on a port of its own, with the shared jars."""
    return LocalKafka(folder, library=library())


def docker_wanted() -> bool:
    """LOKETBUS_TEST_DOCKER says so (1 or 0), else whether a Docker engine answers."""
    asked = os.environ.get("LOKETBUS_TEST_DOCKER")
    if asked is not None:
        return asked == "1"
    return (DOCKER_SOCKET.exists() or "DOCKER_HOST" in os.environ) and _docker_answers()


def _docker_answers() -> bool:
    import docker  # type: ignore[import-untyped]  # imported only where there may be an engine: it is slow
    from docker.errors import DockerException  # type: ignore[import-untyped]

    try:
        client = docker.from_env(timeout=5)
        try:
            return bool(client.ping())
        finally:
            client.close()
    except DockerException:
        return False


@contextmanager
def running_local(folder: Path) -> Iterator[str]:
    """Bootstrap servers of a local node."""
    node = local(folder / "node")
    try:
        yield node.start().bootstrap
    finally:
        node.kill()  # its data goes too: no clean stop to wait for
        shutil.rmtree(node.layout.folder, ignore_errors=True)


@contextmanager
def guarded(folder: Path) -> Iterator[str]:
    """Start nothing, and at the end kill whatever local nodes are left in the folders of `folder`."""
    try:
        yield ""
    finally:
        for record in folder.glob("*/process.json"):
            local(record.parent).kill()
            shutil.rmtree(record.parent, ignore_errors=True)


@contextmanager
def running_docker(_folder: Path) -> Iterator[str]:
    """Bootstrap servers of a container with the image that compose uses."""
    from testcontainers.core.container import DockerContainer

    port = config.pick_port()
    settings = {
        "node.id": 1,
        "process.roles": "broker,controller",
        "controller.quorum.voters": "1@localhost:9093",
        "listeners": "PLAINTEXT://0.0.0.0:9092,CONTROLLER://localhost:9093",
        "advertised.listeners": f"PLAINTEXT://{config.HOST}:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        **config.TUNING,
    }
    container = DockerContainer(DOCKER_IMAGE).with_bind_ports(9092, port)
    for name, value in settings.items():
        container = container.with_env("KAFKA_" + name.upper().replace(".", "_"), str(value))
    with container:
        deadline = time.monotonic() + DOCKER_DEADLINE_SECONDS
        while probe.cluster_id(config.HOST, port) is None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{DOCKER_IMAGE} does not answer after {DOCKER_DEADLINE_SECONDS:.0f} s")
            time.sleep(0.1)
        yield f"{config.HOST}:{port}"
