"""Residues with their neighbours, as the networks of 1988 saw them: chapters 3 and 9 train on these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from . import encode, validate

STATES = "HEC"  # helix, strand, coil: class 0, 1, 2
NOBODY = "-"  # beyond the end of a chain


@dataclass(frozen=True)
class Windows:
    """Residues with their neighbours, as the network of 1988 saw them.

    Attributes
    ----------
    X : numpy.ndarray of shape (residues, window · 21)
        One-hot: 20 amino acids and one input for "beyond the end of the chain", at each place of the window.
    y : numpy.ndarray of shape (residues,)
        0 helix, 1 strand, 2 coil.
    chain : numpy.ndarray of shape (residues,)
        The number of the chain.
    """

    X: np.ndarray
    y: np.ndarray
    chain: np.ndarray


def windows(chains: pd.DataFrame, window: int = 13) -> Windows:
    """Cut each chain into windows, one around each residue.

    Parameters
    ----------
    chains : pandas.DataFrame
        Columns ``residues`` and ``states``.
    window : int
        Odd; the residue in question is in the middle.

    Raises
    ------
    ValueError
        If `window` is even.

    Examples
    --------
    >>> cut = windows(pd.DataFrame({"residues": ["ACD"], "states": ["HEC"]}), window=3)
    >>> cut.X.shape, cut.y.tolist()
    ((3, 63), [0, 1, 2])
    """
    window = validate.number("window", window, low=1, integer=True)
    if window % 2 == 0:
        raise ValueError(f"window: expected an odd number, so that there is a middle, got {window}.")
    edge = NOBODY * (window // 2)
    pieces, states, numbers = [], [], []
    for number, (residues, truth) in enumerate(zip(chains["residues"], chains["states"], strict=True)):
        padded = edge + residues + edge
        pieces += [padded[i : i + window] for i in range(len(residues))]
        states += [STATES.index(state) for state in truth]
        numbers += [number] * len(residues)
    alphabet = encode.PROTEIN + NOBODY
    X = encode.one_hot(pieces, alphabet, unknown="zeros", channels_first=False)  # (residues, window, 21)
    return Windows(X.reshape(len(X), -1), np.array(states), np.array(numbers))
