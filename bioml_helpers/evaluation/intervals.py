"""How sure: intervals for a metric and for a count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from bioml_helpers.data import validate


class Interval(NamedTuple):
    """An estimate and the ends of its interval."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.estimate:.3f} ({self.low:.3f} to {self.high:.3f})"


def bootstrap_interval(
    metric: Callable[[np.ndarray, np.ndarray], float],
    y: Sequence,
    score: Sequence,
    *,
    groups: Sequence | None = None,
    n: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return a metric with its percentile bootstrap interval; the unit that is drawn anew is the group.

    Rows that belong together (residues of a chain, cells of a patient) are no independent examples: give `groups`, or
    the interval is far too narrow. It tells how much the score would move with another test set of this size, not with
    another training. Used from chapter 2 on.

    Parameters
    ----------
    metric : callable
        Takes ``(y, score)`` and returns a number, for example `auroc`.
    y, score : array_like
        Shape (n,) each.
    groups : array_like, optional
        The group of each row; by default each row is one of its own.
    n : int
        Draws, at least 100.
    level : float
        Coverage aimed at, 0.5 to 0.999.
    seed : int
        Same seed, same interval.

    Returns
    -------
    Interval
        ``estimate`` (of all rows), ``low``, ``high``.

    Raises
    ------
    ValueError
        If lengths differ, there are fewer than two groups, or the metric fails in half of the draws (too few positives,
        say). A draw in which the metric fails is drawn again.

    References
    ----------
    Efron B, Tibshirani RJ (1993) An Introduction to the Bootstrap, chapter 13. doi:10.1201/9780429246593

    Examples
    --------
    >>> from bioml_helpers.evaluation import spearman
    >>> result = bootstrap_interval(spearman, [1, 2, 3, 4, 5, 6], [1, 2, 4, 3, 6, 5], seed=1)
    >>> round(result.estimate, 3), result.low < result.estimate <= result.high
    (0.886, True)
    """
    truth, said = _column("y", y), _column("score", score)
    if len(truth) != len(said):
        raise ValueError(f"score: expected as many values as y has, {len(truth)}, got {len(said)}.")
    n = validate.number("n", n, low=100, integer=True)
    level = validate.number("level", level, low=0.5, high=0.999)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    members = _members(groups, len(truth))
    estimate = float(metric(truth, said))
    found: list[float] = []
    failed, why = 0, ""
    while len(found) < n:
        rows = np.concatenate([members[one] for one in rng.integers(len(members), size=len(members))])
        try:
            found.append(float(metric(truth[rows], said[rows])))
        except ValueError as error:
            failed, why = failed + 1, str(error)
            if failed > n:
                raise ValueError(f"metric: it fails in most draws of {len(members)} groups ({why})") from None
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return Interval(estimate, float(low), float(high))


def mean_interval(
    values: Sequence, *, groups: Sequence | None = None, n: int = 1000, level: float = 0.95, seed: int = 0
) -> Interval:
    """Return a mean with its percentile bootstrap interval: the share of right answers, a mean gain over a rival.

    Parameters
    ----------
    values : array_like
        Shape (rows,); true and false count as 1 and 0.
    groups, n, level, seed
        As in :func:`bootstrap_interval`.

    Returns
    -------
    Interval
        ``estimate`` (of all rows), ``low``, ``high``.

    Raises
    ------
    ValueError
        As :func:`bootstrap_interval` does.

    Examples
    --------
    >>> print(mean_interval([1, 1, 0, 1, 0, 1], groups=["a", "a", "b", "b", "c", "c"], n=100))
    0.667 (0.500 to 1.000)
    """
    return bootstrap_interval(_mean_of_scores, values, values, groups=groups, n=n, level=level, seed=seed)


def _mean_of_scores(_, values) -> float:
    return float(np.mean(values))


def wilson_interval(k: int, n: int, *, level: float = 0.95) -> Interval:
    """Return a proportion with Wilson's score interval: sensible for small counts, and for 0 and all of `n`.

    Parameters
    ----------
    k, n : int
        Successes (or errors), and trials.
    level : float
        Coverage aimed at, 0.5 to 0.999.

    Returns
    -------
    Interval
        ``estimate`` k / n, ``low``, ``high``.

    Raises
    ------
    ValueError
        If `n` is below 1, or `k` is not between 0 and `n`.

    References
    ----------
    Wilson EB (1927) Probable inference, the law of succession, and statistical inference. Journal of the American
    Statistical Association 22:209-212. doi:10.1080/01621459.1927.10502953

    Examples
    --------
    >>> print(wilson_interval(8, 106))
    0.075 (0.039 to 0.142)
    """
    from scipy.stats import binomtest

    n = validate.number("n", n, low=1, integer=True)
    k = validate.number("k", k, low=0, high=n, integer=True)
    level = validate.number("level", level, low=0.5, high=0.999)
    ends = binomtest(k, n).proportion_ci(confidence_level=level, method="wilson")
    return Interval(k / n, float(ends.low), float(ends.high))


def _members(groups: Sequence | None, rows: int) -> list[np.ndarray]:
    """The rows of each group."""
    if groups is None:
        members = list(np.arange(rows)[:, None])
    else:
        labels = _column("groups", groups)
        if len(labels) != rows:
            raise ValueError(f"groups: expected the group of each of the {rows} rows, got {len(labels)}.")
        numbers, _ = pd.factorize(labels)
        if (numbers < 0).any():
            raise ValueError(f"groups: expected a group for each row, got none at row {int(np.argmax(numbers < 0))}.")
        members = [np.flatnonzero(numbers == group) for group in range(numbers.max() + 1)]
    if len(members) < 2:
        raise ValueError("groups: expected at least two groups (they are what is drawn), got one.")
    return members


def _column(name: str, values: Sequence) -> np.ndarray:
    array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
    if array.ndim != 1 or len(array) == 0:
        raise ValueError(f"{name}: expected one value a row, got shape {array.shape}.")
    return array
