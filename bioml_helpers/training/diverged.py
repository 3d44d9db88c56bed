"""A clear stop when the loss is no number any more, with the last sound weights put back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import torch


class TrainingDiverged(ArithmeticError):
    """The loss or a weight became NaN or infinite.

    Attributes
    ----------
    epoch : int
        The epoch in which it happened, counted from 1.
    batch : int or None
        The batch of that epoch, counted from 1; None if it was seen after the epoch (weights or validation loss).
    last_finite_loss : float or None
        The mean training loss before it; None if the very first loss was not finite.
    restored_epoch : int
        The model holds the weights it had after this epoch (0: as before training).
    history : History
        The sound epochs.
    causes : list of str
        Likely causes in plain words, most likely first.
    """

    def __init__(self, value: float, epoch: int, batch: int | None, last_finite_loss: float | None, what: str = "loss"):
        super().__init__(f"the {what} became {value} in epoch {epoch}")
        self.value, self.epoch, self.batch, self.what = value, epoch, batch, what
        self.last_finite_loss = last_finite_loss
        self.restored_epoch, self.history, self.causes = 0, None, []

    def explain(self, history, restored_epoch: int, optimizer: torch.optim.Optimizer) -> None:
        """Complete the message with what the training loop knows."""
        self.history, self.restored_epoch = history, restored_epoch
        if self.last_finite_loss is None and history.train_loss:
            self.last_finite_loss = history.train_loss[-1]
        rate = optimizer.param_groups[0]["lr"]
        self.causes = [
            f"the learning rate ({rate:g}) is too large, so each step overshoots: try a tenth of it",
            "the inputs or y are on a large scale (raw counts, millions): standardise them first",
            "the loss takes a logarithm, root or quotient of zero: use torch's stable loss on raw outputs, such as "
            "BCEWithLogitsLoss or CrossEntropyLoss",
        ]
        self.args = (self._told(),)

    def _told(self) -> str:
        where = f"epoch {self.epoch}" + (f", batch {self.batch}" if self.batch else ", after its last batch")
        before = "there was no finite loss before"
        if self.last_finite_loss is not None:
            before = f"the last finite loss was {self.last_finite_loss:.3g}"
        weights = f"after epoch {self.restored_epoch}" if self.restored_epoch else "before training"
        causes = "; ".join(f"({number}) {cause}" for number, cause in enumerate(self.causes, start=1))
        return (
            f"Training stopped in {where}: the {self.what} became {self.value} ({before}). "
            f"The model holds the weights it had {weights}. Likely causes: {causes}."
        )


class WeightsInReserve:
    """A copy of the model's weights and buffers after the last epoch in which all were finite."""

    def __init__(self, model: torch.nn.Module, epoch: int = 0):
        self.epoch = epoch
        self._live = [tensor.detach() for tensor in (*model.parameters(), *model.buffers())]
        self._kept = [tensor.clone() for tensor in self._live]

    def keep(self, epoch: int) -> None:
        """Take the model's weights as they are now, or stop if they are not finite."""
        for tensor in self._live:
            total = tensor.sum(dtype=torch.float32).item()  # one pass and no copy; NaN and infinity survive a sum
            if not math.isfinite(total):
                raise TrainingDiverged(total, epoch, None, None, what="weights")
        self.epoch = epoch
        for kept, live in zip(self._kept, self._live, strict=True):
            kept.copy_(live)

    @contextmanager
    def put_back_if_diverged(self, history, optimizer: torch.optim.Optimizer) -> Iterator[None]:
        """Where the training inside diverges, give back the weights in reserve and complete the error."""
        try:
            yield
        except TrainingDiverged as diverged:
            self._put_back()
            diverged.explain(history, self.epoch, optimizer)
            raise

    def _put_back(self) -> None:
        for kept, live in zip(self._kept, self._live, strict=True):
            live.copy_(kept)
