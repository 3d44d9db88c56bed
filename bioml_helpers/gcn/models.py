"""What chapter 7 trains: solubility and toxicity from molecular graphs, and what the graph itself is worth.

The networks here are built out of torch-geometric's layers, which `layers.py` builds from scratch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from bioml_helpers import data, evaluation
from bioml_helpers.data import validate
from bioml_helpers.data.splits import Parts
from bioml_helpers.gcn import layers, molecules
from bioml_helpers.training import EarlyStopping, History, train
from bioml_helpers.training.seeds import scoped_seed

KINDS = ("GCN", "GIN", "bonds")
READOUTS = ("sum", "mean", "max")
EDGES = ("real", "removed", "shuffled")


# ---------------------------------------------------------------- a network for whole graphs


class GraphNet(nn.Module):
    """Some graph convolutions, a read-out, and two layers of neurons: one number a graph.

    Parameters
    ----------
    in_features : int
        Numbers a node.
    hidden_size : int
        Numbers a node after each convolution.
    num_layers : int
        Convolutions; after k of them a node has heard from nodes up to k edges away.
    kind : {"GCN", "GIN", "bonds"}
        torch-geometric's ``GCNConv``, ``GINConv``, or ``GINEConv``, which adds the type of a bond to each message.
    readout : {"sum", "mean", "max"}
        How the nodes of a graph are put together.
    bond_features : int
        Numbers an edge; only "bonds" reads them.
    seed : int
        Fixes the starting weights.

    Examples
    --------
    >>> network = GraphNet(22, seed=0)
    >>> network(as_batch([molecules.molecule_graph("CCO"), molecules.molecule_graph("C")])).shape
    torch.Size([2])
    """

    def __init__(
        self,
        in_features: int,
        *,
        hidden_size: int = 64,
        num_layers: int = 3,
        kind: str = "GCN",
        readout: str = "sum",
        bond_features: int = len(molecules.BONDS),
        seed: int = 0,
    ):
        super().__init__()
        self.kind = validate.one_of("kind", kind, KINDS)
        self.readout = validate.one_of("readout", readout, READOUTS)
        num_layers = validate.number("num_layers", num_layers, low=1, integer=True)
        sizes = [in_features] + [hidden_size] * num_layers
        with scoped_seed(seed):
            self.convolutions = nn.ModuleList(
                _convolution(kind, n_in, n_out, bond_features) for n_in, n_out in pairwise(sizes)
            )
            self.first, self.second = nn.Linear(hidden_size, hidden_size), nn.Linear(hidden_size, 1)

    def nodes(self, graph: Any) -> Tensor:
        """Return the features of each node after the last convolution, (N, hidden_size)."""
        x, edges = graph.x, [graph.edge_index]
        if self.kind == "GCN":
            edges = _normalised(graph)  # once for all layers
        elif self.kind == "bonds":
            edges.append(graph.edge_attr)
        for convolution in self.convolutions:
            x = convolution(x, *edges).relu()
        return x

    def forward(self, graph: Any) -> Tensor:
        """Return one number a graph, shape (graphs,); `graph` is what `as_batch` gives."""
        from torch_geometric import nn as pyg

        pool = {"sum": pyg.global_add_pool, "mean": pyg.global_mean_pool, "max": pyg.global_max_pool}[self.readout]
        whole = pool(self.nodes(graph), graph.batch, graph.num_graphs)  # (graphs, hidden_size)
        return self.second(self.first(whole).relu()).squeeze(-1)  # (graphs,)


def _convolution(kind, n_in, n_out, bond_features):
    from torch_geometric import nn as pyg

    if kind == "GCN":
        return pyg.GCNConv(n_in, n_out, normalize=False)  # the weights of Â come with the edges
    perceptron = nn.Sequential(nn.Linear(n_in, n_out), nn.ReLU(), nn.Linear(n_out, n_out))
    return pyg.GINConv(perceptron) if kind == "GIN" else pyg.GINEConv(perceptron, edge_dim=bond_features)


def _normalised(graph) -> tuple[Tensor, Tensor]:
    """Edges with self-loops, and their weights in Â."""
    from torch_geometric.nn.conv.gcn_conv import gcn_norm

    return gcn_norm(graph.edge_index, num_nodes=graph.num_nodes, dtype=graph.x.dtype)


def as_batch(graphs: Sequence) -> Any:
    """Put graphs side by side into one large graph with no edges between them.

    Parameters
    ----------
    graphs : sequence of torch_geometric.data.Data
        Of undirected edges, such as bonds.

    Returns
    -------
    torch_geometric.data.Batch
        ``batch`` says to which graph each node belongs.

    Raises
    ------
    ValueError
        If there is no graph, or an edge lacks its way back.

    Examples
    --------
    >>> as_batch([molecules.molecule_graph("CCO"), molecules.molecule_graph("C")]).batch
    tensor([0, 0, 0, 1])
    """
    from torch_geometric.data import Batch

    graphs = list(graphs)
    if not graphs:
        raise ValueError("graphs: expected at least one graph, got none.")
    batch = Batch.from_data_list(graphs)
    missing = _missing_ways_back(batch.edge_index, batch.num_nodes)
    if missing is not None:
        raise ValueError(
            f"edge_index: expected both directions of each bond, got {missing[0]} → {missing[1]} without "
            f"{missing[1]} → {missing[0]}: messages would flow one way only."
        )
    return batch


def _missing_ways_back(edge_index, num_nodes):
    """One edge without its way back, or None."""
    there, back = (a * num_nodes + b for a, b in (edge_index, edge_index.flip(0)))
    missing = ~torch.isin(there, back)
    return edge_index[:, missing][:, 0].tolist() if missing.any() else None


class OnOneGraph(nn.Module):
    """A graph network seen as a function of the atoms' features alone, for tools that hand in tensors.

    Examples
    --------
    >>> graph = molecules.molecule_graph("CCO")
    >>> OnOneGraph(GraphNet(22, seed=0), graph)(graph.x[None]).shape
    torch.Size([1])
    """

    def __init__(self, network: GraphNet, graph: Any):
        super().__init__()
        self.network, self._graph = network, as_batch([graph])

    def forward(self, x: Tensor) -> Tensor:
        """Return the number for the graph with these features, shape (1,); `x` is (1, atoms, features)."""
        graph = self._graph.clone()
        graph.x = x[0]
        return self.network(graph)


# ---------------------------------------------------------------- training


@dataclass(frozen=True)
class Trained:
    """A trained network with what belongs to it.

    Attributes
    ----------
    network : GraphNet
    task : molecules.Molecules
    parts : Parts
        The rows that trained, chose and judged.
    how : str
        Of the split: "random" or "scaffold".
    edges : str
        "real", "removed" or "shuffled".
    centre, scale : float
        What the target was shifted and divided by, from the training rows only.
    history : bioml_helpers.training.History
    """

    network: GraphNet
    task: molecules.Molecules
    parts: Parts
    how: str
    edges: str
    centre: float
    scale: float
    history: History

    def predict(self, graphs: Sequence) -> np.ndarray:
        """Return a prediction a graph, in the target's unit (logits for toxicity), shape (graphs,)."""
        with torch.no_grad():
            out = self.network(as_batch(_changed(graphs, self.edges)))
        return out.double().numpy() * self.scale + self.centre

    def tested(self) -> tuple[np.ndarray, np.ndarray]:
        """Return what was measured and what is predicted for the test part, in this order."""
        test = self.parts.test
        return self.task.y[test], self.predict([self.task.graphs[row] for row in test])


