"""Simulators hold to their documented truth: fitting the mechanistic model finds the parameters again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import curve_fit

from bioml_helpers.data import simulate

GENERATORS = [simulate.dose_response, simulate.elisa, simulate.michaelis_menten]


@pytest.mark.parametrize("generator", GENERATORS)
def test_same_seed_same_table(generator):
    assert generator(seed=3).equals(generator(seed=3))


@pytest.mark.parametrize("generator", GENERATORS)
def test_another_seed_another_table(generator):
    assert not generator(seed=3).equals(generator(seed=4))


@pytest.mark.parametrize("generator", GENERATORS)
def test_the_global_generator_is_left_alone(generator):
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    generator()
    np.testing.assert_array_equal(np.random.get_state()[1], before)


def test_dose_response_has_the_shape_of_ryegrass():
    table = simulate.dose_response()
    assert table.groupby("dose_mM").size().tolist() == [6, 3, 3, 3, 3, 3, 3]
    assert (table.root_length_cm >= 0).all()


def test_dose_response_truth_is_found_again():
    table = simulate.dose_response(replicates=2000, seed=1)
    fit, _ = curve_fit(
        lambda x, b, c, d, e: c + (d - c) / (1 + (x / e) ** b), table.dose_mM, table.root_length_cm, p0=(2, 1, 7, 4)
    )
    np.testing.assert_allclose(fit, (3.0, 0.5, 7.8, 3.0), rtol=0.02)


def test_dose_response_spread_grows_with_the_mean():
    spread = simulate.dose_response(replicates=4000, seed=2).groupby("dose_mM").root_length_cm.std()
    assert spread[0.0] == pytest.approx(0.5, rel=0.05)
    assert spread[30.0] == pytest.approx(0.5 * np.sqrt(0.507 / 7.8), rel=0.05)


def test_elisa_truth_is_found_again():
    table = simulate.elisa(runs=400, seed=1)
    fit, _ = curve_fit(
        lambda x, a, m, s: a / (1 + np.exp(-(x - m) / s)),
        np.log(table.concentration_ng_per_ml), table.optical_density, p0=(2, 1, 1),
    )  # fmt: skip
    np.testing.assert_allclose((fit[0], np.exp(fit[1]), fit[2]), (2.5, 4.6, 1.1), rtol=0.03)


def test_elisa_runs_differ_in_height():
    top = simulate.elisa(runs=2000, noise=0, seed=2).groupby("run").optical_density.max()
    assert top.std() / top.mean() == pytest.approx(0.05, rel=0.1)


@pytest.mark.parametrize("state", ["treated", "untreated"])
def test_michaelis_menten_truth_is_found_again(state):
    table = simulate.michaelis_menten(replicates=500, seed=1).query("state == @state")
    fit, _ = curve_fit(
        lambda x, top, half: top * x / (half + x), table.concentration_ppm, table.rate_counts_per_min2, p0=(100, 0.1)
    )
    np.testing.assert_allclose(fit, (simulate.VMAX[state], simulate.KM_PPM[state]), rtol=0.03)


@pytest.mark.parametrize(
    ("generator", "options", "sentence"),
    [
        (simulate.dose_response, {"doses": [-1, 2]}, r"doses: expected 0 or more, got -1"),
        (simulate.dose_response, {"doses": []}, "doses: expected at least 1 value"),
        (simulate.dose_response, {"doses": [[1, 2]]}, "doses: expected 1 dimension"),
        (simulate.dose_response, {"doses": [1, np.nan]}, "doses: expected finite numbers"),
        (simulate.dose_response, {"replicates": 0}, "replicates: expected a number at least 1, got 0"),
        (simulate.dose_response, {"replicates": 1.5}, "replicates: expected whole numbers"),
        (simulate.dose_response, {"e": 0}, "e: expected a number above 0, got 0"),
        (simulate.dose_response, {"c": 9}, "d: expected a number at least 9"),
        (simulate.dose_response, {"noise": -1}, "noise: expected a number at least 0"),
        (simulate.dose_response, {"seed": -1}, "seed: expected a number at least 0"),
        (simulate.elisa, {"concentrations": [0, 1]}, "concentrations: expected numbers above 0"),
        (simulate.elisa, {"runs": 0}, "runs: expected a number at least 1"),
        (simulate.elisa, {"scale": -1}, "scale: expected a number above 0"),
        (simulate.michaelis_menten, {"concentrations": [0]}, "concentrations: expected numbers above 0"),
        (simulate.michaelis_menten, {"km": {"other": 1}}, "vmax, km: expected the same states in both"),
        (simulate.michaelis_menten, {"vmax": {"a": 0}, "km": {"a": 1}}, r"vmax\['a'\]: expected a number above 0"),
    ],
)
def test_bad_parameters_are_one_sentence(generator, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        generator(**options)


@pytest.mark.parametrize("generator", GENERATORS)
def test_words_are_no_numbers(generator):
    with pytest.raises(TypeError, match="noise: expected numbers, got a str"):
        generator(noise="much")
