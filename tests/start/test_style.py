"""One style for all files, and every example in a docstring runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]], ids=" ".join)
def test_ruff_has_no_complaint(command):
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command, "--no-cache", "."], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_example_in_a_docstring_runs(tmp_path):
    command = [sys.executable, "-m", "pytest", "-q", "--doctest-modules", "-p", "no:cacheprovider"]
    surroundings = {**os.environ, "BIOML_PROGRESS": str(tmp_path / "progress.json"), "BIOML_OFFLINE": "1"}
    done = subprocess.run(
        [*command, "bioml_helpers", "authoring"], cwd=ROOT, capture_output=True, text=True, env=surroundings
    )
    assert done.returncode == 0, done.stdout[-5000:]


def test_the_hooks_before_a_commit_are_well_formed_and_fetch_nothing():
    file = ROOT / ".pre-commit-config.yaml"
    done = subprocess.run([sys.executable, "-m", "pre_commit", "validate-config", file], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert [line.split()[-1] for line in file.read_text().splitlines() if "repo:" in line] == ["local"]
