"""What a comparison of mailbox and ledger has listed, and what it found. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from services.mail_ingest.remote.protocol import Wanted
from services.mail_ingest.store.folders import Known


@dataclass(slots=True)
class FolderReport:
    """One folder: `listed` is `known`, `missing` and `vanished` together."""

    folder: str
    path: str
    root: str
    listed: int = 0
    known: int = 0
    missing: int = 0
    """Stands in the mailbox, and we did not know."""
    repaired: int = 0
    """Of these, taken in now."""
    quarantined: int = 0
    """Of these, put in quarantine."""
    vanished: int = 0
    """Listed, but gone when asked for."""
    gone: int = 0
    """Stood here, and stands nowhere any more, without anybody having told us."""
    problem: str | None = None
    """Code of what kept this folder from being listed."""
    explanation: str | None = None
    """The same for people."""


@dataclass(slots=True)
class Report:
    """A comparison of mailbox and ledger."""

    at: datetime
    provider: str
    folders: list[FolderReport] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Every folder could be listed."""
        return all(one.problem is None for one in self.folders)

    def is_whole(self, root: str) -> bool:
        """Every folder below this root could be listed; if not, nothing is said about what is gone there."""
        problems = [one.problem for one in self.folders if one.root == root]
        return bool(problems) and all(problem is None for problem in problems)

    def about(self, folder: Known) -> FolderReport:
        """The report of a folder that is there; an empty one the first time."""
        for one in self.folders:
            if (one.root, one.folder) == (folder.root, folder.folder):
                return one
        self.folders.append(FolderReport(folder.folder, folder.path, folder.root))
        return self.folders[-1]

    def of(self, root: str, folder: str) -> FolderReport:
        """The report of a folder; for one that is no longer there, that of its root."""
        mine = [one for one in self.folders if one.root == root]
        return next((one for one in mine if one.folder == folder), mine[0])

    def total(self, what: str) -> int:
        """A number over all folders."""
        return sum(getattr(one, what) for one in self.folders)

    def as_dict(self) -> dict[str, object]:
        """For people and programs."""
        counts = ("listed", "known", "missing", "repaired", "quarantined", "vanished", "gone")
        shown = {"at": self.at.isoformat(), "provider": self.provider, "complete": self.complete}
        return shown | {what: self.total(what) for what in counts} | {"folders": [asdict(one) for one in self.folders]}


class Lists:
    """What was listed: hashes of ids by root, because it is a whole mailbox."""

    def __init__(self) -> None:
        self._ids: defaultdict[str, set[int]] = defaultdict(set)
        self.in_parts = False
        """A list came in more than one part."""
        self.again = False
        """Everything was listed once before."""

    def add(self, root: str, part: Sequence[Wanted]) -> list[Wanted]:
        """Returns what is worth a look: the second time, what was overlooked the first time."""
        ids = self._ids[root]
        new = [one for one in part if not self.again or hash(one.provider_id) not in ids]
        ids.update(hash(one.provider_id) for one in part)
        return new

    def hold(self, root: str, provider_id: str) -> bool:
        """Was it listed?"""
        return hash(provider_id) in self._ids[root]
