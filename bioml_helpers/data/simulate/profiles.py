"""Stand-ins of chapter 8's companion: methylation in blocks, counts of blood cells, a family of enzymes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .. import validate
from ..encode import PROTEIN

# --- methylation ---

SUBGROUPS = {"Group4": 0.40, "SHH": 0.28, "Group3": 0.19, "WNT": 0.13}  # shares
BLOCK = (3, 13)  # fewest and most sites of a block
LOW, HIGH = 0.12, 0.85  # beta of an unmethylated and of a methylated block
SWITCHED, FLIPPED = 0.08, 0.04  # how often a block, and a single site, leaves what its subgroup has
BETA_NOISE = 0.07
COPIES = 0.4  # rows that the file as found has besides, each a copy of another


def methylation(samples: int = 300, sites: int = 240, *, seed: int = 0) -> pd.DataFrame:
    """Simulate methylation in blocks: neighbouring sites of a block are methylated together.

    Sites stand in genomic order. A block is methylated or not by the sample's subgroup and, for every third block, by
    the sample's own age (a number between 0 and 1, and a threshold for each block); 8 % of the blocks switch in a
    sample, 4 % of the sites flip on their own, and normal noise of 0.07 comes on top. Used by chapter 8.

    Parameters
    ----------
    samples, sites : int
        At least 20 and 20.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns of data set ``methylation``: ``sample``, ``subgroup``, ``beta`` (array of `sites`, 0 to 1). Its
        ``attrs`` hold what the real table has (``probes``, ``copied``, ``synthetic``) and the truth: ``blocks``, the
        number of each site's block.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> table = methylation(40, 60)
    >>> table.beta[0].shape, len(table.attrs["blocks"])
    ((60,), 60)
    """
    samples = validate.number("samples", samples, low=20, integer=True)
    sites = validate.number("sites", sites, low=20, integer=True)
    rng = _rng(seed)
    blocks = np.repeat(np.arange(sites), rng.integers(BLOCK[0], BLOCK[1] + 1, size=sites))[:sites]
    count = blocks[-1] + 1
    subgroup = rng.choice(len(SUBGROUPS), samples, p=list(SUBGROUPS.values()))
    age = rng.random(samples)
    on = (rng.random((len(SUBGROUPS), count)) < 0.5)[subgroup]  # (samples, blocks)
    by_age = np.arange(count) % 3 == 0
    threshold, rising = rng.random(count), rng.random(count) < 0.5
    on[:, by_age] = ((age[:, None] > threshold) == rising)[:, by_age]
    on ^= rng.random((samples, count)) < SWITCHED
    state = on[:, blocks] ^ (rng.random((samples, sites)) < FLIPPED)
    beta = np.clip(np.where(state, HIGH, LOW) + rng.normal(0, BETA_NOISE, (samples, sites)), 0, 1)
    names = np.array(list(SUBGROUPS))[subgroup]
    table = pd.DataFrame(
        {
            "sample": [f"S{number:04d}" for number in range(1, samples + 1)],
            "subgroup": names.astype(object),
            "beta": list(beta.astype(np.float32)),
        }
    )
    table.attrs = {
        "probes": [f"site{number}" for number in range(1, sites + 1)],
        "copied": rng.integers(samples, size=int(COPIES * samples)).tolist(),
        "synthetic": 0,
        "blocks": blocks.tolist(),
    }
    return table


# --- single cells ---

CELL_TYPES = {
    "CD14+ Monocyte": 0.28,
    "Dendritic": 0.24,
    "CD19+ B": 0.18,
    "CD4+ T": 0.15,
    "CD8+ T": 0.10,
    "CD56+ NK": 0.05,
}  # shares
PARENTS = (0, 0, 1, 2, 2, 2)  # types with one parent resemble each other: myeloid, B, T and NK
MARKERS, RISE = 0.12, 1.6  # share of genes that a parent (and a type) changes, and by how much (log scale)
DEPTH = (3400, 0.25)  # counts of a cell: median, and spread of its logarithm
OWN_SHARE = 0.12  # of all counts fall on the genes of the table
DISPERSION = 2.0  # of the negative binomial: variance = mean + mean² / 2
CHANNELS = 8


def blood_cells_rna(cells: int = 400, genes: int = 200, *, seed: int = 0) -> pd.DataFrame:
    """Simulate counts of messenger RNA in single cells of six types; see `blood_cell_means` for their truth.

    Counts are negative binomial: around the cell's mean, with variance mean + mean² / 2. The eight channels differ in
    nothing. Used by chapter 8.

    Parameters
    ----------
    cells, genes : int
        At least 20 and 20.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns of data set ``blood_cells_rna``; ``attrs["genes"]`` names the genes.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> table = blood_cells_rna(50, 30)
    >>> table.counts[0].shape, sorted(set(table.channel)) == list(range(1, 9))
    ((30,), True)
    """
    kinds, total, means = _blood_cells(cells, genes, seed)
    rng = np.random.default_rng([seed, 1])
    counts = rng.poisson(means * rng.gamma(DISPERSION, 1 / DISPERSION, size=means.shape))
    table = pd.DataFrame(
        {
            "cell": [f"C{number:04d}-{1 + number % CHANNELS}" for number in range(len(kinds))],
            "cell_type": np.array(list(CELL_TYPES), dtype=object)[kinds],
            "channel": 1 + np.arange(len(kinds), dtype=np.int64) % CHANNELS,
            "total_counts": total,
            "counts": list(counts.astype(np.int32)),
        }
    )
    table.attrs = {"genes": [f"gene{number}" for number in range(1, means.shape[1] + 1)]}
    return table


def blood_cell_means(cells: int = 400, genes: int = 200, *, seed: int = 0) -> np.ndarray:
    """Return the truth behind `blood_cells_rna` of the same arguments: the mean count of each gene in each cell.

    Returns
    -------
    numpy.ndarray of shape (cells, genes)

    Examples
    --------
    >>> means, table = blood_cell_means(60, 40), blood_cells_rna(60, 40)
    >>> bool(abs(np.stack(table.counts).sum() / means.sum() - 1) < 0.1)
    True
    """
    return _blood_cells(cells, genes, seed)[2]


def _blood_cells(cells, genes, seed):
    cells = validate.number("cells", cells, low=20, integer=True)
    genes = validate.number("genes", genes, low=20, integer=True)
    rng = _rng(seed)
    base = rng.normal(0, 1.2, genes)

    def changes(size):
        return RISE * rng.choice([0, 1, -1], (size, genes), p=[1 - MARKERS, 0.75 * MARKERS, 0.25 * MARKERS])

    lineage, own = changes(max(PARENTS) + 1), changes(len(CELL_TYPES))
    profile = np.exp(base + lineage[list(PARENTS)] + own)
    profile /= profile.sum(axis=1, keepdims=True)
    kinds = rng.choice(len(CELL_TYPES), cells, p=list(CELL_TYPES.values()))
    total = np.round(np.exp(rng.normal(np.log(DEPTH[0]), DEPTH[1], cells))).astype(np.int64)
    return kinds, total, OWN_SHARE * total[:, None] * profile[kinds]


# --- an enzyme family ---

COLUMNS = 96
CLADES = 12
CONSERVED = (10, 27, 38, 50)  # columns that hardly ever change, each an arginine or a lysine
MUTATED = {"clade": 0.55, "sub-clade": 0.25, "sequence": (0.10, 0.35)}  # columns drawn anew at each branching
GAPS = 0.04


def chorismate_mutase(depth: int = 500, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a protein family by descent: an ancestor, clades, sub-clades, sequences.

    At each branching some columns are drawn anew; four conserved columns change only once in a hundred sequences.
    Used by chapter 8.

    Parameters
    ----------
    depth : int
        Sequences, at least 30.
    seed : int
        Same seed, same alignment.

    Returns
    -------
    pandas.DataFrame
        Columns of data set ``chorismate_mutase``: ``name``, ``sequence``, ``group``, ``weight``.

    Raises
    ------
    ValueError
        If `depth` is below 30.

    Examples
    --------
    >>> set(chorismate_mutase(40).sequence.str.len())
    {96}
    """
    from ..families import relatives

    depth = validate.number("depth", depth, low=30, integer=True)
    rng = _rng(seed)
    kept = np.zeros(COLUMNS, bool)
    kept[list(CONSERVED)] = True
    weight = rng.gamma(0.35, 1.0, (COLUMNS, len(PROTEIN))) + 1e-4
    weight /= weight.sum(axis=1, keepdims=True)

    def drawn():
        return (rng.random((COLUMNS, 1)) > weight.cumsum(axis=1)[:, :-1]).sum(axis=1)

    def changed(parent, share):
        anew = (rng.random(COLUMNS) < share) & ~kept
        return np.where(anew, drawn(), parent)

    ancestor = drawn()
    ancestor[kept] = [PROTEIN.index(letter) for letter in "RRKR"]
    clades = [changed(ancestor, MUTATED["clade"]) for _ in range(CLADES)]
    branches = [changed(clade, MUTATED["sub-clade"]) for clade in clades for _ in range(3)]
    rows = []
    for _ in range(depth):
        row = changed(branches[rng.integers(len(branches))], rng.uniform(*MUTATED["sequence"]))
        lost = kept & (rng.random(COLUMNS) < 0.01)
        row = np.where(lost, drawn(), row)
        letters = np.array(list(PROTEIN))[row]
        letters[(rng.random(COLUMNS) < GAPS) & ~kept] = "-"
        rows.append("".join(letters))
    weights, group = relatives(rows)
    names = [f"S{number:05d}" for number in range(1, depth + 1)]
    return pd.DataFrame({"name": names, "sequence": rows, "group": group, "weight": weights})


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
