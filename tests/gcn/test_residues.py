"""Companion 07b, residues as nodes: states and classes by their rules, and what the models are worth (S79, S80)."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers.data import simulate, structures
from bioml_helpers.gcn import layers, residues


@pytest.fixture(scope="module")
def found():
    return residues.chains(quiet=True)


@pytest.fixture
def real(found, need_real_data):
    need_real_data("small_chains")
    return found


def helix(length=12, hand=1):
    turn = np.radians(100) * np.arange(length)
    return np.stack([2.3 * np.cos(turn), hand * 2.3 * np.sin(turn), 1.5 * np.arange(length)], axis=1)


def sheet(same_way, length=8, apart=4.8):
    y = 3.3 * np.arange(length)
    pleat = 0.9 * (-1.0) ** np.arange(length)
    one = np.stack([np.zeros(length), y, pleat], axis=1)
    other = one + [apart, 0, 0]
    bridge = np.array([[0, 40.0, 20.0], [0, 43.0, 20.0], [0, 46.0, 20.0]])
    return np.concatenate([one, bridge, other if same_way else other[::-1]])


def test_a_right_handed_helix_is_one_and_its_mirror_image_is_not():
    assert residues.states(helix()) == "H" * 12
    assert "H" not in residues.states(helix(hand=-1))


@pytest.mark.parametrize("same_way", [True, False])
def test_strands_are_paired_the_way_they_run(same_way):
    parallel, opposite = residues.strand_pairs(sheet(same_way))
    assert (parallel.sum() > 0) == same_way and (opposite.sum() > 0) != same_way
    assert np.array_equal(parallel, parallel.T) and np.array_equal(opposite, opposite.T)
    assert residues.states(sheet(same_way)).count("E") >= 10


def test_a_strand_alone_is_no_sheet():
    assert "E" not in residues.states(sheet(True, apart=12.0))


def test_states_do_not_depend_on_where_a_chain_lies():
    ca = simulate.small_chains(4, seed=5)["ca"][2]
    turn, _ = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    assert residues.states(ca) == residues.states(ca @ turn + 7)


def test_contacts_are_those_of_the_distances_and_the_chain():
    cb = np.random.default_rng(0).normal(0, 6, (20, 3))
    edges = {tuple(pair) for pair in residues.contacts(cb).tolist()}
    apart = structures.distances(cb)
    assert edges == {(i, j) for i in range(20) for j in range(i + 1, 20) if apart[i, j] < 8 or j == i + 1}


def test_a_graph_is_one_chain(found):
    name = found.table["name"].iloc[3]
    graph = found.graph(name)
    assert graph.num_nodes == len(found.table["sequence"].iloc[3]) and graph.is_undirected()
    assert graph.x.shape[1] == 21 and 0.15 <= graph.y.float().mean() <= 0.25


def test_no_family_is_in_two_folds(found):
    fold = residues.family_folds(found)
    for family in np.unique(found.family):
        assert len(set(fold[found.family == family])) == 1


@pytest.mark.parametrize("readout", ["sum", "mean", "max"])
def test_readouts_are_the_chapters(readout):
    X = torch.randn(9, 3, generator=torch.Generator().manual_seed(0))
    chain = torch.tensor([0, 0, 1, 1, 1, 1, 2, 2, 2])
    network = residues.FoldReader(3, readout=readout, num_folds=2, seed=1).eval()
    H = network.residues(X).relu()[:, 1]
    theirs = {"sum": layers.global_add, "mean": layers.global_mean, "max": layers.global_max}[readout](H, chain)
    theirs = theirs / (100 if readout == "sum" else 1)
    assert torch.allclose(network(X, chain)[1], theirs @ network.head[1] + network.bias[1], atol=1e-5)


def test_the_number_of_a_chain_does_not_matter():
    X = torch.randn(8, 3, generator=torch.Generator().manual_seed(0))
    network = residues.FoldReader(3, seed=1).eval()
    one = network(X, torch.tensor([0, 0, 0, 1, 1, 1, 1, 1]))
    order = torch.tensor([3, 4, 5, 6, 7, 0, 1, 2])
    other = network(X[order], torch.tensor([0, 0, 0, 0, 0, 1, 1, 1]))
    assert torch.allclose(one.flip(1), other, atol=1e-5)


# ---------------------------------------------------------------- what the notebook says


def test_known_folds_have_their_class(real):
    known = {"1a6m": "all-α", "1bkr": "all-α", "1atz": "α/β", "1a70": "α+β", "1c9o": "all-β"}
    table = real.table.set_index("name")["fold_class"]
    assert {name: table[name] for name in known} == known


@pytest.mark.slow
def test_contacts_tell_mobile_residues_beyond_exposure(real):
    table = residues.mobile_residues(real).table.set_index("model")
    assert table.loc["exposure alone", "AP"] == pytest.approx(0.515, abs=0.01)
    assert table.loc["GCN on contacts", "gain_low"] > 0.02
    assert table.loc["GCN, contacts shuffled", "gain"] < 0
    assert table.loc["window of sequence", "AP"] < table.loc["exposure alone", "AP"]
    assert table.loc["exposure, averaged over contacts", "gain_low"] > 0.01


@pytest.mark.slow
def test_contacts_tie_with_composition_and_direction_is_ahead(real):
    table = residues.class_table(real).set_index(["model", "readout"])["accuracy"]
    assert abs(table["contacts", "sum"] - table["composition, forest", "mean"]) < 0.08
    for readout in ("sum", "mean"):
        assert table["contacts with direction", readout] > table["composition, forest", "mean"] + 0.08
    assert table["contacts with direction", "max"] < table["contacts with direction", "sum"] - 0.03