def train_graph_net(
    task: molecules.Molecules,
    how: str = "scaffold",
    *,
    kind: str = "GCN",
    readout: str = "sum",
    edges: str = "real",
    split_seed: int = 0,
    seed: int = 0,
    num_epochs: int = 24,
    learning_rate: float = 5e-3,
    batch_size: int = 64,
    hidden_size: int = 64,
    num_layers: int = 3,
    progress: bool = False,
) -> Trained:
    """Train on the training part; the validation part says which epoch is kept, the test part is not touched.

    A target of 0 and 1 is learned as a class, any other as a number, shifted and scaled as seen in the training rows.

    Parameters
    ----------
    task : molecules.Molecules
    how : {"random", "scaffold"}
        The split.
    kind, readout, hidden_size, num_layers
        As for `GraphNet`.
    edges : {"real", "removed", "shuffled"}
        The bonds of the molecule, none, or as many between atoms drawn at random.
    split_seed, seed : int
        Of the random split; of starting weights and order.
    num_epochs, learning_rate, batch_size, progress
        As for ``training.train``.

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        If a choice is not one of those listed.
    """
    validate.one_of("edges", edges, EDGES)
    parts = task.split(how, split_seed)
    yes_no = set(np.unique(task.y)) <= {0.0, 1.0}
    y = task.y[parts.train]
    centre, scale = (0.0, 1.0) if yes_no else (float(y.mean()), float(y.std()))
    graphs = _changed(task.graphs, edges)
    network = GraphNet(
        graphs[0].num_node_features,
        kind=kind,
        readout=readout,
        hidden_size=hidden_size,
        num_layers=num_layers,
        seed=seed,
    )
    pairs = partial(_pairs, graphs, (task.y - centre) / scale, batch_size=batch_size)
    history = train(
        network,
        pairs(np.random.default_rng(seed).permutation(parts.train), shuffle=True, seed=seed),
        loss_fn=nn.BCEWithLogitsLoss() if yes_no else nn.MSELoss(),
        validation_data=pairs(parts.validation),
        learning_rate=learning_rate,
        num_epochs=num_epochs,
        early_stopping=EarlyStopping(patience=num_epochs),  # never stops, keeps the best epoch
        seed=seed,
        progress=progress,
    )
    return Trained(network, task, parts, how, edges, centre, scale, history)


