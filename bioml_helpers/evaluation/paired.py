"""Are two models different? The same rows, drawn anew together for both."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from bioml_helpers.data import validate
from bioml_helpers.evaluation.intervals import Interval, bootstrap_interval


def paired_bootstrap(
    metric: Callable[[np.ndarray, np.ndarray], float],
    y: Sequence,
    score: Sequence,
    rival: Sequence,
    *,
    groups: Sequence | None = None,
    n: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval:
    """Return by how much one model beats another on the same rows, with a percentile bootstrap interval.

    Each draw takes whole groups for both models at once: a group that is hard is hard for both, and that shared luck
    leaves the difference. An interval that holds 0 says that these rows cannot tell the two apart; not that they are
    equal. Built in companion 09b.

    Parameters
    ----------
    metric : callable
        Takes ``(y, score)`` and returns a number, greater being better.
    y : array_like
        Shape (n,).
    score, rival : array_like
        What the two models say: shape (n,), or (n, …) as `metric` takes it.
    groups : array_like, optional
        The group of each row (its chain, its patient); by default each row is one of its own.
    n, level, seed
        As in `bootstrap_interval`.

    Returns
    -------
    Interval
        ``estimate`` (metric of `score` minus metric of `rival` on all rows), ``low``, ``high``.

    Raises
    ------
    ValueError
        If lengths differ, or as `bootstrap_interval` does.

    References
    ----------
    Efron B, Tibshirani RJ (1993) An Introduction to the Bootstrap, chapter 13. doi:10.1201/9780429246593

    Examples
    --------
    >>> right = lambda y, said: float(np.mean(y == said))
    >>> chains = [1, 1, 2, 2, 3, 3]
    >>> print(paired_bootstrap(right, [0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 0], [0, 0, 0, 1, 0, 0], groups=chains, n=100))
    0.167 (0.000 to 0.500)
    """
    truth = np.asarray(y.detach().cpu() if hasattr(y, "detach") else y)
    both = [np.asarray(one.detach().cpu() if hasattr(one, "detach") else one) for one in (score, rival)]
    for name, one in zip(("score", "rival"), both, strict=True):
        if one.ndim == 0 or len(one) != len(truth):
            raise ValueError(f"{name}: expected as many values as y has, {len(truth)}, got shape {one.shape}.")
    if not callable(metric):
        raise TypeError(f"metric: expected a function of y and score, got a {type(metric).__name__}.")
    validate.number("n", n, low=100, integer=True)
    rows = np.arange(len(truth))
    # what is drawn are row numbers, so that both models are asked about the same rows
    return bootstrap_interval(
        lambda labels, drawn: metric(labels, both[0][drawn]) - metric(labels, both[1][drawn]),
        truth,
        rows,
        groups=groups,
        n=n,
        level=level,
        seed=seed,
    )
