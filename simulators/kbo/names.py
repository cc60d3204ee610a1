"""Names of persons, firms, associations, buildings and shops. All invented; some words are common ones."""

from __future__ import annotations

from functools import cache

from simulators.kbo.addresses import ABROAD, Place
from simulators.kbo.dice import Dice
from simulators.kbo.towns import BRUSSELS, WALLONIA


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_ROOTS = _words(
    "Acker Beek Berg Bos Brug Bruyn Clercq Cuyper Decker Donck Eynde Gheyn Haeg Hert Heyden Hoeck Houte Keyser Kerck "
    "Laet Linden Loo Maele Meersch Meir Moor Mulder Neste Poel Putte Ridder Roeck Roo Schrijver Smedt Steen Straete "
    "Velde Vliet Vos Waele Weert Wilde Winckel Wit Wolf Zand Zype"
)  # fmt: skip
_PREFIXES = ("De ", "Van ", "Van de ", "Van den ", "Vander", "Ver", "")
_LAST_NL = _words(
    "Peeters Janssens Maes Jacobs Willems Claes Goossens Wouters Lambrechts Vermeulen Hendrickx Aerts Somers Teughels "
    "Bogaerts Nuyts Lauwers Geerts Moons Fierens Spruyt Ketels Mertens Pauwels Segers Thijs Daems Smets Baert Coppens"
)
_FIRST_NL = _words(
    "An Bart Carine Dirk Els Filip Greet Hilde Ilse Jan Koen Lieve Marc Nele Patrick Rita Stijn Tine Wim Yves Katrien "
    "Guido Lutgarde Jef Mieke Ruben Silke Toon Femke Bram Lore Annelies Gert Sofie Maarten Kristel Luc Jozef Veerle"
)
_FIRST_FR = _words("Marie Jean Luc Anne Pierre Sophie Julien Nathalie Olivier Camille Nicolas Élodie Michel Inès Léa")
_LAST_FR = _words(
    "Dupont Lambert Dubois Leroy Martin Simon Laurent Lejeune Renard Collard Gérard Denis Charlier Bodart Hubert "
    "Lemaire Thiry Wauters Defays Mathieu Noël François Gilles Henrard Jacquemin Legrand Marchal Piron Remy Servais"
)
_FIRST_OTHER = _words("Fatima Youssef Karim Özlem Mehmet Ayşe Łukasz Agnieszka Ioana Mihai Sarah James Tomás")
_LAST_OTHER = _words("Benali Azzouzi Chakir Yılmaz Kaya Şahin Demir Wójcik Popescu Nowak Okafor Byrne Carvalho Rao")
_SYLLABLES = _words(
    "al an ar bel bo bri ca co da del di do el en fa fi ga go ha in ka ko la li lo ma me mi mo na ne no o pa pro qui "
    "ra ri ro sa se si so sta ta tec ti to tra va ve vi vo xi za zo"
)
_TRADES_NL = _words(
    "Dakwerken Bakkerij Garage Schrijnwerkerij Elektro Installaties Tuinaanleg Drukkerij Slagerij Kapsalon Transport "
    "Interieur Ramen Isolatie Vastgoed Consulting Studiebureau Apotheek Frituur Brouwerij Schilderwerken Verhuur Immo "
    "Accountancy Architecten Bouwwerken Chape Domotica Fietsen Hoeve Kinesist Loonwerken Metaalwerken Optiek Sanitair"
)
_TRADES_FR = _words(
    "Toitures Boulangerie Garage Menuiserie Électricité Chauffage Jardins Imprimerie Boucherie Coiffure Transports "
    "Pharmacie Friterie Brasserie Peintures Location Immobilière Architectes Construction Carrelages Ferronnerie"
)
_SUFFIXES = (
    "",
    "",
    "",
    "",
    " Group",
    " Services",
    " & Zonen",
    " Belgium",
    " Solutions",
    " Invest",
    " Holding",
    " Consult",
)
_CLUBS_NL = _words(
    "Harmonie Turnkring Vrienden Toneelkring Wielerclub Natuurpunt Heemkring Kinderopvang Voetbalclub Koor"
)
_CLUBS_FR = _words("Amis Chorale Cercle Comité Club Jeunesse Théâtre Maison Crèche Fanfare")
_SAINTS = (
    "Sint-Cecilia",
    "Sint-Jozef",
    "Sint-Rumoldus",
    "Sint-Barbara",
    "De Toekomst",
    "Ons Genoegen",
    "De Ware Vrienden",
)
_HOUSES = _words(
    "Dijlezicht Zonnehof Parkzicht Acacia Rozenhof Berkenhof Ter Duinen Zeezicht Astrid Belvédère Esplanade Elzenhof "
    "Lindenhof Beukenhof Kasteelhof Boudewijn Mozart Rubens Brueghel Horizon Panorama Amadeus Eden Excelsior Miramar "
    "Albatros Neptunus Ravelijn Kouterhof Molenhof Bellevue Concorde Versailles Mercator Oasis Residentia Pallas"
)  # fmt: skip
_SHOPS = (
    "'t {0}",
    "De {0}",
    "{0} Shop",
    "Bij {1}",
    "Atelier {0}",
    "Studio {1}",
    "Le {0}",
    "Chez {1}",
    "{0}",
    "{0} {1}",
)
_VMES_NL = (
    "VME {1}", "Residentie {0}", "VME Residentie {0}", "Vereniging van mede-eigenaars {1}", "V.M.E. {0}",
    "VME {0} blok B", "Vereniging van mede-eigenaars Residentie {0} te {2}", "VME {0}",
)  # fmt: skip
_VMES_FR = (
    "ACP Résidence {0}", "ACP {1}", "Association des copropriétaires {0}", "Résidence {0}", "A.C.P. {1}",
)  # fmt: skip
LONGEST = 320


