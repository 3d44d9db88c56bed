"""Proteins as nodes, for companion 07b: essential genes of yeast, and who will be found to bind whom.

`Folds` trains the networks of all folds side by side: one matrix product serves them all, so that five folds cost
little more than one. For a single fold it is two graph convolutions, equal to torch-geometric's.
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
from bioml_helpers.data import validate
from bioml_helpers.data.interactome import edges_of
from bioml_helpers.training.seeds import scoped_seed

FOLDS = 5
HIDDEN, EPOCHS, RATE, DROPOUT = 16, 100, 0.04, 0.5  # the same for every network of a table


@dataclass(frozen=True)
class Interactome:
    """Proteins, who binds whom, and what is to be told.

    Attributes
    ----------
    proteins : list of str
    X : torch.Tensor of shape (proteins, 37)
        Logarithm of expression at 36 times, each standardised, and whether expression is missing (then the rest is 0).
    y : numpy.ndarray of bool
        Essential or not.
    edges : numpy.ndarray of shape (E, 2)
        Each interaction once.
    card : data.Card
    """

    proteins: list[str]
    X: Tensor
    y: np.ndarray
    edges: np.ndarray
    card: data.Card

    @property
    def degree(self) -> np.ndarray:
        """Number of known partners of each protein."""
        return np.bincount(self.edges.ravel(), minlength=len(self.proteins))

    @property
    def X_and_degree(self) -> Tensor:
        """The features with one more column: the logarithm of the number of partners, standardised."""
        many = np.log1p(self.degree)
        many = (many - many.mean()) / many.std()
        return torch.cat([self.X, torch.tensor(many, dtype=torch.float32)[:, None]], dim=1)


def interactome(*, quiet: bool = False) -> Interactome:
    """Load the yeast interactome (or its stand-in) and make numbers of it.

    Standardising looks at all proteins but at no label.

    Examples
    --------
    >>> found = interactome(quiet=True)
    >>> found.X.shape[1], len(found.y) == len(found.proteins)
    (37, True)
    """
    table, card = data.load("yeast_interactome", quiet=quiet)
    measured = np.stack(table["expression"])  # (proteins, 36)
    missing = np.isnan(measured).any(axis=1)
    level = np.log(np.where(missing[:, None], 1.0, measured) + 0.01)  # the lowest measured values lie near 0.01
    level = (level - level[~missing].mean(axis=0)) / level[~missing].std(axis=0)
    level[missing] = 0.0
    X = torch.tensor(np.column_stack([level, missing]), dtype=torch.float32)
    edges = edges_of(table["partners"])
    return Interactome(list(table["protein"]), X, table["is_essential"].to_numpy(dtype=bool), edges, card)


# ---------------------------------------------------------------- a graph as a matrix


def both_ways(edges: np.ndarray) -> Tensor:
    """Write edges that stand there once as torch-geometric's ``edge_index``: each in both directions.

    Examples
    --------
    >>> both_ways([[0, 1], [1, 2]]).tolist()
    [[0, 1, 1, 2], [1, 2, 0, 1]]
    """
    pairs = torch.as_tensor(np.asarray(edges), dtype=torch.long).T
    return torch.cat([pairs, pairs.flip(0)], dim=1)


def sparse(edge_index: Tensor, weight: Tensor, num_nodes: int) -> Tensor:
    """Return a sparse matrix that holds `weight` in row "to" and column "from".

    Examples
    --------
    >>> sparse(torch.tensor([[0], [1]]), torch.tensor([2.0]), 2).to_dense()
    tensor([[0., 0.],
            [2., 0.]])
    """
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse")  # "in beta state", for years
        matrix = torch.sparse_coo_tensor(edge_index.flip(0), weight, (num_nodes, num_nodes)).coalesce()
        return matrix.to_sparse_csr()


def normalized(edges: np.ndarray, num_nodes: int) -> Tensor:
    """Return Â = D^(−1/2) (A + I) D^(−1/2) as a sparse matrix: `normalized_adjacency` for big graphs.

    Parameters
    ----------
    edges : array_like of int, shape (E, 2)
        Each edge once.
    num_nodes : int

    Returns
    -------
    torch.Tensor
        Sparse, shape (N, N).

    Examples
    --------
    >>> normalized([[0, 1], [1, 2]], 3).to_dense()
    tensor([[0.5000, 0.4082, 0.0000],
            [0.4082, 0.3333, 0.4082],
            [0.0000, 0.4082, 0.5000]])
    """
    loops = torch.arange(num_nodes).repeat(2, 1)
    edge_index = torch.cat([both_ways(edges), loops], dim=1)
    degree = torch.bincount(edge_index[1], minlength=num_nodes).float()
    return sparse(edge_index, (degree[edge_index[0]] * degree[edge_index[1]]).rsqrt(), num_nodes)


def rewired(edges: np.ndarray, *, rounds: int = 5, seed: int = 0) -> np.ndarray:
    """Shuffle the edges so that each node keeps its number of partners: ends of two edges are swapped, many times.

    A swap that would make a self-loop or an edge that is there already is left out.

    Parameters
    ----------
    edges : array_like of int, shape (E, 2)
    rounds : int
        Swaps tried for each edge.
    seed : int

    Returns
    -------
    numpy.ndarray of shape (E, 2)

    Examples
    --------
    >>> ring = np.stack([np.arange(20), (np.arange(20) + 1) % 20], axis=1)
    >>> np.bincount(rewired(ring).ravel()).tolist() == [2] * 20
    True
    """
    pairs = validate.array("edges", edges, ndim=2, integer=True).tolist()
    rounds = validate.number("rounds", rounds, low=1, integer=True)
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    there = {(min(a, b), max(a, b)) for a, b in pairs}
    for _ in range(rounds):
        order = rng.permutation(len(pairs)).tolist()
        turned = rng.random(len(pairs)) < 0.5
        for i, j, turn in zip(order[::2], order[1::2], turned.tolist(), strict=False):
            (a, b), (c, d) = pairs[i], pairs[j][::-1] if turn else pairs[j]
            first, second = (min(a, d), max(a, d)), (min(c, b), max(c, b))
            if a == d or c == b or first == second or first in there or second in there:
                continue
            there -= {(min(a, b), max(a, b)), (min(c, d), max(c, d))}
            there |= {first, second}
            pairs[i], pairs[j] = [a, d], [c, b]
    return np.array(pairs)


def around(found: Interactome, protein: str) -> Any:
    """Return a protein, its partners, and who of them binds whom, as a torch-geometric ``Data``.

    Parameters
    ----------
    found : Interactome
    protein : str
        Its name; it becomes node 0.

    Returns
    -------
    torch_geometric.data.Data
        ``names`` holds the proteins' names.

    Raises
    ------
    ValueError
        If there is no protein of that name.

    Examples
    --------
    >>> found = interactome(quiet=True)
    >>> graph = around(found, found.proteins[5])
    >>> bool(graph.num_nodes == found.degree[5] + 1)
    True
    """
    from torch_geometric.data import Data

    if protein not in found.proteins:
        raise ValueError(f"protein: expected one of the {len(found.proteins)} names, got {protein!r}.")
    centre = found.proteins.index(protein)
    touching = found.edges[(found.edges == centre).any(axis=1)]
    nodes = np.r_[centre, np.setdiff1d(touching, [centre])]
    number = np.full(len(found.proteins), -1)
    number[nodes] = np.arange(len(nodes))
    inside = number[found.edges[(number[found.edges] >= 0).all(axis=1)]]
    return Data(
        x=found.X[nodes],
        edge_index=both_ways(inside),
        y=torch.tensor(found.y[nodes]),
        names=[found.proteins[node] for node in nodes],
    )


def an_example(found: Interactome) -> str:
    """Return a protein with seven to ten partners, some essential, some not, who often bind each other.

    Examples
    --------
    >>> found = interactome(quiet=True)
    >>> bool(7 <= found.degree[found.proteins.index(an_example(found))] <= 10)
    True
    """
    from scipy.sparse import csr_matrix

    one, other = both_ways(found.edges).numpy()
    A = csr_matrix((np.ones(len(one)), (one, other)), shape=(len(found.proteins),) * 2)
    triangles = np.asarray((A @ A).multiply(A).sum(axis=1)).ravel()
    degree = found.degree
    share = np.where((degree >= 7) & (degree <= 10), triangles / (degree * np.maximum(degree - 1, 1)), -1)
    essential = np.asarray(A @ found.y).ravel() / np.maximum(degree, 1)
    share[(share > 0.7) | (essential < 0.3) | (essential > 0.7)] = -1  # where all are alike the picture is dull
    return found.proteins[int(share.argmax())]


def study_table(biases: Sequence[float] = (1.0, 1.6, 3.0), *, seed: int = 0) -> pd.DataFrame:
    """Return how well partners tell essential proteins in simulated networks where truly they tell nothing.

    Parameters
    ----------
    biases : sequence of float
        How many times more an essential protein is studied.
    seed : int

    Returns
    -------
    pandas.DataFrame
        Columns ``studied more``, ``essential`` (the share, which is what a coin reaches), ``true partners``, ``found
        partners`` (average precision of each count), ``correlation with study`` (Spearman, of found partners).

    Examples
    --------
    >>> len(study_table((1.0,)))
    1
    """
    rows = []
    for bias in biases:
        table = data.simulate.studied_interactome(bias=bias, seed=seed)
        y = table["is_essential"].to_numpy()
        row = {"studied more": bias, "essential": y.mean()}
        for name in ("true", "found"):
            row[f"{name} partners"] = average_precision(y, table[f"{name}_partners"].to_numpy(float))
        rows.append(row | {"correlation with study": evaluation.spearman(table["studies"], table["found_partners"])})
    return pd.DataFrame(rows)


# ---------------------------------------------------------------- networks of all folds, side by side


class Folds(nn.Module):
    """Two layers on one graph, once for each fold; layers of neurons where no matrix is given.

    In a layer each node's new numbers are a weighted sum of its own (where `own`) and of those of its neighbours, as
    each of the matrices mixes them, every term with weights of its own.

    Parameters
    ----------
    num_features : int
    matrices : sequence of sparse torch.Tensor of shape (N, N)
        ``[normalized(…)]`` and ``own=False`` make a GCN; none, and ``own=True``, an ordinary network.
    own : bool
        Whether a node keeps its own features beside what it collects.
    num_folds, hidden_size, num_outputs : int
    seed : int
        Fixes the starting weights.

    Examples
    --------
    >>> network = Folds(3, [normalized([[0, 1]], 2)], own=False, num_folds=4)
    >>> network(torch.zeros(2, 3)).shape
    torch.Size([2, 4, 1])
    """

    def __init__(
        self,
        num_features: int,
        matrices: Sequence[Tensor] = (),
        *,
        own: bool = True,
        num_folds: int = FOLDS,
        hidden_size: int = HIDDEN,
        num_outputs: int = 1,
        dropout: float = DROPOUT,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if not own and not matrices:
            raise ValueError("own: expected True where there are no matrices, got False: a node would know nothing.")
        self.matrices, self.own = list(matrices), own
        terms = len(self.matrices) + own
        with scoped_seed(seed):
            self.first = nn.Parameter(_glorot(terms, num_folds, num_features, hidden_size))
            self.second = nn.Parameter(_glorot(terms, num_folds, hidden_size, num_outputs))
        self.first_bias = nn.Parameter(torch.zeros(num_folds, hidden_size))
        self.second_bias = nn.Parameter(torch.zeros(num_folds, num_outputs))
        self.dropout = nn.Dropout(dropout)

    def collected(self, X: Tensor) -> Tensor:
        """Return each node's own features and what each matrix brings it, side by side; it is needed only once."""
        return torch.cat(([X] if self.own else []) + [matrix @ X for matrix in self.matrices], dim=1)

    def hidden(self, collected: Tensor) -> Tensor:
        """Return the first layer's numbers, shape (nodes, folds, hidden), out of what `collected` gave."""
        terms, folds, features, hidden = self.first.shape
        W = self.first.permute(0, 2, 1, 3).reshape(terms * features, folds * hidden)
        return (collected @ W).view(-1, folds, hidden).add(self.first_bias).relu()

    def forward(self, X: Tensor, *, collected: Tensor | None = None) -> Tensor:
        """Return logits of shape (nodes, folds, outputs)."""
        H = self.dropout(self.hidden(self.collected(X) if collected is None else collected))
        return self.spread(H, self.second) + self.second_bias

    def spread(self, H: Tensor, weights: Tensor) -> Tensor:
        """Apply a layer: weights first, then the matrices, which is cheaper than the other way round."""
        nodes, folds, _ = H.shape
        one = weights.shape[-1] == 1  # then a sum of products is quicker than einsum's copies
        said = [(H * W[..., 0]).sum(-1, keepdim=True) if one else torch.einsum("nfh,fho->nfo", H, W) for W in weights]
        total = said[0] if self.own else 0
        for matrix, Z in zip(self.matrices, said[self.own :], strict=True):
            total = total + (matrix @ Z.reshape(nodes, -1)).view(nodes, folds, -1)
        return total


