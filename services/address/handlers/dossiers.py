"""`dossier.state.v1`: addresses of an active dossier are followed for it; those that leave it no longer.

Followed is what the CRM uses: `adres` of the werfadres and of the bijkomende adressen. Not `gebouwadres`: what happens
to a whole building (another house number, street or postcode, a merger) happens to its units in the register as well,
so it would be told twice; that they have another building address (or none) is told of the units.
"""

from __future__ import annotations

from loketbus_contracts import DossierState

from loketbus.following import DossierFollowing
from services.address.domain.object_ids import object_id
from services.address.store.following import followers, revisions


class DossierStateHandler(DossierFollowing[int]):
    """`dossier.state.v1`."""

    def __init__(self) -> None:
        super().__init__(followers, revisions, _addresses)


def _addresses(data: DossierState) -> frozenset[int]:
    """What is no id of the register is nobody's."""
    found = (data.werfadres, *data.bijkomende_adressen)
    ids = (object_id(one.adres) for one in found if one is not None)
    return frozenset(number for number in ids if number is not None)
