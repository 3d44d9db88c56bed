"""Genes with known truth: promoters with boxes, genes with introns (stand-ins of chapters 4 and 5)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import validate
from ..encode import DNA
from . import sequences

_SIGMA70_LENGTH, _SIGMA70_TEN = 81, 48  # positions -60 to +20 without a 0; index of position -12, where TATAAT begins
_TATA_LENGTH, _TATA_START = 251, 170  # positions -200 to +50; index of position -30
TATA = ("TATAAAAG", (0.85, 0.95, 0.9, 0.95, 0.7, 0.85, 0.6, 0.5))  # how often each letter stands there
_WANDER = 15  # bases by which the boxes of `sigma70` are moved to either side


def sigma70(promoters: int = 250, others: int = 750, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``sigma70``: promoters whose two boxes stand somewhere, and random sequences.

    The boxes are those of `promoters`, with the same frequencies and spacings; but the pair is moved by up to 15 bases
    to either side (evenly), so that no fixed position tells: a scan must find it. All other bases are drawn with
    equal frequency. Every sequence is a group of its own.

    Parameters
    ----------
    promoters, others : int
        Rows of each kind.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``sequence`` (81 letters), ``is_promoter``, ``group``; promoters first.

    Raises
    ------
    ValueError
        If a number is below 1.

    Examples
    --------
    >>> sigma70(2, 3).is_promoter.tolist()
    [True, True, False, False, False]
    """
    letters, rng = _background(promoters, others, _SIGMA70_LENGTH, seed)
    spacing = rng.choice(list(sequences.SPACINGS), size=promoters, p=list(sequences.SPACINGS.values()))
    moved = rng.integers(-_WANDER, _WANDER + 1, size=promoters)
    for row in range(promoters):
        start = _SIGMA70_TEN + moved[row]
        sequences._plant(letters[row], start, sequences.MINUS_10, rng)
        sequences._plant(letters[row], start - spacing[row] - 6, sequences.MINUS_35, rng)
    return _promoter_table(letters, promoters)


def tata_promoters(promoters: int = 300, others: int = 700, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``mouse_promoters``: a TATA box at a fixed place, and random sequences.

    The box of `TATA` begins at position -30, always; each letter is kept with its frequency, else replaced by one of
    the three others. A linear model that looks at each position is therefore the right one. All other bases are drawn
    with equal frequency. Every sequence is a group of its own.

    Parameters
    ----------
    promoters, others : int
        Rows of each kind.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``sequence`` (251 letters), ``is_promoter``, ``group``; promoters first.

    Raises
    ------
    ValueError
        If a number is below 1.

    Examples
    --------
    >>> tata_promoters(1, 1).sequence.str.len().tolist()
    [251, 251]
    """
    letters, rng = _background(promoters, others, _TATA_LENGTH, seed)
    for row in range(promoters):
        sequences._plant(letters[row], _TATA_START, TATA, rng)
    return _promoter_table(letters, promoters)


FIRST, BRANCH, LAST = "GTATGT", "TACTAAC", "TAG"  # how an intron begins, where its lariat closes, how it ends


def genes_with_introns(genes: int = 120, *, length: int = 600, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``introns``: genes with one intron each, some of them in pairs of duplicated genes.

    An intron begins with ``GTATGT``, holds ``TACTAAC`` 20 to 40 bases before its end, and ends with ``TAG``; it is 60
    to 200 bases long and begins 30 to 150 bases into the gene. Its other bases are A or T with probability 0.68, those
    of the exons with 0.6. Every fifth gene is a copy of the gene before it in which a tenth of the bases outside the
    three signals has changed: the two share a group.

    Parameters
    ----------
    genes : int
        Rows.
    length : int
        Bases a gene, at least 400.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``gene``, ``sequence``, ``introns`` (a tuple of one (start, end), counted from 0, end excluded),
        ``group``.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> row = genes_with_introns(1).iloc[0]
    >>> (start, end), = row.introns
    >>> row.sequence[start : start + 6], row.sequence[end - 3 : end]
    ('GTATGT', 'TAG')
    """
    genes = validate.number("genes", genes, low=1, integer=True)
    length = validate.number("length", length, low=400, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    rows: list[tuple] = []
    for number in range(1, genes + 1):
        if number % 5 == 0:
            _, text, introns, group = rows[-1]
            text, group = _changed(text, introns[0], rng), group
        else:
            text, introns = _gene(length, rng)
            group = rows[-1][3] + 1 if rows else 0
        rows.append((f"SIM{number:03d}", text, introns, group))
    return pd.DataFrame(rows, columns=["gene", "sequence", "introns", "group"])


def _gene(length: int, rng: np.random.Generator) -> tuple[str, tuple[tuple[int, int]]]:
    start, size = int(rng.integers(30, 151)), int(rng.integers(60, 201))
    end = start + size
    weak = np.full(length, 0.6)
    weak[start:end] = 0.68
    pairs = np.where(rng.random(length) < weak, "AT", "CG")
    letters = [pair[side] for pair, side in zip(pairs, rng.integers(2, size=length), strict=True)]
    letters[:3] = "ATG"
    letters[start : start + len(FIRST)] = FIRST
    branch = end - int(rng.integers(20, 41))
    letters[branch : branch + len(BRANCH)] = BRANCH
    letters[end - len(LAST) : end] = LAST
    return "".join(letters), ((start, end),)


def _changed(text: str, intron: tuple[int, int], rng: np.random.Generator) -> str:
    """Change a tenth of the bases; the signals of the intron and the first codon stay."""
    start, end = intron
    letters = np.array([DNA.index(letter) for letter in text])
    kept = np.zeros(len(text), dtype=bool)
    kept[:3] = kept[start : start + len(FIRST)] = kept[end - 45 : end] = True
    hit = (rng.random(len(text)) < 0.1) & ~kept
    letters[hit] = (letters[hit] + rng.integers(1, 4, size=hit.sum())) % 4
    return sequences._texts(letters[None], DNA)[0]


def _background(promoters: int, others: int, length: int, seed: int) -> tuple[np.ndarray, np.random.Generator]:
    promoters = validate.number("promoters", promoters, low=1, integer=True)
    others = validate.number("others", others, low=1, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    return rng.integers(4, size=(promoters + others, length)), rng


def _promoter_table(letters: np.ndarray, promoters: int) -> pd.DataFrame:
    rows = len(letters)
    return pd.DataFrame(
        {
            "name": [f"P{n:04d}" for n in range(1, promoters + 1)]
            + [f"N{n:04d}" for n in range(1, rows - promoters + 1)],
            "sequence": sequences._texts(letters, DNA),
            "is_promoter": np.arange(rows) < promoters,
            "group": np.arange(rows),
        }
    )
