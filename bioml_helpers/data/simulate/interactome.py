"""Networks and folds with known truth: an interactome of modules, one studied unevenly, chains of ideal parts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bioml_helpers.data import validate
from bioml_helpers.data.interactome import partners_of

TIMES = 36  # as in the yeast metabolic cycle
ESSENTIAL = 0.2

RISE = {"H": 1.5, "E": 3.3}  # Å along the axis a residue, in an ideal helix and strand
CLASSES = ("all-α", "all-β", "α/β", "α+β")


def interactome(proteins: int = 900, *, module: int = 12, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``yeast_interactome``: proteins in modules, some modules mostly essential.

    A quarter of the modules are "core": there a protein is essential with probability 0.6, elsewhere 0.07. Two proteins
    interact mostly within their module, in proportion to how sociable each is (log-normal, a little more so in core
    modules). Expression is a level that is higher for essential proteins, plus a wave of the module, plus noise; one
    protein in fifty was not measured.

    Parameters
    ----------
    proteins, module : int
        Rows, and proteins a module.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``protein``, ``is_essential``, ``partners``, ``expression``.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> table = interactome(200)
    >>> list(table.columns), len(table)
    (['protein', 'is_essential', 'partners', 'expression'], 200)
    """
    proteins = validate.number("proteins", proteins, low=60, integer=True)
    module = validate.number("module", module, low=4, high=proteins // 4, integer=True)
    rng = _rng(seed)
    member = np.arange(proteins) // module
    count = member[-1] + 1
    core = np.arange(count) < round(count / 4)
    essential = rng.random(proteins) < np.where(core[member], 0.6, 0.07)
    sociable = np.exp(rng.normal(np.where(core[member], 0.4, 0.0), 0.8))
    within = _drawn_pairs(rng, sociable, 3 * proteins, member)
    across = _drawn_pairs(rng, sociable, proteins, None)
    chain = np.stack([np.arange(proteins), (np.arange(proteins) + 1) % proteins], axis=1)  # nobody is alone
    edges = np.unique(np.sort(np.concatenate([within, across, chain]), axis=1), axis=0)
    phase, time = rng.uniform(0, 2 * np.pi, count)[member, None], np.arange(TIMES)
    level = rng.normal(0.5 + 0.5 * essential, 1.0)[:, None]
    expression = np.exp(level + 0.5 * np.cos(np.pi * time / 6 - phase) + rng.normal(0, 0.4, (proteins, TIMES)))
    expression[rng.random(proteins) < 0.02] = np.nan
    return _table(essential, edges, expression)


def studied_interactome(
    proteins: int = 1200, *, true_partners: float = 24.0, bias: float = 1.6, seed: int = 0
) -> pd.DataFrame:
    """Simulate an interactome in which essential proteins have no more partners, but were studied more.

    True interactions are drawn alike for all proteins. How often a protein was studied is log-normal, and `bias` times
    more for essential ones. An interaction is found with a probability that grows with how much both ends were studied.

    Parameters
    ----------
    proteins : int
        Rows.
    true_partners : float
        Mean number of true partners.
    bias : float
        How many times more an essential protein is studied; 1 for an even field.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``protein``, ``is_essential``, ``studies`` (how much it was studied; the mean is 1), ``true_partners``
        and ``found_partners`` (counts).

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> table = studied_interactome(400, seed=1)
    >>> bool((table["found_partners"] <= table["true_partners"]).all())
    True
    """
    proteins = validate.number("proteins", proteins, low=50, integer=True)
    true_partners = validate.number("true_partners", true_partners, low=1, high=proteins / 4)
    bias = validate.number("bias", bias, low=0.1, high=20)
    rng = _rng(seed)
    essential = rng.random(proteins) < ESSENTIAL
    studies = np.exp(rng.normal(0, 0.6, proteins)) * np.where(essential, bias, 1.0)
    studies /= studies.mean()
    one, other = np.triu_indices(proteins, 1)
    there = rng.random(len(one)) < true_partners / (proteins - 1)
    one, other = one[there], other[there]
    chance = 1 - np.exp(-0.35 * studies[one] * studies[other])
    found = rng.random(len(one)) < chance
    counts = [np.bincount(np.r_[one[some], other[some]], minlength=proteins) for some in (slice(None), found)]
    return pd.DataFrame(
        {
            "protein": [f"SIM{number:04d}" for number in range(1, proteins + 1)],
            "is_essential": essential,
            "studies": studies,
            "true_partners": counts[0],
            "found_partners": counts[1],
        }
    )


def small_chains(chains: int = 48, *, seed: int = 0) -> pd.DataFrame:
    """Simulate a table like ``small_chains``: ideal helices and strands, side by side, joined by loops.

    The chains take turns: all-α (helices in two layers), all-β (an antiparallel sheet under another), α/β (a parallel
    sheet with a helix above it between any two strands), α+β (an antiparallel sheet, then helices above it). Residues
    with many neighbours are drawn from the water-shy amino acids. The B factor falls with the neighbours of the residue
    and of those that it touches, and has noise of 15 %.

    Parameters
    ----------
    chains : int
        Rows.
    seed : int
        Same seed, same table.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``sequence``, ``ca``, ``cb``, ``b_factor``.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Examples
    --------
    >>> table = small_chains(4)
    >>> table["name"].tolist(), table["ca"][0].shape[1]
    (['sim001', 'sim002', 'sim003', 'sim004'], 3)
    """
    chains = validate.number("chains", chains, low=1, integer=True)
    rng = _rng(seed)
    rows = []
    for number in range(chains):
        ca, cb = _fold(CLASSES[number % 4], rng)
        near = _near(cb, 10.0)
        depth = near.sum(axis=1)
        shared = near @ depth / depth
        b = 60 * np.exp(-0.05 * (0.5 * depth + 0.5 * shared)) * np.exp(rng.normal(0, 0.15, len(ca))) + 5
        buried = rng.random(len(ca)) < 1 / (1 + np.exp(-(depth - np.median(depth)) / 2))
        letters = np.where(buried, rng.choice(list("AILVFMCW"), len(ca)), rng.choice(list("DEKNQRSTGPHY"), len(ca)))
        rows.append((f"sim{number + 1:03d}", "".join(letters), ca.round(3), cb.round(3), b.round(2)))
    return pd.DataFrame(rows, columns=["name", "sequence", "ca", "cb", "b_factor"])


def _fold(kind: str, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates of the alpha and beta carbons of one chain."""
    count = int(rng.integers(4, 7))
    place = {"H": lambda k, z: (10.0 * k, z), "E": lambda k, z: (4.8 * k, z)}
    plan = []  # what, x, z, runs forwards
    if kind == "all-α":
        plan = [("H", *place["H"](k // 2, 9.5 * (k % 2)), k % 2 == 0) for k in range(count)]
    elif kind == "all-β":
        plan = [("E", *place["E"](k, 0.0), k % 2 == 0) for k in range(count)]
        plan += [("E", *place["E"](count - 1 - k, 10.0), (count + k) % 2 == 0) for k in range(count)]
    elif kind == "α/β":
        for k in range(count):
            plan.append(("E", *place["E"](k, 0.0), True))
            plan.append(("H", 4.8 * k + 2.4, 10.0 if k % 2 else -10.0, False))
    else:
        plan = [("E", *place["E"](k, 0.0), k % 2 == 0) for k in range(count)]
        plan += [("H", *place["H"](k, 10.0), (count + k) % 2 == 0) for k in range(count // 2 + 1)]
    ca, cb = [], []
    for what, x, z, forwards in plan:
        length = int(rng.integers(11, 16) if what == "H" else rng.integers(5, 8))
        piece, side = _helix(length) if what == "H" else _strand(length)
        if not forwards:  # a half turn about z keeps the handedness
            piece, side = piece * [-1, -1, 1], side * [-1, -1, 1]
        offset = np.array([x, 0.0, z])
        piece, side = piece + offset, side + offset
        if ca:
            loop = _loop(ca[-1][-1], piece[0])
            ca.append(loop)
            cb.append(loop + [0, 0, 1.5])
        ca.append(piece)
        cb.append(side)
    ca, cb = np.concatenate(ca), np.concatenate(cb)
    return ca + rng.normal(0, 0.1, ca.shape), cb + rng.normal(0, 0.1, cb.shape)


def _helix(length: int) -> tuple[np.ndarray, np.ndarray]:
    """A right-handed helix along y around the origin: 100° and 1.5 Å a residue, radius 2.3 Å."""
    at, turn = np.arange(length) - (length - 1) / 2, np.radians(100) * np.arange(length)
    outward = np.stack([np.sin(turn), np.zeros(length), np.cos(turn)], axis=1)  # right-handed along +y
    axis = np.stack([np.zeros(length), RISE["H"] * at, np.zeros(length)], axis=1)
    return axis + 2.3 * outward, axis + 3.3 * outward


def _strand(length: int) -> tuple[np.ndarray, np.ndarray]:
    """A pleated strand along y: 3.3 Å a residue, 0.9 Å up and down."""
    at, pleat = np.arange(length) - (length - 1) / 2, np.where(np.arange(length) % 2, 1.0, -1.0)
    y, zero = RISE["E"] * at, np.zeros(length)
    return np.stack([zero, y, 0.9 * pleat], axis=1), np.stack([zero, y, 2.4 * pleat], axis=1)


def _loop(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Residues between two points, 3.8 Å apart along an arc that bows out of the way."""
    way = end - start
    steps = max(int(np.ceil(1.25 * np.linalg.norm(way) / 3.8)), 2)
    share = np.arange(1, steps)[:, None] / steps
    bow = np.sign(start[1]) if start[1] else 1.0
    return start + share * way + np.sin(np.pi * share) * np.array([0.0, 3.0 * bow, 1.5])


def _near(places: np.ndarray, cutoff: float) -> np.ndarray:
    return (np.linalg.norm(places[:, None] - places[None], axis=-1) < cutoff).astype(float)


def _drawn_pairs(rng: np.random.Generator, sociable: np.ndarray, count: int, member: np.ndarray | None) -> np.ndarray:
    """Pairs of different proteins, each end drawn in proportion to how sociable it is, within a module where given."""
    one = rng.choice(len(sociable), count, p=sociable / sociable.sum())
    if member is None:
        other = rng.choice(len(sociable), count, p=sociable / sociable.sum())
    else:
        other = np.empty_like(one)
        for group in np.unique(member[one]):
            rows, here = np.flatnonzero(member == group), np.flatnonzero(member[one] == group)
            other[here] = rng.choice(rows, len(here), p=sociable[rows] / sociable[rows].sum())
    return np.stack([one, other], axis=1)[one != other]


def _table(essential: np.ndarray, edges: np.ndarray, expression: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "protein": [f"SIM{number:04d}" for number in range(1, len(essential) + 1)],
            "is_essential": essential,
            "partners": partners_of(edges, len(essential)),
            "expression": list(expression),
        }
    )


def _rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
