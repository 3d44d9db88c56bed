"""Tasks that ask what a network remembers, and what it notices when a sequence is disturbed (companion 05b)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .. import validate
from ..encode import DNA
from .sequences import _texts


def flagged_bases(n: int = 400, *, length: int = 24, gap: Sequence[int] = (1, 20), seed: int = 0) -> pd.DataFrame:
    """Simulate random DNA in which one base carries a flag; at the end it is to be said which base that was.

    The flag stands `gap` bases before the last one. Nothing else in the sequence tells the answer.

    Parameters
    ----------
    n : int
        Sequences.
    length : int
        Bases each.
    gap : (int, int)
        Fewest and most steps from the flagged base to the last one; drawn evenly.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``sequence``, ``flag`` (position of the flagged base, counted from 0), ``gap``, ``base``.

    Raises
    ------
    ValueError
        If a gap does not fit into the sequence.

    Examples
    --------
    >>> row = flagged_bases(1, length=10, gap=(4, 4)).iloc[0]
    >>> int(row.flag), row.sequence[row.flag] == row.base
    (5, True)
    """
    n = validate.number("n", n, low=1, integer=True)
    length = validate.number("length", length, low=2, integer=True)
    least, most = (validate.number("gap", one, low=0, high=length - 1, integer=True) for one in gap)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    letters = rng.integers(4, size=(n, length))
    gaps = rng.integers(least, most + 1, size=n)
    flags = length - 1 - gaps
    return pd.DataFrame(
        {
            "sequence": _texts(letters, DNA),
            "flag": flags,
            "gap": gaps,
            "base": np.array(list(DNA))[letters[np.arange(n), flags]],
        }
    )


def aligned_sites(
    n: int = 2000, *, length: int = 50, site: str = "TTGACA", kept: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Simulate DNA cut out around a site, which therefore always stands at the same place; half hold none.

    This is how promoters are tabulated: aligned. Each letter of the site is kept with probability `kept`, else drawn
    anew. All other bases are drawn with equal frequency.

    Parameters
    ----------
    n : int
        Sequences; every second one has the site.
    length : int
        Bases each; the site stands in the middle.
    site : str
        Letters A, C, G and T.
    kept : float
        0 to 1.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``sequence``, ``has_site``, ``start`` (counted from 0; -1 where there is none).

    Raises
    ------
    ValueError
        If the site is longer than the sequence, or holds another letter.

    Examples
    --------
    >>> row = aligned_sites(2, kept=1).iloc[1]
    >>> row.sequence[row.start : row.start + 6], bool(row.has_site)
    ('TTGACA', True)
    """
    n = validate.number("n", n, low=1, integer=True)
    kept = validate.number("kept", kept, low=0, high=1)
    if not site or set(site) - set(DNA):
        raise ValueError(f"site: expected letters out of {DNA}, got {site!r}.")
    length = validate.number("length", length, low=len(site), integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    letters = rng.integers(4, size=(n, length))
    has_site, start = np.arange(n) % 2 == 1, (length - len(site)) // 2
    block = letters[:, start : start + len(site)]  # a view: what is written here is written into `letters`
    written = has_site[:, None] & (rng.random(block.shape) < kept)
    block[written] = np.broadcast_to([DNA.index(letter) for letter in site], block.shape)[written]
    return pd.DataFrame(
        {"sequence": _texts(letters, DNA), "has_site": has_site, "start": np.where(has_site, start, -1)}
    )
