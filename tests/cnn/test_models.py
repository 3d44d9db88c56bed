"""The figures that chapter 4 quotes, and the models that give them: five starts out of five."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers import cnn, data, evaluation
from bioml_helpers.cnn import models

SEEDS = range(5)


@pytest.fixture(scope="module")
def task():
    return cnn.motifs()


# ---------------------------------------------------------------- the planted motif


@pytest.fixture(scope="module")
def table(task):
    return cnn.compare_on_motif(task, seeds=SEEDS).set_index("model")


def test_the_cnn_finds_the_motif_from_five_starts_with_818_parameters(table):
    assert table.loc["CNN", "lowest"] >= 0.97
    assert table.loc["CNN", "parameters"] == 818


def test_the_mlp_learns_its_sequences_by_heart(table):
    assert table.loc["MLP", "parameters"] == 12_994
    assert table.loc["MLP", "training"] == 1
    assert table.loc["MLP", "highest"] <= 0.80


def test_who_knows_the_motif_needs_no_network_and_composition_helps_a_little(table):
    assert table.loc["text search (told the motif)", "test"] == 1
    assert 0.55 < table.loc["GC content", "test"] < 0.75
    assert table.loc["logistic", "test"] < 0.75


def test_torn_neighbours_hurt_the_cnn_and_not_the_mlp(task, table):
    torn = cnn.compare_on_motif(cnn.shuffle_positions(task), seeds=(0, 1)).set_index("model")
    assert torn.loc["CNN", "highest"] < 0.8
    assert torn.loc["MLP", "test"] == pytest.approx(table.loc["MLP", "test"], abs=0.06)


def test_one_filter_finds_the_motif_from_some_starts_only(task):
    found = cnn.one_filter_networks(task, networks=8)
    assert (found > 0.9).any() and (found < 0.75).any()


def test_networks_side_by_side_learn_as_if_alone(task):
    X, y = torch.tensor(task.X[:8]), torch.tensor(task.y[:8])
    side = models.SideBySide(3)
    loss = torch.nn.functional.cross_entropy(side(X)[:, :, 0], y)
    slope = torch.autograd.grad(loss, side.conv.weight)[0]
    assert slope[0].abs().max() > 0 and slope[1:].abs().max() == 0


def test_filters_that_are_not_shared_know_only_the_places_they_were_shown(task):
    half = cnn.half_trained(task).set_index("network")
    assert half.loc["shared filters", "parameters"] * 39 == half.loc["own filters at every place", "parameters"]
    assert half.loc["shared filters", ["motif left", "motif right"]].min() > 0.9
    assert half.loc["own filters at every place", "motif left"] > 0.8
    assert half.loc["own filters at every place", "motif right"] < 0.3


def test_mutagenesis_points_at_the_planted_site_from_three_starts(task):
    positives = task.test[task.y[task.test] == 1][:40]
    for seed in range(3):
        model, _ = cnn.fit(cnn.SequenceCNN, task, seed=seed)
        overlap = []
        for row in positives:
            change = evaluation.in_silico_mutagenesis(lambda X: cnn.promoter_score(model, X), task.X[row])  # noqa: B023
            top = np.argsort(-np.abs(change).max(axis=1))[:12]
            start = task.table["start"][row]
            overlap.append(np.isin(top, np.arange(start, start + 12)).mean())
        assert np.mean(overlap) >= 0.9


# ---------------------------------------------------------------- depth


@pytest.mark.slow
def test_twenty_plain_layers_learn_nothing_and_with_skips_they_learn_from_five_starts(task):
    plain = cnn.train_towers(task, 20, skip=False, networks=5, num_epochs=12)
    skipping = cnn.train_towers(task, 20, skip=True, networks=5, num_epochs=12)
    assert np.abs(plain.losses[-1] - np.log(2)).max() < 0.005
    assert skipping.losses[-1].max() < 0.1


@pytest.mark.slow
def test_at_ten_plain_layers_the_start_decides(task):
    losses = cnn.train_towers(task, 10, skip=False, networks=5, num_epochs=12).losses[-1]
    assert losses.max() > 0.6 and losses.min() < 0.5


# ---------------------------------------------------------------- promoters


@pytest.mark.slow
def test_sigma70_beyond_composition_from_five_starts(need_real_data):
    need_real_data("sigma70")
    found = cnn.compare_on_promoters("sigma70", seeds=SEEDS).set_index("model")
    region = found.loc["CNN, best match by region"]
    assert region["low"] >= 0.93 and region["low"] > found.loc["logistic", "AUROC"]
    assert 0.85 < found.loc["GC content", "AUROC"] < 0.92  # composition alone, as the text says
    assert region["at equal GC"] > found.loc["words of three", "at equal GC"]


@pytest.mark.slow
def test_on_the_mouse_a_linear_model_beats_the_cnn_that_forgets_where(need_real_data):
    need_real_data("mouse_promoters")
    found = cnn.compare_on_promoters("mouse_promoters", seeds=range(3), num_epochs=5).set_index("model")
    assert found.loc["logistic", "AUROC"] > 0.96
    assert found.loc["CNN, best match anywhere", "high"] < found.loc["logistic", "AUROC"] - 0.05
    assert found.loc["CNN, best match by region", "low"] > found.loc["logistic", "AUROC"] - 0.02


@pytest.mark.parametrize("name", ["sigma70", "mouse_promoters"])
def test_relatives_stay_in_one_part(name):
    task = cnn.promoters(name)
    groups = task.table["group"].to_numpy()
    data.splits.assert_no_group_overlap(*(groups[part] for part in (task.train, task.validation, task.test)))


def test_equal_composition_takes_composition_away():
    rng = np.random.default_rng(0)
    gc = rng.integers(20, 40, 400)
    y = (gc + rng.normal(0, 5, 400) > 30).astype(int)
    assert evaluation.auroc(y, gc) > 0.8
    assert cnn.auroc_at_equal(y, gc, gc) == 0.5
    with pytest.raises(ValueError, match="strata: expected one with"):
        cnn.auroc_at_equal([0, 1], [0.1, 0.2], [1, 2])


# ---------------------------------------------------------------- blood cells


@pytest.fixture(scope="module")
def smear():
    return cnn.cells()


@pytest.mark.slow
def test_blood_cells_beat_colours_from_five_starts(smear, need_real_data):
    need_real_data("blood_cells")
    networks = [cnn.fit_cells(smear, seed=seed)[0] for seed in SEEDS]
    table = cnn.compare_on_cells(smear, networks[0]).set_index("model")
    colours = table.loc["colours, logistic, classes weighted", "balanced"]
    assert min(cnn.balanced_accuracy(one, smear, smear.test) for one in networks) > colours
    assert table.loc["always red cell", "accuracy"] == pytest.approx(0.852, abs=0.001)
    assert table.loc["always red cell", "balanced"] == pytest.approx(1 / 3)


def test_no_place_on_the_slide_is_learned_from_and_judged(smear):
    fields = smear.table["field"].to_numpy()
    data.splits.assert_no_group_overlap(*(fields[part] for part in (smear.train, smear.validation, smear.test)))


@pytest.mark.slow
def test_the_stamp_is_learned_and_a_covered_corner_mends_it(smear, need_real_data):
    need_real_data("blood_cells")
    marked, exchanged = (cnn.with_corner_mark(smear, exchanged=one) for one in (False, True))
    for seed in range(3):
        fooled, _ = cnn.fit_cells(marked, num_epochs=3, augment=False, seed=seed)
        tempting, clean, turned = (cnn.balanced_accuracy(fooled, one, smear.test) for one in (marked, smear, exchanged))
        assert tempting > 0.95 and clean < 0.85 and turned < 0.6
    mended, _ = cnn.fit_cells(cnn.without_corner(marked))
    assert cnn.balanced_accuracy(mended, smear, smear.test) > 0.9


def test_only_training_images_are_turned():
    X = np.arange(3 * 4.0).reshape(1, 3, 2, 2).astype(np.float32)
    assert all(models.Crops(X, [0])[0][0].equal(torch.tensor(X[0])) for _ in range(5))
    seen = {models.turned(torch.tensor(X[0])).numpy().tobytes() for _ in range(200)}
    assert len(seen) == 8  # four quarters, each mirrored or not


def test_the_nine_patches_are_those_that_excite_the_filter_most(smear):
    torch.manual_seed(0)
    network = cnn.CellCNN()
    patches = cnn.best_patches(network, smear, 3)
    W, b = network.conv.weight[3].detach(), network.conv.bias[3].item()
    written = [float((W * (torch.tensor(patch) - 0.5)).sum() + b) for patch in patches]
    with torch.no_grad():
        maps = network.conv(torch.tensor(smear.X[smear.test]) - 0.5)[:, 3].flatten(1).amax(1)
    np.testing.assert_allclose(written, maps.sort(descending=True).values[:9], atol=1e-4)


# ---------------------------------------------------------------- hippocampus


@pytest.mark.slow
def test_the_hippocampus_is_found_better_than_by_the_atlas(need_real_data):
    need_real_data("hippocampus")
    volumes = cnn.scans()
    atlas = cnn.dice_of(volumes, [cnn.mean_atlas(volumes)] * len(volumes.test)).mean()
    for seed in range(3):
        network, _ = cnn.fit_scans(volumes, seed=seed)
        dice = cnn.dice_of(volumes, cnn.logits(network, volumes.X[volumes.test]).argmax(1)).mean()
        assert (dice > atlas + 0.05).all() and dice.min() > 0.75


def test_one_pattern_runs_in_three_dimensions():
    for module, shape in ((cnn.Conv1d(4, 2, 3), (2, 4, 9)), (cnn.Conv2d(3, 2, 3), (2, 3, 9, 9)),
                          (cnn.Conv3d(1, 2, 3), (2, 1, 9, 9, 9))):  # fmt: skip
        out = module(torch.zeros(shape))
        assert out.shape == (2, 2, *[7] * (len(shape) - 2))


def test_without_its_head_a_network_gives_no_classes(task):
    model = cnn.SequenceCNN(16, 12)
    assert model.features(torch.tensor(task.X[:5])).shape == (5, 16)
    assert model(torch.tensor(task.X[:5])).shape == (5, 2)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: cnn.promoters("yeast"), "name: expected one of"),
        (lambda: cnn.SequenceCNN(pool=9), "length: expected the length"),
        (lambda: cnn.colour_histogram(np.zeros((3, 3))), "X: expected 4 dimension"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
