"""What chapter 8 says of its models holds: the bottleneck, its control, the price of a KL term, a family's samples."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from torch.nn import functional

from bioml_helpers.autoencoder import layers, models
from bioml_helpers.data import simulate

SEEDS = range(5)


@pytest.fixture(scope="module")
def task():
    return models.pentamers()


@pytest.fixture(scope="module")
def curve(task):
    """Five starts at each bottleneck, trained side by side for two thirds of the notebook's epochs."""
    trained = models.train_side_by_side(task.X, [1, 2, 4], seeds=SEEDS, num_epochs=20)
    return models.bottleneck_curve(task, trained)


def at(curve, d, column="accuracy"):
    return curve.loc[curve["d"] == d, column]


# ---------------------------------------------------------------- the data


def test_families_share_four_positions_and_the_third_is_free():
    table = simulate.pentamers(4000, conservation=0.98)
    letters = np.array([list(one) for one in table["sequence"]])
    for _, rows in table.groupby("family").groups.items():
        own = [pd.Series(letters[rows, place]).value_counts(normalize=True).iloc[0] for place in range(5)]
        assert min(own[:2] + own[3:]) > 0.94 and own[2] < 0.15


def test_the_free_position_and_the_families_can_be_chosen():
    table = simulate.pentamers(600, families=2, conservation=1, free_position=5)
    assert table["sequence"].str[:4].nunique() == 2 and table["sequence"].str[4].nunique() == 20


def test_without_families_every_residue_is_as_frequent():
    table = simulate.pentamers(families=0)
    counts = pd.Series(list("".join(table["sequence"]))).value_counts()
    assert len(counts) == 20 and counts.max() < 1.15 * counts.min() and (table["family"] == -1).all()


def test_a_seed_changes_the_sequences_and_not_the_families():
    one, other = (simulate.pentamers(500, conservation=1, seed=seed) for seed in (0, 1))
    assert one["sequence"].tolist() != other["sequence"].tolist()
    whole = lambda table: set(table["sequence"].str[:2] + table["sequence"].str[3:])  # noqa: E731
    assert whole(one) == whole(other)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"n": 0}, "n: expected"),
        ({"families": -1}, "families: expected"),
        ({"conservation": 1.2}, "conservation: expected"),
        ({"free_position": 6}, "free_position: expected"),
    ],
)
def test_bad_settings_of_the_simulator_are_named(how, says):
    with pytest.raises(ValueError, match=says):
        simulate.pentamers(**how)


def test_the_split_by_row_holds_copies_and_the_split_by_sequence_none(task):
    assert task.copies > 0.9
    assert models.pentamers(split="sequence").copies == 0


# ---------------------------------------------------------------- the bottleneck


def test_one_or_two_numbers_give_four_of_five_residues_from_five_seeds(curve):
    for d in (1, 2):
        assert at(curve, d).between(0.75, 0.86).all()
    assert at(curve, 1, "four").min() >= 0.8
    assert at(curve, 1, "p3").max() < 0.2 and curve.loc[curve["d"] == 1, ["p1", "p2", "p4", "p5"]].min().min() > 0.9


def test_four_numbers_give_nearly_all_from_five_seeds(curve):
    assert at(curve, 4).min() >= 0.94 and at(curve, 4).mean() >= 0.95


def test_the_commonest_residues_are_far_below(task, curve):
    assert models.commonest(task) < 0.2 < at(curve, 1).min() - 0.4


def test_random_residues_need_many_more_numbers():
    task = models.pentamers(families=0)
    trained = models.train_side_by_side(task.X, [2, 8, 16], num_epochs=40, learning_rate=1e-2)
    accuracy = models.bottleneck_curve(task, trained).set_index("d")["accuracy"]
    assert accuracy[2] < 0.5 and accuracy[8] < 0.93 and accuracy[16] > 0.95
    assert models.numbers_needed(models.bottleneck_curve(task, trained)) == 16


def test_peptides_never_seen_are_rebuilt_much_worse():
    task = models.pentamers(split="sequence")
    found = models.bottleneck_curve(task, models.train_side_by_side(task.X, [1, 4], seeds=(0, 1), num_epochs=20))
    assert at(found, 4).max() < 0.88 and at(found, 4, "p3").max() < 0.5
    assert at(found, 1).min() > 0.65  # the family still comes through


