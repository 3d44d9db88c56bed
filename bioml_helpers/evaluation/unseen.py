"""Leave one out: each row is judged by a model that has never seen it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bioml_helpers.data import splits, validate


def leave_one_out_errors(fit: Callable[[np.ndarray, np.ndarray], Any], X: Sequence, y: Sequence) -> np.ndarray:
    """Return for each row whether a model fitted to all other rows gets it wrong.

    All that learns from data must happen inside `fit`, scaling and the choice of a penalty too: it is called once a
    row, and never sees the row that is judged. Used by chapter 2.

    Parameters
    ----------
    fit : callable
        Takes ``(X_train, y_train)``; returns a model with ``predict``, or a function, that takes ``(1, features)`` and
        gives one class.
    X : array_like
        Shape (n, features).
    y : array_like
        Shape (n,): the class of each row.

    Returns
    -------
    numpy.ndarray
        ``bool``, shape (n,): True where the answer is wrong. Its sum is the number of errors.

    Raises
    ------
    ValueError
        If the lengths differ, there are fewer than two rows, or the model does not give one class a row.
    TypeError
        If `fit` returns neither a model with ``predict`` nor a function.

    Examples
    --------
    >>> from sklearn.neighbors import KNeighborsClassifier
    >>> nearest = lambda X, y: KNeighborsClassifier(1).fit(X, y)
    >>> leave_one_out_errors(nearest, [[0], [1], [10], [11], [2.5]], [0, 0, 1, 1, 1]).tolist()
    [False, False, False, False, True]
    """
    features = validate.array("X", X, ndim=2)
    classes = np.asarray(y.detach().cpu() if hasattr(y, "detach") else y)
    if classes.shape != (len(features),):
        raise ValueError(f"y: expected one class a row, shape ({len(features)},), got shape {classes.shape}.")
    wrong = np.zeros(len(features), dtype=bool)
    for train, test in splits.leave_one_out(len(features)):
        model = fit(features[train], classes[train])
        wrong[test] = _answer(model, features[test]) != classes[test[0]]
    return wrong


def _answer(model: Any, row: np.ndarray) -> Any:
    ask = getattr(model, "predict", model)
    if not callable(ask):
        raise TypeError(
            f"fit: expected it to return a model with predict, or a function, got a {type(model).__name__}."
        )
    said = ask(row)
    said = np.asarray(said.detach().cpu() if hasattr(said, "detach") else said)
    if said.size != 1:
        raise ValueError(f"fit: expected its model to give one class for one row, got shape {said.shape}.")
    return said.reshape(()).item()
