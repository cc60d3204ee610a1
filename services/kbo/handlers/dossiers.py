"""`dossier.state.v1`: organisations on an active dossier are followed for it; those that leave it no longer.

Who turns out to be a natural person is left out by `following`, which reads the register: a dossier's state must not
wait until there is one.
"""

from __future__ import annotations

from loketbus_contracts import DossierState

from loketbus.following import DossierFollowing
from services.kbo.domain.numbers import valid_digits
from services.kbo.store.following import followers, revisions


class DossierStateHandler(DossierFollowing[str]):
    """`dossier.state.v1`."""

    def __init__(self) -> None:
        super().__init__(followers, revisions, _organisations)


def _organisations(data: DossierState) -> frozenset[str]:
    """A number with a typing error is nobody's."""
    found = (one.organisatie for one in data.betrokkenen)
    return frozenset(number for number in found if number is not None and valid_digits(number))
