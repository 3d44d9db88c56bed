"""From scratch: a graph convolution, once with a matrix and once with messages, and what is read out of a graph.

A graph is a table of node features, `x` (nodes, features), and a list of edges, `edge_index` (2, edges): each column
says "from, to". An edge without a direction, a bond or an interaction, stands there twice, once each way.

Each node collects the features of its neighbours and its own, weighted by how many neighbours both ends have, and
passes the sum through a layer of neurons:

    X' = Â X W + b,   Â = D^(−1/2) (A + I) D^(−1/2)

Chapter 7 builds all of this. A is the adjacency matrix, I adds each node to its own neighbours (a self-loop), D holds
the number of neighbours, self-loop included.

References: Kipf & Welling 2017, https://doi.org/10.48550/arXiv.1609.02907 (the GCN; their equation 2); Xu, Hu, Leskovec
& Jegelka 2019, https://doi.org/10.48550/arXiv.1810.00826 (the GIN; their equation 4.1).
"""

from __future__ import annotations

from contextlib import contextmanager

import torch
from torch import Tensor, nn

from bioml_helpers.data import validate

# ---------------------------------------------------------------- edge list and matrix


def adjacency(edge_index: Tensor, num_nodes: int, edge_weight: Tensor | None = None) -> Tensor:
    """Write a list of edges as a matrix: row i says from whom node i hears.

    Parameters
    ----------
    edge_index : torch.Tensor of int, shape (2, E)
        From (row 0) and to (row 1).
    num_nodes : int
    edge_weight : torch.Tensor of shape (E,), optional
        1 by default. An edge that stands in the list twice counts twice.

    Returns
    -------
    torch.Tensor of shape (N, N)

    Raises
    ------
    ValueError
        If `edge_index` has another shape or names a node that is not there.

    Examples
    --------
    >>> adjacency(torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]]), 3)
    tensor([[0., 1., 0.],
            [1., 0., 1.],
            [0., 1., 0.]])
    """
    source, target = _check_edges(edge_index, num_nodes)
    weight = _check_weight(edge_weight, source)
    A = torch.zeros(num_nodes, num_nodes, dtype=weight.dtype, device=weight.device)
    return A.index_put((target, source), weight, accumulate=True)


def edge_list(A: Tensor) -> Tensor:
    """Write an adjacency matrix as a list of edges, the way back from `adjacency`.

    Parameters
    ----------
    A : torch.Tensor of shape (N, N)

    Returns
    -------
    torch.Tensor of int, shape (2, E)
        From and to, sorted by where an edge begins.

    Raises
    ------
    ValueError
        If the matrix is not square.

    Examples
    --------
    >>> edge_list(torch.tensor([[0, 1], [1, 0]]))
    tensor([[0, 1],
            [1, 0]])
    """
    if A.ndim != 2 or A.shape[0] != A.shape[1]:
        raise ValueError(f"A: expected a square matrix, got shape {tuple(A.shape)}.")
    return A.T.nonzero().T.contiguous()


def one_way_edges(edge_index: Tensor) -> list[tuple[int, int]]:
    """Return the edges whose way back is missing: none, where an edge list means bonds or interactions.

    Parameters
    ----------
    edge_index : torch.Tensor of int, shape (2, E)

    Returns
    -------
    list of (from, to)

    Examples
    --------
    >>> one_way_edges(torch.tensor([[0, 1, 1], [1, 0, 2]]))
    [(1, 2)]
    """
    edges = set(map(tuple, edge_index.T.tolist()))
    return sorted((a, b) for a, b in edges if (b, a) not in edges)


