"""Relations merged: the graph is PyTorch Geometric's, the walk the exact solution, the figures those of the text."""

from __future__ import annotations

import networkx
import numpy as np
import pandas as pd
import pytest
import torch

from bioml_helpers import data, evaluation
from bioml_helpers.data import simulate
from bioml_helpers.gcn import gcn_layer_scatter, hyperfoods, links, relations, relations_pictures

SMALL = {("drug", "gene"): [("a", "x"), ("b", "x")], ("food", "gene"): [("t", "y")], ("gene", "gene"): [("x", "y")]}

# ---------------------------------------------------------------- merging


def test_three_kinds_of_node_share_one_numbering():
    graph = relations.merge_graphs(SMALL)
    assert graph.kinds == ("drug", "gene", "food") and graph.num_nodes == 5
    assert [graph.number(kind, graph.labels[kind]).tolist() for kind in graph.kinds] == [[0, 1], [2, 3], [4]]
    assert graph.counts()["how many"].tolist() == [2, 2, 1, 2, 1, 1]


def test_the_merged_graph_is_pytorch_geometrics():
    from torch_geometric.data import HeteroData
    from torch_geometric.transforms import ToUndirected

    some, _ = relations.simulated(1)
    graph = relations.merge_graphs(some)
    hetero = HeteroData()
    for kind in graph.kinds:
        hetero[kind].num_nodes = len(graph.labels[kind])
    for (one, other), pairs in some.items():
        ends = [
            graph.number(kind, [pair[end] for pair in pairs]) - graph.first(kind)
            for end, kind in enumerate((one, other))
        ]
        hetero[one, "to", other].edge_index = torch.from_numpy(np.stack(ends))
    theirs = ToUndirected(merge=False)(hetero).to_homogeneous(dummy_values=False).edge_index
    assert set(map(tuple, theirs.T.tolist())) == set(map(tuple, graph.edge_index.T.tolist()))


def test_a_pair_given_twice_or_turned_round_is_one_edge():
    graph = relations.merge_graphs({("gene", "gene"): [("x", "y"), ("y", "x"), ("x", "y")]})
    assert graph.edge_index.tolist() == [[0, 1], [1, 0]]


def test_the_same_name_in_two_kinds_is_two_nodes():
    assert relations.merge_graphs({("drug", "gene"): [("insulin", "insulin")]}).num_nodes == 2


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({}, "expected at least one relation"),
        ({("gene", "gene"): [("x", "x")]}, "gene–gene: expected two different nodes, got 'x' twice"),
        ({("gene", "gene"): [("x", "y", "z")]}, "expected pairs of two labels"),
        ({("gene", "gene"): ["xy"]}, "expected pairs of two labels"),
        ({"gene": [("x", "y")]}, "expected keys such as"),
    ],
)
def test_bad_relations_are_named(bad, said):
    with pytest.raises(ValueError, match=said):
        relations.merge_graphs(bad)


def test_an_unknown_label_is_named():
    with pytest.raises(ValueError, match="expected labels of nodes of kind 'drug', got 'c'"):
        relations.merge_graphs(SMALL).number("drug", ["c"])


# ---------------------------------------------------------------- walking


@pytest.mark.parametrize("restart", [0.05, 0.5, 0.95])
def test_the_walk_solves_the_linear_system(restart):
    graph = relations.merge_graphs(relations.simulated(2)[0])
    sender, receiver = graph.edge_index.numpy()
    start = np.eye(graph.num_nodes)[:, [0, 100, 200]]
    P = np.zeros((graph.num_nodes, graph.num_nodes))
    P[receiver, sender] = 1 / np.bincount(sender)[sender]
    exact = np.linalg.solve(np.eye(len(P)) - (1 - restart) * P, restart * start)
    np.testing.assert_allclose(relations.propagate(graph.edge_index, start, restart), exact, atol=2e-7)


def test_the_walk_is_networkx_personalised_pagerank_even_with_a_lonely_node():
    net = networkx.gnp_random_graph(30, 0.1, seed=3)
    net.add_node(30)
    edges = np.array([pair for a, b in net.edges for pair in ((a, b), (b, a))]).T
    known = networkx.pagerank(net, alpha=0.7, personalization={0: 0.5, 30: 0.5}, tol=1e-12, max_iter=1000)
    start = np.zeros(31)
    start[[0, 30]] = 3.0  # scaled to 1
    found = relations.propagate(edges, start, restart=0.3, tolerance=1e-12)
    np.testing.assert_allclose(found, [known[node] for node in range(31)], atol=1e-8)


