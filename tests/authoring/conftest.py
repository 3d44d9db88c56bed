"""A small course in an empty folder: its catalogue, one good master, and a helper package that answers in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring.chapters import Course, read_course

GOOD = (Path(__file__).parent / "good_master.txt").read_text(encoding="utf-8")

CATALOGUE = """\
[course]
title = "A toy course"
repository = "owner/toy-course"
branch = "main"

[[chapter]]
number = 1
name = "01_toy"
topic = "toy"
title = "Toys"
question = "How long is a root?"
objectives = ["Write it.", "Build it.", "Predict it.", "Doubt it."]
minutes = 10
self_study_hours = 1
data = []
needs = []
claims = ["S21"]
imports = []
"""

HELPERS = {
    "__init__": "",
    "data": "",
    "evaluation": "",
    "training": "",
    "figures": "def show(*arguments, **keywords): print(keywords['alt'])",
    "learning": """
def check(name, answer):
    blank = answer is ... or callable(answer) and answer(1) is None
    print(name, "not attempted yet" if blank else "right")


def answer(*arguments, answers=False): print(*arguments)


explain = hint = observe = order = predict = quiz = show_source = answer
""",
    "toy/__init__": "",
    "toy/exercises": "",
}


def write_course(folder: Path, master: str = GOOD, catalogue: str = CATALOGUE) -> Course:
    """Write a course of one chapter into `folder` and read it."""
    files = {f"bioml_helpers/{name}.py": text for name, text in HELPERS.items()}
    files |= {"chapters/chapters.toml": catalogue, "chapters/source/01_toy.py": master}
    files["README.md"] = "# Toy\n\n<!-- chapters:begin -->\n<!-- chapters:end -->\n\nThe end.\n"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_course(folder)


@pytest.fixture
def make(tmp_path):
    """Call it with a master's text (and a catalogue's): returns the course that they make."""

    def call(master: str = GOOD, catalogue: str = CATALOGUE) -> Course:
        return write_course(tmp_path, master, catalogue)

    return call


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Course:
    """The toy course, built and executed once. A test that changes its files works on a copy."""
    from authoring.build import build

    course = write_course(tmp_path_factory.mktemp("built"))
    assert build(course, course.chapters, say=lambda text: None) == []
    return course


@pytest.fixture
def copy(built, tmp_path) -> Course:
    """A copy of the built course, free to be broken."""
    import shutil

    shutil.copytree(built.root, tmp_path / "copy")
    return read_course(tmp_path / "copy")


@pytest.fixture
def good() -> str:
    return GOOD


@pytest.fixture
def catalogue() -> str:
    return CATALOGUE
