"""The SFTP server of KBO Open Data, against its simulator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncssh
import pytest

from loketbus.errors import ConfigurationError, Denied, Rejected, Unavailable
from services.kbo.domain.extracts import Offered
from services.kbo.remote.sftp import SftpDrop, read_host_keys
from simulators.kbo.faults import truncate
from simulators.kbo.sftp import KboSftp, SftpOptions
from tests.integration.kbo.fetching.drops import Shelf, nothing, sftp_drop


@pytest.fixture
def folder(shelf: Shelf, tmp_path: Path) -> Path:
    shelf.lay_out(tmp_path / "sftp", "F140", "U141")
    (tmp_path / "sftp" / "leesmij.txt").write_text("geen archief")
    return tmp_path / "sftp"


@pytest.fixture
def server(folder: Path) -> Iterator[KboSftp]:
    with KboSftp(SftpOptions(folder)) as running:
        yield running


@pytest.fixture
async def drop(server: KboSftp) -> AsyncIterator[SftpDrop]:
    opened = sftp_drop(server)
    yield opened
    await opened.close()


def logins(server: KboSftp) -> list[bool]:
    return [request["detail"]["accepted"] for request in server.requests("login")]


async def test_list_and_fetch_over_one_connection(
    server: KboSftp, drop: SftpDrop, shelf: Shelf, tmp_path: Path
) -> None:
    listed = sorted(await drop.list(), key=lambda one: one.name)
    assert listed == [Offered(shelf.name(short), len(shelf.bytes(short))) for short in ("F140", "U141")]
    to = tmp_path / "in" / "f.zip"
    await drop.fetch(shelf.name("F140"), to, nothing)
    assert to.read_bytes() == shelf.bytes("F140")
    assert [path.name for path in to.parent.iterdir()] == ["f.zip"]
    assert logins(server) == [True]


async def test_a_cut_download_goes_on_where_it_was(
    server: KboSftp, drop: SftpDrop, shelf: Shelf, tmp_path: Path
) -> None:
    whole, to = shelf.bytes("F140"), tmp_path / "f.zip"
    part = to.with_name("f.zip.part")
    part.write_bytes(whole[:5000])
    await drop.fetch(shelf.name("F140"), to, nothing)
    assert to.read_bytes() == whole
    assert server.requests("download")[-1]["detail"]["offsets"][0] == 5000
    assert not part.exists()


async def test_a_connection_that_breaks(server: KboSftp, drop: SftpDrop, shelf: Shelf, tmp_path: Path) -> None:
    server.fault("cut", at=1000)
    to = tmp_path / "f.zip"
    with pytest.raises(Unavailable, match="kbo_sftp_unavailable"):
        await drop.fetch(shelf.name("F140"), to, nothing)
    assert not to.exists()
    await drop.fetch(shelf.name("F140"), to, nothing)
    assert to.read_bytes() == shelf.bytes("F140")


async def test_a_part_of_another_file_does_not_last(drop: SftpDrop, shelf: Shelf, tmp_path: Path) -> None:
    to = tmp_path / "f.zip"
    to.with_name("f.zip.part").write_bytes(b"x" * (len(shelf.bytes("F140")) - 10))
    with pytest.raises(Rejected, match="kbo_archive_broken"):
        await drop.fetch(shelf.name("F140"), to, nothing)
    await drop.fetch(shelf.name("F140"), to, nothing)
    assert to.read_bytes() == shelf.bytes("F140")


async def test_another_host_key_gets_no_password(server: KboSftp) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    with pytest.raises(Denied) as refusal:
        await sftp_drop(server, host_key=other).list()
    assert refusal.value.code == "kbo_host_key"
    assert "LOKETBUS_KBO_SFTP_HOST_KEY" in refusal.value.message
    assert logins(server) == []


async def test_a_wrong_password_is_sent_once(server: KboSftp) -> None:
    with pytest.raises(Denied) as refusal:
        await sftp_drop(server, password="fout-wachtwoord").list()
    assert refusal.value.code == "kbo_login_refused"
    assert "fout-wachtwoord" not in str(refusal.value)
    assert logins(server) == [False]


async def test_an_empty_folder_is_an_outage(server: KboSftp, drop: SftpDrop) -> None:
    server.fault("empty_listing")
    with pytest.raises(Unavailable, match="kbo_empty_listing"):
        await drop.list()
    assert len(await drop.list()) == 2


async def test_a_server_that_is_away(server: KboSftp, drop: SftpDrop) -> None:
    await drop.list()
    with server.down(), pytest.raises(Unavailable, match="kbo_sftp_unavailable"):
        await drop.list()
    server.fault("refuse")
    with pytest.raises(Unavailable, match="kbo_sftp_unavailable"):
        await drop.list()
    assert len(await drop.list()) == 2


async def test_an_archive_that_went_or_is_broken(drop: SftpDrop, folder: Path, shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="kbo_archive_gone"):
        await drop.fetch(shelf.name("U142"), tmp_path / "u.zip", nothing)
    truncate(folder / shelf.name("U141"))
    with pytest.raises(Rejected, match="kbo_archive_broken"):
        await drop.fetch(shelf.name("U141"), tmp_path / "u.zip", nothing)


class TestHostKeys:
    def key(self) -> str:
        return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()

    def test_as_ssh_keyscan_prints_it(self) -> None:
        key = self.key()
        expected = [asyncssh.import_public_key(key)]
        assert list(read_host_keys(f"ftps.economie.fgov.be {key}\n")) == expected
        assert list(read_host_keys(f"[ftps.economie.fgov.be]:22,10.0.0.1 {key} opmerking")) == expected

    def test_several_while_a_server_changes_its_key(self) -> None:
        assert len(read_host_keys(f"# host:22 SSH-2.0\n{self.key()}\n\n{self.key()}\n")) == 2

    @pytest.mark.parametrize("text", ["", "# host:22", "SHA256:abc", "ssh-ed25519 AAAA", "ssh-ed25519"])
    def test_anything_else_is_one_clear_line(self, text: str) -> None:
        with pytest.raises(ConfigurationError, match="LOKETBUS_KBO_SFTP_HOST_KEY") as refusal:
            read_host_keys(text)
        assert "\n" not in str(refusal.value)
