"""The figures of chapter 4's gallery, each from five seeds, and the mathematics below them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn.metrics import average_precision_score, roc_auc_score

from bioml_helpers import data, evaluation
from bioml_helpers.cnn import applications
from bioml_helpers.data import simulate

SEEDS = range(5)


# ---------------------------------------------------------------- contacts


def chain_truth():
    truth = np.zeros((10, 10))
    for first, second, _ in simulate.alignments.CHAIN_PAIRS:
        i, j = (simulate.alignments.CHAIN_NAMES.index(name) for name in (first, second))
        truth[i, j] = truth[j, i] = 1
    return truth


@pytest.mark.parametrize("seed", SEEDS)
def test_on_the_chain_correlation_reaches_two_thirds_and_direct_coupling_all(seed):
    columns = simulate.coupled_chain(2000, seed=seed)
    correlation, direct = applications.correlations(columns), applications.direct_couplings(columns)
    assert evaluation.precision_at(correlation, chain_truth(), 6, separation=1) == pytest.approx(4 / 6)
    assert evaluation.precision_at(direct, chain_truth(), 6, separation=1) == 1
    assert correlation[0, 2] == pytest.approx(0.70, abs=0.03)  # A and C never touch
    assert correlation[6, 7] == pytest.approx(0.42, abs=0.06)  # G and H do


def test_direct_coupling_is_the_partial_correlation():
    columns = np.random.default_rng(0).normal(size=(400, 3)) @ np.array([[1, 0.8, 0.1], [0, 1, 0.7], [0, 0, 1]])
    rest = [one - np.polyval(np.polyfit(columns[:, 1], one, 1), columns[:, 1]) for one in columns.T[[0, 2]]]
    partial = abs(stats.pearsonr(*rest).statistic)
    assert applications.direct_couplings(columns)[0, 2] == pytest.approx(partial, abs=1e-9)


def test_maps_of_an_alignment_find_the_one_pair_that_is_coupled():
    rng = np.random.default_rng(2)
    sequences = rng.integers(5, size=(500, 12))
    sequences[:, 9] = np.where(rng.random(500) < 0.8, sequences[:, 2], sequences[:, 9])
    for scores in applications.coupling_maps(sequences).values():
        assert evaluation.pairs_in_order(scores, separation=1)[0].tolist() == [2, 9]
        np.testing.assert_allclose(scores, scores.T, atol=1e-9)


def test_the_network_of_maps_does_not_care_which_residue_comes_first_nor_how_long_the_chain_is():
    torch.manual_seed(0)
    network = applications.ContactNetwork()
    logits = network(torch.rand(2, 3, 20, 20))
    assert torch.equal(logits, logits.transpose(1, 2))
    assert network(torch.rand(1, 3, 47, 47)).shape == (1, 47, 47)


@pytest.mark.slow
def test_contacts_precision_grows_with_depth_and_the_network_is_ahead_from_five_seeds():
    tables = [applications.contact_study(test=12, depths=(10, 100, 1000), seed=seed).precision() for seed in SEEDS]
    for table in tables:
        assert table.loc[100, "CNN"] > max(table.loc[100, list(applications.COUPLING_MAPS)]) + 0.03
        assert table.loc[1000, "CNN"] > 0.8
        assert table.loc[10, "CNN"] < 0.45  # few relatives, few contacts: also for the network
        assert table.loc[10, "CNN"] > table.loc[10, "inverse covariance"]
        assert (table.diff().iloc[1:] > 0).all(axis=None)


# ---------------------------------------------------------------- variants


def test_the_likelihood_is_that_of_independent_reads():
    some = simulate.pileups(20, depth=12, seed=3)
    log_likelihood = applications.genotype_log_likelihoods(some.pictures)
    middle = some.pictures[:, :, :, 5].astype(float)
    for site in range(20):
        here = middle[site, 0] == 1
        error, shows = 10 ** (-6 * middle[site, 2, here]), middle[site, 1, here].astype(bool)
        for copies, chance in enumerate((error, np.full_like(error, 0.5), 1 - error)):
            by_scipy = stats.bernoulli.logpmf(shows, chance).sum()
            assert log_likelihood[site, copies] == pytest.approx(by_scipy, abs=1e-4)


def test_the_network_does_not_care_in_which_order_reads_lie():
    some = simulate.pileups(6, depth=20, seed=4)
    torch.manual_seed(0)
    network = applications.PileupNetwork()
    shuffled = some.pictures[:, :, np.random.default_rng(0).permutation(30)]
    with torch.no_grad():
        torch.testing.assert_close(network(torch.tensor(some.pictures)), network(torch.tensor(shuffled)))


@pytest.mark.slow
def test_variants_the_network_wins_with_artefacts_and_the_formula_on_clean_reads_from_five_seeds():
    for seed in SEEDS:
        table = applications.variant_study(test=800, seed=seed).table.set_index(["sites", "depth", "method"])["right"]
        for depth, least in ((5, 0.02), (15, 0.1), (30, 0.1)):
            assert table["with artefacts", depth, "CNN"] > table["with artefacts", depth, "formula"] + least
        for depth in (15, 30):
            assert table["with artefacts", depth, "CNN"] > table["with artefacts", depth, "formula + filters"] + 0.01
            assert table["clean", depth, "formula"] > 0.99
        assert table["clean", 5, "formula"] > table["clean", 5, "CNN"] + 0.01
        assert set(table.index.get_level_values("method")) == {"formula", "formula + filters", "CNN"}


# ---------------------------------------------------------------- particles


def test_the_matched_filter_is_a_convolution_with_the_particle():
    some = simulate.micrographs(2, noise=1.0, seed=1)
    score = applications.matched_filter(some.images)
    template = simulate.particle() / np.linalg.norm(simulate.particle())
    for row, column in ((20, 20), (40, 11), (31, 52)):
        window = some.images[1, row - 6 : row + 7, column - 6 : column + 7]
        assert score[1, row, column] == pytest.approx((window * template).sum(), abs=1e-4)


def test_more_angles_never_fit_worse():
    images = simulate.micrographs(2, seed=2).images
    one, many = (applications.matched_filter(images, angles=angles) for angles in ((0,), applications.ALL_ANGLES))
    assert (many >= one - 1e-5).all()


def test_average_precision_is_that_of_scikit_learn_where_every_particle_is_picked():
    some = simulate.micrographs(6, noise=0.4, turned=False, contaminants=False, seed=3)
    scores = applications.matched_filter(some.images)
    precision, recall, average = applications.precision_recall(scores, some)
    hits, ranks = [], []
    for score, truth in zip(scores, some.particles, strict=True):
        free = [tuple(place) for place in truth]
        for place, value in zip(*applications.pick(score), strict=True):
            near = [one for one in free if np.hypot(*(np.array(one) - place)) <= applications.PICK_RADIUS]
            hits.append(bool(near))
            ranks.append(value)
            if near:
                free.remove(min(near, key=lambda one: np.hypot(*(np.array(one) - place))))
    assert recall[-1] == 1
    assert average == pytest.approx(average_precision_score(hits, ranks), abs=1e-9)
    assert precision[-1] == pytest.approx(np.mean(hits))


def test_a_particle_is_found_once():
    some = simulate.micrographs(1, noise=0.0, contaminants=False, particles=1, seed=5)
    (row, column) = some.particles[0][0]
    score = np.zeros((1, 64, 64))
    score[0, row, column] = 2
    score[0, row, (column + 30) % 64] = 1
    precision, recall, average = applications.precision_recall(score, some)
    assert precision.tolist() == [1.0, 0.5] and recall.tolist() == [1.0, 1.0] and average == 1
    missed = applications.precision_recall(np.roll(score, 9, axis=1), some)
    assert missed[2] == 0


def test_the_picking_network_moves_with_the_image():
    torch.manual_seed(0)
    network = applications.ParticleNetwork()
    image = torch.rand(1, 64, 64)
    with torch.no_grad():
        moved = network(torch.roll(image, (5, 3), (1, 2)))
        torch.testing.assert_close(moved[:, 20:50, 20:50], torch.roll(network(image), (5, 3), (1, 2))[:, 20:50, 20:50])


@pytest.mark.slow
def test_particles_the_network_wins_among_ice_and_not_in_the_templates_own_world_from_five_seeds():
    tables = [applications.picking_study(seed=seed).table() for seed in SEEDS]
    for table in tables:
        hard, easy = table.loc["any angle, ice"], table.loc["one angle, no ice"]
        assert (hard["CNN"] > hard["matched filter"] + 0.05).all()
        assert (easy["matched filter"] > easy["CNN"] - 0.05).all()
        assert easy.loc[[0.5, 1.0], "matched filter"].min() > 0.95
        assert list(hard.index) == list(applications.NOISE_LEVELS)
    loudest = np.mean([table.loc[("one angle, no ice", 1.5)] for table in tables], axis=0)
    assert loudest[list(tables[0]).index("matched filter")] > loudest[list(tables[0]).index("CNN")]


# ---------------------------------------------------------------- sites


@pytest.mark.parametrize("counts", [(9, 1, 1, 9), (30, 70, 2, 98), (4, 4, 4, 4), (0, 5, 3, 9), (145, 279, 13, 1108)])
def test_sorting_by_hospital_is_an_auroc(counts):
    a, b, c, d = counts
    y = [1] * a + [0] * b + [1] * c + [0] * d
    site = [1] * (a + b) + [0] * (c + d)
    assert applications.auroc_of_sorting(*counts) == pytest.approx(roc_auc_score(y, site))


def test_the_published_prevalences_give_about_the_published_auroc():
    counts = [images * part for images, share in ((42_396, 0.342), (112_120, 0.012)) for part in (share, 1 - share)]
    assert applications.auroc_of_sorting(*counts) == pytest.approx(0.861, abs=0.006)


def test_normalisation_takes_a_stronger_lamp_away():
    rng = np.random.default_rng(0)
    inputs = rng.gamma(2, 1, (3, 3, 28, 28))
    cast = 2 * inputs + np.array([0.5, 1.0, 0.0])[:, None, None]
    np.testing.assert_allclose(applications.colour_normalised(cast), applications.colour_normalised(inputs), atol=0.15)


def test_augmented_crops_keep_their_shapes_and_change_their_colours():
    inputs = np.random.default_rng(0).random((4, 3, 8, 8))
    made = applications.stain_augmented(inputs, 3, seed=1)
    assert made.shape == (12, 3, 8, 8)
    casts = made.mean(axis=(2, 3)).reshape(3, 4, 3)
    assert casts.std(axis=0).min() > 0.01
    # every colour of a stained crop is a mixture of the crop's own colours and a background
    design = np.concatenate([inputs[1].reshape(3, -1), np.ones((1, 64))]).T
    for channel in made[5].reshape(3, -1):
        residual = channel - design @ np.linalg.lstsq(design, channel, rcond=None)[0]
        assert np.abs(residual).max() < 1e-5


@pytest.fixture(scope="module")
def cells():
    return applications.platelets_and_red_cells(quiet=True)


def test_as_many_platelets_as_red_cells_and_no_field_in_two_parts(cells):
    assert cells.label.mean() == 0.5
    parts = data.splits.grouped_split(cells.field, (0.5, 0.2, 0.3), seed=0)
    data.splits.assert_no_group_overlap(*(cells.field[part] for part in parts))


@pytest.mark.slow
def test_validation_praises_what_fails_abroad_and_either_remedy_mends_it_from_five_seeds(cells, need_real_data):
    need_real_data("blood_cells")
    for seed in SEEDS:
        table = applications.site_study(cells, seed=seed)
        accuracy = table.dropna().set_index(["training", "part"])["accuracy"]
        assert accuracy["as it is", "validation"] > 0.85
        gaps = [accuracy["as it is", "validation"] - accuracy["as it is", part] for part in ("link broken", "abroad")]
        assert min(gaps) > 0.1 and max(gaps) > 0.2
        for part in ("link broken", "abroad"):
            assert accuracy["colour normalisation", part] > 0.9
            assert accuracy["stain augmentation", part] > max(0.8, accuracy["as it is", part] + 0.08)
        alone = table[table["training"] == "site alone"].set_index("part")["AUROC"]
        assert alone["validation"] > 0.85 and abs(alone["link broken"] - 0.5) < 0.15


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: applications.coupling_maps([[0, 9], [1, 2]]), "sequences: expected at least 2 rows of numbers from 0"),
        (lambda: applications.genotype_log_likelihoods(np.zeros((2, 3, 4, 5))), "pictures: expected 5 channels"),
        (lambda: applications.contact_study(depths=(1,)), "depths: expected a number at least 5"),
        (lambda: applications.site_study(None, trainings=("hope",)), "trainings: expected one of"),
        (lambda: applications.auroc_of_sorting(0, 3, 0, 3), "cases, controls: expected at least one of each"),
        (lambda: applications.north_or_south([1, 0], 1.5), "link: expected a number between 0 and 1"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()
