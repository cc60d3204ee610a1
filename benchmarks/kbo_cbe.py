"""The peer: PyPI `cbe`. Importing this brings pandas in, a second and some 60 MB."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from pathlib import Path

from cbe import CBEOpenData  # type: ignore[import-untyped]

FILE = "register.sqlite"


class Cbe(CBEOpenData):  # type: ignore[misc]
    """The peer, without what it prints as the interpreter ends."""

    def __del__(self) -> None:
        """Its connection closes itself."""


@contextlib.contextmanager
def cbe(archive: Path, folder: Path) -> Iterator[Cbe]:
    """The peer's register in a folder; loaded from the archive when it is not there yet. It reports with prints."""
    with contextlib.redirect_stdout(sys.stderr):
        register = Cbe(str(archive), str(folder / FILE))
    try:
        yield register
    finally:
        register.db_conn.close()
        register.zip_file.close()
