"""Tumours of companion 08b: copies leak, bent numbers carry more, hidden values are told from seen ones."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers.autoencoder import methylation

SEEDS = range(5)


@pytest.fixture(scope="module")
def simulated():
    return methylation.tumours(stand_in=True)


@pytest.fixture
def real(need_real_data):
    need_real_data("methylation")
    return methylation.tumours()


def test_r2_is_scikit_learns_where_the_mean_is_the_rows_own():
    from sklearn.metrics import r2_score

    rng = np.random.default_rng(0)
    X, said = rng.random(50), rng.random(50)
    assert methylation.r2(X, said, X.mean()) == pytest.approx(r2_score(X, said))


def test_the_nearest_seen_site_is_copied_however_many_are_hidden():
    rng = np.random.default_rng(1)
    for _ in range(50):
        values, hidden = rng.random(12), rng.random(12) < 0.6
        hidden[rng.integers(12)] = False
        seen = np.flatnonzero(~hidden)
        expected = [values[min(seen, key=lambda s: (abs(s - at), s))] for at in range(12)]
        assert methylation.copy_neighbour(values, hidden).tolist() == expected


def test_what_is_hidden_is_never_looked_at(simulated):
    known, new = simulated.split(0)
    X, hidden = simulated.X[new].astype(float), methylation.hide(simulated.X[new].shape, seed=0)
    other = np.where(hidden, 0.5, X)
    train_X = simulated.X[known].astype(float)
    order = methylation._relatives(train_X)
    for fill in (
        lambda one: np.stack([methylation.copy_neighbour(a, b) for a, b in zip(one, hidden, strict=True)]),
        lambda one: methylation.copy_relative(one, hidden, order, train_X.mean(axis=0)),
        lambda one: methylation.similar_rows(train_X, one, hidden),
        lambda one: methylation._by_components(train_X, one, hidden),
    ):
        assert np.array_equal(fill(X)[hidden], fill(other)[hidden])


def test_fitting_knows_nothing_of_held_out_rows(simulated):
    first = methylation.squeeze(simulated, seed=1, num_epochs=2)
    X = simulated.X.copy()
    X[first.test_rows] = 0.5
    changed = methylation.Tumours(X, simulated.subgroup, [], 0, simulated.card)
    again = methylation.squeeze(changed, seed=1, num_epochs=2)
    for name in methylation.FITS:
        rows = first.train_rows
        assert np.allclose(first.latent[name][rows], again.latent[name][rows], atol=1e-6)


def test_bad_input_is_named(simulated):
    with pytest.raises(ValueError, match="hidden: expected at least one site"):
        methylation.copy_neighbour([0.1, 0.2], [True, True])
    with pytest.raises(ValueError, match="hidden"):
        methylation.copy_neighbour([0.1, 0.2], [True])
    with pytest.raises(ValueError, match="share"):
        methylation.hide((2, 2), 1.5)


@pytest.mark.slow
def test_in_simulated_blocks_the_denoising_autoencoder_beats_copying_from_five_seeds(simulated):
    for seed in SEEDS:
        table, _ = methylation.fill_table(simulated, ordered=True, seed=seed)
        found = table.set_index("filled by")
        best = found.loc["denoising autoencoder"]
        assert best["state"] >= found.loc["copy the neighbour", "state"] + 0.015
        assert best["R2"] >= found.loc["copy the neighbour", "R2"] + 0.1
        assert best["state"] > found.loc["plain autoencoder", "state"]
        assert best["state"] >= found.loc["principal components", "state"] - 0.01


# --- the real tumours ---


def test_copies_on_both_sides_make_a_rule_that_learns_nothing_look_good(real):
    clean, leaky = methylation.nearest_repeats(real), methylation.nearest_repeats(real.as_found())
    assert clean["copies"] == 0 and leaky["copies"] > 0.4
    assert leaky["R2"] > clean["R2"] + 0.1


@pytest.mark.slow
def test_two_bent_numbers_carry_more_than_two_straight_ones_over_five_splits(real):
    table = methylation.squeeze_table(real, seeds=SEEDS).set_index(["numbers", "split"])
    bent, straight = (table.loc[name] for name in ("autoencoder", "principal components"))
    assert (bent["R2"] > straight["R2"] + 0.06).all()
    assert straight["R2"].mean() == pytest.approx(0.585, abs=0.03) and bent["R2"].mean() > 0.66
    for name in ("all sites", "autoencoder", "principal components"):
        assert table.loc[name, "accuracy"].mean() > 0.93
    assert bent["accuracy"].mean() < table.loc["all sites", "accuracy"].mean() + 0.02  # no gain for naming subgroups


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
def test_hidden_values_of_real_tumours_are_told_better_than_by_copying(real, seed):
    table, _ = methylation.fill_table(real, seed=seed)
    state = table.set_index("filled by")["state"]
    assert state["denoising autoencoder"] > state["copy the closest site"] + 0.02
    assert state["denoising autoencoder"] > state["10 most similar tumours"] - 0.01
    assert state["mean of the site"] < 0.65