def _pairs(graphs, y, rows, *, batch_size, shuffle=False, seed=0):
    """Batches of graphs, put together once: their order changes from epoch to epoch, not what is in them."""
    from torch.utils.data import DataLoader

    pieces = [rows[at : at + batch_size] for at in range(0, len(rows), batch_size)]
    made = [(as_batch([graphs[row] for row in piece]), torch.tensor(y[piece], dtype=torch.float32)) for piece in pieces]
    return DataLoader(made, batch_size=None, shuffle=shuffle, generator=torch.Generator().manual_seed(seed))


def _changed(graphs, edges):
    if edges == "removed":
        return [molecules.without_edges(graph) for graph in graphs]
    if edges == "shuffled":
        return [molecules.shuffled_edges(graph, seed=row) for row, graph in enumerate(graphs)]
    return list(graphs)


# ---------------------------------------------------------------- solubility: the table


def rmse(y, y_hat) -> float:
    """Return the root of the mean squared error, in the unit of `y`.

    Examples
    --------
    >>> rmse([0.0, 0.0], [3.0, 4.0])
    3.5355339059327378
    """
    y, y_hat = np.asarray(y, dtype=float), np.asarray(y_hat, dtype=float)
    return float(np.sqrt(np.mean((y - y_hat) ** 2)))


def _properties(task) -> np.ndarray:
    return task.table[list(data.molecules.PROPERTIES)].to_numpy(float)


def _mean(task, parts, seed):
    return np.full(len(task), task.y[parts.train].mean())


def _linear(task, parts, seed, columns=data.molecules.PROPERTIES):
    from sklearn.linear_model import LinearRegression

    X = evaluation.Standardiser().fit_transform(task.table[list(columns)].to_numpy(float), rows=parts.train)
    return LinearRegression().fit(X[parts.train], task.y[parts.train]).predict(X)


