"""Do probabilities mean what they say? Reliability curve, expected calibration error, temperature scaling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bioml_helpers.data import validate

SPACINGS = ("even", "equal counts")


def reliability_curve(y: Sequence, probabilities: Sequence, *, bins: int = 10, spacing: str = "even") -> pd.DataFrame:
    """Compare what was said with what came: in each bin of probabilities the mean said and the share observed.

    With two classes a row says the probability of the positive one. With more, the class it holds likeliest counts: its
    probability (the confidence) against how often it is the right one. Built in companion 09b.

    Parameters
    ----------
    y : array_like
        Shape (n,): 0 and 1, or class numbers where `probabilities` has a column a class.
    probabilities : array_like
        Shape (n,), of the positive class; or (n, classes), rows adding up to 1.
    bins : int
        How many, at least 2; bins without a row are left out.
    spacing : {"even", "equal counts"}
        Bins of the same width between 0 and 1, or bins with (nearly) the same number of rows.

    Returns
    -------
    pandas.DataFrame
        One row a bin: ``low`` and ``high`` (its edges), ``said`` (mean probability), ``observed`` (share), ``rows``.

    Raises
    ------
    ValueError
        If lengths differ, a probability is outside 0 to 1, rows do not add up to 1, or a class number has no column.

    References
    ----------
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017) On calibration of modern neural networks. ICML, PMLR 70:1321-1330.
    doi:10.48550/arXiv.1706.04599

    Examples
    --------
    >>> reliability_curve([0, 0, 1, 1], [0.1, 0.3, 0.8, 0.8], bins=2)[["said", "observed", "rows"]]
       said  observed  rows
    0   0.2       0.0     2
    1   0.8       1.0     2
    """
    said, came = _said_and_came(y, probabilities)
    bins = validate.number("bins", bins, low=2, integer=True)
    if validate.one_of("spacing", spacing, SPACINGS) == "even":
        edges = np.linspace(0, 1, bins + 1)
    else:
        edges = np.unique(np.quantile(said, np.linspace(0, 1, bins + 1)))
        edges = edges if len(edges) > 1 else np.array([edges[0], edges[0]])
    # inner edges only: 0 and 1 belong to the first and the last bin; a value on an edge to the bin below it
    number = np.searchsorted(edges[1:-1], said)
    rows = np.bincount(number, minlength=len(edges) - 1)
    filled = rows > 0
    table = {
        "low": edges[:-1],
        "high": edges[1:],
        "said": np.bincount(number, said, len(rows)),
        "observed": np.bincount(number, came, len(rows)),
        "rows": rows,
    }
    curve = pd.DataFrame(table)[filled].reset_index(drop=True)
    curve[["said", "observed"]] = curve[["said", "observed"]].div(curve["rows"], axis=0)
    return curve


def expected_calibration_error(y: Sequence, probabilities: Sequence, *, bins: int = 10, spacing: str = "even") -> float:
    """Return how far probabilities lie from what came: the gap in each bin, averaged over the rows.

    0 is perfect. It depends on the bins, so it is compared only between models judged with the same ones on the same
    rows. A model that says the prevalence of every row has an error near 0, and knows nothing. Built in companion 09b.

    Parameters
    ----------
    y, probabilities, bins, spacing
        As for `reliability_curve`.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        As for `reliability_curve`.

    References
    ----------
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017), equation 3. doi:10.48550/arXiv.1706.04599

    Examples
    --------
    >>> round(expected_calibration_error([0, 0, 1, 1], [0.1, 0.3, 0.8, 0.8], bins=2), 3)
    0.2
    """
    curve = reliability_curve(y, probabilities, bins=bins, spacing=spacing)
    gaps = (curve["said"] - curve["observed"]).abs()
    return float((gaps * curve["rows"]).sum() / curve["rows"].sum())


@dataclass(frozen=True)
class Temperature:
    """Logits divided by one number before they become probabilities.

    Attributes
    ----------
    value : float
        Above 1 the probabilities move towards the middle, below 1 towards 0 and 1. No rank changes, so accuracy (at
        0.5, or of the likeliest class) and AUROC stay as they are.

    Examples
    --------
    >>> Temperature(2.0)([0.0, 4.0]).round(3).tolist()
    [0.5, 0.881]
    """

    value: float

    def __call__(self, logits: Sequence) -> np.ndarray:
        """Return probabilities in the shape of the logits: (n,) by the sigmoid, (n, classes) by the softmax."""
        return np.exp(_log_probabilities(_logits(logits) / self.value)[-1])


def temperature_scale(logits: Sequence, y: Sequence) -> Temperature:
    """Find the temperature at which held-out logits fit their labels best (lowest cross-entropy).

    Fit it on validation rows, use it on test rows: on the rows that judge it would be another leak. Built in companion
    09b.

    Parameters
    ----------
    logits : array_like
        Shape (n,), of the positive class; or (n, classes).
    y : array_like
        Shape (n,): 0 and 1, or class numbers.

    Returns
    -------
    Temperature
        ``value``; called with logits it returns probabilities. Where every row is right the best temperature is 0: then
        it is the lower end of the range searched, 0.05 to 100.

    Raises
    ------
    ValueError
        If shapes do not fit, or a class number has no column.

    References
    ----------
    Guo C, Pleiss G, Sun Y, Weinberger KQ (2017), section 4.2. doi:10.48550/arXiv.1706.04599

    Examples
    --------
    >>> overconfident = [9.0, 9.0, 9.0, 9.0, -9.0]  # says 0.9999, and is right in three of four
    >>> scaled = temperature_scale(overconfident, [1, 1, 1, 0, 0])
    >>> bool(scaled.value > 4), bool(scaled([9.0])[0] < 0.9)
    (True, True)
    """
    from scipy.optimize import minimize_scalar

    values = _logits(logits)
    labels = _labels(y, len(values), 2 if values.ndim == 1 else values.shape[1])

    def loss(log_temperature: float) -> float:
        logs = _log_probabilities(values / np.exp(log_temperature))
        if values.ndim == 1:
            return float(-np.where(labels == 1, logs[1], logs[0]).mean())
        return float(-logs[-1][np.arange(len(labels)), labels].mean())

    found = minimize_scalar(loss, bounds=np.log([0.05, 100.0]), method="bounded", options={"xatol": 1e-6})
    return Temperature(float(np.exp(found.x)))


def _log_probabilities(logits: np.ndarray) -> tuple[np.ndarray, ...]:
    """Logarithms of (negative, positive) for one logit a row, of all classes for several; the last is what is asked."""
    if logits.ndim == 1:
        return -np.logaddexp(0, logits), -np.logaddexp(0, -logits)
    from scipy.special import log_softmax

    return (log_softmax(logits, axis=1),)


def _logits(logits: Sequence) -> np.ndarray:
    values = validate.array("logits", logits)
    if values.ndim not in (1, 2) or (values.ndim == 2 and values.shape[1] < 2):
        raise ValueError(f"logits: expected shape (n,) or (n, classes), got {values.shape}.")
    return values


def _labels(y: Sequence, rows: int, classes: int) -> np.ndarray:
    labels = validate.array("y", y, ndim=1, integer=True)
    if len(labels) != rows:
        raise ValueError(f"y: expected {rows} labels, one a row, got {len(labels)}.")
    wrong = labels[(labels < 0) | (labels >= classes)]
    if len(wrong):
        raise ValueError(f"y: expected class numbers from 0 to {classes - 1}, got {wrong[0]}.")
    return labels


def _said_and_came(y: Sequence, probabilities: Sequence) -> tuple[np.ndarray, np.ndarray]:
    """The probability that each row stands by, and 1 where it came true."""
    said = validate.array("probabilities", probabilities)
    if said.ndim not in (1, 2) or (said.ndim == 2 and said.shape[1] < 2):
        raise ValueError(f"probabilities: expected shape (n,) or (n, classes), got {said.shape}.")
    if said.min() < 0 or said.max() > 1:
        worst = said.min() if said.min() < 0 else said.max()
        raise ValueError(f"probabilities: expected numbers from 0 to 1, got {worst:g}; are these logits?")
    if said.ndim == 1:
        return said, _labels(y, len(said), 2).astype(float)
    sums = said.sum(axis=1)
    if not np.allclose(sums, 1, atol=1e-3):
        row = int(np.argmax(np.abs(sums - 1)))
        raise ValueError(f"probabilities: expected rows that add up to 1, got {sums[row]:.4g} in row {row}.")
    labels = _labels(y, len(said), said.shape[1])
    return said.max(axis=1), (said.argmax(axis=1) == labels).astype(float)
