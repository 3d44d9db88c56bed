"""Arrows point down: a room of the package imports only rooms below it, and no topic imports another."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "bioml_helpers"
FLOORS = ["data", "figures", "learning", "training", "evaluation"]  # lowest first; topics stand above them all
SERVICE = {"start"}  # chapter 0's topic, which also makes the environment; only __main__ may use it


def rooms_imported(file: Path) -> set[str]:
    """Rooms of the package that a file imports, relative imports resolved."""
    package = ["bioml_helpers", *file.relative_to(PACKAGE).parent.parts]
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    parts = [name.split(".") for name in names]
    return {p[1] for p in parts if p[0] == "bioml_helpers" and len(p) > 1 and (PACKAGE / p[1]).is_dir()}


FILES = sorted(p for p in PACKAGE.rglob("*.py") if len(p.relative_to(PACKAGE).parts) > 1 and "_data" not in p.parts)


@pytest.mark.parametrize("file", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_below_it(file):
    room = file.relative_to(PACKAGE).parts[0]
    allowed = set(FLOORS[: FLOORS.index(room)] if room in FLOORS else FLOORS) | {room}
    assert rooms_imported(file) <= allowed, f"{room} may use {sorted(allowed)}"


def test_the_test_itself_sees_an_arrow_that_points_up(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    for room in ("data", "training"):
        (tmp_path / room).mkdir()
    bad = tmp_path / "data" / "bad.py"
    bad.write_text("from bioml_helpers.training import train\nfrom ..training import loop\n")
    assert rooms_imported(bad) == {"training"}


def test_torch_is_not_imported_by_the_floors_below_training():
    import subprocess
    import sys

    code = "import sys; from bioml_helpers import data, figures, learning; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
