"""Where an entity is: seats, establishments, buildings with a VME, addresses abroad and the odd ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

from simulators.kbo.anchors import ANCHORS, Anchor
from simulators.kbo.dialect import quoted
from simulators.kbo.dice import Dice
from simulators.kbo.figures import FOREIGN_FORMS, VME, figures
from simulators.kbo.roll import Roll
from simulators.kbo.timeline import State
from simulators.kbo.towns import FLANDERS, Street, Town, by_region, regions

ABROAD = "abroad"
STRUCK_OFF_PERCENT = 0.8
SHARED_BUILDING_PERCENT = 6.0  # a VME beside another one: main and partial associations
ODD_STREETS = 3  # with a line break in them, whatever the size
# Country in two languages, postcode, town, street: old names and empty postcodes are in the real files too.
_ABROAD = (
    ("Frankrijk", "France", "62000", "Arras", "Rue des Jongleurs"),
    ("Frankrijk", "France", "59000", "Lille", "Rue Nationale"),
    ("Nederland", "Pays-Bas", "4811 AB", "Breda", "Haagdijk"),
    ("Nederland", "Pays-Bas", "6211CK", "Maastricht", "Markt"),
    ("Duitsland (Bondsrep.)", "Allemagne (Rép.féd.)", "", "West-Duitsland", "Stolberg  519 (Rheinland)"),
    ("Duitsland (Bondsrep.)", "Allemagne (Rép.féd.)", "52062", "Aachen", "Theaterstrasse"),
    ("Luxemburg (Groot-Hertogdom)", "Luxembourg (Grand-Duché)", "L-2449", "Luxembourg", "Boulevard Royal"),
    ("Verenigd Koninkrijk", "Royaume-Uni", "EC2A 4NE", "London", "Tabernacle Street"),
    ("Zaïre", "Zaïre", "", "Kinshasa", "Avenue du Port"),
    ("Sovjetunie", "U.R.S.S.", "", "Moskou", "Tverskaja"),
)
_BOXES = (
    "1",
    "2",
    "3",
    "4",
    "5",
    "11",
    "12",
    "101",
    "0101",
    "0302",
    "A",
    "A1",
    "b",
    "B2",
    "LM",
    "2ét",
    "D000",
    "/",
    "GLVL",
)
_EXTRA = ("Gebouw B", "Blok C", "Zone 3", "Bâtiment A", "t.a.v. de zaakvoerder", 'Site "Den Engel"')


@dataclass(frozen=True, slots=True)
class Place:
    """An address; `region` tells the language, `street` holds the columns up to StreetFR."""

    region: str
    town: str
    street: Street
    house: str
    box: str = ""
    extra: str = ""

    def columns(self, struck: str) -> str:
        """CountryNL to DateStrikingOff."""
        return f'{self.street.columns}"{self.house}","{self.box}",{quoted(self.extra)},{struck}'


class Addresses:
    """Draws the place of any entity; the same one every time."""

    def __init__(self, seed: int, roll: Roll) -> None:
        self._seed, self._roll = seed, roll
        self._foreign_percent = 100 * _share_abroad()

    def seat(self, position: int, state: State) -> Place:
        """Of a legal person."""
        anchor = ANCHORS.get(self._roll.base(position))
        if anchor is not None and state.moved == 0:
            return _anchored(anchor)
        form = self._roll.form(position)
        if form == VME:
            return self._building(position, state.moved)
        dice = Dice(f"{self._seed}:seat {state.moved}:", position)
        if form in FOREIGN_FORMS and dice.chance(self._foreign_percent):
            return _abroad(dice)
        return self._odd(position, _anywhere(dice))

    def unit(self, position: int, state: State) -> Place:
        """Of an establishment or a branch."""
        return _anywhere(Dice(f"{self._seed}:unit {state.moved}:", position))

    def unit_region(self, position: int, state: State) -> str:
        """The region of that place, at a fraction of its price."""
        return Dice(f"{self._seed}:unit {state.moved}:", position).pick(regions())

    def struck(self, position: int) -> bool:
        """Was the address struck off before the first Full?"""
        return Dice(f"{self._seed}:struck:", position).chance(STRUCK_OFF_PERCENT)

    def _building(self, position: int, moved: int) -> Place:
        """A building has a house number without letter and no box; some hold more than one VME."""
        dice = Dice(f"{self._seed}:building {moved}:", position)
        other = self._roll.previous_vme(position)
        if not moved and other != position and dice.chance(SHARED_BUILDING_PERCENT):
            return self._building(other, 0)
        town = dice.pick(by_region()[FLANDERS if dice.chance(60) else dice.pick(regions())])
        return Place(town.region, town.nl, dice.pick(town.streets), str(2 + dice.below(240)))

    def _odd(self, position: int, place: Place) -> Place:
        """A few streets have a line break, as some were seen to have."""
        step = max(1, self._roll.enterprises // ODD_STREETS)
        if position % step not in (step // 2, step // 2 + 1):
            return place
        street = place.street
        broken = street.columns.replace(quoted(street.nl), quoted(f"{street.nl}\n(achterbouw)"), 1)
        return replace(place, street=replace(street, columns=broken))


def _share_abroad() -> float:
    real = figures()
    forms = sum(real["forms_B"][form] for form in FOREIGN_FORMS)
    return float(real["regions_B"]["foreign"] / forms)


def _anywhere(dice: Dice) -> Place:
    town = dice.pick(by_region()[dice.pick(regions())])
    street = dice.pick(town.streets)
    house = str(1 + dice.below(1 + dice.below(300)))  # low numbers are the commonest
    if dice.chance(7):
        house += dice.pick("ABCD")
    box = dice.pick(_BOXES) if dice.chance(19) else ""
    extra = dice.pick(_EXTRA) if dice.chance(0.6) else ""
    return Place(town.region, town.nl, street, house, box, extra)


def _abroad(dice: Dice) -> Place:
    nl, fr, zipcode, town, street = dice.pick(_ABROAD)
    columns = ",".join(map(quoted, (nl, fr, zipcode, town, town, street, street))) + ","
    return Place(ABROAD, town, Street(street, street, columns), "" if not zipcode else str(1 + dice.below(90)))


def _anchored(anchor: Anchor) -> Place:
    town, street = _street_of(anchor)
    return Place(town.region, town.nl, street, anchor.house)


@cache
def _street_of(anchor: Anchor) -> tuple[Town, Street]:
    """The anchor's street in its town; a street that is not in the list is added to it."""
    town = next(town for town in by_region()[FLANDERS] if town.zipcode == anchor.zipcode)
    known = next((street for street in town.streets if street.nl.split("(")[0] == anchor.street), None)
    columns = ",".join(map(quoted, (town.zipcode, town.nl, town.fr, anchor.street, anchor.street)))
    return town, known or Street(anchor.street, anchor.street, f",,{columns},")