def test_the_walk_is_linear_in_its_start():
    graph = relations.merge_graphs(SMALL)
    both = relations.propagate(graph.edge_index, [1, 1, 0, 0, 0])
    each = relations.propagate(graph.edge_index, np.eye(5)[:, :2])
    np.testing.assert_allclose(both, each.mean(axis=1), atol=1e-7)


def test_where_nothing_starts_nothing_arrives():
    assert relations.propagate([[0, 1], [1, 0]], [[0, 1], [0, 0]])[:, 0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (([[0, 1], [1, 2]], [1, 0]), "edge_index: expected node numbers 0 to 1"),
        (([[0], [1]], [-1, 0]), "start: expected shape"),
        (([[0], [1]], [1, 0], 0), "restart: expected a number between"),
    ],
)
def test_bad_walks_are_named(arguments, said):
    with pytest.raises(ValueError, match=said):
        relations.propagate(*arguments)


# ---------------------------------------------------------------- ranking, simulated


def test_the_walk_finds_what_lists_and_counts_do_not_in_five_simulations():
    scores = pd.DataFrame(
        [
            relations.scores_of(relations.switch_relations(*relations.simulated(seed), relations.KINDS))
            for seed in range(5)
        ]
    )
    assert scores["similarity"].min() > 0.8
    assert scores["no_graph"].max() < 0.7 and scores["n_targets"].max() < 0.7


@pytest.mark.parametrize(("off", "expected"), [("gene-gene", 0.7), ("drug-gene", 0.5), ("food-gene", 0.5)])
def test_without_a_relation_nothing_is_left_to_find(off, expected):
    on = [name for name in relations.KINDS if name != off]
    score = relations.scores_of(relations.switch_relations(*relations.simulated(0), on))["similarity"]
    assert score <= expected


def test_restart_one_never_leaves_the_molecule():
    ranked = relations.switch_relations(*relations.simulated(0), relations.KINDS, restart=1)
    assert (ranked["similarity"] == 0).all()


def test_the_figure_says_what_the_walk_does():
    figure = relations_pictures.graph_merger()
    assert "All three relations" in figure.text and "squares" in figure.alt()
    figure.controls["gene_gene"].value = False
    assert "0 % of his time at drug A" in figure.text
    assert abs(relations_pictures.small_walk(relations.KINDS).sum() - 100) < 1e-4


# ---------------------------------------------------------------- links


def test_rejoined_pairs_keep_every_degree_and_hold_no_link():
    links_of = links.split_links(simulate.drug_links())
    known = links_of.train
    made = links.rejoined(known, known, seed=4)
    assert not set(zip(*made.tolist(), strict=True)) & set(zip(*known.tolist(), strict=True))
    assert made.shape[1] >= 0.97 * known.shape[1]
    lost = np.abs(np.bincount(known[1], minlength=64) - np.bincount(made[1], minlength=64)).sum()
    assert lost == known.shape[1] - made.shape[1]


def test_no_held_out_link_is_learned_from_and_the_degree_tells_nothing():
    table = simulate.drug_links()
    for seed in range(3):
        split = links.split_links(table, seed)
        held = {
            pair
            for part in (split.validation, split.test)
            for pair in zip(*part[0][:, part[1] == 1].tolist(), strict=True)
        }
        assert not held & set(zip(*split.train.tolist(), strict=True))
        assert abs(links.degree_auroc(split) - 0.5) < 0.05


def test_the_convolution_of_the_model_is_the_chapters_layer():
    split = links.split_links(simulate.drug_links())
    model = links.LinkModel("GCN", split, copies=2, seed=1)
    drug, gene = (torch.as_tensor(end) for end in split.train)
    edges = torch.stack([torch.cat([drug, gene + split.num_drugs]), torch.cat([gene + split.num_drugs, drug])])
    x = torch.cat([model.drugs[1], model.genes[1]])
    x = torch.relu(gcn_layer_scatter(x, edges, model.first[1]))
    torch.testing.assert_close(model.states()[1], gcn_layer_scatter(x, edges, model.second[1]), atol=1e-5, rtol=1e-4)


