"""The progress bar is seen while training runs and leaves one plain line, always the same, in a stored notebook."""

from __future__ import annotations

import io
import sys

import nbformat
import pytest
import torch
from nbclient import NotebookClient
from torch import nn

from bioml_helpers.training import train

X = torch.ones(4, 1)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def written(monkeypatch):
    """Trains before somebody at a terminal, and returns what was written there."""

    def run(**settings) -> str:
        screen = Terminal()
        monkeypatch.setattr(sys, "stderr", screen)
        train(nn.Linear(1, 1), (X, X), loss_fn=nn.MSELoss(), num_epochs=4, **settings)
        return screen.getvalue()

    return run


def test_a_terminal_shows_a_bar_and_wipes_it_away(written):
    text = written()
    assert "Training:" in text and "/4" in text
    assert text.endswith("\r") and text.split("\r")[-2].strip() == ""


def test_it_can_be_switched_off(written):
    assert written(progress=False) == ""


def test_the_environment_can_switch_it_off(written, monkeypatch):
    monkeypatch.setenv("BIOML_PROGRESS_BAR", "0")
    assert written() == ""


def test_a_stored_notebook_holds_the_line_that_was_shown_first():
    code = """
import time, torch
from torch import nn
from bioml_helpers.training import train
X = torch.ones(4, 1)

def slow(y_hat, y):
    time.sleep(0.25)
    return nn.functional.mse_loss(y_hat, y)

history = train(nn.Linear(1, 1), (X, X), loss_fn=slow, num_epochs=4)
"""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    seen = []

    class Watching(NotebookClient):
        def process_message(self, message, cell, cell_index):
            if message["msg_type"] in ("display_data", "update_display_data"):
                seen.append(message["content"]["data"]["text/plain"])
            return super().process_message(message, cell, cell_index)

    Watching(notebook, timeout=60, kernel_name="python3").execute()
    (output,) = notebook.cells[0].outputs
    assert output.output_type == "display_data"
    assert output.data == {"text/plain": "Training for 4 epochs"}
    assert seen[0] == seen[-1] == "Training for 4 epochs"
    assert any("2/4" in text and "training loss" in text for text in seen)
    assert "widgets" not in notebook.metadata
