"""Recorded loss curves of real training runs on the chains of 1988: eight to read, four to stop.

They lie in ``recorded.json`` beside this file, written by ``python -m benchmarks.training_curves``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RECORDED = Path(__file__).with_name("recorded.json")

# The eight diagnoses, in the words of the exercise; the letters are those of the picture.
DIAGNOSES = {
    "healthy": "both losses fall and level off together",
    "overfitting": "first both fall, then only the training loss does",
    "too simple": "both level off together, far above what this task allows",
    "rate too small": "both still fall in a straight line when training ends",
    "rate too large": "the losses jump and never settle",
    "input ignored": "both lie on the entropy of the labels from the first epoch on",
    "labels shuffled": "the training loss falls, the validation loss never gets below a guess",
    "dropout": "the training loss, measured with dropout on, lies above the validation loss",
}
KEY = {  # which recorded run hides behind which letter
    "A": "too simple",
    "B": "overfitting",
    "C": "rate too large",
    "D": "healthy",
    "E": "labels shuffled",
    "F": "rate too small",
    "G": "dropout",
    "H": "input ignored",
}
STOPPING = ("smooth", "noisy", "two dips", "still falling")


@dataclass(frozen=True)
class Curve:
    """The losses of a recorded run, one value an epoch.

    Attributes
    ----------
    train, validation : list of float
    how : str
        The settings of the run, in words.
    """

    train: list[float]
    validation: list[float]
    how: str


@cache
def _recorded() -> dict:
    return json.loads(RECORDED.read_text(encoding="utf-8"))


def guess() -> float:
    """Return the entropy of the labels of the recorded runs: the loss of who never looks at the input.

    Examples
    --------
    >>> 0.9 < guess() < 1.1
    True
    """
    return _recorded()["guess"]


def recorded(group: str) -> dict[str, Curve]:
    """Return recorded curves: ``"reading"``, by letter, or ``"stopping"``, by name.

    Examples
    --------
    >>> list(recorded("reading"))
    ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
    """
    runs = {name: Curve(**run) for name, run in _recorded()[group].items()}
    return {letter: runs[name] for letter, name in KEY.items()} if group == "reading" else runs


@dataclass(frozen=True)
class Stop:
    """Where early stopping stops on a curve, epochs counted from 1.

    Attributes
    ----------
    stop : int
        Last epoch that is trained.
    kept : int
        Epoch whose weights are kept.
    loss : float
        Validation loss of these weights.
    stopped : bool
        Whether it stopped before the curve ends.
    """

    stop: int
    kept: int
    loss: float
    stopped: bool


def stop(losses: Sequence[float], patience: int) -> Stop:
    """Return where early stopping with this patience stops on a recorded curve of validation losses.

    A tie is no new best, and neither is NaN.

    Examples
    --------
    >>> stop([0.9, 0.5, 0.6, 0.5, 0.3], patience=2)
    Stop(stop=4, kept=2, loss=0.5, stopped=True)
    """
    best, kept, waited = math.inf, 0, 0
    for epoch, loss in enumerate(losses, start=1):
        if loss < best:
            best, kept, waited = loss, epoch, 0
        else:
            waited += 1
        if waited >= patience:
            return Stop(epoch, kept, best, epoch < len(losses))
    return Stop(len(losses), kept, best, False)
