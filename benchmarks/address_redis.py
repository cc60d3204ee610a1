"""A redis server for the peer that needs one: the one on the PATH, else Debian's, unpacked and not installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from loketbus.kafka_node._config import pick_port

HOST = "127.0.0.1"
PACKAGES = ("redis-tools", "libjemalloc2", "liblzf1")
"""The program is in the first one; the server's own package only links to it."""
DUMP = "addok.rdb"
DOWNLOAD_SECONDS = 120.0
ANSWER_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to start, and with which environment."""

    path: str
    environment: dict[str, str]


class Redis:
    """A server that runs."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self._process, self.port = process, port

    @property
    def rss_mb(self) -> float:
        """Its resident memory now."""
        return float(psutil.Process(self._process.pid).memory_info().rss) / 2**20

    def say(self, command: str) -> str:
        """A command without arguments, and the first line of the answer."""
        with socket.create_connection((HOST, self.port), timeout=ANSWER_SECONDS) as connection:
            connection.sendall(f"{command}\r\n".encode())
            return connection.makefile("rb").readline().decode().strip()


def find_program(cache: Path) -> Program:
    """The one on the PATH; else Debian's is fetched into the cache.

    Raises:
        FileNotFoundError: there is none, and none could be fetched; one line.
    """
    environment = dict(os.environ)
    if found := shutil.which("redis-server"):
        return Program(found, environment)
    root = cache / "redis"
    program = root / "usr/bin/redis-server"
    if not program.exists():
        _unpack(root, program)
    libraries = ":".join(str(folder) for folder in sorted((root / "usr/lib").glob("*-linux-gnu")))
    return Program(str(program), environment | {"LD_LIBRARY_PATH": libraries})


@contextmanager
def running(program: Program, folder: Path) -> Iterator[Redis]:
    """A server whose data is in `folder` (`DUMP`, when it was saved there before)."""
    port = pick_port()
    options = ("--bind", HOST, "--port", str(port), "--save", "", "--dir", str(folder), "--dbfilename", DUMP)
    with subprocess.Popen([program.path, *options], env=program.environment, stdout=subprocess.DEVNULL) as process:
        server = Redis(process, port)
        try:
            _wait(server)
            yield server
        finally:
            process.kill()  # what is worth keeping was saved


def _unpack(root: Path, program: Path) -> None:
    """Debian's packages into a folder; the machine is left as it was."""
    packages = root / "packages"
    packages.mkdir(parents=True, exist_ok=True)
    try:
        download = ["apt-get", "download", "--quiet", *PACKAGES]
        subprocess.run(download, cwd=packages, check=True, capture_output=True, timeout=DOWNLOAD_SECONDS)
        for package in packages.glob("*.deb"):
            subprocess.run(["dpkg", "--extract", package, root], check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        raise FileNotFoundError("no redis-server: install Debian's, or let apt-get download it") from error
    program.symlink_to("redis-check-rdb")  # one program, that looks at its own name


@retry(wait=wait_fixed(0.1), stop=stop_after_delay(ANSWER_SECONDS), retry=retry_if_exception_type(OSError))
def _wait(server: Redis) -> None:
    """Until it has read its file."""
    if server.say("PING") != "+PONG":
        raise ConnectionError("still loading")
