"""Residues as nodes, for companion 07b: which are smeared out in the crystal, and how the strands of a chain run.

Two residues share an edge if their beta carbons are nearer than 8 Å. What a chain is called follows from its alpha
carbons by stated rules: helices and strands by distances and turns, strand pairs by which way their neighbours run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bioml_helpers import data, evaluation
from bioml_helpers.data import structures, validate
from bioml_helpers.data.encode import PROTEIN
from bioml_helpers.gcn.networks import Folds, average_precision, fold_of, normalized, rewired, scores_of, sparse
from bioml_helpers.training.seeds import scoped_seed

CONTACT, NEAR = 8.0, 10.0  # Å between beta carbons: an edge; a neighbour that buries
MOBILE = 0.8  # above this quantile of its chain's B factors a residue counts as mobile
STATES = "HEC"  # helix, strand in a sheet, anything else
CLASSES = ("all-α", "all-β", "α/β", "α+β")
WINDOW = 4  # residues to either side that a window of sequence shows


# ---------------------------------------------------------------- what the coordinates say


def states(ca: np.ndarray) -> str:
    """Name the state of each residue from its alpha carbons: H helix, E strand in a sheet, C anything else.

    Helix: three turns in a row, each of four alpha carbons whose torsion is 30° to 70° and whose ends are 4.5 to 6.1 Å
    apart. Strand: see `strand_pairs`; a gap of one residue is closed. It is a rule of thumb, not DSSP, which needs the
    hydrogen bonds of all atoms.

    Parameters
    ----------
    ca : array_like of shape (residues, 3)
        In Å.

    Returns
    -------
    str

    Examples
    --------
    >>> turn = np.radians(100) * np.arange(12)
    >>> states(np.stack([2.3 * np.cos(turn), 2.3 * np.sin(turn), 1.5 * np.arange(12)], axis=1))
    'HHHHHHHHHHHH'
    """
    ca = validate.array("ca", ca, ndim=2)
    helix = _helical(ca)
    parallel, opposite = strand_pairs(ca)
    strand = (parallel | opposite).any(axis=1)
    strand[1:-1] |= strand[:-2] & strand[2:]
    return "".join(np.where(helix, "H", np.where(strand, "E", "C")))


def strand_pairs(ca: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which residues are paired in a sheet: once for strands that run the same way, once for opposite ways.

    Two residues pair if both are stretched (their neighbours' alpha carbons more than 6 Å apart) and in no helix, if
    they are at least three apart along the chain and nearer than 5.6 Å, if their directions differ by less than 60° or
    more than 120°, and if a pair next to them goes the same way: i+1 with j+1 (parallel), or i+1 with j−1
    (antiparallel); the next but one will do.

    Parameters
    ----------
    ca : array_like of shape (residues, 3)

    Returns
    -------
    parallel, antiparallel : numpy.ndarray of bool, shape (residues, residues)
        Symmetric.
    """
    ca = validate.array("ca", ca, ndim=2, at_least=12)
    way = directions(ca)
    stretched = np.zeros(len(ca), dtype=bool)
    stretched[1:-1] = np.linalg.norm(ca[2:] - ca[:-2], axis=1) > 6.0
    stretched &= ~_helical(ca)
    place = np.arange(len(ca))
    near = (structures.distances(ca) < 5.6) & (np.abs(np.subtract.outer(place, place)) > 2)
    near &= stretched[:, None] & stretched[None]
    cosine = way @ way.T
    return _laddered(near & (cosine > 0.5), 1), _laddered(near & (cosine < -0.5), -1)


