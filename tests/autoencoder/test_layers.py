"""Autoencoders from scratch equal their formulas, torch's distributions, and scikit-learn's principal components."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA as LibraryPCA
from torch import nn
from torch.nn import functional

from bioml_helpers.autoencoder import layers


@pytest.fixture
def table():
    rng = np.random.default_rng(3)
    return rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6)) + 5


# ---------------------------------------------------------------- sequence identity


@pytest.mark.parametrize(
    ("a", "b", "share"),
    [
        ("MKVLA", "MKVLA", 1.0),
        ("MKVLA", "MKALA", 0.8),
        ("MK", "KM", 0.0),
        ("MK-LA", "MK-L-", 0.75),
        ("A--", "A-C", 0.5),
    ],
)
def test_identity_counts_positions_and_leaves_out_common_gaps(a, b, share):
    assert layers.sequence_identity(a, b) == layers.sequence_identity(b, a) == share


@pytest.mark.parametrize(
    ("a", "b", "error", "says"),
    [
        ("MKV", "MK", ValueError, "b: expected 3 places, as a has, got 2"),
        ("--", "--", ValueError, "a: expected at least one residue"),
        ("", "", ValueError, "a: expected at least one residue"),
        (["M"], "M", TypeError, "a: expected a sequence as text"),
    ],
)
def test_what_cannot_be_compared_is_refused(a, b, error, says):
    with pytest.raises(error, match=says):
        layers.sequence_identity(a, b)


# ---------------------------------------------------------------- the plain one


def test_output_has_the_inputs_shape_and_the_latent_vector_is_smaller():
    model, X = layers.Autoencoder((100, 64, 3), loss="residues", seed=0), torch.zeros(7, 100)
    assert model.encode(X).shape == (7, 3)
    assert model.decode(torch.zeros(7, 3)).shape == model(X).shape == X.shape


def test_100_64_2_64_100_has_13286_parameters():
    assert sum(one.numel() for one in layers.Autoencoder((100, 64, 2)).parameters()) == 13286


def test_values_and_gradients_equal_torchs_sequential():
    ours = layers.Autoencoder((12, 7, 2), seed=1)
    theirs = nn.Sequential(
        nn.Linear(12, 7), nn.ReLU(), nn.Linear(7, 2), nn.Linear(2, 7), nn.ReLU(), nn.Linear(7, 12)
    )  # fmt: skip
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        other.data.copy_(mine.data)
    X = torch.randn(5, 12)
    torch.testing.assert_close(ours(X), theirs(X))
    ours.loss(ours(X), X).backward()
    functional.mse_loss(theirs(X), X).backward()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine.grad, other.grad)


def test_the_loss_of_residues_is_cross_entropy():
    letters = torch.randint(20, (6, 5))
    X, logits = functional.one_hot(letters, 20).flatten(1).float(), torch.randn(6, 100)
    expected = functional.cross_entropy(logits.view(-1, 20), letters.flatten())
    torch.testing.assert_close(layers.residue_loss(logits, X), expected)


def test_a_hidden_position_does_not_count_in_the_loss():
    X = torch.eye(20)[[0, 3]].reshape(1, 40)
    X[0, 20:] = 0
    logits = torch.randn(1, 40)
    torch.testing.assert_close(layers.residue_loss(logits, X), -torch.log_softmax(logits[0, :20], 0)[0])


def test_a_loss_of_ones_own_is_used():
    model = layers.Autoencoder((4, 2), loss=functional.l1_loss)
    assert model.loss(torch.zeros(1, 4), torch.full((1, 4), 3.0)) == 3


def test_gradients_reach_both_halves():
    model, X = layers.Autoencoder((20, 8, 2), seed=0), torch.randn(9, 20)
    model.loss(model(X), X).backward()
    for half in (model.encoder, model.decoder):
        assert half[0].weight.grad is not None and half[0].weight.grad.abs().sum() > 0


def test_a_seed_gives_the_same_weights_and_leaves_other_random_numbers_alone():
    torch.manual_seed(9)
    wanted = torch.rand(3)
    torch.manual_seed(9)
    one, other = (layers.VAE((20, 8, 2), seed=4) for _ in range(2))
    one.sample(3, seed=1)
    assert (torch.rand(3) == wanted).all()
    assert all((a == b).all() for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: layers.Autoencoder((100,)), "sizes: expected at least the number of inputs"),
        (lambda: layers.Autoencoder((100, 0)), "sizes: expected a number of at least 1|sizes: expected"),
        (lambda: layers.Autoencoder((101, 2), loss="residues"), "sizes: expected a multiple of 20 inputs, got 101"),
        (lambda: layers.Autoencoder((10, 2), loss="best"), "loss: expected one of"),
        (lambda: layers.Autoencoder((10, 2)).encode(torch.zeros(3, 9)), r"X: expected shape \(n, 10\)"),
        (lambda: layers.Autoencoder((10, 2)).decode(torch.zeros(3, 9)), r"z: expected shape \(n, 2\)"),
        (lambda: layers.DenoisingAutoencoder((10, 2), hide=1.5), "hide: expected"),
        (lambda: layers.VAE((10, 2), beta=-1), "beta: expected"),
        (lambda: layers.pca(np.zeros((3, 2)), 3), "components: expected"),
        (lambda: layers.angles(np.zeros((1, 2)), np.zeros((1, 3))), "B: expected rows of 2 numbers"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()


# ---------------------------------------------------------------- denoising


def test_whole_positions_are_hidden_and_only_in_training():
    model = layers.DenoisingAutoencoder((2000, 2), loss="residues", hide=0.3, seed=0)
    X = torch.ones(50, 2000)
    torch.manual_seed(0)
    damaged = model.corrupt(X).view(50, 100, 20)
    hidden = damaged.sum(dim=2) == 0
    assert ((damaged.sum(dim=2) == 20) | hidden).all()
    # 5,000 positions: the share's standard error is 0.0065
    assert hidden.float().mean().item() == pytest.approx(0.3, abs=0.03)
    model.eval()
    torch.testing.assert_close(model(X), model.decode(model.encode(X)))


def test_noise_is_added_to_values():
    model = layers.DenoisingAutoencoder((40, 2), hide=0.0, noise=0.5, seed=0)
    torch.manual_seed(1)
    off = model.corrupt(torch.zeros(2000, 40))
    assert off.std().item() == pytest.approx(0.5, rel=0.02)


# ---------------------------------------------------------------- the variational one


@pytest.mark.parametrize("seed", range(5))
def test_the_kl_term_equals_torchs_distributions(seed):
    generator = torch.Generator().manual_seed(seed)
    mean, log_variance = (torch.randn(6, 8, generator=generator, dtype=torch.float64) for _ in range(2))
    cloud = torch.distributions.Normal(mean, (log_variance / 2).exp())
    theirs = torch.distributions.kl_divergence(cloud, torch.distributions.Normal(0.0, 1.0)).sum(dim=1)
    torch.testing.assert_close(layers.kl_divergence(mean, log_variance), theirs, atol=1e-6, rtol=0)


def test_the_kl_term_equals_the_mean_of_draws_within_three_standard_errors():
    torch.manual_seed(5)
    mean, log_variance = torch.randn(2, 4, 3, dtype=torch.float64)
    z = layers.reparameterise(mean.expand(40_000, 4, 3), log_variance.expand(40_000, 4, 3))
    cloud, standard = torch.distributions.Normal(mean, (log_variance / 2).exp()), torch.distributions.Normal(0.0, 1.0)
    ratio = (cloud.log_prob(z) - standard.log_prob(z)).sum(dim=2)
    error = ratio.std(dim=0) / math.sqrt(len(z))
    assert ((ratio.mean(dim=0) - layers.kl_divergence(mean, log_variance)).abs() < 3 * error).all()


def test_draws_have_the_mean_and_the_spread_that_were_asked_for():
    torch.manual_seed(2)
    z = layers.reparameterise(torch.full((100_000,), 2.0), torch.full((100_000,), math.log(9.0)))
    assert z.mean().item() == pytest.approx(2, abs=0.05) and z.std().item() == pytest.approx(3, abs=0.05)


def test_gradients_pass_through_the_draw():
    mean, log_variance = torch.zeros(5, requires_grad=True), torch.zeros(5, requires_grad=True)
    torch.manual_seed(0)
    z = layers.reparameterise(mean, log_variance)
    z.sum().backward()
    torch.testing.assert_close(mean.grad, torch.ones(5))
    torch.testing.assert_close(log_variance.grad, z.detach() / 2)  # dz/dlogσ² = σ ε / 2, with σ = 1 and mean = 0


def test_nothing_is_drawn_when_predicting_and_something_in_training():
    model, X = layers.VAE((40, 8, 2), loss="residues", seed=0), torch.ones(3, 40)
    model.train()
    assert not torch.equal(model(X), model(X))
    model.eval()
    torch.testing.assert_close(model(X), model.decode(model.encode(X)[0]))


def test_the_loss_is_rebuilding_summed_over_positions_plus_beta_times_kl():
    X = functional.one_hot(torch.randint(20, (4, 5)), 20).flatten(1).float()
    model = layers.VAE((100, 8, 2), loss="residues", beta=3.0, seed=0).eval()
    output = model(X)
    expected = 5 * layers.residue_loss(output, X) + 3 * layers.kl_divergence(*model.encode(X)).mean()
    torch.testing.assert_close(model.loss(output, X), expected)


# ---------------------------------------------------------------- principal components


@pytest.mark.parametrize("d", [1, 3, 6])
def test_pca_equals_scikit_learns(table, d):
    ours, theirs = layers.pca(table, d), LibraryPCA(d).fit(table)
    np.testing.assert_allclose(np.abs(ours.components), np.abs(theirs.components_), atol=1e-6)
    np.testing.assert_allclose(ours.decode(ours.encode(table)), theirs.inverse_transform(theirs.transform(table)))
    assert layers.angles(ours.components, theirs.components_).min() > 1 - 1e-9


def test_cosines_of_known_subspaces():
    plane, turned = [[1.0, 0, 0], [0, 1.0, 0]], [[1.0, 0, 0], [0, math.cos(0.3), math.sin(0.3)]]
    np.testing.assert_allclose(layers.angles(plane, turned), [1, math.cos(0.3)])
    np.testing.assert_allclose(layers.angles([[2.0, 0, 0], [5.0, 3.0, 0]], plane), [1, 1])  # not at right angles


@pytest.mark.parametrize("seed", range(2))
def test_the_linear_autoencoder_reaches_pca_and_its_subspace(table, seed):
    model, components = layers.linear_autoencoder(table, 2, seed=seed), layers.pca(table, 2)
    with torch.no_grad():
        error = model.loss(model(torch.tensor(table)), torch.tensor(table)).item()
    assert -1e-9 < error / components.error(table) - 1 < 1e-3
    assert layers.angles(components.components, model.decoder[0].weight.detach().T).min() > 0.999
