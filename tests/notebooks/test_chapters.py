"""Every chapter runs to its end under nbval in its budget: students' on what is at hand, solved ones on real data.

The network is cut in every run. A chapter with no real data must still reach its end; there only those outputs are
compared that do not need them. The runs go on beside the other tests (conftest.py).

Where there is an environment with Colab's versions (`.ci/run` makes one), the students' notebooks run in it and, when
asked for, the solved chapters once more; what Colab lacks is hidden from them, unless their set-up cell brings it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from support import colab
from support.runs import CUT, copy_of, memory_limit, nbval, network_can_be_cut, note, surroundings, time_limit

from authoring.chapters import ROOT, read_course
from authoring.products import as_text
from bioml_helpers import data

COURSE = read_course(ROOT)


def kinds_of_runs():
    """Yield what runs: each student notebook with what is at hand; each solved one on the real data.

    Where a chapter's real data are not at hand, its solved notebook runs without them too, besides the spoken skip.
    With Colab's versions: each student notebook; with BIOML_COLAB_SOLVED=1 the solved chapters too, without companions.
    """
    if colab.HERE:
        for chapter in COURSE.chapters:
            yield pytest.param(chapter, "student", False, id=f"{chapter.name}-student-colab")
        for chapter in COURSE.chapters:
            if colab.SOLVED_TOO and not chapter.is_companion:
                yield pytest.param(chapter, "solved", True, id=f"{chapter.name}-solved-colab")
        return
    for chapter in COURSE.chapters:
        has_data = all(data.is_real_available(name) for name in chapter.data)
        if not colab.LATER:
            yield pytest.param(chapter, "student", False, id=f"{chapter.name}-student-at-hand")
        if not has_data:
            yield pytest.param(chapter, "solved", False, id=f"{chapter.name}-solved-at-hand")
        yield pytest.param(chapter, "solved", True, id=f"{chapter.name}-solved-real-data")


@pytest.mark.slow
@pytest.mark.parametrize(("chapter", "product", "real"), list(kinds_of_runs()))
def test_a_chapter_runs_to_its_end_within_its_budget(chapter, product, real, runs, need_real_data):
    if real:
        need_real_data(*chapter.data)
    run = runs.result(chapter, product, real)
    where = " with Colab's versions" if colab.HERE else ""
    note(f"{chapter.name} {product} {'real data' if real else 'at hand'}{where}", run, chapter)
    assert run.status == 0, run.text[-6000:]
    # A machine busy with something else lengthens the wall clock, not what the chapter computes.
    needed, limit = min(run.seconds, run.cpu_seconds), time_limit(chapter)
    assert needed <= limit, f"{run.seconds:.0f} s ({run.cpu_seconds:.0f} s computed), the budget is {limit:.0f} s"
    assert run.gigabytes <= memory_limit(chapter), f"{run.gigabytes:.2f} GB, the budget is {chapter.gigabytes} GB"


def small_notebook(folder: Path, source: str, stored: str) -> Path:
    """A notebook of one compared cell."""
    output = nbformat.v4.new_output("stream", name="stdout", text=stored)
    cell = nbformat.v4.new_code_cell(source, id="a", outputs=[output], execution_count=1)
    cell.metadata["tags"] = ["nbval-check-output"]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "p"}})
    path = folder / "small.ipynb"
    path.write_text(as_text(notebook), encoding="utf-8")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("stored", "status"), [("4\n", 0), ("5\n", 1)], ids=["same", "another"])
def test_a_stored_output_that_is_another_than_the_computed_one_fails(stored, status, tmp_path):
    run = nbval(small_notebook(tmp_path, "print(2 * 2)", stored), surroundings(tmp_path, real=False), 60)
    assert run.status == status, run.text


@pytest.mark.slow
def test_the_memory_of_the_kernel_is_measured(tmp_path):
    source = "import time\nblock = bytearray(b'x' * 400_000_000)\ntime.sleep(0.5)\nprint(4)"
    run = nbval(small_notebook(tmp_path, source, "4\n"), surroundings(tmp_path, real=False), 60)
    assert 0.4 < run.gigabytes < 1.0


def test_what_colab_lacks_is_hidden_from_a_chapter(tmp_path):
    path = copy_of(COURSE.chapters[0].student, tmp_path, real=False, lacking=["rdkit"])
    hide = nbformat.read(path, as_version=4).cells[0].source
    program = f"import importlib.util\n{hide}\nprint(importlib.util.find_spec('rdkit'))\nimport rdkit"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "None\n" and "ModuleNotFoundError: import of rdkit halted" in done.stderr


def test_what_a_chapter_needs_is_not_hidden_from_it():
    (graphs,) = COURSE.named(["07"])
    assert colab.lacking(graphs) == ["rdata", "scanpy"]


def test_with_the_network_cut_nothing_outside_is_reached():
    if not network_can_be_cut():
        pytest.skip("this machine can't cut the network for one process; BIOML_OFFLINE stands alone here")
    program = "import socket; socket.create_connection(('192.0.2.1', 443), timeout=2)"
    done = subprocess.run([*CUT, sys.executable, "-c", program], capture_output=True, text=True)
    assert "Network is unreachable" in done.stderr
