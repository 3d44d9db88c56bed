"""Single cells of companion 08b: losses against references, neighbours and batches against known truths."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import nbinom

from bioml_helpers.autoencoder import cells
from bioml_helpers.data import simulate

SEEDS = range(5)


@pytest.fixture(scope="module")
def blood():
    return cells.cells()


@pytest.fixture(scope="module")
def simulated():
    return cells.cells(stand_in=True)


# --- losses ---


def test_the_poisson_loss_is_torchs_in_value_and_gradient():
    rng = torch.Generator().manual_seed(0)
    mean = (torch.rand(6, 5, generator=rng) * 4 + 0.1).requires_grad_()
    counts = torch.randint(9, (6, 5), generator=rng).float()
    ours, theirs = cells.poisson_loss(mean, counts), torch.nn.PoissonNLLLoss(log_input=False)(mean, counts)
    assert torch.allclose(ours, theirs, atol=1e-5)
    (one,), (other,) = torch.autograd.grad(ours, mean), torch.autograd.grad(theirs, mean)
    assert torch.allclose(one, other, atol=1e-5)


def test_the_negative_binomial_loss_is_scipys():
    rng = np.random.default_rng(1)
    mean, r, counts = rng.gamma(2, 2, 40), rng.gamma(2, 1, 40) + 0.1, rng.integers(12, size=40)
    expected = -nbinom.logpmf(counts, r, r / (r + mean)).mean()
    found = cells.negative_binomial_loss(*(torch.tensor(one, dtype=torch.double) for one in (mean, r, counts)))
    assert found.item() == pytest.approx(expected, rel=1e-6)


def test_with_a_large_dispersion_the_negative_binomial_becomes_a_poisson():
    mean, counts = torch.tensor([0.5, 3.0], dtype=torch.double), torch.tensor([0.0, 4.0], dtype=torch.double)
    wide = cells.negative_binomial_loss(mean, torch.full((2,), 1e7, dtype=torch.double), counts)
    assert wide.item() == pytest.approx(-torch.distributions.Poisson(mean).log_prob(counts).mean().item(), rel=1e-4)


def test_the_deviance_is_scikit_learns():
    from sklearn.metrics import mean_poisson_deviance

    rng = np.random.default_rng(2)
    means = rng.gamma(1, 1, 60) + 0.05
    counts = rng.poisson(means)
    assert cells.deviance(counts, means) == pytest.approx(60 * mean_poisson_deviance(counts, means))


def test_a_count_autoencoder_starts_at_the_usual_shares_and_trains():
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.ones(6))
    model = cells.CountAutoencoder((6, 4, 2), shares=shares, loss="negative binomial", seed=0)
    with torch.no_grad():
        for layer in (model.decoder[0], model.decoder[-1]):
            layer.weight.zero_()
    means = model.means(torch.zeros(3, 6), torch.full((3,), 100.0))
    assert torch.allclose(means, 100 * torch.tensor(shares, dtype=torch.float32).expand(3, 6), rtol=1e-3)
    target = torch.cat([means.detach().round(), torch.full((3, 1), 100.0)], dim=1)
    model.loss(model(torch.randn(3, 6)), target).backward()
    assert model.log_dispersion.grad.abs().sum() > 0


# --- neighbours ---


def test_agreement_equals_counting_by_hand():
    rng = np.random.default_rng(4)
    known, asked = rng.normal(size=(30, 3)), rng.normal(size=(7, 3))
    labels, truth = rng.integers(3, size=30), rng.integers(3, size=7)
    by_hand = [
        np.mean(labels[np.argsort(((known - one) ** 2).sum(axis=1))[:5]] == label)
        for one, label in zip(asked, truth, strict=True)
    ]
    assert cells.agreement(known, labels, asked, truth, k=5) == pytest.approx(np.mean(by_hand))


def test_labels_dealt_at_random_agree_as_chance_says():
    rng = np.random.default_rng(5)
    z, labels = rng.normal(size=(1500, 4)), rng.choice(4, 1500, p=[0.5, 0.3, 0.15, 0.05])
    found = cells.agreement(z[:1000], labels[:1000], z[1000:], labels[1000:])
    assert found == pytest.approx(cells.by_chance(labels), abs=0.03)


def test_fitting_knows_nothing_of_held_out_cells(simulated):
    from dataclasses import replace

    known, new = simulated.split(0)
    counts = simulated.counts.copy()
    counts[new] = 1
    for fit in (cells.components, lambda one, rows: cells.compress(one, rows, "poisson", num_epochs=2)):
        first, again = (fit(one, known).latent[known] for one in (simulated, replace(simulated, counts=counts)))
        assert np.allclose(first, again, atol=1e-5)


# --- what the notebook says ---


@pytest.mark.slow
def test_on_counts_a_loss_for_counts_is_ahead_of_the_squared_error_in_every_split(blood):
    table = cells.loss_table(blood, seeds=range(2)).set_index(["fitted by", "seed"])
    explained, r2 = table["explained"], table["R2"]
    assert (explained["autoencoder, poisson"] > explained["autoencoder, squared"] + 0.05).all()
    assert (explained["autoencoder, poisson"] > explained["principal components"] + 0.03).all()
    assert (explained["autoencoder, negative binomial"] > explained["autoencoder, squared"] + 0.04).all()
    assert r2["autoencoder, squared"].between(0.22, 0.30).all() and r2["principal components"].between(0.24, 0.32).all()


@pytest.mark.slow
def test_on_simulated_cells_it_is_nearer_to_the_true_means(simulated):
    table = cells.loss_table(simulated, seeds=range(2), truth=simulate.blood_cell_means())
    truth = table.set_index(["fitted by", "seed"])["truth"]
    assert (truth["autoencoder, poisson"] > truth["autoencoder, squared"] + 0.05).all()
    assert (truth["autoencoder, poisson"] > truth["principal components"]).all()


@pytest.mark.slow
def test_over_five_splits_compressing_helps_a_little_and_the_network_not_beyond_components(blood):
    table = cells.help_table(blood, seeds=SEEDS)
    mean = table.groupby("numbers")[["type", "channel", "ARI"]].mean()
    assert mean.loc[cells.COMPONENTS, "type"] > mean.loc[cells.ALL_GENES, "type"] + 0.01
    assert abs(mean.loc[cells.SQUARED, "type"] - mean.loc[cells.COMPONENTS, "type"]) < 0.03
    assert (mean["type"] > cells.by_chance(blood.cell_type) + 0.4).all()
    assert (abs(mean["channel"] - cells.by_chance(blood.channel)) < 0.015).all()
    assert mean["ARI"].dropna().between(0.35, 0.65).all() and len(table) == 20
    gain = table.pivot(index="seed", columns="numbers", values="type")
    change = gain[cells.SQUARED] - gain[cells.COMPONENTS]
    assert change.min() < 0 < change.max()


# --- batches ---


def test_a_strong_batch_makes_neighbours_and_its_mean_taken_off_mends_it(blood):
    batch = np.random.default_rng(0).permutation(len(blood.counts)) % 2
    handled = cells.with_batch(blood, batch)
    rows, asked = handled.split()

    def shared(X):
        z = cells.pca(X[rows], 10).encode(X)
        return cells.agreement(z[rows], batch[rows], z[asked], batch[asked])

    assert shared(blood.logs) < 0.56
    assert shared(handled.logs) > 0.85
    assert shared(cells.centred(handled.logs, batch)) < 0.7


def test_rows_centred_by_batch_are_what_a_regression_leaves():
    rng = np.random.default_rng(6)
    X, batch = rng.normal(size=(40, 3)), rng.choice(list("abc"), 40)
    dummies = (batch[:, None] == np.unique(batch)).astype(float)
    left = X - dummies @ np.linalg.lstsq(dummies, X, rcond=None)[0]
    assert np.allclose(cells.centred(X, batch), left)


@pytest.mark.parametrize("seed", range(3))
def test_only_a_balanced_design_survives_the_correction(blood, seed):
    table = cells.effect_table(blood, seed=seed).set_index(["design", "corrected"])
    assert table.loc[("balanced", True), "found"] >= 0.8
    assert table.loc[("confounded", False), "found"] <= 0.7
    assert table.loc[("confounded", True), "found"] == 0 and table.loc[("confounded", True), "largest"] == 0


@pytest.mark.parametrize(
    ("condition", "batch", "told"),
    [("CCTT", "1212", True), ("CCTT", "1122", False), ("CCTT", "1111", True), ("CTT", "122", False),
     ("CCTTXX", "121233", False), ("CCTTX", "12121", True)],
)  # fmt: skip
def test_a_design_can_be_rescued_if_batches_link_the_conditions(condition, batch, told):
    assert cells.can_be_told(list(condition), list(batch)) is told


def test_a_bloom_drags_all_shares_down_and_leaves_their_ratios():
    table = cells.bloom(400)
    by = table.groupby("blooms").mean()
    assert by.loc[True, "share C"] < 0.5 * by.loc[False, "share C"]
    assert by.loc[True, "amount C"] == pytest.approx(by.loc[False, "amount C"], rel=0.1)
    ratio = np.log(table["share C"] / table["share B"]).groupby(table["blooms"]).mean()
    assert ratio[True] == pytest.approx(ratio[False], abs=0.1)
    assert abs(table["amount C"].corr(table["amount D"])) < 0.15 < 0.5 < table["share C"].corr(table["share D"])


def test_bad_input_is_named(simulated):
    with pytest.raises(ValueError, match="loss"):
        cells.compress(simulated, np.arange(10), "absolute")
    with pytest.raises(ValueError, match="shares"):
        cells.CountAutoencoder((3, 2), shares=[0.1])
    with pytest.raises(ValueError, match="batch"):
        cells.with_batch(simulated, [0, 1])
    with pytest.raises(ValueError, match="batch: expected 2 entries"):
        cells.can_be_told("CT", "1")
    with pytest.raises(ValueError, match="design"):
        cells.treat(simulated, "hopeless")