def directions(ca: np.ndarray) -> np.ndarray:
    """Return which way the chain runs at each residue: from the alpha carbon before to the one after, length 1.

    Examples
    --------
    >>> directions([[0, 0, 0], [3, 0, 0], [6, 0, 0]]).tolist()
    [[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    ca = np.asarray(ca, dtype=float)
    way = np.concatenate([ca[1:2] - ca[:1], ca[2:] - ca[:-2], ca[-1:] - ca[-2:-1]])
    return way / np.linalg.norm(way, axis=1, keepdims=True)


def fold_class(ca: np.ndarray) -> str:
    """Name the class of a chain: all-α, all-β, α/β (strands mostly parallel) or α+β (mostly antiparallel).

    With h and e the shares of residues in helices and in strands: all-α if e is below 0.10; else all-β if h is below
    0.15; else α/β if more than half of the strand pairs are parallel; else α+β.

    Parameters
    ----------
    ca : array_like of shape (residues, 3)

    Returns
    -------
    str
        One of `CLASSES`.
    """
    said = states(ca)
    if said.count("E") < 0.10 * len(said):
        return "all-α"
    if said.count("H") < 0.15 * len(said):
        return "all-β"
    parallel, opposite = strand_pairs(ca)
    return "α/β" if parallel.sum() > opposite.sum() else "α+β"


def _helical(ca: np.ndarray) -> np.ndarray:
    a, b, c = ca[1:-2] - ca[:-3], ca[2:-1] - ca[1:-2], ca[3:] - ca[2:-1]
    n1, n2 = np.cross(a, b), np.cross(b, c)
    torsion = np.degrees(np.arctan2((np.cross(n1, n2) * b).sum(1), (n1 * n2).sum(1) * np.linalg.norm(b, axis=1)))
    turn = (np.abs(torsion - 50) <= 20) & (np.abs(np.linalg.norm(ca[3:] - ca[:-3], axis=1) - 5.3) <= 0.8)
    helix = np.zeros(len(ca), dtype=bool)
    for start in np.flatnonzero(turn[:-2] & turn[1:-1] & turn[2:]):
        helix[start : start + 6] = True
    return helix


def _laddered(pairs: np.ndarray, step: int) -> np.ndarray:
    """Keep pairs (i, j) that have a neighbour (i±1, j±step), or the next but one."""
    size = len(pairs)
    padded = np.pad(pairs, 2)
    shifted = [padded[2 + k : 2 + k + size, 2 + k * step : 2 + k * step + size] for k in (-2, -1, 1, 2)]
    return pairs & np.logical_or.reduce(shifted)


# ---------------------------------------------------------------- graphs


def contacts(cb: np.ndarray, *, cutoff: float = CONTACT) -> np.ndarray:
    """Return each pair of residues nearer than `cutoff`, and each pair of neighbours along the chain, once.

    Parameters
    ----------
    cb : array_like of shape (residues, 3)
        Beta carbons, in Å.
    cutoff : float

    Returns
    -------
    numpy.ndarray of int, shape (E, 2)

    Examples
    --------
    >>> contacts([[0, 0, 0], [9, 0, 0], [5, 0, 0]]).tolist()
    [[0, 1], [0, 2], [1, 2]]
    """
    apart = structures.distances(cb)
    place = np.arange(len(apart))
    linked = (apart < cutoff) | (np.abs(np.subtract.outer(place, place)) == 1)
    return np.argwhere(np.triu(linked, 1))


@dataclass(frozen=True)
class Chains:
    """Chains as one big graph of separate pieces.

    Attributes
    ----------
    table : pandas.DataFrame
        As data set ``small_chains``, with columns ``states`` and ``fold_class``.
    chain : numpy.ndarray of int, shape (residues,)
        The chain that each residue belongs to.
    edges : numpy.ndarray of shape (E, 2)
    letters : numpy.ndarray of shape (residues, 20)
        One-hot amino acids.
    depth : numpy.ndarray of shape (residues,)
        Beta carbons within 10 Å: few outside, many inside.
    mobile : numpy.ndarray of bool
        Whether a residue is among the fifth of its chain with the highest B factors.
    family : numpy.ndarray of int
        Similarity group of each chain.
    card : data.Card
    """

    table: pd.DataFrame
    chain: np.ndarray
    edges: np.ndarray
    letters: np.ndarray
    depth: np.ndarray
    mobile: np.ndarray
    family: np.ndarray
    card: data.Card

    def graph(self, name: str) -> Any:
        """Return one chain as a torch-geometric ``Data``: ``x`` (amino acid, depth), ``edge_index``, ``y`` (mobile)."""
        from torch_geometric.data import Data

        from bioml_helpers.gcn.networks import both_ways

        row = self.table["name"].tolist().index(validate.one_of("name", name, self.table["name"]))
        here = np.flatnonzero(self.chain == row)
        inside = self.edges[self.chain[self.edges[:, 0]] == row] - here[0]
        x = np.column_stack([self.letters[here], self.depth[here]])
        return Data(
            x=torch.tensor(x, dtype=torch.float32), edge_index=both_ways(inside), y=torch.tensor(self.mobile[here])
        )


def chains(*, quiet: bool = False) -> Chains:
    """Load the small chains (or their stand-ins) and make graphs of them.

    Examples
    --------
    >>> found = chains(quiet=True)
    >>> bool(len(found.chain) == found.table["sequence"].str.len().sum())
    True
    """
    table, card = data.load("small_chains", quiet=quiet)
    lengths = table["sequence"].str.len().to_numpy()
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    table = table.assign(states=[states(ca) for ca in table["ca"]], fold_class=[fold_class(ca) for ca in table["ca"]])
    letters = np.zeros((lengths.sum(), len(PROTEIN)))
    number = np.array([PROTEIN.find(letter) for letter in "".join(table["sequence"])])
    letters[number >= 0, number[number >= 0]] = 1
    return Chains(
        table=table,
        chain=np.repeat(np.arange(len(table)), lengths),
        edges=np.concatenate([contacts(cb) + start for cb, start in zip(table["cb"], starts, strict=True)]),
        letters=letters,
        depth=np.concatenate([(structures.distances(cb) < NEAR).sum(axis=1) - 1 for cb in table["cb"]]),
        mobile=np.concatenate([b > np.quantile(b, MOBILE) for b in table["b_factor"]]),
        family=data.splits.group_by_similarity(table["sequence"], k=5, threshold=0.1),
        card=card,
    )


# ---------------------------------------------------------------- a number for each residue


def window_letters(found: Chains) -> np.ndarray:
    """Return for each residue the one-hot letters of nine places around it; beyond the chain's ends zeros.

    Returns
    -------
    numpy.ndarray of shape (residues, 180)
    """
    parts = []
    for row in range(len(found.table)):
        padded = np.pad(found.letters[found.chain == row], ((WINDOW, WINDOW), (0, 0)))
        length = len(padded) - 2 * WINDOW
        parts.append(np.concatenate([padded[k : k + length] for k in range(2 * WINDOW + 1)], axis=1))
    return np.concatenate(parts)


class Told(NamedTuple):
    """A table of models, and what each says of every residue."""

    table: pd.DataFrame
    scores: dict[str, np.ndarray]


def mobile_residues(found: Chains, *, folds: int = 3, num_epochs: int = 40, seed: int = 0) -> Told:
    """Compare models that tell mobile residues: exposure, a window of sequence, and networks without and with contacts.

    No family is on both sides. Average precision is taken in each chain and averaged; intervals draw chains anew.

    Parameters
    ----------
    found : Chains
    folds, num_epochs : int
    seed : int

    Returns
    -------
    Told
        Columns ``model``, ``AP``, ``low``, ``high``, ``gain`` (over exposure, on the same chains), ``gain_low``,
        ``gain_high``.
    """
    from sklearn.linear_model import LogisticRegression

    fold = family_folds(found, folds=folds, seed=seed)[found.chain]
    nodes = len(found.chain)
    depth = (found.depth - found.depth.mean()) / found.depth.std()
    X = torch.tensor(np.column_stack([found.letters, depth]), dtype=torch.float32)
    letters = window_letters(found)
    window = np.empty(nodes)
    for number in range(folds):
        model = LogisticRegression(C=0.1, max_iter=50).fit(letters[fold != number], found.mobile[fold != number])
        window[fold == number] = model.decision_function(letters[fold == number])
    graph = normalized(found.edges, nodes)
    wrong = normalized(_rewired_inside(found, seed), nodes)
    common = {"num_epochs": num_epochs, "seed": seed, "dropout": 0.2}
    scores = {
        "exposure alone": -found.depth.astype(float),
        "exposure, averaged over contacts": -(graph @ X[:, -1:])[:, 0].numpy(),
        "window of sequence": window,
        "network without contacts": scores_of(X, found.mobile, fold, **common),
        "GCN on contacts": scores_of(X, found.mobile, fold, [graph], own=False, **common),
        "GCN, contacts shuffled": scores_of(X, found.mobile, fold, [wrong], own=False, **common),
    }
    precision = {name: _per_chain(found, score) for name, score in scores.items()}
    rows = []
    for name, values in precision.items():
        interval = evaluation.bootstrap_interval(_mean, values, values, seed=seed)
        better = values - precision["exposure alone"]
        more = evaluation.bootstrap_interval(_mean, better, better, seed=seed)
        rows.append((name, *interval, *more))
    columns = ["model", "AP", "low", "high", "gain", "gain_low", "gain_high"]
    return Told(pd.DataFrame(rows, columns=columns), scores)


def family_folds(found: Chains, *, folds: int = 3, seed: int = 0) -> np.ndarray:
    """Return the fold of each chain; chains of one similarity group share theirs.

    Examples
    --------
    >>> found = chains(quiet=True)
    >>> sorted(set(family_folds(found).tolist()))
    [0, 1, 2]
    """
    return fold_of(int(found.family.max()) + 1, folds=folds, seed=seed)[found.family]


def _per_chain(found: Chains, score: np.ndarray) -> np.ndarray:
    """Average precision in each chain."""
    rows = np.split(np.arange(len(score)), np.flatnonzero(np.diff(found.chain)) + 1)
    return np.array([average_precision(found.mobile[here], score[here]) for here in rows])


def _rewired_inside(found: Chains, seed: int) -> np.ndarray:
    """Shuffle each chain's contacts within the chain; every residue keeps its number of contacts."""
    parts = np.split(found.edges, np.flatnonzero(np.diff(found.chain[found.edges[:, 0]])) + 1)
    return np.concatenate([rewired(part, rounds=3, seed=seed + number) for number, part in enumerate(parts)])


