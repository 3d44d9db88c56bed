"""Executes a built notebook in a quiet, fixed surrounding, and stores what it shows."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from authoring import outputs
from authoring.chapters import Chapter, Course

CELL_SECONDS = 300  # far above any budget; it only keeps a hanging cell from holding the build for ever


def missing_data(chapter: Chapter) -> list[str]:
    """Return those of the chapter's data sets that are not at hand as real data."""
    if not chapter.data:
        return []
    from bioml_helpers import data

    return [name for name in chapter.data if not data.is_real_available(name)]


def surroundings(course: Course, folder: Path) -> dict[str, str]:
    """Return the kernel's environment: nothing in it differs from one build to the next."""
    kept = {
        key: value for key, value in os.environ.items() if key not in ("MPLBACKEND", "BIOML_WIDGETS", "PYTHONSTARTUP")
    }
    (folder / "ipython").mkdir()
    path = os.pathsep.join(part for part in (str(course.root), kept.get("PYTHONPATH", "")) if part)
    fixed = {
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": path,
        "TZ": "UTC",
        "TQDM_DISABLE": "1",
        "BIOML_PROGRESS": str(folder / "progress.json"),
        "IPYTHONDIR": str(folder / "ipython"),  # the author's own start-up files stay out
    }
    if kept.get("BIOML_DATA_DIR"):
        fixed["BIOML_DATA_DIR"] = os.path.abspath(kept["BIOML_DATA_DIR"])  # the kernel works in another folder
    return kept | fixed


def execute(course: Course, notebook: NotebookNode) -> list[tuple[str, str]]:
    """Execute the notebook in place and clean its outputs; return (cell id, sentence) for what went wrong."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "work").mkdir()
        found = run(notebook, folder / "work", surroundings(course, folder))
    if found:
        return found
    outputs.clean(notebook)
    return list(outputs.faults(notebook))


def run(
    notebook: NotebookNode, folder: Path, environment: dict[str, str], manager: KernelManager | None = None
) -> list[tuple[str, str]]:
    """Run the notebook in place, in `folder`; return (cell id, sentence) where it did not reach its end.

    The kernel is that of this Python, unless a `manager` starts another one.
    """
    client = NotebookClient(
        notebook,
        km=manager,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--IPKernelApp.log_level=40"],  # its advice about ports is no affair of authors
        resources={"metadata": {"path": str(folder)}},
    )
    try:
        client.execute(env=environment, cleanup_kc=True)
    except CellExecutionError:
        return [_error_of(notebook)]
    except CellTimeoutError:
        return [("", f"a cell runs longer than {CELL_SECONDS} s.")]
    except DeadKernelError:
        return [("", "the kernel died; has it run out of memory?")]
    return []


def _error_of(notebook: NotebookNode) -> tuple[str, str]:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                return cell.id, f"{output.ename}: {output.evalue}{_place(output.traceback)}"
    return "", "a cell fails, and says nothing."


def _place(traceback: list[str]) -> str:
    """Return where the error was raised, when that is in a file: ' (layers.py, line 40)'."""
    text = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(traceback))
    frames = re.findall(r"^File .*?([^/\\\n]+\.py):(\d+)", text, re.MULTILINE)
    return " ({}, line {})".format(*frames[-1]) if frames else ""
