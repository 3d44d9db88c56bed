"""Mutual information against scikit-learn, the correction by hand, precision of contacts, and the Kunitz figures."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import data, evaluation
from bioml_helpers.data import simulate, structures


def contacts_of(pairs):
    apart = structures.distance_matrix(pairs, 53)
    return np.where(np.isnan(apart), np.nan, apart < structures.CUTOFF)


def test_mutual_information_is_scikit_learns():
    from sklearn.metrics import mutual_info_score

    rng = np.random.default_rng(0)
    letters = rng.integers(5, size=(5000, 4))  # more rows than one block
    letters[:, 3] = np.where(rng.random(5000) < 0.5, letters[:, 0], letters[:, 3])
    texts = ["".join("AC-WY"[kind] for kind in row) for row in letters]
    ours = evaluation.mutual_information(texts)
    for i in range(4):
        for j in range(4):
            expected = 0 if i == j else mutual_info_score(letters[:, i], letters[:, j])
            assert ours[i, j] == pytest.approx(expected, abs=1e-6)


def test_a_weight_of_two_is_a_row_twice():
    texts = ["ACD", "CAD", "CCE", "DAE"]
    twice = evaluation.mutual_information([*texts, "ACD", "DAE"])
    np.testing.assert_allclose(evaluation.mutual_information(texts, weights=[2, 1, 1, 2]), twice, atol=1e-7)
    assert not np.allclose(evaluation.mutual_information(texts), twice, atol=1e-3)


def test_the_correction_takes_off_what_columns_share():
    rng = np.random.default_rng(1)
    own = rng.uniform(1, 3, 30)
    shared = np.outer(own, own)
    np.fill_diagonal(shared, 0)
    assert np.abs(evaluation.apc(shared)).max() < 0.35 * shared.max()
    pair = shared.copy()
    pair[4, 20] = pair[20, 4] = pair[4, 20] + 3
    corrected = evaluation.apc(pair)
    assert evaluation.pairs_in_order(corrected)[0].tolist() == [4, 20]
    assert evaluation.pairs_in_order(pair)[0].tolist() != [4, 20]
    # by hand, from the definition
    mean = pair.sum(axis=1) / 29
    expected = pair[2, 9] - mean[2] * mean[9] / (pair.sum() / (30 * 29))
    assert corrected[2, 9] == pytest.approx(expected) and (np.diag(corrected) == 0).all()


def test_a_matrix_without_any_score_stays_zero():
    assert (evaluation.apc(np.zeros((3, 3))) == 0).all()


def test_precision_counts_known_pairs_only():
    scores = np.array([[0, 9, 8, 7], [9, 0, 6, 5], [8, 6, 0, 4], [7, 5, 4, 0]], float)
    truth = np.array([[0, 1, 0, np.nan], [1, 0, 1, np.nan], [0, 1, 0, np.nan], [np.nan] * 4])
    assert evaluation.precision_at(scores, truth, 1, separation=1) == 1
    assert evaluation.precision_at(scores, truth, 2, separation=1) == 0.5
    assert evaluation.precision_at(scores, truth, separation=1) == pytest.approx(2 / 3)  # L is 3: one column is unknown
    assert evaluation.precision_at(scores, truth, 1, separation=2) == 0
    with pytest.raises(ValueError, match="top: expected at most the 3 pairs that there are, got 4"):
        evaluation.precision_at(scores, truth, 4, separation=1)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: evaluation.mutual_information(["AB"]), "expected only letters of .* got 'B' at position 1"),
        (lambda: evaluation.mutual_information(["AC", "A"]), "expected length 2 as the first sequence has, got 1"),
        (
            lambda: evaluation.mutual_information(["AC"], weights=[-1]),
            "weights: expected 0 or more, and not all 0, got -1",
        ),
        (lambda: evaluation.mutual_information(["AC"], weights=[1, 2]), "weights: expected length 1, got shape"),
        (lambda: evaluation.apc([[0, 1], [2, 0]]), "scores: expected a symmetric matrix"),
        (lambda: evaluation.apc([[0]]), "scores: expected at least two columns, got 1"),
        (lambda: evaluation.pairs_in_order([[1, 2]]), r"scores: expected a square matrix, got shape \(1, 2\)"),
        (lambda: evaluation.precision_at(np.eye(9), np.eye(8), 1), r"contacts: expected the scores' shape \(9, 9\)"),
    ],
)
def test_bad_input_is_one_sentence(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


def test_kunitz_contacts_are_read_off_the_alignment(need_real_data):
    need_real_data("kunitz", "kunitz_contacts")
    table, contacts = data.load("kunitz")[0], contacts_of(data.load("kunitz_contacts")[0])
    plain = evaluation.mutual_information(table.sequence, weights=table.weight)
    found = evaluation.apc(plain)
    precision = [evaluation.precision_at(found, contacts, top) for top in (52 // 5, 52 // 2, 52)]
    np.testing.assert_allclose(precision, [1.00, 0.923, 0.615], atol=0.001)  # guessing: 106 / 1081 = .098
    assert evaluation.precision_at(plain, contacts, 52 // 2) == pytest.approx(0.769, abs=0.001)
    unweighted = evaluation.apc(evaluation.mutual_information(table.sequence))
    assert evaluation.precision_at(unweighted, contacts, 52 // 2) == pytest.approx(0.846, abs=0.001)


@pytest.mark.parametrize("seed", range(5))
def test_contacts_of_the_stand_in_are_found_too(seed):
    table, contacts = simulate.kunitz_family(1500, seed=seed), contacts_of(simulate.kunitz_pairs(seed=seed))
    found = evaluation.apc(evaluation.mutual_information(table.sequence, weights=table.weight))
    assert evaluation.precision_at(found, contacts, 52 // 5) >= 0.9
    assert evaluation.precision_at(found, contacts, 52 // 2) >= 0.8
