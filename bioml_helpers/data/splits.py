"""Splits: which rows train, which choose, which judge. Each returns index arrays; no row is lost, none comes twice.

A split answers one question: generalise over what? `random_split` over rows, `grouped_split` over chains, families,
patients or structures, `scaffold_split` over chemical series. `assert_no_group_overlap` holds a split to its promise.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from . import validate

EIGHTY_TEN_TEN = (0.8, 0.1, 0.1)


class GroupOverlap(ValueError):
    """A group has rows in two parts of a split; the message names one."""


def random_split(rows: int, fractions: Sequence[float] = EIGHTY_TEN_TEN, *, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Split rows at random into parts of the given fractions.

    Parameters
    ----------
    rows : int
        Number of rows.
    fractions : sequence of float
        One for each part, adding up to 1. Sizes are rounded so that they add up to `rows`.
    seed : int
        Same seed, same split.

    Returns
    -------
    tuple of numpy.ndarray
        For each part the sorted row numbers, ``int64``.

    Raises
    ------
    ValueError
        If `fractions` do not add up to 1, or a part would be empty.

    Examples
    --------
    >>> train, test = random_split(10, (0.8, 0.2), seed=1)
    >>> len(train), len(test), len(set(train) | set(test))
    (8, 2, 10)
    """
    rows = validate.number("rows", rows, low=1, integer=True)
    shares = _fractions(fractions)
    edges = _edges(rows, shares)
    return _parts(np.split(_rng(seed).permutation(rows), edges[:-1]), shares)


def grouped_split(
    groups: Sequence, fractions: Sequence[float] = EIGHTY_TEN_TEN, *, seed: int = 0
) -> tuple[np.ndarray, ...]:
    """Split so that all rows of a group lie in one part: groups in random order, each to the part that lacks most rows.

    Parameters
    ----------
    groups : sequence
        The group of each row: a chain, a family, a patient, a canonical SMILES.
    fractions : sequence of float
        One for each part, adding up to 1. With large groups the parts come out only roughly so.
    seed : int
        Same seed, same split.

    Returns
    -------
    tuple of numpy.ndarray
        For each part the sorted row numbers, ``int64``.

    Raises
    ------
    ValueError
        If a group is missing (None or NaN), `fractions` do not add up to 1, or a part would be empty.

    Examples
    --------
    >>> train, test = grouped_split(["a", "a", "b", "b", "c", "c"], (0.67, 0.33), seed=1)
    >>> len(train), len(test)
    (4, 2)
    """
    numbers, sizes = _numbered("groups", groups)
    order = _rng(seed).permutation(len(sizes))
    return _deal(numbers, sizes, order, _fractions(fractions))


def scaffold_split(scaffolds: Sequence[str], fractions: Sequence[float] = EIGHTY_TEN_TEN) -> tuple[np.ndarray, ...]:
    """Split so that all molecules of one Bemis-Murcko scaffold lie in one part, the commonest scaffolds first.

    As in MoleculeNet (Wu et al. 2018, doi:10.1039/C7SC02664A): scaffolds are sorted by how many molecules carry them
    (ties: the one whose first molecule comes later), and each goes whole to the first part that has room for it. So
    the test part holds rare scaffolds, series that training has never seen. There is no seed: the split is the same
    each time. Molecules without a ring share the empty scaffold, and so form one group.

    Parameters
    ----------
    scaffolds : sequence of str
        The scaffold of each molecule, as `molecules.scaffolds` gives it (and as column ``scaffold`` of ``tox21``).
    fractions : sequence of float
        One for each part, adding up to 1.

    Returns
    -------
    tuple of numpy.ndarray
        For each part the sorted row numbers, ``int64``.

    Raises
    ------
    ValueError
        If a scaffold is missing, `fractions` do not add up to 1, or a part would be empty.

    Examples
    --------
    >>> train, validation, test = scaffold_split(["c1ccccc1"] * 8 + ["C1CC1", "C1CCC1"])
    >>> train.tolist(), validation.tolist(), test.tolist()
    ([0, 1, 2, 3, 4, 5, 6, 7], [9], [8])
    """
    numbers, sizes = _numbered("scaffolds", scaffolds)
    shares = _fractions(fractions)
    edges = _edges(len(numbers), shares)
    filled = np.zeros(len(shares), dtype=np.int64)
    part_of = np.empty(len(sizes), dtype=np.int64)
    for group in np.lexsort((np.arange(len(sizes)), sizes))[::-1]:
        fits = np.cumsum(filled) + sizes[group] <= edges  # the parts up to here, with this group, stay in their share
        part_of[group] = np.argmax(fits) if fits.any() else len(shares) - 1
        filled[part_of[group]] += sizes[group]
    return _parts([np.flatnonzero(part_of[numbers] == part) for part in range(len(shares))], shares)


