"""Each of the 25 pitfalls has a cell in which it is committed, and a test that catches it."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from authoring.masters import read_master

ROOT = Path(__file__).parents[1]
PITFALLS = tomllib.loads((ROOT / "tests/pitfalls.toml").read_text(encoding="utf-8"))
CATALOGUE = tomllib.loads((ROOT / "chapters/chapters.toml").read_text(encoding="utf-8"))
NOTEBOOKS = {one["name"] for kind in ("chapter", "companion") for one in CATALOGUE[kind]}


def home_cells(entry) -> list:
    master = read_master(ROOT, f"chapters/source/{entry['chapter']}.py")
    tagged = [cell for cell in master.cells if entry["tag"] in (*cell.tags, cell.kind)]
    return [cell for cell in tagged if entry["holds"] in cell.source]


def test_there_are_25():
    assert list(PITFALLS) == [f"P{number}" for number in range(1, 26)]


@pytest.mark.parametrize("pitfall", PITFALLS)
def test_a_pitfall_has_its_home(pitfall):
    entry = PITFALLS[pitfall]
    assert entry["chapter"] in NOTEBOOKS
    assert home_cells(entry), f"no cell of {entry['chapter']} tagged {entry['tag']!r} holds {entry['holds']!r}"


@pytest.mark.parametrize("pitfall", PITFALLS)
def test_a_pitfalls_guards_exist(pitfall):
    assert PITFALLS[pitfall]["guards"]
    for guard in PITFALLS[pitfall]["guards"]:
        file, name = guard.split("::")
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, guard


def test_the_box_on_shares_says_what_to_do_instead():
    (cell,) = home_cells(PITFALLS["P11"])
    assert re.search(r"logarithm", cell.source) and re.search(r"[Rr]atio", cell.source)
