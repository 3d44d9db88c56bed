"""Each check of companion 08b accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import re

import numpy as np
import torch

from bioml_helpers import learning
from bioml_helpers.autoencoder import latent_exercises
from tests.support.exercises import assert_judges, assert_quiz


def rows_by_hand(names):
    return [name[:3] == "GSM" and name[3:].isdigit() for name in names]


def rows_with_pandas(names):
    import pandas as pd

    return pd.Series(names).str.fullmatch(r"GSM\d+")


def rows_with_match(names):
    return np.array([bool(re.match(r"^GSM[0-9]+\Z", name)) for name in names])


def test_which_rows_were_measured():
    assert_judges(
        "autoencoder.b1",
        right=[rows_by_hand, rows_with_pandas, rows_with_match],
        wrong=[
            lambda names: [True] * len(names),
            lambda names: [len(name) == 10 for name in names],
            lambda names: [name.isdigit() for name in names],
            lambda names: [re.match(r"GSM\d+", name) is not None for name in names],
        ],
    )


def copy_with_loop(values, hidden):
    said = []
    for at in range(len(values)):
        seen = [one for one in range(len(values)) if not hidden[one]]
        said.append(float(values[min(seen, key=lambda one: (abs(one - at), one))]))
    return said


def copy_with_torch(values, hidden):
    seen = torch.tensor(np.flatnonzero(~np.asarray(hidden)))
    apart = (torch.arange(len(values))[:, None] - seen).abs()
    return torch.tensor(values)[seen[apart.argmin(1)]]


def copy_in_place(values, hidden):
    values, seen = np.array(values), np.flatnonzero(~np.asarray(hidden))
    for at in np.flatnonzero(hidden):
        values[at] = values[seen[np.abs(seen - at).argmin()]]
    return values


def test_copy_the_neighbour():
    assert_judges(
        "autoencoder.b2",
        right=[copy_with_loop, copy_with_torch, copy_in_place],
        wrong=[
            lambda values, hidden: values,
            lambda values, hidden: np.where(hidden, 0.5, values),
            lambda values, hidden: copy_in_place(values, hidden)[::-1],
            lambda values, hidden: values[~hidden],
        ],
    )


def loss_with_loop(mean, counts):
    terms = [m - k * np.log(m) for m, k in zip(np.ravel(mean), np.ravel(counts), strict=True)]
    return sum(terms) / len(terms)


def loss_with_torch(mean, counts):
    loss = torch.nn.PoissonNLLLoss(log_input=False, eps=0.0)
    return loss(torch.tensor(mean), torch.tensor(counts, dtype=torch.double))


def test_a_loss_for_counts():
    assert_judges(
        "autoencoder.b4",
        right=[loss_with_loop, loss_with_torch, lambda mean, counts: np.mean(mean) - np.mean(counts * np.log(mean))],
        wrong=[
            lambda mean, counts: np.mean(mean),
            lambda mean, counts: np.mean(mean - counts * np.log10(mean)),
            lambda mean, counts: mean - counts * np.log(mean),
            lambda mean, counts: np.mean(np.abs(mean - counts)),
            lambda mean, counts: np.mean(counts * np.log(mean)),
        ],
    )


def a_report(**changes):
    kinds = {
        "all genes": [0.68, 0.70, 0.69, 0.71, 0.66],
        "principal components": [0.72, 0.74, 0.71, 0.73, 0.70],
        "autoencoder": [0.71, 0.75, 0.71, 0.72, 0.70],
    }
    report = {
        "type": kinds,
        "channel": {name: [0.12, 0.13, 0.13, 0.12, 0.12] for name in kinds},
        "reported": {name: float(np.mean(values)) for name, values in kinds.items()},
        "fitted_on": "training cells of each split",
        "better": "neither",
    }
    return report | changes


def test_does_the_latent_space_help():
    kinds = a_report()["type"]
    ahead = kinds | {"autoencoder": [0.75, 0.77, 0.74, 0.75, 0.73]}
    behind = kinds | {"autoencoder": [0.65, 0.67, 0.64, 0.65, 0.63]}

    def means(table):
        return {name: float(np.mean(values)) for name, values in table.items()}

    assert_judges(
        "autoencoder.b5",
        right=[
            a_report(),
            a_report(type={name: np.array(values) for name, values in kinds.items()}, fitted_on="Train rows only"),
            a_report(type=ahead, reported=means(ahead), better="autoencoder"),
            a_report(type=behind, reported=means(behind), better="Principal components"),
        ],
        wrong=[
            a_report(channel=None),
            a_report(type={name: values[:1] for name, values in kinds.items()}),
            a_report(fitted_on="all cells"),
            a_report(reported={name: max(values) for name, values in kinds.items()}),
            a_report(better="principal components"),
            a_report(type=ahead, reported=means(ahead), better="neither"),
            a_report(reported=dict.fromkeys(kinds, 0.9)),
            "the autoencoder is better",
            {"type": kinds},
        ],
    )


def linked(condition, batch):
    """Whether conditions form one chain when those that share a batch are joined."""
    groups = [{one} for one in set(condition)]
    for name in set(batch):
        met = {c for c, b in zip(condition, batch, strict=True) if b == name}
        joined = set().union(*(group for group in groups if group & met))
        groups = [group for group in groups if not group & met] + [joined]
    return len(groups) == 1


def rank_with_all_dummies(condition, batch):
    C = np.array([[one == name for name in sorted(set(condition))] for one in condition], float)
    B = np.array([[one == name for name in sorted(set(batch))] for one in batch], float)
    return np.linalg.matrix_rank(np.hstack([C, B])) == C.shape[1] + B.shape[1] - 1


def rank_with_torch(condition, batch):
    columns = [[1.0] * len(condition)]
    for labels in (condition, batch):
        columns += [[float(one == name) for one in labels] for name in sorted(set(labels))[1:]]
    return torch.linalg.matrix_rank(torch.tensor(columns)) == len(columns)


def test_can_this_design_be_rescued():
    assert_judges(
        "autoencoder.b6",
        right=[linked, rank_with_all_dummies, rank_with_torch],
        wrong=[
            lambda condition, batch: True,
            lambda condition, batch: False,
            lambda condition, batch: len(set(condition)) == len(set(batch)),
            lambda condition, batch: not linked(condition, batch),
        ],
    )


def test_the_card_needs_all_its_fields():
    exercise = learning.registry.find("autoencoder.b7")
    assert learning.grade("autoencoder.b7", dict(exercise.model)).status == "right"
    assert learning.grade("autoencoder.b7", {"helped": "It did."}).status != "right"


def test_the_card_of_deepmethyl_has_its_published_figures_and_asks_why():
    result = latent_exercises.deepmethyl.result
    assert all(figure in result for figure in ("89.7", "88.6", "84.82", "72.01"))
    assert learning.grade("autoencoder.b3", "b").status == "right"
    hints = [learning.grade("autoencoder.b3", wrong).hint for wrong in "acd"]
    assert len(set(hints)) == 3


def test_quizzes_answer_each_option():
    assert_quiz("autoencoder.bwarmup", fewest=2)
    assert_quiz("autoencoder.bquiz", fewest=4)
