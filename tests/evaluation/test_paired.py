"""A paired bootstrap keeps pairs together, draws groups, and covers as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import evaluation
from bioml_helpers.evaluation import bootstrap_interval, paired_bootstrap


def share(y, right) -> float:
    return float(np.mean(right))


def test_the_estimate_is_the_difference_of_the_metric():
    rng = np.random.default_rng(0)
    y = np.arange(60) % 2
    one, other = rng.normal(size=(2, 60)) + y
    expected = evaluation.auroc(y, one) - evaluation.auroc(y, other)
    assert paired_bootstrap(evaluation.auroc, y, one, other, n=100).estimate == pytest.approx(expected)


def test_for_a_mean_it_is_the_bootstrap_of_the_differences():
    rng = np.random.default_rng(1)
    one, other = rng.normal(size=(2, 80))
    groups = np.repeat(np.arange(20), 4)
    expected = bootstrap_interval(share, one, one - other, groups=groups, n=300, seed=4)
    found = paired_bootstrap(share, one, one, other, groups=groups, n=300, seed=4)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_luck_that_both_share_leaves_the_difference():
    hard = np.random.default_rng(2).normal(0, 5, size=200)
    found = paired_bootstrap(share, hard, hard + 0.1, hard, n=200)
    assert found.high - found.low < 1e-9 and found.estimate == pytest.approx(0.1)


def test_scores_with_columns_are_drawn_by_row():
    y = np.arange(50) % 3
    good = np.eye(3)[y]
    bad = np.roll(good, 1, axis=1)
    right = lambda labels, said: float((said.argmax(axis=1) == labels).mean())  # noqa: E731
    assert tuple(paired_bootstrap(right, y, good, bad, n=100)) == (1.0, 1.0, 1.0)


def test_without_a_difference_groups_keep_the_error_rate_and_rows_do_not():
    """40 chains of 25 residues that are right or wrong together; no true difference."""
    chain = np.repeat(np.arange(40), 25)
    outside = {"rows": 0, "chains": 0}
    for seed in range(60):
        gain = np.random.default_rng(seed).normal(size=40)[chain]
        for unit, groups in (("rows", None), ("chains", chain)):
            found = paired_bootstrap(share, gain, gain, np.zeros(1000), groups=groups, n=100, seed=seed)
            outside[unit] += not found.low <= 0 <= found.high
    assert outside["rows"] > 30 and outside["chains"] <= 14


@pytest.mark.parametrize(
    ("arguments", "error", "sentence"),
    [
        ((share, [0, 1], [1, 1, 1], [1, 1]), ValueError, "score: expected as many values as y has, 2"),
        ((share, [0, 1], [1, 1], [1]), ValueError, "rival: expected as many values as y has, 2"),
        (("auroc", [0, 1], [1, 1], [1, 1]), TypeError, "metric: expected a function of y and score, got a str"),
    ],
)
def test_wrong_use_is_one_sentence(arguments, error, sentence):
    with pytest.raises(error, match=sentence):
        paired_bootstrap(*arguments)
