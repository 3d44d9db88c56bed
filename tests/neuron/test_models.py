"""The figures that chapter 2 quotes: logic, promoters by leave-one-out, the logo, the controls."""

import re
from pathlib import Path

import numpy as np
import pytest

from bioml_helpers import data, neuron
from bioml_helpers.evaluation import leave_one_out_errors, wilson_interval
from bioml_helpers.neuron import models

MASTER = Path(__file__).resolve().parents[2] / "chapters/source/02_neuron.py"


@pytest.fixture(scope="module")
def promoters():
    table, card = data.load("promoters", quiet=True)
    return (*neuron.promoter_inputs(table), card)


@pytest.fixture
def real_promoters(need_real_data, promoters):
    need_real_data("promoters")
    X, y, card = promoters
    assert card.level == "real"
    return X, y


def test_no_single_neuron_of_the_grid_gets_xor_right():
    assert neuron.best_single_neuron(models.XOR) == (3, 41**3)


@pytest.mark.parametrize("wanted", [[0, 1, 0, 0], [0, 0, 0, 1], [0, 1, 1, 1]])
def test_the_grid_finds_the_gates_that_a_line_can_draw(wanted):
    assert neuron.best_single_neuron(wanted)[0] == 4


def test_two_hidden_neurons_and_a_third_get_xor_right():
    y = neuron.two_layers(neuron.pictures.AT_LEAST_ONE_AND_BOTH, neuron.pictures.ONE_NOT_BOTH)
    np.testing.assert_array_equal(y > 0.5, models.XOR == 1)


def test_the_spiking_neuron_is_silent_below_its_threshold_and_then_quicker_with_more_current():
    rates = neuron.spike_rates([0.0, 1.0, 1.4, 2.0, 3.0, 5.0])
    assert (rates[:3] == 0).all()
    assert (np.diff(rates[2:]) > 0).all()


def test_the_timeline_is_a_table_from_1943_to_2022():
    years = [int(year) for year in re.findall(r"^# \| (\d{4}) \|", MASTER.read_text(encoding="utf-8"), re.MULTILINE)]
    assert years == sorted(years)
    assert (years[0], years[-1]) == (1943, 2022)
    assert len(years) >= 8


def test_the_promoter_neuron_makes_at_most_12_errors_of_106(real_promoters):
    errors = int(leave_one_out_errors(neuron.fit_neuron, *real_promoters).sum())
    assert errors <= 12
    assert errors == pytest.approx(8, abs=2)  # what the chapter says
    assert wilson_interval(errors, 106).high < 38 / 106  # below the baseline, with room


@pytest.mark.parametrize("C", [0.01, 0.1, 10.0])
def test_the_penalty_hardly_matters(real_promoters, C):
    fit = lambda X, y: neuron.fit_neuron(X, y, C=C)  # noqa: E731
    assert leave_one_out_errors(fit, *real_promoters).sum() <= 12


def test_gc_content_alone_makes_38_errors(real_promoters):
    X, y = real_promoters
    assert leave_one_out_errors(neuron.fit_neuron, neuron.gc_content(X), y).sum() == 38


def test_the_perceptron_lies_between_the_neuron_and_the_baseline_from_five_orders_of_five(real_promoters):
    errors = [leave_one_out_errors(neuron.Perceptron(seed=seed).fit, *real_promoters).sum() for seed in range(5)]
    assert 8 <= np.mean(errors) <= 16
    assert max(errors) < 30


def test_the_strongest_positions_lie_in_the_two_boxes(real_promoters):
    strongest = neuron.strongest_positions(neuron.fit_neuron(*real_promoters), 5)
    assert all(neuron.in_a_box(one) for one in strongest)
    assert {-36, -35, -34} <= set(strongest)
    assert any(-13 <= one <= -7 for one in strongest)


def test_ttgaca_stands_along_the_top_of_the_35_box(real_promoters):
    weights = neuron.weight_table(neuron.fit_neuron(*real_promoters))
    assert "".join(weights.loc[-36:-31].idxmax(axis=1)) == "TTGACA"


def test_on_shuffled_labels_training_is_perfect_and_half_of_the_left_out_are_wrong(promoters):
    X, y, _ = promoters
    errors = []
    for seed in range(3):
        labels = neuron.shuffled_labels(y, seed)
        assert (neuron.fit_neuron(X, labels).predict(X) == labels).all()
        errors.append(leave_one_out_errors(neuron.fit_neuron, X, labels).sum())
    assert 42 <= np.mean(errors) <= 64


