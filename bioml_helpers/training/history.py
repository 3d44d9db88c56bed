"""What happened in a training run: the losses of each epoch, as numbers, a table and a picture."""

from __future__ import annotations

import glob
import json
import math
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROWS_BELOW_PICTURE = 200  # a picture's table holds no more epochs than this: notebooks stay small
UNFINISHED = ".unfinished"
STEEP = 30  # losses that fall by more than this factor are drawn on a logarithmic axis


@dataclass(repr=False)
class History:
    """Losses and metrics of a training run, one value an epoch.

    Attributes
    ----------
    train_loss : list of float
        Mean loss over the epoch's training batches, measured while the weights changed (dropout switched on).
    validation_loss : list of float
        Mean loss over the validation data after the epoch (dropout switched off); empty without validation data.
    metrics : dict of str to list of float
        Each metric after each epoch, on the validation data or, without any, on the training data.
    metrics_on : {"", "validation", "training"}
        Which data the metrics were computed on.
    best_epoch : int or None
        With early stopping: the epoch whose weights the model holds now, counted from 1.
    stopped_early : bool
        Whether early stopping (or ``after_epoch``) ended the run.
    seconds : float
        Time the run took; not compared when two histories are.

    Examples
    --------
    >>> history = History(train_loss=[2.0, 1.0, 0.5], validation_loss=[2.1, 1.2, 1.3])
    >>> history.epochs
    [1, 2, 3]
    >>> print(history.as_table())
       epoch  train_loss  validation_loss
    0      1         2.0              2.1
    1      2         1.0              1.2
    2      3         0.5              1.3
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    metrics: dict[str, list[float]] = field(default_factory=dict)
    metrics_on: str = ""
    best_epoch: int | None = None
    stopped_early: bool = False
    seconds: float = field(default=0.0, compare=False)

    @property
    def epochs(self) -> list[int]:
        """The epochs done, counted from 1."""
        return list(range(1, len(self.train_loss) + 1))

    def add(self, train_loss: float, validation_loss: float | None = None, metrics: dict[str, float] | None = None):
        """Append one epoch."""
        self.train_loss.append(train_loss)
        if validation_loss is not None:
            self.validation_loss.append(validation_loss)
        for name, value in (metrics or {}).items():
            self.metrics.setdefault(name, []).append(value)

    def as_table(self):
        """Return a pandas DataFrame, one row an epoch: ``epoch``, ``train_loss``, ``validation_loss``, the metrics."""
        import pandas as pd

        columns: dict[str, list] = {"epoch": self.epochs, "train_loss": self.train_loss}
        if self.validation_loss:
            columns["validation_loss"] = self.validation_loss
        return pd.DataFrame({**columns, **self.metrics})

    def summary(self) -> str:
        """Say in one to three sentences how the losses went.

        Examples
        --------
        >>> History(train_loss=[2.0, 1.0, 0.5]).summary()
        'The training loss goes from 2 in epoch 1 to 0.5 in epoch 3.'
        """
        if not self.train_loss:
            return "No epoch has been trained yet."
        last = len(self.train_loss)
        if last == 1:
            told = [f"The training loss of the one epoch is {self.train_loss[0]:.3g}."]
        else:
            told = [
                f"The training loss goes from {self.train_loss[0]:.3g} in epoch 1 "
                f"to {self.train_loss[-1]:.3g} in epoch {last}."
            ]
        if self.validation_loss:
            lowest = min(self.validation_loss)
            told.append(
                f"The validation loss is lowest in epoch {self.validation_loss.index(lowest) + 1} ({lowest:.3g}) "
                f"and ends at {self.validation_loss[-1]:.3g}."
            )
        if self.best_epoch is not None:
            when = (
                f"Early stopping ended the run after epoch {last}" if self.stopped_early else "The run went to its end"
            )
            told.append(f"{when}; the model holds the weights of epoch {self.best_epoch}.")
        return " ".join(told)

    def __repr__(self) -> str:
        return f"<History of {len(self.train_loss)} epochs. {self.summary()}>"

    def plot(self, *, title: str | None = None, log_scale: bool | None = None, card=None) -> None:
        """Show the loss of each epoch: training solid blue, validation dashed orange with markers.

        Parameters
        ----------
        title : str, optional
            Title above the picture.
        log_scale : bool, optional
            Logarithmic loss axis; by default where the losses span more than a factor of 30.
        card : bioml_helpers.data.Card, optional
            Card of the data set, so that stand-in data are marked on the picture.

        Raises
        ------
        ValueError
            If no epoch has been trained.

        Examples
        --------
        >>> History(train_loss=[2.0, 1.0, 0.5]).plot()
        The training loss goes from 2 in epoch 1 to 0.5 in epoch 3.
        """
        from bioml_helpers import figures

        if not self.train_loss:
            raise ValueError("history: expected at least one trained epoch to plot, got none; call train(...) first.")
        figures.show(self._draw(log_scale), alt=self.summary(), data=self._thinned_table(), title=title, card=card)

    def save(self, path: str | Path) -> Path:
        """Write the history to a JSON file, whole or not at all; return its path.

        Raises
        ------
        OSError
            If the file cannot be written; an older one is then untouched.
        """
        return write_whole(path, (json.dumps(asdict(self), indent=1) + "\n").encode(), what="history")

    @classmethod
    def load(cls, path: str | Path) -> History:
        """Read a history that :meth:`save` wrote.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file holds no history.
        """
        path = Path(path)
        if not path.is_file():
            raise FileNotFoundError(f"path: expected a history that was saved before, found no file {path}.")
        try:
            return cls.from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, AttributeError) as error:
            raise ValueError(
                f"path: expected a saved history, but {path} is damaged or something else ({error})."
            ) from None

    def as_dict(self) -> dict[str, Any]:
        """Return all fields in plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> History:
        """Return the history that :meth:`as_dict` described."""
        history = cls(**fields)
        curves = [history.train_loss, history.validation_loss, *history.metrics.values()]
        if not all(isinstance(curve, list) and all(isinstance(x, int | float) for x in curve) for curve in curves):
            raise ValueError("losses and metrics must be lists of numbers")
        return history

    def _draw(self, log_scale: bool | None):
        from matplotlib.ticker import MaxNLocator

        from bioml_helpers import figures

        figure, axes = figures.subplots()
        axes.plot(self.epochs, self.train_loss, label="training", **figures.COLOURS["train"])
        if self.validation_loss:
            look = {**figures.COLOURS["validation"], "marker": "o"}
            every = max(1, len(self.validation_loss) // 12)
            axes.plot(self.epochs, self.validation_loss, label="validation", markevery=every, **look)
        if self.best_epoch is not None:
            axes.axvline(self.best_epoch, label="weights kept", **figures.COLOURS["baseline"])
        if log_scale if log_scale is not None else self._is_steep():
            axes.set_yscale("log")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set(xlabel="epoch", ylabel="loss")
        axes.legend()
        return figure

    def _is_steep(self) -> bool:
        losses = self.train_loss + self.validation_loss
        return min(losses) > 0 and max(losses) / min(losses) > STEEP

    def _thinned_table(self):
        table = self.as_table()
        step = math.ceil(len(table) / ROWS_BELOW_PICTURE)
        kept = set(range(0, len(table), step)) | {len(table) - 1}
        return table.iloc[sorted(kept)]


def write_whole(path: str | Path, content: bytes, *, what: str) -> Path:
    """Write a file whole or not at all: into a neighbour first, which then takes the old file's place in one move."""
    path = Path(path)
    neighbour = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, neighbour = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=UNFINISHED)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(neighbour, path)
    except OSError as error:
        if neighbour is not None:
            Path(neighbour).unlink(missing_ok=True)
        reason = error.strerror or str(error)
        raise type(error)(
            f"path: expected a place where a {what} can be written, got {path} ({reason}); nothing was changed."
        ) from None
    return path


def remove_unfinished(path: str | Path) -> None:
    """Remove what a process that was killed while writing `path` left beside it."""
    path = Path(path)
    for neighbour in path.parent.glob(f".{glob.escape(path.name)}.*{UNFINISHED}"):
        neighbour.unlink(missing_ok=True)
