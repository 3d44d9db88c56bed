"""Companion 07b, proteins as nodes: the layer is torch-geometric's, shuffling keeps degrees, splits are kept."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch_geometric.nn import GCNConv

from bioml_helpers import evaluation
from bioml_helpers.gcn import layers, networks


@pytest.fixture(scope="module")
def found():
    return networks.interactome(quiet=True)


@pytest.fixture(scope="module")
def compared(found):
    return networks.essential(found)


@pytest.fixture
def real(found, need_real_data):
    need_real_data("yeast_interactome")
    return found


def some_edges(nodes=30, count=60, seed=0):
    pairs = np.sort(np.random.default_rng(seed).integers(nodes, size=(count, 2)), axis=1)
    return np.unique(pairs[pairs[:, 0] < pairs[:, 1]], axis=0)


# ---------------------------------------------------------------- the layer


def test_the_sparse_matrix_is_the_chapters():
    edges = some_edges()
    dense = layers.normalized_adjacency(networks.both_ways(edges), 30)
    assert torch.allclose(networks.normalized(edges, 30).to_dense(), dense, atol=1e-6)


def test_a_fold_equals_two_layers_of_torch_geometric_in_value_and_gradient():
    edges = some_edges()
    X = torch.randn(30, 5, generator=torch.Generator().manual_seed(1))
    network = networks.Folds(5, [networks.normalized(edges, 30)], own=False, num_folds=3, hidden_size=4, seed=2).eval()
    first, second = GCNConv(5, 4), GCNConv(4, 1)
    with torch.no_grad():
        first.lin.weight.copy_(network.first[0, 1].T)
        second.lin.weight.copy_(network.second[0, 1].T)
    edge_index = networks.both_ways(edges)
    theirs = second(first(X, edge_index).relu(), edge_index)[:, 0]
    ours = network(X)[:, 1, 0]
    assert torch.allclose(ours, theirs, atol=1e-5)
    ours.square().sum().backward()
    theirs.square().sum().backward()
    assert torch.allclose(network.first.grad[0, 1], first.lin.weight.grad.T, atol=1e-4)
    assert network.first.grad[0, [0, 2]].abs().max() == 0  # the folds do not touch each other


def test_without_matrices_it_is_an_ordinary_network():
    network = networks.Folds(3, own=True, num_folds=1, hidden_size=4, seed=1).eval()
    X = torch.randn(6, 3, generator=torch.Generator().manual_seed(0))
    plain = torch.relu(X @ network.first[0, 0] + network.first_bias[0]) @ network.second[0, 0] + network.second_bias[0]
    assert torch.allclose(network(X)[:, 0], plain, atol=1e-6)
    with pytest.raises(ValueError, match="own: expected True"):
        networks.Folds(3, own=False)


def test_no_fold_learns_from_its_own_labels():
    X = torch.randn(50, 3, generator=torch.Generator().manual_seed(0))
    y, fold = np.arange(50) % 2 == 0, networks.fold_of(50)
    changed = np.where(fold == 2, ~y, y)
    one, other = (networks.scores_of(X, labels, fold, num_epochs=5) for labels in (y, changed))
    assert np.allclose(one[fold == 2], other[fold == 2], atol=1e-6)
    assert not np.allclose(one[fold != 2], other[fold != 2], atol=1e-4)


# ---------------------------------------------------------------- shuffling, pairs


def test_rewiring_keeps_every_degree_and_makes_no_loop_nor_copy():
    edges = some_edges(60, 200)
    shuffled = networks.rewired(edges, seed=1)
    assert np.array_equal(np.bincount(edges.ravel(), minlength=60), np.bincount(shuffled.ravel(), minlength=60))
    pairs = {tuple(sorted(pair)) for pair in shuffled.tolist()}
    assert len(pairs) == len(edges) and all(a != b for a, b in pairs)
    assert len(pairs & {tuple(pair) for pair in edges.tolist()}) < 0.5 * len(edges)


@pytest.mark.parametrize("split", ["random", "proteins"])
@pytest.mark.parametrize("negatives", ["any", "same degree"])
def test_pairs_hold_their_promise(found, split, negatives):
    pairs = networks.pairs_for(found, split, negatives, seed=2)
    known = {tuple(pair) for pair in found.edges.tolist()}
    for drawn, part in ((pairs.train_negatives, pairs.train), (pairs.test_negatives, pairs.test)):
        as_set = {tuple(sorted(pair)) for pair in drawn.tolist()}
        assert len(as_set) == len(part) and not as_set & known
        if negatives == "same degree":
            assert np.array_equal(np.sort(drawn.ravel()), np.sort(part.ravel()))
    if split == "proteins":
        everyone = [set(np.concatenate(parts).ravel().tolist()) for parts in (pairs[::2], pairs[1::2])]
        assert not everyone[0] & everyone[1]
    else:
        assert not {tuple(p) for p in pairs.train.tolist()} & {tuple(p) for p in pairs.test.tolist()}


def test_a_neighbourhood_holds_all_partners_and_their_edges(found):
    name = networks.an_example(found)
    row = found.proteins.index(name)
    graph = networks.around(found, name)
    assert graph.names[0] == name and graph.num_nodes == found.degree[row] + 1
    assert graph.is_undirected() and int((graph.edge_index[0] == 0).sum()) == found.degree[row]
    inside = np.isin(found.edges, [found.proteins.index(one) for one in graph.names]).all(axis=1).sum()
    assert graph.num_edges == 2 * inside
    with pytest.raises(ValueError, match="protein: expected one of the"):
        networks.around(found, "nobody")


def test_average_precision_is_scikit_learns_with_ties_too():
    rng = np.random.default_rng(0)
    for _ in range(20):
        y, score = rng.random(40) < 0.3, rng.integers(6, size=40).astype(float)
        y[0] = True
        assert networks.average_precision(y, score) == pytest.approx(evaluation.auprc(y, score))


# ---------------------------------------------------------------- what the notebook says


def test_partners_seem_to_tell_what_only_study_tells():
    table = networks.study_table((1.0, 3.0), seed=1)
    assert (table["true partners"] - table["essential"]).abs().max() < 0.05
    assert table["found partners"].tolist()[0] < 0.27 and table["found partners"].tolist()[1] > 0.45


@pytest.mark.slow
def test_partners_add_a_little_and_who_they_are_matters(real, compared):
    table = compared.table.set_index(["model", "sees"])["AP"]
    both = "expression + degree"
    assert table["number of partners alone", "degree"] == pytest.approx(0.334, abs=0.01)
    assert table["no graph", "expression"] < table["GCN", "expression"]
    gained = networks.gain(real, compared, f"GCN beside own | {both}", f"no graph | {both}")
    assert 0 < gained.low and gained.estimate < 0.09
    shuffled = networks.gain(real, compared, f"GCN beside own | {both}", f"GCN beside own, edges shuffled | {both}")
    assert shuffled.low > 0.02
    assert table["GCN, edges shuffled", both] < table["no graph", both]


@pytest.mark.slow
def test_equal_degrees_leave_the_number_of_partners_nothing_to_tell(real, compared):
    both = "expression + degree"
    names = ["number of partners alone | degree", f"GCN beside own | {both}"]
    table = networks.by_degree(real, compared, names)
    assert (table[names[0]] - table["essential"]).max() < 0.08
    assert (table[names[1]] - table["essential"]).min() > 0.05


@pytest.mark.slow
def test_links_drop_to_a_coin_when_proteins_are_held_out(real):
    table = networks.link_table(real).set_index(["split", "negatives"])
    assert table.loc[("random", "any"), "degree alone"] > 0.84
    assert table.loc[("random", "any"), "GCN"] > 0.78
    assert 0.62 < table.loc[("random", "same degree"), "GCN"] < 0.76
    assert table.loc[("proteins", "same degree"), ["degree alone", "no graph", "GCN"]].max() < 0.6
    assert table.loc[("random", "same degree"), "GCN"] - table.loc[("proteins", "same degree"), "GCN"] > 0.1
