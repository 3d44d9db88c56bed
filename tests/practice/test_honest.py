"""Rare classes, costs, calibration and two models: what the companion says of them holds."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import evaluation
from bioml_helpers.practice import honest, honest_pictures


def test_always_inactive_is_right_and_knows_nothing(need_real_data):
    need_real_data("tox21")
    scores = honest.rare_class(quiet=True).scores().set_index("model")
    nothing, forest = scores.loc["always inactive"], scores.loc["forest"]
    assert nothing["accuracy"] > 0.95 and abs(forest["accuracy"] - nothing["accuracy"]) < 0.025
    assert nothing["AUPRC"] == pytest.approx(nothing["prevalence"]) and forest["AUPRC"] > 6 * nothing["AUPRC"]


def test_costs_are_those_counted_threshold_by_threshold():
    rng = np.random.default_rng(0)
    said = rng.random(200).round(2)
    y = (rng.random(200) < said).astype(int)
    curve = honest.cost_curve(y, said, cost_of_miss=7, cost_of_alarm=2)
    for row in curve.itertuples():
        called = said >= row.threshold
        assert (row.misses, row.alarms) == ((~called & (y == 1)).sum(), (called & (y == 0)).sum())
        assert row.cost == pytest.approx((7 * row.misses + 2 * row.alarms) / 200)
    assert curve["misses"].iloc[0] == 0 and curve["alarms"].iloc[-1] == 0


@pytest.mark.parametrize("miss", [1, 4, 19])
def test_the_formula_is_best_for_true_probabilities(miss):
    rng = np.random.default_rng(miss)
    said = rng.random(60_000)
    y = (rng.random(60_000) < said).astype(int)
    curve = honest.cost_curve(y, said, cost_of_miss=miss)
    near = curve.iloc[(curve["threshold"] - honest.best_threshold(miss)).abs().argmin()]
    assert near["cost"] < curve["cost"].min() * 1.02


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (([0, 1], [0.1, 1.4], 2), "probabilities: expected numbers from 0 to 1"),
        (([0, 2], [0.1, 0.4], 2), "y: expected numbers from 0 to 1, got 0 to 2"),
        (([0, 1], [0.1], 2), "probabilities: expected length 2"),
        (([0, 1], [0.1, 0.4], 0), "cost_of_miss: expected a number at least"),
    ],
)
def test_costs_that_make_no_sense_are_refused(arguments, sentence):
    y, said, miss = arguments
    with pytest.raises(ValueError, match=sentence):
        honest.cost_curve(y, said, cost_of_miss=miss)


@pytest.fixture(scope="module")
def judged() -> honest.Judged:
    return honest.many_chains(quiet=True)


def test_no_sequence_lies_in_two_parts(judged, need_real_data):
    need_real_data("secondary_structure")
    parts = [judged.task.train, judged.task.validation, judged.test]
    first = [{part.X[part.chain == one].tobytes() for one in set(part.chain)} for part in parts]
    assert not first[0] & first[1] and not first[0] & first[2] and not first[1] & first[2]
    assert sum(judged.task.chains.values()) == 128


def test_a_temperature_mends_the_error_and_no_rank(judged, need_real_data):
    need_real_data("secondary_structure")
    found = honest.calibrate(judged, [honest.overtrained(judged, seed=seed) for seed in (0, 1)])
    table = found.table().set_index("probabilities of")
    raw, mended, mean = (table.loc[name] for name in ("one network", "with temperature", "mean of 2 networks"))
    assert raw["mean confidence"] > raw["accuracy"] + 0.15 and raw["ECE"] > 0.17
    assert mended["ECE"] < 0.08 and mended["accuracy"] == raw["accuracy"] and found.temperature > 1.8
    assert mended["cross-entropy"] < mean["cross-entropy"] < raw["cross-entropy"]
    honest_pictures.reliability(found)


def test_an_interval_by_chain_is_wider_and_fails_as_often_as_it_says(judged, need_real_data):
    need_real_data("secondary_structure")
    two = honest.compare_two(judged, seeds=(0, 1))
    intervals = two.intervals(n=200)
    widths = {unit: one.high - one.low for unit, one in intervals.items()}
    assert widths["by chain"] > 1.5 * widths["by residue"]
    by_chain, by_residue = honest.standard_errors(two.difference(), two.chain)
    assert widths["by chain"] == pytest.approx(3.92 * by_chain, rel=0.3)
    assert widths["by residue"] == pytest.approx(3.92 * by_residue, rel=0.3)
    alarms = honest.false_alarms(two.difference(), two.chain)
    assert alarms["by residue"] > 0.2 and alarms["by chain"] < 0.12
    assert two.linear.mean() > evaluation.mean_interval(judged.test.y == 2, n=100).estimate + 0.04


def test_rows_that_are_independent_need_no_groups():
    found = honest.false_alarms(np.random.default_rng(0).normal(size=2000), np.arange(2000))
    assert 0.02 < found["by residue"] < 0.08 and 0.02 < found["by chain"] < 0.08


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: honest.false_alarms([1.0, 2.0], ["a"]), "chain: expected one for each of 2 residues, got 1"),
        (lambda: honest.false_alarms([1.0, 2.0], ["a", "a"]), "chain: expected at least two chains"),
        (lambda: honest.calibrate(None, []), "networks: expected at least one trained network"),
    ],
)
def test_wrong_use_is_one_sentence(act, sentence):
    with pytest.raises(ValueError, match=sentence):
        act()
