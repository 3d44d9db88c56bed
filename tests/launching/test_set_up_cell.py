"""The set-up cell of each chapter, executed: on a Colab of empty modules, where pip and git only note what they are
asked; and once for real, out of a shallow clone of a tag."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from support import colab, stranger

from authoring import products
from authoring.chapters import ROOT, read_course

COURSE = read_course()
FOLDER = COURSE.repository.split("/")[1]
CLONE = f"git clone -q --depth 1 --branch {COURSE.branch} {COURSE.url}"
PIP = "pip install -q -c colab-keeps.txt"
UNTOUCHABLE = ("torch", "numpy", "ipywidgets")

# Notes how it was called, and does what the real one would do to the modules: what is installed can then be found.
NOTE = """
import os, pathlib, sys
here = pathlib.Path(os.environ["SITE"])
with open(here / "commands.txt", "a") as file:
    print({name!r}, *sys.argv[1:], file=file)
"""
PIP_STANDS_IN = (
    NOTE
    + "print('noise') if '-q' not in sys.argv else None\n"
    + (
        "wanted = os.path.basename(sys.argv[-1])\n"
        "module = {modules!r}.get(wanted, wanted)\n"
        "(here / (module + '.py')).write_text('')\n"
    )
)
GIT_STANDS_IN = NOTE + "os.mkdir(os.path.basename(sys.argv[-1]))\n"


def set_up_cells() -> dict[str, list]:
    """Return each different set-up cell with the chapters that have it, out of the notebooks that are stored."""
    found: dict[str, list] = {}
    for chapter in COURSE.chapters:
        for file in (chapter.student, chapter.solved):
            cells = nbformat.read(ROOT / file, as_version=4).cells
            found.setdefault(next(cell.source for cell in cells if cell.cell_type == "code"), []).append(chapter)
    return found


@pytest.fixture
def machine(tmp_path):
    """A Colab whose packages are empty modules: returns what runs a cell on it and tells (commands, output)."""
    if sys.platform == "win32":
        pytest.skip("a stand-in for git needs a script that starts by its name alone; Colab is Linux")
    site, work = tmp_path / "site", tmp_path / "content"
    for folder in (site, work, site / "pip", tmp_path / "bin"):
        folder.mkdir()
    for name, version in {**colab.PINNED, "torch": "2.11.0+cu128"}.items():
        (site / f"{products.module_of(name)}.py").write_text("")
        note = site / f"{name.replace('-', '_')}-{version}.dist-info"
        note.mkdir()
        (note / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (site / "sklearn.py").write_text("")
    (site / "pip/__init__.py").write_text("")
    modules = {FOLDER: "bioml_helpers", **{name: products.module_of(name) for name in colab.LACKS}}
    (site / "pip/__main__.py").write_text(PIP_STANDS_IN.format(name="pip", modules=modules))
    git = tmp_path / "bin/git"
    git.write_text(f"#!{sys.executable}\n" + GIT_STANDS_IN.format(name="git"))
    git.chmod(git.stat().st_mode | stat.S_IXUSR)
    bare = {"PYTHONPATH": str(site), "SITE": str(site), "PATH": f"{git.parent}{os.pathsep}{os.environ['PATH']}"}

    def run(cell: str, **more: str) -> tuple[list[str], str]:
        notes = site / "commands.txt"
        notes.unlink(missing_ok=True)
        surroundings = stranger.without_network(**bare, **more)
        # -S: nothing but the standard library and the empty modules
        command = [sys.executable, "-S", "-c", cell]
        done = subprocess.run(command, cwd=work, env=surroundings, capture_output=True, text=True, timeout=60)
        said = done.stdout + done.stderr
        return notes.read_text().splitlines() if notes.exists() else [], said

    run.work, run.site = work, site
    return run


@pytest.mark.parametrize(("cell", "chapters"), set_up_cells().items(), ids=lambda one: getattr(one[0], "name", ""))
def test_on_a_new_colab_it_brings_the_course_and_what_the_chapter_lacks_then_nothing(cell, chapters, machine):
    lacking = [need for need in chapters[0].needs if need in colab.LACKS]
    commands, said = machine(cell, COLAB_RELEASE_TAG="release")
    assert commands == [CLONE, f"{PIP} --no-deps ./{FOLDER}", *(f"{PIP} {need}" for need in lacking)]
    assert said == ""
    keeps = dict(line.split("==") for line in (machine.work / "colab-keeps.txt").read_text().splitlines())
    assert keeps["torch"] == "2.11.0+cu128"
    assert {name: keeps[name] for name in UNTOUCHABLE[1:]} == {name: colab.PINNED[name] for name in UNTOUCHABLE[1:]}
    assert machine(cell, COLAB_RELEASE_TAG="release") == ([], "")


def test_every_chapter_has_such_a_cell():
    assert {chapter.name for chapters in set_up_cells().values() for chapter in chapters} == {
        chapter.name for chapter in COURSE.chapters
    }


@pytest.mark.parametrize("name", UNTOUCHABLE)
def test_it_installs_none_of_what_colab_must_keep(name):
    for chapter in COURSE.chapters:
        assert products.module_of(name) not in map(products.module_of, chapter.needs)


def test_after_a_download_that_broke_it_goes_on(machine):
    cell = products.setup(COURSE, COURSE.named(["07"])[0])[0]
    machine(cell, COLAB_RELEASE_TAG="release")
    (machine.site / "rdkit.py").unlink()
    commands, said = machine(cell, COLAB_RELEASE_TAG="release")
    assert (commands, said) == ([f"{PIP} rdkit"], "")


def test_away_from_colab_it_installs_nothing_and_says_how_to_start(machine):
    commands, said = machine(products.setup(COURSE, COURSE.named(["02"])[0])[0])
    assert commands == []
    assert "Not installed: bioml_helpers" in said and "python3 -m bioml_helpers learn" in said


@pytest.mark.slow
def test_a_shallow_clone_of_a_tag_is_installed_by_the_cell_and_works(origin, strange_python, tmp_path):
    course = replace(COURSE, branch=stranger.TAG)
    cell = products.setup(course, course.named(["02"])[0])[0]
    elsewhere = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{origin}.insteadOf",
        "GIT_CONFIG_VALUE_0": COURSE.url,
    }
    work = tmp_path / "content"
    work.mkdir()

    def run(code: str) -> subprocess.CompletedProcess:
        surroundings = stranger.without_network(**elsewhere, COLAB_RELEASE_TAG="release")
        return subprocess.run([strange_python, "-c", code], cwd=work, env=surroundings, capture_output=True, text=True)

    before = run("import bioml_helpers")
    assert "No module named 'bioml_helpers'" in before.stderr
    first = run(cell)
    assert first.returncode == 0, first.stderr
    for question, expected in {"describe --tags": stranger.TAG, "rev-list --count HEAD": "1"}.items():
        answer = subprocess.run(["git", "-C", work / FOLDER, *question.split()], capture_output=True, text=True)
        assert answer.stdout.strip() == expected
    again = run(
        f"{cell}\nimport bioml_helpers\nfrom bioml_helpers import data\nprint(bioml_helpers.__file__)\n"
        "print(len(data.load('ryegrass')[0]))"
    )
    assert again.returncode == 0, again.stderr
    where, rows = again.stdout.split()
    assert Path(where).is_relative_to(strange_python.parents[1]) and rows == "24"
