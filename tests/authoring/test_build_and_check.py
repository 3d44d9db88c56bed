"""The way round: masters are built and executed, the same twice, and whatever is not fresh any more is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import nbformat
import pytest

from authoring import execute, products
from authoring.__main__ import main
from authoring.build import build, check
from authoring.chapters import ROOT

STUDENT, SOLVED = "chapters/01_toy.ipynb", "chapters/solutions/01_toy.ipynb"


def told(course):
    return [str(problem) for problem in check(course, course.chapters)]


def change(course, file, edit):
    """Apply `edit` to the notebook's JSON, and write it as the build would."""
    from authoring.products import as_text

    path = course.root / file
    notebook = nbformat.v4.reads(path.read_text(encoding="utf-8"))
    edit(notebook)
    path.write_text(as_text(notebook), encoding="utf-8")


def test_a_built_course_is_fresh(built):
    assert told(built) == []


def test_both_products_are_valid_executed_notebooks(built):
    for file in (STUDENT, SOLVED):
        notebook = nbformat.read(built.root / file, as_version=4)
        nbformat.validate(notebook)
        counts = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
        assert counts == list(range(1, len(counts) + 1))


def test_the_student_is_told_not_attempted_and_the_solution_is_right(built):
    student, solved = ((built.root / file).read_text(encoding="utf-8") for file in (STUDENT, SOLVED))
    assert "toy.1 not attempted yet" in student and "toy.2 not attempted yet" in student
    assert "toy.1 right" in solved and "toy.2 right" in solved and "not attempted" not in solved


def test_building_again_gives_the_same_bytes(copy):
    files = (STUDENT, SOLVED, "README.md")
    before = [(copy.root / file).read_bytes() for file in files]
    for file in (STUDENT, SOLVED):
        (copy.root / file).unlink()
    assert build(copy, copy.chapters, say=lambda text: None) == []
    assert [(copy.root / file).read_bytes() for file in files] == before


def test_the_stored_metadata_name_no_version_of_python(built):
    metadata = json.loads((built.root / STUDENT).read_text(encoding="utf-8"))["metadata"]
    assert metadata["kernelspec"]["name"] == "python3"
    assert "version" not in metadata["language_info"]


def test_a_changed_master_is_told(copy):
    path = copy.root / "chapters/source/01_toy.py"
    path.write_text(path.read_text(encoding="utf-8").replace("Three roots", "Four roots"), encoding="utf-8")
    assert told(copy) == [
        f"{file}, cell 01-015: it differs from what its master gives (source); run: python -m authoring build."
        for file in (STUDENT, SOLVED)
    ]


def test_changed_text_is_renewed_and_the_outputs_stay(copy):
    before = nbformat.read(copy.root / SOLVED, as_version=4)
    path = copy.root / "chapters/source/01_toy.py"
    path.write_text(path.read_text(encoding="utf-8").replace("Three roots", "Four roots"), encoding="utf-8")
    assert build(copy, copy.chapters, prose=True, say=lambda text: None) == []
    assert told(copy) == []
    after = nbformat.read(copy.root / SOLVED, as_version=4)
    assert [cell.get("outputs") for cell in after.cells] == [cell.get("outputs") for cell in before.cells]
    assert "Four roots" in (copy.root / STUDENT).read_text(encoding="utf-8")


def test_kept_outputs_are_cleaned_as_a_build_would_clean_them(copy):
    path = copy.root / STUDENT
    table = '<table class="dataframe"><tbody><tr><th>root</th></tr></tbody></table>'
    stored = nbformat.read(path, as_version=4)
    shown = nbformat.v4.new_output("display_data", data={"text/html": table, "text/plain": "root"})
    next(cell for cell in stored.cells if cell.cell_type == "code").outputs.append(shown)
    nbformat.write(stored, path)
    assert build(copy, copy.chapters, prose=True, say=lambda text: None) == []
    assert '<th scope=\\"row\\">root</th>' in path.read_text(encoding="utf-8")


def test_changed_code_is_not_given_old_outputs(copy):
    path = copy.root / "chapters/source/01_toy.py"
    before = (copy.root / SOLVED).read_bytes()
    path.write_text(path.read_text(encoding="utf-8") + "\n# %%\n1 + 1\n", encoding="utf-8")
    problems = build(copy, copy.chapters, prose=True, say=lambda text: None)
    assert len(problems) == 2 and "its code is not that of its master" in str(problems[0])
    assert (copy.root / SOLVED).read_bytes() == before


def test_another_set_up_cell_is_renewed_as_long_as_it_showed_nothing(copy, monkeypatch):
    launch = products._launch
    monkeypatch.setattr(products, "_launch", lambda *arguments: launch(*arguments) + "\n# another line")
    assert build(copy, copy.chapters, prose=True, say=lambda text: None) == []
    assert told(copy) == []
    path = copy.root / SOLVED
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", name="stdout", text="installed\n")]
    path.write_text(products.as_text(notebook), encoding="utf-8")
    monkeypatch.setattr(products, "_launch", launch)
    problems = build(copy, copy.chapters, prose=True, say=lambda text: None)
    assert [problem.file for problem in problems] == [SOLVED]


def test_a_cell_more_in_the_master_is_told_once_a_product(copy):
    path = copy.root / "chapters/source/01_toy.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# %%\n1 + 1\n", encoding="utf-8")
    assert sum("cells, its master gives" in problem for problem in told(copy)) == 2


