"""One course folder of chapter 2, through the real nbgrader: generated, handed in by several students, graded."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from support.skips import skip_or_fail

from bioml_helpers.classroom import fence

ROOT = Path(__file__).resolve().parents[2]
CHAPTER = "02_neuron"
SECONDS = 3  # for a cell and for an answer: an endless loop costs no more
# Runs a command and says last what it and its children computed; other children of the tests are not counted with it.
WITNESS = """\
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"\\n{used.ru_utime + used.ru_stime}")
sys.exit(status)"""


@dataclass
class Class:
    """A course folder after grading."""

    folder: Path
    rows: dict[str, dict[str, str]]  # of the export, by student
    course: dict[str, dict[str, str]]  # the same for all assignments together
    log: str
    cpu: float  # seconds of computing that autograding took, all processes together

    def feedback(self, student: str) -> str:
        return (self.folder / "feedback" / student / CHAPTER / f"{CHAPTER}.html").read_text(encoding="utf-8")

    def export(self) -> dict[tuple[str, str], dict[str, str]]:
        """The export as it is now, by student and assignment."""
        nbgrader(self.folder, "export", "--to", "grades.csv")
        with open(self.folder / "grades.csv", newline="", encoding="utf-8") as file:
            return {(row["student_id"], row["assignment"]): row for row in csv.DictReader(file)}

    def points(self, student: str) -> float:
        return float(self.rows[student]["points"]) + float(self.rows[student]["bonus"])


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


@pytest.fixture(scope="session")
def made(tmp_path_factory) -> Path:
    """A course folder with the assignment as the lecturer has it, and as it is handed out."""
    need_fence()
    folder = tmp_path_factory.mktemp("course")
    (folder / "hidden_seeds.txt").write_text("always the same here\n")
    command = [sys.executable, "-m", "authoring", "build", "--classroom", CHAPTER, "--to", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    config = folder / "nbgrader_config.py"
    config.write_text(
        config.read_text() + f"c.JudgeApart.cell_seconds = {SECONDS}\nc.JudgeApart.answer_seconds = {SECONDS}\n"
    )
    nbgrader(folder, "generate_assignment", CHAPTER)
    return folder


@pytest.fixture(scope="session")
def graded(made) -> Class:
    """The class after autograding, feedback and export."""
    from support.submissions import SUBMISSIONS

    for student, change in SUBMISSIONS.items():
        hand_in(made, student, change)
    log, _, cpu = nbgrader(made, "autograde", CHAPTER, witness=True).rstrip().rpartition("\n")
    nbgrader(made, "generate_feedback", CHAPTER)
    found = Class(made, {}, {}, log, float(cpu))
    for (student, assignment), row in found.export().items():
        (found.course if assignment == "all" else found.rows)[student] = row
    return found


def hand_in(folder: Path, student: str, change) -> None:
    """Hand in the released notebook after `change(notebook, solutions, folder)`; solutions by exercise id."""
    source = nbformat.read(folder / "source" / CHAPTER / f"{CHAPTER}.ipynb", 4)
    released = nbformat.read(folder / "release" / CHAPTER / f"{CHAPTER}.ipynb", 4)
    solutions = {
        cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if cell.metadata.nbgrader.solution
    }
    change(released, solutions, folder)
    place = folder / "submitted" / student / CHAPTER
    place.mkdir(parents=True, exist_ok=True)
    nbformat.write(released, place / f"{CHAPTER}.ipynb")
