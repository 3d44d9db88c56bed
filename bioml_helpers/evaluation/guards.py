"""Guards against leaks: a selector that remembers which rows it saw, and a search for rows that lie in two parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from bioml_helpers.data import validate
from bioml_helpers.evaluation.standardise import Leak


class Selector:
    """Keep the features that differ most between two classes, as seen in the training rows.

    A feature's rank is that of Welch's t: the difference of the class means over its standard error. Like
    `Standardiser` it takes the whole table and the numbers of the training rows, and remembers them. Used by companion
    09b.

    Parameters
    ----------
    count : int
        Features to keep.

    Attributes
    ----------
    rows_seen : numpy.ndarray or None
        Numbers of the rows it learned from; None before `fit`.
    chosen : numpy.ndarray
        Columns kept, the most different first.

    Examples
    --------
    >>> X = [[0.0, 5.0], [0.1, 3.0], [0.9, 5.0], [1.0, 4.0], [0.5, 0.0]]
    >>> selector = Selector(1).fit(X, [0, 0, 1, 1, 0], rows=[0, 1, 2, 3])
    >>> selector.chosen.tolist(), selector.transform(X).ravel().tolist()
    ([0], [0.0, 0.1, 0.9, 1.0, 0.5])
    >>> selector.assert_never_saw([4])
    """

    def __init__(self, count: int) -> None:
        self.count = validate.number("count", count, low=1, integer=True)
        self.rows_seen: np.ndarray | None = None
        self.chosen: np.ndarray | None = None

    def fit(self, X: Sequence, y: Sequence, *, rows: Sequence[int] | None = None) -> Selector:
        """Rank the columns by the given rows (by default by all).

        Raises
        ------
        ValueError
            If there are fewer columns than `count`, a row number is out of range, or the rows hold fewer than two
            examples of a class.
        """
        table = validate.array("X", X, ndim=2)
        labels = validate.array("y", y, ndim=1, length=len(table))
        seen = np.arange(len(table)) if rows is None else validate.array("rows", rows, ndim=1, integer=True)
        if seen.min() < 0 or seen.max() >= len(table):
            raise ValueError(
                f"rows: expected row numbers from 0 to {len(table) - 1}, got {seen.min()} to {seen.max()}."
            )
        if table.shape[1] < self.count:
            raise ValueError(f"X: expected at least {self.count} columns to choose from, got {table.shape[1]}.")
        parts = [table[seen][labels[seen] == one] for one in (0, 1)]
        if min(map(len, parts)) < 2:
            raise ValueError(f"y: expected two or more rows of each class, got {len(parts[0])} and {len(parts[1])}.")
        error = np.sqrt(sum(part.var(axis=0, ddof=1) / len(part) for part in parts))
        difference = np.abs(parts[1].mean(axis=0) - parts[0].mean(axis=0))
        # a column that never varies tells nothing, unless its classes differ
        t = np.divide(difference, error, out=np.where(difference > 0, np.inf, 0.0), where=error > 0)
        self.chosen = np.argsort(-t, kind="stable")[: self.count]
        self.rows_seen = seen.copy()
        return self

    def transform(self, X: Sequence) -> np.ndarray:
        """Return the chosen columns, shape (n, count)."""
        if self.chosen is None:
            raise ValueError("Selector: expected fit(X, y, rows=…) before this.")
        return validate.array("X", X, ndim=2)[:, self.chosen]

    def assert_never_saw(self, rows: Iterable[int]) -> None:
        """Raise `Leak` if one of these rows (of validation or test) helped to choose.

        Raises
        ------
        Leak
            Naming one such row and how many there are.
        ValueError
            If it was not fitted yet.
        """
        if self.rows_seen is None:
            raise ValueError("Selector: expected fit(X, y, rows=…) before this.")
        seen = np.intersect1d(self.rows_seen, validate.array("rows", list(rows), ndim=1, integer=True))
        if len(seen):
            count = f"{len(seen)} row{'s' if len(seen) > 1 else ''} in all"
            raise Leak(
                f"the features were chosen with row {seen[0]}, which they must never see ({count}): "
                "choose on the training rows only, anew in each fold."
            )


def assert_no_shared_rows(*parts: Sequence, names: Sequence[str] | None = None) -> None:
    """Raise `Leak` if the same row of numbers stands in two parts: a copy, a duplicate, an oversampled twin.

    Parameters
    ----------
    *parts : array_like
        For each part its examples, shape (n, …): features, pixels; equal numbers count as the same row.
    names : sequence of str, optional
        What to call the parts; by default train, validation, test (train, test for two).

    Raises
    ------
    Leak
        Naming the parts, one such row of each, and how many rows of the later part have a twin.
    ValueError
        If fewer than two parts are given, or their rows differ in size.

    Examples
    --------
    >>> assert_no_shared_rows([[1, 2], [3, 4]], [[5, 6]])
    >>> assert_no_shared_rows([[1, 2], [3, 4]], [[5, 6], [1, 2]])
    Traceback (most recent call last):
    ...
    bioml_helpers.evaluation.standardise.Leak: row 1 of test is row 0 of train (1 of 2 rows has a twin): split first.
    """
    if len(parts) < 2:
        raise ValueError(f"parts: expected at least two parts, got {len(parts)}.")
    usual = {2: ("train", "test"), 3: ("train", "validation", "test")}
    labels = list(names or usual.get(len(parts), [f"part {n}" for n in range(1, len(parts) + 1)]))
    if len(labels) != len(parts):
        raise ValueError(f"names: expected {len(parts)} names, one a part, got {len(labels)}.")
    tables = [validate.array(name, part) for name, part in zip(labels, parts, strict=True)]
    tables = [np.ascontiguousarray(table.reshape(len(table), -1)) + 0.0 for table in tables]  # −0 becomes 0
    if len({table.shape[1] for table in tables}) != 1:
        raise ValueError(f"parts: expected rows of one size, got {', '.join(str(t.shape[1]) for t in tables)} numbers.")
    home: dict[bytes, tuple[str, int]] = {}
    for name, table in zip(labels, tables, strict=True):
        keys = [row.tobytes() for row in table]
        twins = [(row, home[key]) for row, key in enumerate(keys) if key in home]
        if twins:
            row, (other, place) = twins[0]
            have = "has" if len(twins) == 1 else "have"
            raise Leak(
                f"row {row} of {name} is row {place} of {other} ({len(twins)} of {len(keys)} rows {have} a twin): "
                "split first."
            )
        home |= {key: (name, row) for row, key in reversed(list(enumerate(keys)))}
