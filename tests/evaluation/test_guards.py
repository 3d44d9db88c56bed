"""Guards: a scaler that remembers, a table that cannot flatter, a row judged by a model that never saw it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.preprocessing import StandardScaler

from bioml_helpers.evaluation import Leak, Standardiser, leave_one_out_errors, results_table

X = np.random.default_rng(0).normal(3, 5, size=(30, 4))
TRAIN, TEST = np.arange(0, 20), np.arange(20, 30)

# --- the scaler ---


def test_it_scales_as_scikit_learns_scaler_of_the_training_rows():
    expected = StandardScaler().fit(X[TRAIN]).transform(X)
    np.testing.assert_allclose(Standardiser().fit(X, rows=TRAIN).transform(X), expected, atol=1e-12)


def test_training_rows_get_mean_zero_and_deviation_one():
    Z = Standardiser().fit_transform(X, rows=TRAIN)[TRAIN]
    np.testing.assert_allclose([Z.mean(axis=0), Z.std(axis=0)], [np.zeros(4), np.ones(4)], atol=1e-12)


def test_inverse_gives_the_units_back():
    scaler = Standardiser().fit(X, rows=TRAIN)
    np.testing.assert_allclose(scaler.inverse_transform(scaler.transform(X)), X, atol=1e-12)


def test_it_remembers_its_rows():
    scaler = Standardiser().fit(X, rows=TRAIN)
    assert scaler.rows_seen.tolist() == TRAIN.tolist()
    scaler.assert_never_saw(TEST)


def test_a_scaler_of_all_rows_is_caught():
    with pytest.raises(Leak, match=r"fitted on row 20, which it must never see \(10 rows in all\)"):
        Standardiser().fit(X).assert_never_saw(TEST)


def test_a_single_row_is_caught():
    with pytest.raises(Leak, match=r"fitted on row 25, .* \(1 row in all\)"):
        Standardiser().fit(X, rows=[*TRAIN, 25]).assert_never_saw(TEST)


def test_a_constant_column_becomes_zero():
    assert (Standardiser().fit_transform(np.ones((3, 2))) == 0).all()


def test_changing_the_row_numbers_later_changes_nothing():
    rows = TRAIN.copy()
    scaler = Standardiser().fit(X, rows=rows)
    rows[:] = 29
    scaler.assert_never_saw(TEST)


@pytest.mark.parametrize(
    ("act", "sentence"),
    [
        (lambda: Standardiser().transform(X), r"expected fit\(X, rows=…\) before this"),
        (lambda: Standardiser().assert_never_saw([1]), r"expected fit\(X, rows=…\) before this"),
        (lambda: Standardiser().fit(X, rows=[0, 30]), "rows: expected row numbers from 0 to 29, got 0 to 30"),
        (lambda: Standardiser().fit(X, rows=[0, 0, 1]), "rows: expected each row once, got 3 numbers of 2 rows"),
        (lambda: Standardiser().fit(X).transform(X[:, :2]), "X: expected 4 columns as in fit, got 2"),
        (lambda: Standardiser().fit(np.full((2, 2), np.nan)), "X: expected finite numbers"),
    ],
)
def test_wrong_use_of_the_scaler_is_one_sentence(act, sentence):
    with pytest.raises(ValueError, match=sentence):
        act()


# --- leave one out ---


def test_it_finds_the_errors_that_scikit_learn_finds():
    rng = np.random.default_rng(1)
    features = rng.normal(size=(40, 3))
    classes = np.where(features[:, 0] + rng.normal(size=40) > 0, "promoter", "none")
    expected = cross_val_predict(LogisticRegression(), features, classes, cv=LeaveOneOut()) != classes
    found = leave_one_out_errors(lambda a, b: LogisticRegression().fit(a, b), features, classes)
    assert found.dtype == bool and found.tolist() == expected.tolist() and found.any()


def test_the_judged_row_is_never_in_the_training_rows():
    def fit(rows, classes):
        seen = set(rows[:, 0])
        return lambda row: row[0, 0] in seen

    assert not leave_one_out_errors(fit, np.arange(5.0)[:, None], np.zeros(5, dtype=bool)).any()


@pytest.mark.parametrize(
    ("fit", "y", "error", "sentence"),
    [
        (
            lambda a, b: None,
            [0, 1],
            TypeError,
            "fit: expected it to return a model with predict, or a function, got a No",
        ),
        (lambda a, b: lambda row: [0, 1], [0, 1], ValueError, r"fit: expected its model to give one class .* \(2,\)"),
        (
            lambda a, b: lambda row: 0,
            [0, 1, 1],
            ValueError,
            r"y: expected one class a row, shape \(2,\), got shape \(3,\)",
        ),
    ],
)
def test_wrong_use_of_leave_one_out_is_one_sentence(fit, y, error, sentence):
    with pytest.raises(error, match=sentence):
        leave_one_out_errors(fit, [[0.0], [1.0]], y)


# --- the table ---

BASELINE = {"model": "logP", "values": 0.78, "interval": (0.75, 0.8), "baseline": True, "deterministic": True}
TRAINED = {"model": "network", "values": [0.88, 0.9, 0.92]}


def test_a_table_holds_mean_interval_seeds_and_baseline():
    table = results_table([BASELINE, TRAINED])
    assert table.columns.tolist() == ["model", "metric", "mean", "low", "high", "seeds", "baseline"]
    assert table.iloc[0].tolist() == ["logP", "score", 0.78, 0.75, 0.8, 0, True]
    assert table.iloc[1].tolist() == ["network", "score", pytest.approx(0.9), 0.88, 0.92, 3, False]


def test_further_entries_become_columns():
    table = results_table([row | {"split": "random", "prevalence": 0.16} for row in (BASELINE, TRAINED)])
    assert table[["split", "prevalence"]].drop_duplicates().to_numpy().tolist() == [["random", 0.16]]


def test_an_interval_of_the_bootstrap_is_taken_by_its_ends():
    table = results_table([BASELINE, TRAINED | {"interval": (0.9, 0.85, 0.95)}])
    assert table.loc[1, ["low", "high"]].tolist() == [0.85, 0.95]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([TRAINED], r"expected a baseline \(baseline=True\) for score, got only network"),
        (
            [BASELINE, TRAINED | {"values": [0.9]}],
            r"rows\[1\] \(network\): expected the values of at least 2 seeds, got 1",
        ),
        ([BASELINE, TRAINED | {"values": 0.9, "interval": (0.8, 1)}], "expected the values of at least 2 seeds, got 1"),
        (
            [{k: v for k, v in BASELINE.items() if k != "interval"}],
            r"\(logP\): expected an interval for a single value",
        ),
        ([BASELINE, TRAINED | {"interval": (0.1, 0.2)}], "expected an interval around the mean 0.9, got 0.1 to 0.2"),
        ([BASELINE, TRAINED | {"values": [0.9, np.nan]}], r"rows\[1\] \(network\) values: expected finite numbers"),
        ([BASELINE | {"split": "random"}, TRAINED | {"split": "scaffold"}], "for score, scaffold, got only network"),
        ([BASELINE | {"metric": "AUROC"}, TRAINED | {"metric": "AUPRC"}], "for AUPRC, got only network"),
        ([{"model": "x"}], r"rows\[0\]: expected a dictionary with model and values"),
        ([], "rows: expected at least one row, got none"),
    ],
)
def test_a_table_that_flatters_is_refused(rows, sentence):
    with pytest.raises(ValueError, match=sentence):
        results_table(rows)


def test_the_table_leaves_its_rows_alone():
    rows = [dict(BASELINE), dict(TRAINED)]
    results_table(rows)
    assert rows == [BASELINE, TRAINED]


def test_a_table_shows_as_a_pandas_table():
    assert isinstance(results_table([BASELINE]), pd.DataFrame)