def _glorot(*shape: int) -> Tensor:
    return torch.randn(shape) * (2 / (shape[-2] + shape[-1])) ** 0.5


def fold_of(rows: int, *, folds: int = FOLDS, seed: int = 0) -> np.ndarray:
    """Deal rows into folds at random, as evenly as can be.

    Examples
    --------
    >>> np.bincount(fold_of(11)).tolist()
    [3, 2, 2, 2, 2]
    """
    fold = np.arange(rows) % folds
    return np.random.default_rng(seed).permutation(fold)


def scores_of(
    X: Tensor, y: np.ndarray, fold: np.ndarray, matrices: Sequence[Tensor] = (), *, own: bool = True, seed: int = 0,
    num_epochs: int = EPOCHS, **size: Any,
) -> np.ndarray:  # fmt: skip
    """Train a network for each fold on the other folds' labels, and return what each says of its own fold.

    All nodes are in the graph, and their features are seen; only the labels of the fold are held back.

    Parameters
    ----------
    X : torch.Tensor of shape (nodes, features)
    y : array_like of bool, shape (nodes,)
    fold : array_like of int, shape (nodes,)
        The fold that each node is judged in.
    matrices, own, seed
        As for `Folds`; further arguments go there too.
    num_epochs : int

    Returns
    -------
    numpy.ndarray of shape (nodes,)
        Logits, each from the network that has not seen this node's label.

    Examples
    --------
    >>> X = torch.randn(60, 2, generator=torch.Generator().manual_seed(0))
    >>> y = (X[:, 0] > 0).numpy()
    >>> evaluation.auroc(y, scores_of(X, y, fold_of(60))) > 0.9
    True
    """
    fold = validate.array("fold", fold, ndim=1, length=len(X), integer=True)
    network = Folds(X.shape[1], matrices, own=own, num_folds=int(fold.max()) + 1, seed=seed, **size)
    trains = torch.tensor(fold[:, None] != np.arange(fold.max() + 1), dtype=torch.float32)  # (nodes, folds)
    weight = trains / trains.sum(dim=0)
    target = torch.tensor(np.asarray(y), dtype=torch.float32)[:, None].expand_as(trains)
    optimizer = torch.optim.Adam(network.parameters(), lr=RATE)
    collected = network.collected(X)
    with scoped_seed(seed):
        for _ in range(num_epochs):
            optimizer.zero_grad()
            logits = network(X, collected=collected)[..., 0]
            nn.functional.binary_cross_entropy_with_logits(logits, target, weight=weight, reduction="sum").backward()
            optimizer.step()
    with torch.no_grad():
        network.eval()
        logits = network(X, collected=collected)[..., 0]
    return logits[torch.arange(len(X)), torch.tensor(fold)].numpy()


