"""Another town is known as one, also where the replica lacks it."""

from __future__ import annotations

import pytest

from services.address.domain.belgian_places import known_place
from services.address.domain.folding import place_key


@pytest.mark.parametrize(
    "name",
    [
        "Lier", "LIER", "Sint-Katelijne-Waver", "st.-niklaas", "Heist-op-den-Berg", "Deurne (Antwerpen)",
        "'s Gravenwezel",
        "De Pinte", "Antwerpen", "Anvers", "Gand", "Elsene", "Ixelles", "Brussel", "Laken", "Namur", "Namen", "Eupen",
        "Kessel-Lo", "Pajottegem", "Nazareth-De Pinte", "Watermaal-Bosvoorde", "Puurs-Sint-Amands",
    ],
)  # fmt: skip
def test_places_in_belgium_are_known(name: str) -> None:
    assert known_place(place_key(name))


@pytest.mark.parametrize(
    "name", ["", "Residentie", "Beste", "links", "Peeters", "Immo", "VRT", "Commissie", "bus", "Dank"]
)
def test_other_words_are_no_places(name: str) -> None:
    assert not known_place(place_key(name))
