from __future__ import annotations

import pytest

from simulators.kbo import Spec, write
from tests.integration.kbo.fetching.drops import Shelf


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("shelf")
    return Shelf(folder, write(folder, Spec(scale=0.00005, updates=4)))
