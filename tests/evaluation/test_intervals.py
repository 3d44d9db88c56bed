"""Intervals cover as often as they say, and the group is the unit."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import evaluation
from bioml_helpers.evaluation import bootstrap_interval, mean_interval, wilson_interval


def mean_score(y, score) -> float:
    return float(np.mean(score))


@pytest.mark.parametrize(("k", "n"), [(0, 10), (1, 10), (8, 106), (50, 100), (10, 10)])
def test_wilson_is_the_formula_of_1927(k, n):
    z, p = 1.959963984540054, k / n
    middle = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    np.testing.assert_allclose(wilson_interval(k, n), (p, middle - half, middle + half), atol=1e-12)


def test_a_higher_level_is_wider():
    assert wilson_interval(8, 106, level=0.99).high > wilson_interval(8, 106).high


@pytest.mark.parametrize(
    ("k", "n", "sentence"),
    [(3, 2, "k: expected a number between 0 and 2, got 3"), (0, 0, "n: expected a number at least 1"), (1.5, 3, "k: ")],
)
def test_wilson_refuses(k, n, sentence):
    with pytest.raises(ValueError, match=sentence):
        wilson_interval(k, n)


def test_the_bootstrap_of_a_mean_has_its_standard_error():
    values = np.random.default_rng(0).normal(size=400)
    _, low, high = bootstrap_interval(mean_score, values, values, n=2000, seed=1)
    assert (high - low) / (2 * 1.96) == pytest.approx(values.std() / 20, rel=0.06)


def test_the_interval_of_a_mean_is_the_bootstrap_of_the_mean():
    values = np.random.default_rng(5).random(60) < 0.3
    groups = np.repeat(np.arange(20), 3)
    expected = bootstrap_interval(mean_score, values, values, groups=groups, seed=7, level=0.9, n=300)
    assert mean_interval(values, groups=groups, seed=7, level=0.9, n=300) == expected
    assert mean_interval(values, groups=groups, seed=7) != mean_interval(values, seed=7)


def test_the_estimate_is_that_of_all_rows():
    y, score = [0, 0, 1, 1, 1, 0], [0.1, 0.4, 0.35, 0.8, 0.9, 0.2]
    assert bootstrap_interval(evaluation.auroc, y, score).estimate == evaluation.auroc(y, score)


def test_identical_rows_of_a_group_do_not_count_twice():
    values = np.random.default_rng(2).normal(size=40)
    groups = np.repeat(np.arange(40), 25)
    alone = bootstrap_interval(mean_score, values, values, seed=3)
    repeated = np.repeat(values, 25)
    grouped = bootstrap_interval(mean_score, repeated, repeated, groups=groups, seed=3)
    ungrouped = bootstrap_interval(mean_score, repeated, repeated, seed=3)
    np.testing.assert_allclose(grouped, alone, atol=1e-12)
    assert (ungrouped.high - ungrouped.low) * 4 < grouped.high - grouped.low


def test_it_covers_about_as_often_as_it_says():
    rng = np.random.default_rng(4)
    samples = rng.normal(size=(100, 40))
    inside = [low <= 0 <= high for _, low, high in (bootstrap_interval(mean_score, s, s, n=200) for s in samples)]
    assert 86 <= sum(inside) <= 100


def test_same_seed_same_interval_another_another():
    y, score = [0, 1] * 20, np.random.default_rng(5).normal(size=40)
    one, again, other = (bootstrap_interval(evaluation.auroc, y, score, n=200, seed=s) for s in (1, 1, 2))
    assert one == again != other


def test_draws_without_a_positive_are_drawn_again():
    y, score = [1, 0, 0, 0, 0], [0.9, 0.1, 0.2, 0.3, 0.4]
    assert bootstrap_interval(evaluation.auroc, y, score, n=100) == (1.0, 1.0, 1.0)


def test_texts_are_drawn_as_well():
    states, said = list("HHHEEECCCC"), list("HHEEEECCCH")
    estimate, low, high = bootstrap_interval(evaluation.q3, states, said, groups=list("aaabbbcccc"), n=200)
    assert low <= estimate <= high and estimate == 0.8


def test_the_global_generator_is_left_alone():
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    bootstrap_interval(mean_score, [1, 2], [1, 2], n=100)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"groups": [1, 1, 1]}, "groups: expected at least two groups"),
        ({"groups": [1, 2]}, "groups: expected the group of each of the 3 rows, got 2"),
        ({"groups": [1, None, 2]}, "groups: expected a group for each row, got none at row 1"),
        ({"n": 10}, "n: expected a number at least 100, got 10"),
        ({"level": 95}, "level: expected a number between 0.5 and 0.999, got 95"),
    ],
)
def test_bad_options_are_one_sentence(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        bootstrap_interval(mean_score, [1, 2, 3], [1, 2, 3], **options)


def test_a_metric_that_fails_on_all_rows_says_why():
    with pytest.raises(ValueError, match="y: expected both classes"):
        bootstrap_interval(evaluation.auroc, [1, 1], [1, 2])


def test_a_metric_that_fails_in_most_draws_ends():
    def choosy(y, score) -> float:
        if len(np.unique(y)) < len(y):
            raise ValueError("a row came twice")
        return 0.0

    with pytest.raises(ValueError, match=r"metric: it fails in most draws of 8 groups \(a row came twice\)"):
        bootstrap_interval(choosy, range(8), range(8), n=100)


def test_an_interval_reads_well():
    assert str(evaluation.Interval(0.8, 0.75, 0.8449)) == "0.800 (0.750 to 0.845)"
