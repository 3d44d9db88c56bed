"""An assignment through the real nbgrader: solved, it earns each point that a program gives; blank, it earns none.

One small chapter stands for all here; with BIOML_CLASSROOM_ALL=1 each of the 24 goes through (some eight minutes). The
solved code of all is judged by test_assignments in any case; here nbgrader's own part of the way is tried besides.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from nbgrader.api import Gradebook
from support.course_folder import hand_in, nbgrader, need_fence
from support.submissions import right

from authoring.chapters import ROOT, read_course

pytestmark = pytest.mark.slow
ALL = [chapter.name for chapter in read_course(ROOT).chapters]
NAMES = ALL if os.environ.get("BIOML_CLASSROOM_ALL") == "1" else ["02b_rosenblatts_rule"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    need_fence()
    place = tmp_path_factory.mktemp("every")
    command = [sys.executable, "-m", "authoring", "build", "--classroom", *NAMES, "--to", str(place)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return place


def points(folder, chapter: str, student: str) -> dict[str, tuple[float, float]]:
    """Return what nbgrader gave for each cell that it graded by itself, and what it could have given."""
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        (notebook,) = gradebook.find_submission(chapter, student).notebooks
        return {
            grade.cell.name: (grade.auto_score, grade.max_score)
            for grade in notebook.grades
            if grade.auto_score is not None and not grade.needs_manual_grade
        }


@pytest.mark.parametrize("chapter", NAMES)
def test_solved_it_earns_every_point_that_a_program_gives_and_blank_none(chapter, folder):
    nbgrader(folder, "generate_assignment", chapter)
    hand_in(folder, "right", right, chapter)
    hand_in(folder, "blank", lambda *_: None, chapter)
    nbgrader(folder, "autograde", chapter)
    of_right, of_blank = points(folder, chapter, "right"), points(folder, chapter, "blank")
    assert of_right and {name for name, (got, best) in of_right.items() if got < best} == set()
    assert sum(got for got, _ in of_blank.values()) == 0 and set(of_right) <= set(of_blank)