def normalized_adjacency(edge_index: Tensor, num_nodes: int, edge_weight: Tensor | None = None) -> Tensor:
    """Return Â: with a self-loop at each node, and each entry divided by √(dᵢ dⱼ).

    Parameters
    ----------
    edge_index : torch.Tensor of int, shape (2, E)
        Both directions of each edge. A self-loop that is in the list is kept and not added again.
    num_nodes : int
    edge_weight : torch.Tensor of shape (E,), optional

    Returns
    -------
    torch.Tensor of shape (N, N)
        Row i holds the weights with which node i sums up its neighbours and itself.

    References
    ----------
    Kipf & Welling 2017, https://doi.org/10.48550/arXiv.1609.02907, equation 2.

    Examples
    --------
    >>> normalized_adjacency(torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]]), 3)
    tensor([[0.5000, 0.4082, 0.0000],
            [0.4082, 0.3333, 0.4082],
            [0.0000, 0.4082, 0.5000]])
    """
    A = adjacency(edge_index, num_nodes, edge_weight)
    A = A + torch.diag((A.diagonal() == 0).to(A.dtype))  # A + I
    root = _one_over_root(A.sum(dim=1))  # (N,)
    return root[:, None] * A * root[None, :]


# ---------------------------------------------------------------- one graph convolution, twice


def gcn_layer_dense(X: Tensor, A_hat: Tensor, W: Tensor, b: Tensor | None = None) -> Tensor:
    """Compute one graph convolution with matrices: Â X W + b.

    Parameters
    ----------
    X : torch.Tensor of shape (N, features)
    A_hat : torch.Tensor of shape (N, N)
        As `normalized_adjacency` gives it.
    W : torch.Tensor of shape (features, out)
    b : torch.Tensor of shape (out,), optional

    Returns
    -------
    torch.Tensor of shape (N, out)

    Raises
    ------
    ValueError
        If the shapes do not fit.

    Examples
    --------
    >>> A_hat = normalized_adjacency(torch.tensor([[0, 1], [1, 0]]), 2)
    >>> gcn_layer_dense(torch.tensor([[1.0], [3.0]]), A_hat, torch.tensor([[10.0]])).round(decimals=3)
    tensor([[20.],
            [20.]])
    """
    if A_hat.shape != (len(X), len(X)):
        raise ValueError(f"A_hat: expected shape ({len(X)}, {len(X)}) for {len(X)} nodes, got {tuple(A_hat.shape)}.")
    _check_weights(X, W)
    out = A_hat @ (X @ W)  # (N, out)
    return out if b is None else out + b


def gcn_layer_scatter(
    X: Tensor, edge_index: Tensor, W: Tensor, b: Tensor | None = None, edge_weight: Tensor | None = None
) -> Tensor:
    """Compute one graph convolution with messages: as `gcn_layer_dense`, without the matrix.

    A protein network of 6,000 nodes has a matrix of 36 million numbers, nearly all 0; its edges are a few ten thousand.

    Parameters
    ----------
    X : torch.Tensor of shape (N, features)
    edge_index : torch.Tensor of int, shape (2, E)
        Both directions of each edge.
    W : torch.Tensor of shape (features, out)
    b : torch.Tensor of shape (out,), optional
    edge_weight : torch.Tensor of shape (E,), optional

    Returns
    -------
    torch.Tensor of shape (N, out)

    Raises
    ------
    ValueError
        If the shapes do not fit or an edge names a node that is not there.

    Examples
    --------
    >>> edge_index = torch.tensor([[0, 1], [1, 0]])
    >>> gcn_layer_scatter(torch.tensor([[1.0], [3.0]]), edge_index, torch.tensor([[10.0]])).round(decimals=3)
    tensor([[20.],
            [20.]])
    """
    _check_weights(X, W)
    source, target, weight = _with_self_loops(edge_index, len(X), edge_weight, X)
    degree = torch.zeros(len(X), dtype=X.dtype, device=X.device).index_add(0, target, weight)  # (N,)
    root = _one_over_root(degree)
    H = X @ W  # (N, out)
    messages = H[source] * (root[source] * weight * root[target])[:, None]  # (E + N, out), one a row
    out = torch.zeros_like(H).index_add(0, target, messages)  # add up what arrives at each node
    return out if b is None else out + b


