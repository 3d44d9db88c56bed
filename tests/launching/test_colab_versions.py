"""The environment with Colab's versions is what it says, and the packages import in it.

The chapters run in it by tests/notebooks. Only `.ci/run` has this environment (in `.venv-colab`, with
BIOML_COLAB_ENV=1); elsewhere only what the file of pins says is looked at.
"""

from __future__ import annotations

import sys
import tomllib
from importlib.metadata import version

import pytest
from packaging.requirements import Requirement
from support import colab

from authoring.chapters import ROOT

DEPENDENCIES = [
    Requirement(line)
    for line in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
]


@pytest.mark.parametrize("needed", DEPENDENCIES, ids=lambda needed: needed.name)
def test_of_each_package_it_is_known_whether_colab_brings_it(needed):
    told = [needed.name in colab.PINNED, needed.name in colab.LACKS]
    assert sum(told) == (0 if needed.name == "torch" else 1)  # for Colab's torch ours stands in, as the file says


@pytest.mark.parametrize("name", colab.PINNED)
def test_colabs_versions_are_admitted(name):
    bounds = {needed.name: needed.specifier for needed in DEPENDENCIES}
    assert name not in bounds or colab.PINNED[name] in bounds[name]


if colab.HERE:

    @pytest.mark.parametrize("package", colab.PINNED)
    def test_these_are_colabs_versions(package):
        assert version(package) == colab.PINNED[package]

    @pytest.mark.parametrize("room", ["data", "figures", "learning", "training"])
    def test_each_room_imports(room):
        __import__(f"bioml_helpers.{room}")

    def test_the_kernel_that_runs_the_chapters_is_this_one(tmp_path):
        import nbformat
        from nbclient import NotebookClient

        source = "import sys, ipywidgets, numpy; print(sys.prefix, ipywidgets.__version__, numpy.__version__)"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
        pinned = [colab.PINNED["ipywidgets"], colab.PINNED["numpy"]]
        assert notebook.cells[0].outputs[0].text.split() == [sys.prefix, *pinned]
