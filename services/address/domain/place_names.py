"""Names of places that a download of the register lacks: in other languages, and from before the mergers of 1-1-2025.

Facts of BeSt of June 2019 (CC-BY; data/address/postcodes) and of reference section 6.
"""

from __future__ import annotations

from collections.abc import Mapping

OTHER_LANGUAGES: Mapping[str, tuple[str, ...]] = {
    "Aalst": ("Alost",), "Antwerpen": ("Anvers",), "Baarle-Hertog": ("Baerle-Duc",), "Bever": ("Biévène",),
    "Borgloon": ("Looz",), "Brugge": ("Bruges", "Brügge"), "De Panne": ("La Panne",), "Dendermonde": ("Termonde",),
    "Diksmuide": ("Dixmude",), "Galmaarden": ("Gammerages",), "Gent": ("Gand",), "Geraardsbergen": ("Grammont",),
    "Halle": ("Hal",), "Herk-de-Stad": ("Herck-la-Ville",), "Ieper": ("Ypres",), "Kortrijk": ("Courtrai",),
    "Leopoldsburg": ("Bourg-Léopold",), "Leuven": ("Louvain", "Löwen"), "Lier": ("Lierre",), "Mechelen": ("Malines",),
    "Menen": ("Menin",), "Mesen": ("Messines",), "Nieuwpoort": ("Nieuport",), "Oostende": ("Ostende",),
    "Oudenaarde": ("Audenarde",), "Roeselare": ("Roulers",), "Ronse": ("Renaix",),
    "Scherpenheuvel-Zichem": ("Montaigu-Zichem",), "Sint-Genesius-Rode": ("Rhode-Saint-Genèse",),
    "Sint-Niklaas": ("Saint-Nicolas",), "Sint-Truiden": ("Saint-Trond",), "Spiere-Helkijn": ("Espierres-Helchin",),
    "Temse": ("Tamise",), "Tienen": ("Tirlemont",), "Tongeren": ("Tongres",), "Veurne": ("Furnes",),
    "Vilvoorde": ("Vilvorde",), "Voeren": ("Fourons",), "Zoutleeuw": ("Léau",),
}  # fmt: skip
"""French and German names of Flemish municipalities, by the Dutch one."""

MERGED: Mapping[str, tuple[int, ...]] = {
    "Beveren": (9120, 9130), "Bilzen": (3740, 3742, 3746), "Borgloon": (3840,), "Borsbeek": (2150,),
    "De Pinte": (9840,), "Galmaarden": (1570,), "Gooik": (1755,), "Ham": (3945,), "Herne": (1540, 1541),
    "Hoeselt": (3730, 3732), "Kortessem": (3720, 3721, 3722, 3723, 3724), "Kruibeke": (9150,), "Melle": (9090,),
    "Merelbeke": (9820,), "Meulebeke": (8760,), "Moerbeke": (9180,), "Nazareth": (9810,), "Ruiselede": (8755,),
    "Tessenderlo": (3980,), "Tongeren": (3700,), "Wachtebeke": (9185,), "Zwijndrecht": (2070,),
}  # fmt: skip
"""Municipalities that ended on 1-1-2025, with their postcodes, which the mergers left as they were."""
