"""Companion 07c, relations merged: one graph out of several, a walker on it, and molecules ranked by where he goes.

Drugs act on genes, food molecules act on genes, genes act together. Each relation is a table of pairs; merged they are
one graph, on which a random walk with restart carries what is known from one kind of node to another.

Reference: Köhler, Bauer, Horn & Robinson 2008, https://doi.org/10.1016/j.ajhg.2008.02.013 (the walk on genes).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from bioml_helpers import data, evaluation
from bioml_helpers.data import validate

KINDS = {"drug-gene": ("drug", "gene"), "food-gene": ("food", "gene"), "gene-gene": ("gene", "gene")}
RESTART = 0.5


# ---------------------------------------------------------------- one graph out of several relations


@dataclass(frozen=True)
class MergedGraph:
    """Nodes of several kinds in one numbering, and the edges of all relations, each in both directions.

    Attributes
    ----------
    kinds : tuple of str
        Kinds of node, in the order of their numbers.
    labels : dict of str to list
        The nodes of each kind, in the order of their numbers.
    edge_index : torch.Tensor of int64, shape (2, E)
        Both directions; no edge twice.
    edge_relation : torch.Tensor of int64, shape (E,)
        Place of the edge's relation in `relations`.
    relations : tuple of (str, str)
        The kinds that each relation joins.
    """

    kinds: tuple[str, ...]
    labels: dict[str, list]
    edge_index: Tensor
    edge_relation: Tensor
    relations: tuple[tuple[str, str], ...]

    @property
    def num_nodes(self) -> int:
        """Nodes of all kinds together."""
        return sum(len(self.labels[kind]) for kind in self.kinds)

    def first(self, kind: str) -> int:
        """Return the number of the first node of a kind."""
        validate.one_of("kind", kind, self.kinds)
        return sum(len(self.labels[one]) for one in self.kinds[: self.kinds.index(kind)])

    def nodes(self, kind: str) -> slice:
        """Return where the nodes of a kind stand in the numbering."""
        return slice(self.first(kind), self.first(kind) + len(self.labels[kind]))

    def number(self, kind: str, some: Iterable) -> np.ndarray:
        """Return the numbers of nodes by their labels.

        Raises
        ------
        ValueError
            If there is no such node of this kind.
        """
        place = {label: number for number, label in enumerate(self.labels[kind], start=self.first(kind))}
        some = list(some)
        strange = [label for label in some if label not in place]
        if strange:
            raise ValueError(f"some: expected labels of nodes of kind {kind!r}, got {strange[0]!r}.")
        return np.array([place[label] for label in some], dtype=np.int64)

    def counts(self) -> pd.DataFrame:
        """Return how many nodes of each kind there are, and how many edges of each relation."""
        rows = [(f"{kind} nodes", len(self.labels[kind])) for kind in self.kinds]
        rows += [
            (f"{one}–{other} edges", int((self.edge_relation == place).sum()) // 2)
            for place, (one, other) in enumerate(self.relations)
        ]
        return pd.DataFrame(rows, columns=["what", "how many"])


def merge_graphs(
    relations: Mapping[tuple[str, str], Sequence], nodes: Mapping[str, Sequence] | None = None
) -> MergedGraph:
    """Merge relations into one graph: number the nodes kind after kind, and join all pairs in both directions.

    A node is a kind and a label, so a gene and a drug of the same name are two nodes, and a gene that two relations
    name is one. That one node is what joins the relations.

    Parameters
    ----------
    relations : mapping
        ``(kind, other kind)`` -> pairs of labels, for example ``{("drug", "gene"): [("aspirin", "PTGS2")]}``; an array
        of shape (E, 2) serves too. A pair that is given twice, or in both directions, is one edge.
    nodes : mapping, optional
        Kind -> labels that exist whether or not a pair names them; they are numbered first.

    Returns
    -------
    MergedGraph

    Raises
    ------
    ValueError
        If there is no kind at all, a pair has not two labels, or a node is joined to itself.

    Examples
    --------
    >>> graph = merge_graphs({("drug", "gene"): [("aspirin", "PTGS2")], ("gene", "gene"): [("PTGS1", "PTGS2")]})
    >>> graph.kinds, graph.labels["gene"]
    (('drug', 'gene'), ['PTGS2', 'PTGS1'])
    >>> graph.edge_index
    tensor([[0, 1, 2, 1],
            [1, 0, 1, 2]])
    """
    labels: dict[str, dict] = {}
    for kind, some in (nodes or {}).items():
        labels[kind] = dict.fromkeys(some)
    pairs = {kinds: _pairs(kinds, some) for kinds, some in relations.items()}
    for (one, other), (sources, targets) in pairs.items():
        labels.setdefault(one, {}).update(dict.fromkeys(sources))
        labels.setdefault(other, {}).update(dict.fromkeys(targets))
    if not labels:
        raise ValueError("relations: expected at least one relation or kind of node, got none.")
    place, start = {}, 0
    for kind, known in labels.items():
        place[kind] = {label: start + number for number, label in enumerate(known)}
        start += len(known)
    edges, relation = [np.zeros((2, 0), np.int64)], [np.zeros(0, np.int64)]
    for number, ((one, other), (sources, targets)) in enumerate(pairs.items()):
        a = np.array([place[one][label] for label in sources], np.int64)
        b = np.array([place[other][label] for label in targets], np.int64)
        if (a == b).any():
            raise ValueError(
                f"relations: {one}–{other}: expected two different nodes, got {sources[(a == b).argmax()]!r} twice."
            )
        # each edge once (the smaller number first), in the order in which it came
        once = np.unique(np.minimum(a, b) * start + np.maximum(a, b), return_index=True)[1]
        a, b = a[np.sort(once)], b[np.sort(once)]
        edges.append(np.stack([np.stack([a, b], 1).ravel(), np.stack([b, a], 1).ravel()]))  # (2, 2 · pairs)
        relation.append(np.full(2 * len(a), number))
    return MergedGraph(
        kinds=tuple(labels),
        labels={kind: list(known) for kind, known in labels.items()},
        edge_index=torch.from_numpy(np.concatenate(edges, axis=1)),
        edge_relation=torch.from_numpy(np.concatenate(relation)),
        relations=tuple(pairs),
    )


def _pairs(kinds: tuple[str, str], some: Sequence) -> tuple[list, list]:
    if not isinstance(kinds, tuple) or len(kinds) != 2:
        raise ValueError(f"relations: expected keys such as ('drug', 'gene'), got {kinds!r}.")
    listed = some.tolist() if hasattr(some, "tolist") else list(some)
    for pair in listed:
        if isinstance(pair, str) or len(pair) != 2:
            raise ValueError(f"relations: {kinds[0]}–{kinds[1]}: expected pairs of two labels, got {pair!r}.")
    return [one for one, _ in listed], [other for _, other in listed]


# ---------------------------------------------------------------- a walker on the graph


def propagate(
    edge_index: Tensor | np.ndarray, start, restart: float = RESTART, *, tolerance: float = 1e-8, most: int = 1000
) -> np.ndarray:
    """Follow a random walk with restart until it settles, and return how much of his time the walker spends where.

    At each step he goes back to the start with probability `restart`; else he takes one of the edges at hand, each as
    likely. A node without edges sends him back to the start. With ``P`` the matrix of steps (column j holds 1 / degree
    of j for each neighbour), the answer p fulfils p = restart · start + (1 − restart) · P p. In words: what is found at
    a node is what restarts there and what its neighbours pass on, each its own evenly divided.

    Parameters
    ----------
    edge_index : array_like of int, shape (2, E)
        Sender and receiver of each edge, both directions of each.
    start : array_like, shape (N,) or (N, K)
        Where the walk begins, not negative; each column is scaled to sum 1. K walks are followed at once.
    restart : float
        Above 0 and at most 1. Near 0 the walker forgets where he came from.
    tolerance : float
        He has settled when no column changes by more than this in a step (sum of absolute changes).
    most : int
        Steps at most.

    Returns
    -------
    numpy.ndarray
        Shape of `start`; each column sums to 1 (or 0 where nothing started).

    Raises
    ------
    ValueError
        If an edge names a node that `start` lacks, `start` holds a negative number, or `restart` is out of range.

    Examples
    --------
    >>> chain = [[0, 1, 1, 2], [1, 0, 2, 1]]
    >>> propagate(chain, [1, 0, 0], restart=0.5).round(3).tolist()
    [0.583, 0.333, 0.083]
    """
    from scipy.sparse import csr_matrix

    start = validate.array("start", start)
    if start.ndim not in (1, 2) or (start < 0).any():
        raise ValueError(f"start: expected shape (nodes,) or (nodes, walks), not negative, got shape {start.shape}.")
    restart = validate.number("restart", restart, low=1e-6, high=1)
    sender, receiver = validate.array("edge_index", edge_index, ndim=2, length=2, at_least=0, integer=True)
    nodes = len(start)
    if len(sender) and not 0 <= min(sender.min(), receiver.min()) <= max(sender.max(), receiver.max()) < nodes:
        raise ValueError(f"edge_index: expected node numbers 0 to {nodes - 1}, as start has {nodes}, got others.")
    columns = start.reshape(nodes, -1)
    total = columns.sum(axis=0)
    columns = columns / np.where(total > 0, total, 1)  # (N, K)
    degree = np.bincount(sender, minlength=nodes)  # (N,)
    P = csr_matrix((1 / degree[sender], (receiver, sender)), shape=(nodes, nodes))
    here = columns
    for _ in range(int(most)):
        stuck = here[degree == 0].sum(axis=0)  # (K,)
        after = (restart + (1 - restart) * stuck) * columns + (1 - restart) * (P @ here)
        change = np.abs(after - here).sum(axis=0).max(initial=0.0)
        here = after
        if change <= tolerance:
            break
    return here.reshape(start.shape)


def cosine(profiles: np.ndarray, reference: np.ndarray) -> np.ndarray:
    """Return how alike each column of `profiles` is to `reference`: 1 same direction, 0 nothing in common.

    Parameters
    ----------
    profiles : array_like of shape (genes, K)
    reference : array_like of shape (genes,)

    Returns
    -------
    numpy.ndarray of shape (K,)
        0 where a profile, or the reference, is empty.

    Raises
    ------
    ValueError
        If the numbers of genes differ.

    Examples
    --------
    >>> cosine([[1, 0], [1, 2]], [0, 3]).round(2).tolist()
    [0.71, 1.0]
    """
    profiles, reference = validate.array("profiles", profiles, ndim=2), validate.array("reference", reference, ndim=1)
    if len(profiles) != len(reference):
        raise ValueError(f"reference: expected {len(profiles)} genes as profiles has, got {len(reference)}.")
    length = np.linalg.norm(profiles, axis=0) * np.linalg.norm(reference)
    return reference @ profiles / np.where(length > 0, length, 1)


# ---------------------------------------------------------------- molecules ranked


def simulated(seed: int = 0) -> tuple[dict, pd.DataFrame]:
    """Return the three simulated relations as `merge_graphs` takes them, and the molecules with their truth.

    Examples
    --------
    >>> relations, molecules = simulated()
    >>> list(relations)
    [('drug', 'gene'), ('food', 'gene'), ('gene', 'gene')]
    """
    links, molecules = data.simulate.three_relations(seed=seed)
    some = {kinds: links.loc[links["relation"] == name, ["source", "target"]] for name, kinds in KINDS.items()}
    return {kinds: list(pairs.itertuples(index=False, name=None)) for kinds, pairs in some.items()}, molecules


def rank_molecules(
    graph: MergedGraph, reference: Iterable, restart: float = RESTART, kind: str = "food"
) -> pd.DataFrame:
    """Rank molecules by how much their walk looks, on the genes, like the walk from the reference drugs.

    The walk is linear in its start, so one walk from all reference drugs is the mean of their walks.

    Parameters
    ----------
    graph : MergedGraph
        With nodes of kind drug and gene, and of `kind`.
    reference : iterable of str
        Labels of drugs, the anticancer drugs.
    restart : float
    kind : str
        Whom to rank.

    Returns
    -------
    pandas.DataFrame
        One row a molecule, in the graph's order: ``molecule``, ``similarity`` (cosine of the walks on genes),
        ``no_graph`` (cosine of the plain lists of genes: no edge between genes is used), ``n_targets``.

    Raises
    ------
    ValueError
        If `reference` is empty or names no drug of the graph.

    Examples
    --------
    >>> graph = merge_graphs({
    ...     ("drug", "gene"): [("cisplatin", "TP53")], ("food", "gene"): [("tea", "MDM2"), ("salt", "REN")],
    ...     ("gene", "gene"): [("TP53", "MDM2")],
    ... })
    >>> rank_molecules(graph, ["cisplatin"]).round(2).values.tolist()
    [['tea', 0.53, 0.0, 1], ['salt', 0.0, 0.0, 1]]
    """
    drugs, molecules, genes = graph.number("drug", reference), graph.nodes(kind), graph.nodes("gene")
    if not len(drugs):
        raise ValueError("reference: expected at least one drug, got none.")
    count = molecules.stop - molecules.start
    start = np.zeros((graph.num_nodes, count + 1))
    start[np.arange(molecules.start, molecules.stop), np.arange(count)] = 1
    start[drugs, count] = 1
    on_genes = propagate(graph.edge_index, start, restart, tolerance=1e-6)[genes]  # (genes, molecules + 1)
    listed = _listed(graph)
    rows = listed[molecules]  # (molecules, genes)
    mean = np.asarray(listed[drugs].mean(axis=0)).ravel()
    n_targets = np.asarray(rows.sum(axis=1)).ravel()
    length = np.sqrt(n_targets) * np.linalg.norm(mean)
    return pd.DataFrame(
        {
            "molecule": graph.labels[kind],
            "similarity": cosine(on_genes[:, :-1], on_genes[:, -1]),
            "no_graph": (rows @ mean) / np.where(length > 0, length, 1),
            "n_targets": n_targets.astype(int),
        }
    )


def _listed(graph: MergedGraph):
    """A sparse table of 0 and 1: nodes by genes that a pair lists."""
    from scipy.sparse import csr_matrix

    sender, receiver = graph.edge_index.numpy()
    genes = graph.nodes("gene")
    to_gene = (receiver >= genes.start) & (receiver < genes.stop)
    sender, receiver = sender[to_gene], receiver[to_gene] - genes.start
    shape = (graph.num_nodes, genes.stop - genes.start)
    return csr_matrix((np.ones(len(sender)), (sender, receiver)), shape=shape)


def switch_relations(relations: Mapping, molecules: pd.DataFrame, on: Iterable[str], restart: float = RESTART):
    """Merge only the relations that are switched on; all nodes stay. Return the ranking with the truth beside it.

    Parameters
    ----------
    relations : mapping
        As `simulated` gives them.
    molecules : pandas.DataFrame
        As `simulated` gives them.
    on : iterable of str
        Names among ``drug-gene``, ``food-gene``, ``gene-gene``.
    restart : float

    Returns
    -------
    pandas.DataFrame
        As `rank_molecules`, with ``is_active`` besides.

    Raises
    ------
    ValueError
        If a name is none of the three.

    Examples
    --------
    >>> relations, molecules = simulated()
    >>> ranked = switch_relations(relations, molecules, ["food-gene"])
    >>> float(ranked["similarity"].max())
    0.0
    """
    on = [validate.one_of("on", name, KINDS) for name in on]
    nodes = {kind: molecules.loc[molecules["kind"] == kind, "name"].tolist() for kind in ("drug", "food")}
    nodes["gene"] = list(
        dict.fromkeys(label for (_, kind), some in relations.items() for _, label in some if kind == "gene")
    )
    some = {kinds: relations[kinds] if name in on else [] for name, kinds in KINDS.items()}
    graph = merge_graphs(some, nodes)
    ranked = rank_molecules(graph, molecules.loc[molecules["is_anticancer"], "name"], restart)
    truth = molecules.set_index("name")["is_active"]
    return ranked.assign(is_active=truth.loc[ranked["molecule"]].to_numpy())


def scores_of(ranked: pd.DataFrame) -> pd.Series:
    """Return the AUROC of the walk, of the lists without the graph, and of the mere number of genes.

    Examples
    --------
    >>> relations, molecules = simulated()
    >>> scores_of(switch_relations(relations, molecules, KINDS)).index.tolist()
    ['similarity', 'no_graph', 'n_targets']
    """
    return pd.Series(
        {name: evaluation.auroc(ranked["is_active"], ranked[name]) for name in ("similarity", "no_graph", "n_targets")}
    )