# ---------------------------------------------------------------- essential genes


class Compared(NamedTuple):
    """A table of models, and what each says of every protein."""

    table: pd.DataFrame
    scores: dict[str, np.ndarray]
    fold: np.ndarray


def essential(found: Interactome, *, seed: int = 0) -> Compared:
    """Compare models that tell essential proteins, five folds, same size and same training for every network.

    Average precision is taken in each fold and averaged. The interval draws proteins anew (200 times); it says how far
    another set of proteins would move the score, not another training.

    Parameters
    ----------
    found : Interactome
    seed : int
        Of the folds and of the networks.

    Returns
    -------
    Compared
        Columns ``model``, ``sees`` (expression, or expression and degree), ``AP``, ``low``, ``high``.

    Examples
    --------
    >>> found = interactome(quiet=True)
    >>> compared = essential(found)  # doctest: +SKIP
    >>> compared.table["model"].tolist()[0]  # doctest: +SKIP
    'number of partners alone'
    """
    nodes = len(found.proteins)
    fold = fold_of(nodes, seed=seed)
    graph = normalized(found.edges, nodes)
    shuffled = normalized(rewired(found.edges, seed=seed), nodes)
    kinds = {
        "no graph": ([], True),
        "GCN": ([graph], False),
        "GCN, edges shuffled": ([shuffled], False),
        "GCN beside own": ([graph], True),
        "GCN beside own, edges shuffled": ([shuffled], True),
    }
    scores = {("number of partners alone", "degree"): found.degree.astype(float)}
    for name, (matrices, own) in kinds.items():
        scores[name, "expression + degree"] = scores_of(found.X_and_degree, found.y, fold, matrices, own=own, seed=seed)
        if name in ("no graph", "GCN"):
            scores[name, "expression"] = scores_of(found.X, found.y, fold, matrices, own=own, seed=seed)
    rows = []
    for (model, sees), score in scores.items():
        interval = evaluation.bootstrap_interval(ByFold(fold, score), found.y, np.arange(nodes), n=200, seed=seed)
        rows.append({"model": model, "sees": sees, "AP": interval.estimate, "low": interval.low, "high": interval.high})
    order = ["number of partners alone", *kinds]
    table = pd.DataFrame(rows).sort_values("sees", kind="stable")
    table = table.sort_values("model", key=lambda names: names.map(order.index), kind="stable", ignore_index=True)
    return Compared(table, {f"{model} | {sees}": score for (model, sees), score in scores.items()}, fold)


