"""The figures that chapter 5 quotes, and the models that give them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
import torch

from bioml_helpers import data, evaluation, rnn
from bioml_helpers.rnn import chains, forecasts, models

SEEDS = range(5)


# ---------------------------------------------------------------- torch's layers, and masks


@pytest.mark.parametrize("kind", models.KINDS)
def test_reading_without_packing_is_what_packing_computes(kind):
    torch.manual_seed(0)
    ours = models.Recurrent(4, 6, kind=kind, both=True).double()
    theirs = rnn.make_layer(4, 6, kind=kind, both=True).double()
    with torch.no_grad():
        for name, parameter in ours.ahead.named_parameters():
            getattr(theirs, name).copy_(parameter)
        for name, parameter in ours.back.named_parameters():
            getattr(theirs, f"{name}_reverse").copy_(parameter)
    lengths = torch.tensor([12, 5, 1, 9])
    mask = torch.arange(12) < lengths[:, None]
    X = torch.randn(4, 12, 4).double() * mask[..., None]
    packed = torch.nn.utils.rnn.pack_padded_sequence(X, lengths, batch_first=True, enforce_sorted=False)
    wanted, _ = torch.nn.utils.rnn.pad_packed_sequence(theirs(packed)[0], batch_first=True)
    outputs, said = ours(X)
    assert (said == mask).all()
    np.testing.assert_allclose(outputs.detach(), wanted.detach(), atol=1e-6, rtol=0)


@pytest.mark.parametrize("length", [20, 137, 500])
def test_any_length_becomes_32_numbers_and_padding_adds_nothing(length):
    rng = np.random.default_rng(length)
    X = torch.tensor(np.eye(4, dtype=np.float32)[rng.integers(0, 4, (3, length))])
    padded = torch.cat([X, torch.zeros(3, 60, 4)], dim=1)
    network, careless = rnn.Summariser(4, 32), rnn.Summariser(4, 32, masked=False)
    assert network.summary(X).shape == (3, 32)
    assert network(X).shape == (3,)
    assert (network.summary(X) - network.summary(padded)).abs().max() < 1e-6
    assert (careless.summary(X) - careless.summary(padded)).abs().max() > 1e-3


def test_networks_side_by_side_compute_what_each_computes_alone():
    both = models.SideBySide(2, 4, 5, both=True, seed=3)
    X = torch.randn(2, 7, 11, 4, generator=torch.Generator().manual_seed(0))
    for number in range(2):
        found = []
        for way in (0, 1):
            layer = rnn.make_layer(4, 5)
            with torch.no_grad():
                for name, own in zip(
                    ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"),
                    (both.W_x, both.W_h, both.b_x, both.b_h),
                    strict=True,
                ):
                    one = own[number + 2 * way]
                    getattr(layer, name).copy_(one.T if one.shape[0] > 1 else one[0])
            found.append(layer(X[number] if way == 0 else X[number].flip(1))[0].amax(dim=1))
        alone = (torch.cat(found, dim=1) @ both.v[number] + both.c[number])[:, 0]
        np.testing.assert_allclose(both(X)[number].detach(), alone.detach(), atol=1e-5)


# ---------------------------------------------------------------- one cell, or one a step


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_shared_weights_carry_over_to_longer_sequences_and_untied_ones_do_not(seed):
    networks = rnn.small_networks(seed=seed)
    assert rnn.on_longer_sequences(networks["tied"], 50) > 0.9
    assert rnn.on_longer_sequences(networks["untied"], 50) < 0.4
    with pytest.raises(ValueError, match="step 9 has no weights"):
        networks["untied"].probabilities(np.zeros((1, 9, 4)))
    sizes = {name: sum(p.size for cell in one.cells for p in cell.parameters) for name, one in networks.items()}
    assert sizes["untied"] == 8 * sizes["tied"]


def test_ends_of_stop_are_where_a_search_finds_them():
    X = models.random_dna(20, 30, seed=4)
    for row, marks in zip(data.encode.decode(X, channels_first=False), models.ends_of_stop(X), strict=True):
        assert [at for at in range(30) if row[max(0, at - 2) : at + 1] == "TGA"] == np.flatnonzero(marks).tolist()


# ---------------------------------------------------------------- binding at each base


@pytest.mark.slow
def test_reading_from_both_ends_finds_the_bound_bases_from_five_seeds():
    scores = []
    for seed in SEEDS:
        test = rnn.binding_sites(500, seed=1)
        trained = rnn.train_tagger(rnn.binding_sites(1500, seed=100 + seed), both=True, seed=seed)
        scores.append(evaluation.auprc(test.y.ravel(), trained.probabilities(test.X).ravel()))
        assert test.y.mean() == pytest.approx(0.07, abs=0.005)
    assert min(scores) >= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_reading_from_the_left_follows_bayes_rule(seed):
    test = rnn.binding_sites(500, seed=1)
    trained = rnn.train_tagger(rnn.binding_sites(1500, seed=100 + seed), both=False, seed=seed)
    said = trained.probabilities(test.X)
    exact = np.array([rnn.posterior(one) for one in test.sequences])
    best = evaluation.auprc(test.y.ravel(), exact.ravel())
    assert best - 0.06 < evaluation.auprc(test.y.ravel(), said.ravel()) < best + 0.02
    gap = rnn.along_the_site(said, test.start) - rnn.along_the_site(exact, test.start)
    assert np.abs(gap).max() < 0.16


def by_listing_every_case(sequence, site, fraction, read):
    """Bayes' rule written out: each place where a site may begin, and none, with the probability of what was read."""
    length, width = len(sequence), len(site)
    places = [None, *range(length - width + 1)]
    total, inside = 0.0, np.zeros(length)
    for place in places:
        weight = 1 - fraction if place is None else fraction / (len(places) - 1)
        for at in range(read):
            in_site = place is not None and place <= at < place + width
            weight *= (float(sequence[at] == site[at - place])) if in_site else 0.25
        total += weight
        if place is not None:
            inside[place : place + width] += weight
    return inside / total


