"""In a real Jupyter kernel: feedback has both twins, widgets carry theirs, an endless loop leaves the kernel usable."""

from __future__ import annotations

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")

WIDGET = "application/vnd.jupyter.widget-view+json"
SETUP = """
from bioml_helpers import learning
learning.register(
    learning.FunctionExercise("kernel.add", "Add", lambda a, b: a + b, [(1, 2), (3, 4)]),
    learning.Quiz("kernel.quiz", "Quiz", [learning.Question("1 + 1?", {"a": learning.Option("2"),
        "b": learning.Option("3", "Count again.")}, "a", why="Two.")]),
    learning.OrderExercise("kernel.order", "Order", ["x = 1", "x = x + 1"], shuffle_seed=1),
    learning.Prediction("kernel.guess", "How many?", explanation="Many."),
)
"""
CELLS = {
    "setup": SETUP,
    "stub": "def add(a, b):\n    ...\nlearning.check('kernel.add', add)",
    "wrong": "def add(a, b):\n    c = a\n    return c[b]\nlearning.check('kernel.add', add)",
    "endless": "def add(a, b):\n    while True: pass\nlearning.check('kernel.add', add)",
    "right": "learning.check('kernel.add', lambda a, b: b + a)",
    "quiz": "learning.quiz('kernel.quiz')",
    "order": "learning.order('kernel.order')",
    "predict": "learning.predict('kernel.guess')",
    "observe": "learning.observe('kernel.guess', 3)",
    "explain": "learning.explain('kernel.guess')",
    "source": "def half(x):\n    return x / 2\nlearning.show_source(half)",
    "progress": "learning.progress()",
}


def run(cells):
    """Run the cells in one kernel; return the data of each cell's last output."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in cells.values()])
    nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return {
        name: cell.outputs[-1].data if cell.outputs else None for name, cell in zip(cells, notebook.cells, strict=True)
    }


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.setenv("BIOML_PROGRESS", str(tmp_path_factory.mktemp("kernel") / "progress.json"))
    patch.delenv("BIOML_WIDGETS", raising=False)
    yield run(CELLS)
    patch.undo()


@pytest.mark.parametrize("cell", [name for name in CELLS if name != "setup"])
def test_every_output_has_both_twins(outputs, cell):
    assert {"text/html", "text/plain"} <= set(outputs[cell])


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ("stub", "○ Not attempted yet · kernel.add"),
        ("wrong", "in line 3 of your code: `return c[b]`"),
        ("endless", "stopped after 0.8 seconds"),
        ("right", "✓ Right · kernel.add"),
        ("observe", "No prediction is stored"),
        ("source", "half: this notebook, line 1"),
        ("progress", "kernel.add     ✓ Right"),
    ],
)
def test_the_text_says_what_was_seen(outputs, cell, told):
    assert told in outputs[cell]["text/plain"]


@pytest.mark.parametrize("cell", ["quiz", "order", "predict", "explain"])
def test_widgets_carry_the_question_for_readers_without_a_kernel(outputs, cell):
    assert WIDGET in outputs[cell]
    assert "Answer: learning." in outputs[cell]["text/plain"]
    assert "<code>learning." in outputs[cell]["text/html"]


def test_switched_off_widgets_leave_the_twins_alone(monkeypatch):
    monkeypatch.setenv("BIOML_WIDGETS", "0")
    outputs = run({name: CELLS[name] for name in ("setup", "quiz")})
    assert set(outputs["quiz"]) == {"text/html", "text/plain"}