def test_side_by_side_equals_one_alone():
    X = models.flat_one_hot(simulate.pentamers(300)["sequence"])
    together = models.train_side_by_side(X, [1, 3], seeds=(0, 2), hidden_size=7, num_epochs=2, batch_size=100)
    alone = layers.Autoencoder((100, 7, 3), loss="residues", seed=2)
    optimizer, shuffle = torch.optim.Adam(alone.parameters(), lr=6e-3), torch.Generator().manual_seed(0)
    for _ in range(2):
        for rows in torch.randperm(300, generator=shuffle).split(100):
            optimizer.zero_grad()
            target = X[rows].view(-1, 20).argmax(dim=1)
            functional.cross_entropy(alone(X[rows]).view(-1, 20), target).backward()
            optimizer.step()
    for mine, other in zip(together[3, 2].parameters(), alone.parameters(), strict=True):
        torch.testing.assert_close(mine, other, atol=1e-4, rtol=1e-3)


def test_joint_training_beats_either_half_alone(task):
    table = models.train_halves(task, latent=4, num_epochs=8).set_index("trained")
    both, decoder, encoder = (table["accuracy"][name] for name in models.HALVES)
    assert both > decoder + 0.02 and both > encoder + 0.02
    moved = table[["encoder moved", "decoder moved"]]
    assert moved.loc["decoder only"].tolist() == [False, True] and moved.loc["encoder only"].tolist() == [True, False]


def test_the_linear_one_is_pca_on_peptides(task):
    X = task.X[:400].double().numpy()
    model, components = layers.linear_autoencoder(X, 2), layers.pca(X, 2)
    with torch.no_grad():
        error = model.loss(model(torch.tensor(X)), torch.tensor(X)).item()
    assert abs(error / components.error(X) - 1) < 1e-3
    assert layers.angles(components.components, model.decoder[0].weight.detach().T).min() > 0.999


def test_compressors_find_the_families_and_lose_nothing(task):
    own, other = (models.bytes_a_sequence(one.train["sequence"]) for one in (task, models.pentamers(families=0)))
    assert own["gzip"] < 0.8 * other["gzip"] and own["letters"] == 5
    assert other["gzip"] > other["5 of 20 letters"]  # nobody compresses what is random


def test_rounding_to_one_byte_hardly_costs_residues_and_to_one_bit_does(task):
    model = models.train_side_by_side(task.X, [2], num_epochs=10)[2, 0]
    sequences = task.test["sequence"].tolist()
    full = models.right_residues(sequences, models.rebuild(model, sequences)).mean()
    assert abs(models.accuracy_at(model, sequences, 12) - full) < 0.02
    assert models.accuracy_at(model, sequences, 1) < full - 0.2


# ---------------------------------------------------------------- structure in the latent space


def test_the_kl_term_makes_the_space_usable_and_costs_residues(task):
    table, _ = models.weigh(task, [0, 1, 8], num_epochs=12)
    table = table.set_index("beta")
    assert table.loc[1, "sampled"] > table.loc[0, "sampled"] + 0.1
    assert table.loc[8, "accuracy"] < table.loc[0, "accuracy"] - 0.05
    assert table["kl"].is_monotonic_decreasing


def test_the_denoising_one_names_hidden_conserved_residues_and_not_the_free_one(task):
    sequences, found = task.test["sequence"].tolist(), {}
    for kind, how in ((layers.Autoencoder, {}), (layers.DenoisingAutoencoder, {"hide": 0.3})):
        model = kind((100, 64, 8), loss="residues", seed=0, **how)
        models.train_autoencoder(task.X, model, num_epochs=10)
        found[kind] = models.mended(model, sequences)
    plain, denoising = found[layers.Autoencoder], found[layers.DenoisingAutoencoder]
    conserved = [0, 1, 3, 4]
    assert denoising[conserved].min() > 0.9 and denoising[conserved].mean() > plain[conserved].mean() + 0.02
    assert denoising[2] < 0.2


# ---------------------------------------------------------------- a family


@pytest.fixture(scope="module")
def kunitz():
    return models.family(quiet=True)


@pytest.fixture(scope="module")
def vae(kunitz):
    """Half of the notebook's training: what holds here holds there."""
    return models.family_vae(kunitz.train, stages=((3e-3, 6), (6e-4, 1)))