class Parts(NamedTuple):
    """Row numbers that train, choose and judge."""

    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


def molecule_split(structures: Sequence[str], scaffolds: Sequence[str], how: str = "random", *, seed: int = 0) -> Parts:
    """Split molecules 80 : 10 : 10, whole structures at random or whole scaffolds; no structure lies in two parts.

    Used by chapters 3 and 7.

    Parameters
    ----------
    structures, scaffolds : sequence of str
        Canonical SMILES and Bemis–Murcko scaffold of each row.
    how : {"random", "scaffold"}
        By scaffold the rare ones come into the test part.
    seed : int
        Of the random split; the scaffold split is always the same.

    Returns
    -------
    Parts
        Row numbers ``train``, ``validation``, ``test``.

    Raises
    ------
    ValueError
        If `how` is another word, a structure or scaffold is missing, or a part would be empty.
    GroupOverlap
        If rows of one structure have different scaffolds, and thus came into two parts.

    Examples
    --------
    >>> rings = ["c1ccccc1"] * 8 + ["C1CC1", "C1CCC1"]
    >>> molecule_split([f"{ring}C" for ring in rings], rings, "scaffold").test.tolist()
    [8]
    """
    if validate.one_of("how", how, ("random", "scaffold")) == "random":
        parts = Parts(*grouped_split(structures, seed=seed))
    else:
        parts = Parts(*scaffold_split(scaffolds))
        assert_no_group_overlap(*(np.array(scaffolds)[part] for part in parts))
    assert_no_group_overlap(*(np.array(structures)[part] for part in parts))
    return parts


def group_by_similarity(sequences: Sequence[str], *, k: int = 10, threshold: float = 0.2) -> np.ndarray:
    """Number groups of related sequences, for `grouped_split`: relatives share words of `k` letters.

    Two sequences are joined where the one with fewer distinct words shares at least `threshold` of them with the other;
    chains of such pairs make one group. It finds copies, overlaps and near relatives; it is no alignment, and distant
    relatives (proteins below about half identity, say) escape it. Used by chapters 4 and 5.

    Parameters
    ----------
    sequences : sequence of str
        DNA or protein, of any lengths. The reverse strand is not looked at.
    k : int
        Length of a word: 10 suits DNA of up to some thousand bases, 5 or 6 suit proteins. Too short, and unrelated
        sequences share many by chance.
    threshold : float
        Part of the words, above 0 and up to 1.

    Returns
    -------
    numpy.ndarray
        ``int64``, shape (rows,): the group of each row, numbered from 0 in the order of their first row. A sequence
        shorter than `k` is related only to its own copies.

    Raises
    ------
    TypeError, ValueError
        If a sequence is not a text, or a number is out of its range.

    Examples
    --------
    >>> group_by_similarity(["GATTACAGATTACA", "CCCCGGGGTTTT", "TTACAGATTACAGG"], k=6).tolist()
    [0, 1, 0]
    """
    from scipy.sparse.csgraph import connected_components

    texts = _listed("sequences", sequences)
    words, sizes = _words("sequences", texts, k)
    pairs = _shared(words, sizes, words, sizes, threshold)
    # copies too short to have words are still copies
    first: dict[str, int] = {}
    same = np.array([first.setdefault(text, row) for row, text in enumerate(texts)])
    pairs = pairs + _links(np.arange(len(same)), same, pairs.shape)
    _, labels = connected_components(pairs, directed=False)
    return pd.factorize(labels)[0].astype(np.int64)


