from __future__ import annotations

from pathlib import Path

import pytest

from services.mail_ingest.remote.folder import FolderMailbox
from tests.integration.mail_ingest.folder.support import Clock


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty directory to read."""
    root = tmp_path / "archief"
    root.mkdir()
    return root


@pytest.fixture
def clock() -> Clock:
    """The adapter's; files of `support.write` are an hour older."""
    return Clock()


@pytest.fixture
def mailbox(root: Path, clock: Clock, tmp_path: Path) -> FolderMailbox:
    """The adapter over `root`."""
    return FolderMailbox(root, tmp_path / "spool", now=clock)
