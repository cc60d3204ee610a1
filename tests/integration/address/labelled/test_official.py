"""Beside the official adresmatch, on the inputs of its own tests: never a worse answer, and no guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.address.domain.matching import match
from services.address.domain.model import Asked, Match
from services.address.questions import Register
from tests.integration.address.labelled.official import PAIRS, STREETS, UNSUPPORTED
from tests.support.address_register import Town


def answer(folder: Path, street: str, numbers: tuple[str, ...], asked: Asked) -> tuple[Match, dict[int, str]]:
    """What is found in a municipality with one street that has these numbers."""
    town = Town()
    id_, buildings, given = town.street(street), set[str](), dict[int, str]()
    for number in numbers:
        house, _, box = number.partition(" bus ")
        if box and house not in buildings:
            buildings.add(house)
            given[town.address(id_, house)] = house
        given[town.address(id_, house, box or None)] = number
    town.save(folder)
    register = Register(folder)
    try:
        with register.open() as view:
            return match(view, asked), given
    finally:
        register.close()


def named(found: Match, given: dict[int, str]) -> set[str]:
    one = [found.address] if found.address else [candidate.address for candidate in found.candidates]
    return {given[address.id] for address in one if address is not None}


@pytest.mark.parametrize(("street", "house", "read"), PAIRS)
def test_with_all_that_it_reads_in_the_register(tmp_path: Path, street: str, house: str, read: tuple[str, ...]) -> None:
    found, given = answer(tmp_path, "Teststraat", read, Asked(street=street, house_number=house, postcode="2800"))
    assert found.verdict in ("exact", "corrected", "ambiguous")
    assert named(found, given) <= set(read)
    if len(read) > 2:  # a range is several houses: none of them is chosen
        assert found.verdict == "ambiguous"
        assert named(found, given) == set(read)


@pytest.mark.parametrize(("street", "house", "read"), [pair for pair in PAIRS if len(pair[2]) <= 2])
def test_with_one_of_them(tmp_path: Path, street: str, house: str, read: tuple[str, ...]) -> None:
    """The official one also gives 4 for `4b`; to us that is another house, unless the register says `4 bus b`."""
    for number in read:
        found, given = answer(
            tmp_path, "Teststraat", (number,), Asked(street=street, house_number=house, postcode="2800")
        )
        letter_left_off = number.isdigit() and any(one != number and one.startswith(number) for one in read)
        if letter_left_off:
            assert found.verdict in ("street_only", "building_only")
        else:
            assert (found.verdict in ("exact", "corrected"), named(found, given)) == (True, {number})


@pytest.mark.parametrize(("street", "number"), UNSUPPORTED)
def test_what_it_does_not_read(tmp_path: Path, street: str, number: str) -> None:
    found, given = answer(tmp_path, "Teststraat", (number,), Asked(street=street, postcode="2800"))
    assert (found.verdict in ("exact", "corrected"), named(found, given)) == (True, {number})


@pytest.mark.parametrize(("written", "registered", "same"), STREETS)
def test_names_of_streets(tmp_path: Path, written: str, registered: str, same: bool) -> None:
    found, given = answer(tmp_path, registered, ("7",), Asked(street=written, house_number="7", postcode="2800"))
    if same:
        assert (found.verdict in ("exact", "corrected"), named(found, given)) == (True, {"7"})
    else:
        assert found.verdict == "unknown"
