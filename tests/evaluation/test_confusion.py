"""Counts of what was taken for what, recall of each class, and Dice: as scikit-learn has them, and by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers.evaluation import balanced_accuracy, confusion_matrix, dice, per_class_recall

KINDS = ["red cell", "white cell", "platelet"]


@pytest.fixture
def some():
    rng = np.random.default_rng(0)
    return rng.choice(KINDS, size=500, p=[0.8, 0.1, 0.1]), rng.choice(KINDS, size=500)


def test_counts_are_those_of_a_loop(some):
    table = confusion_matrix(*some, KINDS)
    for true in KINDS:
        for said in KINDS:
            assert table.loc[true, said] == sum(a == true and b == said for a, b in zip(*some, strict=True))
    assert table.to_numpy().sum() == 500 and (table.index.name, table.columns.name) == ("true", "predicted")


def test_classes_come_in_the_order_asked_for_else_sorted(some):
    assert list(confusion_matrix(*some, KINDS).index) == KINDS
    assert list(confusion_matrix(*some).columns) == sorted(KINDS)


def test_a_class_that_never_occurs_has_zeros_and_no_recall():
    table = confusion_matrix([0, 0, 1], [0, 1, 1], [0, 1, 2])
    assert table.loc[2].tolist() == [0, 0, 0] and table.dtypes.unique().tolist() == [np.dtype("int64")]
    recall = per_class_recall([0, 0, 1], [0, 1, 1], [0, 1, 2])
    assert recall[0] == 0.5 and recall[1] == 1 and np.isnan(recall[2])


def test_mean_recall_is_the_balanced_accuracy(some):
    recall = per_class_recall(*some, KINDS)
    assert recall.mean() == pytest.approx(balanced_accuracy(*some))
    assert list(recall.index) == KINDS


def test_calling_everything_red_is_exposed():
    recall = per_class_recall(["red"] * 85 + ["white"] * 15, ["red"] * 100)
    assert recall.to_dict() == {"red": 1.0, "white": 0.0}


def test_tensors_and_booleans_count_too():
    import torch

    table = confusion_matrix(torch.tensor([1, 0, 1]), torch.tensor([1, 1, 1]))
    assert table.to_numpy().tolist() == [[0, 1], [0, 2]]
    assert confusion_matrix([True, False], [True, True]).to_numpy().tolist() == [[0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((["a"], ["a", "b"]), "predictions: expected one a label, 1, got 2"),
        (([], []), r"labels: expected one class a row, got shape \(0,\)"),
        ((["a"], [["a"]]), r"predictions: expected one class a row, got shape \(1, 1\)"),
        ((["a", "c"], ["a", "a"], ["a", "b"]), r"labels: expected one of \['a', 'b'\], got 'c' at row 1"),
        ((["a", "b"], ["a", "d"], ["a", "b"]), r"predictions: expected one of \['a', 'b'\], got 'd' at row 1"),
        ((["a"], ["a"], ["a", "a"]), r"classes: expected each class once, got \['a', 'a'\]"),
    ],
)
def test_wrong_classes_are_one_sentence(arguments, sentence):
    for function in (confusion_matrix, per_class_recall):
        with pytest.raises(ValueError, match=sentence):
            function(*arguments)


def test_dice_is_twice_the_overlap_over_both_sizes():
    rng = np.random.default_rng(1)
    for _ in range(5):
        one, other = rng.random((2, 6, 7, 8)) < 0.3
        shared = sum(1 for a, b in zip(one.ravel(), other.ravel(), strict=True) if a and b)
        assert dice(one, other) == pytest.approx(2 * shared / (one.sum() + other.sum()))
        assert dice(one, other) == dice(other, one)


def test_dice_agrees_with_the_f_score():
    from sklearn.metrics import f1_score

    one, other = np.random.default_rng(2).random((2, 400)) < 0.4
    assert dice(one, other) == pytest.approx(f1_score(one, other))


def test_dice_at_its_ends():
    mask = np.array([[1, 0], [1, 0]])
    assert dice(mask, mask) == 1 and dice(mask, 1 - mask) == 0
    assert dice(np.zeros(3), np.zeros(3)) == 1 and dice(mask, np.zeros((2, 2))) == 0


def test_background_does_not_flatter_dice():
    small, big = np.zeros(100), np.zeros(100_000)
    small[:10] = big[:10] = 1
    said_small, said_big = np.roll(small, 5), np.roll(big, 5)
    assert dice(small, said_small) == dice(big, said_big) == 0.5


@pytest.mark.parametrize(
    ("mask", "predicted", "sentence"),
    [
        ([1, 0], [1, 0, 0], r"predicted: expected the shape of mask, \(2,\), got \(3,\)"),
        ([1, 2], [1, 0], "mask: expected a mask of 0 and 1, got 2"),
        ([1, 0], [0.5, 0], "predicted: expected a mask of 0 and 1, got 0.5"),
        ([1, 0], [float("nan"), 0], "predicted: expected finite numbers"),
    ],
)
def test_wrong_masks_are_one_sentence(mask, predicted, sentence):
    with pytest.raises(ValueError, match=sentence):
        dice(mask, predicted)
