"""The questions that one state of the replica answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property

from services.address.domain.model import Address, Municipality, Place, Source, Street
from services.address.questions import (
    addresses,
    buildings,
    following,
    numbers,
    parcels,
    places,
    rows,
    streets,
    suggesting,
)
from services.address.questions.reader import Reader
from services.address.questions.shapes import BuildingView, HouseNumber, Number, ParcelView, StreetHit, Whole


class View:
    """One state of one replica, read through one connection; a `Lookup` for matching.

    Ids, NIS codes and postcodes are integers of any size: what nobody has is answered with None, () or False.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @cached_property
    def source(self) -> Source:
        """Show it with every answer."""
        return following.source(self._reader)

    @cached_property
    def kept(self) -> frozenset[int] | None:
        """NIS codes of the municipalities of which the addresses are kept; None: all."""
        return following.kept(self._reader)

    @cached_property
    def positions(self) -> Mapping[str, int]:
        """By register (`adressen`) the last event of the change feed that counted."""
        return following.positions(self._reader)

    @property
    def last_change(self) -> int:
        """The last `change.event` of the feed; 0: none yet."""
        return following.last_change(self._reader)

    @cached_property
    def downloaded(self) -> datetime | None:
        """The beginning of the day of the download; None when that does not say."""
        return following.downloaded(self._reader)

    def held_back(self, addresses: Sequence[int]) -> frozenset[int]:
        """Those of them that were replaced by something that is not read yet."""
        return following.held_back(self._reader, addresses)

    def changed_at(self, addresses: Sequence[int], streets: Sequence[int]) -> following.Changed:
        """When the feed last changed these addresses and these streets."""
        return following.changed_at(self._reader, addresses, streets)

    def touched(self, after: int, limit: int = 1000) -> tuple[frozenset[int], int]:
        """Addresses that the feed touched after this `change` (`limit` of them), and the last one looked at."""
        return following.touched(self._reader, after, limit)

    def municipality(self, nis: int) -> Municipality | None:
        """By NIS code, current or retired."""
        return self._reader.municipality(nis)

    def municipalities(self, postcode: int) -> tuple[Municipality, ...]:
        """Those that are there today, by name; () for a special postcode or one that nobody has."""
        return places.municipalities(self._reader, postcode) if _possible(postcode) else ()

    def municipalities_of(self, postcode: int) -> tuple[int, ...]:
        """NIS codes; () for a special postcode or one that nobody has."""
        return places.municipalities_of(self._reader, postcode) if _possible(postcode) else ()

    def places(self, fold: str) -> tuple[Place, ...]:
        """What a name of a place (`folding.place_key`) stands for."""
        return places.places(self._reader, fold) if rows.storable(fold) else ()

    def street(self, street: int) -> Street | None:
        """By id, whatever its status."""
        return streets.street(self._reader, street) if _possible(street) else None

    def streets(self, key: str, nis: int | None = None) -> tuple[Street, ...]:
        """With this `folding.street_key` or `street_fold` in any language, of any status."""
        return streets.streets(self._reader, key, nis) if rows.storable(key) and _possible(nis or 0) else ()

    def former_streets(self, key: str, nis: int | None = None) -> tuple[Street, ...]:
        """That had a name with this key before, of any status."""
        return streets.former_streets(self._reader, key, nis) if rows.storable(key) and _possible(nis or 0) else ()

    def street_keys(self, nis: int) -> Mapping[str, tuple[int, ...]]:
        """All keys of a municipality with their streets; remembered for the municipalities asked last."""
        return self._reader.street_keys(nis) if _possible(nis) else {}

    def postcodes_of(self, street: int) -> tuple[int, ...]:
        """Ascending; a street may cross postcodes."""
        return streets.postcodes_of(self._reader, street) if _possible(street) else ()

    def suggest(
        self, prefix: str, postcode: int | None = None, nis: int | None = None, limit: int = 20
    ) -> tuple[StreetHit, ...]:
        """Valid streets for what somebody typed so far: `st. kat`, `mark`, `van bee`; case, accents and hyphens alike.

        First names that begin so, then those of which words begin so (in any order), both by name. Without postcode or
        municipality each name comes once before any comes twice, with how many municipalities more have it, and names
        that many have come first; words in the middle are then only looked for in a few hundred names.
        """
        area = (one for one in (postcode, nis) if one is not None)
        return suggesting.suggest(self._reader, prefix, postcode, nis, limit) if all(map(_possible, area)) else ()

    def numbers(self, street: int) -> tuple[Number, ...]:
        """Valid house numbers of a street in natural order."""
        return numbers.numbers(self._reader, street) if _possible(street) else ()

    def numbers_near(self, street: int, number: int, limit: int = 6) -> tuple[Address, ...]:
        """Valid house numbers without box around one that is not there, the nearest first."""
        return addresses.numbers_near(self._reader, street, number, limit) if _possible(street) else ()

    def boxes(self, street: int, house: str) -> HouseNumber | None:
        """What is valid at a house number: the whole building and its boxes, in natural order; None: nothing."""
        return numbers.boxes(self._reader, street, house) if _possible(street) else None

    def at(self, street: int, houses: Sequence[str]) -> tuple[Address, ...]:
        """All addresses with one of these house numbers, boxes too, of any status."""
        return addresses.at(self._reader, street, houses) if _possible(street) else ()

    def address(self, address: int) -> Address | None:
        """By id, whatever its status."""
        return addresses.address(self._reader, address) if _possible(address) else None

    def gone(self, kind: str, object_id: int) -> bool:
        """`address`, `street`, ...: it was removed from the register, not just retired."""
        return _possible(object_id) and addresses.gone(self._reader, kind, object_id)

    def whole(self, address: Address) -> Whole | None:
        """With its street and municipality; None: those are not there (yet)."""
        return addresses.whole(self._reader, address)

    def successors(self, address: int) -> tuple[Address, ...]:
        """What the register put in its place, chains followed to the end (`domain.chains`)."""
        return addresses.successors(self._reader, address) if _possible(address) else ()

    def street_successors(self, street: int) -> tuple[Street, ...]:
        """The same of a street."""
        return streets.successors(self._reader, street) if _possible(street) else ()

    def building_of(self, address: int) -> BuildingView | None:
        """Units, buildings, parcels and all addresses around one address; None: there is no such address."""
        return buildings.building_of(self._reader, address) if _possible(address) else None

    def parcel(self, text: str) -> ParcelView:
        """A parcel by its caPaKey in any notation, with its addresses.

        Raises:
            Rejected: `capakey_incomplete`, `capakey_wrong`; nothing is filled in.
        """
        return parcels.parcel(self._reader, text)


def _possible(number: int) -> bool:
    return 0 <= number <= rows.ID_MAX
