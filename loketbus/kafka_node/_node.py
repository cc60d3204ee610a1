"""One Kafka node in one folder: start, stop, status, and the handles that chaos tests need."""

from __future__ import annotations

import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from loketbus.errors import ConfigurationError, OutsideUnavailable
from loketbus.kafka_node import _config, _java, _probe, _process
from loketbus.kafka_node._layout import Layout, locked

START_DEADLINE_SECONDS = 60.0
STOP_PATIENCE_SECONDS = 20.0
POLL_SECONDS = 0.05

# Measured 2026-11-21 on 2 cores: with the first compiler alone it is up in 1.5 s instead of 1.9 s and leaves more of
# the cores to others. A class archive (AppCDS) saves another 0.7 s but costs 3 s and 50 MB at the first stop: no.
JVM_FLAGS = ["-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError"]


@dataclass(frozen=True, slots=True)
class Started:
    """What `start` did."""

    bootstrap: str
    pid: int
    already_running: bool
    jars_resolved: bool
    """Maven ran (first start only)."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Stopped:
    """What `stop` did."""

    was_running: bool
    forced: bool
    """It did not end by itself in time and was killed."""
    seconds: float


@dataclass(frozen=True, slots=True)
class Status:
    """How the node is."""

    running: bool
    answering: bool
    bootstrap: str | None
    """None before the first start."""
    pid: int | None
    cluster_id: str | None
    uptime_seconds: float | None
    log: Path


class LocalKafka:
    """One combined broker and controller (KRaft) on 127.0.0.1 that outlives the process that starts it.

    Args:
        folder: all its state; the same folder is the same cluster.
        port: None or 0 takes the stored port, or at the first start a free one; another port is stored instead.
        library: where the jars are kept, so that several nodes can share them; default `folder`/lib.
        pom: what Maven resolves; default `deploy/kafka/pom.xml`.
    """

    def __init__(
        self, folder: Path, port: int | None = None, *, library: Path | None = None, pom: Path | None = None
    ) -> None:
        self.layout = Layout(folder.resolve())
        self._port = port or None
        self._library = (library or self.layout.folder / "lib").resolve()
        self._pom = pom

    @property
    def bootstrap(self) -> str:
        """`127.0.0.1:port`, known after the first start."""
        identity = _config.load_identity(self.layout.identity)
        if identity is None:
            raise OutsideUnavailable("De lokale Kafka is nog nooit gestart; start hem met: loketbus kafka start.")
        return _address(identity.port)

    def start(self, *, deadline_seconds: float = START_DEADLINE_SECONDS, say: _java.Say = lambda _: None) -> Started:
        """Start the node unless it runs, and wait until it answers. Two processes that start it share one node.

        Args:
            deadline_seconds: for the node itself; a first download by Maven has a deadline of its own.
            say: told, in Dutch, about steps that take long.

        Raises:
            ConfigurationError: Java or Maven missing, a taken port, a folder that cannot be written.
            OutsideUnavailable: jars that do not resolve, or a node that ended or did not answer in time (with its log).
        """
        begin = time.monotonic()
        self.layout.make()
        with locked(self.layout.lock):
            running = _process.find(self.layout)
            resolved = False
            if running is None:
                running, resolved = self._launch(say)
                already = False
            else:
                already = True
                self._same_port()
            self._wait(running, deadline_seconds, keep=already)
        return Started(self.bootstrap, running.pid, already, resolved, time.monotonic() - begin)

    def stop(self, *, patience_seconds: float = STOP_PATIENCE_SECONDS) -> Stopped:
        """Stop cleanly; kill after `patience_seconds`."""
        begin = time.monotonic()
        if not self.layout.folder.is_dir():
            return Stopped(False, False, 0.0)
        with locked(self.layout.lock):
            process = _process.find(self.layout)
            forced = process is not None and _process.end(process, patience_seconds)
            self.layout.process.unlink(missing_ok=True)
        return Stopped(process is not None, forced, time.monotonic() - begin)

    def status(self) -> Status:
        """How the node is now; changes nothing."""
        identity = _config.load_identity(self.layout.identity)
        process = _process.find(self.layout)
        return Status(
            running=process is not None,
            answering=process is not None and self._answers(),
            bootstrap=_address(identity.port) if identity else None,
            pid=process.pid if process else None,
            cluster_id=identity.cluster_id if identity else None,
            uptime_seconds=_process.uptime_seconds(process) if process else None,
            log=self.layout.log,
        )

    def kill(self) -> None:
        """SIGKILL, as a crash would, if it runs; `start` goes on with the same data and port."""
        process = _process.find(self.layout)
        if process is not None:
            _process.kill(process, STOP_PATIENCE_SECONDS)

    def freeze(self) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        self._running().suspend()

    def thaw(self) -> None:
        """SIGCONT."""
        self._running().resume()

    def _running(self) -> psutil.Process:
        process = _process.find(self.layout)
        if process is None:
            raise OutsideUnavailable("De lokale Kafka draait niet.")
        return process

    def _launch(self, say: _java.Say) -> tuple[psutil.Process, bool]:
        java = _java.find_java()
        identity = self._identity()
        class_path, resolved = _java.jars(self._library, self._pom or _java.find_pom(), say)
        self._configure(identity)
        command = [
            str(java),
            "-cp",
            os.pathsep.join(map(str, class_path)),
            f"-Dlog4j2.configurationFile={self.layout.logging}",
        ]
        if not (self.layout.data / "meta.properties").exists():
            self._format(command, identity)
        return _process.spawn([*command, *JVM_FLAGS, "kafka.Kafka", str(self.layout.properties)], self.layout), resolved

    def _identity(self) -> _config.Identity:
        """The stored identity with the chosen port, stored again; the port is free."""
        stored = _config.load_identity(self.layout.identity)
        port = self._port or (stored.port if stored else _config.pick_port())
        if not _config.port_is_free(port):
            raise ConfigurationError(
                f"Poort {port} is al in gebruik; stop wat daar luistert of kies een andere poort voor Kafka."
            )
        identity = _config.Identity(stored.cluster_id if stored else _config.new_cluster_id(), port)
        _config.save_identity(self.layout.identity, identity)
        return identity

    def _same_port(self) -> None:
        if self._port and self.bootstrap != _address(self._port):
            raise ConfigurationError(
                f"Kafka draait al op {self.bootstrap}; stop hem eerst om een andere poort te kiezen."
            )

    def _configure(self, identity: _config.Identity) -> None:
        # Only the node itself uses the controller's port, so a new one at every start saves a second setting.
        properties = _config.server_properties(identity, controller_port=_config.pick_port(), data=self.layout.data)
        self.layout.properties.write_text(properties)
        self.layout.logging.write_text(_config.log4j2_properties(self.layout.log))

    def _format(self, command: list[str], identity: _config.Identity) -> None:
        """Format KRaft storage; an interrupted earlier attempt is formatted over."""
        tool = [
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id",
            identity.cluster_id,
            "--config",
            str(self.layout.properties),
        ]
        done = subprocess.run(  # noqa: S603
            [*command, "-XX:TieredStopAtLevel=1", *tool],
            capture_output=True,
            text=True,
            timeout=START_DEADLINE_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise OutsideUnavailable(
                f"Kafka kan zijn opslag in {self.layout.data} niet klaarmaken: {(done.stderr or done.stdout)[-500:]}"
            )

    def _wait(self, process: psutil.Process, deadline_seconds: float, *, keep: bool) -> None:
        """Wait for an answer; a node that we started and that does not answer is killed, not left half up."""
        deadline = time.monotonic() + deadline_seconds
        while not self._answers():
            if _process.find(self.layout) is None:
                raise OutsideUnavailable(f"Kafka is bij het starten gestopt. {self._tail()}")
            if time.monotonic() > deadline:
                if not keep:
                    _process.kill(process, STOP_PATIENCE_SECONDS)
                raise OutsideUnavailable(f"Kafka antwoordt na {deadline_seconds:.0f} s nog niet. {self._tail()}")
            time.sleep(POLL_SECONDS)

    def _answers(self) -> bool:
        identity = _config.load_identity(self.layout.identity)
        return identity is not None and _probe.cluster_id(_config.HOST, identity.port) == identity.cluster_id

    def _tail(self, lines: int = 15) -> str:
        found = []
        for path in (self.layout.console, self.layout.log):
            if path.exists():
                found += path.read_text(errors="replace").splitlines()[-lines:]
        return f"Einde van {self.layout.log}:\n" + "\n".join(found[-lines:])


def _address(port: int) -> str:
    return f"{_config.HOST}:{port}"