def _forest(task, parts, seed, fingerprint=False):
    from sklearn.ensemble import RandomForestRegressor

    X = data.molecules.fingerprints(task.structures) if fingerprint else _properties(task)
    forest = RandomForestRegressor(60, max_features=1 / 3, random_state=seed)
    return forest.fit(X[parts.train], task.y[parts.train]).predict(X)


BASELINES: dict[str, Callable] = {
    "mean of the training part": _mean,
    "logP, linear": partial(_linear, columns=("logp",)),
    "12 properties, linear": _linear,
    "12 properties, forest": _forest,
    "fingerprint, forest": partial(_forest, fingerprint=True),
}
NETWORKS: dict[str, dict] = {
    "GCN, mean": {"readout": "mean"},
    "GCN, sum": {},
    "GCN, sum, edges removed": {"edges": "removed"},
    "GCN, sum, edges shuffled": {"edges": "shuffled"},
    "GIN, sum": {"kind": "GIN"},
    "GIN with bond types, sum": {"kind": "bonds"},
}
DRAWN = ("12 properties, forest", "fingerprint, forest", *NETWORKS)  # what differs from seed to seed


def compare(
    task: molecules.Molecules,
    how: str,
    *,
    seeds: Sequence[int] = (0,),
    models: Sequence[str] | None = None,
    progress: bool = False,
) -> pd.DataFrame:
    """Train baselines and graph networks on the same rows; judge them by RMSE on the test rows.

    Parameters
    ----------
    task : molecules.Molecules
    how : {"random", "scaffold"}
        With "random" each seed has a split of its own, with "scaffold" all share the one there is.
    seeds : sequence of int
    models : sequence of str, optional
        Some of `BASELINES` and `NETWORKS`; all by default.
    progress : bool
        Show a bar.

    Returns
    -------
    pandas.DataFrame
        A row a model: RMSE (mean over the seeds), low and high (the range over the seeds; with one seed the 95 %
        bootstrap interval over scaffolds of the test part), runs.

    Raises
    ------
    ValueError
        If a model is not known.
    """
    from tqdm import tqdm

    names = [*BASELINES, *NETWORKS] if models is None else list(models)
    for name in names:
        validate.one_of("models", name, (*BASELINES, *NETWORKS))
    rows = []
    for name in tqdm(names, desc=f"{how} split", leave=False, disable=None if progress else True):
        drawn = name in DRAWN or how == "random"
        found = [_tested(task, how, name, seed) for seed in (seeds if drawn else seeds[:1])]
        rows.append({"model": name, "split": how, **_judged(task, found, drawn)})
    return pd.DataFrame(rows)


def _tested(task, how, name, seed):
    """The test rows and what is predicted for them."""
    if name in NETWORKS:
        trained = train_graph_net(task, how, seed=seed, split_seed=seed, **NETWORKS[name])
        return trained.parts.test, trained.tested()[1]
    parts = task.split(how, seed)
    return parts.test, BASELINES[name](task, parts, seed)[parts.test]


def _judged(task, found, drawn) -> dict:
    values = [rmse(task.y[test], y_hat) for test, y_hat in found]
    if len(values) > 1:
        low, high = min(values), max(values)
    else:
        test, y_hat = found[0]
        groups = np.array(task.scaffolds)[test]
        interval = evaluation.bootstrap_interval(rmse, task.y[test], y_hat, groups=groups, n=200)
        low, high = interval.low, interval.high
    return {"RMSE": float(np.mean(values)), "low": low, "high": high, "runs": len(values)}


# ---------------------------------------------------------------- who hears from whom


def hops(edge_index: Tensor, num_nodes: int, node: int) -> np.ndarray:
    """Return how many edges lie between a node and each other one; infinity where no way leads.

    Examples
    --------
    >>> hops(molecules.molecule_graph("CCO").edge_index, 3, 0)
    array([0., 1., 2.])
    """
    from scipy.sparse.csgraph import shortest_path

    validate.number("node", node, low=0, high=num_nodes - 1, integer=True)
    A = layers.adjacency(edge_index, num_nodes).numpy()
    return shortest_path(A.T, unweighted=True, indices=node)


