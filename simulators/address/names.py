"""Names of streets: those that every town has, and made-up ones from the stems of Mechelen's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from random import Random

from simulators.address.tables import mechelen_streets, towns

COMMON = (
    "Kerkstraat", "Dorpsstraat", "Molenstraat", "Schoolstraat", "Stationsstraat", "Nieuwstraat", "Hoogstraat",
    "Kapelstraat", "Kerkplein", "Markt", "Veldstraat", "Bosstraat", "Beekstraat", "Kasteelstraat", "Kloosterstraat",
    "Groenstraat", "Lindelaan", "Berkenlaan", "Beukenlaan", "Eikenlaan", "Kerkhofstraat", "Sportstraat", "Heidestraat",
    "Broekstraat", "Steenweg", "Gemeenteplein", "Pastorijstraat", "Vijverstraat", "Wilgenstraat", "Merellaan",
    "Leeuwerikstraat", "Nachtegaalstraat", "Rozenlaan", "Tulpenlaan", "Bergstraat", "Meersstraat", "Brugstraat",
    "Stationsplein", "Industrielaan", "Sint-Jozefstraat", "Sint-Jansstraat", "Onze-Lieve-Vrouwstraat",
    "Koning Albertstraat", "Koningin Astridlaan", "Leopoldstraat", "Albertlaan", "Zandstraat", "Oude Baan",
    "Hoevestraat", "Weidestraat", "Akkerstraat", "Burgemeester Jansenslaan", "Pastoor Dergentstraat",
    "Dokter Van de Perrelei", "Kardinaal Mercierlaan", "Generaal Lemanstraat", "Guido Gezellestraat",
    "Hendrik Consciencestraat", "Peter Benoitlaan", "Residentielaan", "Populierenlaan", "Vredestraat",
)  # fmt: skip
SUFFIXES = (
    *("straat",) * 9, *("laan",) * 4, *("weg",) * 2, "plein", "dreef", "baan", "hof", "veld", "pad", "lei", "kouter",
    "berg", "dries", "steenweg", "heide", "park", "gaarde", "wijk",
)  # fmt: skip
TWICE = {11002: ("Singel", "Herentalsebaan", "Mertensstraat")}
"""Streets that Antwerpen has more than once since Borsbeek joined it (reference, section 6)."""
_FRENCH = {
    "Kerkstraat": "Rue de l'Église", "Dorpsstraat": "Rue du Village", "Molenstraat": "Rue du Moulin",
    "Schoolstraat": "Rue de l'École", "Stationsstraat": "Rue de la Gare", "Nieuwstraat": "Rue Neuve",
    "Hoogstraat": "Rue Haute", "Kerkplein": "Place de l'Église", "Markt": "Grand-Place", "Steenweg": "Chaussée",
    "Veldstraat": "Rue des Champs", "Bosstraat": "Rue du Bois", "Kasteelstraat": "Rue du Château",
    "Lindelaan": "Avenue des Tilleuls", "Berkenlaan": "Avenue des Bouleaux", "Beukenlaan": "Avenue des Hêtres",
    "Gemeenteplein": "Place Communale", "Stationsplein": "Place de la Gare", "Brugstraat": "Rue du Pont",
}  # fmt: skip
_KINDS = (("steenweg", "Chaussée"), ("straat", "Rue"), ("laan", "Avenue"), ("plein", "Place"), ("weg", "Chemin"))
_STEM = re.compile(r"([A-Z][a-zë]{3,})(?:straat|laan|weg|dreef|baan|plein|lei|steenweg)")


@cache
def stems() -> tuple[str, ...]:
    """What stands before `straat` and its kin in Mechelen's names of one word."""
    found = (_STEM.fullmatch(name) for name, _ in mechelen_streets())
    return tuple(dict.fromkeys(match[1] for match in found if match))


@cache
def _whole() -> tuple[str, ...]:
    """Names of Mechelen that another town may have too: of persons and saints."""
    return tuple(name for name, _ in mechelen_streets() if " " in name and " op " not in name)


@cache
def _roads() -> tuple[str, ...]:
    names = [town.names["nl"] for town in towns().values() if "-" not in town.names["nl"]]
    return tuple(f"{name}steenweg" if not name.endswith("e") else f"Steenweg op {name}" for name in names)


def drawn(rng: Random, count: int) -> list[str]:
    """So many different names for one town: common ones first."""
    found = dict.fromkeys(name for name in COMMON if rng.random() < 0.6)
    for name in _endless(rng):
        if len(found) >= count:
            break
        found[name] = None
    return list(found)[:count]


def french(name: str) -> str:
    """A French name for a street of a facility municipality."""
    if name in _FRENCH:
        return _FRENCH[name]
    for dutch, kind in _KINDS:
        if name.lower().endswith(dutch) and len(name) > len(dutch):
            return f"{kind} {name[: -len(dutch)].strip(' -')}"
    return f"Rue {name}"


def _endless(rng: Random) -> Iterator[str]:
    pool, whole, roads = stems(), _whole(), _roads()
    while True:
        throw = rng.random()
        if throw < 0.08:
            yield rng.choice(whole)
        elif throw < 0.12:
            yield rng.choice(roads)
        elif throw < 0.16:
            yield f"{rng.choice(('Oude', 'Nieuwe', 'Lange', 'Korte', 'Grote', 'Kleine'))} {rng.choice(pool)}straat"
        else:
            yield rng.choice(pool) + rng.choice(SUFFIXES)
