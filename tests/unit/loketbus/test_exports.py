"""What `loketbus` itself offers to the authors of services."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import loketbus

SOURCE = Path(loketbus.__file__)
HEAVY = ("fastapi", "sqlalchemy", "aiokafka", "pydantic", "httpx")


@pytest.mark.parametrize("name", loketbus.__all__)
def test_every_exported_name_exists(name: str) -> None:
    assert getattr(loketbus, name) is not None


def test_names_are_the_same_for_people_programs_and_type_checkers() -> None:
    [typing_only] = [
        node
        for node in ast.parse(SOURCE.read_text()).body
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name)
    ]
    imports = [node for node in typing_only.body if isinstance(node, ast.ImportFrom)]
    checked = [(node.module, alias.name) for node in imports for alias in node.names]
    looked_up = [(home, name) for home, names in loketbus._HOMES.items() for name in names]
    assert sorted(looked_up) == sorted((str(module), name) for module, name in checked)
    assert sorted([*(name for _, name in looked_up), "__version__"]) == sorted(loketbus.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Servise'"):
        loketbus.__getattr__("Servise")
    assert not hasattr(loketbus, "Runtime")


def test_everything_is_listed() -> None:
    assert set(loketbus.__all__) <= set(dir(loketbus))


@pytest.mark.parametrize("names", ["", "Rejected, NotYet, Unavailable, Denied"])
def test_importing_it_loads_nothing_heavy(names: str) -> None:
    code = f"import sys, loketbus\n{f'from loketbus import {names}' if names else ''}\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert [module for module in HEAVY if module in loaded] == []


def test_each_module_can_be_the_first_import() -> None:
    """An import cycle shows only when somebody begins elsewhere. Libraries stay loaded, ours are loaded anew."""
    code = """
import importlib, sys
for home in sys.argv[1:]:
    for name in [name for name in sys.modules if name.split(".")[0] == "loketbus"]:
        del sys.modules[name]
    importlib.import_module(home)
"""
    run = subprocess.run([sys.executable, "-c", code, *loketbus._HOMES], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
