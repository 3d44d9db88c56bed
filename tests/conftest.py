"""Fixtures that every test may use: an own progress file, real data or a spoken skip, one thread, one Chromium."""

from __future__ import annotations

import os

import pytest
from support.skips import skip_or_fail

from authoring import printing

os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads collapse when anything else runs on the two cores
os.environ.setdefault("MPLBACKEND", "agg")


@pytest.fixture(autouse=True)
def own_progress_file(tmp_path, monkeypatch):
    """No test reads or writes the learner's own progress."""
    monkeypatch.setenv("BIOML_PROGRESS", str(tmp_path / "progress.json"))


@pytest.fixture
def need_real_data():
    """Call it with data-set names: skips (in CI: fails) where they can't be had."""

    def need(*names: str) -> None:
        from bioml_helpers import data

        missing = [name for name in names if not data.is_real_available(name)]
        if missing:
            skip_or_fail(f"real data not at hand: {', '.join(missing)} (set BIOML_DATA_DIR or connect once)")

    return need


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests that need one: Playwright cannot be started twice in a process."""
    pytest.importorskip("playwright", reason="playwright is not installed")
    if printing.find_chromium() is None:
        skip_or_fail("no browser of the Chromium family found (set BIOML_CHROMIUM to its path)")
    with printing.printer() as one:
        yield one
