"""Stand-ins of chapter 6: signal peptides, a family with a known fold, the single mutants of a protein."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import validate
from ..encode import PROTEIN
from .alignments import LETTERS, protein_families

# The three regions of a signal peptide, with round numbers of this generator's own: what may stand there, and how long.
N_REGION, N_LENGTH = "KRSTANQ", (2, 5)  # after the first methionine; a positive charge is made sure of
H_REGION, H_LENGTH = "LLLLAAVVFIG", (8, 13)
C_REGION, C_LENGTH = "STGQNPAH", (3, 6)  # then a small residue, any one, a small residue, and the cut
SMALL = "AAAGSC"
HELIX, HELIX_LENGTH, HELIX_START = "LLLIIVVFAGM", (18, 22), (3, 35)  # an early membrane helix of another protein
_BACKGROUND = dict(zip(PROTEIN, (8, 2, 5, 6, 4, 7, 2, 6, 6, 10, 2, 4, 5, 4, 5, 7, 5, 7, 1, 3), strict=True))
KINGDOMS = ("Fungi", "Metazoa", "Other", "Viridiplantae")
_LENGTH = 90


def signal_peptides(signals: int = 240, others: int = 960, *, helix: float = 0.12, seed: int = 0) -> pd.DataFrame:
    """Simulate the first 90 residues of proteins: with a signal peptide, without, and with an early membrane helix.

    A signal peptide is M, a short region with a positive charge, 8 to 13 mostly hydrophobic residues, and a polar
    region that ends in small, any, small; there it is cut off. A membrane helix is longer (18 to 22), begins 3 to 35
    residues in, and no cut follows. All else is drawn with round frequencies of the amino acids. Used by chapter 6.

    Parameters
    ----------
    signals, others : int
        Proteins with and without a signal peptide.
    helix : float
        Share of the others that have an early membrane helix.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns of data set ``signal_peptides``; the folds hold as many of each kind, as far as they can.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> table = signal_peptides(5, 10)
    >>> int(table.has_signal.sum()), set(table.sequence.str.len()), sorted(set(table.fold))
    (5, {90}, [1, 2, 3, 4, 5])
    """
    signals = validate.number("signals", signals, low=1, integer=True)
    others = validate.number("others", others, low=1, integer=True)
    helix = validate.number("helix", helix, low=0, high=1)
    rng = _rng(seed)
    rows = []
    for number in range(signals + others):
        has_signal = number < signals
        has_helix = not has_signal and rng.random() < helix
        head = _signal(rng) if has_signal else _with_helix(rng) if has_helix else "M"
        rows.append(
            {
                "name": f"S{number + 1:04d}",
                "sequence": (head + _draw(rng, _LENGTH))[:_LENGTH],
                "has_signal": has_signal,
                "fold": 1 + number % 5,
                "early_membrane_helix": None if has_signal else has_helix,
                "signal_length": len(head) if has_signal else None,
                "kingdom": KINGDOMS[rng.integers(len(KINGDOMS))],
                "organism": "simulated",
            }
        )
    table = pd.DataFrame(rows).astype({"early_membrane_helix": "boolean", "signal_length": "Int64"})
    return table.iloc[rng.permutation(len(table))].reset_index(drop=True)


def _signal(rng: np.random.Generator) -> str:
    start = list(_pick(rng, N_REGION, N_LENGTH))
    start[rng.integers(len(start))] = "KR"[rng.integers(2)]
    end = _pick(rng, SMALL, (1, 1)) + _draw(rng, 1) + _pick(rng, SMALL, (1, 1))
    return "M" + "".join(start) + _pick(rng, H_REGION, H_LENGTH) + _pick(rng, C_REGION, C_LENGTH) + end


def _with_helix(rng: np.random.Generator) -> str:
    return "M" + _draw(rng, rng.integers(HELIX_START[0], HELIX_START[1] + 1) - 1) + _pick(rng, HELIX, HELIX_LENGTH)


def _pick(rng: np.random.Generator, letters: str, length: tuple[int, int]) -> str:
    return "".join(rng.choice(list(letters), rng.integers(length[0], length[1] + 1)))


def _draw(rng: np.random.Generator, length: int) -> str:
    weight = np.array(list(_BACKGROUND.values()), float)
    return "".join(rng.choice(list(PROTEIN), length, p=weight / weight.sum()))


COLUMNS, SHOWN = 53, 52  # of the alignment, and those that the structure shows
COPY_OF_FIVE = 5  # changed columns of a copy
STEP, TOUCH = 3.8, 6.0  # Å from one residue to the next, and across a contact


def kunitz_family(depth: int = 1500, *, seed: int = 0) -> pd.DataFrame:
    """Simulate an alignment of 53 columns whose contacts are known (`kunitz_pairs` of the same seed).

    `protein_families` draws the sequences, with five kinds of residue; every fifth is a copy of the one before it
    with at most five columns drawn anew, so that a random split leaks. Used by chapter 6.

    Parameters
    ----------
    depth : int
        Sequences.
    seed : int
        Same seed, same alignment and same contacts.

    Returns
    -------
    pandas.DataFrame
        Columns of data set ``kunitz``: ``name``, ``sequence`` (no gaps), ``group``, ``weight``.

    Raises
    ------
    ValueError
        If `depth` is below 2.

    Examples
    --------
    >>> kunitz_family(10).sequence.str.len().tolist() == [53] * 10
    True
    """
    from ..families import relatives

    depth = validate.number("depth", depth, low=2, integer=True)
    numbers = protein_families(1, depth, COLUMNS, seed=seed).sequences[0]
    rng = np.random.default_rng(seed + 1)
    for row in range(4, depth, 5):
        numbers[row] = numbers[row - 1]
        numbers[row, rng.integers(COLUMNS, size=COPY_OF_FIVE)] = rng.integers(len(LETTERS), size=COPY_OF_FIVE)
    sequences = ["".join(row) for row in np.array(list(LETTERS))[numbers]]
    weight, group = relatives(sequences)
    names = [f"S{number:05d}" for number in range(1, depth + 1)]
    return pd.DataFrame({"name": names, "sequence": sequences, "group": group, "weight": weight})


def kunitz_pairs(*, seed: int = 0) -> pd.DataFrame:
    """Return distances between the columns of `kunitz_family` of the same seed, in the shape of ``kunitz_contacts``.

    A distance is the shortest way along the chain (3.8 Å a step) and across contacts (6 Å), so two columns four or more
    apart are nearer than 8 Å exactly where the family's contact map says so. The last column has no distances.

    Parameters
    ----------
    seed : int
        As for `kunitz_family`.

    Returns
    -------
    pandas.DataFrame
        Columns ``i``, ``j`` (counted from 0, i < j) and ``distance_A``.

    Examples
    --------
    >>> pairs = kunitz_pairs()
    >>> len(pairs), float(pairs.distance_A.min())
    (1326, 3.8)
    """
    contacts = protein_families(1, 2, COLUMNS, seed=seed).contacts[0]
    apart = np.where(contacts, TOUCH, np.inf)
    steps = np.arange(COLUMNS - 1)
    apart[steps, steps + 1] = apart[steps + 1, steps] = STEP
    np.fill_diagonal(apart, 0)
    for middle in range(COLUMNS):
        apart = np.minimum(apart, apart[:, middle, None] + apart[middle])
    i, j = np.triu_indices(SHOWN, 1)
    return pd.DataFrame({"i": i, "j": j, "distance_A": apart[i, j]})


# Kinds of amino acids: within a kind a change costs little, between kinds much, and proline and glycine fit nowhere.
KINDS = ("AVILMC", "FWY", "STNQ", "DE", "KRH", "G", "P")
COST_WITHIN, COST_BETWEEN, COST_PROLINE = 0.3, 0.8, 1.0
NOISE = 0.05


def single_mutants(length: int = 120, *, seed: int = 0) -> pd.DataFrame:
    """Simulate the fitness of all single mutants of a random protein.

    Each position has a sensitivity between 0 and 1; fitness is 1 minus sensitivity times the cost of the change (this
    module's constants), with normal noise of 0.05. The row of each position's own residue is synonymous: fitness 1
    and noise. Used by chapter 6.

    Parameters
    ----------
    length : int
        Residues, at most 286.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns of data set ``beta_lactamase``; 20 rows a position. ``ambler`` is numbered as in TEM-1, without meaning.

    Raises
    ------
    ValueError
        If `length` is out of range.

    Examples
    --------
    >>> table = single_mutants(3)
    >>> len(table), int(table.is_synonymous.sum())
    (60, 3)
    """
    from ..families import MUTANT_COLUMNS, ambler

    length = validate.number("length", length, low=1, high=286, integer=True)
    rng = _rng(seed)
    wild = "M" + _draw(rng, length - 1)
    sensitivity = rng.beta(0.6, 0.8, length)
    rows = []
    for position, before in enumerate(wild):
        for after in PROTEIN:
            fitness = 1 - sensitivity[position] * cost(before, after) + rng.normal(0, NOISE)
            sequence = wild[:position] + after + wild[position + 1 :]
            mutant = f"{before}{position + 1}{after}"
            rows.append(
                (mutant, position, before, after, fitness, before == after, ambler(position), sequence)
            )  # fmt: skip
    return pd.DataFrame(rows, columns=MUTANT_COLUMNS)


def cost(before: str, after: str) -> float:
    """Return what a change costs at a position of sensitivity 1.

    Examples
    --------
    >>> cost("L", "I"), cost("L", "D"), cost("L", "P"), cost("L", "L")
    (0.3, 0.8, 1.0, 0.0)
    """
    if before == after:
        return 0.0
    if after == "P":
        return COST_PROLINE
    same = any(before in kind and after in kind for kind in KINDS)
    return COST_WITHIN if same else COST_BETWEEN


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
