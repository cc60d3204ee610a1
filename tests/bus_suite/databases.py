"""Databases for houses: one per test, and copies of them (a backup that is put back)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.support import postgres

DATABASES = ("sqlite", "postgres")
MARKS: Mapping[str, Sequence[pytest.MarkDecorator]] = {"sqlite": (), "postgres": (pytest.mark.postgres,)}


@dataclass(frozen=True, slots=True)
class Base:
    """Where a ledger lives: SQLite below `var` when `url` is None."""

    var: Path
    url: str | None

    def copy(self, var: Path) -> Base:
        """A copy of it as it is; nobody may be using it."""
        if self.url is None:
            shutil.copytree(self.var, var)
            return Base(var, None)
        var.mkdir()
        url = make_url(self.url)
        name = f"{url.database}_copy"
        plain = self.url.replace(postgres.SCHEME, "postgresql://", 1).rsplit("/", 1)[0] + "/postgres"
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
        return Base(var, url.set(database=name).render_as_string(hide_password=False))


def make_base(kind: str, var: Path, url_of_postgres: Callable[[], str]) -> Base:
    """An empty ledger's place, `kind` sqlite or postgres."""
    var.mkdir(parents=True, exist_ok=True)
    return Base(var, None if kind == "sqlite" else url_of_postgres())
