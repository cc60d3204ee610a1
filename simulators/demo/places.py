"""Streets in and around Mechelen, invented buildings there, and how people spell an address."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from simulators.demo.numbers import number

STREETS = {
    ("2800", "Mechelen"): (
        "Leopoldstraat", "Adegemstraat", "Hanswijkstraat", "Liersesteenweg", "Battelsesteenweg",
        "Caputsteenstraat", "Auwegemvaart", "Koningin Astridlaan", "Kruisbaan", "Brusselsesteenweg",
        "Lange Ridderstraat", "Stuivenbergbaan", "Korte Ridderstraat", "Nekkerspoelstraat",
        "Onze-Lieve-Vrouwestraat", "Sint-Katelijnestraat", "Tervuursesteenweg", "Désiré Boucherystraat",
        "Olivetenvest", "Schuttersvest", "Borchtstraat", "Guido Gezellelaan", "Hoogstraat",
        "Elf-novemberstraat", "Galgestraat", "Postzegellaan", "Maurits Sabbestraat", "Lange Heistraat",
        "Voochtstraat", "Kardinaal Mercierplein", "Dageraadstraat", "Oude Antwerpsebaan", "Gandhistraat",
        "Vrijheidstraat", "Arsenaalstraat",
    ),
    ("2812", "Muizen"): ("Leuvensesteenweg", "Baarbeekstraat", "Bergstraat", "Kerkstraat", "Magdalenahof"),
    ("2811", "Hombeek"): ("Bankstraat", "Hombeeksesteenweg", "Zemstseweg", "Expoelstraat"),
    ("2811", "Leest"): ("Kouter", "Vinkstraat", "Dorpstraat", "Juniorslaan"),
    ("2801", "Heffen"): ("Steenweg op Blaasveld", "Heffenplein", "Mechelseveldstraat"),
    ("2820", "Bonheiden"): ("Rijmenamseweg", "Putsesteenweg", "Doolaagstraat"),
    ("2860", "Sint-Katelijne-Waver"): ("Clemenceaustraat", "Mechelsesteenweg", "Hagelsteinweg"),
    ("1980", "Zemst"): ("Brusselsesteenweg", "Hoogstraat", "Schoolstraat"),
}  # fmt: skip
CITIES_FR = {"Mechelen": "Malines"}


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it ought to be written; no `box` means a house or a whole building."""

    street: str
    house_number: str
    postcode: str
    municipality: str
    box: str = ""

    def building(self) -> "Address":
        """The same address without box."""
        return replace(self, box="")


@dataclass(frozen=True, slots=True)
class Building:
    """An invented apartment building with the VME that owns its common parts."""

    key: str
    name: str
    address: Address
    boxes: tuple[str, ...]
    number: str


def _building(key: str, name: str, where: str, boxes: str, base: int) -> Building:
    street, house, postcode = where.split("|")
    city = "Muizen" if postcode == "2812" else "Mechelen"
    return Building(key, name, Address(street, house, postcode, city), tuple(boxes.split()), number(base))


BUILDINGS = (
    _building("dijlezicht", "Residentie Dijlezicht", "Auwegemvaart|61|2800", "001 101 102 201 202 301 302", 9512034),
    _building("astrid", "Residentie Astridpark", "Koningin Astridlaan|148|2800", "1 2 3 4 5 6 7 8 9 10 11 12", 9514471),
    _building("battel", "Residentie Battelhof", "Battelsesteenweg|233|2800", "0101 0102 0201 0202 0301 0302", 9523318),
    _building("nekker", "VME De Nekker", "Nekkerspoelstraat|117|2800", "A1 A2 B1 B2 C1 C2", 9530926),
    _building("caputsteen", "VME Caputsteen 88", "Caputsteenstraat|88|2800", "1 2 3 4", 9541750),
    _building("postzegel", "Residentie Penny Black", "Postzegellaan|12|2800", "11 12 21 22 31 32 41 42", 9556203),
    _building("hanswijk", "Residentie Hanswijk", "Hanswijkstraat|46|2800", "GLVL 1 2 3", 9560087),
    _building("muizen", "VME Leuvensesteenweg 402", "Leuvensesteenweg|402|2812", "1 2 3 4 5 6", 9571345),
    _building("kruisbaan", "Residentie Ter Elst", "Kruisbaan|79|2800", "001 002 101 102 103 201 202 203", 9588812),
    _building("gandhi", "VME Gandhistraat blok B", "Gandhistraat|24|2800", "1.1 1.2 2.1 2.2 3.1 3.2 4.1", 10943021),
    _building("vest", "Residentie Olivetenhof", "Olivetenvest|31|2800", "101 102 201 202 301", 9593377),
    _building("hoogstraat", "Residentie Brusselpoort", "Hoogstraat|91|2800", "1 2 3 4 5 6", 9604419),
    _building("liers", "VME Liersesteenweg 190-192", "Liersesteenweg|190|2800", "1 2 3 4 5 6 7 8", 10951186),
)  # fmt: skip


