"""The commands: what they hand over, and what they say when they cannot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bioml_helpers import data
from bioml_helpers.start import commands, environment
from bioml_helpers.start.environment import CannotStart, Places

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def clone(tmp_path, monkeypatch) -> Places:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "chapters.toml").write_text(
        '[[chapter]]\nnumber = 2\nname = "02_neuron"\n[[chapter]]\nnumber = 1\nname = "01_first"\n'
    )
    (tmp_path / "chapters" / "01_first.ipynb").write_text("{}")
    places = Places(tmp_path)
    monkeypatch.setattr(environment, "find_clone", lambda: places)
    monkeypatch.setattr(environment, "prepare", lambda places, build: places.python)
    return places


@pytest.fixture
def handed(monkeypatch) -> list:
    seen = []
    monkeypatch.setattr(commands, "hand_over", lambda *what: seen.append(what) or 0)
    return seen


def test_learn_opens_the_first_chapter_and_passes_further_options_on(clone, handed):
    assert commands.main(["learn", "--cpu", "--no-browser", "--port=9999"]) == 0
    command = handed[0][0]
    assert command[:4] == [clone.python, "-m", "jupyterlab", clone.root / "chapters" / "01_first.ipynb"]
    assert command[-2:] == ["--no-browser", "--port=9999"]


def test_test_runs_pytest_and_passes_further_options_on(clone, handed):
    assert commands.main(["test", "-k", "start"]) == 0
    assert handed[0][0] == [clone.python, "-m", "pytest", "-k", "start"]


@pytest.mark.parametrize(("flags", "build"), [([], None), (["--cpu"], "cpu"), (["--cuda"], "cuda")])
def test_the_build_of_torch_is_asked_for_by_a_flag(flags, build):
    assert commands.split_build([*flags, "-x"], "linux") == (build, ["-x"])


def test_both_builds_at_once_are_refused():
    with pytest.raises(CannotStart, match="one of them"):
        commands.split_build(["--cpu", "--cuda"])


def test_cuda_where_there_is_none_is_said_and_goes_on(capsys):
    assert commands.split_build(["--cuda"], "darwin") == (None, [])
    assert "changes nothing" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["--help"], ["learn", "--help"], ["test", "-h"]])
def test_help_names_the_commands(arguments, capsys):
    assert commands.main(arguments) == 0
    said = capsys.readouterr().out
    assert all(f"bioml_helpers {verb}" in said for verb in commands.VERBS)


def test_an_unknown_command_gets_a_sentence(capsys):
    assert commands.main(["fly"]) == 1
    assert "'fly'" in capsys.readouterr().err


def test_ctrl_c_ends_without_a_traceback(clone, monkeypatch, capsys):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(environment, "prepare", stop)
    assert commands.main(["learn"]) == commands.STOPPED
    assert "again to go on" in capsys.readouterr().err


def test_a_chapter_that_is_gone_gets_a_sentence(clone, capsys):
    (clone.root / "chapters" / "01_first.ipynb").unlink()
    assert commands.main(["learn"]) == 1
    assert "01_first.ipynb is missing" in capsys.readouterr().err


def hand_over(code: str, root: Path) -> subprocess.CompletedProcess:
    """Hand over to Python with `code`, in a process of its own, since handing over ends ours."""
    giver = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from bioml_helpers.start import commands; from pathlib import Path\n"
        f"sys.exit(commands.hand_over([sys.executable, '-c', {code!r}], Path({str(root)!r})))"
    )
    return subprocess.run([sys.executable, "-c", giver], capture_output=True, text=True)


def test_a_relative_data_folder_still_points_to_the_same_place_from_inside_a_notebook(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BIOML_DATA_DIR", "data")
    done = hand_over("import os; print(os.getcwd(), os.environ['BIOML_DATA_DIR'], sep=chr(10))", tmp_path.parent)
    where, data = done.stdout.splitlines()
    assert Path(where).samefile(tmp_path.parent) and Path(data).parent.samefile(tmp_path)


def test_the_exit_status_of_what_was_handed_over_is_ours():
    assert hand_over("raise SystemExit(7)", ROOT).returncode == 7


def test_the_commands_need_nothing_but_pythons_own_library():
    """-S -E: no site-packages at all, as on a machine where only Python and the clone are."""
    done = subprocess.run([sys.executable, "-S", "-E", "-m", "bioml_helpers", "--help"], cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


def test_fetch_runs_in_the_courses_environment_where_there_is_one(clone, handed, monkeypatch):
    monkeypatch.setattr(environment, "read_stamp", lambda places: {"python": "3.12"})
    clone.python.parent.mkdir(parents=True)
    clone.python.write_text("")
    assert commands.main(["fetch", "dnase"]) == 0
    assert handed[0][0] == [clone.python, "-m", "bioml_helpers", "fetch", "dnase"]


def test_fetch_without_the_packages_says_how_to_begin(clone, monkeypatch, capsys):
    find_spec = commands.importlib.util.find_spec
    monkeypatch.setattr(commands.importlib.util, "find_spec", lambda name: None if name == "pooch" else find_spec(name))
    assert commands.main(["fetch"]) == 1
    assert "pooch is not installed; run 'python3 -m bioml_helpers learn' once" in capsys.readouterr().err


def test_fetch_refuses_a_name_that_no_data_set_has(clone, capsys):
    assert commands.main(["fetch", "dnasse"]) == 1
    assert "expected names out of ryegrass, dnase" in capsys.readouterr().err


def test_fetch_tells_of_each_data_set_and_goes_on_without_a_network(clone, monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("BIOML_DATA_DIR", raising=False)
    monkeypatch.setenv("BIOML_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("BIOML_OFFLINE", "1")
    assert commands.main(["fetch", "dnase", "ryegrass"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("dnase: not to be had (BIOML_OFFLINE forbids the network)")
    assert lines[1:] == ["ryegrass: at hand", "1 of 2 data sets are at hand; missing: dnase."]


def test_fetch_says_what_it_fetched(clone, monkeypatch, capsys):
    there = []
    monkeypatch.setattr(data, "is_real_available", lambda name: name in there)
    monkeypatch.setattr(data, "fetch", there.append)
    monkeypatch.setattr(data, "load", lambda name, quiet: None)
    assert [commands.main(["fetch", "dnase"]) for _ in range(2)] == [0, 0]
    assert capsys.readouterr().out.splitlines()[::2] == ["dnase: fetched", "dnase: at hand"]
