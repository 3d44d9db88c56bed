"""A loss for tables with missing labels."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def masked_loss(
    loss_fn: Callable, *, missing: float = math.nan
) -> Callable[[torch.Tensor, torch.Tensor], torch.Tensor]:
    """Return a loss that passes over missing labels: the mean over those that were observed.

    A missing label adds nothing to the loss and exactly 0 to the gradient; it is neither a negative nor a zero. A batch
    in which every label is missing has loss 0 and gradient 0: there is nothing to learn from it. Used by chapter 3.

    Parameters
    ----------
    loss_fn : callable
        An elementwise loss that averages, such as ``torch.nn.BCEWithLogitsLoss()``; it gets two flat tensors.
    missing : float
        What stands in `y` for a missing label: NaN, or a number that no label has (-1, say).

    Returns
    -------
    callable
        Takes ``(output, y)`` of the same shape; `y` is a float tensor.

    Raises
    ------
    TypeError
        If `loss_fn` cannot be called.
    ValueError
        From the returned loss: if the shapes differ, or `loss_fn` does not return one number.

    Examples
    --------
    >>> import torch
    >>> loss_fn = masked_loss(torch.nn.MSELoss())
    >>> loss_fn(torch.tensor([[1.0, 2.0]]), torch.tensor([[3.0, float("nan")]])).item()
    4.0
    """
    if not callable(loss_fn):
        raise TypeError(f"loss_fn: expected a loss such as torch.nn.BCEWithLogitsLoss(), got {loss_fn!r}.")

    def loss_of_observed(output: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        if output.shape != y.shape:
            raise ValueError(f"y: expected the shape of the output, {tuple(output.shape)}, got {tuple(y.shape)}.")
        observed = ~y.isnan() if math.isnan(missing) else y != missing
        if not observed.any():
            return output[observed].sum()  # 0, and still joined to the model, so that backward() works
        loss = loss_fn(output[observed], y[observed])
        if loss.ndim:
            raise ValueError(f"loss_fn: expected one number (reduction='mean'), got shape {tuple(loss.shape)}.")
        return loss

    loss_of_observed.passes_over_missing = math.isnan(missing)  # so that `training.train` lets NaN in y through
    return loss_of_observed
