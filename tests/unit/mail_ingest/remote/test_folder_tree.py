from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mail_ingest.remote._folder_tree import Parts, Tree, as_name, as_parts, as_shown


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "buiten").mkdir()
    (tmp_path / "buiten" / "geheim.eml").write_bytes(b"geheim")
    root = tmp_path / "mails"
    (root / "map").mkdir(parents=True)
    (root / "map" / "een.eml").write_bytes(b"een")
    return root


def read(root: Path, *parts: bytes) -> bytes:
    with Tree(root).open(parts) as file:
        return file.read()


@given(st.lists(st.binary(min_size=1).filter(lambda name: b"/" not in name and b"\0" not in name), max_size=4))
def test_every_name_can_be_written_down(names: list[bytes]) -> None:
    name = as_name(tuple(names))
    assert as_parts(name) == tuple(names)
    assert name.isascii()
    assert not set(name) & set('# \n\t\\"')


def test_names_that_are_no_text_are_shown_anyway() -> None:
    assert as_shown((b"map", b"caf\xe9")) == "map/caf�"


def test_plain_files_and_folders_only(root: Path) -> None:
    (root / ".verborgen.eml").write_bytes(b"x")
    (root / ".map").mkdir()
    (root / "twee.eml").write_bytes(b"twee")
    os.mkfifo(root / "pijp.eml")
    (root / "link.eml").symlink_to(root / "twee.eml")
    (root / "linkmap").symlink_to(root / "map")
    (root / "los.eml").symlink_to(root / "weg")
    assert [found.parts for found in Tree(root).files(())] == [(b"twee.eml",)]
    assert Tree(root).folders(()) == [(b"map",)]


@pytest.mark.parametrize(
    "parts",
    [
        (b"..", b"buiten", b"geheim.eml"),
        (b"map", b"..", b"..", b"buiten", b"geheim.eml"),
        (b"../buiten/geheim.eml",),
        (b"map/een.eml",),
        (b"", b"map", b"een.eml"),
        (b".", b"map", b"een.eml"),
        (b"een\0",),
        (b"link", b"geheim.eml"),
        (b"link.eml",),
        (b"pijp.eml",),
        (b"map",),
        (b"map", b"een.eml", b"x"),
        (b"weg.eml",),
    ],
)
def test_nothing_else_can_be_opened(root: Path, parts: Parts) -> None:
    (root / "link").symlink_to(root.parent / "buiten")
    (root / "link.eml").symlink_to(root.parent / "buiten" / "geheim.eml")
    os.mkfifo(root / "pijp.eml")
    assert read(root, b"map", b"een.eml") == b"een"
    with pytest.raises(FileNotFoundError):
        read(root, *parts)


def test_it_leaves_nothing_open(root: Path) -> None:
    tree, before = Tree(root), len(os.listdir("/proc/self/fd"))
    read(root, b"map", b"een.eml")
    tree.files(())
    tree.folders(())
    for parts in ((b"map",), (b"map", b"weg", b"x")):
        with pytest.raises(FileNotFoundError):
            read(root, *parts)
    assert len(os.listdir("/proc/self/fd")) == before
