"""A scaler that remembers which rows it saw, so that a leak can be shown and not only suspected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bioml_helpers.data import validate


class Leak(ValueError):
    """Something learned from rows that it must not see."""


class Standardiser:
    """Bring each column to mean 0 and standard deviation 1, as seen in the training rows (scikit-learn computes).

    It takes the whole table and the numbers of the training rows, and remembers them; `assert_never_saw` then holds it
    to its word. A column that is constant in the training rows becomes 0 there. Used from chapter 2 on.

    Attributes
    ----------
    rows_seen : numpy.ndarray or None
        Numbers of the rows it learned from; None before `fit`.
    mean, scale : numpy.ndarray
        Shape (features,).

    Examples
    --------
    >>> X = [[0.0], [2.0], [100.0]]
    >>> scaler = Standardiser().fit(X, rows=[0, 1])
    >>> scaler.transform(X).ravel().tolist()
    [-1.0, 1.0, 99.0]
    >>> scaler.assert_never_saw([2])
    >>> scaler.assert_never_saw([1, 2])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    bioml_helpers.evaluation.standardise.Leak: the standardiser was fitted on row 1, which it must never see ...
    """

    def __init__(self) -> None:
        self.rows_seen: np.ndarray | None = None
        self._scaler = None

    def fit(self, X: Sequence, *, rows: Sequence[int] | None = None) -> Standardiser:
        """Learn mean and standard deviation of each column from the given rows (by default from all of `X`).

        Raises
        ------
        ValueError
            If `X` is not a table of finite numbers, or a row number is out of range or comes twice.
        """
        from sklearn.preprocessing import StandardScaler

        table = validate.array("X", X, ndim=2)
        chosen = np.arange(len(table)) if rows is None else validate.array("rows", rows, ndim=1, integer=True)
        if chosen.min() < 0 or chosen.max() >= len(table):
            raise ValueError(
                f"rows: expected row numbers from 0 to {len(table) - 1}, got {chosen.min()} to {chosen.max()}."
            )
        if len(np.unique(chosen)) != len(chosen):
            raise ValueError(
                f"rows: expected each row once, got {len(chosen)} numbers of {len(np.unique(chosen))} rows."
            )
        self._scaler = StandardScaler().fit(table[chosen])
        self.rows_seen = chosen.copy()
        return self

    def transform(self, X: Sequence) -> np.ndarray:
        """Return the columns scaled, ``float64``, shape (n, features)."""
        return self._fitted().transform(self._table(X))

    def fit_transform(self, X: Sequence, *, rows: Sequence[int] | None = None) -> np.ndarray:
        """Learn from the given rows and scale all rows."""
        return self.fit(X, rows=rows).transform(X)

    def inverse_transform(self, X: Sequence) -> np.ndarray:
        """Bring scaled columns back to their units."""
        return self._fitted().inverse_transform(self._table(X))

    @property
    def mean(self) -> np.ndarray:
        """Mean of each column in the rows seen."""
        return self._fitted().mean_.copy()

    @property
    def scale(self) -> np.ndarray:
        """Standard deviation of each column in the rows seen; 1 for a constant one."""
        return self._fitted().scale_.copy()

    def assert_never_saw(self, rows: Iterable[int]) -> None:
        """Raise `Leak` if one of these rows (of validation or test) was learned from.

        Raises
        ------
        Leak
            Naming one such row and how many there are. It is a ``ValueError``.
        ValueError
            If it was not fitted yet.
        """
        self._fitted()
        seen = np.intersect1d(self.rows_seen, validate.array("rows", rows, ndim=1, integer=True))
        if len(seen):
            count = f"{len(seen)} row{'s' if len(seen) > 1 else ''} in all"
            raise Leak(
                f"the standardiser was fitted on row {seen[0]}, which it must never see ({count}): "
                "fit it on the training rows only."
            )

    def _fitted(self):
        if self._scaler is None:
            raise ValueError("Standardiser: expected fit(X, rows=…) before this.")
        return self._scaler

    def _table(self, X: Sequence) -> np.ndarray:
        table = validate.array("X", X, ndim=2)
        if table.shape[1] != len(self._scaler.mean_):
            raise ValueError(f"X: expected {len(self._scaler.mean_)} columns as in fit, got {table.shape[1]}.")
        return table
