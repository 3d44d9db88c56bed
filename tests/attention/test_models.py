"""What chapter 6 claims about recall and about signal peptides, and the tools that look into a trained reader."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from bioml_helpers import attention, data, evaluation
from bioml_helpers.attention import models

SEEDS = range(5)


def scores(kind, distance, seeds=SEEDS):
    return [attention.recall_score(attention.train_recaller(kind, distance, seed=seed), distance) for seed in seeds]


# ---------------------------------------------------------------- recall: S67, S68


@pytest.mark.slow
@pytest.mark.parametrize("distance", [5, 20, 50, 100])
def test_attention_recalls_at_every_distance_and_looks_at_the_flag_from_five_seeds(distance):
    accuracy, weight = zip(*scores("attention", distance), strict=True)
    assert min(accuracy) >= 0.98
    assert min(weight) >= 0.6


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_recurrent_networks_fail_at_20_bases_within_the_same_budget(kind):
    assert max(accuracy for accuracy, _ in scores(kind, 20, seeds=range(2))) <= 0.6


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
def test_recurrent_networks_guess_at_50_bases_within_the_same_budget_from_five_seeds(kind):
    accuracy = [one for one, _ in scores(kind, 50)]
    assert 0.20 <= min(accuracy) and max(accuracy) <= 0.30


@pytest.mark.slow
def test_attention_on_top_of_a_recurrent_network_recalls():
    accuracy, weight = attention.recall_score(attention.train_recaller("RNN + attention", 50), 50)
    assert accuracy >= 0.98 and weight >= 0.6


def test_a_recurrent_network_recalls_at_five_bases():
    assert scores("RNN", 5, seeds=[0])[0][0] >= 0.9


def test_order_is_asked_and_only_positions_tell_it():
    with_positions = attention.train_recaller("attention", None, positions=True)
    without = attention.train_recaller("attention", None, positions=False)
    assert attention.recall_score(with_positions, None)[0] >= 0.95
    assert attention.recall_score(without, None)[0] == pytest.approx(0.625, abs=0.06)  # both found, a coin tossed


def test_the_flag_stands_where_it_is_said_and_the_base_under_it_is_asked_for():
    drawn = attention.flagged(50, 12, seed=4)
    assert (drawn.X[:, :, 4].argmax(dim=1) == drawn.flag).all()
    assert (drawn.X[torch.arange(50), drawn.flag, :4].argmax(dim=1) == drawn.y).all()
    assert (drawn.X.shape[1] - 1 - drawn.flag == 12).all()


def test_two_flags_stand_apart_and_the_first_is_asked_for():
    drawn = attention.two_flags(200, seed=1)
    flags = drawn.X[:, :, 4]
    assert (flags.sum(dim=1) == 2).all()
    assert (flags.argmax(dim=1) == drawn.flag).all()
    assert (drawn.X[torch.arange(200), drawn.flag, :4].argmax(dim=1) == drawn.y).all()


def test_the_budget_is_kept_with_the_network():
    network = attention.train_recaller("RNN", 5, steps=2, hidden_size=7, seed=3)
    assert {name: network.budget[name] for name in ("distance", "steps", "hidden_size", "seed")} == {
        "distance": 5, "steps": 2, "hidden_size": 7, "seed": 3,
    }  # fmt: skip
    assert math.isnan(attention.recall_score(network, 5, n=20)[1])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: attention.Recaller("transformer"), "kind: expected one of"),
        (lambda: attention.train_recaller("RNN", 5, steps=0), "steps: expected"),
        (lambda: attention.flagged(3, -1), "expected a number"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# ---------------------------------------------------------------- cost: S69's price


def test_maps_grow_with_the_square_of_the_length():
    cost = attention.attention_cost([50, 100, 200], repeats=1)
    assert cost["weights"].tolist() == [4 * length**2 for length in (50, 100, 200)]


# ---------------------------------------------------------------- signal peptides


@pytest.fixture(scope="module")
def task():
    return attention.signal_task(quiet=True)


@pytest.fixture(scope="module")
def trained(task):
    train, _ = task.rows(5)
    return attention.train_signal_reader(task, train)[0]


@pytest.fixture
def real(task, trained, need_real_data):
    need_real_data("signal_peptides")
    return task, trained


@pytest.mark.slow
def test_the_reader_on_the_fifth_fold(real):
    task, reader = real
    _, test = task.rows(5)
    logits = attention.logits_of(reader, task.X[test])
    assert evaluation.auroc(task.y[test], logits) >= 0.96  # 0.97 to 0.99 over folds and seeds
    assert attention.mcc(task.y[test], logits) >= 0.68  # 0.75 to 0.83


@pytest.mark.slow
def test_early_membrane_helices_draw_far_more_false_alarms(real):
    task, reader = real
    _, test = task.rows(5)
    logits, negative, helix = attention.logits_of(reader, task.X[test]), task.y[test] == 0, task.helix[test]
    with_helix, others = ((logits[negative & (helix == which)] > 0).mean() for which in (True, False))
    assert with_helix >= 0.06 and with_helix >= 4 * others


@pytest.mark.slow
def test_the_baselines_stand_in_the_table_and_composition_is_the_worst(real):
    task, reader = real
    train, test = task.rows(5)
    logits = attention.signal_baselines(task, train, test)
    table = attention.signal_scores(
        task, test, {**logits, "transformer": attention.logits_of(reader, task.X[test])}
    ).set_index("model")
    assert list(table.index) == ["composition", "one-hot", "transformer"]
    assert (table["AUROC low"] <= table["AUROC"]).all() and (table["AUROC"] <= table["AUROC high"]).all()
    assert table.loc["composition", "AUROC high"] < table.loc["one-hot", "AUROC low"]
    # what the prose says: the intervals of one-hot and transformer overlap
    assert table.loc["one-hot", "MCC low"] < table.loc["transformer", "MCC"]
    assert table.loc["transformer", "MCC low"] < table.loc["one-hot", "MCC high"]


@pytest.mark.slow
def test_most_attended_residues_matter_less_than_those_with_the_largest_effect(real):
    task, reader = real
    _, test = task.rows(5)
    signal = task.table.iloc[test].query("has_signal")["sequence"].iloc[:40]
    fell = attention.deletion_test(reader, signal).median()
    assert fell["effect"] > fell["attention"] + 0.5
    assert abs(fell["attention"] - fell["random"]) < 1  # what the prose says: no better marked than at random


def test_a_fold_is_held_out_whole_and_all_rows_are_used(task):
    train, test = task.rows(3)
    assert set(task.fold[test]) == {3} and 3 not in task.fold[train]
    assert len(train) + len(test) == len(task.y)
    data.splits.assert_no_group_overlap(task.fold[train], task.fold[test])
    with pytest.raises(ValueError, match="test_fold: expected one of"):
        task.rows(6)


def test_a_helix_is_never_counted_for_a_protein_with_a_signal(task):
    assert not (task.helix & (task.y == 1)).any()
    assert task.helix.sum() > 50


def test_tokens_number_residues_and_mark_padding():
    assert attention.tokens(["ACY*", ""], 5).tolist() == [[1, 2, 20, 21, 0], [0, 0, 0, 0, 0]]


def test_composition_knows_no_order_and_one_hot_does():
    X = attention.tokens(["MKLLA", "ALLKM"], 6)
    shares, places = models.composition(X), models.residues(X)
    np.testing.assert_allclose(shares[0], shares[1])
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert (places[0] != places[1]).any() and places.sum() == 10


def test_mcc_is_scikit_learns():
    from sklearn.metrics import matthews_corrcoef

    rng = np.random.default_rng(0)
    y, logits = rng.integers(0, 2, 300), rng.normal(size=300)
    assert attention.mcc(y, logits) == pytest.approx(matthews_corrcoef(y, logits > 0))
    assert attention.mcc([0, 1], [-1.0, -1.0]) == 0


# ---------------------------------------------------------------- the task of 1988: S38


@pytest.mark.slow
def test_on_the_chains_of_1988_a_small_transformer_is_no_better_than_the_network_of_1988(need_real_data):
    need_real_data("secondary_structure")
    scores = [attention.experiment_1988(seed=seed) for seed in range(3)]
    assert 0.57 <= min(scores) and max(scores) <= 0.64  # always coil 0.547, published 0.643


def test_a_window_holds_its_residue_in_the_middle_and_zeros_beyond_the_ends():
    chains, _ = data.load("secondary_structure", quiet=True)
    X, y = models.windows_1988(chains.iloc[:2])
    residues = "".join(chains["residues"].iloc[:2])
    assert X.shape == (len(residues), 13) and len(y) == len(residues)
    assert (X[:, 6] == attention.tokens([residues], len(residues))[0]).all()
    assert (X[0, :6] == 0).all() and (X[-1, 7:] == 0).all()


# ---------------------------------------------------------------- looking in


def test_the_logit_is_the_weighted_sum_of_votes_and_padding_has_no_weight():
    reader = attention.SignalReader(seed=1).eval()
    X = attention.tokens(["MKLLALALAA", "MKLL"], 12)
    weights, votes = reader.votes(X)
    torch.testing.assert_close(reader(X), (weights * votes).sum(dim=1))
    assert (weights[X == 0] == 0).all()
    torch.testing.assert_close(reader(X)[1:], reader(attention.tokens(["MKLL"], 4)), atol=1e-6, rtol=1e-5)


def test_without_positions_a_protein_is_a_bag_of_residues():
    bag, ordered = (attention.SignalReader(positions=positions).eval() for positions in (False, True))
    X = attention.tokens(["MKLLALRTYW", "WYTRLALLKM"], 10)
    assert torch.allclose(*bag(X), atol=1e-6)
    assert (ordered(X)[0] - ordered(X)[1]).abs() > 1e-4


def test_a_reading_holds_what_the_network_did():
    reader = attention.SignalReader(seed=2).eval()
    seen = attention.read(reader, "MKLLALALAA")
    assert seen.probability == pytest.approx(torch.sigmoid(torch.tensor(seen.weights @ seen.votes)).item(), abs=1e-6)
    hidden = attention.read(reader, "MKLLALALAA", [3])
    assert hidden.letters == "MKLXALALAA"
    assert hidden.weights @ hidden.votes - seen.weights @ seen.votes == pytest.approx(seen.without[3], abs=1e-5)
    with pytest.raises(ValueError, match="hidden: expected"):
        attention.read(reader, "MKLL", [4])


@pytest.mark.parametrize("seed", SEEDS)
def test_other_weights_give_the_same_logit(seed):
    rng = np.random.default_rng(seed)
    weights, votes = rng.dirichlet(np.full(40, 0.5)), rng.normal(size=40)
    other = attention.alternative_weights(weights, votes)
    assert other.min() >= 0 and other.sum() == pytest.approx(1)
    assert other @ votes == pytest.approx(weights @ votes)
    assert np.abs(other - weights).sum() / 2 > 0.9


def test_equal_votes_leave_no_choice():
    weights = np.array([0.2, 0.8])
    assert attention.alternative_weights(weights, [1.0, 1.0]).tolist() == weights.tolist()
