"""What chapter 9 builds: dropout, weight decay, and the test that finds a learning rate."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import torch

from bioml_helpers.data import validate


class Dropout(torch.nn.Module):
    """Switch a random share of the numbers off while training, and let all pass when predicting.

    What stays is divided by 1 − p, so that the mean of each number is what it would be without dropout, and nothing has
    to be changed when predicting. Chapter 9, section *Build*.

    Parameters
    ----------
    p : float
        Share of the numbers that is switched off, 0 to below 1.

    Raises
    ------
    ValueError
        If `p` is outside that range.

    References
    ----------
    Srivastava et al. 2014, Journal of Machine Learning Research 15:1929-1958.

    Examples
    --------
    >>> _ = torch.manual_seed(0)
    >>> Dropout(0.5)(torch.ones(6))
    tensor([0., 2., 0., 0., 0., 2.])
    >>> Dropout(0.5).eval()(torch.ones(6))
    tensor([1., 1., 1., 1., 1., 1.])
    """

    def __init__(self, p: float = 0.5):
        super().__init__()
        self.p = validate.number("p", p, low=0, high=1)
        if self.p == 1:
            raise ValueError("p: expected less than 1, since with 1 nothing would pass, got 1.")

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return X, any shape; in training mode some numbers 0 and the others larger."""
        if not self.training:
            return X
        stays = torch.rand_like(X) >= self.p  # drawn anew for each number of each example
        return X * stays / (1 - self.p)

    def extra_repr(self) -> str:
        """Return the share for the printed layer."""
        return f"p={self.p:g}"


def sgd_step(
    weights: Sequence[torch.Tensor],
    gradients: Sequence[torch.Tensor],
    learning_rate: float,
    weight_decay: float = 0.0,
) -> None:
    """Move weights one step down the loss, and a little towards 0 (weight decay), in place.

    ``w ← w − learning_rate · (gradient + weight_decay · w)``: the gradient of the loss plus weight_decay/2 times the
    sum of the squared weights. Chapter 9, section *Build*.

    Parameters
    ----------
    weights, gradients : sequence of Tensor
        Of the same shapes.
    learning_rate, weight_decay : float

    Raises
    ------
    ValueError
        If there are not as many gradients as weights.

    Examples
    --------
    >>> w = torch.tensor([1.0, -2.0])
    >>> sgd_step([w], [torch.zeros(2)], learning_rate=0.1, weight_decay=1.0)
    >>> w
    tensor([ 0.9000, -1.8000])
    """
    rate = validate.number("learning_rate", learning_rate, low=0)
    decay = validate.number("weight_decay", weight_decay, low=0)
    if len(weights) != len(gradients):
        raise ValueError(f"gradients: expected one for each of {len(weights)} weights, got {len(gradients)}.")
    with torch.no_grad():
        for weight, gradient in zip(weights, gradients, strict=True):
            weight -= rate * (gradient + decay * weight)


def range_test(
    model: torch.nn.Module,
    train_data: tuple,
    loss_fn: Callable,
    *,
    low: float = 1e-5,
    high: float = 10.0,
    num_steps: int = 100,
    batch_size: int = 128,
    seed: int = 0,
) -> pd.DataFrame:
    """Raise the learning rate at every step, from `low` to `high`, and watch the loss: fall, valley, climb.

    It works on a copy, so `model` stays as it was. The test stops once the loss is four times its lowest value. A pass
    over few batches costs seconds; it suggests where to look, and a sweep on validation data decides. Chapter 9,
    section *Use*.

    Parameters
    ----------
    model : torch.nn.Module
    train_data : (X, y)
        Of the training part only.
    loss_fn : callable
    low, high : float
        First and last rate; between them they grow by the same factor each step.
    num_steps, batch_size, seed : int

    Returns
    -------
    pandas.DataFrame
        ``learning_rate``, ``loss`` and ``smooth``, a running mean of the loss, one row a step.

    Raises
    ------
    ValueError
        If `high` is not above `low`.

    References
    ----------
    Smith 2015, doi:10.48550/arXiv.1506.01186.

    Examples
    --------
    >>> X = torch.linspace(-1, 1, 64).reshape(-1, 1)
    >>> table = range_test(torch.nn.Linear(1, 1), (X, 3 * X), torch.nn.MSELoss(), num_steps=60)
    >>> bool(table["smooth"].min() < table["smooth"].iloc[0])
    True
    """
    low = validate.number("low", low, low=0)
    high = validate.number("high", high, low=0)
    if not 0 < low < high:
        raise ValueError(f"high: expected a rate above low, and low above 0, got low {low:g} and high {high:g}.")
    num_steps = int(validate.number("num_steps", num_steps, low=2, integer=True))
    X, y = (torch.as_tensor(np.asarray(one)) if not isinstance(one, torch.Tensor) else one for one in train_data)
    model = copy.deepcopy(model).train()
    optimizer = torch.optim.Adam(model.parameters(), lr=low)
    draw = torch.Generator().manual_seed(seed)
    rows, running = [], None
    for rate in np.geomspace(low, high, num_steps):
        optimizer.param_groups[0]["lr"] = float(rate)
        picked = torch.randint(len(X), (min(batch_size, len(X)),), generator=draw)
        optimizer.zero_grad()
        loss = loss_fn(model(X[picked]), y[picked])
        loss.backward()
        optimizer.step()
        value = loss.item()
        running = value if running is None else 0.8 * running + 0.2 * value
        rows.append((float(rate), value, running))
        if not math.isfinite(value) or running > 4 * min(row[2] for row in rows):
            break
    return pd.DataFrame(rows, columns=["learning_rate", "loss", "smooth"])