def _mean(_, values: np.ndarray) -> float:
    return float(np.mean(values))


# ---------------------------------------------------------------- a class for each chain


class FoldReader(nn.Module):
    """Two graph layers, a read-out, one linear layer; for all folds side by side.

    Parameters
    ----------
    num_features : int
    matrices : sequence of sparse torch.Tensor
        None of them: a network that sees residues one by one.
    readout : {"sum", "mean", "max"}
        "sum" is divided by 100, so that numbers stay near 1.
    num_folds, num_classes, hidden_size : int
    seed : int
    """

    def __init__(
        self, num_features: int, matrices: Sequence[Tensor] = (), *, readout: str = "sum", num_folds: int = 5,
        num_classes: int = len(CLASSES), hidden_size: int = 10, seed: int = 0,
    ) -> None:  # fmt: skip
        super().__init__()
        self.readout = validate.one_of("readout", readout, ["sum", "mean", "max"])
        with scoped_seed(seed):
            self.residues = Folds(
                num_features, matrices, num_folds=num_folds, hidden_size=hidden_size, num_outputs=hidden_size,
                dropout=0.0, seed=seed,
            )  # fmt: skip
            self.head = nn.Parameter(torch.randn(num_folds, hidden_size, num_classes) * hidden_size**-0.5)
        self.bias = nn.Parameter(torch.zeros(num_folds, 1, num_classes))
        self.dropout = nn.Dropout(0.2)

    def forward(self, X: Tensor, chain: Tensor, *, collected: Tensor | None = None) -> Tensor:
        """Return logits of shape (folds, chains, classes)."""
        H = self.residues(X, collected=collected).relu()  # (residues, folds, hidden)
        count = int(chain.max()) + 1
        if self.readout == "max":
            place = chain[:, None, None].expand_as(H)
            read = H.new_zeros(count, *H.shape[1:]).scatter_reduce(0, place, H, "amax", include_self=False)
        else:
            read = H.new_zeros(count, *H.shape[1:]).index_add(0, chain, H)
            size = torch.bincount(chain)[:, None, None] if self.readout == "mean" else 100
            read = read / size
        return self.dropout(read).transpose(0, 1) @ self.head + self.bias


