from __future__ import annotations

import pytest

from simulators.address import MECHELEN, NEIGHBOURS, World, make_world

NIS = (MECHELEN, *NEIGHBOURS)
SMALL = 0.05


@pytest.fixture(scope="package")
def mechelen() -> World:
    """Of its real size; nobody may change it."""
    return make_world()


@pytest.fixture(scope="package")
def region() -> World:
    """Mechelen and its neighbours, small; nobody may change it."""
    return make_world(nis=NIS, scale=SMALL)


@pytest.fixture
def town() -> World:
    """Bonheiden, small; for who changes it."""
    return make_world(nis=(12005,), scale=SMALL)
