"""Importing does nothing, and does it quickly."""

from __future__ import annotations

import statistics
import subprocess
import sys

import pytest

ROOMS = ["bioml_helpers", "bioml_helpers.start.commands", "bioml_helpers.start.doctor"]


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("room", ROOMS)
def test_importing_brings_nothing_but_pythons_own_library(room):
    code = (
        f"import sys; before = set(sys.modules); import {room};"
        "print(*sorted({n.partition('.')[0] for n in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    assert run(code).split() == ["bioml_helpers"]


def test_importing_the_package_takes_at_most_a_fifth_of_a_second():
    code = "import time; t = time.perf_counter(); import bioml_helpers; print(time.perf_counter() - t)"
    assert statistics.median(float(run(code)) for _ in range(5)) <= 0.2


@pytest.mark.parametrize("room", ["data", "figures", "learning"])
def test_the_rooms_below_training_do_not_import_torch(room):
    assert run(f"import sys; from bioml_helpers import {room}; print('torch' in sys.modules)") == "False\n"
