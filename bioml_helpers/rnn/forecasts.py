"""Expression over time in chapter 5: forecasts of the next time point, forecasts that run free, and their rivals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch

from bioml_helpers import data
from bioml_helpers.data import validate
from bioml_helpers.rnn.models import make_layer
from bioml_helpers.training import train

FIRST = 5  # the first time point that is judged: every model has seen as much before it


class Forecaster(torch.nn.Module):
    """The next time point from all before it: a recurrent layer, then a linear layer, at each step.

    Parameters
    ----------
    n : int
        Genes, numbers a time point.
    hidden_size : int
    both : bool
        Read from both ends. That is the mistake which the chapter shows: the backward reader comes from the future.
    seed : int

    Examples
    --------
    >>> Forecaster(3)(torch.ones(2, 39, 3)).shape
    torch.Size([2, 39, 3])
    """

    def __init__(self, n: int, hidden_size: int = 32, *, both: bool = False, seed: int = 0):
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.layer = make_layer(n, hidden_size, both=both)
            self.head = torch.nn.Linear(hidden_size * (1 + both), n)

    def forward(self, X):
        """Return at each step a forecast of the step after it, (batch, steps, n)."""
        return self.head(self.layer(X)[0])

    def next(self, series) -> np.ndarray:
        """Return a forecast of the time point after the last, (batch, n)."""
        return self.one_step(series)[:, -1]

    def one_step(self, series) -> np.ndarray:
        """Return at each step a forecast of the step after it, as NumPy array."""
        with torch.no_grad():
            return self(torch.as_tensor(np.asarray(series), dtype=torch.float32)).double().numpy()


def future_leak(network: Callable, n: int, *, steps: int = 12) -> float:
    """Return by how much the forecasts of the first half change when the second half is changed: 0, or it looks ahead.

    Examples
    --------
    >>> future_leak(Forecaster(3), 3), future_leak(Forecaster(3, both=True), 3) > 0
    (0.0, True)
    """
    rng = np.random.default_rng(0)
    series = rng.normal(size=(4, steps, n))
    other = series.copy()
    other[:, steps // 2 :] = rng.normal(size=other[:, steps // 2 :].shape)
    one, two = (network(torch.as_tensor(each, dtype=torch.float32)) for each in (series, other))
    return float((one - two)[:, : steps // 2].detach().abs().max())


@dataclass(frozen=True)
class Persistence:
    """The next time point is like this one: what every forecast must beat."""

    def one_step(self, series) -> np.ndarray:
        """Return the series itself: the forecast of each next step."""
        return np.asarray(series, dtype=float)

    def next(self, series) -> np.ndarray:
        """Return the last time point, (batch, n)."""
        return np.asarray(series, dtype=float)[:, -1]


@dataclass(frozen=True)
class Autoregression:
    """A vector autoregression, VAR(k): each gene is a weighted sum of all genes at the last k time points.

    Attributes
    ----------
    order : int
        k.
    weights : numpy.ndarray of shape (k · n + 1, n)
        The last row is the constant.
    """

    order: int
    weights: np.ndarray

    @classmethod
    def fit(cls, series, order: int = 2) -> Autoregression:
        """Return the least-squares fit to series of shape (batch, steps, n).

        Examples
        --------
        >>> growing = np.cumsum(np.ones((1, 20, 1)), axis=1)  # 1, 2, 3, …
        >>> Autoregression.fit(growing, 2).next(growing).round(6)
        array([[21.]])
        """
        series = validate.array("series", series, ndim=3)
        order = validate.number("order", order, low=1, high=series.shape[1] - 1, integer=True)
        inputs = _lagged(series[:, :-1], order)
        weights, *_ = np.linalg.lstsq(
            inputs.reshape(-1, inputs.shape[2]), series[:, order:].reshape(-1, series.shape[2]), rcond=None
        )
        return cls(order, weights)

    def one_step(self, series) -> np.ndarray:
        """Return at each step a forecast of the step after it; NaN where too few steps came before."""
        series = validate.array("series", series, ndim=3)
        early = np.full((len(series), self.order - 1, series.shape[2]), np.nan)
        return np.concatenate([early, _lagged(series, self.order) @ self.weights], axis=1)

    def next(self, series) -> np.ndarray:
        """Return a forecast of the time point after the last, (batch, n)."""
        return _lagged(np.asarray(series, dtype=float)[:, -self.order :], self.order)[:, -1] @ self.weights


def _lagged(series, order):
    """The last `order` time points side by side, newest first, and a 1: (batch, steps − order + 1, order · n + 1)."""
    steps = series.shape[1]
    columns = [series[:, order - 1 - back : steps - back] for back in range(order)]
    return np.concatenate([*columns, np.ones((len(series), steps - order + 1, 1))], axis=2)


def free_run(next_value: Callable, known, num_steps: int) -> np.ndarray:
    """Return forecasts of the next `num_steps` time points, each made from the known ones and the forecasts before it.

    Parameters
    ----------
    next_value : callable
        Takes (batch, steps, n) and returns (batch, n), as ``model.next`` does.
    known : array_like of shape (batch, steps, n)
    num_steps : int

    Returns
    -------
    numpy.ndarray of shape (batch, num_steps, n)

    Examples
    --------
    >>> free_run(lambda series: series[:, -1] + 1, np.zeros((1, 3, 1)), 4).ravel()
    array([1., 2., 3., 4.])
    """
    series = validate.array("known", known, ndim=3)
    for _ in range(validate.number("num_steps", num_steps, low=1, integer=True)):
        series = np.concatenate([series, np.asarray(next_value(series), dtype=float)[:, None]], axis=1)
    return series[:, -num_steps:]


@dataclass(frozen=True)
class Series:
    """Time series to learn from and to judge by, as logarithms in standard deviations of the training series.

    Attributes
    ----------
    train, test : numpy.ndarray of shape (series, steps, n)
    mean, scale : numpy.ndarray of shape (n,)
        Of ln(expression) in the training series.
    """

    train: np.ndarray = field(repr=False)
    test: np.ndarray = field(repr=False)
    mean: np.ndarray
    scale: np.ndarray


def oscillations(*, train: int = 120, test: int = 40, steps: int = 40, seed: int = 0) -> Series:
    """Simulate three genes, each repressing the next, and standardise them as seen in the training series.

    Examples
    --------
    >>> oscillations(train=4, test=2).test.shape
    (2, 40, 3)
    """
    values = np.log(data.simulate.oscillator(train + test, steps, seed=seed))
    mean, scale = values[:train].mean(axis=(0, 1)), values[:train].std(axis=(0, 1))
    values = (values - mean) / scale
    return Series(values[:train], values[train:], mean, scale)


def train_forecaster(
    series,
    *,
    hidden_size: int = 32,
    both: bool = False,
    seed: int = 0,
    num_epochs: int = 60,
    learning_rate: float = 0.01,
    batch_size: int = 40,
) -> Forecaster:
    """Train a network to forecast each next time point of series (batch, steps, n)."""
    series = validate.array("series", series, ndim=3).astype(np.float32)
    network = Forecaster(series.shape[2], hidden_size, both=both, seed=seed)
    train(
        network,
        (series[:, :-1], series[:, 1:]),
        loss_fn=torch.nn.MSELoss(),
        learning_rate=learning_rate,
        num_epochs=num_epochs,
        batch_size=batch_size,
        seed=seed,
        progress=False,
    )
    return network


def one_step_error(model, series, *, first: int = FIRST) -> float:
    """Return the mean squared error of one-step forecasts of the time points from `first` on."""
    series = validate.array("series", series, ndim=3)
    return float(((model.one_step(series[:, :-1])[:, first - 1 :] - series[:, first:]) ** 2).mean())


def free_run_errors(model, series, *, known: int = 20, num_steps: int = 20) -> np.ndarray:
    """Return the mean squared error 1, 2, … steps after the last known time point, shape (num_steps,)."""
    series = validate.array("series", series, ndim=3)
    said = free_run(model.next, series[:, :known], num_steps)
    return ((said - series[:, known : known + num_steps]) ** 2).mean(axis=(0, 2))


@dataclass(frozen=True)
class CellCycle:
    """Genes of the yeast cell cycle, some of them held out.

    Attributes
    ----------
    minutes : numpy.ndarray of shape (50,)
    train, test : numpy.ndarray of shape (genes, 50, 1)
        log₂(expression + 1), standardised for each gene.
    names : list of str
        Of the test genes.
    card : bioml_helpers.data.Card
    """

    minutes: np.ndarray
    train: np.ndarray = field(repr=False)
    test: np.ndarray = field(repr=False)
    names: list[str] = field(repr=False)
    card: data.Card


KNOWN = 25  # time points that a forecast of the rest may use


def cell_cycle(*, known: int = KNOWN, held_out: float = 0.3, seed: int = 0, quiet: bool = False) -> CellCycle:
    """Load the genes that rise and fall with the cell cycle, and hold 30 % of the genes out.

    Parameters
    ----------
    known : int
        Each gene is standardised by its first `known` time points. A mean over all 50 would tell of the future.
    held_out : float
    seed : int
    quiet : bool
    """
    table, card = data.load("cell_cycle", quiet=quiet)
    minutes = np.array([int(name) for name in table.columns if name != "gene"])
    values = np.log2(table[[str(minute) for minute in minutes]].to_numpy(float) + 1)
    early = values[:, :known]
    values = ((values - early.mean(axis=1, keepdims=True)) / early.std(axis=1, keepdims=True))[..., None]
    train_rows, test_rows = data.splits.random_split(len(values), (1 - held_out, held_out), seed=seed)
    return CellCycle(minutes, values[train_rows], values[test_rows], table["gene"].iloc[test_rows].tolist(), card)


def r_squared(y, predicted) -> float:
    """Return 1 − squared error / squared deviation from the mean: 1 is perfect, 0 is as good as the mean.

    Examples
    --------
    >>> r_squared([1.0, 2.0, 3.0], [2.0, 2.0, 2.0])
    0.0
    """
    y, predicted = validate.array("y", y), validate.array("predicted", predicted)
    return float(1 - ((y - predicted) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def ridge_forecast(fitted, known, *, penalty: float = 100.0) -> np.ndarray:
    """Forecast all later time points at once by ridge regression on the known ones, (genes, later, 1).

    Parameters
    ----------
    fitted : array_like of shape (genes, steps, 1)
        Whole series to learn from.
    known : array_like of shape (genes, known steps, 1)
        The beginning of others.
    penalty : float
    """
    from sklearn.linear_model import Ridge

    fitted, known = (validate.array(name, one, ndim=3)[..., 0] for name, one in (("fitted", fitted), ("known", known)))
    steps = known.shape[1]
    return Ridge(penalty).fit(fitted[:, :steps], fitted[:, steps:]).predict(known)[..., None]