@pytest.mark.parametrize(
    "sequence", ["".join(rows) for rows in itertools.islice(itertools.product("ACGT", repeat=5), 0, 1024, 97)]
)
def test_the_posterior_is_bayes_rule_written_out(sequence):
    site, fraction = "GAC", 0.3
    by_rule = [by_listing_every_case(sequence, site, fraction, t + 1)[t] for t in range(5)]
    np.testing.assert_allclose(rnn.posterior(sequence, site=site, fraction=fraction), by_rule, atol=1e-12)
    np.testing.assert_allclose(
        rnn.posterior(sequence, site=site, fraction=fraction, whole=True),
        by_listing_every_case(sequence, site, fraction, 5),
        atol=1e-12,
    )


def test_there_are_54_places_for_a_site():
    assert rnn.posterior("C" * 60)[0] == pytest.approx(0.0)
    first = rnn.posterior("T" + "C" * 59)[0]
    prior = 0.6 / 54
    assert first == pytest.approx(4 * prior / (4 * prior + 1 - prior))


# ---------------------------------------------------------------- order, and its loss


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_shuffled_letters_leave_at_most_what_composition_tells(seed):
    fitted, judged = rnn.sites_of_any_length(1000, seed=10 + seed), rnn.sites_of_any_length(500, seed=20 + seed)
    in_order = rnn.train_summariser(fitted, seed=seed).probabilities(judged.X)
    mixed, judged_mixed = rnn.shuffled(fitted), rnn.shuffled(judged)
    by_network = rnn.train_summariser(mixed, seed=seed).probabilities(judged_mixed.X)
    counted = rnn.composition_auroc(fitted, judged)
    assert 0.5 < counted < 0.68
    assert evaluation.auroc(judged.y, in_order) > 0.9
    assert evaluation.auroc(judged.y, by_network) < counted + 0.06


