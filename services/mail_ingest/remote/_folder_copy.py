"""Mails out of their files, into the spool."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from services.mail_ingest.remote._folder_index import Indexes
from services.mail_ingest.remote._folder_mbox import Place, contents
from services.mail_ingest.remote._folder_scan import is_mbox
from services.mail_ingest.remote._folder_tree import Parts, Tree, UnreadableError, as_parts, guarded, stamp_of
from services.mail_ingest.remote.protocol import Fetched, FetchedMail, Gone, Poison, Wanted

COPY_BYTES = 1024 * 1024


class Copier:
    """Copies mails to `spool`, byte for byte, as they were before an mbox took them in."""

    def __init__(self, tree: Tree, indexes: Indexes, spool: Path, max_mail_bytes: int) -> None:
        self._tree = tree
        self._indexes = indexes
        self._spool = spool
        self._max_mail_bytes = max_mail_bytes

    def fetch(self, wanted: Sequence[Wanted]) -> dict[str, Fetched]:
        """One answer per mail.

        Raises:
            OSError: the spool cannot be written; no file of this call is left in it then.
        """
        answers: dict[str, Fetched] = {}
        ids = sorted({one.provider_id for one in wanted})
        try:
            for name, group in groupby(ids, lambda one: one.rpartition("#")[0]):
                self._of_file(answers, as_parts(name), list(group))
        except BaseException:
            for answer in answers.values():
                if isinstance(answer, FetchedMail):
                    answer.path.unlink(missing_ok=True)
            raise
        return answers

    def _of_file(self, answers: dict[str, Fetched], parts: Parts, ids: list[str]) -> None:
        if not parts or not is_mbox(parts):
            answers.update({one: self._copied(one, self._eml(parts, _mark(one))) for one in ids})
            return
        self._of_mbox(answers, parts, ids)
        gone = [one for one in ids if isinstance(answers[one], Gone)]
        if gone and self._was_rewritten(parts):
            self._of_mbox(answers, parts, gone)

    def _of_mbox(self, answers: dict[str, Fetched], parts: Parts, ids: list[str]) -> None:
        """All of one mbox: its index is read once."""
        places = self._indexes.find(parts, {_mark(one) for one in ids})
        for one in ids:
            answers[one] = self._copied(one, self._from_mbox(parts, places.get(_mark(one))))

    def _was_rewritten(self, parts: Parts) -> bool:
        """After the index was made: mails may stand elsewhere in it. The index is new then."""
        try:
            with self._tree.open(parts) as file:
                if stamp_of(file) == self._indexes.stamp(parts):
                    return False
            self._indexes.make(parts)
        except (FileNotFoundError, UnreadableError):
            return False
        return True

    def _copied(self, provider_id: str, pieces: Iterator[bytes]) -> Fetched:
        path = self._spool / f"{secrets.token_hex(16)}.eml"
        path.touch(mode=0o600)
        with path.open("wb") as file:
            answer = self._written(file, path, provider_id, pieces)
        if not isinstance(answer, FetchedMail):
            path.unlink()
        return answer

    def _written(self, file: BinaryIO, path: Path, provider_id: str, pieces: Iterator[bytes]) -> Fetched:
        try:
            for piece in pieces:
                file.write(piece)
                if file.tell() > self._max_mail_bytes:
                    return Poison(provider_id=provider_id, reason="too_large")
        except (FileNotFoundError, LookupError):
            return Gone(provider_id=provider_id)
        except UnreadableError:
            return Poison(provider_id=provider_id, reason="unreadable", transient=True)
        return FetchedMail(provider_id=provider_id, path=path, size=file.tell(), received_at=None, has_attachments=None)

    def _eml(self, parts: Parts, mark: str) -> Iterator[bytes]:
        """Raises: LookupError when it is another content now, or becomes one while it is read."""
        with self._tree.open(parts) as file:
            if str(stamp_of(file)) != mark:
                raise LookupError
            yield from guarded(iter(lambda: file.read(COPY_BYTES), b""))
            if str(stamp_of(file)) != mark:
                raise LookupError

    def _from_mbox(self, parts: Parts, place: Place | None) -> Iterator[bytes]:
        with self._tree.open(parts) as file:
            if place is None:
                raise LookupError
            yield from guarded(contents(file, place))


def _mark(provider_id: str) -> str:
    return provider_id.rpartition("#")[2]
