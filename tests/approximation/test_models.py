"""The figures that chapter 1 quotes, and the models that give them."""

import numpy as np
import pytest
import torch

from bioml_helpers import approximation as ap
from bioml_helpers import data

FLOOR = 5.18  # cm², the spread of the replicates


@pytest.fixture(scope="module")
def ryegrass():
    table, _ = data.load("ryegrass", quiet=True)
    return table["dose_mM"].to_numpy(), table["root_length_cm"].to_numpy()


@pytest.fixture(scope="module")
def trained(ryegrass):
    dose, length = ryegrass
    return {width: ap.train_networks(ap.log_dose(dose), length, width=width) for width in (5, 50)}


def test_doubling_the_pieces_divides_the_error_by_four():
    errors = ap.errors_by_pieces(ap.CURVES["ryegrass"], "best")
    pieces = np.arange(8, 65)
    slope = np.polyfit(np.log(pieces), np.log(errors[7:]), 1)[0]
    assert -2.2 < slope < -1.8


def test_the_published_log_logistic_fit_is_reproduced(ryegrass):
    fit = ap.fit_log_logistic(*ryegrass)
    assert fit.parameters == pytest.approx({"b": 2.982, "c": 0.481, "d": 7.793, "e": 3.058}, abs=5e-4)
    assert fit.residual_standard_error == pytest.approx(0.520, abs=5e-4)
    assert fit.rss == pytest.approx(5.40, abs=0.005)


def test_the_replicates_of_ryegrass_leave_5_18(ryegrass):
    assert ap.noise_floor(*ryegrass) == pytest.approx(FLOOR, abs=0.005)


def test_five_relus_placed_by_hand_come_close_to_the_floor(ryegrass):
    by_hand = ap.relus_by_hand(*ryegrass)
    assert len(by_hand.w) == 5
    assert by_hand.rss == pytest.approx(5.19, abs=0.005)


def test_five_neurons_miss_the_fit_from_five_starts_of_five(trained):
    assert (trained[5].rss > 20).all()


def test_fifty_neurons_come_near_the_floor_from_five_starts_of_five(trained):
    assert (trained[50].rss < FLOOR + 0.1).all()


def test_a_ridge_lies_between_where_five_neurons_stop_and_the_weights_placed_by_hand(ryegrass, trained):
    share, rss = ap.path_to_hand_placed(*ryegrass, trained[5])
    np.testing.assert_allclose(rss[:, 0], trained[5].rss, rtol=1e-3)
    np.testing.assert_allclose(rss[:, -1], ap.relus_by_hand(*ryegrass).rss, rtol=1e-6)
    assert (rss.max(axis=1) > 2 * rss[:, 0]).all()
    assert share[0] == 0 and share[-1] == 1


def test_no_network_breaks_the_noise_floor(trained):
    assert min(t.rss.min() for t in trained.values()) > FLOOR - 0.005


def test_beyond_the_data_the_networks_go_below_zero_and_the_formula_does_not(ryegrass):
    dose, length = ryegrass
    seen = dose < 15
    network = ap.train_networks(ap.log_dose(dose[seen]), length[seen], width=50)
    assert (network.predict(ap.log_dose([30.0])) < -2).all()
    assert ap.fit_log_logistic(dose[seen], length[seen]).predict(30.0) == pytest.approx(0.67, abs=0.01)


def test_with_the_lower_plateau_hidden_the_formula_fails_too(ryegrass):
    dose, length = ryegrass
    seen = dose < 7.5
    fit = ap.fit_log_logistic(dose[seen], length[seen])
    error = np.sqrt(((fit.predict(dose[~seen]) - length[~seen]) ** 2).mean())
    assert fit.parameters["c"] == pytest.approx(2.4, abs=0.05)
    assert error > 1.7


def test_one_sigmoid_neuron_fits_the_real_elisa_as_the_logistic_formula_does(need_real_data):
    need_real_data("dnase")
    elisa, card = data.load("dnase", quiet=True)
    assert card.level == "real"
    table = ap.leave_one_run_out(elisa).set_index("model")
    assert table["R² on all runs"].to_numpy() == pytest.approx([0.994, 0.994], abs=0.001)
    assert table["error on a new run"].max() < 1.1 * table["error on a new run"].min()


def test_treatment_as_second_input_halves_the_error_on_real_puromycin(need_real_data):
    need_real_data("puromycin")
    table, _ = data.load("puromycin", quiet=True)
    x = np.log(table["concentration_ppm"].to_numpy())
    treated = (table["state"] == "treated").to_numpy(float)
    rate = table["rate_counts_per_min2"].to_numpy() / 100
    one = ap.train_networks(x, rate, width=50).rss
    two = ap.train_networks(np.column_stack([x, treated]), rate, width=50).rss
    assert (np.sqrt(two) < np.sqrt(one) / 2).all()


def test_each_seed_starts_the_same_whatever_seeds_are_beside_it():
    alone, among = ap.HiddenLayers(4, [3]), ap.HiddenLayers(4, [1, 2, 3])
    assert torch.equal(alone.W[0], among.W[2])
    assert torch.equal(alone.c[0], among.c[2])


def test_networks_side_by_side_compute_what_each_would_alone():
    networks = ap.HiddenLayers(3, [0, 1], num_inputs=2)
    X = torch.randn(6, 2, generator=torch.Generator().manual_seed(0))
    one = torch.relu(X @ networks.W[1] + networks.b[1]) @ networks.v[1] + networks.c[1]
    torch.testing.assert_close(networks(X)[:, 1], one[:, 0])


def test_without_activation_any_width_is_one_straight_line():
    trained = ap.train_networks(
        np.linspace(0, 1, 20), np.linspace(0, 1, 20) ** 2, width=20, activation="none", num_steps=300
    )
    at = trained.predict([0.0, 0.5, 1.0])
    np.testing.assert_allclose(at[:, 1], (at[:, 0] + at[:, 2]) / 2, atol=1e-5)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: ap.log_dose([-1.0]), "dose: expected 0 or more"),
        (lambda: ap.fit_log_logistic([1, 2, 3], [1, 2, 3]), "more observations than the 4 parameters"),
        (lambda: ap.train_networks([1, 1, 1], [1, 2, 3], width=2), "inputs that vary"),
        (lambda: ap.train_networks([1, 2, 3], [1, 2], width=2), "y: expected length 3"),
        (lambda: ap.HiddenLayers(0, [0]), "width: expected a number at least 1"),
        (lambda: ap.HiddenLayers(2, []), "seeds: expected at least one"),
        (lambda: ap.HiddenLayers(2, [0], activation="tanh"), "activation: expected one of"),
        (lambda: ap.relus_by_hand([1, 2], [1, 2], thresholds=[5]), "thresholds: expected measured doses"),
        (lambda: ap.log_logistic([-1], 1, 1, 1, 1), "dose: expected 0 or more"),
    ],
)
def test_bad_input_is_named(call, says):
    with pytest.raises(ValueError, match=says):
        call()
