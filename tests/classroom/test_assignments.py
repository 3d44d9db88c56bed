"""The assignments of all chapters: what they hold, and that the solved code earns every point apart from the grader."""

from __future__ import annotations

import ast
import re

import pytest

from authoring import classroom
from authoring.__main__ import main
from authoring.chapters import ROOT, read_course
from authoring.masters import read_master
from bioml_helpers.classroom import fence, grading
from bioml_helpers.classroom.apart import Nursery
from bioml_helpers.classroom.fence import Limits
from bioml_helpers.learning import FunctionExercise
from bioml_helpers.learning.registry import find, origin

COURSE = read_course(ROOT)
NAMES = [chapter.name for chapter in COURSE.chapters]


@pytest.fixture(scope="module")
def built() -> dict:
    """Every assignment, as the lecturer has it, with always the same seeds."""
    levels, found = classroom.read_levels(COURSE), {}
    for chapter in COURSE.chapters:
        classroom._register(chapter)
        master = read_master(ROOT, chapter.master)
        asked = classroom.asked(COURSE, chapter, master)
        found[chapter.name] = (asked, classroom.assignment(COURSE, chapter, master, asked, levels, "always the same"))
    return found


def demands_of(notebook) -> list:
    tests = [grading._hidden_test(cell.source) for cell in notebook.cells if grading._is_test(cell)]
    return [demand for test in tests for demand in test.demands]


@pytest.mark.parametrize("name", NAMES)
def test_every_exercise_of_a_master_is_in_its_assignment(built, name):
    asked, notebook = built[name]
    wanted = [identity for one in asked for identity, _ in one.checks]
    text = "\n".join(cell.metadata.nbgrader.grade_id for cell in notebook.cells)
    assert wanted and all(identity.replace(".", "-") in text for identity in wanted)


@pytest.mark.parametrize("name", NAMES)
def test_points_follow_the_levels(built, name):
    asked, notebook = built[name]
    levels = classroom.read_levels(COURSE)
    by_level = [levels[identity] for one in asked for identity, _ in one.checks]
    master = (ROOT / "chapters" / "source" / f"{name}.py").read_text(encoding="utf-8")
    questions = len(re.findall(r"^explain\(", master, re.MULTILINE))
    counted, bonus = classroom.points(notebook)
    assert bonus == sum(level for level in by_level if level >= 4)
    assert counted == sum(level for level in by_level if level <= 3) + 2 * questions


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_loads_data_or_draws(built, name):
    for cell in built[name][1].cells:
        if cell.cell_type == "code" and not cell.metadata.nbgrader.solution:
            names = {node.attr for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Attribute)}
            assert not names & {"load", "pictures", "show"}


def test_grade_ids_are_used_once_in_a_notebook(built):
    for _, notebook in built.values():
        ids = [cell.metadata.nbgrader.grade_id for cell in notebook.cells]
        assert len(set(ids)) == len(ids)


def test_every_exercise_graded_by_hand_is_one_that_exists():
    for chapter in COURSE.chapters:
        classroom._register(chapter)
    assert all(find(identity) for identity in classroom.BY_HAND)


def test_hidden_tests_of_functions_try_other_inputs_than_the_visible_ones(built):
    from bioml_helpers.classroom.hidden import SAME_INPUTS, other_cases
    from bioml_helpers.learning.judge_functions import cases_of

    same = []
    for _, notebook in built.values():
        for identity, _, seed in demands_of(notebook):
            exercise = find(identity)
            if isinstance(exercise, FunctionExercise):
                visible, hidden = (
                    list(map(repr, cases)) for cases in (cases_of(exercise), other_cases(exercise, seed))
                )
                if set(hidden) <= set(visible):
                    same.append(identity)
    assert set(same) <= SAME_INPUTS


@pytest.mark.slow
def test_the_solved_code_of_every_chapter_is_right_when_judged_apart(built):
    if fence.what_is_missing():
        from support.skips import skip_or_fail

        skip_or_fail(fence.what_is_missing())
    modules = sorted({origin(one) for asked, _ in built.values() for each in asked for one, _ in each.checks})
    nursery = Nursery(modules, Limits(answer_seconds=30, cell_seconds=60), early=["torch"])
    wrong, seconds = [], {}
    try:
        for name, (_, notebook) in built.items():
            with nursery.pupil() as pupil:
                for cell in notebook.cells:
                    if grading._is_test(cell):
                        for identity, expressions, seed in grading._hidden_test(cell.source).demands:
                            verdict = pupil.judge(identity, expressions, seed=seed)
                            wrong += [] if verdict.is_right else [(identity, verdict.status, verdict.message)]
                    elif cell.cell_type == "code" and not cell.metadata.nbgrader.grade:
                        wrong += [(name, one) for one in pupil.run(cell.source) if one["output_type"] == "error"]
            seconds[name] = pupil.cpu
    finally:
        nursery.close()
    assert wrong == []
    assert max(seconds.values()) < 3, seconds


# --- the command


def test_the_command_writes_a_course_folder_and_keeps_its_seeds(tmp_path, capsys):
    assert main(["build", "--classroom", "02b", "--to", str(tmp_path)]) == 0
    notebook = tmp_path / "source" / "02b_rosenblatts_rule" / "02b_rosenblatts_rule.ipynb"
    first = notebook.read_text(encoding="utf-8")
    assert "hidden.demand" in first and "configure(c)" in (tmp_path / "nbgrader_config.py").read_text(encoding="utf-8")
    assert main(["build", "--classroom", "02b", "--to", str(tmp_path)]) == 0
    assert notebook.read_text(encoding="utf-8") == first
    assert "3 points" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["--classroom"], ["--to", "somewhere"]])
def test_half_the_command_is_refused_in_a_sentence(arguments, capsys):
    assert main(["build", *arguments]) == 1
    assert "belong together" in capsys.readouterr().err


def test_an_exercise_without_a_level_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(classroom, "read_levels", lambda course: {})
    problems = classroom.build_classroom(COURSE, COURSE.named(["02b"]), tmp_path, say=lambda _: None)
    assert [(one.file, "neuron.b1" in one.sentence) for one in problems] == [("chapters/levels.toml", True)]
