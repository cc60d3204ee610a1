"""The files that ICT put in the folder: which there are, and their parts as streams. Nothing is unpacked to disk."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from loketbus.errors import Rejected

CODES = ".codes.xml"


class Stream:
    """Bytes of one part; damage shows while reading, and says so in one clear line."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self._file = file
        self.name = name

    def read(self, size: int = -1) -> bytes:
        """As a file does.

        Raises:
            Rejected: `kbo_syndics_broken`.
        """
        with _damage_said(self.name):
            return self._file.read(size)


@dataclass(frozen=True, slots=True)
class Archive:
    """One zip, or one XML file that somebody unpacked."""

    path: Path

    @property
    def name(self) -> str:
        """For people: without the folder."""
        return self.path.name

    @contextmanager
    def data(self) -> Iterator[Stream]:
        """The data file.

        Raises:
            Rejected: `kbo_syndics_broken`.
        """
        with self._part(codes=False) as stream:
            if stream is None:
                raise broken(self.name, "er zit geen XML-bestand met gegevens in")
            yield stream

    @contextmanager
    def codes(self) -> Iterator[Stream | None]:
        """The code file that came with it; None when there is none.

        Raises:
            Rejected: `kbo_syndics_broken`.
        """
        with self._part(codes=True) as stream:
            yield stream

    @contextmanager
    def _part(self, *, codes: bool) -> Iterator[Stream | None]:
        with ExitStack() as stack:
            with _damage_said(self.name):
                file = self._zipped(stack, codes) if self.path.suffix.casefold() == ".zip" else self._loose(codes)
                if file is not None:
                    stack.enter_context(file)
            yield None if file is None else Stream(file, self.name)

    def _zipped(self, stack: ExitStack, codes: bool) -> IO[bytes] | None:
        archive = stack.enter_context(ZipFile(self.path))
        names = [name for name in archive.namelist() if name.casefold().endswith(".xml")]
        name = next((name for name in names if _is_codes(name) == codes), None)
        return None if name is None else archive.open(name)

    def _loose(self, codes: bool) -> IO[bytes] | None:
        if not codes:
            return self.path.open("rb")
        wanted = self.path.name.partition(".")[0].casefold() + CODES
        beside = next((one for one in self.path.parent.iterdir() if one.name.casefold() == wanted), None)
        return None if beside is None else beside.open("rb")


def archives(folder: Path) -> list[Archive]:
    """What is there, also in folders below (`full`, `delta`), by name; hidden files are still being written."""
    found = [path for path in folder.rglob("*") if path.suffix.casefold() in (".zip", ".xml") and path.is_file()]
    shown = [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    return [Archive(path) for path in sorted(shown, key=lambda path: path.name) if not _is_codes(path.name)]


def broken(name: str, what: str, detail: str | None = None) -> Rejected:
    """The error for a file that cannot be used."""
    return Rejected(
        "kbo_syndics_broken",
        f"Bestand {name}: {what}. Haal het opnieuw op en zet het terug in de map.",
        detail=detail,
        audience="ict",
    )


def _is_codes(name: str) -> bool:
    return name.casefold().endswith(CODES)


@contextmanager
def _damage_said(name: str) -> Iterator[None]:
    """What zipfile raises for damaged, encrypted and strange archives, as one error."""
    try:
        yield
    except (BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError) as error:
        raise broken(name, "het zip-bestand is beschadigd of afgebroken", type(error).__name__) from None
    except OSError as error:
        raise broken(name, "het bestand kan niet gelezen worden", error.strerror) from None