# ---------------------------------------------------------------- promoters


@pytest.mark.slow
def test_one_neuron_is_hard_to_beat_with_106_promoters(need_real_data):
    need_real_data("promoters")
    table, _ = data.load("promoters", quiet=True)
    y = table["is_promoter"].to_numpy(float)
    difference = []
    for seed in SEEDS:
        folds = rnn.folds_of(len(y), 5, seed=seed)
        by_neuron, by_gru = rnn.neuron_errors(table["sequence"], y, folds), rnn.gru_errors(table["sequence"], y, folds)
        assert by_neuron.sum() <= 14
        difference.append(by_gru.sum() - by_neuron.sum())
    assert np.mean(difference) > 0  # on no average over folds does the GRU win


def test_the_folds_hold_every_row_once_and_others_are_refused():
    folds = rnn.folds_of(106, 10, seed=3)
    assert sorted(np.concatenate(folds)) == list(range(106))
    table = data.simulate.promoters(5)
    with pytest.raises(ValueError, match="folds: expected each of the 10 rows in exactly one fold"):
        rnn.gru_errors(table["sequence"], table["is_promoter"], [np.arange(5), np.arange(4, 10)])


# ---------------------------------------------------------------- secondary structure


@pytest.mark.slow
def test_window_and_recurrent_network_on_cb513(need_real_data):
    need_real_data("netsurfp", "cb513")
    task = rnn.chain_task(1200, quiet=True)
    window = rnn.train_on_chains(task.fitted, recurrent=False, num_epochs=10)
    lstm = rnn.train_on_chains(task.fitted, recurrent=True, num_epochs=5)
    for part, majority, lowest in ((task.netsurfp, 0.377, 0.65), (task.cb513, 0.427, 0.62)):
        assert np.bincount(part.truth).max() / len(part.truth) == pytest.approx(majority, abs=0.001)
        scores = {name: rnn.q3_by_chain(part, rnn.states_of(one.network, part)) for name, one in
                  {"window": window, "lstm": lstm}.items()}  # fmt: skip
        assert min(score.estimate for score in scores.values()) > lowest
        assert abs(scores["lstm"].estimate - scores["window"].estimate) < 0.03


@pytest.mark.slow
def test_a_recurrent_network_does_not_beat_the_window_on_the_chains_of_1988(need_real_data):
    need_real_data("secondary_structure")
    table, _ = data.load("secondary_structure", quiet=True)
    fitted, test = (rnn.chains_of(table[table["split"] == part]) for part in ("train", "test"))
    assert (len(fitted.truth), len(test.truth)) == (18_105, 3_520)
    trained = rnn.train_on_chains(fitted, recurrent=True, num_epochs=8, batch_size=16)
    assert 0.57 < evaluation.q3(test.truth, rnn.states_of(trained.network, test)) < 0.65


def test_padding_and_unseen_residues_are_not_counted():
    table = pd.DataFrame({"sequence": ["ACDE", "GZ"], "states": ["HHEC", "CC"], "resolved": ["1011", "11"]})
    coded = rnn.chains_of(table)
    assert coded.truth.tolist() == [0, 1, 2, 2, 2]
    assert coded.chain.tolist() == [0, 0, 0, 1, 1]
    assert coded.X[1, 1].argmax() == chains.RESIDUES.index("X")
    logits = torch.randn(2, 4, 3, requires_grad=True)
    chains.residue_loss(logits, torch.tensor(coded.y)).backward()
    assert (logits.grad[~torch.tensor(coded.counted)] == 0).all()


def test_no_chain_lies_in_two_parts(need_real_data):
    need_real_data("netsurfp", "cb513")
    table, _ = data.load("netsurfp", quiet=True)
    judge, _ = data.load("cb513", quiet=True)
    fitted = set(table.loc[table["part"] == "train", "sequence"])
    assert not fitted & set(table.loc[table["part"] == "test", "sequence"])
    assert len(fitted & set(judge["sequence"])) <= 5


