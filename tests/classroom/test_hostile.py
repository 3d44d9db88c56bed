"""Submissions that want points they did not earn, or want to do harm: no point is gained, no harm done."""

from __future__ import annotations

import sqlite3

import pytest

pytestmark = pytest.mark.slow
CHAPTER = "02_neuron"


def test_redefining_check_gains_nothing(graded):
    assert graded.points("redefine") == 0


def test_patching_the_package_gains_nothing(graded):
    assert graded.points("patch") == 0


def test_learning_the_visible_cases_by_heart_gains_nothing(graded):
    assert graded.points("by_heart") == 0


def test_handing_in_the_courses_own_function_gains_nothing(graded):
    assert graded.points("borrowed") == 0
    assert "the course&#39;s own function" in graded.feedback("borrowed") or (
        "the course's own function" in graded.feedback("borrowed")
    )


def test_files_of_the_course_can_not_be_printed(graded):
    assert graded.points("print") == 0
    text = graded.feedback("print")
    assert "closed: PermissionError" in text
    assert "always the same here" not in text and "FOUND b" not in text and "LISTED [" not in text


def test_endless_loops_are_stopped_and_cost_only_their_own_exercise(graded):
    assert graded.points("endless") == 2  # exercise 2, which was right
    assert "stopped after 3 seconds" in graded.feedback("endless")


def test_a_hundred_gigabytes_are_refused(graded):
    assert graded.points("memory") == 0
    text = graded.feedback("memory")
    assert "refused at once" in text and "refused in pieces" in text


def test_nothing_is_deleted_or_written_outside(graded):
    assert graded.points("delete") == 0
    text = graded.feedback("delete")
    assert text.count("refused: ") >= 9  # the code itself holds it once, what it printed nine times
    assert not (graded.folder / "new.txt").exists()
    assert (graded.folder / "source" / CHAPTER / f"{CHAPTER}.ipynb").stat().st_size > 10_000
    with sqlite3.connect(graded.folder / "gradebook.db") as book:
        assert book.execute("select count(*) from student").fetchone() == (len(graded.rows),)


def test_no_process_is_started_or_signalled_and_no_network_reached(graded):
    assert graded.points("processes") == 0
    assert "the cell ended its own process" in graded.feedback("processes")


def test_forged_messages_to_the_grader_gain_nothing(graded):
    assert graded.points("forge") == 0


def test_tampering_with_the_test_cells_gains_nothing(graded):
    assert graded.points("tampered") == 0
    assert graded.rows["tampered"]["of"] == graded.rows["right"]["of"]


def test_relabelled_cells_gain_nothing_and_do_not_end_the_grading_of_the_class(graded):
    assert graded.points("relabelled") == 0
    assert graded.rows["relabelled"]["bonus_of"] == graded.rows["right"]["bonus_of"]


def test_who_is_graded_after_all_of_them_has_every_point(graded):
    assert graded.points("zz_right_at_last") == graded.points("right") == 22
