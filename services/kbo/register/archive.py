"""One extract on disk, a zip file or a folder with the same CSV files. What is wrong with it is said in one line."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from loketbus.errors import Rejected
from services.kbo.domain.imports import Meta, read_meta, wrong_type
from services.kbo.register import tables
from services.kbo.register.dialect import NotTheRegisterError, read_rows
from services.kbo.register.tally import Tally

MOST_MEMBERS = 100
ENCRYPTED = 0x1


class Archive:
    """Use `open_archive`. Members are named without `.csv`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self._zip = None if path.is_dir() else ZipFile(path)
        self.sizes = dict(_sizes_of_folder(path) if self._zip is None else _sizes_of_zip(self._zip))
        """Unpacked bytes by member."""

    @contextmanager
    def open(self, member: str) -> Iterator[IO[bytes]]:
        """Its unpacked bytes.

        Raises:
            Rejected: `kbo_archive_broken`, also while reading inside the `with`.
        """
        if member not in self.sizes:
            raise broken(f"{self.name}: {member}.csv ontbreekt; haal het bestand opnieuw op.")
        with self._errors(f" ({member}.csv)"), self._opened(f"{member}.csv") as source:
            yield source

    def meta(self) -> Meta:
        """What it says about itself, checked against the files that it has."""
        with self.open("meta") as source:
            rows = [row for batch in read_rows(source, tables.META.columns, Tally("meta")) for row in batch]
        meta = read_meta({row[0]: row[1] for row in rows}, self.name)
        self._check(meta)
        return meta

    def close(self) -> None:
        """Close the file."""
        if self._zip is not None:
            self._zip.close()

    def _check(self, meta: Meta) -> None:
        needed = tables.members(meta.kind)
        missing = [member for member in needed if member not in self.sizes]
        if len(missing) > len(needed) // 2:
            raise wrong_type(
                f"{self.name}: meta.csv zegt {meta.kind}, maar de bestanden van een {meta.kind} ontbreken."
            )
        if missing:
            raise broken(f"{self.name}: {missing[0]}.csv ontbreekt; haal het bestand opnieuw op.")
        for member in needed:
            if self.sizes[member] > tables.cap(member):
                raise broken(f"{self.name}: {member}.csv is onwaarschijnlijk groot uitgepakt; niet geladen.")

    def _opened(self, file: str) -> IO[bytes]:
        if self._zip is None:
            return (self.path / file).open("rb")
        return self._zip.open(file)

    @contextmanager
    def _errors(self, where: str) -> Iterator[None]:
        try:
            yield
        except (BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
            raise _damaged(self.name + where, error) from None
        except NotTheRegisterError as error:
            raise broken(f"{self.name}{where}: {error}.") from None


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """A zip file or a folder.

    Raises:
        Rejected: `kbo_archive_broken`.
    """
    try:
        archive = Archive(path)
    except (BadZipFile, EOFError, zlib.error, NotImplementedError) as error:
        raise _damaged(path.name, error) from None
    except (FileNotFoundError, PermissionError) as error:
        text = f"{path.name}: dit bestand bestaat niet of mag niet gelezen worden."
        raise Rejected("kbo_archive_broken", text, detail=type(error).__name__, audience="ict") from None
    try:
        yield archive
    finally:
        archive.close()


def broken(message: str) -> Rejected:
    """The file cannot be loaded as it is."""
    return Rejected("kbo_archive_broken", message, audience="ict")


def _damaged(name: str, error: Exception) -> Rejected:
    text = f"{name}: dit zipbestand is beschadigd of niet volledig; haal het opnieuw op."
    return Rejected("kbo_archive_broken", text, detail=type(error).__name__, audience="ict")


def _sizes_of_folder(path: Path) -> Iterator[tuple[str, int]]:
    return ((file.stem, file.stat().st_size) for file in path.glob("*.csv"))


def _sizes_of_zip(file: ZipFile) -> Iterator[tuple[str, int]]:
    infos = file.infolist()
    if len(infos) > MOST_MEMBERS or any(info.flag_bits & ENCRYPTED for info in infos):
        raise BadZipFile("too many or encrypted members")
    return ((info.filename.removesuffix(".csv"), info.file_size) for info in infos if info.filename.endswith(".csv"))
