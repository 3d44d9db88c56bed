"""Generate, hand out, hand in, autograde, feedback, export: with the real nbgrader, and points that are looked at."""

from __future__ import annotations

import os

import nbformat
import pytest
from nbgrader.api import Gradebook

pytestmark = pytest.mark.slow
CHAPTER = "02_neuron"


def released(made):
    return nbformat.read(made / "release" / CHAPTER / f"{CHAPTER}.ipynb", 4)


def test_what_is_handed_out_holds_neither_solutions_nor_hidden_tests(made):
    text = "\n".join(cell.source for cell in released(made).cells)
    for secret in (
        "SOLUTION",
        "HIDDEN",
        "hidden.demand",
        ", seed=",
        "np.exp(-z",
        "[8, -8, -4]",
        "STUB",
        "straight line has one",
    ):
        assert secret not in text


def test_what_is_handed_out_holds_the_chapters_own_blanks(made):
    sources = {cell.metadata.nbgrader.grade_id: cell.source for cell in released(made).cells}
    assert "z_with = ...\n" in sources["answer-neuron-1"]
    assert "    z = ...  # (batch,)\n    return ..." in sources["answer-neuron-3"]
    assert sources["count-neuron-3"].strip() == 'check("neuron.3", my_neuron)'


def test_what_is_handed_out_is_valid_python(made):
    for cell in released(made).cells:
        if cell.cell_type == "code":
            compile(cell.source, cell.id, "exec")


def test_the_right_submission_has_all_points_that_a_program_gives(graded):
    row = graded.rows["right"]
    assert (row["points"], row["of"], row["bonus"], row["bonus_of"]) == ("13", "19", "9", "18")
    assert row["open"] == "5"  # three questions, a report and a card wait for a person


def test_the_half_right_submission_has_its_three_exercises(graded):
    assert (graded.rows["half"]["points"], graded.rows["half"]["bonus"]) == ("5", "0")


def test_feedback_names_what_went_wrong_and_what_went_right(graded):
    text = graded.feedback("half")
    assert "neuron.1: right." in text and "neuron.4: mistake. uphill" in text and "neuron.5: not attempted" in text
    assert "neuron.4: right." in graded.feedback("right")


def test_feedback_of_an_error_shows_no_path_of_the_graders_machine(graded):
    for student in set(graded.rows) - {"print", "delete"}:  # these two wrote it into their own cells
        assert str(graded.folder) not in graded.feedback(student)


def test_what_a_person_grades_reaches_the_export(graded):
    with Gradebook(f"sqlite:///{graded.folder / 'gradebook.db'}") as gradebook:
        for name, score in [("count-neuron-p1", 2), ("bonus-neuron-8", 3)]:
            grade = gradebook.find_grade(name, CHAPTER, CHAPTER, "half")
            grade.manual_score, grade.needs_manual_grade = score, False
        gradebook.db.commit()
    row = graded.export()["half", CHAPTER]
    assert (row["points"], row["bonus"]) == ("7", "3")


def test_the_row_of_the_whole_course_scales_the_bonus_to_ten(graded):
    row = graded.course["right"]
    assert (row["points"], row["bonus"], row["bonus_of"]) == ("13", "5", "10")


def test_one_submission_costs_little_computing_time(graded):
    seconds = [
        float(line.split("computed ")[1].split(" s")[0]) for line in graded.log.splitlines() if "computed " in line
    ]
    assert len(seconds) == len(graded.rows)
    assert sorted(seconds)[len(seconds) // 2] < 1
    imports = 20  # seconds at most, once for a class
    of_nbgrader = (graded.cpu - imports - sum(seconds)) / len(seconds)  # what endless loops compute is theirs, not its
    print(
        f"nbgrader {of_nbgrader:.2f} s a submission, {sum(seconds):.0f} of {graded.cpu:.0f} s computed by submissions"
    )
    assert of_nbgrader + sorted(seconds)[len(seconds) // 2] < 3 * float(os.environ.get("BIOML_TIME_FACTOR", "1"))
