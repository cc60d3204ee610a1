"""Belgian towns and street names. The towns are real; streets away from Mechelen are made up of common words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import product

from simulators.demo.places import STREETS
from simulators.kbo.dialect import quoted
from simulators.kbo.dice import wheel
from simulators.kbo.figures import figures

FLANDERS, WALLONIA, BRUSSELS = "flanders", "wallonia", "brussels"


@dataclass(frozen=True, slots=True)
class Street:
    """A street in a town: what the address file says of it (CountryNL to StreetFR, each with its comma), and names."""

    nl: str
    fr: str
    columns: str


@dataclass(frozen=True, slots=True)
class Town:
    """A municipality, or a part of one with a postcode of its own."""

    zipcode: str
    nl: str
    fr: str
    region: str
    streets: tuple[Street, ...]


# Municipalities by region: postcode, name, weight. Names that two languages share stand once.
_FLEMISH = (
    "2000 Antwerpen 60|2018 Antwerpen 45|2060 Antwerpen 25|9000 Gent 55|8000 Brugge 25|3000 Leuven 22|2100 Deurne 14|"
    "8400 Oostende 16|8300 Knokke-Heist 14|8500 Kortrijk 18|3500 Hasselt 20|3600 Genk 14|9100 Sint-Niklaas 18|"
    "9300 Aalst 20|8800 Roeselare 14|2300 Turnhout 10|2400 Mol 8|2200 Herentals 7|2500 Lier 8|1800 Vilvoorde 9|"
    "1500 Halle 7|3300 Tienen 7|3200 Aarschot 5|9200 Dendermonde 8|9160 Lokeren 7|9700 Oudenaarde 6|8790 Waregem 9|"
    "8900 Ieper 6|8630 Veurne 4|8670 Koksijde 9|8620 Nieuwpoort 7|9850 Deinze 7|9120 Beveren-Kruibeke-Zwijndrecht 8|"
    "9090 Merelbeke-Melle 6|2640 Mortsel 5|2900 Schoten 6|2930 Brasschaat 8|2970 Schilde 5|2570 Duffel 3|2850 Boom 3|"
    "2830 Willebroek 4|1840 Londerzeel 3|1730 Asse 5|1570 Pajottegem 3|1930 Zaventem 6|3920 Lommel 4|"
    "3700 Tongeren-Borgloon 6|"
    "3960 Bree 3|3680 Maaseik 4|9190 Stekene 3|9280 Lebbeke 3|9400 Ninove 6|9500 Geraardsbergen 5|8770 Ingelmunster 3"
)
_WALLOON = (
    "4000 Liège 40|6000 Charleroi 30|5000 Namur 28|7000 Mons 20|7500 Tournai 16|1300 Wavre 12|1420 Braine-l'Alleud 12|"
    "1400 Nivelles 9|4800 Verviers 11|6700 Arlon 8|7100 La Louvière 13|4100 Seraing 9|5300 Andenne 5|"
    "6900 Marche-en-Famenne 4|"
    "7700 Mouscron 13|7800 Ath 6|7080 Frameries 3|7870 Lens (Hainaut) 2|1380 Lasne 7|1348 Ottignies-Louvain-la-Neuve 8|"
    "4700 Eupen 5|4500 Huy 5|5500 Dinant 4|6800 Libramont-Chevigny 4|4840 Welkenraedt 2"
)
_BRUSSELS = (
    "1000 Brussel/Bruxelles 40|1030 Schaarbeek/Schaerbeek 18|1040 Etterbeek/Etterbeek 10|1050 Elsene/Ixelles 26|"
    "1060 Sint-Gillis/Saint-Gilles 12|1070 Anderlecht/Anderlecht 20|1080 Sint-Jans-Molenbeek/Molenbeek-Saint-Jean 14|"
    "1090 Jette/Jette 8|1140 Evere/Evere 6|1150 Sint-Pieters-Woluwe/Woluwe-Saint-Pierre 10|1160 Oudergem/Auderghem 6|"
    "1170 Watermaal-Bosvoorde/Watermael-Boitsfort 5|1180 Ukkel/Uccle 24|1190 Vorst/Forest 9|"
    "1200 Sint-Lambrechts-Woluwe/Woluwe-Saint-Lambert 12|1210 Sint-Joost-ten-Node/Saint-Josse-ten-Noode 5"
)
# Mechelen and its neighbours: more than their share, because the demo and its VMEs live there.
_PARTS = {"Muizen": "(MUI)", "Hombeek": "(HOM)", "Leest": "(LST)", "Heffen": "(HEF)"}
_MECHELEN_WEIGHT, _NEIGHBOUR_WEIGHT = 60, 6
_WORDS_NL = (
    "Kerk School Molen Station Kasteel Linde Eik Beuk Kapel Veld Berg Dorp Nieuw Hoog Laag Markt Brug Water Meulen "
    "Heide Bos Zand Klooster Statie Vaart Leie Schelde Dender Park Zon Rozen Tulpen Leeuwerik "
    "Nachtegaal Vinken Populieren Kastanje Jacht Smids Wever Bakkers Koning Konings Prins Vrijheids Vrede Victorie "
    "Gasthuis Hof Kouter Meers Wissen Duin Zee Haven Dijk Oude Ooster Wester Noorder Zuider Sint-Jans Sint-Pieters "
    "Sint-Anna Onze-Lieve-Vrouw Groen Gemeente Industrie Handels Ambachts"
)  # fmt: skip
_ENDS_NL = ("straat", "laan", "weg", "steenweg", "plein", "dreef", "lei", "hof")
_WORDS_FR = (
    "de l'Église|des Écoles|du Moulin|de la Gare|du Château|des Tilleuls|du Chêne|des Hêtres|de la Chapelle|des Champs|"
    "de la Montagne|du Village|Neuve|Haute|Basse|du Marché|du Pont|de l'Eau|des Prés|de la Bruyère|du Bois|des Sables|"
    "du Couvent|de l'Abbaye|de France|de Bruxelles|de Namur|de Liège|du Parc|du Soleil|des Roses|des Tulipes|"
    "de l'Alouette|du Merle|du Rossignol|des Pinsons|des Peupliers|des Marronniers|de la Chasse|du Roi|du Prince|"
    "de la Liberté|de la Paix|de la Victoire|de l'Hôpital|Saint-Jean|Saint-Pierre|Sainte-Anne|Notre-Dame|Verte|"
    "de l'Industrie|du Commerce|des Artisans|Docteur G. Descamps|Pierre-Molinghen|Amedée Gain"
)  # fmt: skip
_STARTS_FR = ("Rue", "Avenue", "Chaussée", "Place", "Chemin", "Clos", "Allée")
_PAIRS = (
    "Kerk|de l'Église;School|des Écoles;Molen|du Moulin;Kasteel|du Château;Linden|des Tilleuls;Eik|du Chêne;"
    "Kapel|de la Chapelle;Berg|de la Montagne;Markt|du Marché;Brug|du Pont;Klooster|du Couvent;Park|du Parc;"
    "Rozen|des Roses;Jacht|de la Chasse;Konings|du Roi;Vrijheids|de la Liberté;Vrede|de la Paix;Gasthuis|de l'Hôpital;"
    "Sint-Jans|Saint-Jean;Nijverheids|de l'Industrie;Handels|du Commerce;Kerkhof van Brussel|du Cimetière de Brux."
)
_KINDS_BRUSSELS = (("straat", "Rue"), ("laan", "Avenue"), ("steenweg", "Chaussée"), ("plein", "Place"))
_SUFFIXES = ("(STE)", "(Kor)", "(S)", " (STG)", "(KMT)", "(OPL)", "(Z)")


def _street(zipcode: str, town: tuple[str, str], street: tuple[str, str]) -> Street:
    columns = ",".join(quoted(text) for text in (zipcode, *town, *street))
    return Street(*street, f",,{columns},")


def _flemish(zipcode: str, nl: str, fr: str) -> tuple[Street, ...]:
    """Now and then with the letters that tell a street from its namesake in a merged municipality."""
    made = []
    for at, (word, end) in enumerate(product(_WORDS_NL.split(), _ENDS_NL)):
        street = word + end + (_SUFFIXES[at % len(_SUFFIXES)] if (at + int(zipcode)) % 50 == 0 else "")
        made.append(_street(zipcode, (nl, fr), (street, street)))
    return tuple(made[int(zipcode) % 3 :: 2])


def _walloon(zipcode: str, nl: str, fr: str) -> tuple[Street, ...]:
    names = [f"{start} {word}" for start, word in product(_STARTS_FR, _WORDS_FR.split("|"))]
    return tuple(_street(zipcode, (nl, fr), (street, street)) for street in names[int(zipcode) % 3 :: 2])


def _brussels(zipcode: str, nl: str, fr: str) -> tuple[Street, ...]:
    words = [pair.split("|") for pair in _PAIRS.split(";")]
    return tuple(
        _street(zipcode, (nl, fr), (word_nl + end, f"{start} {word_fr}"))
        for word_nl, word_fr in words
        for end, start in _KINDS_BRUSSELS
    )


def _mechelen() -> dict[Town, float]:
    towns = {}
    for (zipcode, name), streets in STREETS.items():
        suffix = _PARTS.get(name, "")
        municipality = "Mechelen" if suffix else name
        made = tuple(_street(zipcode, (municipality,) * 2, (street + suffix,) * 2) for street in streets)
        weight = _MECHELEN_WEIGHT if name == "Mechelen" else _NEIGHBOUR_WEIGHT
        towns[Town(zipcode, municipality, municipality, FLANDERS, made)] = float(weight)
    return towns


def _others(listed: str, streets: Callable[[str, str, str], tuple[Street, ...]], region: str) -> dict[Town, float]:
    towns = {}
    for entry in listed.split("|"):
        zipcode, *words, weight = entry.split(" ")
        nl, _, fr = " ".join(words).partition("/")
        towns[Town(zipcode, nl, fr or nl, region, streets(zipcode, nl, fr or nl))] = float(weight)
    return towns


@cache
def by_region() -> dict[str, tuple[Town, ...]]:
    """A wheel of towns per region."""
    return {
        FLANDERS: wheel(_mechelen() | _others(_FLEMISH, _flemish, FLANDERS), 1024),
        WALLONIA: wheel(_others(_WALLOON, _walloon, WALLONIA), 512),
        BRUSSELS: wheel(_others(_BRUSSELS, _brussels, BRUSSELS), 512),
    }


@cache
def regions() -> tuple[str, ...]:
    """A wheel of regions, by the seats of legal persons."""
    real = figures()["regions_B"]
    return wheel({region: real[region] for region in (FLANDERS, WALLONIA, BRUSSELS)})
