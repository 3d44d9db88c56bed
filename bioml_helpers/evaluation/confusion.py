"""What was taken for what: the confusion matrix, recall of each class, overlap of masks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bioml_helpers.data import validate


def confusion_matrix(labels: Sequence, predictions: Sequence, classes: Sequence | None = None) -> pd.DataFrame:
    """Count what was predicted for each true class; scikit-learn counts, the names stand beside.

    The diagonal holds what is right. Used from chapter 4 on.

    Parameters
    ----------
    labels, predictions : array_like
        Shape (n,): classes, as texts, whole numbers or booleans.
    classes : sequence, optional
        All classes in the order wanted; by default those that occur, sorted.

    Returns
    -------
    pandas.DataFrame
        Rows ``true``, columns ``predicted``, ``int64`` counts; the sum is n.

    Raises
    ------
    ValueError
        If the lengths differ, there is no row, or a class occurs that is not among `classes`.

    Examples
    --------
    >>> confusion_matrix(["red", "red", "white"], ["red", "white", "white"]).loc["red"].to_dict()
    {'red': 1, 'white': 1}
    """
    from sklearn.metrics import confusion_matrix as count

    truth, said, names = _named(labels, predictions, classes)
    counts = count(truth, said, labels=np.arange(len(names)))
    return pd.DataFrame(
        counts, index=pd.Index(names, name="true"), columns=pd.Index(names, name="predicted"), dtype=np.int64
    )


def per_class_recall(labels: Sequence, predictions: Sequence, classes: Sequence | None = None) -> pd.Series:
    """Return for each class the share of its rows that is recognised; their mean is the balanced accuracy.

    Parameters
    ----------
    labels, predictions, classes
        As for `confusion_matrix`.

    Returns
    -------
    pandas.Series
        Class -> share between 0 and 1; NaN for a class without a row.

    Raises
    ------
    ValueError
        As for `confusion_matrix`.

    Examples
    --------
    >>> per_class_recall(["red", "red", "white"], ["red", "white", "white"]).to_dict()
    {'red': 0.5, 'white': 1.0}
    """
    counts = confusion_matrix(labels, predictions, classes)
    rows = counts.to_numpy()
    total = rows.sum(axis=1).astype(float)
    shares = np.divide(np.diag(rows), total, out=np.full(len(rows), np.nan), where=total > 0)
    return pd.Series(shares, index=counts.index, name="recall")


def dice(mask: Sequence, predicted: Sequence) -> float:
    """Return how far two masks overlap: twice what they share over the sum of their sizes.

    Voxels outside both do not count, so a large background does not flatter. Used by chapter 4.

    Parameters
    ----------
    mask, predicted : array_like
        Same shape; True (or 1) inside. For one structure of several: ``dice(label == 1, said == 1)``.

    Returns
    -------
    float
        1 for equal masks (two empty ones too), 0 for masks that do not meet.

    Raises
    ------
    ValueError
        If the shapes differ, or a value is neither 0 nor 1.

    References
    ----------
    Dice LR (1945) Measures of the amount of ecologic association between species. Ecology 26:297-302.
    doi:10.2307/1932409

    Examples
    --------
    >>> dice([1, 1, 0, 0], [1, 0, 0, 0]) == 2 / 3
    True
    """
    truth, said = _mask("mask", mask), _mask("predicted", predicted)
    if truth.shape != said.shape:
        raise ValueError(f"predicted: expected the shape of mask, {truth.shape}, got {said.shape}.")
    size = int(truth.sum()) + int(said.sum())
    return 1.0 if size == 0 else 2 * int((truth & said).sum()) / size


def _mask(name: str, values: Sequence) -> np.ndarray:
    array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
    if array.dtype != bool:
        array = validate.array(name, array)
        wrong = array[(array != 0) & (array != 1)]
        if wrong.size:
            raise ValueError(f"{name}: expected a mask of 0 and 1, got {wrong.flat[0]:g}.")
    return array.astype(bool)


def _named(labels: Sequence, predictions: Sequence, classes: Sequence | None) -> tuple[np.ndarray, np.ndarray, list]:
    """The classes' names, and each row's class as its number among them."""
    columns = {}
    for name, values in (("labels", labels), ("predictions", predictions)):
        array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
        if array.ndim != 1 or len(array) == 0:
            raise ValueError(f"{name}: expected one class a row, got shape {array.shape}.")
        columns[name] = array.tolist()
    if len(columns["labels"]) != len(columns["predictions"]):
        raise ValueError(
            f"predictions: expected one a label, {len(columns['labels'])}, got {len(columns['predictions'])}."
        )
    if classes is None:
        names = sorted(set(columns["labels"]) | set(columns["predictions"]))
    else:
        names = list(classes)
        if len(set(names)) != len(names):
            raise ValueError(f"classes: expected each class once, got {names}.")
    number_of = {name: number for number, name in enumerate(names)}
    for name, values in columns.items():
        for row, value in enumerate(values):
            if value not in number_of:
                raise ValueError(f"{name}: expected one of {names}, got {value!r} at row {row}.")
    truth, said = (np.array([number_of[value] for value in values]) for values in columns.values())
    return truth, said, names
