"""Every check of the two short companions accepts right answers however written, and names the usual mistakes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from scipy.special import expit
from sklearn.metrics import precision_score, recall_score
from sklearn.preprocessing import StandardScaler
from support.exercises import assert_judges

from bioml_helpers import data, learning
from bioml_helpers.start import exercises, remedies

PLATE = remedies.PLATE


def strand_with_a_loop(sequence):
    other = ""
    for letter in sequence:
        other = {"A": "T", "C": "G", "G": "C", "T": "A"}[letter] + other
    return other


def test_the_other_strand():
    assert_judges(
        "start.b1",
        right=[
            strand_with_a_loop,
            lambda s: "".join("TGCA"["ACGT".index(one)] for one in s[::-1]),
            lambda sequence: "".join(map(dict(zip("ACGT", "TGCA", strict=True)).get, reversed(sequence))),
        ],
        wrong=[
            lambda s: s,
            lambda s: s.lower(),
            lambda s: list(strand_with_a_loop(s)[:-1]),
            lambda s: len(s),
            lambda: "A",
        ],
    )


def test_the_third_column():
    right = PLATE[:, 2].mean()
    assert_judges(
        "start.b2",
        right=[right, np.float32(right), torch.tensor(PLATE)[:, 2].mean(), round(right, 4)],
        wrong=[PLATE[:, 3].mean(), PLATE[2].mean(), PLATE.mean(), PLATE[:, 2], 0.0, "third"],
    )


def test_columns_on_one_scale():
    assert_judges(
        "start.b3",
        right=[
            lambda X: StandardScaler().fit_transform(X),
            lambda X: np.column_stack([(c - c.mean()) / c.std() for c in X.T]),
            lambda X: (torch.tensor(X) - torch.tensor(X).mean(0)) / torch.tensor(X).std(0, unbiased=False),
        ],
        wrong=[
            lambda X: (X - X.mean(axis=0)) / X.std(axis=0, ddof=1),
            lambda X: X,
            lambda X: ((X - X.mean(axis=0)) / X.std(axis=0)).T,
            lambda X: (X - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0)),
        ],
    )


def hot_with_a_loop(sequence):
    table = torch.zeros(4, len(sequence), dtype=torch.bool)
    for position, letter in enumerate(sequence):
        table["ACGT".index(letter), position] = True
    return table


def test_one_hot_by_hand():
    assert_judges(
        "start.b4",
        right=[
            hot_with_a_loop,
            lambda s: [[float(letter == base) for letter in s] for base in "ACGT"],
            lambda s: np.eye(4)[["ACGT".index(one) for one in s]].T,
        ],
        wrong=[
            lambda s: np.zeros((4, len(s))),
            lambda s: np.eye(4)[:, : len(s)],
            lambda s: hot_with_a_loop(s).flip(0),
            lambda s: 2 * hot_with_a_loop(s).int(),
        ],
    )


def test_one_hot_agrees_with_the_package():
    assert (remedies.one_hot("GATTACA") == data.encode.one_hot("GATTACA")).all()


def test_doubling_time():
    assert_judges(
        "start.c1",
        right=[
            lambda first, last, hours: hours / np.log2(last / first),
            lambda first, last, hours: np.log(2) / (np.log(last / first) / hours),
            lambda a, b, t: torch.tensor(t * np.log10(2) / np.log10(b / a)),
        ],
        wrong=[
            lambda first, last, hours: hours / np.log2(first / last),
            lambda first, last, hours: hours,
            lambda first, last, hours: hours / (last / first),
            lambda first, last, hours: 60 * hours / np.log2(last / first),
        ],
    )


def test_from_log_odds_to_a_probability():
    assert_judges(
        "start.c2",
        right=[
            lambda z: np.exp(z) / (1 + np.exp(z)),
            expit,
            lambda z: torch.sigmoid(torch.tensor(z, dtype=torch.float64)),
        ],
        wrong=[
            lambda z: 0.5,
            lambda z: 100 / (1 + np.exp(-z)),
            lambda z: 1 / (1 + 10**-z),
            lambda z: np.tanh(z),
        ],
    )


def test_sensitivity_and_precision():
    assert_judges(
        "start.c3",
        right=[
            lambda y, p: (recall_score(y, p), precision_score(y, p)),
            lambda y, p: [(y * p).sum() / y.sum(), (y * p).sum() / p.sum()],
            lambda y, p: np.array([p[y == 1].mean(), y[p == 1].mean()]),
        ],
        wrong=[
            lambda y, p: (1.0, 1.0),
            lambda y, p: (y == p).mean(),
            lambda y, p: ((1 - y)[p == 0].mean(), y[p == 1].mean()),
            lambda y, p: (p[y == 1].mean(), 1 - y[p == 1].mean()),
        ],
    )


def test_a_thousand_comparisons_of_nothing():
    assert_judges("start.c4", right=[50, 50.0, np.int64(50)], wrong=[0, 950, 1, 5, 25, "few"])


def test_every_exercise_of_the_companions_is_tested_here():
    own = [one for one in learning.registered() if one.startswith(("start.b", "start.c"))]
    tested = Path(__file__).read_text(encoding="utf-8")
    assert len(own) == 8 and [one for one in own if f'"{one}"' not in tested] == []
    assert exercises.REMEDIES is remedies