class ByFold:
    """Average precision in each fold, averaged: a metric for `evaluation.bootstrap_interval`, called with row numbers.

    Parameters
    ----------
    fold : array_like of int
    score, minus : array_like
        With `minus` the metric is how much more `score` reaches.

    Examples
    --------
    >>> metric = ByFold(np.array([0, 0, 1, 1]), np.array([2.0, 1.0, 1.0, 2.0]))
    >>> float(metric(np.array([True, False, True, False]), np.arange(4)))
    0.75
    """

    def __init__(self, fold: np.ndarray, score: np.ndarray, minus: np.ndarray | None = None) -> None:
        self.fold, self.score, self.minus = fold, score, minus

    def __call__(self, y: np.ndarray, rows: np.ndarray) -> float:
        return np.mean([self._of(y[here], rows[here]) for here in self._parts(rows)])

    def _parts(self, rows):
        return [self.fold[rows] == number for number in np.unique(self.fold)]

    def _of(self, y, rows):
        precision = average_precision(y, self.score[rows])
        return precision if self.minus is None else precision - average_precision(y, self.minus[rows])


def average_precision(y: np.ndarray, score: np.ndarray) -> float:
    """Return `evaluation.auprc` in a tenth of the time, without its checks: a bootstrap asks thousands of times.

    Raises
    ------
    ValueError
        If there is no positive.

    Examples
    --------
    >>> y, score = np.array([0, 1, 1, 0, 1]), np.array([2.0, 2.0, 3.0, 1.0, 0.0])
    >>> bool(np.isclose(average_precision(y, score), evaluation.auprc(y, score)))
    True
    """
    order = np.argsort(-score, kind="stable")
    ranked = score[order]
    last = np.append(ranked[1:] != ranked[:-1], True)  # ties enter together
    found = np.cumsum(y[order])[last]
    if found[-1] == 0:
        raise ValueError("y: expected a positive, got none.")
    precision = found / (np.flatnonzero(last) + 1)
    return float(np.sum(np.diff(found, prepend=0) * precision) / found[-1])


