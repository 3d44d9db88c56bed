"""The package as a wheel: it holds the catalogue, and works where there is no clone."""

from __future__ import annotations

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from authoring.chapters import read_course
from authoring.wheel import build_wheel, install, run_chapter

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built without a network: the builder is in requirements.txt."""
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The Python of an environment that has the wheel and not the clone."""
    return install(wheel, tmp_path_factory.mktemp("installed"))


def run(installed: Path, code: str, **more: str) -> subprocess.CompletedProcess:
    """Run `code` without what this Python's surroundings add to the path."""
    surroundings = {**os.environ, **more}
    return subprocess.run([installed, "-I", "-c", code], capture_output=True, text=True, env=surroundings)


@pytest.mark.parametrize("file", ["_data/catalogue.toml", "__main__.py", "start/doctor.py", "data/__init__.py"])
def test_the_wheel_holds(wheel, file):
    assert f"bioml_helpers/{file}" in zipfile.ZipFile(wheel).namelist()


def test_the_wheel_holds_every_module_of_the_living_figures(wheel):
    inside = set(zipfile.ZipFile(wheel).namelist())
    modules = [path.relative_to(ROOT).as_posix() for path in (ROOT / "bioml_helpers").rglob("*.js")]
    assert modules and [module for module in modules if module not in inside] == []


def test_the_wheel_holds_neither_tests_nor_chapters(wheel):
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"bioml_helpers"}


def test_the_wheels_licence_is_inside(wheel):
    assert any(name.endswith("licenses/LICENSE") for name in zipfile.ZipFile(wheel).namelist())


def test_data_loads_from_the_wheel_without_the_clone(installed):
    done = run(installed, "from bioml_helpers import data; print(data.__file__, len(data.load('ryegrass')[0]))")
    assert done.returncode == 0, done.stderr
    assert str(installed.parents[1]) in done.stdout and done.stdout.split()[-1] == "24"


def test_learn_from_a_wheel_says_that_the_chapters_are_elsewhere(installed):
    done = run(installed, "import sys; from bioml_helpers.__main__ import main; sys.exit(main(['learn']))")
    assert done.returncode == 1
    assert "git clone" in done.stderr and "Traceback" not in done.stderr


def test_the_doctor_from_a_wheel_needs_no_clone(installed):
    code = "import sys; from bioml_helpers.__main__ import main; sys.exit(main(['doctor']))"
    done = run(installed, code, BIOML_OFFLINE="1")
    assert "installed without the clone" in done.stdout, done.stderr


@pytest.mark.slow
def test_a_students_chapter_runs_from_the_wheel_without_the_clone(installed):
    course = read_course(ROOT)
    (chapter,) = course.named(["00b_arrays_and_shapes"])
    assert run_chapter(installed, course, chapter) == []
