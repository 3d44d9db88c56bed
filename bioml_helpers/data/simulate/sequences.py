"""Sequences with known truth: promoters, a protein's fitness landscape, secondary structure (chapters 2 and 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .. import validate
from ..encode import DNA, PROTEIN
from ..sequences import GB1_WILD_TYPE, STATES

# The two boxes of a bacterial promoter, and how often each letter of the consensus stands there.  Consensus and spacing
# (17 ± 1 bases in 92 % of 263 promoters): Harley and Reynolds (1987), doi:10.1093/nar/15.5.2343.  The frequencies
# are rounded to what compilations of that time report; they are this generator's truth, not a measurement.
MINUS_35 = ("TTGACA", (0.69, 0.79, 0.61, 0.56, 0.54, 0.54))
MINUS_10 = ("TATAAT", (0.77, 0.76, 0.60, 0.61, 0.56, 0.82))
SPACINGS = {16: 0.2, 17: 0.6, 18: 0.2}
_TEN_STARTS = 38  # index of position -12, where TATAAT begins
_LENGTH = 57  # positions -50 … -1, +1 … +7


def promoters(pairs: int = 53, *, seed: int = 0) -> pd.DataFrame:
    """Simulate promoters with the two boxes of *E. coli*, and as many random sequences.

    All other bases are drawn with equal frequency. ``TATAAT`` begins at position -12; ``TTGACA`` ends 16, 17 or 18
    bases before it (probabilities 0.2, 0.6, 0.2). A letter of a box is kept with the probability in `MINUS_35` and
    `MINUS_10` of this module, else replaced by one of the three others. Used by chapter 2.

    Parameters
    ----------
    pairs : int
        Promoters, and non-promoters.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``sequence`` (57 letters), ``is_promoter``; promoters first; 106 rows by default.

    Raises
    ------
    ValueError
        If `pairs` is not at least 1.

    Examples
    --------
    >>> table = promoters(2)
    >>> table.is_promoter.tolist(), table.sequence.str.len().tolist()
    ([True, True, False, False], [57, 57, 57, 57])
    """
    pairs = validate.number("pairs", pairs, low=1, integer=True)
    rng = _rng(seed)
    letters = rng.integers(4, size=(2 * pairs, _LENGTH))
    spacing = rng.choice(list(SPACINGS), size=pairs, p=list(SPACINGS.values()))
    for row in range(pairs):
        _plant(letters[row], _TEN_STARTS, MINUS_10, rng)
        _plant(letters[row], _TEN_STARTS - spacing[row] - 6, MINUS_35, rng)
    return pd.DataFrame(
        {
            "name": [f"S{number:03d}" for number in range(1, 2 * pairs + 1)],
            "sequence": _texts(letters, DNA),
            "is_promoter": np.arange(2 * pairs) < pairs,
        }
    )


def _plant(letters: np.ndarray, start: int, box: tuple[str, tuple[float, ...]], rng: np.random.Generator) -> None:
    """Write one box over the letters (in place)."""
    for offset, (letter, frequency) in enumerate(zip(*box, strict=True)):
        shift = 0 if rng.random() < frequency else rng.integers(1, 4)  # one of the three others
        letters[start + offset] = (DNA.index(letter) + shift) % 4


@dataclass(frozen=True)
class FourSiteTruth:
    """What `four_sites` is drawn from.

    Attributes
    ----------
    effects : numpy.ndarray
        Shape (4, 20): what each amino acid adds to the latent score at each site; 0 for the wild type.
    bonus : float
        What is added where sites 3 and 4 both carry a small amino acid, or both do not.
    small : str
        The small amino acids.
    """

    effects: np.ndarray
    bonus: float
    small: str = "AGCSTP"


def four_site_truth(seed: int = 0) -> FourSiteTruth:
    """Return the truth behind `four_sites` of the same seed.

    Examples
    --------
    >>> four_site_truth().effects.shape
    (4, 20)
    """
    effects = _rng(seed).normal(-1.2, 0.8, size=(4, 20))
    for site, letter in enumerate(GB1_WILD_TYPE):
        effects[site, PROTEIN.index(letter)] = 0.0
    return FourSiteTruth(effects, bonus=2.0)


def four_sites(rows: int = 8000, *, noise: float = 0.1, seed: int = 0) -> pd.DataFrame:
    """Simulate the fitness of a protein mutated at four sites, two of which interact.

    The latent score is a sum of effects, one a site, plus ``bonus`` where sites 3 and 4 *match*: both carry a small
    amino acid, or neither does. A match is an exclusive-or turned round, so no sum of effects can express it. Fitness
    is ``exp(score - score of the wild type)`` times log-normal noise. `four_site_truth` gives the effects. Used by
    chapter 3.

    Parameters
    ----------
    rows : int
        Variants, drawn without repetition out of the 160,000; the first is the wild type ``VDGV``.
    noise : float
        Standard deviation of ln(fitness).
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``variant``, ``mutations``, ``fitness``, ``count_input``, ``count_selected``, ``in_flip``; the counts
        are 0, since no reads are simulated.

    Raises
    ------
    ValueError
        If `rows` is not between 1 and 160,000, or `noise` is below 0.

    Examples
    --------
    >>> four_sites(3).variant.tolist()[0]
    'VDGV'
    """
    rows = validate.number("rows", rows, low=1, high=160_000, integer=True)
    noise = validate.number("noise", noise, low=0)
    truth, rng = four_site_truth(seed), _rng(seed + 1)
    wild = np.array([PROTEIN.index(letter) for letter in GB1_WILD_TYPE])
    first = np.ravel_multi_index(wild, (20,) * 4)
    others = rng.permutation(160_000)
    chosen = np.concatenate([[first], others[others != first]])[:rows]
    letters = np.stack(np.unravel_index(chosen, (20,) * 4), axis=1)  # (rows, 4)
    score = _latent(letters, truth) - _latent(wild[None], truth)
    return pd.DataFrame(
        {
            "variant": _texts(letters, PROTEIN),
            "mutations": (letters != wild).sum(axis=1),
            "fitness": np.exp(score + rng.normal(0, noise, rows)),
            "count_input": 0,
            "count_selected": 0,
            "in_flip": True,
        }
    )


def _latent(letters: np.ndarray, truth: FourSiteTruth) -> np.ndarray:
    small = np.isin(letters, [PROTEIN.index(letter) for letter in truth.small])  # (rows, 4)
    return truth.effects[np.arange(4), letters].sum(axis=1) + truth.bonus * (small[:, 2] == small[:, 3])


# Mean length of a segment of each state, and the amino acids a state prefers (three times as frequent as
# the others): round numbers in the order of those of real proteins.
SEGMENT_LENGTH = {"H": 10, "E": 5, "C": 8}
PREFERRED = {"H": "AELKMQR", "E": "VIYFTWC", "C": "GPNDSH"}
_PREFERENCE = 3.0


def secondary_structure(train: int = 111, test: int = 17, *, length: int = 165, seed: int = 0) -> pd.DataFrame:
    """Simulate chains of helices, strands and coil, each state with the amino acids it prefers.

    Segments of helix or strand alternate with coil; their lengths are 2 plus a geometric number, with the means in
    `SEGMENT_LENGTH`. In each state the amino acids of `PREFERRED` are three times as frequent as the others. One
    residue alone tells little, its neighbours tell more: a window must beat the single residue. Used by chapter 3.

    Parameters
    ----------
    train, test : int
        Chains in each part.
    length : int
        Residues a chain.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``chain``, ``split``, ``residues``, ``states`` (``H`` helix, ``E`` strand, ``C`` coil), ``length``.

    Raises
    ------
    ValueError
        If a number is below 1.

    Examples
    --------
    >>> table = secondary_structure(2, 1, length=30)
    >>> table.split.tolist(), set("".join(table.states)) <= set("HEC")
    (['train', 'train', 'test'], True)
    """
    numbers = {"train": train, "test": test, "length": length}
    train, test, length = (validate.number(name, n, low=1, integer=True) for name, n in numbers.items())
    rng = _rng(seed)
    rows = []
    for split, chains in (("train", train), ("test", test)):
        for number in range(1, chains + 1):
            states = _states(length, rng)
            rows.append((f"{split} {number:03d}", split, _residues(states, rng), states, length))
    return pd.DataFrame(rows, columns=["chain", "split", "residues", "states", "length"])


def netsurfp_chains(train: int = 240, validation: int = 40, test: int = 40, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``netsurfp``: the chains of `secondary_structure`, 60 to 160 residues long.

    The first zero to four residues of a chain are marked as not resolved, at random; their states are coil, as in the
    real table. Used by chapter 5.

    Parameters
    ----------
    train, validation, test : int
        Chains in each part.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``sequence``, ``states``, ``resolved`` (a 1 or 0 a residue), ``part``.

    Raises
    ------
    ValueError
        If a number is below 1.

    Examples
    --------
    >>> netsurfp_chains(2, 1, 1).part.tolist()
    ['train', 'train', 'validation', 'test']
    """
    parts = {"train": train, "validation": validation, "test": test}
    rng, rows = _rng(seed), []
    for part, chains in parts.items():
        for number in range(1, validate.number(part, chains, low=1, integer=True) + 1):
            hidden, states = int(rng.integers(5)), _states(int(rng.integers(60, 161)), rng)
            states = "C" * hidden + states[hidden:]
            resolved = "0" * hidden + "1" * (len(states) - hidden)
            rows.append((f"{part}-{number:03d}", _residues(states, rng), states, resolved, part))
    return pd.DataFrame(rows, columns=["name", "sequence", "states", "resolved", "part"])


