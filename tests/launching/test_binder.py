"""What Binder does with binder/, done here without a network: the requirements, then postBuild, then an import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import version

import pytest
from support import stranger

from authoring.chapters import read_course
from authoring.products import RESULTS
from bioml_helpers.data.catalogue import catalogue

COURSE = read_course()
BINDER_GIGABYTES = 2.0  # what mybinder.org gives a notebook


def requirements(clone) -> str:
    """Binder's requirements; only the build of torch is that of this machine, since nothing is fetched."""
    text = (clone / "binder/requirements.txt").read_text(encoding="utf-8")
    return re.sub(r"^torch==\S+$", f"torch=={version('torch')}", text, flags=re.MULTILINE)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Binder's steps are scripts for Linux")
def test_binders_steps_give_a_package_that_works(clone, strange_python, tmp_path):
    def run(*command) -> subprocess.CompletedProcess:
        path = f"{strange_python.parent}{os.pathsep}{os.environ['PATH']}"
        surroundings = stranger.without_network(PATH=path, BIOML_CACHE_DIR=str(tmp_path / "cache"))
        surroundings.pop("BIOML_DATA_DIR", None)
        return subprocess.run(command, cwd=clone, env=surroundings, capture_output=True, text=True, timeout=300)

    asked = tmp_path / "requirements.txt"
    asked.write_text(requirements(clone), encoding="utf-8")
    # With all at hand pip fetches nothing; it reads the file, and refuses what contradicts itself or is not there.
    installed = run("python", "-m", "pip", "install", "-r", asked)
    assert installed.returncode == 0, installed.stderr
    assert "Would install" not in installed.stdout and "Successfully installed" not in installed.stdout

    built = run("binder/postBuild")
    assert built.returncode == 0, built.stderr
    assert "dnase: not to be had (BIOML_OFFLINE forbids the network)" in built.stdout
    assert built.stdout.rstrip().endswith("Not all data sets could be had; the chapters say so where it matters.")

    code = "import os; os.chdir('/'); import bioml_helpers.cnn as room; print(room.__file__)"
    imported = run("python", "-P", "-c", code)
    assert imported.stdout.startswith(str(strange_python.parents[1])), imported.stderr


def test_with_a_wrong_pin_the_step_would_fail(clone, strange_python, tmp_path):
    asked = tmp_path / "requirements.txt"
    asked.write_text(requirements(clone).replace("pooch==", "pooch==99."), encoding="utf-8")
    command = [strange_python, "-m", "pip", "install", "-r", asked]
    done = subprocess.run(command, env=stranger.without_network(), capture_output=True, text=True)
    assert done.returncode != 0 and "No matching distribution found for pooch==99." in done.stderr


def test_the_data_are_as_small_as_postbuild_says():
    files = {(entry.folder, file.name): file.bytes for entry in catalogue().values() for file in entry.files}
    assert 10e6 < sum(files.values()) < 100e6


@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.name)
def test_no_notebook_may_take_more_memory_than_binder_has(chapter):
    """The notebooks' tests hold each run to its budget."""
    assert chapter.gigabytes <= BINDER_GIGABYTES


def test_no_notebook_was_measured_to_take_more_memory_than_binder_has():
    text = (COURSE.root / RESULTS).read_text(encoding="utf-8")
    found = re.findall(
        r"^\| (\w+) (?:solved|student) .*?whole notebook under nbval \|.*?, ([\d.]+) GB at most", text, re.M
    )
    assert found and {name for name, _ in found} <= {chapter.name for chapter in COURSE.chapters}
    assert [(name, gigabytes) for name, gigabytes in found if float(gigabytes) > BINDER_GIGABYTES] == []
