"""Every chapter runs to its end under nbval, student and solved, on real data and on what is at hand, in its budget.

The network is cut in every run. A chapter with no real data must still reach its end; there only those outputs are
compared that do not need them. The runs go on beside the other tests (conftest.py).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from support.runs import CUT, nbval, network_can_be_cut, note, surroundings, time_limit

from authoring.chapters import ROOT, read_course
from authoring.products import as_text

COURSE = read_course(ROOT)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("product", "real"),
    [("student", False), ("solved", False), ("solved", True)],
    ids=["student-at-hand", "solved-at-hand", "solved-real-data"],
)
@pytest.mark.parametrize("chapter", COURSE.chapters, ids=lambda chapter: chapter.name)
def test_a_chapter_runs_to_its_end_within_its_budget(chapter, product, real, runs, need_real_data):
    if real:
        need_real_data(*chapter.data)
    run = runs.result(chapter, product, real)
    note(f"{chapter.name} {product} {'real data' if real else 'at hand'}", run, chapter)
    assert run.status == 0, run.text[-6000:]
    # A machine busy with something else lengthens the wall clock, not what the chapter computes.
    needed, limit = min(run.seconds, run.cpu_seconds), time_limit(chapter)
    assert needed <= limit, f"{run.seconds:.0f} s ({run.cpu_seconds:.0f} s computed), the budget is {limit:.0f} s"
    assert run.gigabytes <= chapter.gigabytes, f"{run.gigabytes:.2f} GB, the budget is {chapter.gigabytes} GB"


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


def test_with_the_network_cut_nothing_outside_is_reached():
    if not network_can_be_cut():
        pytest.skip("this machine can't cut the network for one process; BIOML_OFFLINE stands alone here")
    program = "import socket; socket.create_connection(('192.0.2.1', 443), timeout=2)"
    done = subprocess.run([*CUT, sys.executable, "-c", program], capture_output=True, text=True)
    assert "Network is unreachable" in done.stderr