def state_features(found: Chains) -> Tensor:
    """Return what a residue is in: helix, strand, or neither; shape (residues, 3)."""
    number = np.array([STATES.index(letter) for letter in "".join(found.table["states"])])
    return torch.tensor(np.eye(3)[number], dtype=torch.float32)


def mixing(found: Chains, *, directed: bool = False) -> Tensor:
    """Return the matrix that gives each residue the mean of those it touches, three or more places away.

    Parameters
    ----------
    found : Chains
    directed : bool
        Weigh each edge by the cosine of the angle between the chain's directions at both ends: 1 side by side, −1
        against each other. It is an edge feature, one number an edge.

    Returns
    -------
    torch.Tensor
        Sparse, shape (residues, residues).
    """
    from bioml_helpers.gcn.networks import both_ways

    far = found.edges[np.abs(found.edges[:, 0] - found.edges[:, 1]) >= 3]
    edge_index = both_ways(far)
    count = torch.bincount(edge_index[1], minlength=len(found.chain)).clamp(min=1)
    weight = 1 / count[edge_index[1]].float()
    if directed:
        way = torch.tensor(np.concatenate([directions(ca) for ca in found.table["ca"]]), dtype=torch.float32)
        weight = weight * (way[edge_index[0]] * way[edge_index[1]]).sum(dim=1)
    return sparse(edge_index, weight, len(found.chain))


