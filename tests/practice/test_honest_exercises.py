"""Each check of companions 09b and 09d accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupShuffleSplit, train_test_split
from sklearn.tree import DecisionTreeClassifier

from bioml_helpers import data, evaluation, learning
from bioml_helpers.practice import honest_exercises, leaks, studies
from tests.support.exercises import assert_judges, assert_quiz


def scored(model, X, y, train, test, features=slice(None)) -> dict:
    model.fit(X[train][:, features], y[train])
    score = evaluation.auroc(y[test], model.predict_proba(X[test][:, features])[:, 1])
    report = {"train": train, "test": test, "score": score}
    return report if isinstance(features, slice) else report | {"features": features}


def stratified(X, y):
    train, test = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=4)
    more = np.random.default_rng(0).choice(train[y[train] == 1], (y[train] == 0).sum() - (y[train] == 1).sum())
    return scored(DecisionTreeClassifier(random_state=0), X, y, np.concatenate([train, more]), test)


def in_lists(X, y):
    report = studies.mended_1(X, y)
    return {name: np.asarray(value).tolist() for name, value in report.items()}


def by_sklearn(X, y):
    train, test = data.splits.random_split(len(y), (0.75, 0.25), seed=3)
    return scored(LogisticRegression(), X, y, leaks.oversampled(y, train, seed=9), test)


def leaky_1(X, y):
    rows = leaks.oversampled(y, np.arange(len(y)))
    train, test = (rows[part] for part in data.splits.random_split(len(rows), (0.7, 0.3)))
    return scored(DecisionTreeClassifier(), X, y, train, test)


def both_balanced(X, y):
    train, test = data.splits.random_split(len(y), (0.7, 0.3))
    return scored(DecisionTreeClassifier(), X, y, leaks.oversampled(y, train), leaks.oversampled(y, test))


def unbalanced(X, y):
    return scored(DecisionTreeClassifier(), X, y, *data.splits.random_split(len(y), (0.7, 0.3)))


def test_repeat_after_the_split():
    assert_judges(
        "practice.e1",
        right=[stratified, in_lists, by_sklearn],
        wrong=[
            leaky_1,
            both_balanced,
            unbalanced,
            lambda X, y: {},
            lambda X, y: stratified(X, y) | {"score": 1.0},
            0.5,
        ],
    )


def genes_by_difference(X, y):
    train, test = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=1)
    apart = np.abs(X[train][y[train] == 1].mean(axis=0) - X[train][y[train] == 0].mean(axis=0))
    return scored(LogisticRegression(max_iter=500), X, y, train, test, np.argsort(-apart)[:20])


def genes_in_tensors(X, y):
    report = studies.mended_2(X, y)
    return {name: torch.tensor(np.array(value)) for name, value in report.items()}


def leaky_2(X, y, seed=0):
    train, test = data.splits.random_split(len(y), (0.7, 0.3), seed=seed)
    return scored(LogisticRegression(max_iter=500), X, y, train, test, evaluation.Selector(20).fit(X, y).chosen)


def of_the_test_rows(X, y):
    train, test = data.splits.random_split(len(y), (0.7, 0.3))
    return scored(LogisticRegression(), X, y, train, test, evaluation.Selector(20).fit(X, y, rows=test).chosen)


def without_a_seed(X, y):
    train, test = train_test_split(np.arange(len(y)), test_size=0.3)
    chosen = evaluation.Selector(20).fit(X, y, rows=train).chosen
    return scored(LogisticRegression(), X, y, train, test, chosen)


def on_itself(X, y):
    rows = np.arange(len(y))
    return scored(LogisticRegression(), X, y, rows, rows, evaluation.Selector(20).fit(X, y).chosen)


def test_choose_after_the_split():
    assert_judges(
        "practice.e2",
        right=[genes_by_difference, genes_in_tensors, lambda X, y: dict(studies.mended_2(X, y))],
        wrong=[leaky_2, of_the_test_rows, without_a_seed, on_itself, lambda X, y: studies.mended_1(X, y)],
    )


def by_group_shuffle(X, y, family):
    train, test = next(GroupShuffleSplit(1, test_size=0.3, random_state=0).split(X, y, family))
    return scored(LogisticRegression(), X, y, train, test, evaluation.Selector(10).fit(X, y, rows=train).chosen)


def by_hand(X, y, family):
    held = sorted(set(family))[::3]
    test, train = np.flatnonzero(np.isin(family, held)), np.flatnonzero(~np.isin(family, held))
    return scored(LogisticRegression(), X, y, train, test, evaluation.Selector(20).fit(X[train], y[train]).chosen)


def only_families(X, y, family):
    train, test = data.splits.grouped_split(family, (0.7, 0.3))
    return scored(LogisticRegression(), X, y, train, test, evaluation.Selector(20).fit(X, y).chosen)


def only_selection(X, y, family):
    return studies.mended_2(X, y)


def test_two_leaks():
    assert_judges(
        "practice.e3",
        right=[by_group_shuffle, by_hand, lambda X, y, family: dict(studies.mended_3(X, y, family))],
        wrong=[
            only_families,
            only_selection,
            lambda X, y, family: leaky_2(X, y),
            lambda X, y, family: on_itself(X, y),
            lambda X, y, family: None,
        ],
    )


@pytest.mark.parametrize(
    ("exercise", "answer", "name"),
    [
        ("practice.e1", leaky_1, "copies on both sides"),
        ("practice.e2", leaky_2, "features chosen with the test rows"),
        ("practice.e3", only_selection, "families on both sides"),
        ("practice.e3", only_families, "features chosen with the test rows"),
    ],
)
def test_a_leak_that_is_left_is_named(exercise, answer, name):
    assert learning.grade(exercise, answer).mistake == name


def test_from_costs_to_a_threshold():
    assert_judges(
        "practice.e4",
        right=[
            lambda miss, alarm: alarm / (miss + alarm),
            lambda miss, alarm: 1 / (1 + miss / alarm),
            lambda miss, alarm: torch.tensor(alarm) / torch.tensor(miss + alarm),
        ],
        wrong=[
            lambda miss, alarm: miss * alarm,
            lambda miss, alarm: 1 - alarm / (miss + alarm),
            lambda miss, alarm: 0.05,
            lambda miss, alarm: alarm - miss,
        ],
    )


def ece_with_loop(y, probabilities, bins):
    total = 0.0
    for number in range(bins):
        inside = [row for row, said in enumerate(probabilities) if number / bins < said <= (number + 1) / bins]
        if inside:
            gap = np.mean([probabilities[row] for row in inside]) - np.mean([y[row] for row in inside])
            total += abs(gap) * len(inside) / len(y)
    return total


def ece_with_digitize(y, probabilities, bins):
    number = np.digitize(probabilities, np.linspace(0, 1, bins + 1)[1:-1])
    gaps = np.bincount(number, probabilities - y, minlength=bins)
    return np.abs(gaps).sum() / len(y)


def ece_with_torch(y, probabilities, bins):
    y, said = torch.tensor(y, dtype=torch.float64), torch.tensor(probabilities)
    number = (said * bins).long().clamp(max=bins - 1)
    return torch.zeros(bins, dtype=torch.float64).index_add(0, number, said - y).abs().sum() / len(y)


def test_said_and_observed():
    assert_judges(
        "practice.e5",
        right=[ece_with_loop, ece_with_digitize, ece_with_torch],
        wrong=[
            lambda y, probabilities, bins: ece_with_digitize(y, probabilities, 2 * bins),
            lambda y, probabilities, bins: ece_with_digitize(y, probabilities, bins) * len(y),
            lambda y, probabilities, bins: np.mean((probabilities - y) ** 2),
            lambda y, probabilities, bins: 1 - ece_with_digitize(y, probabilities, bins),
        ],
    )


def differences_by_sums(network, linear, chain, draws):
    gain = network - linear
    chains = draws.max() + 1
    sums, sizes = np.bincount(chain, gain, chains), np.bincount(chain, minlength=chains)
    return [sums[draw].sum() / sizes[draw].sum() for draw in draws]


def differences_by_weights(network, linear, chain, draws):
    weights = np.array([[(draw == one).sum() for one in chain] for draw in draws])
    return (weights * (network - linear)).sum(axis=1) / weights.sum(axis=1)


def differences_in_lists(network, linear, chain, draws):
    found = []
    for draw in draws:
        ours, theirs = [], []
        for one in draw:
            ours += list(network[chain == one])
            theirs += list(linear[chain == one])
        found.append(sum(ours) / len(ours) - sum(theirs) / len(theirs))
    return torch.tensor(found, dtype=torch.float64)


def test_draw_chains_not_residues():
    assert_judges(
        "practice.e6",
        right=[differences_by_sums, differences_by_weights, differences_in_lists],
        wrong=[
            lambda network, linear, chain, draws: [float((network - linear).mean())] * len(draws),
            lambda network, linear, chain, draws: differences_in_lists(network, 0 * linear, chain, draws),
            lambda network, linear, chain, draws: differences_by_sums(network, linear, chain, draws)[:1],
            lambda network, linear, chain, draws: np.abs(differences_by_sums(network, linear, chain, draws)),
        ],
    )


def two_models(seed=0, chains=40, length=60):
    """Residues that are right or wrong together, chain by chain."""
    rng = np.random.default_rng(seed)
    chain = np.repeat(np.arange(chains), length)
    linear = (rng.random(len(chain)) < 0.6).astype(float)
    better = rng.random(chains)[chain] < 0.5
    network = np.where(rng.random(len(chain)) < 0.3, better, linear).astype(float)
    return network, linear, chain


def report(groups=True, **changes):
    network, linear, chain = two_models()
    gain = network - linear
    interval = evaluation.mean_interval(gain, groups=chain if groups else None, n=300, seed=5)
    return {"network": network, "linear": linear, "chain": chain, "interval": tuple(interval)[1:], **changes}


def test_are_two_models_different():
    right = report()
    assert_judges(
        "practice.e7",
        right=[
            right,
            report(interval=evaluation.mean_interval(right["network"] - right["linear"], groups=right["chain"], n=200)),
            {key: list(value) for key, value in right.items()},
            {key: torch.tensor(np.array(value)) for key, value in right.items()},
        ],
        wrong=[
            report(groups=False),
            report(interval=(-right["interval"][1], -right["interval"][0])),
            report(interval=(-1, 1)),
            report(interval=right["interval"][::-1]),
            report(linear=right["linear"][:-1]),
            report(interval=0.5),
            {"interval": (0, 1)},
        ],
    )


def test_residues_drawn_instead_of_chains_are_named():
    assert learning.grade("practice.e7", report(groups=False)).mistake == "residues drawn instead of chains"


def test_a_sentence_that_can_be_defended():
    assert_judges(
        "practice.e8",
        right=[
            "On scaffolds unseen in training a forest ranks them with AUROC 0.82 (five seeds), logP alone with 0.75.",
            "AUROC 0.82, range 0.82 to 0.83, on the scaffold split of Tox21's SR-MMP, compared with 0.75 for logP.",
            "For new chemical series: forest 0.82 ± 0.01 AUROC against a baseline (logP) of 0.75.",
        ],
        wrong=[
            "A breakthrough: AUROC 0.82 (range 0.82 to 0.83) on new scaffolds, against 0.75 for logP alone.",
            "The network knows toxicity: AUROC 0.82 (five seeds) on the scaffold split against logP 0.75.",
            "A forest predicts toxicity rather well on new scaffolds compared with logP, over five seeds.",
            "A forest has AUROC 0.82.",
            "AUROC 0.82 (five seeds) on the scaffold split.",
            "",
            0.82,
        ],
    )


def test_the_order_of_an_honest_study():
    shown = honest_exercises.order.shown
    right = [shown.index(line) + 1 for line in honest_exercises.order.lines]
    assert_judges(
        "practice.e9",
        right=[right, ",".join(map(str, right)), " ".join(map(str, right))],
        wrong=[right[::-1], right[:-1], [right[1], right[0], *right[2:]], "1"],
    )


@pytest.mark.parametrize(
    ("quiz", "fewest"),
    [("practice.ewarmup", 3), ("practice.earticle", 6), ("practice.equiz", 5), ("practice.dquiz", 3)],
)
def test_quizzes(quiz, fewest):
    assert_quiz(quiz, fewest=fewest)
    keys = [item.key for item in learning.registry.find(quiz).items]
    assert len(set(keys)) > 1


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_prediction_has_its_explanation(number):
    item = learning.registry.find(f"practice.ep{number}")
    assert len(item.explanation.split()) > 20 and len(item.choices) == 3