def test_classes_alone_know_no_drug_by_itself():
    split = links.split_links(simulate.drug_links())
    model = links.LinkModel("classes alone", split)
    assert not hasattr(model, "drugs") and not hasattr(model, "A_hat")


def test_on_real_links_a_convolution_adds_nothing_and_classes_are_ahead_over_five_splits(need_real_data):
    need_real_data("drug_targets")
    table = links.link_table(data.load("drug_targets", quiet=True)[0], seeds=range(5)).set_index("model")["mean"]
    assert table["gene degree"] == pytest.approx(0.5, abs=0.01)
    assert table["embeddings"] == pytest.approx(0.925, abs=0.015)
    assert abs(table["GCN"] - table["embeddings"]) < 0.015
    assert table["classes alone"] > max(table["embeddings"], table["GCN"]) + 0.02


# ---------------------------------------------------------------- hyperfoods


@pytest.fixture(scope="module")
def food():
    if not data.is_real_available("hyperfoods"):
        return None
    return tuple(data.load(name, quiet=True)[0] for name in ("hyperfoods", "hyperfoods_genes"))


def test_parts_of_a_fold_do_not_overlap():
    drugs = simulate.food_and_drugs()
    for fold in range(5):
        train, validation, test = hyperfoods.parts(drugs, fold)
        assert len(set(train) | set(validation) | set(test)) == len(drugs) == len(train) + len(validation) + len(test)


def test_a_step_of_the_profiles_is_the_chapters_layer():
    drugs, genes = simulate.food_and_drugs().head(20), simulate.gene_pairs()
    X = torch.tensor(hyperfoods.profiles(drugs, genes).toarray())
    a, b = torch.tensor(genes["a"].to_numpy()), torch.tensor(genes["b"].to_numpy())
    stepped = gcn_layer_scatter(X.T, torch.stack([torch.cat([a, b]), torch.cat([b, a])]), torch.eye(20)).T
    expected = stepped / stepped.norm(dim=1, keepdim=True)
    np.testing.assert_allclose(hyperfoods.profiles(drugs, genes, steps=1).toarray(), expected, atol=1e-5)


def test_the_baseline_without_graph_and_one_step_on_the_published_folds(need_real_data, food):
    need_real_data("hyperfoods", "hyperfoods_genes")
    table = hyperfoods.fold_table(*food).set_index("model")
    assert table.loc["list of genes", "F1"] == pytest.approx(0.64, abs=0.02)
    assert table.loc["list of genes", "AUPR"] == pytest.approx(0.715, abs=0.015)
    assert table.loc["one step on the graph", "AUPR"] < table.loc["list of genes", "AUPR"] - 0.02
    assert table.loc["number of genes", "AUPR"] < 0.25
    # the published mean lies within one standard deviation of the baseline
    for metric, (mean, _) in hyperfoods.PUBLISHED.items():
        assert abs(mean - table.loc["list of genes", metric]) < table.loc["list of genes", f"{metric} sd"]


def test_the_merged_real_graph_has_three_kinds_and_its_ranking_follows_the_lists(need_real_data, food):
    need_real_data("hyperfoods", "hyperfoods_genes")
    drugs, genes = food
    graph = hyperfoods.merged(drugs, genes)
    assert set(graph.kinds) == {"drug", "food", "gene"}
    assert graph.counts().set_index("what")["how many"].to_dict() == {
        "drug nodes": 2022, "gene nodes": 15135, "food nodes": 26,
        "drug–gene edges": 401766, "food–gene edges": 18507, "gene–gene edges": 177848,
    }  # fmt: skip
    ranked = hyperfoods.candidates(graph, drugs)
    assert ranked["molecule"].head(2).tolist() == ["ethanol", "acetic acid"]
    assert evaluation.spearman(ranked["similarity"], ranked["n_targets"]) > 0.9
    assert evaluation.spearman(ranked["similarity"], ranked["no_graph"]) > 0.95
    assert ranked.set_index("molecule").loc["folic acid", ["rank", "rank_no_graph"]].tolist() == [7, 7]


def test_no_word_of_the_companion_promises_an_effect(pytestconfig):
    from bioml_helpers.gcn.relations_exercises import banned_words

    text = (pytestconfig.rootpath / "chapters/source/07c_merged_relations.py").read_text(encoding="utf-8")
    assert banned_words(text) == []
    assert "candidate" in text
