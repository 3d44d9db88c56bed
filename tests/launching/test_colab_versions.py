"""Colab's ipywidgets 7.7 and IPython 7.34: the packages import, and the solved chapters run to their end.

Only `.ci/run` has these versions (in `.venv-colab`, with BIOML_COLAB_ENV=1); elsewhere nothing here is collected,
because there is nothing that could fail.
"""

from __future__ import annotations

import os
import re
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = dict(
    re.findall(r"^([\w-]+)==(\S+)", (ROOT / "tests/launching/colab-requirements.txt").read_text(), re.MULTILINE)
)
CHAPTERS = tomllib.loads((ROOT / "chapters/chapters.toml").read_text(encoding="utf-8"))["chapter"]

if os.environ.get("BIOML_COLAB_ENV") == "1":

    @pytest.mark.parametrize("package", ["ipywidgets", "ipython", "anywidget", "ipykernel"])
    def test_these_are_colabs_versions(package):
        assert version(package) == PINNED[package]

    @pytest.mark.parametrize("room", ["data", "figures", "learning", "training"])
    def test_each_room_imports(room):
        __import__(f"bioml_helpers.{room}")

    @pytest.mark.slow
    @pytest.mark.parametrize("folder", ["chapters", "chapters/solutions"])
    @pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter["name"])
    def test_a_chapter_runs_to_its_end(chapter, folder):
        import nbformat
        from nbclient import NotebookClient

        path = ROOT / folder / f"{chapter['name']}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
        client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(path.parent)}})
        client.execute()  # raises at the first cell with an error
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        assert outputs and not [output for output in outputs if output.output_type == "error"]

    def test_the_kernel_that_runs_the_chapters_is_this_one(tmp_path):
        import nbformat
        from nbclient import NotebookClient

        cell = nbformat.v4.new_code_cell("import sys, ipywidgets; print(sys.prefix, ipywidgets.__version__)")
        notebook = nbformat.v4.new_notebook(cells=[cell])
        NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
        assert notebook.cells[0].outputs[0].text.split() == [sys.prefix, PINNED["ipywidgets"]]
