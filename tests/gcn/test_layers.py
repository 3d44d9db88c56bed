"""The layers of chapter 7 compute what torch-geometric's do, and have the properties that the chapter claims."""

from __future__ import annotations

import copy

import networkx
import numpy as np
import pytest
import torch
from torch_geometric import nn as pyg

from bioml_helpers import gcn
from bioml_helpers.gcn import layers, models


def random_graph(nodes, seed, *, features=5, share=0.3):
    rng = np.random.default_rng(seed)
    chosen = np.triu(rng.random((nodes, nodes)) < share, k=1)
    edges = torch.tensor(np.stack(np.nonzero(chosen | chosen.T)))
    x = torch.tensor(rng.normal(size=(nodes, features)), dtype=torch.float32)
    return x, edges[:, rng.permutation(edges.shape[1])]


GRAPHS = [random_graph(nodes, seed) for seed, nodes in enumerate([1, 2, 5, 12, 40])]
WEIGHTED = [(x, e, torch.rand(e.shape[1], generator=torch.Generator().manual_seed(1))) for x, e in GRAPHS]


def assert_equal_with_gradients(ours, theirs, ours_of, theirs_of, x):
    """Values and all gradients within 1e-6, for the same loss."""
    found = []
    for module, run in ((ours, ours_of), (theirs, theirs_of)):
        x_in = x.clone().requires_grad_()
        out = run(x_in)
        (out * torch.linspace(-1, 1, out.numel()).view_as(out)).sum().backward()
        found.append((out, x_in.grad, {p.shape: p.grad for p in module.parameters()}))
    (out, grad, own), (library, library_grad, other) = found
    torch.testing.assert_close(out, library, atol=1e-6, rtol=1e-6)
    torch.testing.assert_close(grad, library_grad, atol=1e-6, rtol=1e-6)
    for shape, gradient in own.items():
        wanted = other[shape] if shape in other else other[shape[::-1]].T
        torch.testing.assert_close(gradient, wanted, atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize(("x", "edges"), GRAPHS)
def test_the_gcn_layer_equals_gcnconv_in_value_and_gradient(x, edges):
    library = pyg.GCNConv(5, 3)
    with torch.no_grad():
        library.bias.normal_()
    ours = gcn.GCNLayer(5, 3).copy_from(library)
    assert_equal_with_gradients(ours, library, lambda z: ours(z, edges), lambda z: library(z, edges), x)


@pytest.mark.parametrize(("x", "edges", "weight"), WEIGHTED)
def test_edge_weights_count_as_in_gcnconv(x, edges, weight):
    library = pyg.GCNConv(5, 3)
    ours = gcn.GCNLayer(5, 3).copy_from(library)
    assert_equal_with_gradients(ours, library, lambda z: ours(z, edges, weight), lambda z: library(z, edges, weight), x)


def test_self_loops_that_are_there_and_edges_that_stand_twice_count_as_in_gcnconv():
    x, _ = GRAPHS[2]
    edges = torch.tensor([[0, 0, 1, 1, 0, 1, 2], [0, 1, 0, 2, 1, 0, 1]])
    library = pyg.GCNConv(5, 3)
    ours = gcn.GCNLayer(5, 3).copy_from(library)
    torch.testing.assert_close(ours(x, edges), library(x, edges), atol=1e-6, rtol=1e-6)
    dense = gcn.gcn_layer_dense(x, gcn.normalized_adjacency(edges, 5), ours.weight, ours.bias)
    torch.testing.assert_close(dense, library(x, edges), atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize(("x", "edges"), GRAPHS)
def test_matrix_and_messages_agree(x, edges):
    W, b = torch.randn(5, 4), torch.randn(4)
    dense = gcn.gcn_layer_dense(x, gcn.normalized_adjacency(edges, len(x)), W, b)
    torch.testing.assert_close(dense, gcn.gcn_layer_scatter(x, edges, W, b), atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("eps", [0.0, 0.3])
@pytest.mark.parametrize(("x", "edges"), GRAPHS)
def test_the_gin_layer_equals_ginconv_in_value_and_gradient(x, edges, eps):
    ours = gcn.GINLayer(5, 3, hidden_size=6, eps=eps, seed=1)
    library = pyg.GINConv(copy.deepcopy(ours.perceptron), eps=eps)
    library.nn.load_state_dict(ours.perceptron.state_dict())  # the library draws new weights when it is made
    assert_equal_with_gradients(ours, library, lambda z: ours(z, edges), lambda z: library(z, edges), x)


@pytest.mark.parametrize(
    ("ours", "library"),
    [
        (gcn.global_add, pyg.global_add_pool),
        (gcn.global_mean, pyg.global_mean_pool),
        (gcn.global_max, pyg.global_max_pool),
    ],
)
def test_read_outs_equal_the_librarys_an_empty_graph_included(ours, library):
    x, batch = -torch.rand(7, 3), torch.tensor([0, 0, 0, 1, 3, 3, 3])  # all below 0: a maximum of 0 would show
    torch.testing.assert_close(ours(x, batch, 4), library(x, batch, 4))


@pytest.mark.parametrize(("x", "edges"), GRAPHS)
def test_list_and_matrix_are_there_and_back_without_loss(x, edges):
    A = gcn.adjacency(edges, len(x))
    back = gcn.edge_list(A)
    assert sorted(map(tuple, back.T.tolist())) == sorted(map(tuple, edges.T.tolist()))
    assert torch.equal(gcn.adjacency(back, len(x)), A)


def test_the_matrix_is_networkxs():
    x, edges = GRAPHS[3]
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(x)))
    graph.add_edges_from(edges.T.tolist())
    np.testing.assert_array_equal(gcn.adjacency(edges, len(x)).numpy(), networkx.to_numpy_array(graph))


def test_a_direction_is_kept_in_the_matrix():
    edges = torch.tensor([[0], [1]])  # 0 speaks, 1 hears
    assert gcn.adjacency(edges, 2).tolist() == [[0, 0], [1, 0]]
    assert gcn.one_way_edges(edges) == [(0, 1)]
    assert gcn.one_way_edges(torch.tensor([[0, 1], [1, 0]])) == []


# ---------------------------------------------------------------- what the chapter claims


@pytest.mark.parametrize("hops", [1, 2, 3, 4])
def test_after_k_layers_a_node_depends_exactly_on_its_k_hop_neighbourhood(hops):
    x, edges = random_graph(30, seed=7, share=0.07)
    network = gcn.Stack([5, *[8] * hops], seed=3).double()
    graph = networkx.Graph(edges.T.tolist())
    graph.add_nodes_from(range(30))
    for node in range(0, 30, 4):
        heard = gcn.sensitivity(network, x.double(), edges, node) > 0
        within = networkx.single_source_shortest_path_length(graph, node, cutoff=hops)
        assert set(np.flatnonzero(heard)) == set(within)
    assert len(networkx.single_source_shortest_path_length(graph, 0)) > len(  # and not simply on all
        networkx.single_source_shortest_path_length(graph, 0, cutoff=1)
    )


def test_hops_are_networkxs():
    _, edges = random_graph(30, seed=7, share=0.07)
    graph = networkx.Graph(edges.T.tolist())
    graph.add_nodes_from(range(30))
    lengths = networkx.single_source_shortest_path_length(graph, 4)
    assert gcn.hops(edges, 30, 4).tolist() == [float(lengths.get(one, np.inf)) for one in range(30)]


@pytest.mark.parametrize("seed", range(5))
def test_relabelling_moves_node_outputs_and_keeps_the_graphs_but_not_the_flattened_perceptrons(seed):
    x, edges = random_graph(14, seed=20, features=6)
    order = torch.randperm(14, generator=torch.Generator().manual_seed(seed))
    place = torch.argsort(order)
    stack, whole = gcn.Stack([6, 8, 8], seed=1).double(), gcn.FlattenedMLP(14, 6, seed=1)
    before, after = stack(x.double(), edges), stack(x[order].double(), place[edges])
    torch.testing.assert_close(after, before[order], atol=1e-9, rtol=1e-9)
    for read_out in (gcn.global_add, gcn.global_mean, gcn.global_max):
        one = torch.zeros(14, dtype=torch.long)
        torch.testing.assert_close(read_out(after, one), read_out(before, one), atol=1e-9, rtol=1e-9)
    assert (whole(x, edges) - whole(x[order], place[edges])).abs().item() > 1e-3


def test_a_metalayer_block_does_edges_then_nodes_then_the_whole():
    batch = gcn.as_batch([gcn.molecule_graph(one) for one in ("CCO", "c1ccccc1O", "C")])
    block = gcn.graph_network_block(22, 4, 3, seed=2)
    u = torch.rand(3, 3)
    nodes, edges, whole = block(batch.x, batch.edge_index, batch.edge_attr, u, batch.batch)
    edge, node, last = (part.linear for part in (block.edge_model, block.node_model, block.global_model))
    for at, (a, b) in enumerate(batch.edge_index.T.tolist()):
        row = torch.cat([batch.x[a], batch.x[b], batch.edge_attr[at], u[batch.batch[a]]])
        torch.testing.assert_close(edges[at], edge(row).relu(), atol=1e-6, rtol=1e-5)
    for at in range(batch.num_nodes):
        heard = edges[batch.edge_index[1] == at].sum(dim=0)
        row = torch.cat([batch.x[at], heard, u[batch.batch[at]]])
        torch.testing.assert_close(nodes[at], node(row).relu(), atol=1e-6, rtol=1e-5)
    for at in range(3):
        row = torch.cat([nodes[batch.batch == at].sum(dim=0), u[at]])
        torch.testing.assert_close(whole[at], last(row).relu(), atol=1e-6, rtol=1e-5)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: gcn.adjacency(torch.tensor([0, 1]), 2), r"edge_index: expected a tensor of shape \(2, edges\)"),
        (lambda: gcn.adjacency([[0], [1]], 2), "edge_index: expected a tensor"),
        (lambda: gcn.adjacency(torch.tensor([[0], [5]]), 2), "edge_index: expected nodes 0 to 1, got 0 to 5"),
        (lambda: gcn.adjacency(torch.tensor([[0.0], [1.0]]), 2), "edge_index: expected whole numbers"),
        (lambda: gcn.adjacency(torch.tensor([[0], [1]]), 2, torch.ones(3)), "edge_weight: expected 1 numbers"),
        (lambda: gcn.edge_list(torch.zeros(2, 3)), "A: expected a square matrix"),
        (
            lambda: gcn.gcn_layer_dense(torch.ones(2, 3), torch.eye(3), torch.ones(3, 1)),
            r"A_hat: expected shape \(2, 2\)",
        ),
        (
            lambda: gcn.gcn_layer_scatter(torch.ones(2, 3), torch.tensor([[0], [1]]), torch.ones(2, 1)),
            r"W: expected shape \(3, out\)",
        ),
        (lambda: gcn.global_add(torch.ones(3, 1), torch.tensor([0, 0])), "batch: expected 3 numbers"),
        (lambda: gcn.global_add(torch.ones(2, 1), torch.tensor([0, 4]), 2), "num_graphs: expected at least 5"),
    ],
)
def test_what_does_not_fit_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


def test_a_seed_fixes_a_layer_and_leaves_other_random_numbers_alone():
    torch.manual_seed(0)
    expected = torch.rand(3)
    torch.manual_seed(0)
    one, two = gcn.GCNLayer(4, 3, seed=5), gcn.GCNLayer(4, 3, seed=5)
    assert torch.equal(one.weight, two.weight)
    assert torch.equal(torch.rand(3), expected)
    assert not torch.equal(layers.GCNLayer(4, 3, seed=6).weight, one.weight)
    assert models.GraphNet(22, seed=1).first.weight.equal(models.GraphNet(22, seed=1).first.weight)
