"""What is generated: header, set-up, footer, README table; and how stubs are cut."""

from __future__ import annotations

import subprocess
import sys

import pytest

from authoring import products
from authoring.masters import cut, read_master


@pytest.fixture
def toy(make):
    course = make()
    return course, course.chapters[0], read_master(course.root, course.chapters[0].master)


def test_the_stub_replaces_the_solution_at_its_indent():
    source = "def f(x):\n    # BEGIN SOLUTION\n    y = x\n    return y\n    # END SOLUTION\n\n\nf(1)"
    assert cut(source, keep_solution=False) == "def f(x):\n    ...\n\n\nf(1)"
    assert cut(source, keep_solution=True) == "def f(x):\n    y = x\n    return y\n\n\nf(1)"


def test_a_written_stub_keeps_its_own_comments_and_indents():
    source = "# BEGIN SOLUTION\nx = 1\n# STUB\n# if True:\n#     x = ...  # how many?\n#\n# # a comment\n# END SOLUTION"
    assert cut(source, keep_solution=False) == "if True:\n    x = ...  # how many?\n\n# a comment"


def test_two_solutions_in_a_cell_are_both_cut():
    source = "# BEGIN SOLUTION\na = 1\n# END SOLUTION\nb = 2\n# BEGIN SOLUTION\nc = 3\n# END SOLUTION"
    assert cut(source, keep_solution=False) == "...\nb = 2\n..."


def test_no_solution_reaches_the_student(toy):
    text = products.as_text(products.build_notebook(*toy, solved=False))
    assert "2 * x" not in text
    assert "SOLUTION" not in text


def test_no_marker_reaches_the_solved_notebook(toy):
    text = products.as_text(products.build_notebook(*toy, solved=True))
    assert "return 2 * x" in text
    assert "SOLUTION" not in text and "STUB" not in text


def test_quizzes_are_answered_in_the_solved_notebook_only(toy):
    solved, student = (products.as_text(products.build_notebook(*toy, solved=one)) for one in (True, False))
    assert 'quiz(\\"toy.retrieval\\", answers=True)' in solved
    assert 'quiz(\\"toy.retrieval\\")' in student and "answers=True" not in student


def test_ids_come_from_chapter_and_position(toy):
    cells = products.build_notebook(*toy, solved=False).cells
    assert [cell.id for cell in cells] == [f"01-{position:03d}" for position in range(len(cells))]


def test_the_header_has_the_one_h1_objectives_times_and_links(toy):
    text = products.header(*toy, solved=False)
    assert text.startswith("# Chapter 1 · Toys\n")
    for part in ("How long is a root?", "4. Doubt it.", "10 minutes", "2 · Build ⏱ 6 min"):
        assert part in text
    assert "https://colab.research.google.com/github/owner/toy-course/blob/main/chapters/01_toy.ipynb" in text
    assert "https://mybinder.org/v2/gh/owner/toy-course/main?urlpath=lab/tree/chapters/01_toy.ipynb" in text


def test_the_header_shows_no_picture_from_elsewhere(toy):
    text = products.header(*toy, solved=False)
    assert "![" not in text and "<img" not in text


def test_the_generated_code_keeps_the_rule_it_holds_masters_to(toy):
    course, chapter, _ = toy
    for source in products.setup(course, chapter):
        assert sum(bool(line.strip()) for line in source.splitlines()) <= 15
        compile(source, "<set-up>", "exec")


def test_one_torch_thread_where_torch_is_imported(make, catalogue):
    course = make(catalogue=catalogue.replace("imports = []", 'imports = ["numpy as np", "torch"]'))
    assert "torch.set_num_threads(1)" in products.setup(course, course.chapters[0])[1]
    course = make()
    assert "torch" not in products.setup(course, course.chapters[0])[1]


def run_setup(course, monkeypatch, *, missing, colab):
    """Run the first set-up cell where the modules `missing` can't be found; return the commands it ran."""
    import importlib.util

    found = importlib.util.find_spec
    commands = []
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name in missing else found("json"))
    monkeypatch.setattr(subprocess, "run", lambda command, check: commands.append(" ".join(command)))
    monkeypatch.chdir(course.root)
    if colab:
        monkeypatch.setenv("COLAB_RELEASE_TAG", "release")
    else:
        monkeypatch.delenv("COLAB_RELEASE_TAG", raising=False)
    exec(products.setup(course, course.chapters[0])[0], {})
    return commands


