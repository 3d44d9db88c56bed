"""What chapter 9 says of networks on the chains of 1988 is so, from each of five starts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers import data, practice
from bioml_helpers.practice import models
from tests.support.skips import skip_or_fail

SEEDS = range(5)


@pytest.fixture(scope="module")
def task():
    if not data.is_real_available("secondary_structure"):
        skip_or_fail("the chains of 1988 are not at hand")
    return practice.structure_task(quiet=True)


@pytest.fixture(scope="module")
def last(task):
    return [practice.train_network(task, num_epochs=12, seed=seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def early(task):
    return [practice.train_network(task, num_epochs=12, patience=3, seed=seed) for seed in SEEDS]


@pytest.fixture(scope="module")
def dropped(task):
    return [practice.train_network(task, num_epochs=12, dropout=0.5, seed=seed) for seed in (0, 1)]


def test_the_parts_hold_whole_chains_and_every_residue(task):
    chains, _ = data.load("secondary_structure", quiet=True)
    assert task.chains == {"train": 90, "validation": 21, "test": 17}
    residues = len(task.train.y) + len(task.validation.y) + len(task.seal()._answer(models.make_network())[1])
    assert residues == chains["residues"].str.len().sum()
    assert 0.15 < len(task.validation.y) / (len(task.validation.y) + len(task.train.y)) < 0.25


def test_the_full_run_overfits_from_each_of_five_starts(task, last):
    for run in last:
        losses, seen = run.history.train_loss, run.history.validation_loss
        assert losses[-1] < 0.3 * losses[0]
        assert practice.accuracy(run.network, task.train) > 0.95
        assert 3 <= run.best_epoch <= 10
        assert seen[-1] > run.best_loss + 0.06
        assert run.history.metrics["accuracy"][-1] > run.history.metrics["accuracy"][run.best_epoch - 1] - 0.05


def test_early_stopping_is_not_behind_the_last_epoch_on_the_test_chains(task, last, early):
    sealed = task.seal()
    stopped, whole = ([sealed.score(run.network) for run in runs] for runs in (early, last))
    assert all(one >= other for one, other in zip(stopped, whole, strict=True))
    assert np.mean(stopped) > np.mean(whole) + 0.01
    for run in early:
        assert run.history.stopped_early and run.history.best_epoch == run.best_epoch
        with torch.no_grad():
            logits = run.network(torch.tensor(task.validation.X))
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor(task.validation.y)).item()
        assert loss == pytest.approx(run.best_loss, abs=1e-4)  # the best weights are back


def test_single_neurons_are_missed_less_after_dropout(task, last, early, dropped):
    worst, mean = (
        {name: [one(practice.knock_out(run.network, task.validation)["moved"]) for run in runs] for name, runs in kinds}
        for one, kinds in (
            (max, (("last", last), ("early", early), ("dropout", dropped))),
            (np.mean, (("last", last), ("dropout", dropped))),
        )
    )
    assert max(worst["dropout"]) < 0.75 * min(worst["last"])
    assert max(worst["dropout"]) < min(worst["early"])
    assert max(mean["dropout"]) < 0.7 * min(mean["last"])


def test_knocking_out_is_setting_a_neuron_to_zero(task):
    network = practice.make_network(6, seed=4)
    part = models.Windows(task.validation.X[:50], task.validation.y[:50], task.validation.chain[:50])
    table = practice.knock_out(network, part)
    before = practice.probabilities(network, part.X)
    for neuron in range(6):
        silent = practice.make_network(6, seed=4)
        with torch.no_grad():
            silent[-1].weight[:, neuron] = 0
        after = practice.probabilities(silent, part.X)
        assert table["moved"][neuron] == pytest.approx(np.abs(after - before).sum(axis=1).mean() / 2, abs=1e-5)
        assert table["changed"][neuron] == pytest.approx((after.argmax(1) != before.argmax(1)).mean(), abs=1e-6)


def test_weight_decay_lowers_the_validation_loss_of_the_last_epoch(task, last):
    for seed in range(1):
        strong = practice.train_network(task, num_epochs=12, weight_decay=3, seed=seed)
        middle = practice.train_network(task, num_epochs=12, weight_decay=1, seed=seed)
        none, some, most = (run.history.validation_loss[-1] for run in (last[seed], middle, strong))
        assert none - 0.05 > some > most
        assert most - strong.best_loss < 0.02


def test_shuffled_labels_are_learned_by_heart_and_help_nowhere_else(task):
    few = task.smaller(25)
    noise = practice.shuffled_labels(few.train)
    assert np.bincount(noise).tolist() == np.bincount(few.train.y).tolist()
    assert (noise == few.train.y).mean() < 0.45
    for seed in range(1):
        run = practice.train_network(few, labels=noise, num_epochs=40, learning_rate=5e-3, seed=seed)
        assert practice.accuracy(run.network, few.train, noise) > 0.98
        assert practice.accuracy(run.network, few.validation) < few.baseline - 0.05


def test_three_regimes_of_the_learning_rate(task):
    how = {"hidden_size": 40, "num_epochs": 6, "keep": "best"}
    best = {rate: practice.train_network(task, learning_rate=rate, **how).best_loss for rate in (1e-5, 3e-3, 1.0)}
    assert best[3e-3] < min(best[1e-5], best[1.0]) - 0.1


def test_the_same_seed_repeats_a_run_bit_by_bit(task):
    few = task.smaller(5)
    how = {"hidden_size": 10, "num_epochs": 2, "dropout": 0.3}
    one, same, other = (practice.train_network(few, seed=seed, **how) for seed in (1, 1, 2))
    assert practice.weights_hash(one.network) == practice.weights_hash(same.network)
    assert practice.weights_hash(one.network) != practice.weights_hash(other.network)
    assert one.history == same.history
    elsewhere = practice.train_network(few, seed=1, nudge=1e-7, **how)
    assert practice.weights_hash(elsewhere.network) != practice.weights_hash(one.network)
    np.testing.assert_allclose(elsewhere.history.train_loss, one.history.train_loss, atol=0.01)


def test_the_manifest_names_versions_seed_and_data(task):
    run = practice.train_network(task.smaller(3), hidden_size=4, num_epochs=1, seed=8)
    facts = practice.manifest(run, task.card)
    assert facts["seed"] == 8 and facts["torch"] == torch.__version__
    assert facts["data sha256"] == task.card.checksum[:16]
    assert facts["weights"] == practice.weights_hash(run.network)


def test_the_sealed_test_counts_and_gives_no_data(task):
    sealed, network = task.seal(), practice.make_network()
    assert sealed.reads == 0
    sealed.score(network, "first")
    interval = sealed.interval(network, "second")
    assert interval.low <= interval.estimate <= interval.high
    assert sealed.reads == 2 and sealed.log == ["first", "second"]
    assert repr(sealed) == "<sealed test set, read 2 times>"
    assert not any(isinstance(value, np.ndarray | torch.Tensor) for value in vars(sealed).values())
    with pytest.raises(AttributeError):
        sealed.reads = 0
    assert task.seal().reads == 0


def test_a_score_of_the_test_set_does_not_change_the_network(task):
    network = practice.make_network(5, dropout=0.5).train()
    before = practice.weights_hash(network)
    assert task.seal().score(network) == task.seal().score(network)  # dropout is off
    assert network.training and practice.weights_hash(network) == before


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda task: practice.train_network(task, keep="first"), "keep: expected one of"),
        (lambda task: practice.train_network(task, labels=np.zeros(3)), "labels: expected one for each"),
        (lambda task: practice.make_network(0), "hidden_size: expected"),
        (lambda task: task.smaller(91), "chains: expected a number between 1 and 90"),
    ],
)
def test_bad_input_is_named(task, call, says):
    with pytest.raises(ValueError, match=says):
        call(task)


def test_only_networks_with_one_hidden_layer_are_knocked_out(task):
    with pytest.raises(TypeError, match="network: expected one hidden layer"):
        practice.knock_out(torch.nn.Linear(273, 3), task.validation)