def cb513_chains(chains: int = 60, *, seed: int = 1) -> pd.DataFrame:
    """Simulate a table like ``cb513``: the chains of `netsurfp_chains` with another seed and other names.

    Raises
    ------
    ValueError
        If `chains` is below 1.

    Examples
    --------
    >>> cb513_chains(2).name.tolist()
    ['CB001', 'CB002']
    """
    chains = validate.number("chains", chains, low=1, integer=True)
    table = netsurfp_chains(chains, 1, 1, seed=seed).iloc[:chains].drop(columns="part")
    return table.assign(name=[f"CB{number:03d}" for number in range(1, chains + 1)])


def _states(length: int, rng: np.random.Generator) -> str:
    text, state = "", "C"
    while len(text) < length:
        text += state * (2 + rng.geometric(1 / (SEGMENT_LENGTH[state] - 1)) - 1)
        state = "HE"[rng.integers(2)] if state == "C" else "C"
    return text[:length]


def _residues(states: str, rng: np.random.Generator) -> str:
    letters, numbers = np.array(list(states)), np.empty(len(states), dtype=int)
    for state in STATES:
        weight = np.where(np.isin(list(PROTEIN), list(PREFERRED[state])), _PREFERENCE, 1.0)
        here = letters == state
        numbers[here] = rng.choice(len(PROTEIN), size=here.sum(), p=weight / weight.sum())
    return _texts(numbers[None], PROTEIN)[0]


def _texts(numbers: np.ndarray, alphabet: str) -> list[str]:
    return ["".join(row) for row in np.array(list(alphabet))[numbers]]


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