def test_columns_chosen_with_all_labels_in_view_make_nonsense_look_like_skill(promoters):
    X, y, _ = promoters
    outside, inside = [], []
    for seed in range(5):
        labels = neuron.shuffled_labels(y, seed)
        chosen = X[:, neuron.choose_columns(X, labels, 20)]
        outside.append(leave_one_out_errors(neuron.fit_neuron, chosen, labels).sum())
        inside.append(leave_one_out_errors(neuron.choose_then_fit, X, labels).sum())
    assert (np.array(outside) < inside).all()
    assert np.mean(outside) < 35
    assert np.mean(inside) > 43


def test_the_unit_changes_the_weight_and_not_the_prediction():
    roots, _ = data.load("ryegrass", quiet=True)
    both = neuron.in_two_units(roots["dose_mM"], roots["root_length_cm"] < 7.5)
    assert both.weights["mM"] / both.weights["µM"] == pytest.approx(1000, rel=1e-3)
    np.testing.assert_allclose(both.probabilities["mM"], both.probabilities["µM"], atol=1e-3)


def test_half_of_the_roots_are_stunted_at_0_58_mM():
    roots, _ = data.load("ryegrass", quiet=True)
    x, stunted = np.log(roots["dose_mM"].replace(0, 0.3)).to_numpy()[:, None], (roots["root_length_cm"] < 7.5)
    w, b, _ = neuron.descend(x, stunted, learning_rate=1.0, num_steps=1000)
    theirs = neuron.fit_neuron(x, stunted, C=np.inf)
    np.testing.assert_allclose([w[0], b], [theirs.coef_[0, 0], theirs.intercept_[0]], rtol=0.02)
    assert np.exp(-b / w[0]) == pytest.approx(0.58, abs=0.005)


def test_without_its_head_a_network_gives_no_classes():
    import torch

    network = torch.nn.Sequential(
        torch.nn.Conv1d(4, 8, 7),
        torch.nn.ReLU(),
        torch.nn.MaxPool1d(3),
        torch.nn.Flatten(),
        torch.nn.Linear(136, 16),
        torch.nn.ReLU(),
        torch.nn.Linear(16, 2),
    )
    one = torch.zeros(1, 4, 57)
    assert network(one).shape == (1, 2)
    assert network[:4](one).shape == (1, 136)


def test_reliability_counts_each_example_once_and_agrees_with_scikit_learn():
    from sklearn.calibration import calibration_curve

    rng = np.random.default_rng(0)
    p = rng.random(200)
    y = (rng.random(200) < p).astype(float)
    table = models.reliability(p, y, bins=5)
    observed, predicted = calibration_curve(y, p, n_bins=5)
    assert table["examples"].sum() == 200
    np.testing.assert_allclose(table[["predicted", "observed"]], np.column_stack([predicted, observed]))


def test_left_out_probabilities_make_the_same_errors_as_leave_one_out(promoters):
    X, y, _ = promoters
    p = models.left_out_probabilities(X, y)
    np.testing.assert_array_equal((p > 0.5) != y, leave_one_out_errors(neuron.fit_neuron, X, y))


def test_promoter_inputs_keep_the_letters_at_their_positions():
    table = data.simulate.promoters(3)
    X, _ = neuron.promoter_inputs(table)
    assert data.encode.decode(X.reshape(6, 57, 4), channels_first=False) == table["sequence"].tolist()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: neuron.best_single_neuron([0, 1, 1]), "wanted: expected length 4"),
        (lambda: neuron.two_layers([[1, 2, 3]], [1, 2, 3]), "hidden: expected length 2"),
        (lambda: neuron.two_layers([[1, 2, 3], [1, 2, 3]], [1, 2]), "output: expected length 3"),
        (lambda: neuron.weight_table([1.0, 2.0]), "neuron: expected 228 weights, got 2"),
        (lambda: neuron.fit_neuron([[1.0], [2.0]], [0, 2]), "y: expected labels 0 and 1"),
        (lambda: neuron.spike_rates([]), "currents: expected at least 1"),
        (lambda: neuron.gc_content([1.0]), "X: expected 2 dimension"),
        (lambda: models.reliability([1.5], [1]), "probabilities: expected values between 0 and 1"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
