"""One course folder of chapter 2, through the real nbgrader: generated, handed in by several students, graded."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.course_folder import hand_in, nbgrader, need_fence

from authoring.chapters import ROOT

CHAPTER = "02_neuron"
SECONDS = 3  # for a cell and for an answer: an endless loop costs no more


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
        hand_in(made, student, change, CHAPTER)
    log, _, cpu = nbgrader(made, "autograde", CHAPTER, witness=True).rstrip().rpartition("\n")
    nbgrader(made, "generate_feedback", CHAPTER)
    found = Class(made, {}, {}, log, float(cpu))
    for (student, assignment), row in found.export().items():
        (found.course if assignment == "all" else found.rows)[student] = row
    return found
