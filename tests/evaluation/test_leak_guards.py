"""A selector that remembers its rows, and a search for twins across parts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_ind

from bioml_helpers.evaluation import Leak, Selector, assert_no_shared_rows

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 40))
Y = np.arange(60) % 2
TRAIN, TEST = np.arange(40), np.arange(40, 60)


def test_it_ranks_as_welchs_test_of_the_training_rows():
    t = ttest_ind(X[TRAIN][Y[TRAIN] == 1], X[TRAIN][Y[TRAIN] == 0], equal_var=False).statistic
    assert Selector(7).fit(X, Y, rows=TRAIN).chosen.tolist() == np.argsort(-np.abs(t))[:7].tolist()


def test_other_rows_have_no_say():
    changed = X.copy()
    changed[TEST] = 100 * Y[TEST, None]
    first, second = (Selector(5).fit(one, Y, rows=TRAIN).chosen for one in (X, changed))
    assert (first == second).all()
    assert (Selector(5).fit(changed, Y).chosen != first).any()


def test_it_remembers_its_rows():
    selector = Selector(3).fit(X, Y, rows=TRAIN)
    selector.assert_never_saw(TEST)
    with pytest.raises(Leak, match=r"chosen with row 39, .* \(1 row in all\)"):
        selector.assert_never_saw([39, 40])
    with pytest.raises(Leak, match=r"\(20 rows in all\): choose on the training rows only"):
        Selector(3).fit(X, Y).assert_never_saw(TEST)


def test_a_constant_column_is_chosen_last_and_a_perfect_one_first():
    table = np.column_stack([np.ones(60), Y, X[:, 0]])
    assert Selector(3).fit(table, Y).chosen.tolist() == [1, 2, 0]


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: Selector(0), "count: expected a number at least 1, got 0"),
        (lambda: Selector(41).fit(X, Y), "X: expected at least 41 columns to choose from, got 40"),
        (lambda: Selector(2).fit(X, Y, rows=[0, 60]), "rows: expected row numbers from 0 to 59, got 0 to 60"),
        (lambda: Selector(2).fit(X, Y, rows=[0, 2, 4, 1]), "two or more rows of each class, got 3 and 1"),
        (lambda: Selector(2).transform(X), r"expected fit\(X, y, rows=…\) before this"),
        (lambda: Selector(2).assert_never_saw([0]), r"expected fit\(X, y, rows=…\) before this"),
    ],
)
def test_wrong_use_of_the_selector_is_one_sentence(act, sentence):
    with pytest.raises(ValueError, match=sentence):
        act()


def test_a_twin_in_another_part_is_found():
    with pytest.raises(Leak, match=r"row 3 of test is row 7 of train \(1 of 20 rows has a twin\): split first"):
        test = X[TEST].copy()
        test[3] = X[7]
        assert_no_shared_rows(X[TRAIN], test)


def test_twins_within_a_part_are_allowed():
    assert_no_shared_rows(X[[0, 0, 1]], X[[2, 3]])


def test_images_are_compared_whole_and_minus_zero_is_zero():
    images = RNG.integers(0, 255, size=(6, 4, 4, 3))
    assert_no_shared_rows(images[:3], images[3:])
    with pytest.raises(Leak, match="row 0 of validation is row 2 of train"):
        assert_no_shared_rows(images[:3], images[2:4], images[4:])
    with pytest.raises(Leak):
        assert_no_shared_rows([[0.0, 1.0]], [[-0.0, 1.0]])


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: assert_no_shared_rows(X), "parts: expected at least two parts, got 1"),
        (lambda: assert_no_shared_rows(X, X[:, :3]), "parts: expected rows of one size, got 40, 3 numbers"),
        (lambda: assert_no_shared_rows(X, X, names=["one"]), "names: expected 2 names, one a part, got 1"),
    ],
)
def test_wrong_use_of_the_search_is_one_sentence(act, sentence):
    with pytest.raises(ValueError, match=sentence):
        act()