def told_classes(
    found: Chains, matrices: Sequence[Tensor] = (), *, readout: str = "sum", num_epochs: int = 50, seed: int = 0
) -> np.ndarray:
    """Train a `FoldReader` for each of three folds of families; return the class that it tells for each held-out chain.

    Parameters
    ----------
    found : Chains
    matrices, readout
        As for `FoldReader`.
    num_epochs : int
    seed : int

    Returns
    -------
    numpy.ndarray of int
        Places in `CLASSES`.
    """
    fold = torch.tensor(family_folds(found, seed=seed))
    X, chain = state_features(found), torch.tensor(found.chain)
    y = torch.tensor([CLASSES.index(name) for name in found.table["fold_class"]])
    network = FoldReader(X.shape[1], matrices, readout=readout, num_folds=3, seed=seed)
    weight = (fold != torch.arange(3)[:, None]).float()  # (folds, chains)
    weight = weight / weight.sum(dim=1, keepdim=True)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.03)
    collected = network.residues.collected(X)
    with scoped_seed(seed):
        for _ in range(num_epochs):
            optimizer.zero_grad()
            logits = network(X, chain, collected=collected)
            loss = nn.functional.cross_entropy(logits.flatten(0, 1), y.repeat(3), reduction="none").view(3, -1)
            (loss * weight).sum().backward()
            optimizer.step()
    network.eval()
    with torch.no_grad():
        said = network(X, chain, collected=collected).argmax(dim=2)
    return said[fold, torch.arange(len(y))].numpy()


def composition(found: Chains) -> np.ndarray:
    """Return the shares of helix, strand and the rest in each chain: shape (chains, 3)."""
    return np.array([[said.count(state) / len(said) for state in STATES] for said in found.table["states"]])


def class_table(found: Chains, *, seed: int = 0) -> pd.DataFrame:
    """Compare what tells the class of a chain: the commonest class, composition, networks on contacts.

    Three folds of families, the same for all. Every model is given the true states of the residues.

    Parameters
    ----------
    found : Chains
    seed : int

    Returns
    -------
    pandas.DataFrame
        Columns ``model``, ``readout``, ``accuracy``, ``low``, ``high`` (95 %, by chain), ``balanced``.
    """
    from sklearn.ensemble import RandomForestClassifier

    fold = family_folds(found, seed=seed)
    y = np.array([CLASSES.index(name) for name in found.table["fold_class"]])
    X = composition(found)
    said = {("commonest class", "–"): np.full(len(y), np.bincount(y).argmax())}
    forest = np.empty(len(y), dtype=np.int64)
    for number in range(3):
        model = RandomForestClassifier(100, random_state=seed).fit(X[fold != number], y[fold != number])
        forest[fold == number] = model.predict(X[fold == number])
    said["composition, forest", "mean"] = forest
    plain, directed = mixing(found), mixing(found, directed=True)
    said["contacts", "sum"] = told_classes(found, [plain], seed=seed)
    for readout in ("sum", "mean", "max"):
        said["contacts with direction", readout] = told_classes(found, [plain, directed], readout=readout, seed=seed)
    rows = []
    for (model, readout), guess in said.items():
        interval = evaluation.wilson_interval(int((guess == y).sum()), len(y))
        balanced = evaluation.balanced_accuracy(y, guess)
        rows.append((model, readout, *interval, balanced))
    return pd.DataFrame(rows, columns=["model", "readout", "accuracy", "low", "high", "balanced"])