def gain(found: Interactome, compared: Compared, model: str, over: str, *, seed: int = 0) -> evaluation.Interval:
    """Return how much more average precision one model reaches than another, on the same proteins, with its interval.

    Parameters
    ----------
    found : Interactome
    compared : Compared
    model, over : str
        As ``compared.scores`` names them, for example "GCN | expression".

    Returns
    -------
    Interval

    Raises
    ------
    ValueError
        If there is no such model.
    """
    for name, value in (("model", model), ("over", over)):
        validate.one_of(name, value, compared.scores)
    metric = ByFold(compared.fold, compared.scores[model], compared.scores[over])
    return evaluation.bootstrap_interval(metric, found.y, np.arange(len(found.y)), n=200, seed=seed)


def by_degree(
    found: Interactome, compared: Compared, names: Sequence[str], edges: Sequence[int] = (1, 3, 8)
) -> pd.DataFrame:
    """Return average precision among proteins with about as many partners: what is left once degree cannot help.

    Parameters
    ----------
    found : Interactome
    compared : Compared
    names : sequence of str
        Models, as ``compared.scores`` names them.
    edges : sequence of int
        Most partners of each group but the last.

    Returns
    -------
    pandas.DataFrame
        Columns ``partners``, ``proteins``, ``essential`` (the share, which is what a coin reaches), and one a model.
    """
    group = np.searchsorted(np.asarray(edges), found.degree)
    lows = [1, *(edge + 1 for edge in edges)]
    labels = [f"{low}" if low == high else f"{low} to {high}" for low, high in zip(lows, edges, strict=False)]
    rows = []
    for number, label in enumerate([*labels, f"more than {edges[-1]}"]):
        here = group == number
        if found.y[here].all() or not found.y[here].any():
            continue
        row = {"partners": label, "proteins": int(here.sum()), "essential": found.y[here].mean()}
        rows.append(row | {name: evaluation.auprc(found.y[here], compared.scores[name][here]) for name in names})
    return pd.DataFrame(rows)


