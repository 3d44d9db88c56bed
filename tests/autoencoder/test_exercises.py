"""Each check of chapter 8 accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from torch import nn

from bioml_helpers import autoencoder
from bioml_helpers.autoencoder import exercises, models
from tests.support.exercises import Answers, assert_judges, assert_quiz


def test_find_the_neuron():
    W = exercises.find_the_neuron_in().decoder[0].weight
    assert_judges(
        "autoencoder.neuron",
        right=[W[4], W.detach().numpy()[4], W[4].tolist(), W.T[:, 4]],
        wrong=[W[:, 1], W[3], exercises.find_the_neuron_in().encoder[0].weight[4], W, 0.5],
    )


def with_counts(a, b):
    if len(a) != len(b):
        return 0
    equal = [x == y for x, y in zip(a, b, strict=True) if {x, y} != {"-"}]
    return np.mean(equal)


def with_arrays(a, b):
    a, b = np.array(list(a)), np.array(list(b))
    if a.shape != b.shape:
        return 0.0
    asked = ~((a == "-") & (b == "-"))
    return torch.tensor(float((a == b)[asked].mean()))


def with_a_loop(a, b):
    if len(a) != len(b):
        return 0.0
    same = compared = 0
    for i in range(len(a)):
        if a[i] == "-" and b[i] == "-":
            continue
        compared += 1
        if a[i] == b[i]:
            same += 1
    return same / compared


def test_sequence_identity():
    assert_judges(
        "autoencoder.1",
        right=[with_counts, with_arrays, with_a_loop],
        wrong=[
            lambda a, b: 0.8,
            lambda a, b: 1 - with_a_loop(a, b),
            lambda a, b: 100 * with_a_loop(a, b),
            lambda a, b: with_a_loop(a, b) if len(a) == len(b) else 1.0,
            autoencoder.sequence_identity,
        ],
    )


def test_parameters():
    assert_judges(
        "autoencoder.2",
        right=[13286, 13286.0, np.int64(13286), 6464 + 130 + 192 + 6500],
        wrong=[13000, 12800, 6594 + 6593, 100 * 64 * 2 * 64 * 100],
    )


def half(*sizes, last=False, between=nn.ReLU):
    parts = []
    for n, m in pairwise(sizes):
        parts += [nn.Linear(n, m), between()]
    return nn.Sequential(*(parts if last else parts[:-1]))


class Own(nn.Module):
    def __init__(self, *sizes):
        super().__init__()
        self.first, self.act, self.second = nn.Linear(*sizes[:2]), nn.ReLU(), nn.Linear(*sizes[1:])

    def forward(self, X):
        return self.second(self.act(self.first(X)))


def test_encoder_and_decoder():
    encoder, decoder = half(100, 64, 2), half(2, 64, 100)
    assert_judges(
        "autoencoder.halves",
        right=[(encoder, decoder), [encoder, decoder], (Own(100, 64, 2), Own(2, 64, 100))],
        wrong=[
            (encoder, half(3, 64, 100)),
            (encoder, half(2, 32, 100)),
            (encoder, half(2, 64, 100, last=True)),
            (half(100, 64, 2, last=True), decoder),
            (half(100, 64, 2, between=nn.Identity), half(2, 64, 100, between=nn.Identity)),
            (encoder, half(2, 64, 90)),
            encoder,
            autoencoder.Autoencoder((100, 64, 2)),
            (encoder,),
        ],
    )


def test_the_order_of_the_lines():
    item = exercises.order
    right = [[item.shown.index(line) + 1 for line in lines] for lines in item.orders]
    assert_judges(
        "autoencoder.order",
        right=[*right, ",".join(map(str, right[0]))],
        wrong=[right[0][::-1], right[0][:-1], [right[0][1], right[0][0], *right[0][2:]], [*right[0], 99]],
    )


def from_the_library(X, d):
    fitted = PCA(d).fit(X)
    return fitted.mean_, fitted.components_


def from_the_covariance(X, d):
    values, vectors = np.linalg.eigh(np.cov(X.T))
    return X.mean(0), vectors[:, np.argsort(values)[::-1][:d]].T


def turned_round_in_torch(X, d):
    X = torch.tensor(X)
    mean = X.mean(dim=0)
    return mean, -torch.linalg.svd(X - mean, full_matrices=False).Vh[:d]


def test_principal_components():
    assert_judges(
        "autoencoder.3",
        right=[from_the_library, from_the_covariance, turned_round_in_torch],
        wrong=[
            lambda X, d: (X.mean(axis=0), np.eye(X.shape[1])[:d]),
            lambda X, d: from_the_library(X, d)[1],
            lambda X, d: (X.mean(axis=0), from_the_library(X, d)[1].T),
            lambda X, d: (np.median(X, axis=0), from_the_library(X - 100 * (X == X.max()), d)[1]),
            autoencoder.pca,
        ],
    )


def from_the_distribution(mean, log_variance):
    cloud = torch.distributions.Normal(mean, (log_variance / 2).exp())
    return torch.distributions.kl_divergence(cloud, torch.distributions.Normal(0.0, 1.0)).sum(dim=1)


def in_numpy(mean, log_variance):
    mean, log_variance = mean.numpy(), log_variance.numpy()
    return ((np.exp(log_variance) + mean**2 - 1 - log_variance) / 2).sum(1)


def in_single_precision(mean, log_variance):
    mean, log_variance = mean.float(), log_variance.float()
    return -0.5 * torch.sum(1 + log_variance - mean.pow(2) - log_variance.exp(), -1)


def test_the_kl_term():
    assert_judges(
        "autoencoder.4",
        right=[from_the_distribution, in_numpy, in_single_precision],
        wrong=[
            lambda mean, log_variance: in_numpy(mean, log_variance).mean(),
            lambda mean, log_variance: in_numpy(log_variance, mean),
            lambda mean, log_variance: in_numpy(mean, -log_variance),
            lambda mean, log_variance: torch.zeros(len(mean)),
            autoencoder.kl_divergence,
        ],
    )


# ---------------------------------------------------------------- the order list


@pytest.fixture(scope="module")
def kunitz():
    return models.family(quiet=True)


def made_up(kunitz, n, seed=0):
    """Consensus sequences with a few columns changed, the cysteines kept: new, and of the family."""
    rng, columns, natural = np.random.default_rng(seed), kunitz.conserved("C"), set()
    for part in (kunitz.train, kunitz.test):
        natural |= {one.replace("-", "") for one in part["sequence"]}
    free = [column for column in range(kunitz.length) if column not in columns]
    made = []
    while len(made) < n:
        letters = list(kunitz.consensus)
        for column in columns:
            letters[column] = "C"
        for column in rng.choice(free, 6, replace=False):
            letters[column] = rng.choice(list("AEKLST"))
        text = "".join(letters)
        if text not in natural and text not in made:
            made.append(text)
    return made


def test_five_new_sequences(kunitz):
    good, columns = made_up(kunitz, 6), kunitz.conserved("C")
    broken = good[0][: columns[2]] + "A" + good[0][columns[2] + 1 :]
    strange = "".join("C" if at in columns else "W" for at in range(kunitz.length))
    assert_judges(
        "autoencoder.5",
        right=[Answers(good, kunitz), Answers(tuple(good), kunitz), Answers(np.array(good[:5]), kunitz)],
        wrong=[
            Answers([*good, kunitz.test["sequence"].iloc[0]], kunitz),
            Answers([*good, broken], kunitz),
            Answers([*good, good[0]], kunitz),
            Answers([*good, strange], kunitz),
            Answers(good[:4], kunitz),
            Answers([one[:-1] for one in good], kunitz),
            Answers(good[0], kunitz),
            good,
        ],
    )


def test_the_curve():
    curve = {1: 0.78, 2: 0.82, 3: 0.95, 4: 0.975}
    assert_judges(
        "autoencoder.6",
        right=[
            Answers(curve, "b"),
            Answers({np.int64(d): np.float64(value) for d, value in curve.items()}, "B"),
            (curve | {8: 0.98}, "b"),
        ],
        wrong=[
            Answers(curve, "a"),
            Answers(curve, "c"),
            Answers({d: 100 * value for d, value in curve.items()}, "b"),
            Answers({1: 0.15, 2: 0.36, 3: 0.5, 4: 0.6}, "b"),
            Answers(curve | {4: 0.8}, "b"),
            Answers({1: 0.78}, "b"),
            curve,
        ],
    )


def test_the_control():
    assert_judges(
        "autoencoder.7",
        right=[Answers(4, 16, "b"), Answers(3, 16, "B"), (np.int64(4), 12, "b")],
        wrong=[
            Answers(4, 8, "b"),
            Answers(4, None, "a"),
            Answers(4, 16, "a"),
            Answers(4, 16, "c"),
            Answers(16, 16, "b"),
            Answers("few", "many", "b"),
            4,
        ],
    )


def filled(**changed):
    return dict(exercises.card.model) | changed


def test_the_card():
    assert_judges(
        "autoencoder.card",
        right=[
            filled(),
            filled(conclusion="Eight designs passed our filters, and none of them has been made or measured so far"),
            filled(evidence="Nearest relatives are 62 to 69 % identical and all six cysteines are present"),
        ],
        wrong=[
            filled(evidence="They are near relatives and so have about 80 % of the function of the natural one"),
            filled(conclusion="The designed protein folds and inhibits trypsin in the blood of patients"),
            filled(assay="a test"),
            filled(screening=""),
            "I would order them",
        ],
    )


@pytest.mark.parametrize(("name", "fewest"), [("warmup", 3), ("quiz", 5), ("recall", 3)])
def test_quizzes(name, fewest):
    assert_quiz(f"autoencoder.{name}", fewest)
