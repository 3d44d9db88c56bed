"""Peptides of five residues, from families with one free position: small enough to follow every residue by eye."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bioml_helpers.data import validate
from bioml_helpers.data.encode import PROTEIN

LENGTH = 5
FAMILIES = 12
CONSERVATION = 0.98
FREE_POSITION = 3


def pentamers(
    n: int = 4000,
    *,
    families: int = FAMILIES,
    conservation: float = CONSERVATION,
    free_position: int = FREE_POSITION,
    seed: int = 0,
) -> pd.DataFrame:
    """Draw sequences of five residues: each family has its own residues, but one position is free in all of them.

    Parameters
    ----------
    n : int
        Sequences.
    families : int
        How many; 0 draws every residue at random, so that there is nothing to learn.
    conservation : float
        Probability that a position that is not free holds its family's residue; otherwise any of the 20 stands there.
    free_position : int
        Counted from 1, as residues are.
    seed : int
        Same seed, same sequences. Families stay the same for all seeds.

    Returns
    -------
    pandas.DataFrame
        Columns ``sequence`` and ``family`` (from 0 on; −1 where there are no families).

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> pentamers(3, conservation=1)["sequence"].tolist()
    ['QQMWK', 'WFANE', 'GLMLR']
    """
    n = validate.number("n", n, low=1, integer=True)
    families = validate.number("families", families, low=0, integer=True)
    conservation = validate.number("conservation", conservation, low=0, high=1)
    free_position = validate.number("free_position", free_position, low=1, high=LENGTH, integer=True)
    rng = np.random.default_rng(seed)
    residues = rng.integers(len(PROTEIN), size=(n, LENGTH))
    family = np.full(n, -1)
    if families:
        family = rng.integers(families, size=n)
        own = np.random.default_rng(families).integers(len(PROTEIN), size=(families, LENGTH))
        kept = rng.random((n, LENGTH)) < conservation
        kept[:, free_position - 1] = False
        residues = np.where(kept, own[family], residues)
    letters = np.array(list(PROTEIN))[residues]
    return pd.DataFrame({"sequence": ["".join(row) for row in letters], "family": family})