def sensitivity(network: Callable[[Tensor, Tensor], Tensor], x: Tensor, edge_index: Tensor, node: int) -> np.ndarray:
    """Return how strongly one node's output depends on each node's input: the size of its gradient.

    Parameters
    ----------
    network : callable
        ``network(x, edge_index)`` gives features a node, such as a layer or several.
    x : torch.Tensor of shape (N, features)
    edge_index : torch.Tensor of int, shape (2, E)
    node : int
        Whose output.

    Returns
    -------
    numpy.ndarray of shape (N,)
        Exactly 0 where nothing can arrive.

    Examples
    --------
    >>> graph = molecules.molecule_graph("CCO")
    >>> sensitivity(layers.GCNLayer(22, 4, seed=0), graph.x, graph.edge_index, 0) > 0
    array([ True,  True, False])
    """
    x = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(network(x, edge_index)[node].sum(), x)
    return gradient.norm(dim=1).numpy()


class Stack(nn.Module):
    """From-scratch graph convolutions one after the other, with tanh between them; features a node.

    Examples
    --------
    >>> graph = molecules.molecule_graph("CCO")
    >>> Stack([22, 8, 8], seed=0)(graph.x, graph.edge_index).shape
    torch.Size([3, 8])
    """

    def __init__(self, sizes: Sequence[int], *, seed: int = 0):
        super().__init__()
        self.layers = nn.ModuleList(
            layers.GCNLayer(n_in, n_out, seed=seed + at) for at, (n_in, n_out) in enumerate(pairwise(sizes))
        )

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        """Return the features of each node after the last layer."""
        for layer in self.layers:
            x = torch.tanh(layer(x, edge_index))
        return x


class FlattenedMLP(nn.Module):
    """What not to do: the adjacency matrix and the features, written as one long row, through a perceptron.

    Parameters
    ----------
    num_nodes, num_features : int
        It can read graphs of this size only.

    Examples
    --------
    >>> graph = molecules.molecule_graph("CCO")
    >>> FlattenedMLP(3, 22)(graph.x, graph.edge_index).shape
    torch.Size([1])
    """

    def __init__(self, num_nodes: int, num_features: int, *, hidden_size: int = 16, seed: int = 0):
        super().__init__()
        with scoped_seed(seed):
            self.perceptron = nn.Sequential(
                nn.Linear(num_nodes * (num_nodes + num_features), hidden_size), nn.ReLU(), nn.Linear(hidden_size, 1)
            )

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        """Return one number for the graph."""
        A = layers.adjacency(edge_index, len(x))
        return self.perceptron(torch.cat([A.flatten(), x.flatten()]))


# ---------------------------------------------------------------- a block in the style of Graph Nets


class EdgeUpdate(nn.Module):
    """Step 1 of a block: each edge from its two ends, itself and the whole graph."""

    def __init__(self, nodes: int, edges: int, whole: int):
        super().__init__()
        self.linear = nn.Linear(2 * nodes + edges + whole, edges)

    def forward(self, src, dst, edge_attr, u, batch):
        """Return the new features of each edge, (E, edges)."""
        return self.linear(torch.cat([src, dst, edge_attr, u[batch]], dim=1)).relu()


class NodeUpdate(nn.Module):
    """Step 2: each node from itself, the sum of the edges that arrive, and the whole graph."""

    def __init__(self, nodes: int, edges: int, whole: int):
        super().__init__()
        self.linear = nn.Linear(nodes + edges + whole, nodes)

    def forward(self, x, edge_index, edge_attr, u, batch):
        """Return the new features of each node, (N, nodes)."""
        heard = edge_attr.new_zeros(len(x), edge_attr.shape[1]).index_add(0, edge_index[1], edge_attr)
        return self.linear(torch.cat([x, heard, u[batch]], dim=1)).relu()


