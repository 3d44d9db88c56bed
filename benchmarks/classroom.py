"""A simulated class: so many students hand in chapter 2, and nbgrader grades them on two cores.

``python -m benchmarks.classroom 20`` measures a smaller class and prints the figures.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
CHAPTER = "02_neuron"
STUDENTS, CORES = 200, 2


def measure(students: int = STUDENTS, cores: int = CORES) -> dict[str, float]:
    """Grade a class and return its figures.

    Every third student hands in the solved notebook, every third half of it, the others the blanks. Each core grades a
    course folder of its own, for nbgrader grades one submission after the other and keeps one database.

    Returns
    -------
    dict
        ``students``; ``seconds`` on the clock for all; ``cpu`` seconds of computing for one submission, all of nbgrader
        included; ``first`` seconds of computing for a class of one, which holds every import.

    Raises
    ------
    subprocess.CalledProcessError
        If nbgrader can't do its work.
    """
    with tempfile.TemporaryDirectory(prefix="class-") as place:
        model = Path(place, "model")
        command = [sys.executable, "-m", "authoring", "build", "--classroom", CHAPTER, "--to", str(model)]
        subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        _nbgrader(model, "generate_assignment", CHAPTER).wait()
        first = _grade([_with_students(model, Path(place, "one"), range(1))])
        folders = [
            _with_students(model, Path(place, f"core{core}"), range(core, students, cores)) for core in range(cores)
        ]
        all_of_them = _grade(folders)
    return {
        "students": students,
        "seconds": all_of_them["seconds"],
        "cpu": (all_of_them["cpu"] - cores * first["cpu"]) / max(students - cores, 1),
        "first": first["cpu"],
    }


def _with_students(model: Path, folder: Path, numbers: range) -> Path:
    """Copy a course folder and let these students hand in."""
    shutil.copytree(model, folder)
    source = nbformat.read(folder / "source" / CHAPTER / f"{CHAPTER}.ipynb", 4)
    solved = {cell.metadata.nbgrader.grade_id: cell.source for cell in source.cells if cell.metadata.nbgrader.solution}
    for number in numbers:
        notebook = nbformat.read(folder / "release" / CHAPTER / f"{CHAPTER}.ipynb", 4)
        mine = [cell for cell in notebook.cells if cell.metadata.nbgrader.solution]
        for cell in mine[: {0: len(mine), 1: len(mine) // 2, 2: 0}[number % 3]]:
            cell.source = solved[cell.metadata.nbgrader.grade_id]
        place = folder / "submitted" / f"student{number:03d}" / CHAPTER
        place.mkdir(parents=True)
        nbformat.write(notebook, place / f"{CHAPTER}.ipynb")
    return folder


def _nbgrader(folder: Path, *arguments: str) -> subprocess.Popen:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    surroundings = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "nbgrader", *arguments]
    return subprocess.Popen(command, cwd=folder, env=surroundings, stderr=subprocess.DEVNULL)


def _grade(folders: list[Path]) -> dict[str, float]:
    """Grade these course folders at the same time; return seconds on the clock and of computing."""
    begun, cpu = time.monotonic(), 0.0
    for running in [_nbgrader(folder, "autograde", CHAPTER) for folder in folders]:
        _, status, usage = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, running.args)
        cpu += usage.ru_utime + usage.ru_stime
    return {"seconds": time.monotonic() - begun, "cpu": cpu}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else STUDENTS), indent=1))
