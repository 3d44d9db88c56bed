"""Reliability, calibration error and temperature agree with scikit-learn, with torch, and with what they promise."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.calibration import calibration_curve

from bioml_helpers import evaluation
from bioml_helpers.evaluation import Temperature, expected_calibration_error, reliability_curve, temperature_scale


def drawn(rows=4000, seed=0, power=2.0):
    """Probabilities, and labels that come true less often than said."""
    rng = np.random.default_rng(seed)
    said = rng.random(rows)
    return (rng.random(rows) < said**power).astype(int), said


@pytest.mark.parametrize("bins", [2, 5, 10, 17])
@pytest.mark.parametrize(("spacing", "strategy"), [("even", "uniform"), ("equal counts", "quantile")])
def test_the_curve_is_that_of_scikit_learn(bins, spacing, strategy):
    y, said = drawn(seed=bins)
    observed, mean_said = calibration_curve(y, said, n_bins=bins, strategy=strategy)
    curve = reliability_curve(y, said, bins=bins, spacing=spacing)
    np.testing.assert_allclose(curve["observed"], observed, atol=1e-12)
    np.testing.assert_allclose(curve["said"], mean_said, atol=1e-12)
    assert curve["rows"].sum() == len(y)


def test_values_on_an_edge_fall_as_in_scikit_learn():
    y, said = np.array([0, 1, 0, 1, 1, 0]), np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    observed, mean_said = calibration_curve(y, said, n_bins=5)
    curve = reliability_curve(y, said, bins=5)
    np.testing.assert_allclose(curve[["observed", "said"]], np.stack([observed, mean_said], axis=1), atol=1e-12)


def test_several_classes_are_judged_by_the_likeliest():
    rng = np.random.default_rng(1)
    said = rng.dirichlet([1, 1, 1], size=3000)
    y = rng.integers(3, size=3000)
    right, confidence = (said.argmax(axis=1) == y).astype(int), said.max(axis=1)
    observed, mean_said = calibration_curve(right, confidence, n_bins=10)
    curve = reliability_curve(y, said)
    np.testing.assert_allclose(curve["observed"], observed, atol=1e-12)
    np.testing.assert_allclose(curve["said"], mean_said, atol=1e-12)


def test_the_error_is_the_weighted_gap():
    y, said = drawn(seed=3)
    number = np.minimum((said * 10).astype(int), 9)
    expected = sum(abs(y[number == b].mean() - said[number == b].mean()) * (number == b).mean() for b in range(10))
    assert expected_calibration_error(y, said) == pytest.approx(expected, abs=1e-12)


def test_true_probabilities_have_an_error_near_0_and_powers_of_them_have_not():
    assert expected_calibration_error(*drawn(40_000, power=1.0)) < 0.015
    assert expected_calibration_error(*drawn(40_000, power=2.0)) == pytest.approx(1 / 2 - 1 / 3, abs=0.015)


@pytest.mark.parametrize("classes", [2, 3, 8])
@pytest.mark.parametrize("sharper", [0.5, 1.0, 3.0])
def test_the_temperature_that_was_put_in_is_found(classes, sharper):
    rng = np.random.default_rng(classes)
    logits = rng.normal(0, 2, size=(20_000, classes))
    chance = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (chance.cumsum(axis=1) > rng.random((len(logits), 1))).argmax(axis=1)
    assert temperature_scale(logits * sharper, y).value == pytest.approx(sharper, rel=0.05)


def test_it_minimises_the_cross_entropy_of_torch():
    rng = np.random.default_rng(5)
    logits = torch.tensor(rng.normal(0, 4, size=(500, 3)))
    y = torch.where(torch.tensor(rng.random(500) < 0.7), logits.argmax(dim=1), torch.tensor(rng.integers(3, size=500)))
    best = temperature_scale(logits, y).value
    losses = [torch.nn.functional.cross_entropy(logits / (best * share), y).item() for share in (0.97, 1.0, 1.03)]
    assert losses[1] < min(losses[0], losses[2])


def test_one_logit_a_row_is_the_same_as_two_columns():
    rng = np.random.default_rng(6)
    one, y = rng.normal(0, 3, size=800), rng.integers(2, size=800)
    two = np.stack([np.zeros(800), one], axis=1)
    first, second = temperature_scale(one, y), temperature_scale(two, y)
    assert first.value == pytest.approx(second.value, rel=1e-4)
    np.testing.assert_allclose(first(one), first(two)[:, 1], atol=1e-12)


@pytest.mark.parametrize("value", [0.3, 1.0, 7.0])
def test_probabilities_are_those_of_torch_and_no_rank_changes(value):
    rng = np.random.default_rng(7)
    logits = rng.normal(0, 3, size=(200, 4))
    said = Temperature(value)(logits)
    np.testing.assert_allclose(said, torch.softmax(torch.tensor(logits) / value, dim=1), atol=1e-12)
    assert (said.argmax(axis=1) == logits.argmax(axis=1)).all()
    binary, y = logits[:, 0], (rng.random(200) < 0.4).astype(int)
    assert evaluation.auroc(y, Temperature(value)(binary)) == pytest.approx(evaluation.auroc(y, binary))


def test_logits_of_a_thousand_do_not_overflow():
    assert Temperature(1.0)([1000.0, -1000.0]).tolist() == [1.0, 0.0]
    assert temperature_scale([1000.0, -1000.0, 900.0, 800.0], [1, 0, 0, 1]).value <= 100.01


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: reliability_curve([0, 1], [0.2, 1.7]), "probabilities: .* from 0 to 1, got 1.7; are these logits"),
        (lambda: reliability_curve([0, 2], [0.2, 0.7]), "y: expected class numbers from 0 to 1, got 2"),
        (lambda: reliability_curve([0], [0.2, 0.7]), "y: expected 2 labels, one a row, got 1"),
        (lambda: reliability_curve([0, 1], [[0.5, 0.2], [0.5, 0.5]]), "rows that add up to 1, got 0.7 in row 0"),
        (lambda: reliability_curve([0, 1], [0.2, 0.7], bins=1), "bins: expected a number at least 2, got 1"),
        (lambda: reliability_curve([0, 1], [0.2, 0.7], spacing="log"), "spacing: expected one of 'even'"),
        (lambda: temperature_scale(np.zeros((2, 1)), [0, 0]), r"logits: expected shape \(n,\) or \(n, classes\)"),
        (lambda: temperature_scale([0.1, 0.2], [0, 3]), "y: expected class numbers from 0 to 1, got 3"),
    ],
)
def test_wrong_use_is_one_sentence(act, sentence):
    with pytest.raises(ValueError, match=sentence):
        act()