def similar_to(sequences: Sequence[str], others: Sequence[str], *, k: int = 10, threshold: float = 0.2) -> np.ndarray:
    """Return for each sequence whether a near relative of it is among `others`: what a clean test set must not hold.

    Parameters
    ----------
    sequences, others : sequence of str
        For example the test set and the training set.
    k : int
        As in `group_by_similarity`.
    threshold : float
        As in `group_by_similarity`.

    Returns
    -------
    numpy.ndarray
        ``bool``, shape (rows,).

    Raises
    ------
    TypeError, ValueError
        As in `group_by_similarity`.

    Examples
    --------
    >>> similar_to(["GATTACAGATTACA", "CCCCGGGGTTTT"], ["TTACAGATTACAGG"], k=6).tolist()
    [True, False]
    """
    texts, known = _listed("sequences", sequences), _listed("others", others)
    words, sizes = _words("sequences", texts + known, k)
    count = len(texts)
    found = _shared(words[:count], sizes[:count], words[count:], sizes[count:], threshold)
    return (found.getnnz(axis=1) > 0) | np.isin(texts, known)


def leave_one_out(rows: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for each row the numbers of all others (train), and its own (test).

    Parameters
    ----------
    rows : int
        Number of rows, at least 2.

    Yields
    ------
    train, test : numpy.ndarray
        Row numbers, ``int64``.

    Raises
    ------
    ValueError
        If there are fewer than 2 rows.

    Examples
    --------
    >>> [(train.tolist(), test.tolist()) for train, test in leave_one_out(3)]
    [([1, 2], [0]), ([0, 2], [1]), ([0, 1], [2])]
    """
    rows = validate.number("rows", rows, low=2, integer=True)
    every = np.arange(rows)
    return ((np.delete(every, row), every[row : row + 1]) for row in range(rows))


def assert_no_group_overlap(*parts: Sequence, names: Sequence[str] | None = None) -> None:
    """Raise if a group has rows in more than one part.

    Parameters
    ----------
    *parts : sequence
        For each part the groups of its rows (not the row numbers).
    names : sequence of str, optional
        What to call the parts in the message; by default train, validation, test (train, test for two).

    Raises
    ------
    GroupOverlap
        Naming one such group, its parts, and how many there are. It is a ``ValueError``.
    ValueError
        If fewer than two parts are given, or a group is missing.

    Examples
    --------
    >>> assert_no_group_overlap(["a", "a"], ["b"])
    >>> assert_no_group_overlap(["a", "b"], ["b", "c"])
    Traceback (most recent call last):
    ...
    bioml_helpers.data.splits.GroupOverlap: group 'b' has rows in train and in test (1 group in all): split by group.
    """
    if len(parts) < 2:
        raise ValueError(f"parts: expected the groups of at least two parts, got {len(parts)}.")
    usual = {2: ("train", "test"), 3: ("train", "validation", "test")}
    labels = list(names or usual.get(len(parts), [f"part {n}" for n in range(1, len(parts) + 1)]))
    if len(labels) != len(parts):
        raise ValueError(f"names: expected {len(parts)} names, one a part, got {len(labels)}.")
    home: dict[Any, str] = {}
    shared: dict[Any, tuple[str, str]] = {}
    for label, part in zip(labels, parts, strict=True):
        for group in dict.fromkeys(_values(label, part)):
            if home.setdefault(group, label) != label:
                shared.setdefault(group, (home[group], label))
    if shared:
        group, (first, second) = next(iter(shared.items()))
        count = f"{len(shared)} group{'s' if len(shared) > 1 else ''} in all"
        raise GroupOverlap(f"group {group!r} has rows in {first} and in {second} ({count}): split by group.")


def _words(name: str, sequences: Sequence[str], k: int) -> tuple[Any, np.ndarray]:
    """Which word stands in which sequence (sparse, 0 or 1), and how many distinct words each has."""
    from scipy.sparse import csr_matrix

    k = validate.number("k", k, low=2, integer=True)
    texts = _listed(name, sequences)
    lengths = np.array([len(text) for text in texts])
    _, letters = np.unique(np.frombuffer("".join(texts).encode("utf-32-le"), np.uint32), return_inverse=True)
    base = int(letters.max(initial=0)) + 1
    if k * math.log2(base + 1) > 62:
        raise ValueError(f"k: expected a word that {base} different letters leave room for in 62 bits, got {k}.")
    starts = np.arange(max(len(letters) - k + 1, 0))
    codes = np.zeros(len(starts), np.int64)
    for at in range(k):
        codes = codes * base + letters[starts + at]
    row_of = np.repeat(np.arange(len(texts)), lengths)
    whole = row_of[starts] == row_of[starts + k - 1]  # a word may not reach into the next sequence
    _, numbers = np.unique(codes[whole], return_inverse=True)
    shape = (len(texts), int(numbers.max(initial=0)) + 1)
    words = csr_matrix((np.ones(len(numbers), np.int32), (row_of[starts][whole], numbers)), shape=shape)
    words.data[:] = 1  # a word counts once
    return words, np.diff(words.indptr)


def _listed(name: str, sequences: Sequence[str]) -> list[str]:
    if isinstance(sequences, (str, bytes)):
        raise TypeError(f"{name}: expected a list of texts, got one text; put it in a list.")
    texts = list(sequences)
    if not texts:
        raise ValueError(f"{name}: expected at least one sequence, got none.")
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"{name}[{row}]: expected a text, got {text!r} (a {type(text).__name__}).")
    return texts


def _shared(words: Any, sizes: np.ndarray, others: Any, their: np.ndarray, threshold: float) -> Any:
    """Return a sparse matrix with an entry for each pair that shares enough words."""
    threshold = validate.number("threshold", threshold, low=1e-6, high=1)
    counts = (words @ others.T).tocoo()
    enough = counts.data >= threshold * np.minimum(sizes[counts.row], their[counts.col])
    return _links(counts.row[enough], counts.col[enough], counts.shape)


def _links(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> Any:
    from scipy.sparse import csr_matrix

    return csr_matrix((np.ones(len(rows), np.int32), (rows, columns)), shape=shape)


def _deal(numbers: np.ndarray, sizes: np.ndarray, order: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, ...]:
    """Give each group, in this order, to the part that lacks most rows; the last ones to parts that are still empty."""
    lacks = shares * len(numbers)
    empty = np.ones(len(shares), dtype=bool)
    part_of = np.empty(len(sizes), dtype=np.int64)
    for left, group in zip(range(len(order), 0, -1), order, strict=True):
        open_to_it = empty if empty.sum() >= left else np.ones_like(empty)
        part = part_of[group] = np.argmax(np.where(open_to_it, lacks, -np.inf))
        lacks[part] -= sizes[group]
        empty[part] = False
    return _parts([np.flatnonzero(part_of[numbers] == part) for part in range(len(shares))], shares)


def _parts(parts: Sequence[np.ndarray], shares: np.ndarray) -> tuple[np.ndarray, ...]:
    for number, part in enumerate(parts):
        if len(part) == 0:
            raise ValueError(
                f"fractions: expected rows for each part, got none for part {number + 1} "
                f"(fraction {shares[number]:g}): there are too few rows or groups."
            )
    return tuple(np.sort(part).astype(np.int64) for part in parts)


def _fractions(fractions: Sequence[float]) -> np.ndarray:
    shares = validate.array("fractions", fractions, ndim=1, at_least=2)
    if (shares <= 0).any() or not math.isclose(shares.sum(), 1, abs_tol=1e-6):
        raise ValueError(f"fractions: expected numbers above 0 that add up to 1, got {list(fractions)}.")
    return shares


def _edges(rows: int, shares: np.ndarray) -> np.ndarray:
    """Row count up to the end of each part, rounded; the last is `rows`."""
    return np.round(np.cumsum(shares) * rows + 1e-9).astype(np.int64)


def _numbered(name: str, groups: Sequence) -> tuple[np.ndarray, np.ndarray]:
    """Number the groups in the order of their first row; return each row's number and each group's size."""
    numbers, _ = pd.factorize(pd.Series(_values(name, groups), dtype=object))
    return numbers, np.bincount(numbers)


def _values(name: str, groups: Sequence) -> list:
    if isinstance(groups, (str, bytes)) or not hasattr(groups, "__len__"):
        raise TypeError(f"{name}: expected the group of each row, got a {type(groups).__name__}.")
    values = groups.tolist() if hasattr(groups, "tolist") else list(groups)
    if not values:
        raise ValueError(f"{name}: expected at least one row, got none.")
    for row, value in enumerate(values):
        if value is None or value is pd.NA or value != value:
            raise ValueError(f"{name}: expected a group for each row, got {value!r} at row {row}.")
    return values


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
