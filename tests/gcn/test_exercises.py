"""Each check of chapter 7 accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import dataclasses

import networkx
import numpy as np
import pandas as pd
import pytest
import torch
from support.exercises import Answers, assert_judges, assert_quiz
from torch_geometric import nn as pyg

from bioml_helpers import gcn, learning
from bioml_helpers.gcn import exercises, layers, models


def test_find_the_neuron():
    W = exercises.find_the_neuron_in().weight
    assert_judges(
        "gcn.neuron",
        right=[W[:, 2], W.detach().numpy()[:, 2], W[:, 2].tolist(), W.T[2]],
        wrong=[W[2], W[:, 3], W, W[:4, 2], 0.5],
    )


def test_ethanol():
    right = torch.tensor([[0, 1, 1, 2], [1, 0, 2, 1]])
    assert_judges(
        "gcn.1",
        right=[right, [[2, 1, 0, 1], [1, 2, 1, 0]], right.numpy(), gcn.molecule_graph("OCC").edge_index],
        wrong=[
            [[0, 1], [1, 2]],  # one direction
            [[0, 1, 1, 2, 0, 3], [1, 0, 2, 1, 3, 0]],  # a hydrogen
            [[0, 1, 1, 2, 0], [1, 0, 2, 1, 0]],  # a self-loop
            [[1, 2, 2, 3], [2, 1, 3, 2]],  # counted from 1
            right.T[:3],  # pairs as rows
            [[0, 1, 0, 2], [1, 0, 2, 0]],  # other bonds
            [[0, 1, 1, 2, 0, 1], [1, 0, 2, 1, 1, 0]],  # twice
            [0, 1, 2],
            "0-1-2",
            [[0.5, 1], [1, 0.5]],
        ],
    )


def test_one_update_by_hand():
    edges = torch.tensor([*exercises.HAND["edges"], *[(b, a) for a, b in exercises.HAND["edges"]]]).T
    exact = gcn.gcn_layer_scatter(torch.tensor(exercises.HAND["x"])[:, None], edges, torch.eye(1))[:, 0]
    assert_judges(
        "gcn.2",
        right=[exact, exact.numpy().round(3), [round(one, 4) for one in exact.tolist()]],
        wrong=[exact[:3], exact.flip(0), exact + 0.1, 4.0],
    )


# ---------------------------------------------------------------- scatter


def with_the_library(X, edge_index, W):
    layer = pyg.GCNConv(*W.shape, bias=False).double()
    layer.lin.weight.data = W.T.contiguous()
    return layer(X, edge_index).detach()


def with_a_matrix(X, edge_index, W):
    A = np.eye(len(X))
    A[edge_index[1].numpy(), edge_index[0].numpy()] = 1
    root = 1 / np.sqrt(A.sum(axis=1))
    return root[:, None] * A * root[None, :] @ X.numpy() @ W.numpy()


def with_loops(X, edge_index, W):
    graph = networkx.Graph(edge_index.T.tolist())
    graph.add_nodes_from(range(len(X)))
    H, out = X @ W, []
    for i in range(len(X)):
        near = [i, *graph.neighbors(i)]
        out.append(sum(H[j] / ((graph.degree(i) + 1) * (graph.degree(j) + 1)) ** 0.5 for j in near))
    return torch.stack(out)


def in_single_precision(X, edge_index, W):
    return torch.tensor(with_a_matrix(X, edge_index, W), dtype=torch.float32)


def test_a_layer_out_of_messages():
    one = torch.ones(1, 1).double()
    with_the_library(one, torch.tensor([[0], [0]]), one)  # the library is slow the first time
    assert_judges(
        "gcn.3",
        right=[with_the_library, with_a_matrix, with_loops, in_single_precision],
        wrong=[
            lambda X, edge_index, W: X @ W,
            lambda X, edge_index, W: with_loops(X, edge_index, W).relu(),
            lambda X, edge_index, W: with_loops(X, edge_index, W) + 1,
            lambda X, edge_index: X,
            gcn.gcn_layer_scatter,
        ],
    )


# ---------------------------------------------------------------- relabel


def relabel_with_argsort(x, edge_index, order):
    return x[order], torch.argsort(order)[edge_index]


def relabel_with_a_dictionary(x, edge_index, order):
    place = {old: new for new, old in enumerate(order.tolist())}
    edges = [[place[node] for node in row] for row in edge_index.tolist()]
    return [x[old].tolist() for old in order.tolist()], edges


def relabel_through_the_matrix(x, edge_index, order):
    A = layers.adjacency(edge_index, len(x))[order][:, order]
    return x[order], A.T.nonzero().T.flip(1)  # the edges in another order


def test_relabel():
    assert_judges(
        "gcn.4",
        right=[relabel_with_argsort, relabel_with_a_dictionary, relabel_through_the_matrix],
        wrong=[
            lambda x, edge_index, order: (x, edge_index),
            lambda x, edge_index, order: (x[torch.argsort(order)], order[edge_index]),
            lambda x, edge_index, order: (x[order], torch.argsort(order)[edge_index][:, 1:]),
            lambda x, edge_index, order: x[order],
        ],
    )


def test_the_order_of_the_lines():
    item = exercises.order
    right = [item.shown.index(line) + 1 for line in item.lines]
    assert_judges(
        "gcn.order",
        right=[right, ",".join(map(str, right)), tuple(right)],
        wrong=[right[::-1], right[:-1], [right[1], right[0], *right[2:]], [*right, 99]],
    )


# ---------------------------------------------------------------- solubility


@pytest.fixture(scope="module")
def task():
    """A stand-in of 150 molecules: quick to train on, and of the shape of the real ones."""
    from bioml_helpers.data import simulate

    table = simulate.solubility(150)
    return gcn.molecules._assembled(table, None, "log_solubility")


@pytest.fixture(scope="module")
def tables(task):
    some = ["mean of the training part", "GCN, sum", "GCN, sum, edges removed"]
    return [
        pd.DataFrame({"model": some, "split": how, "RMSE": values})
        for how, values in (("random", [2.0, 0.60, 0.71]), ("scaffold", [2.3, 0.88, 0.84]))
    ]


GAPS = {"random": 0.11, "scaffold": -0.04}


def test_solubility_on_new_scaffolds(task, tables):
    train = gcn.train_graph_net
    good = [
        train(task, "scaffold", seed=1, num_epochs=40, batch_size=16),
        train(task, "scaffold", seed=2, kind="GIN", num_epochs=40, batch_size=16),
    ]
    poor = train(task, "scaffold", readout="mean", num_epochs=1)
    early = train(task, "scaffold", num_epochs=1, learning_rate=1e-5)
    random = train(task, "random", num_epochs=1)
    leaked = dataclasses.replace(good[0], centre=float(task.y.mean()), scale=float(task.y.std()))
    exact = {table["split"][0]: float(table["RMSE"][2] - table["RMSE"][1]) for table in tables}
    assert_judges(
        "gcn.5",
        right=[Answers(good[0], GAPS, tables), Answers(good[1], exact, tables), Answers(good[0], exact, tables[::-1])],
        wrong=[
            Answers(poor, GAPS, tables),
            Answers(early, GAPS, tables),
            Answers(random, GAPS, tables),
            Answers(leaked, GAPS, tables),
            Answers(good[0], {how: -gap for how, gap in GAPS.items()}, tables),
            Answers(good[0], {"random": 0.3, "scaffold": -0.04}, tables),
            Answers(good[0], {"random": 0.11}, tables),
            Answers(good[0].network, GAPS, tables),
            Answers(good[0], GAPS),
        ],
    )
    assert models.rmse(*good[0].tested()) < 1.0
    for blank in (Answers(..., GAPS, tables), Answers(good[0], {"random": ..., "scaffold": ...}, tables)):
        assert learning.grade("gcn.5", *blank).status == "not attempted"


# ---------------------------------------------------------------- quizzes


@pytest.mark.parametrize(("name", "fewest"), [("gcn.warmup", 3), ("gcn.quiz", 5), ("gcn.recall", 3)])
def test_quizzes(name, fewest):
    assert_quiz(name, fewest)
