"""Six proteins show what torch-geometric computes; every number of the figure stands in its picture and its table."""

from __future__ import annotations

import networkx
import numpy as np
import pytest
import torch
from torch_geometric.nn import GCNConv

from bioml_helpers import gcn
from bioml_helpers.figures.living import twin
from bioml_helpers.gcn import figures, pictures


def edges_as_tensor(state):
    pairs = [(i - 1, j - 1) for i, j in figures.edges_of(state)]
    return torch.tensor([*pairs, *[(j, i) for i, j in pairs]], dtype=torch.long).reshape(-1, 2).T


def words_of(figure):
    return [text.get_text() for axes in twin(figure.draw).axes for text in axes.texts]


@pytest.mark.parametrize("case", gcn.GraphFigure.golden_cases())
def test_each_layer_is_gcnconvs_with_the_same_weight(case):
    numbers = gcn.GraphFigure.compute(case)
    layer = GCNConv(1, 1).double()
    layer.lin.weight.data.fill_(1.0)
    x = torch.tensor(case["features"], dtype=torch.float64)[:, None]
    for shown in numbers["numbers"]:
        np.testing.assert_allclose(shown, x[:, 0].detach(), atol=1e-9)
        x = layer(x, edges_as_tensor(case))
    if case["layer"]:
        whole = sum(numbers["messages"])
        assert whole == pytest.approx(numbers["numbers"][case["layer"]][case["node"] - 1])
        assert numbers["sum"] == pytest.approx(sum(numbers["messages"][: case["step"]]))


@pytest.mark.parametrize("case", gcn.GraphFigure.golden_cases()[::4])
def test_hops_and_differences_left_are_those_of_the_library_and_the_models(case):
    numbers, edges = gcn.GraphFigure.compute(case), edges_as_tensor(case)
    graph = networkx.Graph(edges.T.tolist())
    graph.add_nodes_from(range(6))
    lengths = networkx.single_source_shortest_path_length(graph, case["node"] - 1)
    assert numbers["hops"] == [lengths.get(one, -1) for one in range(6)]
    x = torch.tensor(case["features"], dtype=torch.float64)[:, None]
    np.testing.assert_allclose(numbers["left"], gcn.differences_left(x, edges, 8), atol=1e-6)


def test_a_protein_three_interactions_away_is_heard_after_three_layers():
    counts = [len(gcn.GraphFigure(layer=layer, node=3).heard()) for layer in range(4)]
    assert counts == [1, 4, 5, 6]
    assert "F" not in gcn.GraphFigure(layer=2).heard()
    assert gcn.GraphFigure(layer=8, removed=4).heard() == ["A", "B", "C"]
    assert gcn.GraphFigure(layer=8, graph="no edges").heard() == ["C"]


def test_eight_layers_leave_little_of_the_differences():
    assert gcn.GraphFigure.compute(gcn.GraphFigure().state())["left"][8] < 0.15
    assert gcn.GraphFigure.compute(gcn.GraphFigure(graph="no edges").state())["left"] == [1.0] * 9


@pytest.mark.parametrize("shows", figures.SHOWS)
def test_every_number_stands_in_the_picture(shows):
    figure = gcn.GraphFigure(layer=2, step=2, node=4, shows=shows)
    numbers, words = figure.compute(figure.state()), words_of(figure)
    for at in range(1, 7):
        assert figure.shown(at, numbers) in words
        assert figures.PROTEINS[at - 1] in words
    assert set(figure.lines()) <= set(words)
    assert sum(line.startswith("→") for line in figure.lines()) == 2
    if shows == "output":
        assert figure.shown(1, numbers) == f"{1 / (1 + np.exp(-2 * numbers['numbers'][2][0])):.2f}"


def test_the_table_holds_what_the_picture_holds():
    figure = gcn.GraphFigure(layer=2, node=6)
    table, numbers = figure.table(), figure.compute(figure.state())
    assert table["neighbours"].tolist() == ["B C", "A C", "A B D", "C E", "D F", "E"]
    np.testing.assert_allclose(table["after"], np.round(numbers["numbers"][2], 2))
    np.testing.assert_allclose(table["before"], np.round(numbers["numbers"][1], 2))
    assert table["hops to F"].tolist() == [4, 4, 3, 2, 1, 0]


def test_the_sentence_changes_with_what_has_arrived():
    assert "collects from nobody yet" in gcn.GraphFigure(step=0).alt()
    assert "collects from C, A and holds 0.33" in gcn.GraphFigure(step=2).alt()
    assert "No layer yet" in gcn.GraphFigure(layer=0).alt()


def test_letters_are_large_enough():
    sizes = [text.get_fontsize() for axes in twin(gcn.GraphFigure().draw).axes for text in axes.texts]
    assert min(sizes) >= 11


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"layer": 9}, "layer: expected a number between 0 and 8"),
        ({"step": -1}, "step: expected a number between 0 and 6"),
        ({"node": 0}, "node: expected a number between 1 and 6"),
        ({"removed": 7}, "removed: expected a number between 0 and 6"),
        ({"graph": "mixed"}, "graph: expected one of"),
        ({"shows": "edges"}, "shows: expected one of"),
        ({"features": [1.0, 2.0]}, "features: expected"),
        ({"features": [9.0] * 6}, "features: expected six numbers from −2 to 2"),
    ],
)
def test_bad_states_are_named(change, says):
    with pytest.raises(ValueError, match=says):
        gcn.GraphFigure(**change)


# ---------------------------------------------------------------- pictures


def test_atoms_that_cannot_be_heard_are_marked_by_a_sign_and_not_by_colour_alone():
    graph = gcn.molecule_graph("CCCCO")
    sizes = gcn.sensitivity(gcn.Stack([22, 4]), graph.x, graph.edge_index, 0)
    (axes,) = pictures.influence("CCCCO", 0, {1: sizes}).axes
    assert [text.get_text() for text in axes.texts] == ["★", "", "0", "0", "0"]
    assert axes.get_title(loc="left") == "1 layer: 2 of 5 atoms"


def test_kinds_of_bonds_are_drawn_by_number_and_dash():
    fig = pictures.molecule("C=C")
    assert len(fig.axes[0].lines) == 2
    fig = pictures.molecule("C#N")
    assert len(fig.axes[0].lines) == 3
    assert [text.get_text() for text in fig.axes[0].texts] == ["C0", "N1"]
    fig = pictures.molecule("c1ccccc1")
    assert len({line.get_linestyle() for line in fig.axes[0].lines}) == 2