class GCNLayer(nn.Module):
    """A graph convolution with its own weights; without an activation.

    Parameters
    ----------
    in_features, out_features : int
        Numbers a node before and after.
    bias : bool
    seed : int, optional
        Fixes the starting weights.

    Attributes
    ----------
    weight : torch.nn.Parameter of shape (in_features, out_features)
    bias : torch.nn.Parameter of shape (out_features,) or None

    Examples
    --------
    >>> layer = GCNLayer(3, 2, seed=0)
    >>> layer(torch.zeros(4, 3), torch.tensor([[0, 1], [1, 0]])).shape
    torch.Size([4, 2])
    """

    def __init__(self, in_features: int, out_features: int, *, bias: bool = True, seed: int | None = None):
        super().__init__()
        validate.number("in_features", in_features, low=1, integer=True)
        validate.number("out_features", out_features, low=1, integer=True)
        with _seeded(seed):
            self.weight = nn.Parameter(nn.init.xavier_uniform_(torch.empty(in_features, out_features)))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x: Tensor, edge_index: Tensor, edge_weight: Tensor | None = None) -> Tensor:
        """Return the new features of each node, (N, out_features)."""
        return gcn_layer_scatter(x, edge_index, self.weight, self.bias, edge_weight)

    def copy_from(self, library) -> GCNLayer:
        """Take over the weights of ``torch_geometric.nn.GCNConv`` (which keeps them turned round); return self."""
        with torch.no_grad():
            self.weight.copy_(library.lin.weight.T)
            if self.bias is not None:
                self.bias.copy_(library.bias)
        return self


class GINLayer(nn.Module):
    """A graph isomorphism layer: the plain sum over the neighbours, added to oneself, through a small perceptron.

    In words: perceptron((1 + ε) · own features + sum of the neighbours' features). Nothing is divided by a degree, so
    the layer can count: a node with four equal neighbours differs from one with two.

    Parameters
    ----------
    in_features, out_features : int
        Numbers a node before and after.
    hidden_size : int, optional
        Of the perceptron; `out_features` by default.
    eps : float
        How much more oneself counts.
    seed : int, optional
        Fixes the starting weights.

    References
    ----------
    Xu, Hu, Leskovec & Jegelka 2019, https://doi.org/10.48550/arXiv.1810.00826, equation 4.1.

    Examples
    --------
    >>> GINLayer(3, 2, seed=0)(torch.zeros(4, 3), torch.tensor([[0, 1], [1, 0]])).shape
    torch.Size([4, 2])
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        hidden_size: int | None = None,
        eps: float = 0.0,
        seed: int | None = None,
    ):
        super().__init__()
        hidden_size = out_features if hidden_size is None else hidden_size
        self.eps = validate.number("eps", eps)
        with _seeded(seed):
            self.perceptron = nn.Sequential(
                nn.Linear(in_features, hidden_size), nn.ReLU(), nn.Linear(hidden_size, out_features)
            )

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        """Return the new features of each node, (N, out_features)."""
        source, target = _check_edges(edge_index, len(x))
        heard = torch.zeros_like(x).index_add(0, target, x[source])  # (N, in_features)
        return self.perceptron((1 + self.eps) * x + heard)


# ---------------------------------------------------------------- from nodes to graphs


def global_add(x: Tensor, batch: Tensor, num_graphs: int | None = None) -> Tensor:
    """Read each graph out as the sum of its nodes: twice the nodes, twice the value.

    Parameters
    ----------
    x : torch.Tensor of shape (N, features)
    batch : torch.Tensor of int, shape (N,)
        To which graph each node belongs.
    num_graphs : int, optional
        The largest number in `batch` plus one by default.

    Returns
    -------
    torch.Tensor of shape (graphs, features)

    Raises
    ------
    ValueError
        If `batch` does not name one graph a node.

    Examples
    --------
    >>> global_add(torch.tensor([[1.0], [2.0], [5.0]]), torch.tensor([0, 0, 1]))
    tensor([[3.],
            [5.]])
    """
    num_graphs = _check_batch(x, batch, num_graphs)
    return x.new_zeros(num_graphs, x.shape[1]).index_add(0, batch, x)


def global_mean(x: Tensor, batch: Tensor, num_graphs: int | None = None) -> Tensor:
    """Read each graph out as the mean of its nodes: how many there are is forgotten. Arguments as for `global_add`.

    Examples
    --------
    >>> global_mean(torch.tensor([[1.0], [2.0], [5.0]]), torch.tensor([0, 0, 1]))
    tensor([[1.5000],
            [5.0000]])
    """
    num_graphs = _check_batch(x, batch, num_graphs)
    nodes = torch.bincount(batch, minlength=num_graphs).clamp(min=1)
    return global_add(x, batch, num_graphs) / nodes[:, None]


def global_max(x: Tensor, batch: Tensor, num_graphs: int | None = None) -> Tensor:
    """Read each graph out as the largest value of its nodes, number by number. Arguments as for `global_add`.

    A graph without nodes gets zeros.

    Examples
    --------
    >>> global_max(torch.tensor([[1.0, 9.0], [2.0, 0.0], [5.0, 0.0]]), torch.tensor([0, 0, 1]))
    tensor([[2., 9.],
            [5., 0.]])
    """
    num_graphs = _check_batch(x, batch, num_graphs)
    rows = batch[:, None].expand_as(x)
    return x.new_zeros(num_graphs, x.shape[1]).scatter_reduce(0, rows, x, "amax", include_self=False)


# ---------------------------------------------------------------- what comes in


@contextmanager
def _seeded(seed):
    """Draw starting weights that `seed` fixes; random numbers elsewhere stay as they were."""
    with torch.random.fork_rng(devices=[], enabled=seed is not None):
        if seed is not None:
            torch.manual_seed(seed)
        yield


def _one_over_root(degree: Tensor) -> Tensor:
    """1/√degree, and 0 where nothing arrives (weights may add up to 0)."""
    return torch.where(degree > 0, degree, 1).rsqrt() * (degree > 0)


def _with_self_loops(edge_index, num_nodes, edge_weight, X):
    """From, to and weight of each message, the node's own included once."""
    source, target = _check_edges(edge_index, num_nodes)
    weight = _check_weight(edge_weight, source).to(X.dtype)
    alone = torch.ones(num_nodes, dtype=torch.bool, device=X.device)
    alone[source[source == target]] = False  # a self-loop that is there already is kept
    own = alone.nonzero().flatten()
    return torch.cat([source, own]), torch.cat([target, own]), torch.cat([weight, weight.new_ones(len(own))])


