"""What chapter 2 computes with the neuron: logic, promoters, controls, and a neuron of the brain beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bioml_helpers import data
from bioml_helpers.data import validate
from bioml_helpers.evaluation import wilson_interval
from bioml_helpers.neuron import layers

POSITIONS = np.array(data.sequences.PROMOTER_POSITIONS)  # (57,): −50 … −1, +1 … +7

# Where the contact sites of RNA polymerase lie in these promoters; the distance to +1 varies by a base or two.
BOXES = {"−35 box": (-36, -31), "−10 box": (-13, -7)}

TRUTH_TABLE = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=float)  # absent 0, present 1
XOR = np.array([0.0, 1.0, 1.0, 0.0])


def spike_rates(currents, *, milliseconds: float = 1000.0) -> np.ndarray:
    """Return spikes per second of a leaky integrate-and-fire neuron, for each constant current.

    Parameters
    ----------
    currents : array_like of shape (n,)
        In nA.
    milliseconds : float
        How long each current flows.

    Examples
    --------
    >>> spike_rates([0.0, 1.0, 3.0])
    array([ 0.,  0., 71.])
    """
    currents = validate.array("currents", currents, ndim=1)
    steps = round(milliseconds / 0.1)
    counts = [len(layers.leaky_integrate_and_fire(np.full(steps, one))[1]) for one in currents]
    return np.array(counts) / (milliseconds / 1000)


def best_single_neuron(wanted, *, largest: float = 10.0, step: float = 0.5) -> tuple[int, int]:
    """Try every neuron with two inputs on a grid; return the most cases right, and how many neurons were tried.

    Parameters
    ----------
    wanted : array_like of shape (4,)
        0 or 1 for (0, 0), (1, 0), (0, 1) and (1, 1).
    largest, step : float
        Each of w₁, w₂ and b runs from −largest to largest in these steps.

    Returns
    -------
    right : int
        Of the four cases, for the best neuron.
    tried : int
        Number of neurons.

    Examples
    --------
    >>> best_single_neuron([0, 1, 1, 0], step=1), best_single_neuron([0, 0, 0, 1], step=1)
    ((3, 9261), (4, 9261))
    """
    wanted = layers.labels("wanted", wanted, 4) == 1
    values = np.arange(-largest, largest + step / 2, validate.number("step", step, low=1e-3))
    w1, w2, b = (axis.ravel() for axis in np.meshgrid(values, values, values))  # (tried,)
    z = TRUTH_TABLE @ np.stack([w1, w2]) + b  # (4, tried)
    return int(((z > 0) == wanted[:, None]).sum(axis=0).max()), len(b)


def two_layers(hidden, output, X=TRUTH_TABLE) -> np.ndarray:
    """Return the output of two hidden sigmoid neurons that feed a third.

    Parameters
    ----------
    hidden : array_like of shape (2, 3)
        A row (w₁, w₂, b) for each hidden neuron.
    output : array_like of shape (3,)
        (v₁, v₂, c): the weights of the hidden neurons' outputs, and the bias.
    X : array_like of shape (batch, 2)

    Returns
    -------
    numpy.ndarray of shape (batch,)

    Examples
    --------
    >>> two_layers([[20, 20, -10], [20, 20, -30]], [20, -20, -10]).round(2)
    array([0., 1., 1., 0.])
    """
    hidden = validate.array("hidden", hidden, ndim=2, length=2)
    output = validate.array("output", output, ndim=1, length=3)
    first = np.column_stack([layers.neuron_forward(X, row[:2], row[2]) for row in hidden])  # (batch, 2)
    return layers.neuron_forward(first, output[:2], output[2])


def promoter_inputs(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return one-hot inputs and labels of the promoter table.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns sequence (57 bases) and is_promoter.

    Returns
    -------
    X : numpy.ndarray of shape (batch, 228)
        Four numbers a position, in the order A, C, G, T.
    y : numpy.ndarray of shape (batch,)
        1 promoter, 0 none.

    Examples
    --------
    >>> X, y = promoter_inputs(data.simulate.promoters(2))
    >>> X.shape, y.tolist()
    ((4, 228), [1.0, 1.0, 0.0, 0.0])
    """
    encoded = data.encode.one_hot(table["sequence"].tolist(), channels_first=False)  # (batch, 57, 4)
    return encoded.reshape(len(encoded), -1).astype(float), table["is_promoter"].to_numpy(float)


