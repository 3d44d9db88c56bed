"""The doctor speaks on every machine, names nobody, and ends with what to do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bioml_helpers.start import doctor
from bioml_helpers.start.doctor import FAIL, OK, WARN, Row

ROOT = Path(__file__).resolve().parents[2]


def ask(*flags: str, **variables: str) -> subprocess.CompletedProcess:
    surroundings = {**os.environ, "BIOML_OFFLINE": "1", **variables}
    # As a module, not as the command: that one would look for the course's environment and hand over to it.
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from bioml_helpers.start.doctor import main; sys.exit(main())"
    )
    command = [sys.executable, *flags, "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=surroundings)


@pytest.fixture(scope="module")
def here():
    return ask()


@pytest.fixture(scope="module")
def bare():
    return ask("-S", "-E")


def test_with_everything_installed_it_ends_with_0(here):
    assert here.returncode == 0, here.stdout + here.stderr


def test_with_nothing_installed_it_ends_with_1_and_without_a_traceback(bare):
    assert bare.returncode == 1
    assert bare.stderr == ""


def test_with_nothing_installed_the_last_line_says_what_to_run(bare):
    assert "python3 -m bioml_helpers learn" in bare.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize(
    "what",
    ["course", "Python", "system", "processors", "memory", "disk", "device", "torch", "widgets", "data", "network"],
)
def test_each_of_these_has_a_row(here, what):
    assert any(line.startswith(what) for line in here.stdout.splitlines())


def test_each_row_carries_its_verdict_as_a_word(here):
    table = here.stdout.split("\n\n")[0].splitlines()
    column = table[0].index("verdict")
    assert {line[column:].split()[0] for line in table[2:]} <= {OK, WARN, FAIL}


def test_no_row_names_the_home_folder(here):
    assert str(Path.home()) + os.sep not in here.stdout


def test_every_data_set_of_the_catalogue_has_a_row(here):
    from bioml_helpers import data

    assert [name for name in data.names() if f"data: {name} " not in here.stdout] == []


def test_a_data_folder_that_is_not_there_is_said(tmp_path):
    assert "which is no folder" in ask(BIOML_DATA_DIR=str(tmp_path / "gone")).stdout


def test_a_damaged_progress_file_is_said(monkeypatch, tmp_path):
    path = tmp_path / "progress.json"
    path.write_text('{"half')
    monkeypatch.setenv("BIOML_PROGRESS", str(path))
    assert doctor.progress()[0].verdict == WARN


def test_an_examination_that_breaks_is_a_row_and_not_the_end(monkeypatch):
    def broken():
        raise RuntimeError("driver gone")

    monkeypatch.setattr(doctor, "device", broken)
    monkeypatch.setenv("BIOML_OFFLINE", "1")
    rows = doctor.examine(None)
    assert [row for row in rows if row.what == "device"] == [
        Row("device", WARN, "could not be examined: RuntimeError: driver gone")
    ]
    assert rows[-1].what == "progress file"


def test_a_package_older_than_its_lower_bound_fails(monkeypatch):
    monkeypatch.setattr(doctor.importlib.metadata, "version", lambda _: "2.8.1")
    assert doctor._package("torch", "2.13.0", "2.9").verdict == FAIL


def test_a_package_between_bound_and_pin_is_fine_and_names_the_pin(monkeypatch):
    monkeypatch.setattr(doctor.importlib.metadata, "version", lambda _: "2.11.0+cu126")
    row = doctor._package("torch", "2.13.0", "2.9")
    assert row.verdict == OK and "tested with 2.13.0" in row.found


def test_a_silent_network_is_a_warning_after_a_short_wait(monkeypatch):
    monkeypatch.delenv("BIOML_OFFLINE", raising=False)
    monkeypatch.setattr(doctor, "NETWORK_SECONDS", 0.05)
    monkeypatch.setattr(doctor, "_data_hosts", lambda _: ["https://example.invalid/"])
    start = time.perf_counter()
    row = doctor.network(None, ask=lambda _: time.sleep(5))[0]
    assert row.verdict == WARN and time.perf_counter() - start < 2


def test_a_host_that_answers_is_fine(monkeypatch):
    monkeypatch.delenv("BIOML_OFFLINE", raising=False)
    monkeypatch.setattr(doctor, "_data_hosts", lambda _: ["https://example.invalid/"])
    assert doctor.network(None, ask=lambda _: None)[0] == Row("network", OK, "example.invalid answers")


def test_a_failure_is_advised_before_a_warning():
    rows = [Row("disk", WARN, "", "free some space"), Row("torch", FAIL, "missing", "run learn")]
    assert doctor.conclusion(rows) == "To do: run learn (torch)."


def test_a_missing_front_end_is_said(monkeypatch, tmp_path):
    monkeypatch.setattr(doctor, "_labextension_folders", lambda: [tmp_path])
    assert {row.verdict for row in doctor.widgets()} == {WARN}


def test_an_installed_front_end_is_found_with_its_version(monkeypatch, tmp_path):
    for name in doctor.FRONT_ENDS.values():
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "package.json").write_text(json.dumps({"version": "1.2.3"}))
    monkeypatch.setattr(doctor, "_labextension_folders", lambda: [tmp_path])
    assert ["1.2.3" in row.found for row in doctor.widgets()] == [True, True]