def _check_edges(edge_index, num_nodes):
    if not isinstance(edge_index, Tensor) or edge_index.ndim != 2 or edge_index.shape[0] != 2:
        came = tuple(edge_index.shape) if hasattr(edge_index, "shape") else type(edge_index).__name__
        raise ValueError(f"edge_index: expected a tensor of shape (2, edges), from and to, got {came}.")
    if edge_index.is_floating_point() or edge_index.dtype == torch.bool:
        raise ValueError(f"edge_index: expected whole numbers of nodes, got {edge_index.dtype}.")
    if edge_index.numel() and not 0 <= int(edge_index.min()) <= int(edge_index.max()) < num_nodes:
        low, high = int(edge_index.min()), int(edge_index.max())
        raise ValueError(f"edge_index: expected nodes 0 to {num_nodes - 1}, got {low} to {high}.")
    return edge_index[0], edge_index[1]


def _check_weight(edge_weight, source) -> Tensor:
    if edge_weight is None:
        return torch.ones(len(source), device=source.device)
    if edge_weight.shape != source.shape:
        raise ValueError(
            f"edge_weight: expected {len(source)} numbers, one an edge, got shape {tuple(edge_weight.shape)}."
        )
    return edge_weight


def _check_weights(X, W) -> None:
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != W.shape[0]:
        raise ValueError(
            f"W: expected shape ({X.shape[-1]}, out) for {X.shape[-1]} features a node, got {tuple(W.shape)}."
        )


def _check_batch(x, batch, num_graphs) -> int:
    if batch.shape != x.shape[:1]:
        raise ValueError(f"batch: expected {len(x)} numbers, one a node, got shape {tuple(batch.shape)}.")
    found = int(batch.max()) + 1 if len(batch) else 0
    num_graphs = found if num_graphs is None else int(validate.number("num_graphs", num_graphs, low=0, integer=True))
    if found > num_graphs:
        raise ValueError(
            f"num_graphs: expected at least {found}, the largest number in batch and one, got {num_graphs}."
        )
    return num_graphs