def gc_content(X) -> np.ndarray:
    """Return the share of G and C of each one-hot sequence, as one column of shape (batch, 1).

    Examples
    --------
    >>> gc_content([[1, 0, 0, 0, 0, 0, 1, 0]])  # A, G
    array([[0.5]])
    """
    X = validate.array("X", X, ndim=2)
    bases = X.reshape(len(X), -1, 4)  # (batch, positions, 4)
    return bases[:, :, 1:3].sum(axis=2).mean(axis=1)[:, None]


def fit_neuron(X, y, *, C: float = 1.0):
    """Return one sigmoid neuron fitted to cross-entropy with a penalty on large weights: logistic regression.

    Parameters
    ----------
    X : array_like of shape (batch, n)
    y : array_like of shape (batch,)
        Labels, 0 or 1.
    C : float
        The larger, the weaker the penalty; ``numpy.inf`` for none.

    Returns
    -------
    sklearn.linear_model.LogisticRegression
        ``coef_[0]`` holds the weights, ``intercept_[0]`` the bias.

    Examples
    --------
    >>> fit_neuron([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]).predict([[0.2], [2.8]])
    array([0., 1.])
    """
    from sklearn.linear_model import LogisticRegression

    X = validate.array("X", X, ndim=2)
    y = layers.labels("y", y, len(X))
    # Newton's steps take any unit; with hundreds of columns the other solver is quicker.
    solver = "newton-cholesky" if X.shape[1] <= 20 else "lbfgs"
    return LogisticRegression(C=C, solver=solver, max_iter=1000).fit(X, y)


def weight_table(neuron) -> pd.DataFrame:
    """Return a neuron's 228 weights as 57 rows (positions) of A, C, G, T, each row with mean 0.

    The mean of a row says nothing: exactly one of its four inputs is 1, so it could as well stand in the bias.

    Parameters
    ----------
    neuron : object with ``coef_`` of shape (1, 228), or array_like of shape (228,)

    Examples
    --------
    >>> table = weight_table(np.arange(228.0))
    >>> table.loc[-50].tolist(), table.index[-1].item()
    ([-1.5, -0.5, 0.5, 1.5], 7)
    """
    weights = validate.array("neuron", getattr(neuron, "coef_", neuron)).reshape(-1)
    if len(weights) != 4 * len(POSITIONS):
        raise ValueError(f"neuron: expected {4 * len(POSITIONS)} weights, got {len(weights)}.")
    table = weights.reshape(-1, 4)  # (57, 4)
    index = pd.Index(POSITIONS, name="position")
    return pd.DataFrame(table - table.mean(axis=1, keepdims=True), index=index, columns=list(data.encode.DNA))


def strongest_positions(neuron, count: int = 5) -> list[int]:
    """Return the positions whose four weights are largest, strongest first.

    Examples
    --------
    >>> weights = np.zeros(228)
    >>> weights[4 * 15] = 3.0
    >>> strongest_positions(weights, 1)
    [-35]
    """
    size = (weight_table(neuron) ** 2).sum(axis=1)
    return size.sort_values(ascending=False, kind="stable").index[:count].tolist()


def in_a_box(position: int) -> bool:
    """Return whether a position lies in the −35 or in the −10 box.

    Examples
    --------
    >>> in_a_box(-35), in_a_box(-20)
    (True, False)
    """
    return any(low <= position <= high for low, high in BOXES.values())


def choose_columns(X, y, count: int = 20) -> np.ndarray:
    """Return the columns whose mean differs most between the two classes.

    Parameters
    ----------
    X : array_like of shape (batch, n)
    y : array_like of shape (batch,)
        Labels, 0 or 1.
    count : int

    Examples
    --------
    >>> choose_columns([[0, 1], [0, 0], [1, 1], [1, 0]], [0, 0, 1, 1], count=1)
    array([0])
    """
    X = validate.array("X", X, ndim=2)
    y = layers.labels("y", y, len(X))
    difference = np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0))  # (n,)
    return np.argsort(-difference, kind="stable")[:count]


