"""The SFTP simulator, through OpenSSH's own client: what is there, and that nothing can be changed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.kbo.sftp import KboSftp, SftpOptions

pytestmark = pytest.mark.skipif(shutil.which("sftp") is None, reason="OpenSSH's client is not installed")

NAME = "KboOpenData_0147_2025_10_11_Update.zip"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[KboSftp]:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / NAME).write_bytes(os.urandom(100_000))
    with KboSftp(SftpOptions(tmp_path / "drop")) as running:
        yield running


@pytest.fixture
def client(server: KboSftp, tmp_path: Path) -> Client:
    return Client(server, tmp_path)


class Client:
    """`sftp` in batch mode; the password goes by askpass, as there is no terminal."""

    def __init__(self, server: KboSftp, folder: Path) -> None:
        self._server, self._folder = server, folder
        self.known_hosts = folder / "known_hosts"
        self.known_hosts.write_text(f"[{server.host}]:{server.port} {server.host_key}\n")

    def run(self, *commands: str, password: str = "geheim") -> subprocess.CompletedProcess[str]:
        askpass = self._folder / "askpass"
        askpass.write_text(f"#!/bin/sh\necho {password}\n")
        askpass.chmod(0o700)
        options = {
            "UserKnownHostsFile": str(self.known_hosts), "GlobalKnownHostsFile": "/dev/null", "BatchMode": "no",
            "StrictHostKeyChecking": "yes", "NumberOfPasswordPrompts": "1", "PreferredAuthentications": "password",
        }  # fmt: skip
        flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
        command = ["sftp", "-F", "none", *flags, "-P", str(self._server.port), "-b", "-"]
        environment = {**os.environ, "SSH_ASKPASS": str(askpass), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}
        return subprocess.run(
            [*command, f"{self._server.options.user}@{self._server.host}"],
            input="\n".join(commands), env=environment, cwd=self._folder, capture_output=True, text=True, timeout=60,
        )  # fmt: skip


def test_list_and_download(server: KboSftp, client: Client, tmp_path: Path) -> None:
    done = client.run("pwd", "ls /home/loketbus", f"get {NAME} copy.zip")
    assert done.returncode == 0, done.stderr
    assert "/home/loketbus" in done.stdout
    assert NAME in done.stdout
    assert (tmp_path / "copy.zip").read_bytes() == (tmp_path / "drop" / NAME).read_bytes()
    assert [one["detail"] for one in server.requests("login")] == [{"accepted": True}]


@pytest.mark.parametrize("command", ["put askpass x.zip", f"rm {NAME}", f"rename {NAME} x.zip", "mkdir x"])
def test_nothing_can_be_changed(client: Client, tmp_path: Path, command: str) -> None:
    assert client.run(command).returncode != 0
    assert [path.name for path in (tmp_path / "drop").iterdir()] == [NAME]


def test_nothing_is_seen_outside_the_folder(client: Client, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("geheim")
    for command in ("ls /etc", "ls /home", "get ../secret.txt stolen", "get /home/loketbus/../../etc/passwd stolen"):
        assert client.run(command).returncode != 0, command
    assert not (tmp_path / "stolen").exists()


def test_a_wrong_password_and_another_host_key(server: KboSftp, client: Client) -> None:
    assert client.run("ls", password="fout").returncode != 0
    assert [one["detail"] for one in server.requests("login")] == [{"accepted": False}]
    client.known_hosts.write_text("")
    assert "Host key verification failed" in client.run("ls").stderr
    assert len(server.requests("login")) == 1


def test_a_cut_and_a_refusal(server: KboSftp, client: Client) -> None:
    server.fault("cut", at=40_000)
    assert client.run(f"get {NAME} copy.zip").returncode != 0
    server.fault("refuse")
    assert client.run("ls").returncode != 0
    assert client.run(f"get {NAME} copy.zip").returncode == 0