EDITS = {
    "what its master gives (source)": lambda notebook: notebook.cells[5].update(source="print(1)"),
    "what its master gives (id)": lambda notebook: notebook.cells[5].update(id="another"),
    "what its master gives (tags)": lambda notebook: notebook.cells[5].metadata.update(tags=["peer"]),
    "its metadata are not what its master gives": lambda notebook: notebook.metadata.update(authors=["A"]),
    "its metadata hold 'widgets'": lambda notebook: notebook.metadata.update(widgets={}),
    "built without executing it": lambda notebook: notebook.metadata["bioml"].pop("outputs"),
    "built on stand-in data": lambda notebook: notebook.metadata["bioml"].update(outputs="stand-in data"),
    "a stored error: NameError": lambda notebook: notebook.cells[4].outputs.append(
        nbformat.v4.new_output("error", ename="NameError", evalue="x", traceback=[])
    ),
    "an image/png without alt": lambda notebook: notebook.cells[4].outputs.append(
        nbformat.v4.new_output("display_data", data={"image/png": "x"})
    ),
}


@pytest.mark.parametrize("sentence", EDITS)
def test_a_product_changed_by_hand_is_told(sentence, copy):
    change(copy, STUDENT, EDITS[sentence])
    (problem,) = told(copy)
    assert problem.startswith(STUDENT) and sentence in problem


def test_another_writing_of_the_same_notebook_is_told(copy):
    path = copy.root / STUDENT
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")), indent=2), encoding="utf-8")
    (problem,) = told(copy)
    assert "written by something else than the build" in problem


def test_a_broken_file_is_told(copy):
    (copy.root / STUDENT).write_text("{", encoding="utf-8")
    (problem,) = told(copy)
    assert "it is not a valid notebook" in problem


def test_what_is_missing_orphaned_or_stale_is_told_together(copy):
    (copy.root / SOLVED).unlink()
    (copy.root / "chapters/02_lost.ipynb").write_text("{}", encoding="utf-8")
    (copy.root / "chapters/source/03_draft.py").write_text("", encoding="utf-8")
    readme = copy.root / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8").replace("10 min", "11 min"), encoding="utf-8")
    assert told(copy) == [
        f"{SOLVED}: the notebook is missing; run: python -m authoring build.",
        "chapters/02_lost.ipynb: no chapter of chapters/chapters.toml has this file.",
        "chapters/source/03_draft.py: no chapter of chapters/chapters.toml has this file.",
        "README.md: its table of chapters is stale; run: python -m authoring build.",
    ]


def test_a_readme_without_markers_is_told(copy):
    (copy.root / "README.md").write_text("# Toy\n", encoding="utf-8")
    (problem,) = told(copy)
    assert "put the lines <!-- chapters:begin --> and <!-- chapters:end --> there" in problem


def test_a_failing_cell_is_told_and_nothing_is_written(make, good):
    course = make(good.replace('quiz("toy.quiz")', "1 / 0"))
    problems = [str(one) for one in build(course, course.chapters, say=lambda text: None)]
    assert problems == [f"{file}, cell 01-014: ZeroDivisionError: division by zero" for file in (STUDENT, SOLVED)]
    assert not (course.root / STUDENT).exists()


def test_a_master_that_cannot_be_cut_is_told_and_not_built(make, good):
    course = make(good.replace("    # END SOLUTION\n", ""))
    problems = [str(one) for one in build(course, course.chapters, run=False)]
    assert len(problems) == 1 and "BEGIN SOLUTION has no END SOLUTION" in problems[0]
    assert not (course.root / STUDENT).exists()


def test_real_data_are_demanded(make, catalogue, monkeypatch):
    monkeypatch.setattr(execute, "missing_data", lambda chapter: ["dnase"])
    course = make(catalogue=catalogue)
    (problem,) = build(course, course.chapters)
    assert "not built, for dnase would be stand-in data" in str(problem)
    assert not (course.root / STUDENT).exists()


def test_a_draft_on_stand_ins_says_so_and_is_not_fresh(make, monkeypatch):
    monkeypatch.setattr(execute, "missing_data", lambda chapter: ["dnase"])
    course = make()
    assert build(course, course.chapters, stand_in=True, say=lambda text: None) == []
    assert [problem for problem in told(course) if "built on stand-in data" in problem] == told(course)


def test_without_executing_it_is_quick_and_not_fresh(make):
    course = make()
    assert build(course, course.chapters, run=False, say=lambda text: None) == []
    assert len(told(course)) == 2 and all("without executing" in problem for problem in told(course))


def test_the_command_ends_with_1_and_the_problems(make, good, capsys):
    course = make(good.replace("Three roots", "Flawless roots"))
    assert main(["--root", str(course.root), "lint"]) == 1
    assert "'flawless' promises too much" in capsys.readouterr().err
    assert main(["--root", str(course.root), "lint", "07"]) == 1
    assert "expected one of 01_toy" in capsys.readouterr().err


def test_the_command_ends_with_0_where_there_is_no_problem(built):
    command = [sys.executable, "-m", "authoring", "--root", str(built.root), "check", "01"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env={**os.environ})
    assert (done.returncode, done.stdout) == (0, "check: 1 notebook, no problem.\n")
