"""Following things of a register for the dossiers of the CRM: for whom, until when, and forgetting whom it was for.

A service declares its own table of what it follows (one primary key, `since`; what more it likes has a default) and
makes the two tables here beside it, in its own metadata and migrations:

    followed_by = followed_by_table(followed)
    dossier = dossier_table(metadata)
    followers = Followers[str](followed, followed_by)
    revisions = Revisions(dossier)
"""

from loketbus.following.dossiers import DossierFollowing, Revisions, dossier_table
from loketbus.following.followers import Concerned, Followers, asked_for, followed_by_table, of_dossier
from loketbus.following.subjects import FollowingSubjects

__all__ = [
    "Concerned",
    "DossierFollowing",
    "Followers",
    "FollowingSubjects",
    "Revisions",
    "asked_for",
    "dossier_table",
    "followed_by_table",
    "of_dossier",
]
