"""Columns of an alignment that change together: mutual information, its correction, and how many pairs are contacts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bioml_helpers.data import validate
from bioml_helpers.data.encode import integers
from bioml_helpers.data.families import ALIGNED
from bioml_helpers.data.structures import SEPARATION


def mutual_information(
    alignment: Sequence[str], *, weights: Sequence[float] | None = None, alphabet: str = ALIGNED
) -> np.ndarray:
    """Return how much each column of an alignment says about each other column.

    The frequencies are those of the (weighted) rows, nothing is added to them, and a gap counts as a letter. Relatives
    make columns look dependent: weigh them down, and correct with `apc`. Used by chapter 6.

    Parameters
    ----------
    alignment : sequence of str
        Rows of one length.
    weights : array_like of shape (rows,), optional
        Weight of each row, as column ``weight`` of data set ``kunitz``; by default all count alike.
    alphabet : str
        The letters; by default the 20 amino acids and ``-``.

    Returns
    -------
    numpy.ndarray of shape (length, length)
        In nats, symmetric, 0 on the diagonal.

    Raises
    ------
    ValueError
        If a letter is not in the alphabet, lengths differ, or a weight is negative.

    Examples
    --------
    >>> mutual_information(["AC", "AC", "CA", "CA"]).round(3).tolist()  # one column tells the other: ln 2
    [[0.0, 0.693], [0.693, 0.0]]
    >>> mutual_information(["AC", "AA", "CC", "CA"]).round(3).tolist()
    [[0.0, 0.0], [0.0, 0.0]]
    """
    letters = integers(list(alignment), alphabet)
    rows, length = letters.shape
    if weights is None:
        weights = np.ones(rows)
    weights = validate.array("weights", weights, ndim=1, length=rows)
    if (weights < 0).any() or weights.sum() == 0:
        raise ValueError(f"weights: expected 0 or more, and not all 0, got {weights.min():g} to {weights.max():g}.")
    kinds = len(alphabet)
    joint = np.zeros((length * kinds, length * kinds))
    for start in range(0, rows, 4096):  # in float32 for speed, added up in float64
        block = letters[start : start + 4096]
        hot = np.zeros((len(block), length, kinds), np.float32)
        hot[np.arange(len(block))[:, None], np.arange(length), block] = 1
        hot = hot.reshape(len(block), -1)
        joint += (hot * weights[start : start + 4096, None].astype(np.float32)).T @ hot
    joint = joint.reshape(length, kinds, length, kinds) / weights.sum()
    alone = joint[np.arange(length), :, np.arange(length), :].diagonal(axis1=1, axis2=2)  # (length, kinds)
    apart = alone[:, :, None, None] * alone[None, None]
    there = joint > 0
    terms = np.zeros_like(joint)
    terms[there] = joint[there] * np.log(joint[there] / apart[there])
    information = terms.sum(axis=(1, 3))
    return _without_diagonal((information + information.T) / 2)


def apc(scores: Sequence) -> np.ndarray:
    """Return scores minus what their columns share with all others: the average product correction.

    From the score of columns i and j is taken (mean of column i) × (mean of column j) / (mean of all), all means
    without the diagonal. Variable columns and common descent raise the score of a column with every other; what is left
    is particular to the pair. Used by chapters 4 and 6.

    Parameters
    ----------
    scores : array_like of shape (length, length)
        Symmetric, for example from `mutual_information`.

    Returns
    -------
    numpy.ndarray of shape (length, length)
        0 on the diagonal.

    Raises
    ------
    ValueError
        If `scores` is not square, not symmetric, or has fewer than two columns.

    References
    ----------
    Dunn SD, Wahl LM, Gloor GB (2008) Mutual information without the influence of phylogeny or entropy dramatically
    improves residue contact prediction. Bioinformatics 24:333-340. doi:10.1093/bioinformatics/btm604

    Examples
    --------
    >>> apc([[0, 4, 2], [4, 0, 2], [2, 2, 0]]).round(3).tolist()
    [[0.0, 0.625, -0.25], [0.625, 0.0, -0.25], [-0.25, -0.25, 0.0]]
    """
    strength = _without_diagonal(_square("scores", scores))
    if len(strength) < 2:
        raise ValueError(f"scores: expected at least two columns, got {len(strength)}.")
    if not np.allclose(strength, strength.T):
        raise ValueError("scores: expected a symmetric matrix, got one that is not.")
    mean = strength.sum(axis=0) / (len(strength) - 1)
    shared = np.outer(mean, mean) / mean.mean() if mean.any() else 0.0
    return _without_diagonal(strength - shared)


def pairs_in_order(scores: Sequence, *, separation: int = SEPARATION) -> np.ndarray:
    """Return the pairs (i, j), i < j and at least `separation` apart, the highest score first.

    Parameters
    ----------
    scores : array_like of shape (length, length)
        The upper triangle counts.
    separation : int
        Pairs nearer along the chain are left out.

    Returns
    -------
    numpy.ndarray of shape (pairs, 2)

    Raises
    ------
    ValueError
        If `scores` is not square.

    Examples
    --------
    >>> pairs_in_order([[0, 2, 5], [2, 0, 3], [5, 3, 0]], separation=1).tolist()
    [[0, 2], [1, 2], [0, 1]]
    """
    scores = _square("scores", scores)
    i, j = np.triu_indices(len(scores), validate.number("separation", separation, low=1, integer=True))
    best = np.argsort(-scores[i, j], kind="stable")
    return np.stack([i[best], j[best]], axis=1)


def precision_at(
    scores: Sequence, contacts: Sequence, top: int | None = None, *, separation: int = SEPARATION
) -> float:
    """Return which share of the `top` best-scored pairs are true contacts.

    What guessing reaches is the share of contacts among all pairs that are far enough apart. Used by chapters 4 and 6.

    Parameters
    ----------
    scores : array_like of shape (length, length)
    contacts : array_like of shape (length, length)
        True or 1 where two residues touch, NaN where that is not known: such pairs are left out.
    top : int, optional
        By default L, the number of columns of which anything is known; usual too are L // 2 and L // 5.
    separation : int
        Pairs nearer along the chain are left out.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If shapes differ or there are fewer pairs than `top`.

    Examples
    --------
    >>> truth = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> precision_at([[0, 9, 1], [9, 0, 5], [1, 5, 0]], truth, 2, separation=1)
    0.5
    """
    touch = validate.array("contacts", contacts, ndim=2, finite=False)
    order = pairs_in_order(scores, separation=separation)
    if touch.shape != np.shape(scores):
        raise ValueError(f"contacts: expected the scores' shape {np.shape(scores)}, got {touch.shape}.")
    known = ~np.isnan(touch)
    order = order[known[order[:, 0], order[:, 1]]]
    length = int((known & ~np.eye(len(touch), dtype=bool)).any(axis=0).sum())
    top = length if top is None else validate.number("top", top, low=1, integer=True)
    if top > len(order):
        raise ValueError(f"top: expected at most the {len(order)} pairs that there are, got {top}.")
    return float(touch[tuple(order[:top].T)].mean())


def _square(name: str, matrix: Sequence) -> np.ndarray:
    square = validate.array(name, matrix, ndim=2)
    if square.shape[0] != square.shape[1]:
        raise ValueError(f"{name}: expected a square matrix, got shape {square.shape}.")
    return square


def _without_diagonal(matrix: np.ndarray) -> np.ndarray:
    matrix = np.array(matrix)
    np.fill_diagonal(matrix, 0.0)
    return matrix
