"""Start and stop a simulator from a test: in a thread of this process or as a process of its own."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from starlette.types import ASGIApp

from simulators._common.server import SimulatorServer, bind
from simulators._common.tls import Tls

START_SECONDS = 30.0
STOP_SECONDS = 10.0
_ROOT = Path(__file__).resolve().parents[2]


class StartFailedError(RuntimeError):
    """The simulator did not come up; its own words went to stderr."""


class Runner(Protocol):
    """One run of a simulator."""

    def start(self, port: int) -> int:
        """Serve on `port` (0: any) and return the port, once it answers."""

    def stop(self) -> None:
        """End it in an orderly way; harmless when it already ended."""


class ThreadRunner:
    """Serves from a daemon thread: quick to start, but dies with this process."""

    def __init__(self, make_app: Callable[[], ASGIApp], tls: Tls | None = None) -> None:
        self._make_app = make_app
        self._tls = tls
        self._server: SimulatorServer | None = None
        self._thread: threading.Thread | None = None

    def start(self, port: int) -> int:
        """See `Runner`."""
        ready = threading.Event()
        server = SimulatorServer(self._make_app(), bind(port), lambda _: ready.set(), self._tls)
        thread = threading.Thread(target=server.serve_until_stopped, name="simulator", daemon=True)
        thread.start()
        if not ready.wait(START_SECONDS):
            raise StartFailedError("the simulator's thread did not start listening")
        self._server, self._thread = server, thread
        return server.port

    def stop(self) -> None:
        """See `Runner`."""
        if self._server is None or self._thread is None:
            return
        self._server.stop()
        self._thread.join(STOP_SECONDS)
        self._server = self._thread = None


class ProcessRunner:
    """Serves from a child process, which ends by itself when this process dies (its stdin closes)."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        self._module = module
        self._arguments = arguments
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return None if self._process is None else self._process.pid

    def start(self, port: int) -> int:
        """See `Runner`."""
        command = [sys.executable, "-m", self._module, *self._arguments]
        path = os.pathsep.join(part for part in (str(_ROOT), os.environ.get("PYTHONPATH", "")) if part)
        self._process = subprocess.Popen(
            [*command, "--port", str(port), "--until-stdin-closes"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        return self._announced_port(self._process)

    def stop(self) -> None:
        """See `Runner`."""
        process = self._process
        if process is None:
            return
        process.terminate()
        self._reap(process)

    def kill(self) -> None:
        """SIGKILL: nothing is tidied up."""
        if self._process is not None:
            self._process.kill()
            self._reap(self._process)

    def _announced_port(self, process: subprocess.Popen[bytes]) -> int:
        assert process.stdout is not None
        readable, _, _ = select.select([process.stdout], [], [], START_SECONDS)
        line = process.stdout.readline() if readable else b""
        if not line:
            self.kill()
            raise StartFailedError(f"{self._module} ended with code {process.returncode} before it listened")
        return int(line)

    def _reap(self, process: subprocess.Popen[bytes]) -> None:
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        self._process = None
