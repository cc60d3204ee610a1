"""The ways in which people write an address of the register (reference, section 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from loketbus.characters import plain

StreetStyle = Callable[[str], str]
NumberStyle = Callable[[str, str | None], str]
PlaceStyle = Callable[[str, str, str], str]


def _marked(marker: str) -> NumberStyle:
    return lambda house, box: house if box is None else f"{house}{marker}{box}"


STREETS: Mapping[str, StreetStyle] = {
    "registered": lambda name: name,
    "upper": str.upper,
    "lower": str.lower,
    "no accents": plain,
    "no hyphens": lambda name: name.replace("-", " "),
    "no apostrophes": lambda name: name.replace("'", ""),
    "curly apostrophes": lambda name: name.replace("'", "’"),
    "st.": lambda name: name.replace("Sint-", "St.-"),
    "st": lambda name: name.replace("Sint-", "St "),
    "str.": lambda name: f"{name[:-3]}." if name.endswith("straat") else name,
    "stwg": lambda name: f"{name[:-8]}stwg." if name.endswith("steenweg") else name,
    "titles": lambda name: name.replace("Kardinaal", "Kard.").replace("Generaal", "Gen.").replace("Pastoor", "Past."),
    "o.l.v.": lambda name: name.replace("Onze-Lieve-Vrouwe", "O.L.V.-"),
}
NUMBERS: Mapping[str, NumberStyle] = {
    "bus": _marked(" bus "),
    "comma bus": _marked(", bus "),
    "b": _marked(" b "),
    "bte": _marked(" bte "),
    "box": _marked(" box "),
    "slash": _marked("/"),
    "slash, bus": _marked(" / bus "),
    "nr": lambda house, box: f"nr. {house}" + ("" if box is None else f" bus {box}"),
    "lower": lambda house, box: house.lower() + ("" if box is None else f" bus {box.lower()}"),
    "comma before": lambda house, box: f", {house}" + ("" if box is None else f" bus {box}"),
}
PLACES: Mapping[str, PlaceStyle] = {
    "behind": lambda line, postcode, town: f"{line}, {postcode} {town}",
    "no comma": lambda line, postcode, town: f"{line} {postcode} {town}",
    "B-": lambda line, postcode, town: f"{line}, B-{postcode} {town}",
    "before": lambda line, postcode, town: f"{postcode} {town}, {line}",
    "postcode last": lambda line, postcode, town: f"{line}, {town} {postcode}",
    "postcode alone": lambda line, postcode, town: f"{line}, {postcode}",
    "lines": lambda line, postcode, town: f"{line}\n{postcode} {town.upper()}\nBelgië",
}


def written(street: str, house: str, box: str | None, postcode: str, town: str, style: tuple[str, str, str]) -> str:
    """An address in one of the styles: of the street, of the number, of the place."""
    line = f"{STREETS[style[0]](street)} {NUMBERS[style[1]](house, box)}"
    return PLACES[style[2]](line, postcode, town)
