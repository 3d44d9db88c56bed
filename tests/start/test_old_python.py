"""An old Python gets one sentence, never a SyntaxError or a traceback."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bioml_helpers import __main__ as entry

ROOT = Path(__file__).resolve().parents[2]


def starts(name: str) -> bool:
    return shutil.which(name) is not None and subprocess.run([name, "-c", ""], capture_output=True).returncode == 0


OLD = [name for name in ("python2.7", "python3.6", "python3.7", "python3.8", "python3.9", "python3.10") if starts(name)]


def test_the_sentence_names_what_is_needed_and_what_came():
    said = entry.too_old((3, 8, 18), ["learn"])
    assert "3.11" in said and "Python 3.8" in said and "install" in said
    assert said.count("\n") == 0


def test_a_newer_python_on_the_same_machine_is_named():
    assert "python3.12 -m bioml_helpers test -k start" in entry.too_old((3, 9), ["test", "-k", "start"], "python3.12")


def test_a_python_that_is_new_enough_gets_no_sentence():
    assert entry.too_old((3, 11), ["learn"]) is None


def test_a_python_that_is_on_the_path_but_does_not_start_is_not_recommended():
    def call(command, **_):
        if command[0] == "python3.13":
            raise OSError("not there")
        return 0 if command[0] == "python3.11" else 127  # a shim for a version that is not switched on

    assert entry.find_newer(call=call) == "python3.11"


@pytest.mark.parametrize("source", ["bioml_helpers/__init__.py", "bioml_helpers/__main__.py"])
def test_what_an_old_python_reads_has_no_newer_grammar(source):
    """The oldest grammar that Python's own parser still knows; the real old interpreters follow below."""
    import ast

    text = (ROOT / source).read_text(encoding="ascii")
    tree = ast.parse(text, feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr, ast.AsyncFunctionDef)
    assert not [node for node in ast.walk(tree) if isinstance(node, newer)]
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    assert not [f.name for f in functions if f.returns or f.args.kwonlyargs or any(a.annotation for a in f.args.args)]


def test_every_old_python_on_this_machine_prints_one_sentence_and_ends_with_1():
    """Where there is none, the grammar above and the sentence before it are what holds."""
    for python in OLD:
        done = subprocess.run([python, "-m", "bioml_helpers", "learn"], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 1, python
        assert done.stderr.startswith("The course needs Python 3.11"), python
        assert len(done.stderr.strip().splitlines()) == 1, python
