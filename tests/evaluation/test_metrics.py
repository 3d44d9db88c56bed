"""Metrics agree with scikit-learn and SciPy, and refuse in a sentence what has no answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.stats import spearmanr
from sklearn import metrics

from bioml_helpers import evaluation


def a_test_set(seed: int, rows: int = 200, ties: bool = False) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    y = (rng.random(rows) < 0.2).astype(int)
    score = y + rng.normal(size=rows)
    return y, np.round(score) if ties else score


@pytest.mark.parametrize("ties", [False, True], ids=["no ties", "ties"])
@pytest.mark.parametrize("seed", range(5))
def test_auroc_is_scikit_learns(seed, ties):
    y, score = a_test_set(seed, ties=ties)
    assert evaluation.auroc(y, score) == pytest.approx(metrics.roc_auc_score(y, score), abs=1e-12)


@pytest.mark.parametrize("ties", [False, True], ids=["no ties", "ties"])
@pytest.mark.parametrize("seed", range(5))
def test_auprc_is_scikit_learns(seed, ties):
    y, score = a_test_set(seed, ties=ties)
    assert evaluation.auprc(y, score) == pytest.approx(metrics.average_precision_score(y, score), abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_spearman_is_scipys(seed):
    y, score = np.random.default_rng(seed).integers(10, size=(2, 50))
    assert evaluation.spearman(y, score) == pytest.approx(spearmanr(y, score).statistic, abs=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_balanced_accuracy_is_scikit_learns(seed):
    y, predicted = np.random.default_rng(seed).integers(3, size=(2, 60))
    expected = metrics.balanced_accuracy_score(y, predicted)
    assert evaluation.balanced_accuracy(y, predicted) == pytest.approx(expected, abs=1e-12)


def test_a_constant_score_gets_what_a_coin_gets():
    y, _ = a_test_set(0)
    assert evaluation.auroc(y, np.zeros(len(y))) == 0.5
    assert evaluation.auprc(y, np.zeros(len(y))) == pytest.approx(evaluation.prevalence(y))


def test_auroc_does_not_depend_on_the_scale_of_the_scores():
    y, score = a_test_set(1)
    assert evaluation.auroc(y, score) == evaluation.auroc(y, 1 / (1 + np.exp(-score)))


@pytest.mark.parametrize("kind", [list, pd.Series, torch.tensor, lambda values: np.array(values, dtype=bool)])
def test_labels_of_any_make(kind):
    assert evaluation.auroc(kind([0, 0, 1, 1]), [0.1, 0.4, 0.35, 0.8]) == 0.75
    assert evaluation.prevalence(kind([0, 0, 0, 1])) == 0.25


def test_logits_with_a_gradient_are_scores():
    assert evaluation.auroc([0, 1], torch.tensor([0.0, 1.0], requires_grad=True)) == 1.0


@pytest.mark.parametrize("metric", [evaluation.auroc, evaluation.auprc])
@pytest.mark.parametrize("only", [0, 1])
def test_one_class_is_refused(metric, only):
    with pytest.raises(ValueError, match=rf"y: expected both classes \(.*\), got 3 labels, all {only}\."):
        metric([only] * 3, [0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("y", "score", "sentence"),
    [
        ([0, 1, np.nan], [1, 2, 3], r"y: expected a label for each row, got 1 missing ones of 3: leave those rows out"),
        ([0, 1, 2], [1, 2, 3], "y: expected labels 0 and 1, got 2"),
        ([-1, 1], [1, 2], "y: expected labels 0 and 1, got -1"),
        ([0, 1], [1, 2, 3], "score: expected as many values as y has, 2, got 3"),
        ([0, 1], [1, np.nan], "score: expected finite numbers"),
        ([[0, 1]], [1, 2], r"y: expected 1 dimension\(s\)"),
        ([], [], "y: expected at least 1 value"),
    ],
)
@pytest.mark.parametrize("metric", [evaluation.auroc, evaluation.auprc])
def test_bad_labels_are_one_sentence(metric, y, score, sentence):
    with pytest.raises(ValueError, match=sentence):
        metric(y, score)


def test_always_inactive_has_a_balanced_accuracy_of_a_half():
    y = np.array([0] * 96 + [1] * 4)
    assert evaluation.balanced_accuracy(y, np.zeros(100, dtype=int)) == 0.5


def test_a_class_that_is_only_predicted_warns_of_nothing(recwarn):
    assert evaluation.balanced_accuracy(["a", "b"], ["a", "c"]) == 0.5
    assert len(recwarn) == 0


def test_balanced_accuracy_of_one_class_is_refused():
    with pytest.raises(ValueError, match=r"y: expected at least two classes .*, got 2 labels, all a"):
        evaluation.balanced_accuracy(["a", "a"], ["a", "b"])


@pytest.mark.parametrize(
    ("states", "predicted"),
    [
        ("HHEC", "HHEE"),
        (["HH", "EC"], ["HH", "EE"]),
        (list("HHEC"), list("HHEE")),
        (np.array(list("HHEC")), np.array(list("HHEE"))),
        ([0, 0, 1, 2], [0, 0, 1, 1]),
        (pd.Series(["HHE", "C"]), pd.Series(["HHE", "E"])),
    ],
    ids=["text", "chains", "letters", "array", "numbers", "column"],
)
def test_q3_of_each_form(states, predicted):
    assert evaluation.q3(states, predicted) == 0.75


def test_q3_weighs_residues_and_not_chains():
    assert evaluation.q3(["H" * 9, "E"], ["H" * 9, "C"]) == 0.9


@pytest.mark.parametrize(
    ("states", "predicted", "sentence"),
    [
        ("HHE", "HH", "predicted: expected 3 residues as in states, got 2"),
        (["HH", "EEE"], ["HH", "EE"], r"predicted\[1\]: expected 3 residues as in states\[1\], got 2"),
        (["HH", "EE"], ["HH"], "predicted: expected as many values as states has, 2, got 1"),
        ([], [], "states: expected at least one residue, got none"),
    ],
)
def test_q3_of_unlike_chains_is_refused(states, predicted, sentence):
    with pytest.raises(ValueError, match=sentence):
        evaluation.q3(states, predicted)


def test_ranks_of_a_constant_are_refused():
    with pytest.raises(ValueError, match=r"score: expected numbers that differ .*, got 3 times 2"):
        evaluation.spearman([1, 2, 3], [2, 2, 2])
