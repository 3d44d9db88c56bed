"""The package as a wheel: built, installed where there is no clone, and a chapter run from it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from authoring import execute
from authoring.chapters import Chapter, Course
from authoring.environments import lay_over, make_empty
from authoring.problems import CourseError, Problem

# The last cell of the notebook's copy: where the package came from, and whether the clone can still be seen.
WITNESS = """\
import importlib.util, json, bioml_helpers
print(json.dumps([bioml_helpers.__file__, importlib.util.find_spec("authoring") is not None]))"""

# Which of the packages that NAME asks for are missing or too old, one sentence's part a line.
UNMET = """\
import importlib.metadata as metadata, sys
from packaging.requirements import Requirement
for line in metadata.requires(sys.argv[1]) or []:
    asked = Requirement(line)
    if asked.marker and not asked.marker.evaluate({"extra": ""}):
        continue
    try:
        found = metadata.version(asked.name)
    except metadata.PackageNotFoundError:
        found = "none"
    if found == "none" or not asked.specifier.contains(found, prereleases=True):
        print(f"{asked.name}{asked.specifier}, and here is {found}")"""


def build_wheel(root: Path, folder: Path) -> Path:
    """Build the wheel of the package under `root` into the empty `folder`, without a network; return its path.

    Raises
    ------
    CourseError
        With pip's own reason.
    """
    options = ["--no-index", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    _pip("the wheel cannot be built", ["wheel", *options, str(root)])
    return next(Path(folder).glob("*.whl"))


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel into an empty environment laid over this one; return that environment's Python.

    Raises
    ------
    CourseError
        Where pip cannot install it, or where a package that it asks for is missing or too old.
    """
    python = make_empty(folder)
    aside = ["--python", str(python), "install", "--no-index", "--no-deps", "--no-compile"]
    _pip("the wheel cannot be installed", [*aside, str(wheel)])
    lay_over(python)
    command = [python, "-I", "-c", UNMET, wheel.name.split("-")[0]]
    unmet = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    if unmet:
        raise CourseError("\n".join(f"the wheel asks for {one}." for one in unmet))
    return python


def run_chapter(python: Path, course: Course, chapter: Chapter) -> list[Problem]:
    """Run the student's notebook with the kernel of `python`, in an empty folder; return what went wrong."""
    notebook = nbformat.read(course.root / chapter.student, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(WITNESS, id="witness"))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "work").mkdir()
        environment = execute.surroundings(course, folder) | {"PYTHONNOUSERSITE": "1"}
        del environment["PYTHONPATH"]  # it names the clone
        found = execute.run(notebook, folder / "work", environment, _kernel_of(python, folder / "kernels"))
    if not found:
        found = [("", sentence) for sentence in _not_from(python, notebook.cells[-1].outputs[0].text)]
    return [
        Problem(chapter.student, f"cell {where}" if where else "", f"from the wheel: {sentence}")
        for where, sentence in found
    ]


def try_wheel(wheel: Path, course: Course) -> list[Problem]:
    """Install the wheel without the clone and run the first notebook that needs no data; return what went wrong."""
    chapter = next((one for one in course.chapters if not one.data), None)
    if chapter is None:
        return [Problem(wheel.name, "", "there is no notebook without data sets to try it with.")]
    with tempfile.TemporaryDirectory() as folder:
        try:
            python = install(wheel, Path(folder))
        except CourseError as error:
            return [Problem(wheel.name, "", sentence) for sentence in str(error).splitlines()]
        return run_chapter(python, course, chapter)


def _kernel_of(python: Path, folder: Path) -> AsyncKernelManager:
    """Return what starts a kernel of `python`, whatever kernels this machine knows."""
    (folder / "wheel").mkdir(parents=True)
    command = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    description = {"argv": command, "display_name": "wheel", "language": "python"}
    (folder / "wheel" / "kernel.json").write_text(json.dumps(description), encoding="utf-8")
    return AsyncKernelManager(
        kernel_name="wheel",
        kernel_spec_manager=KernelSpecManager(kernel_dirs=[str(folder)], ensure_native_kernel=False),
    )


def _not_from(python: Path, testimony: str) -> list[str]:
    package, clone_is_seen = json.loads(testimony)
    sentences = []
    if python.parents[1].resolve() not in Path(package).resolve().parents:
        sentences.append(f"the chapter took bioml_helpers from {package}, not from the wheel.")
    if clone_is_seen:
        sentences.append("the chapter could still see the clone.")
    return sentences


def _pip(complaint: str, arguments: Sequence[str]) -> None:
    """Run pip; raise the complaint with the line that says most."""
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=surroundings)
    if done.returncode:
        lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        telling = [line for line in lines if line.startswith("ERROR: ")] or lines or [f"status {done.returncode}"]
        raise CourseError(f"{complaint} ({telling[-1].removeprefix('ERROR: ').rstrip('.')}).")