class GlobalUpdate(nn.Module):
    """Step 3: the whole graph from the sum of its nodes and itself."""

    def __init__(self, nodes: int, edges: int, whole: int):
        super().__init__()
        self.linear = nn.Linear(nodes + whole, whole)

    def forward(self, x, edge_index, edge_attr, u, batch):
        """Return the new features of each graph, (graphs, whole)."""
        return self.linear(torch.cat([layers.global_add(x, batch, len(u)), u], dim=1)).relu()


def graph_network_block(nodes: int, edges: int, whole: int, *, seed: int = 0):
    """Return a block that renews edges, then nodes, then the whole graph: torch-geometric's ``MetaLayer``.

    This is the block of the Graph Nets library, where convolutions are one of many special cases.

    Parameters
    ----------
    nodes, edges, whole : int
        Numbers a node, an edge, a graph.
    seed : int
        Fixes the starting weights.

    References
    ----------
    Battaglia and colleagues 2018, https://doi.org/10.48550/arXiv.1806.01261, algorithm 1.

    Examples
    --------
    >>> block, batch = graph_network_block(22, 4, 3), as_batch([molecules.molecule_graph("CCO")])
    >>> new = block(batch.x, batch.edge_index, batch.edge_attr, torch.zeros(1, 3), batch.batch)
    >>> [tuple(one.shape) for one in new]
    [(3, 22), (4, 4), (1, 3)]
    """
    from torch_geometric.nn import MetaLayer

    with scoped_seed(seed):
        return MetaLayer(*(update(nodes, edges, whole) for update in (EdgeUpdate, NodeUpdate, GlobalUpdate)))


# ---------------------------------------------------------------- over-smoothing


def differences_left(x: Tensor, edge_index: Tensor, num_layers: int) -> np.ndarray:
    """Return how different the nodes still are after 0, 1, … layers without weights, as a share of the start.

    Repeated averaging drives each node's number towards √(its neighbours + 1) times a number common to all; so the
    numbers are divided by that root before their spread is taken.

    Parameters
    ----------
    x : torch.Tensor of shape (N, features)
    edge_index : torch.Tensor of int, shape (2, E)
    num_layers : int

    Returns
    -------
    numpy.ndarray of shape (num_layers + 1,)
        1 at the start; 0 where all nodes of a connected graph say the same.

    References
    ----------
    Li, Han & Wu 2018, https://doi.org/10.1609/aaai.v32i1.11604, theorem 1.

    Examples
    --------
    >>> differences_left(torch.tensor([[1.0], [0.0], [0.0]]), molecules.molecule_graph("CCO").edge_index, 2).round(2)
    array([1.  , 0.44, 0.22])
    """
    A_hat = layers.normalized_adjacency(edge_index, len(x)).to(x.dtype)
    root = torch.sqrt(layers.adjacency(edge_index, len(x)).sum(dim=1) + 1).to(x.dtype)
    spreads = []
    for _ in range(num_layers + 1):
        spreads.append(float((x / root[:, None]).std(dim=0, correction=0).norm()))
        x = A_hat @ x
    return np.array(spreads) / (spreads[0] or 1.0)


@dataclass(frozen=True)
class Modules:
    """A simulated network of proteins in modules: which module a protein belongs to shows in whom it binds.

    Attributes
    ----------
    x : torch.Tensor of shape (N, features)
        Noisy measurements that hint at the module.
    edge_index : torch.Tensor of int, shape (2, E)
    y : torch.Tensor of int, shape (N,)
        The module.
    train, test : numpy.ndarray
        Nodes whose module is told, and the others.
    """

    x: Tensor
    edge_index: Tensor
    y: Tensor
    train: np.ndarray
    test: np.ndarray