def test_set_up_does_nothing_where_everything_is_there(make, monkeypatch, capsys):
    assert run_setup(make(), monkeypatch, missing=[], colab=False) == []
    assert capsys.readouterr().out == ""


def test_set_up_on_colab_clones_and_installs_us_without_dependencies(make, monkeypatch):
    commands = run_setup(make(), monkeypatch, missing=["bioml_helpers"], colab=True)
    assert commands == [
        "git clone -q --depth 1 --branch main https://github.com/owner/toy-course",
        f"{sys.executable} -m pip install -q -c colab-keeps.txt --no-deps ./toy-course",
    ]


def test_set_up_on_colab_installs_what_the_chapter_lacks_and_never_torch(make, monkeypatch, catalogue):
    text = catalogue.replace("needs = []", 'needs = ["torch-geometric>=2.6"]').replace(
        "imports = []", 'imports = ["torch"]'
    )
    commands = run_setup(make(catalogue=text), monkeypatch, missing=["torch_geometric", "torch"], colab=True)
    assert commands[1:] == [f"{sys.executable} -m pip install -q -c colab-keeps.txt torch-geometric>=2.6"]


def test_set_up_on_colab_does_not_clone_again(make, monkeypatch):
    course = make()
    (course.root / "toy-course").mkdir()
    commands = run_setup(course, monkeypatch, missing=["bioml_helpers"], colab=True)
    assert commands == [f"{sys.executable} -m pip install -q -c colab-keeps.txt --no-deps ./toy-course"]


def test_elsewhere_a_missing_package_is_one_sentence_that_says_how_to_start(make, monkeypatch):
    with pytest.raises(Exception, match="Not installed: bioml_helpers") as caught:
        run_setup(make(), monkeypatch, missing=["bioml_helpers"], colab=False)
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert "python3 -m bioml_helpers learn" in str(caught.value)


def test_the_footer_links_to_the_solved_chapter_and_back(toy):
    course, chapter, _ = toy
    assert "(solutions/01_toy.ipynb)" in products.footer(course, chapter, solved=False)
    assert "(../01_toy.ipynb)" in products.footer(course, chapter, solved=True)


def test_the_readme_keeps_what_stands_around_its_table(toy):
    course = toy[0]
    text = "before\n<!-- chapters:begin -->\nold\n<!-- chapters:end -->\nafter\n"
    new = products.with_table(course, text)
    assert new.startswith("before\n") and new.endswith("\nafter\n") and "old" not in new
    assert "[1 · Toys](chapters/01_toy.ipynb)" in new
    assert products.with_table(course, new) == new


@pytest.mark.parametrize("text", ["", "<!-- chapters:begin -->", "<!-- chapters:end --> <!-- chapters:begin -->"])
def test_a_readme_without_its_markers_is_not_touched(toy, text):
    assert products.with_table(toy[0], text) is None


def test_a_file_that_says_the_same_is_not_written_again(tmp_path):
    path = tmp_path / "file"
    assert products.write_if_new(path, "ä\n")
    assert not products.write_if_new(path, "ä\n")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("package", "module"),
    [("nibabel", "nibabel"), ("torch-geometric>=2.6", "torch_geometric"), ("scikit-image", "skimage")],
)
def test_a_package_is_looked_for_under_the_name_it_is_imported_by(package, module):
    assert products.module_of(package) == module


def test_the_readmes_table_quotes_what_was_measured(make):
    course = make()
    assert "| 10 min | – | [solved]" in products.readme_table(course)
    row = "| 01_toy solved {}, whole notebook under nbval | {} s computed in 40 s, 0.49 GB at most | at most 60 s |"
    path = course.root / products.RESULTS
    path.parent.mkdir()
    path.write_text(row.format("at hand", 12) + "\n" + row.format("real data", 34) + "\n", encoding="utf-8")
    assert "| 10 min | 34 s, 0.49 GB | [solved]" in products.readme_table(course)
