"""DNA with planted words: where they stand is known, so what a network has found can be checked (chapters 4 and 5)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .. import validate
from ..encode import DNA, integers

MOTIF = "GCATGGACGTCC"  # made up; eight of its twelve letters are G or C, so it also shifts the composition
PAIR = ("TGACGT", "CATTCG")  # made up
_ROUNDS = 100  # sequences that hold a motif by chance are drawn anew, this often at most
SITE = "TGACTCA"  # the consensus site of the transcription factor AP-1


def planted_motif(
    n: int = 2000,
    length: int = 50,
    motif: str = MOTIF,
    fraction: float = 0.5,
    gc: float = 0.5,
    matrix: np.ndarray | None = None,
    seed: int = 0,
) -> pd.DataFrame:
    """Simulate sequences of which a part holds one motif at a random place.

    The place is drawn evenly. No sequence without the motif holds it by chance, and none holds it twice, so a search
    for the text is always right (not so with `matrix`, which draws a motif anew each time). Used by chapter 4.

    Parameters
    ----------
    n : int
        Sequences.
    length : int
        Bases a sequence, at least the motif's.
    motif : str
        What is planted, letters of ACGT.
    fraction : float
        Part that holds it, 0 to 1; the number is rounded.
    gc : float
        Part of G and C in the other bases, 0 to 1.
    matrix : array_like, optional
        Shape (4, width): the chance of A, C, G, T at each position of the motif; used instead of `motif`.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``sequence``, ``has_motif``, ``start`` (counted from 0; -1 where there is none), in random order.

    Raises
    ------
    ValueError
        If a number is out of its range, the motif is longer than the sequence or holds other letters, or a column of
        `matrix` does not add up to 1.

    Examples
    --------
    >>> table = planted_motif(4, 12, "GATTACA", seed=1)
    >>> all(row.sequence.find("GATTACA") == row.start for row in table.itertuples())
    True
    """
    n = validate.number("n", n, low=1, integer=True)
    length = validate.number("length", length, low=1, integer=True)
    fraction = validate.number("fraction", fraction, low=0, high=1)
    chances = None if matrix is None else _chances(matrix, length)
    word = _word("motif", motif, length) if chances is None else None
    width = chances.shape[1] if word is None else len(word)
    rng = _rng(seed)
    has = _some(n, fraction, rng)

    def draw(rows: int, has: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        letters, start = _bases((rows, length), gc, rng), rng.integers(length - width + 1, size=rows)
        start[~has] = -1
        planted = _drawn(chances, rows, rng) if word is None else np.tile(word, (rows, 1))
        _write(letters, start, planted)
        return letters, start

    letters, start = draw(n, has)
    for _ in range(_ROUNDS):
        if word is None or not (wrong := _count(letters, word) != has).any():
            break
        letters[wrong], start[wrong] = draw(int(wrong.sum()), has[wrong])
    else:
        raise ValueError(
            f"motif: expected one that seldom stands somewhere by chance, got {motif!r} for {length} bases."
        )
    return pd.DataFrame({"sequence": _texts(letters), "has_motif": has, "start": start})


def motif_pairs(
    n: int = 2000,
    length: int = 60,
    motifs: Sequence[str] = PAIR,
    spacing: tuple[int, int] = (10, 14),
    seed: int = 0,
) -> pd.DataFrame:
    """Simulate sequences that all hold the same two motifs; only the distance between them tells the two kinds apart.

    In one half of the sequences, `spacing` bases (both ends included, drawn evenly) lie between the end of the first
    motif and the start of the second; in the other half 0 to `spacing[1]` + `spacing[0]` bases, but none of those. Each
    motif stands exactly once, the first one first, so neither presence nor order helps. The pair's place is drawn
    evenly. Used by chapters 4 and 5.

    Parameters
    ----------
    n : int
        Sequences.
    length : int
        Bases a sequence.
    motifs : pair of str
        Two different texts of ACGT.
    spacing : pair of int
        Fewest and most bases between them in the positive sequences; the fewest at least 1.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``sequence``, ``label`` (whether the spacing is right), ``starts`` (a tuple of two, counted from 0),
        ``spacing`` (bases between them), in random order.

    Raises
    ------
    ValueError
        If a number is out of its range, or the widest pair is longer than the sequence.

    Examples
    --------
    >>> table = motif_pairs(100, seed=1)
    >>> table.spacing[table.label].between(10, 14).all(), table.spacing[~table.label].between(10, 14).any()
    (np.True_, np.False_)
    """
    n = validate.number("n", n, low=1, integer=True)
    length = validate.number("length", length, low=1, integer=True)
    if isinstance(motifs, str) or len(motifs) != 2 or motifs[0] == motifs[1]:
        raise ValueError(f"motifs: expected two different texts, got {motifs!r}.")
    first, second = (_word(f"motifs[{number}]", text, length) for number, text in enumerate(motifs))
    low, high = validate.array("spacing", spacing, ndim=1, length=2, integer=True).tolist()
    if not 1 <= low <= high:
        raise ValueError(f"spacing: expected the fewest (at least 1) and the most bases, got {tuple(spacing)}.")
    widest = len(first) + len(second) + low + high
    if widest > length:
        raise ValueError(f"length: expected at least {widest} bases, the widest pair, got {length}.")
    right = np.arange(low, high + 1)
    wrong_ones = np.setdiff1d(np.arange(low + high + 1), right)
    rng = _rng(seed)
    label = _some(n, 0.5, rng)

    def draw(label: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        rows = len(label)
        letters = _bases((rows, length), 0.5, rng)
        between = np.where(label, rng.choice(right, rows), rng.choice(wrong_ones, rows))
        room = length - len(first) - len(second) - between
        start = (rng.random(rows) * (room + 1)).astype(np.int64)
        _write(letters, start, np.tile(first, (rows, 1)))
        _write(letters, start + len(first) + between, np.tile(second, (rows, 1)))
        return letters, start, between

    letters, start, between = draw(label)
    for _ in range(_ROUNDS):
        if not (bad := (_count(letters, first) != 1) | (_count(letters, second) != 1)).any():
            break
        letters[bad], start[bad], between[bad] = draw(label[bad])
    else:
        raise ValueError(f"motifs: expected two that seldom stand somewhere by chance, got {tuple(motifs)}.")
    starts = list(zip(start.tolist(), (start + len(first) + between).tolist(), strict=True))
    return pd.DataFrame({"sequence": _texts(letters), "label": label, "starts": starts, "spacing": between})


def bound_sites(
    n: int = 1500, length: int = 60, site: str = SITE, fraction: float = 0.6, seed: int = 0
) -> pd.DataFrame:
    """Simulate sequences with a mark for each base: bound by a transcription factor, or not.

    A part of the sequences holds one site, at a place drawn evenly; its bases are bound. By chance the site stands
    nowhere else. So before any base is read, each of the ``length - len(site) + 1`` starts (54 by default) has the
    probability ``fraction / starts``. Used by chapter 5.

    Parameters
    ----------
    n : int
        Sequences.
    length : int
        Bases a sequence, at least the site's.
    site : str
        Letters of ACGT.
    fraction : float
        Part that holds the site, 0 to 1; the number is rounded.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``sequence``, ``bound`` (a 1 or 0 for each base, as text), ``start`` (counted from 0; -1 where there is
        no site), in random order.

    Raises
    ------
    ValueError
        If a number is out of its range, or the site is longer than the sequence or holds other letters.

    Examples
    --------
    >>> row = bound_sites(1, 12, fraction=1, seed=1).iloc[0]
    >>> row.sequence[row.start : row.start + 7], row.bound.count("1")
    ('TGACTCA', 7)
    """
    table = planted_motif(n, length, site, fraction, seed=seed)
    width = len(site)
    bound = [
        "0" * length if start < 0 else "0" * start + "1" * width + "0" * (length - start - width)
        for start in table["start"]
    ]
    return pd.DataFrame({"sequence": table["sequence"], "bound": bound, "start": table["start"]})


def _word(name: str, text: str, length: int) -> np.ndarray:
    if not isinstance(text, str) or not text or set(text) - set(DNA):
        raise ValueError(f"{name}: expected letters of {DNA!r}, got {text!r}.")
    if len(text) > length:
        raise ValueError(f"{name}: expected at most {length} letters, the length of a sequence, got {len(text)}.")
    return integers(text)


def _chances(matrix: np.ndarray, length: int) -> np.ndarray:
    chances = validate.array("matrix", matrix, ndim=2, length=4)
    if chances.shape[1] > length:
        raise ValueError(f"matrix: expected at most {length} positions, the sequence's, got {chances.shape[1]}.")
    if (chances < 0).any() or not np.allclose(chances.sum(axis=0), 1, atol=1e-6):
        raise ValueError("matrix: expected chances that add up to 1 at each position.")
    return chances


def _drawn(chances: np.ndarray, rows: int, rng: np.random.Generator) -> np.ndarray:
    """Draw a word of the matrix for each row: the first letter whose cumulated chance exceeds a random number."""
    edges = chances.cumsum(axis=0)[None, :3]  # (1, 3, width)
    return (rng.random((rows, 1, chances.shape[1])) >= edges).sum(axis=1)


def _some(n: int, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """Mark the rounded fraction of the rows, in random order."""
    return rng.permutation(np.arange(n) < round(n * fraction))


def _bases(shape: tuple[int, int], gc: float, rng: np.random.Generator) -> np.ndarray:
    gc = validate.number("gc", gc, low=0, high=1)
    return rng.choice(4, size=shape, p=[(1 - gc) / 2, gc / 2, gc / 2, (1 - gc) / 2])


def _write(letters: np.ndarray, start: np.ndarray, words: np.ndarray) -> None:
    """Write one word a row over the letters (in place); rows with a negative start stay."""
    rows = np.flatnonzero(start >= 0)
    at = start[rows, None] + np.arange(words.shape[1])
    letters[rows[:, None], at] = words[rows]


def _count(letters: np.ndarray, word: np.ndarray) -> np.ndarray:
    """How often the word stands in each row."""
    windows = np.lib.stride_tricks.sliding_window_view(letters, len(word), axis=1)
    return (windows == word).all(axis=2).sum(axis=1)


def _texts(letters: np.ndarray) -> list[str]:
    return ["".join(row) for row in np.array(list(DNA))[letters]]


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
