"""`dossier.state.v1`: organisations on an active dossier are followed for it; those that leave it no longer.

Who turns out to be a natural person is left out by `following`, which reads the register: a dossier's state must not
wait until there is one.
"""

from __future__ import annotations

from loketbus_contracts import DossierState, Event

from loketbus.ledger.tx import Tx
from services.kbo.domain.numbers import valid_digits
from services.kbo.store import dossiers, following


class DossierStateHandler:
    """`dossier.state.v1`."""

    def apply(self, tx: Tx, event: Event[DossierState], prepared: None) -> None:
        """Follow whom it names, unless we had this revision or a later one."""
        data = event.data
        if dossiers.revision(tx.connection, data.dossier) >= data.revision:
            return
        dossiers.put(tx, data.dossier, data.revision)
        wanted = _organisations(data) if data.actief else frozenset[str]()
        who = following.of_dossier(data.dossier)
        known = following.numbers_of(tx.connection, who)
        following.unfollow(tx, who, sorted(known.keys() - wanted))
        for number in sorted(wanted):
            if known.get(number) != data.klantenreis:
                following.follow(tx, number, who, data.klantenreis)
        if not data.actief:
            _forget_what_was_asked(tx, data.dossier)

    def forget(self, tx: Tx, key: str) -> None:
        """The CRM deleted a dossier: nothing of it stays."""
        dossiers.remove(tx, key)
        who = following.of_dossier(key)
        following.unfollow(tx, who, sorted(following.numbers_of(tx.connection, who)))
        _forget_what_was_asked(tx, key)


def _organisations(data: DossierState) -> frozenset[str]:
    """A number with a typing error is nobody's."""
    found = (one.organisatie for one in data.betrokkenen)
    return frozenset(number for number in found if number is not None and valid_digits(number))


def _forget_what_was_asked(tx: Tx, dossier: str) -> None:
    who = following.asked_for(dossier)
    following.unfollow(tx, who, sorted(following.numbers_of(tx.connection, who)))
