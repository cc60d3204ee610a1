"""How a vereniging van mede-eigenaars is usually called. No I/O.

The law asks for "vereniging van mede-eigenaars" and the place of the building; the register has many other spellings,
so that an unusual name is a hint and never a reason to refuse.
"""

from __future__ import annotations

import re

from loketbus.characters import bare
from services.kbo.domain.organisation import Organisation
from services.kbo.domain.streets import fold_street

_USUAL = re.compile(
    r"\b(v\W?m\W?e|a\W?c\W?p|a\W?p\W?b|m\W?e\W?v)\b|mede\W?eigen|mede\W?eigendom|coproprie|miteigent|syndicaat|"
    r"\b(residen[tz]ie|residences?|res|appartement\w*|app|gebouw\w*|building|blok|bloc|flat\w*|wooncomplex|immeuble)\b"
)


def usual(organisation: Organisation) -> bool:
    """True when one of its names has such a word, or the street of its seat."""
    seat = organisation.seat
    streets = {fold_street(street) for street in (seat.street_nl, seat.street_fr) if street} if seat else set()
    return any(_usual(name.text, streets) for name in organisation.names)


def _usual(name: str, streets: set[str]) -> bool:
    folded = fold_street(name)
    return _USUAL.search(bare(name)) is not None or any(street and street in folded for street in streets)