def choose_then_fit(X, y, count: int = 20):
    """Return a neuron on the columns that differ most in exactly these rows, as a function that predicts.

    For `evaluation.leave_one_out_errors`: the choice is made anew each time, without the row that is left out.

    Examples
    --------
    >>> predict = choose_then_fit([[0, 1], [0, 0], [1, 1], [1, 0]], [0, 0, 1, 1], count=1)
    >>> predict([[1, 1]])
    array([1.])
    """
    columns = choose_columns(X, y, count)
    fitted = fit_neuron(np.asarray(X, dtype=float)[:, columns], y)
    return lambda X: fitted.predict(np.asarray(X, dtype=float)[:, columns])


def left_out_probabilities(X, y, *, C: float = 1.0) -> np.ndarray:
    """Return for each row the probability of class 1, from a neuron fitted to all other rows.

    Examples
    --------
    >>> left_out_probabilities([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1]).shape
    (4,)
    """
    X = validate.array("X", X, ndim=2)
    y = layers.labels("y", y, len(X))
    fits = ((fit_neuron(X[train], y[train], C=C), test) for train, test in data.splits.leave_one_out(len(X)))
    return np.concatenate([fitted.predict_proba(X[test])[:, 1] for fitted, test in fits])


def reliability(probabilities, y, *, bins: int = 4) -> pd.DataFrame:
    """Return, for bins of equal width, what was predicted on average and how often it came true.

    Parameters
    ----------
    probabilities : array_like of shape (batch,)
    y : array_like of shape (batch,)
        Labels, 0 or 1.
    bins : int

    Returns
    -------
    pandas.DataFrame
        Columns predicted, observed, low, high (95 % interval), examples; bins without examples are left out.

    Examples
    --------
    >>> reliability([0.1, 0.2, 0.9], [0, 0, 1], bins=2)[["predicted", "observed", "examples"]].round(2)
       predicted  observed  examples
    0       0.15       0.0         2
    1       0.90       1.0         1
    """
    p = validate.array("probabilities", probabilities, ndim=1)
    y = layers.labels("y", y, len(p))
    if (p < 0).any() or (p > 1).any():
        raise ValueError(f"probabilities: expected values between 0 and 1, got {p.min():g} to {p.max():g}.")
    bins = validate.number("bins", bins, low=1, integer=True)
    bin_of = np.minimum((p * bins).astype(int), bins - 1)  # (batch,)
    rows = []
    for one in np.unique(bin_of):
        inside = bin_of == one
        observed, low, high = wilson_interval(int(y[inside].sum()), int(inside.sum()))
        rows.append((p[inside].mean(), observed, low, high, int(inside.sum())))
    return pd.DataFrame(rows, columns=["predicted", "observed", "low", "high", "examples"])


def shuffled_labels(y, seed: int = 0) -> np.ndarray:
    """Return the same labels in random order, so that they no longer belong to their sequences.

    Examples
    --------
    >>> sorted(shuffled_labels([0, 0, 1, 1], seed=1).tolist())
    [0.0, 0.0, 1.0, 1.0]
    """
    y = validate.array("y", y, ndim=1)
    return np.random.default_rng(seed).permutation(y)


@dataclass(frozen=True)
class TwoUnits:
    """The same neuron fitted to doses in mM and in µM.

    Attributes
    ----------
    weights : dict of str to float
        Unit to weight.
    probabilities : dict of str to numpy.ndarray
        Unit to predictions on the data.
    """

    weights: dict[str, float]
    probabilities: dict[str, np.ndarray]


def in_two_units(dose_mM, y, *, C: float = np.inf) -> TwoUnits:
    """Fit one neuron to doses in mM and one to the same doses in µM.

    Parameters
    ----------
    dose_mM : array_like of shape (batch,)
    y : array_like of shape (batch,)
        Labels, 0 or 1.
    C : float
        See `fit_neuron`.

    Examples
    --------
    >>> both = in_two_units([0, 1, 2, 3, 4, 5], [0, 0, 1, 0, 1, 1])
    >>> round(both.weights["mM"] / both.weights["µM"])
    1000
    """
    dose = validate.array("dose_mM", dose_mM, ndim=1)[:, None]
    fits = {unit: (fit_neuron(dose * factor, y, C=C), dose * factor) for unit, factor in (("mM", 1), ("µM", 1000))}
    return TwoUnits(
        {unit: float(fit.coef_[0, 0]) for unit, (fit, _) in fits.items()},
        {unit: fit.predict_proba(X)[:, 1] for unit, (fit, X) in fits.items()},
    )
