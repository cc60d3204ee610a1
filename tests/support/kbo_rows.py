"""The rows of a Full as plain dictionaries, and the questions answered by looking at every row: slow and simple."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from pathlib import Path

from tests.unit.simulators.kbo.reading import records

Row = dict[str, str]


class Rows:
    """One Full. Numbers are ten digits."""

    def __init__(self, archive: Path) -> None:
        self._archive = archive

    @cached_property
    def enterprises(self) -> dict[str, Row]:
        """All, also natural persons."""
        return {_number(row["EnterpriseNumber"]): row for row in records(self._archive, "enterprise")}

    @cached_property
    def establishments(self) -> dict[str, Row]:
        """Establishment units."""
        return {_number(row["EstablishmentNumber"]): row for row in records(self._archive, "establishment")}

    @cached_property
    def branches(self) -> dict[str, Row]:
        """Branches."""
        return {_number(row["Id"]): row for row in records(self._archive, "branch")}

    @cached_property
    def persons(self) -> set[str]:
        """Natural persons."""
        return {number for number, row in self.enterprises.items() if row["TypeOfEnterprise"] == "1"}

    def of(self, table: str) -> dict[str, list[Row]]:
        """Rows of an entity, in the order of the file."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in records(self._archive, table):
            found[_number(row["EntityNumber"])].append(row)
        return found

    def owner(self, entity: str) -> str:
        """The enterprise of a unit; an enterprise itself."""
        row = self.establishments.get(entity) or self.branches.get(entity)
        return _number(row["EnterpriseNumber"]) if row else entity

    def seat_postcode(self, addresses: dict[str, list[Row]], number: str) -> str:
        """Empty abroad and for who has no seat."""
        seats = [row for row in addresses[number] if row["TypeOfAddress"] == "REGO"]
        return "" if not seats or seats[0]["CountryNL"] else seats[0]["Zipcode"]


def _number(text: str) -> str:
    return text.replace(".", "")
