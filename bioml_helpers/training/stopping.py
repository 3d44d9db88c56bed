"""Stop when the validation loss no longer falls, and go back to the best weights."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import torch

from bioml_helpers.data import validate


@dataclass
class EarlyStopping:
    """Watch the validation loss: after `patience` epochs without a new best, stop; the best weights come back.

    Parameters
    ----------
    patience : int
        Epochs in a row without improvement that are borne (at least 1).
    min_delta : float, optional
        A loss counts as a new best only if it is lower than the old best by more than this (default 0, in units of
        the loss). An equal loss is not a new best.

    Attributes
    ----------
    best_loss : float
        Lowest validation loss so far (infinity before the first epoch).
    best_epoch : int or None
        The epoch that reached it, counted from 1.
    waited : int
        Epochs since then.

    Examples
    --------
    >>> stopping = EarlyStopping(patience=2)
    >>> [stopping.update(epoch, loss) for epoch, loss in enumerate([0.9, 0.5, 0.6, 0.5], start=1)]
    [False, False, False, True]
    >>> stopping.best_epoch, stopping.best_loss
    (2, 0.5)

    Raises
    ------
    TypeError, ValueError
        If `patience` is not a whole number of at least 1 or `min_delta` not a number of at least 0.
    """

    patience: int
    min_delta: float = 0.0
    best_loss: float = field(default=math.inf, init=False)
    best_epoch: int | None = field(default=None, init=False)
    waited: int = field(default=0, init=False)
    best_weights: dict[str, torch.Tensor] | None = field(default=None, init=False, repr=False, compare=False)

    def __post_init__(self):
        self.patience = int(validate.number("patience", self.patience, low=1, integer=True))
        self.min_delta = validate.number("min_delta", self.min_delta, low=0)

    def update(self, epoch: int, validation_loss: float, model: torch.nn.Module | None = None) -> bool:
        """Take in one epoch's validation loss (NaN counts as no improvement); return True when it is time to stop."""
        if validation_loss < self.best_loss - self.min_delta:
            self.best_loss, self.best_epoch, self.waited = validation_loss, epoch, 0
            if model is not None:
                self._keep(model)
        else:
            self.waited += 1
        return self.waited >= self.patience

    def restore(self, model: torch.nn.Module) -> None:
        """Put the best weights back into `model`; without a best epoch nothing changes."""
        if self.best_weights is not None:
            model.load_state_dict(self.best_weights)

    def reset(self) -> None:
        """Forget all epochs seen, for a new training run."""
        self.best_loss, self.best_epoch, self.waited, self.best_weights = math.inf, None, 0, None

    def state_dict(self) -> dict[str, Any]:
        """Return all that a checkpoint must hold to go on exactly."""
        return {
            "best_loss": self.best_loss,
            "best_epoch": self.best_epoch,
            "waited": self.waited,
            "best_weights": self.best_weights,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what :meth:`state_dict` returned."""
        for name in ("best_loss", "best_epoch", "waited", "best_weights"):
            setattr(self, name, state[name])

    def _keep(self, model: torch.nn.Module) -> None:
        now = model.state_dict()
        if self.best_weights is None:
            self.best_weights = {name: value.detach().clone() for name, value in now.items()}
            return
        for name, value in now.items():
            self.best_weights[name].copy_(value)  # into the old memory: a new best may come every epoch
