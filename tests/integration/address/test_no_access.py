"""Another user than that of the service: that is said, and not that there is no register or that it is damaged."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from loketbus.clock import utc_now
from loketbus.errors import Unavailable
from loketbus.replicas import current, import_lock
from services.address.questions import Register
from services.address.register.importing import import_download
from services.address.register.state import busy
from services.address.settings import AddressSettings, register_folder
from services.address.standing import standing
from services.kbo.register.swapping import replica_state as kbo_state
from tests.support import address_extracts
from tests.support.address_service import town

NOBODY = 65_534
READ_ONLY, CLOSED = 0o555, 0o700


@pytest.fixture
def var() -> Iterator[Path]:
    """Where every user may come."""
    made = Path(tempfile.mkdtemp(prefix="loketbus-test-"))
    made.chmod(0o755)
    yield made
    for path in (made, *made.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(made)


@pytest.fixture
def settings(var: Path) -> AddressSettings:
    return AddressSettings(var=var, address_nis=("12025", "12040"))


@contextmanager
def somebody_else() -> Iterator[None]:
    """Root may do everything: for a while this process is nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def locked(settings: AddressSettings, mode: int) -> Path:
    """A good register of which the folders are closed, or can be read but not written."""
    folder = register_folder(settings)
    file = town().save(folder)
    for path in (folder, file.parent):
        path.chmod(mode if os.geteuid() == 0 or mode == READ_ONLY else 0)
    return folder


@pytest.mark.parametrize("mode", [CLOSED, READ_ONLY])
def test_every_question_says_so(mode: int, settings: AddressSettings) -> None:
    folder = locked(settings, mode)
    with closing(Register(folder)) as register, somebody_else():
        with pytest.raises(Unavailable) as refusal, register.open():
            pass
        found = standing(settings, utc_now())
    assert refusal.value.code == found.problem == "register_no_access"
    assert found.advice == (refusal.value.message,)
    assert "Geen toegang" in refusal.value.message
    assert str(folder) not in refusal.value.message


@pytest.mark.parametrize("mode", [CLOSED, READ_ONLY])
def test_an_import_says_so(mode: int, settings: AddressSettings, var: Path) -> None:
    folder, download = locked(settings, mode), address_extracts.save(var / "x.zip", address_extracts.town())
    with somebody_else(), pytest.raises(Unavailable) as refusal:
        import_download(folder, download, nis=None)
    assert refusal.value.code == "register_no_access"


def test_the_same_for_kbo(settings: AddressSettings) -> None:
    folder = locked(settings, CLOSED)
    with somebody_else():
        for asked in (current, kbo_state):
            ask: Callable[[Path], object] = asked
            with pytest.raises(Unavailable) as refusal:
                ask(folder)
            assert refusal.value.code == "register_no_access"


def test_who_may_write_nowhere_may_not_begin(var: Path) -> None:
    var.chmod(READ_ONLY)
    with somebody_else(), pytest.raises(Unavailable), import_lock(var / "new", busy):
        pass