@cache
def _people() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """First and last names that belong together, by how common they are."""
    glued = tuple(p + (root if not p or p.endswith(" ") else root.lower()) for root in _ROOTS for p in _PREFIXES)
    dutch, french = (_FIRST_NL, _LAST_NL + glued), (_FIRST_FR, _LAST_FR)
    return (dutch,) * 6 + (french,) * 4 + ((_FIRST_OTHER, _LAST_OTHER),)


def person(dice: Dice) -> str:
    """`Peeters, Jan`."""
    first, last = dice.pick(_people())
    second = f" {dice.pick(first)}" if dice.chance(6) else ""
    return f"{dice.pick(last)}, {dice.pick(first)}{second}"


def firm(dice: Dice, place: Place) -> str:
    """A coined word, a family with its trade, a trade with a town; now and then a very long name or one with quotes."""
    french = place.region == WALLONIA or (place.region == BRUSSELS and dice.chance(60))
    trade = dice.pick(_TRADES_FR if french else _TRADES_NL)
    match dice.below(8):
        case 0 | 1 | 2:
            name = coined(dice) + dice.pick(_SUFFIXES)
        case 3 | 4:
            name = f"{trade} {_family(dice)}"
        case 5:
            name = f"{trade} {place.town}"
        case 6:
            name = f"{_family(dice)} & {_family(dice)} {trade}"
        case _:
            name = f"{coined(dice)} {trade}"
    if dice.chance(0.3):
        name = f'{name} "{coined(dice)}"'
    if dice.chance(0.02):
        name = (f"{name} - " * LONGEST)[:LONGEST].rstrip(" -")
    return name.upper() if dice.chance(22) else name


def association(dice: Dice, place: Place) -> str:
    """A club of the place."""
    if place.region == WALLONIA:
        return f"{dice.pick(_CLUBS_FR)} de {place.town}"
    return f"{dice.pick(_CLUBS_NL)} {dice.pick(_SAINTS)} {place.town}"


def public(form: str, place: Place) -> str:
    """A municipality, an OCMW, or another public body."""
    if form == "411":
        return f"Stad {place.town}" if place.region != WALLONIA else f"Ville de {place.town}"
    return f"{'OCMW' if form == '412' else 'Intergemeentelijke Vereniging'} {place.town}"


def vme(dice: Dice, place: Place) -> str:
    """As VMEs are called in practice: by the building's name, by its address, in full or in short."""
    french = place.region == WALLONIA or (place.region == BRUSSELS and dice.chance(50))
    street = place.street.fr if french else place.street.nl
    at = f"{street.split('(')[0].strip()} {place.house}"
    return dice.pick(_VMES_FR if french else _VMES_NL).format(dice.pick(_HOUSES), at, place.town)


def shop(dice: Dice) -> str:
    """A commercial name."""
    return dice.pick(_SHOPS).format(coined(dice), _family(dice))


def coined(dice: Dice) -> str:
    """A word that means nothing."""
    return "".join(dice.pick(_SYLLABLES) for _ in range(2 + dice.below(3))).capitalize()


def language(dice: Dice, region: str) -> str:
    """1 French, 2 Dutch, 3 German, 4 English, 0 unknown: by the region, with exceptions."""
    if dice.chance(3.5):
        return dice.pick("00000034")
    if region == ABROAD:
        return dice.pick("1234")
    if region == BRUSSELS:
        return "1" if dice.chance(74) else "2"
    return "1" if region == WALLONIA else "2"


def _family(dice: Dice) -> str:
    return dice.pick(dice.pick(_people())[1])