@pytest.fixture
def real(kunitz, need_real_data):
    need_real_data("kunitz")
    return kunitz


def test_no_group_is_in_both_parts_and_no_sequence_comes_twice(kunitz):
    assert not set(kunitz.train["group"]) & set(kunitz.test["group"])
    assert pd.concat([kunitz.train, kunitz.test])["sequence"].is_unique


def test_six_cysteines_are_conserved_and_the_consensus_is_the_baseline(real):
    assert len(real.conserved("C")) == 6
    assert all(real.consensus[column] == "C" for column in real.conserved("C"))
    baseline = models.recovery([real.consensus] * len(real.test), real.test["sequence"])
    assert baseline == pytest.approx(0.474, abs=0.01)


def test_the_vae_recovers_more_than_the_consensus(real, vae):
    baseline = models.recovery([real.consensus] * len(real.test), real.test["sequence"])
    assert models.recovery(models.rebuilt(vae, real.test["sequence"]), real.test["sequence"]) > baseline + 0.03


def test_samples_keep_the_cysteines_more_often_than_columns_drawn_alone(real, vae):
    columns = real.conserved("C")
    kept = [
        np.mean([all(one[column] == "C" for column in columns) for one in drawn])
        for drawn in (models.generate(vae, 1000), models.from_profile(real.train, 1000))
    ]
    # two standard errors of each share are 0.03
    assert kept[0] > kept[1] + 0.03


def test_the_funnel_leaves_new_sequences_with_six_cysteines(real, vae):
    drawn = models.generate(vae, 300, seed=2)
    counts, orders = models.order_list(drawn, real)
    assert counts["left"].is_monotonic_decreasing and counts["left"].iloc[0] == 300
    assert len(orders) == counts["left"].iloc[-1] >= 5
    natural = {one.replace("-", "") for part in (real.train, real.test) for one in part["sequence"]}
    assert not natural & set(orders["sequence"]) and orders["sequence"].is_unique
    assert orders["identity"].between(models.FAR, models.NEAR).all()
    first = orders.iloc[0]
    whole = next(one for one in drawn if one.replace("-", "") == first["sequence"])
    relative = real.train.set_index("name").loc[first["nearest"], "sequence"]
    relatives = [relative] if isinstance(relative, str) else list(relative)
    assert max(layers.sequence_identity(whole, one) for one in relatives) == pytest.approx(first["identity"])


def test_known_copied_and_broken_sequences_fall_out_of_the_funnel(real):
    known, held_out = real.train["sequence"].iloc[0], real.test["sequence"].iloc[0]
    columns = real.conserved("C")
    broken = "".join("A" if at == columns[0] else one for at, one in enumerate(real.consensus))
    counts, _ = models.order_list([known, held_out, broken, real.consensus, real.consensus], real)
    left = dict(zip(counts["filter"], counts["left"], strict=True))
    assert left["each once"] <= 1 and left["all 6 cysteines"] <= 4


def test_latent_distance_falls_with_identity_and_the_interval_says_how_surely(real, vae):
    names = real.test["sequence"]
    places = {"latent": models.latent_of(vae, names, real.alphabet), "one-hot": real.encode(names)}
    table, pairs = models.relatedness(places, names, n=80, draws=100)
    row = table.set_index("kind").loc["latent"]
    assert row["low"] <= row["spearman"] <= row["high"] < -0.1
    assert table.set_index("kind").loc["one-hot", "spearman"] < -0.95  # the whole sequence holds its identity
    assert len(pairs) == 80 * 79 / 2


def test_latent_neighbours_are_relatives_far_more_often_than_by_chance(real, vae):
    places = {"latent": models.latent_of(vae, real.test["sequence"], real.alphabet)}
    row = models.neighbours_agree(places, real.test["group"]).iloc[0]
    assert row["low"] > 10 * row["chance"]


def test_identities_equal_the_function_for_two():
    texts = ["MK-LA", "MKVLA", "M--LA", "AK-LM"]
    expected = [[layers.sequence_identity(a, b) for b in texts] for a in texts]
    np.testing.assert_allclose(models.identities(texts, texts), expected)


def test_gaps_are_not_asked_for():
    assert models.recovery(["ACD"], ["A-D"]) == 1
