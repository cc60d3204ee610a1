"""A download on disk: a zip file, a folder with files or with several zip files, or one bare file.

Files are known by their name without folders, in lower case: `adres.dbf`. What is wrong is said in one Dutch line.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo, is_zipfile

from loketbus.errors import Rejected
from services.address.register.dbf import NotDbfError

MOST_MEMBERS = 1000
LARGEST = 12 << 30
LARGEST_SMALL = 1 << 28
"""Caps on unpacked bytes, against a zip bomb: some five times the real sizes (2.3 GB for Adres.dbf)."""
LARGE = ("adres.", "adreskoppelingen", "perceel.", "gebouw.", "gebouweenheid.", "openaddress")
ENCRYPTED = 0x1
_SUFFIXES = frozenset({".dbf", ".cpg", ".shp", ".csv"})
_DAMAGE = (BadZipFile, EOFError, zlib.error, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a download."""

    name: str
    """As it is written there, with the archive: `GRAR.zip/dBASE/Adres.dbf`."""
    size: int
    """Unpacked bytes."""
    day: date | None
    archive: ZipFile | None
    path: str


class Download:
    """Use `open_download`."""

    def __init__(self, name: str, members: dict[str, Member]) -> None:
        self.name = name
        self.members = members
        """By lower-case name without folders."""

    def __contains__(self, file: str) -> bool:
        return file in self.members

    def like(self, *beginnings: str, ending: str) -> list[str]:
        """Files of which the name begins with one of these, in order."""
        return sorted(name for name in self.members if name.startswith(beginnings) and name.endswith(ending))

    def size(self, file: str) -> int:
        """Unpacked bytes; 0 when it is not there."""
        return self.members[file].size if file in self.members else 0

    @contextmanager
    def open(self, file: str) -> Iterator[IO[bytes]]:
        """Its unpacked bytes.

        Raises:
            Rejected: `address_archive_broken`, also while reading inside the `with`.
        """
        if file not in self.members:
            raise broken(f"{self.name}: {file} ontbreekt; haal de download opnieuw op.")
        member = self.members[file]
        if member.size > (LARGEST if file.startswith(LARGE) else LARGEST_SMALL):
            raise broken(f"{member.name} is onwaarschijnlijk groot uitgepakt; niet geladen.")
        with errors(member.name), _opened(member) as source:
            yield source


@contextmanager
def open_download(path: Path) -> Iterator[Download]:
    """A zip file, a folder, or one file.

    Raises:
        Rejected: `address_archive_broken`, `address_wrong_type`.
    """
    with ExitStack() as stack:
        members: dict[str, Member] = {}
        for file in _files(path):
            if file.suffix.lower() == ".zip" or (file == path and is_zipfile(file)):
                members |= _of_zip(stack, file)
            elif file.suffix.lower() in _SUFFIXES:
                members[file.name.lower()] = Member(file.name, file.stat().st_size, None, None, str(file))
        if not members:
            raise wrong_type(path.resolve().name)
        yield Download(path.resolve().name, members)


@contextmanager
def errors(name: str) -> Iterator[None]:
    """What reading a damaged file raises, as a refusal."""
    try:
        yield
    except _DAMAGE as error:
        raise _damaged(name, error) from None
    except NotDbfError as error:
        raise broken(f"{name}: {error}.") from None


def check_there(path: Path) -> None:
    """Is there a file or folder of that name, and may it be read?

    Raises:
        Rejected: `address_archive_broken`.
    """
    try:
        if not path.is_dir():
            path.open("rb").close()
    except (FileNotFoundError, NotADirectoryError):
        text = f"{path} bestaat niet. Geef het zipbestand of de map van een download van het adressenregister."
        raise Rejected("address_archive_broken", text, audience="ict") from None
    except OSError as error:
        text = f"{path} mag niet gelezen worden. Voer dit uit als een gebruiker die dat mag."
        raise Rejected("address_archive_broken", text, detail=type(error).__name__, audience="ict") from None


def broken(message: str) -> Rejected:
    """The download cannot be loaded as it is."""
    return Rejected("address_archive_broken", message, audience="ict")


def wrong_type(name: str) -> Rejected:
    """This is something else."""
    text = (
        f"{name}: dit is geen download van het adressenregister. Geef het zipbestand (of de map) met Adres.dbf, "
        "Straatnaam.dbf en Gemeente.dbf, of openaddress-bevlg.zip van BeSt."
    )
    return Rejected("address_wrong_type", text, audience="ict")


def _files(path: Path) -> list[Path]:
    """A file; or those in a folder, also in folders in it, so that the newest by name comes last."""
    check_there(path)
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.is_file())
    return [path]


def _of_zip(stack: ExitStack, path: Path) -> dict[str, Member]:
    with errors(path.name):
        archive = stack.enter_context(ZipFile(path))
        infos = [info for info in archive.infolist() if not info.is_dir()]
        if len(infos) > MOST_MEMBERS or any(info.flag_bits & ENCRYPTED for info in infos):
            raise BadZipFile("too many or encrypted members")
        return {
            PurePosixPath(info.filename).name.lower(): Member(
                f"{path.name}/{info.filename}", info.file_size, _day(info), archive, info.filename
            )
            for info in infos
            if PurePosixPath(info.filename).suffix.lower() in _SUFFIXES
        }


def _opened(member: Member) -> IO[bytes]:
    if member.archive is None:
        return Path(member.path).open("rb")
    return member.archive.open(member.path)


def _day(info: ZipInfo) -> date | None:
    """When the member was written; None when it does not say."""
    try:
        return date(*info.date_time[:3])
    except ValueError:
        return None


def _damaged(name: str, error: Exception) -> Rejected:
    text = f"{name}: dit zipbestand is beschadigd of niet volledig; haal het opnieuw op."
    return Rejected("address_archive_broken", text, detail=type(error).__name__, audience="ict")
