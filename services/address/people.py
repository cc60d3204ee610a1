"""Finding and erasing a person: by the id of a dossier or klantenreis.

The ledger of address holds no names or mail addresses, nor what mails say; the address of a building is in the register
for anybody. What leads to a person is for whom an address is followed.
"""

from __future__ import annotations

from loketbus.following import FollowingSubjects
from services.address.store.following import followers, revisions


class People(FollowingSubjects):
    """See `loketbus.service.SubjectStore`."""

    def __init__(self) -> None:
        super().__init__(followers, revisions)