# ---------------------------------------------------------------- expression over time


@pytest.mark.slow
def test_the_oscillator_from_five_seeds():
    for seed in SEEDS:
        series = rnn.oscillations(seed=seed)
        gru = rnn.train_forecaster(series.train, learning_rate=0.02, num_epochs=40, seed=seed)
        var2, stay = rnn.Autoregression.fit(series.train, 2), rnn.Persistence()
        errors = [rnn.one_step_error(one, series.test) for one in (gru, var2, stay)]
        assert errors == sorted(errors)
        assert errors[0] < 0.7 * errors[1]
        assert errors[0] > ((0.05 / series.scale) ** 2).mean()  # nobody forecasts the noise
        free = [rnn.free_run_errors(one, series.test)[9] for one in (gru, var2)]
        assert free[0] < 0.4 * free[1]


@pytest.mark.slow
def test_yeast_one_step_and_running_free_from_two_seeds(need_real_data):
    need_real_data("cell_cycle")
    yeast = rnn.cell_cycle(quiet=True)
    assert len(yeast.train) + len(yeast.test) == 1705
    for seed in range(2):
        gru = rnn.train_forecaster(
            yeast.train, hidden_size=24, learning_rate=0.02, num_epochs=12, batch_size=100, seed=seed
        )
        found = rnn.compare_on_yeast(yeast, gru)
        assert found.one_step["persistence"] == pytest.approx(0.335, abs=0.01)
        assert found.one_step["GRU"] > found.one_step["persistence"] + 0.1
        assert found.scores["ridge"] == pytest.approx(0.255, abs=0.02)
        assert found.scores["ridge"] > found.scores["GRU"]


def test_a_gene_is_standardised_by_what_was_known():
    yeast = rnn.cell_cycle(quiet=True)
    np.testing.assert_allclose(yeast.test[:, :25].mean(axis=1), 0, atol=1e-9)
    np.testing.assert_allclose(yeast.test[:, :25].std(axis=1), 1, atol=1e-9)


@pytest.mark.parametrize("order", [1, 2, 4])
def test_autoregression_finds_the_weights_that_made_a_series(order):
    rng = np.random.default_rng(order)
    weights = rng.normal(0, 0.15, size=(order, 3, 3))
    series = list(rng.normal(size=(order, 20, 3)))
    for _ in range(30):
        series.append(sum(past @ one for past, one in zip(series[::-1], weights, strict=False)) + 0.5)
    series = np.stack(series, axis=1)  # (20, steps, 3)
    fitted = forecasts.Autoregression.fit(series, order)
    np.testing.assert_allclose(fitted.weights, np.vstack([*weights, np.full((1, 3), 0.5)]), atol=1e-6)
    np.testing.assert_allclose(fitted.one_step(series[:, :-1])[:, order - 1 :], series[:, order:], atol=1e-6)


def test_a_forecaster_sees_nothing_of_the_future_and_a_reader_from_both_ends_does():
    assert rnn.future_leak(rnn.Forecaster(3), 3) == 0
    assert rnn.future_leak(rnn.Forecaster(3, both=True), 3) > 1e-3


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: rnn.make_layer(4, 3, kind="mlp"), "kind: expected one of"),
        (lambda: rnn.posterior("ACG"), "sequence: expected at least 7 bases"),
        (lambda: rnn.posterior("ACGTNACGT"), "sequences: expected only letters"),
        (lambda: rnn.along_the_site(np.zeros((2, 9)), [1]), "start: expected length 2"),
        (lambda: rnn.folds_of(10, 11), "folds: expected a number between 2 and 10"),
        (lambda: rnn.Autoregression.fit(np.zeros((2, 5))), "series: expected 3 dimension"),
        (lambda: rnn.free_run(lambda s: s[:, -1], np.zeros((1, 3, 1)), 0), "num_steps: expected a number at least 1"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
