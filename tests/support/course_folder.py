"""A course folder of nbgrader: its commands, and handing in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
from support.skips import skip_or_fail

from authoring.chapters import ROOT
from bioml_helpers.classroom import fence

# Runs a command and says last what it and its children computed; other children of the tests are not counted with it.
WITNESS = """\
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"\\n{used.ru_utime + used.ru_stime}")
sys.exit(status)"""


def nbgrader(folder: Path, *arguments: str, witness: bool = False) -> str:
    """Run one nbgrader command in a course folder and return what it said; with a `witness`, seconds computed last."""
    # nbgrader calls alembic, which lies beside this Python
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    surroundings = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    if witness:
        command = [sys.executable, "-c", WITNESS, *command]
    done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr + done.stdout


def need_fence() -> None:
    if fence.what_is_missing():
        skip_or_fail(fence.what_is_missing())


def hand_in(folder: Path, student: str, change, chapter: str) -> None:
    """Hand in the released notebook after `change(notebook, solutions, folder)`; solutions by exercise id."""
    source = nbformat.read(folder / "source" / chapter / f"{chapter}.ipynb", 4)
    released = nbformat.read(folder / "release" / chapter / f"{chapter}.ipynb", 4)
    solutions = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if cell.metadata.nbgrader.solution
    }
    change(released, solutions, folder)
    place = folder / "submitted" / student / chapter
    place.mkdir(parents=True, exist_ok=True)
    nbformat.write(released, place / f"{chapter}.ipynb")