# ---------------------------------------------------------------- who will bind whom


class Pairs(NamedTuple):
    """Pairs to learn from and pairs to judge by, each once, and as many that are not known to bind."""

    train: np.ndarray
    test: np.ndarray
    train_negatives: np.ndarray
    test_negatives: np.ndarray


def split_pairs(edges: np.ndarray, num_nodes: int, kind: str, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Split interactions, either each for itself or by protein.

    Parameters
    ----------
    edges : array_like of int, shape (E, 2)
    num_nodes : int
    kind : {"random", "proteins"}
        "random": a fifth of the pairs is held out. "proteins": 45 % of the proteins are; pairs of two such proteins are
        judged, pairs of two others are learned from, and what joins the two kinds is left out.
    seed : int

    Returns
    -------
    train, test : numpy.ndarray of shape (…, 2)

    Examples
    --------
    >>> ring = np.stack([np.arange(40), (np.arange(40) + 1) % 40], axis=1)
    >>> train, test = split_pairs(ring, 40, "proteins", seed=1)
    >>> bool(set(train.ravel()) & set(test.ravel()))
    False
    """
    validate.one_of("kind", kind, ["random", "proteins"])
    edges = validate.array("edges", edges, ndim=2, integer=True)
    rng = np.random.default_rng(seed)
    if kind == "random":
        order = rng.permutation(len(edges))
        held = len(edges) // 5
        return edges[np.sort(order[held:])], edges[np.sort(order[:held])]
    new = rng.random(num_nodes) < 0.45
    both = new[edges]
    return edges[~both.any(axis=1)], edges[both.all(axis=1)]


def negatives_for(
    pairs: np.ndarray, known: np.ndarray, kind: str, *, nodes: np.ndarray | None = None, seed: int = 0
) -> np.ndarray:
    """Draw as many pairs that are not known to bind.

    Parameters
    ----------
    pairs : array_like of int, shape (P, 2)
        Pairs that bind.
    known : array_like of int, shape (E, 2)
        All known interactions: none of them comes out.
    kind : {"any", "same degree"}
        "any": two proteins out of `nodes`, each equally likely. "same degree": each protein as often as in `pairs`.
    nodes : array_like of int, optional
        For "any"; by default those of `pairs`.
    seed : int

    Returns
    -------
    numpy.ndarray of shape (P, 2)

    Raises
    ------
    ValueError
        If there are not enough pairs to draw from.

    Examples
    --------
    >>> ring = np.stack([np.arange(12), (np.arange(12) + 1) % 12], axis=1)
    >>> drawn = negatives_for(ring, ring, "same degree")
    >>> np.bincount(drawn.ravel()).tolist() == [2] * 12
    True
    """
    validate.one_of("kind", kind, ["any", "same degree"])
    pairs = validate.array("pairs", pairs, ndim=2, integer=True)
    rng = np.random.default_rng(seed)
    there = {(min(a, b), max(a, b)) for a, b in np.asarray(known).tolist()}
    if kind == "any":
        return _any_pairs(len(pairs), np.unique(pairs) if nodes is None else np.asarray(nodes), there, rng)
    first, second = np.where(rng.random(len(pairs)) < 0.5, pairs.T, pairs.T[::-1])
    second = rng.permutation(second)
    for _ in range(500):
        bad = _unusable(first.tolist(), second.tolist(), there)
        if not bad:
            return np.stack([first, second], axis=1)
        for here, other in zip(bad, rng.integers(len(pairs), size=len(bad)).tolist(), strict=True):
            second[here], second[other] = second[other], second[here]
    raise ValueError(f"pairs: expected enough proteins to draw {len(pairs)} other pairs from; {len(bad)} are missing.")


def _any_pairs(count, nodes, there, rng) -> np.ndarray:
    drawn: dict[tuple[int, int], None] = {}
    for _ in range(200):
        for a, b in np.sort(rng.choice(nodes, (count, 2)), axis=1).tolist():
            if a != b and (a, b) not in there and len(drawn) < count:
                drawn[a, b] = None
        if len(drawn) == count:
            return np.array(list(drawn))
    raise ValueError(f"nodes: expected enough proteins to draw {count} pairs from, got {len(nodes)}.")


def _unusable(first, second, there) -> list[int]:
    """Rows that are a self-loop, a known interaction, or a pair that stood above."""
    seen: set[tuple[int, int]] = set()
    bad = []
    for row, (a, b) in enumerate(zip(first, second, strict=True)):
        pair = (min(a, b), max(a, b))
        if a == b or pair in there or pair in seen:
            bad.append(row)
        seen.add(pair)
    return bad


def pairs_for(found: Interactome, split: str, negatives: str, *, seed: int = 0) -> Pairs:
    """Return pairs to learn from and to judge by: `split_pairs`, then `negatives_for` each part.

    Parameters
    ----------
    found : Interactome
    split : {"random", "proteins"}
    negatives : {"any", "same degree"}
    seed : int

    Examples
    --------
    >>> found = interactome(quiet=True)
    >>> pairs = pairs_for(found, "proteins", "same degree")
    >>> len(pairs.test) == len(pairs.test_negatives)
    True
    """
    train, test = split_pairs(found.edges, len(found.proteins), split, seed=seed)
    everyone = np.arange(len(found.proteins)) if split == "random" else None
    drawn = [
        negatives_for(part, found.edges, negatives, nodes=everyone, seed=seed + number)
        for number, part in enumerate((train, test))
    ]
    return Pairs(train, test, *drawn)


class PairScorer(nn.Module):
    """Two graph convolutions over the pairs that are known; two proteins bind if their hidden numbers agree.

    Parameters
    ----------
    num_features : int
    matrix : sparse torch.Tensor, optional
        Out of the training pairs alone; None for a network that sees no partners.
    seed : int

    Examples
    --------
    >>> network = PairScorer(3, normalized([[0, 1]], 3))
    >>> network(torch.zeros(3, 3), torch.tensor([[0, 2]])).shape
    torch.Size([1])
    """

    def __init__(
        self, num_features: int, matrix: Tensor | None = None, *, hidden_size: int = 32, seed: int = 0
    ) -> None:
        super().__init__()
        matrices = [] if matrix is None else [matrix]
        with scoped_seed(seed):
            self.nodes = Folds(
                num_features,
                matrices,
                num_folds=1,
                hidden_size=hidden_size,
                num_outputs=hidden_size,
                dropout=0.2,
                seed=seed,
            )
            self.head = nn.Linear(hidden_size, 1)

    def forward(self, X: Tensor, pairs: Tensor) -> Tensor:
        """Return a logit for each pair: shape (pairs,)."""
        H = self.nodes(X)[:, 0].relu()  # (proteins, hidden)
        return self.head(H[pairs[:, 0]] * H[pairs[:, 1]])[:, 0]


def link_scores(
    found: Interactome, pairs: Pairs, *, graph: bool = True, seed: int = 0, num_epochs: int = 40
) -> np.ndarray:
    """Train a `PairScorer` on the training pairs, and score the test pairs, then the test negatives.

    Parameters
    ----------
    found : Interactome
    pairs : Pairs
    graph : bool
        Whether the network sees the training interactions as a graph; test interactions are never in it.
    seed : int
    num_epochs : int

    Returns
    -------
    numpy.ndarray of shape (test pairs + test negatives,)
    """
    matrix = normalized(pairs.train, len(found.proteins)) if graph else None
    network = PairScorer(found.X.shape[1], matrix, seed=seed)
    shown = torch.tensor(np.concatenate([pairs.train, pairs.train_negatives]))
    target = torch.cat([torch.ones(len(pairs.train)), torch.zeros(len(pairs.train_negatives))])
    optimizer = torch.optim.Adam(network.parameters(), lr=0.01, weight_decay=1e-4)
    with scoped_seed(seed):
        for _ in range(num_epochs):
            optimizer.zero_grad()
            nn.functional.binary_cross_entropy_with_logits(network(found.X, shown), target).backward()
            optimizer.step()
    network.eval()
    with torch.no_grad():
        return network(found.X, torch.tensor(np.concatenate([pairs.test, pairs.test_negatives]))).numpy()


def link_table(found: Interactome, *, seed: int = 0) -> pd.DataFrame:
    """Return the area under the ROC curve for each split and kind of negatives: degree alone, no graph, GCN.

    "Degree alone" adds the numbers of known training partners of both ends: no learning, no features.

    Parameters
    ----------
    found : Interactome
    seed : int

    Returns
    -------
    pandas.DataFrame
        Columns ``split``, ``negatives``, ``degree alone``, ``no graph``, ``GCN``, ``pairs`` (judged).
    """
    rows = []
    for split in ("random", "proteins"):
        for kind in ("any", "same degree"):
            pairs = pairs_for(found, split, kind, seed=seed)
            judged = np.concatenate([pairs.test, pairs.test_negatives])
            y = np.arange(len(judged)) < len(pairs.test)
            degree = np.log1p(np.bincount(pairs.train.ravel(), minlength=len(found.proteins)))
            row = {"split": split, "negatives": kind, "degree alone": evaluation.auroc(y, degree[judged].sum(axis=1))}
            for name, graph in (("no graph", False), ("GCN", True)):
                row[name] = evaluation.auroc(y, link_scores(found, pairs, graph=graph, seed=seed))
            rows.append(row | {"pairs": len(judged)})
    return pd.DataFrame(rows)