def draw(rng: Random, *, box: str = "") -> Address:
    """A house, three out of five in the town itself."""
    places = list(STREETS)
    postcode, city = rng.choices(places, weights=[12 if city == "Mechelen" else 1 for _, city in places])[0]
    house = str(rng.randint(3, 240)) + rng.choice(("",) * 9 + ("A", "B"))
    return Address(rng.choice(STREETS[postcode, city]), house, postcode, city, box)


def shorten(street: str) -> str:
    """Common abbreviations: Sint- to St.-, steenweg to stwg, straat to str."""
    street = street.replace("Onze-Lieve-Vrouwe", "O.L.V.-").replace("Sint-", "St.-").replace("Kardinaal", "Kard.")
    return re.sub(r"straat$", "str.", re.sub(r"steenweg$", "stwg", street))


def misspell(street: str) -> str:
    """Two neighbouring letters in the middle exchanged."""
    at = max(2, len(street) // 2 - 2)
    while street[at] == street[at + 1] or not street[at : at + 2].isalpha():
        at -= 1
    return street[:at] + street[at + 1] + street[at] + street[at + 2 :]


def _vol(a: Address) -> str:
    return f"{a.street} {a.house_number}{' bus ' + a.box if a.box else ''}, {a.postcode} {a.municipality}"


def _slash(a: Address) -> str:
    return f"{shorten(a.street)} {a.house_number}{'/' + a.box if a.box else ''} te {a.postcode} {a.municipality}"


def _bte(a: Address) -> str:
    city = CITIES_FR.get(a.municipality, a.municipality)
    return f"{a.street} {a.house_number}{' bte ' + a.box if a.box else ''}, {a.postcode} {city}"


SPELLINGS: dict[str, tuple[Callable[[Address], str], str]] = {
    "vol": (_vol, ""),
    "slash": (_slash, ""),
    "komma": (
        lambda a: f"{a.street} {a.house_number}{', bus ' + a.box if a.box else ''}, B-{a.postcode} {a.municipality}",
        "",
    ),
    "achter": (
        lambda a: f"{a.municipality} {a.postcode}, {a.street} {a.house_number}{' b' + a.box if a.box else ''}",
        "",
    ),
    "hoofd": (lambda a: _vol(a).upper(), ""),
    "klein": (
        lambda a: f"{a.street} {a.house_number}{' bus' + a.box if a.box else ''} {a.municipality}".lower(),
        "no_postcode",
    ),
    "straat": (lambda a: f"{a.street} {a.house_number}{' bus ' + a.box if a.box else ''}", "no_postcode"),
    "app": (
        lambda a: f"{a.street} {a.house_number}{' app. ' + a.box if a.box else ''} in {a.municipality}",
        "no_postcode",
    ),
    "bte": (_bte, ""),
    "typfout": (lambda a: _vol(replace(a, street=misspell(a.street))), "misspelled_street"),
    "zonder": (lambda a: f"{a.street} in {a.municipality}", "no_house_number"),
}
_COMMON = ("vol", "vol", "vol", "slash", "komma", "achter", "klein", "straat", "straat", "app", "hoofd", "typfout")


def spell(address: Address, how: str, rng: Random, lang: str = "nl") -> tuple[str, str]:
    """(text, issue or ""); an empty `how` draws a spelling that fits the language."""
    if not how:
        how = rng.choice({"nl": _COMMON, "fr": ("bte", "bte", "vol"), "en": ("vol", "komma", "straat")}[lang])
    write, issue = SPELLINGS[how]
    return write(address), issue