def module_network(
    *, modules: int = 4, size: int = 40, inside: float = 0.18, between: float = 0.012, noise: float = 2.0, seed: int = 0
) -> Modules:
    """Simulate proteins in modules: bound more often inside a module than between two; half of the labels are told.

    Parameters
    ----------
    modules, size : int
        Number of modules, and proteins in each.
    inside, between : float
        Chance of an edge.
    noise : float
        Standard deviation of the measurements; each module has one measurement that is raised by 1.
    seed : int

    Examples
    --------
    >>> module_network(modules=2, size=5).x.shape
    torch.Size([10, 2])
    """
    rng = np.random.default_rng(validate.number("seed", seed, low=0, integer=True))
    y = np.repeat(np.arange(modules), size)
    chance = np.where(y[:, None] == y[None, :], inside, between)
    bound = np.triu(rng.random(chance.shape) < chance, k=1)
    edge_index = torch.tensor(np.stack(np.nonzero(bound | bound.T)))
    x = torch.tensor(np.eye(modules)[y] + noise * rng.normal(size=(len(y), modules)), dtype=torch.float32)
    order = rng.permutation(len(y))
    return Modules(x, edge_index, torch.tensor(y), order[: len(y) // 2], order[len(y) // 2 :])


class DeepNodes(nn.Module):
    """Many graph convolutions for nodes: plain, or reminded of the start at each layer.

    Plain is torch-geometric's ``GCNConv`` again and again; reminded is ``GCN2Conv``, which mixes a tenth of the first
    layer's numbers into each later one and keeps each layer near to changing nothing. Made for one graph: Â is computed
    once and kept.

    References
    ----------
    Chen, Wei, Huang, Ding & Li 2020, https://doi.org/10.48550/arXiv.2007.02133.
    """

    def __init__(self, in_features: int, classes: int, depth: int, *, reminded: bool = False, seed: int = 0):
        super().__init__()
        from torch_geometric import nn as pyg

        self.reminded, hidden = reminded, 16
        with scoped_seed(seed):
            self.enter, self.leave = nn.Linear(in_features, hidden), nn.Linear(hidden, classes)
            if reminded:
                made = (pyg.GCN2Conv(hidden, alpha=0.1, theta=0.5, layer=at, cached=True) for at in range(1, depth + 1))
            else:
                made = (pyg.GCNConv(hidden, hidden, cached=True) for _ in range(depth))
            self.convolutions = nn.ModuleList(made)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        """Return a logit a class, (N, classes)."""
        start = x = self.enter(x).relu()
        for convolution in self.convolutions:
            x = (convolution(x, start, edge_index) if self.reminded else convolution(x, edge_index)).relu()
        return self.leave(x)


def depth_table(
    network: Modules, depths: Sequence[int] = (2, 4, 8, 16), *, seeds: Sequence[int] = (0,), steps: int = 80
) -> pd.DataFrame:
    """Train plain and reminded networks of several depths on the told modules; judge them on the others.

    Returns
    -------
    pandas.DataFrame
        ``depth``, ``kind`` ("plain" or "reminded of the start"), ``seed``, ``accuracy``.
    """
    rows = []
    for reminded, kind in ((False, "plain"), (True, "reminded of the start")):
        for depth in depths:
            for seed in seeds:
                rows.append((depth, kind, seed, _node_accuracy(network, depth, reminded, seed, steps)))
    return pd.DataFrame(rows, columns=["depth", "kind", "seed", "accuracy"])


def _node_accuracy(network, depth, reminded, seed, steps):
    model = DeepNodes(network.x.shape[1], int(network.y.max()) + 1, depth, reminded=reminded, seed=seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01, weight_decay=5e-4)
    for _ in range(steps):
        optimizer.zero_grad()
        logits = model(network.x, network.edge_index)
        nn.functional.cross_entropy(logits[network.train], network.y[network.train]).backward()
        optimizer.step()
    with torch.no_grad():
        said = model(network.x, network.edge_index).argmax(dim=1)
    return float((said == network.y)[network.test].float().mean())
