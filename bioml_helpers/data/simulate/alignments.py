"""Families of related proteins with a known contact map, and a toy with a known chain of dependence (chapter 4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .. import validate

# Five kinds of residue are enough to show co-evolution: hydrophobic, polar, positive, negative, small.
LETTERS = "LSKEG"
# How well two kinds go together where their residues touch: alike for hydrophobic ones, opposite for charges.  The
# values are this generator's truth, chosen for their signs; they are no measured potential.
FIT = np.array(
    [
        [1.2, -0.3, -0.6, -0.6, 0.2],
        [-0.3, 0.4, 0.1, 0.1, 0.0],
        [-0.6, 0.1, -1.2, 1.4, 0.0],
        [-0.6, 0.1, 1.4, -1.2, 0.0],
        [0.2, 0.0, 0.0, 0.0, 0.3],
    ]
)
SEPARATION = 4  # nearer along the chain, residues touch whatever the fold

# The toy: two chains of three positions, in which each neighbour depends strongly on the last, and two weak pairs.
CHAIN_NAMES = tuple("ABCDEFGHIJ")
CHAIN_PAIRS = (
    ("A", "B", 0.84),
    ("B", "C", 0.84),
    ("D", "E", 0.84),
    ("E", "F", 0.84),
    ("G", "H", 0.42),
    ("I", "J", 0.42),
)


@dataclass(frozen=True)
class Families:
    """Protein families of one length, each with its alignment and its contact map.

    Attributes
    ----------
    sequences : numpy.ndarray of shape (families, depth, length), uint8
        Positions of letters in `LETTERS`.
    contacts : numpy.ndarray of shape (families, length, length), bool
        Symmetric; true where two residues that are at least `SEPARATION` apart in the chain touch.
    coupled : numpy.ndarray of shape (families, length, length), bool
        The contacts that evolution felt: those whose two residues depend on each other directly.
    """

    sequences: np.ndarray
    contacts: np.ndarray
    coupled: np.ndarray

    def texts(self, family: int, rows: int = 10) -> list[str]:
        """Return the first rows of one alignment as letters."""
        return ["".join(LETTERS[kind] for kind in row) for row in self.sequences[family, :rows]]


def contact_map(length: int = 32, *, seed: int = 0) -> np.ndarray:
    """Simulate the contact map of a small fold: strands and helices of a chain that lie side by side.

    Elements of five to seven residues follow one another; each lies against up to two earlier ones, in the same or in
    the opposite direction, or touches with one side only, as a helix does. Ladders of contacts result, thickened by the
    next neighbours as in maps of real proteins. Used by chapter 4's gallery.

    Parameters
    ----------
    length : int
        Residues, at least 24.
    seed : int
        Same seed, same map.

    Returns
    -------
    numpy.ndarray of shape (length, length), bool
        Symmetric, without pairs nearer than `SEPARATION`.

    Raises
    ------
    ValueError
        If `length` is below 24.

    Examples
    --------
    >>> fold = contact_map(seed=1)
    >>> fold.shape, bool((fold == fold.T).all())
    ((32, 32), True)
    """
    length = validate.number("length", length, low=24, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    fold = np.zeros((length, length), bool)
    elements, start = [], int(rng.integers(0, 3))
    while start + 5 <= length:
        end = min(length, start + int(rng.integers(5, 8)))
        elements.append((start, end))
        start = end + int(rng.integers(2, 5))
    for number in range(1, len(elements)):
        for partner in rng.permutation(number)[:2]:  # each lies between two others, as far as there are any
            _lay_beside(fold, elements[partner], elements[number], rng)
    far = np.abs(np.subtract.outer(np.arange(length), np.arange(length))) >= SEPARATION
    return (fold | fold.T) & far


def _lay_beside(fold, one, other, rng) -> None:
    """Add the contacts of two elements: a parallel, an antiparallel, or a helical (every third or fourth) ladder."""
    kind = rng.choice(["antiparallel", "parallel", "helix"], p=[0.5, 0.3, 0.2])
    steps = np.arange(min(one[1] - one[0], other[1] - other[0]))
    first = one[0] + steps
    second = other[1] - 1 - steps if kind == "antiparallel" else other[0] + steps
    if kind == "helix":
        keep = np.isin(steps % 4, (0, 3))
        first, second = first[keep], second[keep]
    along = -1 if kind == "antiparallel" else 1
    for i, j in zip(first, second, strict=True):
        fold[i, j] = True
        for di, dj in ((1, 0), (0, along)):
            if rng.random() < 0.5 and i + di < len(fold) and 0 <= j + dj < len(fold):
                fold[i + di, j + dj] = True


def protein_families(
    families: int = 8, depth: int = 300, length: int = 32, *, strength: float = 0.8, sweeps: int = 12, seed: int = 0
) -> Families:
    """Simulate alignments whose columns depend on each other where residues touch (a Potts model).

    In each family a contact is felt by evolution with probability 0.8; there the two residues must fit each other, by
    `FIT` and a random part of its own. Sequences are drawn by Gibbs sampling, each from a random start: no two share an
    ancestor. Used by chapter 4's gallery.

    Parameters
    ----------
    families, depth, length : int
        Families, sequences in each, residues in each sequence.
    strength : float
        How much a contact weighs; 0: none.
    sweeps : int
        How often each residue is drawn anew.
    seed : int
        Same seed, same families.

    Returns
    -------
    Families

    Raises
    ------
    ValueError
        If a number is out of range.

    References
    ----------
    Morcos F et al. (2011) Direct-coupling analysis of residue coevolution captures native contacts across many protein
    families. PNAS 108, E1293.

    Examples
    --------
    >>> some = protein_families(2, depth=5)
    >>> some.sequences.shape, some.contacts.shape
    ((2, 5, 32), (2, 32, 32))
    """
    families = validate.number("families", families, low=1, integer=True)
    depth = validate.number("depth", depth, low=1, integer=True)
    length = validate.number("length", length, low=24, integer=True)
    strength = validate.number("strength", strength, low=0, high=5)
    sweeps = validate.number("sweeps", sweeps, low=1, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    contacts = np.stack([contact_map(length, seed=int(rng.integers(2**31))) for _ in range(families)])
    felt = np.triu(rng.random(contacts.shape) < 0.8)
    coupled = contacts & (felt | felt.transpose(0, 2, 1))
    kinds = len(LETTERS)
    couplings = strength * (FIT + rng.normal(0, 0.6, (families, length, length, kinds, kinds)))
    upper = np.triu(np.ones((length, length), bool))[None, :, :, None, None]
    couplings = np.where(upper, couplings, couplings.transpose(0, 2, 1, 4, 3)) * coupled[..., None, None]
    field = rng.normal(0, 0.4, (families, length, kinds))
    sequences = [_gibbs(*one, depth, sweeps, rng) for one in zip(couplings, field, coupled, strict=True)]
    return Families(np.stack(sequences), contacts, coupled)


def _gibbs(couplings, field, coupled, depth, sweeps, rng) -> np.ndarray:
    """Draw the sequences of one family: each residue in turn, given those that it is coupled to."""
    length, kinds = field.shape
    columns = rng.integers(kinds, size=(length, depth)).astype(np.uint8)
    partners = [np.flatnonzero(row) for row in coupled]
    for _ in range(sweeps):
        for site in range(length):
            fit = np.repeat(field[site, :, None], depth, axis=1)  # (kinds, depth)
            for partner in partners[site]:
                fit += couplings[site, partner][:, columns[partner]]
            chances = np.exp(fit).cumsum(axis=0)
            columns[site] = (rng.random(depth) * chances[-1] > chances[:-1]).sum(axis=0)
    return columns.T.copy()


def coupled_chain(depth: int = 2000, *, seed: int = 0) -> np.ndarray:
    """Simulate ten alignment columns with two letters: chains A–B–C and D–E–F, weak pairs G–H and I–J.

    Each pair of `CHAIN_PAIRS` correlates as given there; A and C (D and F) never touch, yet correlate by the product of
    the two steps between them. Used by chapter 4's gallery.

    Parameters
    ----------
    depth : int
        Sequences.
    seed : int
        Same seed, same table.

    Returns
    -------
    numpy.ndarray of shape (depth, 10), int8
        1 and −1, the two letters of each column.

    Raises
    ------
    ValueError
        If `depth` is below 2.

    Examples
    --------
    >>> coupled_chain(5).shape
    (5, 10)
    """
    depth = validate.number("depth", depth, low=2, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    columns = {name: rng.choice(np.array([-1, 1], np.int8), depth) for name in "ADGI"}
    for first, second, correlation in CHAIN_PAIRS:
        same = rng.random(depth) < (1 + correlation) / 2
        columns[second] = np.where(same, columns[first], -columns[first]).astype(np.int8)
    return np.stack([columns[name] for name in CHAIN_NAMES], axis=1)
