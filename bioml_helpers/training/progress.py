"""A progress bar that leaves nothing behind in a stored notebook.

In a notebook the bar lives in one display that is overwritten and ends as the line it began with, so a stored notebook
holds one plain sentence that is the same at every run: no widget, whose state must not be stored, and no stderr. In a
terminal it is an ordinary tqdm bar that disappears; where nobody looks (a log file, a test) there is none.
"""

from __future__ import annotations

import os
import sys

SECONDS_BETWEEN = 0.2


class ProgressBar:
    """Count epochs, with the loss beside it, in a ``with`` block.

    Examples
    --------
    >>> with ProgressBar(3, wanted=False) as bar:
    ...     bar.epoch_done(0.5, None)
    """

    def __init__(self, num_epochs: int, *, done: int = 0, wanted: bool = True):
        self._bar = self._display = None
        if not wanted or os.environ.get("BIOML_PROGRESS_BAR") == "0" or done >= num_epochs:
            return
        self._display = _Display(f"Training for {num_epochs} epochs") if in_a_notebook() else None
        if self._display is None and not _is_terminal(sys.stderr):
            return
        from tqdm import tqdm  # the plain text one: tqdm.auto would store a widget

        self._bar = tqdm(
            total=num_epochs,
            initial=done,
            file=self._display or sys.stderr,
            desc="Training",
            unit="epoch",
            leave=False,
            ncols=100,
            ascii=" -" if self._display else None,  # block characters differ in width between fonts
            mininterval=SECONDS_BETWEEN,
        )

    def epoch_done(self, train_loss: float, validation_loss: float | None) -> None:
        """Move on by one epoch."""
        if self._bar is None:
            return
        self._bar.set_postfix_str(_losses(train_loss, validation_loss), refresh=False)
        self._bar.update()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, kind, error, traceback) -> None:
        if self._bar is not None:
            self._bar.close()
        if self._display is not None:
            self._display.rest()


class _Display:
    """A file for tqdm whose every line overwrites one output of the notebook cell."""

    def __init__(self, resting: str):
        from IPython.display import display

        self._resting = _Plain(resting)
        self._handle = display(self._resting, display_id=True)

    def write(self, text: str) -> None:
        line = text.replace("\r", "").rstrip()
        if line:
            self._handle.update(_Plain(line))

    def flush(self) -> None:
        """Nothing is held back."""

    def rest(self) -> None:
        self._handle.update(self._resting)


class _Plain:
    """Text that IPython shows as it is, with no quotes around it."""

    def __init__(self, text: str):
        self._text = text

    def __repr__(self) -> str:
        return self._text


def in_a_notebook() -> bool:
    """Return whether a Jupyter kernel runs this (a terminal's IPython is none)."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


def _is_terminal(stream) -> bool:
    return bool(getattr(stream, "isatty", lambda: False)())


def _losses(train_loss: float, validation_loss: float | None) -> str:
    told = f"training loss {train_loss:.3g}"
    return told if validation_loss is None else f"{told}, validation loss {validation_loss:.3g}"
