"""Metrics for two classes, for three states, for ranks; scikit-learn and SciPy compute.

The first argument is always what was measured, the second what the model says.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bioml_helpers.data import validate


def auroc(y: Sequence, score: Sequence) -> float:
    """Return the area under the ROC curve: how often a positive scores above a negative.

    0.5 is what a coin reaches, at any prevalence. Used from chapter 3 on.

    Parameters
    ----------
    y : array_like
        Shape (n,): 1 (or True) for the positive class, else 0.
    score : array_like
        Shape (n,): greater means more likely positive; logits and probabilities serve alike.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If `y` holds only one class, anything but 0 and 1, or a missing label; or if the lengths differ.

    Examples
    --------
    >>> auroc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    >>> auroc([1, 1], [0.2, 0.9])
    Traceback (most recent call last):
    ...
    ValueError: y: expected both classes (AUROC compares positives with negatives), got 2 labels, all 1.
    """
    from scipy.stats import rankdata

    labels, scores = _labels_and_scores(y, score, "AUROC compares positives with negatives")
    # Mann and Whitney's U out of the ranks: scikit-learn's number in a fraction of the time; a bootstrap asks often
    positives = int(labels.sum())
    above = rankdata(scores)[labels == 1].sum() - positives * (positives + 1) / 2
    return float(above / (positives * (len(labels) - positives)))


def auprc(y: Sequence, score: Sequence) -> float:
    """Return the area under the precision-recall curve, as average precision.

    What a coin reaches is the prevalence, so the two must be read together. Used from chapter 3 on.

    Parameters
    ----------
    y, score : array_like
        As for `auroc`.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        As for `auroc`.

    Examples
    --------
    >>> round(auprc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 3)
    0.833
    """
    from sklearn.metrics import average_precision_score

    labels, scores = _labels_and_scores(y, score, "AUPRC needs positives to find among negatives")
    return float(average_precision_score(labels, scores))


def prevalence(y: Sequence) -> float:
    """Return the share of positives among the labels.

    Raises
    ------
    ValueError
        If `y` is empty, or holds anything but 0 and 1.

    Examples
    --------
    >>> prevalence([0, 0, 0, 1])
    0.25
    """
    return float(_labels("y", y).mean())


def balanced_accuracy(y: Sequence, predicted: Sequence) -> float:
    """Return the mean over the classes of the share that is recognised; a constant answer gets 1 / classes.

    Parameters
    ----------
    y, predicted : array_like
        Shape (n,): classes, as whole numbers, booleans or texts.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If `y` holds only one class, or the lengths differ.

    Examples
    --------
    >>> balanced_accuracy([0, 0, 0, 1], [0, 0, 0, 0])
    0.5
    """
    truth, said = _classes("y", y), _classes("predicted", predicted)
    _same_length("y", truth, "predicted", said)
    if len(np.unique(truth)) < 2:
        raise ValueError(
            f"y: expected at least two classes (their shares are averaged), got {len(truth)} labels, all {truth[0]}."
        )
    # by hand and not by scikit-learn, which warns of a predicted class that is not in y
    return float(np.mean([(said[truth == one] == one).mean() for one in np.unique(truth)]))


def q3(states: str | Sequence, predicted: str | Sequence) -> float:
    """Return the share of residues whose state (helix, strand, coil) is right: Q3 of Qian and Sejnowski (1988).

    Parameters
    ----------
    states, predicted : str, or sequence of str
        One chain as a text, several chains as a list of texts, or one letter (or number) a residue. Chains are joined,
        so a long one counts more.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If a chain and its prediction differ in length.

    Examples
    --------
    >>> q3("HHHHCCEE", "HHHCCCEC")
    0.75
    >>> q3(["HH", "CCEE"], ["HC", "CCEE"]) == 5 / 6
    True
    """
    truth, said = _residues("states", states), _residues("predicted", predicted)
    for chain, (one, other) in enumerate(zip(truth, said, strict=False)):
        if len(one) != len(other):
            where = f"[{chain}]" if len(truth) > 1 else ""
            raise ValueError(f"predicted{where}: expected {len(one)} residues as in states{where}, got {len(other)}.")
    _same_length("states", truth, "predicted", said)
    return float(np.mean(np.concatenate(truth) == np.concatenate(said)))


def spearman(y: Sequence, score: Sequence) -> float:
    """Return Spearman's correlation of ranks: 1 if the model ranks as the measurement does, whatever its scale.

    Parameters
    ----------
    y, score : array_like
        Shape (n,), n at least 2: measured and predicted numbers. Ties share their mean rank.

    Returns
    -------
    float
        Between -1 and 1.

    Raises
    ------
    ValueError
        If one of them is constant, so that it has no ranks, or the lengths differ.

    Examples
    --------
    >>> round(spearman([1, 2, 3, 4], [10, 100, 1000, 999]), 3)
    0.8
    """
    from scipy.stats import spearmanr

    measured, scores = validate.array("y", y, ndim=1, at_least=2), validate.array("score", score, ndim=1)
    _same_length("y", measured, "score", scores)
    for name, values in (("y", measured), ("score", scores)):
        if (values == values[0]).all():
            raise ValueError(
                f"{name}: expected numbers that differ (ranks are compared), got {len(values)} times {values[0]:g}."
            )
    return float(spearmanr(measured, scores).statistic)


def _labels_and_scores(y: Sequence, score: Sequence, why: str) -> tuple[np.ndarray, np.ndarray]:
    labels, scores = _labels("y", y), validate.array("score", score, ndim=1)
    _same_length("y", labels, "score", scores)
    if labels.min() == labels.max():
        raise ValueError(f"y: expected both classes ({why}), got {len(labels)} labels, all {labels[0]}.")
    return labels, scores


def _labels(name: str, y: Sequence) -> np.ndarray:
    labels = validate.array(name, y, ndim=1, finite=False)
    if np.isnan(labels).any():
        raise ValueError(
            f"{name}: expected a label for each row, got {int(np.isnan(labels).sum())} missing ones of {len(labels)}: "
            "leave those rows out (missing is not negative)."
        )
    wrong = labels[(labels != 0) & (labels != 1)]
    if len(wrong):
        raise ValueError(f"{name}: expected labels 0 and 1, got {wrong[0]:g}.")
    return labels.astype(np.int64)


def _classes(name: str, values: Sequence) -> np.ndarray:
    array = np.asarray(values.detach().cpu() if hasattr(values, "detach") else values)
    if array.ndim != 1 or len(array) == 0:
        raise ValueError(f"{name}: expected one class a row, got shape {array.shape}.")
    return array


def _residues(name: str, values: str | Sequence) -> list[np.ndarray]:
    """Chains as arrays of letters."""
    if isinstance(values, str):
        values = [values]
    values = values.tolist() if hasattr(values, "tolist") else list(values)
    if not values:
        raise ValueError(f"{name}: expected at least one residue, got none.")
    if all(isinstance(value, str) for value in values) and any(len(value) != 1 for value in values):
        return [np.array(list(value)) for value in values]
    return [np.asarray(values)]


def _same_length(one: str, first: Sequence, other: str, second: Sequence) -> None:
    if len(first) != len(second):
        raise ValueError(f"{other}: expected as many values as {one} has, {len(first)}, got {len(second)}.")
