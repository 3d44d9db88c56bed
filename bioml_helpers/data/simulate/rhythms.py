"""Expression over time with known truth: an oscillator of three genes, and genes of a cell cycle (chapter 5)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import validate
from ..genes import MINUTES

# Three genes in a ring, each repressing the next: dx/dt = BASE + TOP / (1 + previous ** HILL) - x, in units of a
# protein's lifetime.  With these numbers the resting point is unstable and every start runs into the same cycle.
BASE, TOP, HILL = 0.2, 12.0, 3.0
PERIOD = 4.77  # of that cycle, measured on a long noiseless run, same units


def oscillator(
    n_series: int = 160, n_steps: int = 40, *, step: float = 0.5, noise: float = 0.05, seed: int = 0
) -> np.ndarray:
    """Simulate three genes in a ring, each repressing the next (a repressilator), from random starts.

    Each gene follows dx/dt = 0.2 + 12 / (1 + previous³) - x. The equations are integrated with Runge and Kutta's method
    (ten inner steps a step), and each value is then multiplied by log-normal noise of the *measurement*; the dynamics
    themselves are without noise. Used by chapter 5.

    Parameters
    ----------
    n_series : int
        Series.
    n_steps : int
        Time points a series, at least 2.
    step : float
        Time between two points, in protein lifetimes; one round takes about `PERIOD` of them.
    noise : float
        Standard deviation of ln(measured / true).
    seed : int
        Same seed, same series.

    Returns
    -------
    numpy.ndarray
        ``float64``, shape (series, steps, 3), all above 0.

    Raises
    ------
    ValueError
        If a number is out of its range.

    References
    ----------
    Elowitz MB, Leibler S (2000) A synthetic oscillatory network of transcriptional regulators. Nature 403:335-338

    Examples
    --------
    >>> oscillator(2, 5).shape
    (2, 5, 3)
    """
    n_series = validate.number("n_series", n_series, low=1, integer=True)
    n_steps = validate.number("n_steps", n_steps, low=2, integer=True)
    step = validate.number("step", step, low=1e-3, high=5)
    noise = validate.number("noise", noise, low=0)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    state = rng.uniform(0.2, 6.0, size=(n_series, 3))
    values = np.empty((n_series, n_steps, 3))
    inner = 10
    for number in range(n_steps):
        values[:, number] = state
        for _ in range(inner):
            state = _advanced(state, step / inner)
    return values * np.exp(rng.normal(0, noise, values.shape))


def _advanced(state: np.ndarray, by: float) -> np.ndarray:
    """One step of the classical fourth-order method of Runge and Kutta."""
    first = _slope(state)
    second = _slope(state + by / 2 * first)
    third = _slope(state + by / 2 * second)
    fourth = _slope(state + by * third)
    return state + by / 6 * (first + 2 * second + 2 * third + fourth)


def _slope(state: np.ndarray) -> np.ndarray:
    """Each gene is repressed by the one before it: the last represses the first."""
    return BASE + TOP / (1 + np.roll(state, 1, axis=-1) ** HILL) - state


def cycling_genes(genes: int = 300, *, period: float = 75.0, noise: float = 0.25, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``cell_cycle``: genes that rise and fall with one period, ever less together.

    ln(expression) is a level (normal, mean 6.5, SD 1.3) plus an amplitude (0.3 to 1.2) times the cosine of the phase,
    which dies away with a time of 180 minutes as the cells lose step, plus normal noise. Phases are drawn evenly.

    Parameters
    ----------
    genes : int
        Rows.
    period : float
        Minutes a round.
    noise : float
        Standard deviation of ln(measured / true).
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``gene`` and "0", "5", …, "245" (minutes).

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> cycling_genes(2).shape
    (2, 51)
    """
    genes = validate.number("genes", genes, low=1, integer=True)
    period = validate.number("period", period, low=10, high=500)
    noise = validate.number("noise", noise, low=0)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    minutes = np.array(MINUTES, dtype=float)
    level, amplitude = rng.normal(6.5, 1.3, (genes, 1)), rng.uniform(0.3, 1.2, (genes, 1))
    phase = rng.uniform(0, 2 * np.pi, (genes, 1))
    wave = np.cos(2 * np.pi * minutes / period - phase) * np.exp(-minutes / 180)
    values = np.exp(level + amplitude * wave + rng.normal(0, noise, (genes, len(minutes))))
    table = pd.DataFrame(values, columns=[str(minute) for minute in MINUTES])
    table.insert(0, "gene", [f"SIM{number:04d}" for number in range(1, genes + 1)])
    return table
