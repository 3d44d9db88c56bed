"""Each check of chapter 3 accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional

from bioml_helpers import evaluation, learning
from bioml_helpers.data import splits
from bioml_helpers.mlp import exercises, layers, models
from tests.support.exercises import assert_judges, assert_quiz


def test_count_the_parameters():
    assert_judges(
        "mlp.1",
        right=[[11083, 5057], (11083.0, 5057.0), np.array([11083, 5057]), torch.tensor([11083, 5057])],
        wrong=[[11083], [5057, 11083], [11083, 5056], 11083, "11083"],
    )


def test_find_the_neuron():
    W1 = models.layers.MLP((12, 4, 1), seed=2).W[0]
    assert_judges(
        "mlp.neuron",
        right=[W1[:, 1], W1.T[1].tolist(), torch.tensor(W1)[:, 1], W1[:, 1].astype(np.float32)],
        wrong=[W1[1], W1[:, 2], W1, W1[:, 0], W1[:, 1][:4], 0.5],
    )


# ---------------------------------------------------------------- forward and backward


def forward_with_loops(X, W1, b1, W2, b2):
    logits = []
    for x in X:
        hidden = [max(0.0, sum(x[i] * W1[i, j] for i in range(len(x))) + b1[j]) for j in range(len(b1))]
        logits.append([sum(hidden[j] * W2[j, k] for j in range(len(hidden))) + b2[k] for k in range(len(b2))])
    return logits


def forward_with_torch(X, W1, b1, W2, b2):
    X, W1, b1, W2, b2 = (torch.tensor(one) for one in (X, W1, b1, W2, b2))
    return functional.linear(torch.relu(functional.linear(X, W1.T, b1)), W2.T, b2)


def forward_in_single_precision(X, W1, b1, W2, b2):
    X, W1, b1, W2, b2 = (np.asarray(one, np.float32) for one in (X, W1, b1, W2, b2))
    hidden = X @ W1 + b1
    return np.where(hidden > 0, hidden, 0) @ W2 + b2


def test_the_forward_pass():
    assert_judges(
        "mlp.2",
        right=[forward_with_loops, forward_with_torch, forward_in_single_precision],
        wrong=[
            lambda X, W1, b1, W2, b2: np.maximum(0, X @ W1) + b1,
            lambda X, W1, b1, W2, b2: (np.maximum(0, X @ W1 + b1) @ W2 + b2).T,
            lambda X, W1, b1, W2, b2: np.abs(X @ W1 + b1) @ W2 + b2,
            lambda X, W1, b1, W2, b2: np.tanh(X @ W1 + b1) @ W2 + b2,
            lambda X: X,
            lambda X, W1, b1, W2, b2: (np.maximum(0, X @ W1 + b1) @ W2 + b2).tolist()[0],
        ],
    )


def backward_with_autograd(X, y, W1, b1, W2, b2):
    X, y = torch.tensor(X), torch.tensor(y)
    parameters = [torch.tensor(one, requires_grad=True) for one in (W1, b1, W2, b2)]
    W1, b1, W2, b2 = parameters
    loss = functional.binary_cross_entropy_with_logits(torch.relu(X @ W1 + b1) @ W2 + b2, y)
    return torch.autograd.grad(loss, parameters)


def backward_with_einsum(X, y, W1, b1, W2, b2):
    z = X @ W1 + b1
    h = z * (z > 0)
    d = (1 / (1 + np.exp(-(h @ W2 + b2))) - y) / y.size
    back = np.einsum("bk,hk->bh", d, W2)
    back[z <= 0] = 0
    return [np.einsum("bi,bh->ih", X, back), back.sum(0), np.einsum("bh,bk->hk", h, d), d.sum(0)]


def backward_example_by_example(X, y, W1, b1, W2, b2):
    slopes = [np.zeros_like(one) for one in (W1, b1, W2, b2)]
    for x, label in zip(X, y, strict=True):
        z = x @ W1 + b1
        h = np.maximum(z, 0)
        d = (layers.sigmoid(h @ W2 + b2) - label) / y.size
        back = (W2 @ d) * (z > 0)
        for slope, add in zip(slopes, (np.outer(x, back), back, np.outer(h, d), d), strict=True):
            slope += add
    return tuple(slopes)


def test_the_backward_pass():
    right = backward_with_autograd
    assert_judges(
        "mlp.3",
        right=[backward_with_autograd, backward_with_einsum, backward_example_by_example],
        wrong=[
            lambda *case: right(*case)[:2],
            lambda *case: right(*case)[::-1],
            lambda *case: [-slope for slope in right(*case)],
            lambda *case: [2 * slope for slope in right(*case)],
            lambda X, y, W1, b1, W2, b2: (W1, b1, W2, b2),
            lambda X, y: X,
        ],
    )


def test_a_head_for_each_task():
    assert_judges(
        "mlp.4",
        right=["abcd", "A B C D", "a,b,c,d"],
        wrong=["abdc", "bacd", "acbd", "dbca", "aabb", "abc", "xyzw", ["a", "b", "c", "d"], "baad", "abad"],
    )


# ---------------------------------------------------------------- the report, on what data there are


@pytest.fixture(scope="module")
def task():
    return models.toxicity(quiet=True)


@pytest.fixture(scope="module")
def report(task):
    parts = task.split("random", 1)
    trained = models.train_classifier(task.X, task.y, parts)
    probabilities = trained.probabilities(task.X[parts.test])
    y = task.y[parts.test]
    return {
        **parts._asdict(),
        "scaler": trained.scaler,
        "chosen_on": "validation",
        "probabilities": probabilities,
        "auroc": evaluation.auroc(y, probabilities),
        "auprc": evaluation.auprc(y, probabilities),
        "prevalence": y.mean(),
    }


def leaky_rows(task):
    return dict(zip(("train", "validation", "test"), splits.random_split(len(task.y), seed=3), strict=True))


def test_train_and_report(task, report, need_real_data):
    need_real_data("tox21")
    y = task.y[report["test"]]
    rounded = {key: round(float(report[key]), 3) for key in ("auroc", "auprc", "prevalence")}
    noise = np.random.default_rng(0).random(len(y))
    greedy = evaluation.Standardiser().fit(task.X)
    assert_judges(
        "mlp.5",
        right=[
            report,
            {**report, **rounded, "train": report["train"].tolist()},
            {**report, "probabilities": torch.tensor(report["probabilities"])},
        ],
        wrong=[
            {**report, **leaky_rows(task)},
            {**report, "scaler": greedy},
            {**report, "chosen_on": "test"},
            {**report, "auroc": ((report["probabilities"] > 0.5) == y).mean()},
            {**report, "auprc": None},
            {key: value for key, value in report.items() if key != "prevalence"},
            {**report, "auroc": 0.99},
            {
                **report,
                "probabilities": noise,
                "auroc": evaluation.auroc(y, noise),
                "auprc": evaluation.auprc(y, noise),
            },
            {**report, "probabilities": report["probabilities"][:10]},
            {**report, "scaler": None},
            {**report, "test": [10**6]},
            0.9,
        ],
    )


def test_the_report_is_judged_on_stand_in_data_too(tmp_path, monkeypatch):
    monkeypatch.delenv("BIOML_DATA_DIR", raising=False)
    monkeypatch.setenv("BIOML_OFFLINE", "1")
    monkeypatch.setenv("BIOML_CACHE_DIR", str(tmp_path))
    task = models.toxicity(quiet=True)
    assert task.card.is_stand_in
    parts = task.split("random", 1)
    trained = models.train_classifier(task.X, task.y, parts, num_epochs=100, batch_size=64)
    probabilities = trained.probabilities(task.X[parts.test])
    y = task.y[parts.test]
    scores = {"auroc": evaluation.auroc(y, probabilities), "auprc": evaluation.auprc(y, probabilities)}
    report = {**parts._asdict(), "scaler": trained.scaler, "chosen_on": "validation", "probabilities": probabilities}
    assert learning.grade("mlp.5", {**report, **scores, "prevalence": y.mean()}).status == "right"


def test_new_chemistry(task, need_real_data):
    need_real_data("tox21")
    right = {**task.split("scaffold")._asdict(), "network": [0.81, 0.80], "forest": 0.825, "sentence": "b"}
    assert_judges(
        "mlp.6",
        right=[
            right,
            {**right, "sentence": " B ", "forest": np.float32(0.82)},
            {**right, "network": (0.815, 0.81, 0.8), "forest": [0.82, 0.83]},
        ],
        wrong=[
            {**right, **task.split("random", 0)._asdict()},
            {**right, "sentence": "a"},
            {**right, "sentence": "c"},
            {**right, "sentence": "d"},
            {**right, "sentence": "e"},
            {**right, "network": 0.81},
            {**right, "network": [0.9, 0.9]},
            {**right, "network": [0.5, 0.5]},
            {key: value for key, value in right.items() if key != "forest"},
            "b",
        ],
    )


# ---------------------------------------------------------------- masked loss


def masked_by_where(logits, y):
    known = ~torch.isnan(y)
    losses = functional.binary_cross_entropy_with_logits(logits, torch.where(known, y, 0.0), reduction="none")
    return (losses * known).sum() / known.sum()


def masked_by_hand(logits, y):
    total = sum(
        functional.softplus(-z if label == 1 else z)
        for z, label in zip(logits.ravel(), y.ravel(), strict=True)
        if label == label
    )
    return total / (y == y).sum()


def masked_by_weights(logits, y):
    known = (~y.isnan()).float()
    filled = y.nan_to_num(0.5)
    return functional.binary_cross_entropy_with_logits(logits, filled, weight=known, reduction="sum") / known.sum()


def nan_hidden_too_late(logits, y):
    losses = functional.softplus(logits) - y * logits
    return torch.where(y.isnan(), torch.zeros_like(losses), losses).sum() / (~y.isnan()).sum()


def pulls_at_gaps(logits, y):
    known = ~y.isnan()
    return masked_by_where(logits, y) + 0 * logits.sum() + (logits[~known] - logits[~known].detach()).sum()


def test_twelve_tasks_many_gaps():
    assert_judges(
        "mlp.7",
        right=[masked_by_where, masked_by_hand, masked_by_weights],
        wrong=[
            functional.binary_cross_entropy_with_logits,
            *exercises._WRONG_LOSSES.values(),
            nan_hidden_too_late,
            pulls_at_gaps,
            lambda logits, y: masked_by_where(logits, y).detach(),
            lambda logits, y: 0.5,
            lambda logits, y: masked_by_where(logits, y) ** 2,
            0.5,
        ],
    )


# ---------------------------------------------------------------- interplay, windows, order


def interplay_with_deltas(predict, X, i, j):
    X = np.array(X, dtype=float)
    quartiles = np.quantile(X, [0.25, 0.75], axis=0)
    total = 0.0
    for a in (0, 1):
        for b in (0, 1):
            X[:, i], X[:, j] = quartiles[a, i], quartiles[b, j]
            total += (1 if a == b else -1) * predict(X).mean()
    return total


def interplay_row_by_row(predict, X, i, j):
    low, high = np.percentile(X, 25, axis=0), np.percentile(X, 75, axis=0)

    def f(a, b):
        rows = [[*row] for row in X]
        for row in rows:
            row[i], row[j] = a, b
        return sum(predict(np.array([row]))[0] for row in rows) / len(rows)

    return (f(high[i], high[j]) - f(low[i], high[j])) - (f(high[i], low[j]) - f(low[i], low[j]))


def interplay_stacked(predict, X, i, j):
    q = np.percentile(X, [25, 75], axis=0)
    tables = np.repeat(np.asarray(X)[None], 4, axis=0)
    for table, (a, b) in zip(tables, [(1, 1), (1, 0), (0, 1), (0, 0)], strict=True):
        table[:, i], table[:, j] = q[a, i], q[b, j]
    return np.array([1, -1, -1, 1]) @ [predict(table).mean() for table in tables]


def test_do_two_properties_interact():
    assert_judges(
        "mlp.8",
        right=[interplay_with_deltas, interplay_row_by_row, interplay_stacked],
        wrong=[
            lambda predict, X, i, j: 0.0,
            lambda predict, X, i, j: -interplay_stacked(predict, X, i, j),
            lambda predict, X, i, j: abs(np.corrcoef(X[:, i], X[:, j])[0, 1]),
            lambda predict, X, i, j: predict(X).std(),
            lambda predict, X: 1.0,
        ],
    )


def test_a_window_around_each_residue():
    def by_slices(residues, size):
        half, chain = size // 2, "-" * size + residues + "-" * size
        return [chain[size + i - half : size + i + half + 1] for i in range(len(residues))]

    def by_letters(residues, size):
        half = size // 2
        places = range(len(residues))
        return ["".join(residues[k] if k in places else "-" for k in range(i - half, i + half + 1)) for i in places]

    assert_judges(
        "mlp.b1",
        right=[by_slices, by_letters, lambda residues, size: tuple(by_slices(residues, size))],
        wrong=[
            lambda residues, size: residues,
            lambda residues, size: by_slices(residues, size)[::-1],
            lambda residues, size: [window.lower() for window in by_slices(residues, size)],
            lambda residues, size: [window.replace("-", "X") for window in by_slices(residues, size)],
            lambda residues, size: by_slices(residues, size)[:-1],
        ],
    )


def test_order_the_lines():
    shown = exercises.order.shown
    answers = [[shown.index(line) + 1 for line in order] for order in exercises.order.orders]
    assert_judges(
        "mlp.order",
        right=[answers[0], ",".join(map(str, answers[1])), " ".join(map(str, answers[2])), answers[3]],
        wrong=[answers[0][::-1], answers[0][:-1], [*answers[0], 8], "1,1,1", "one, two"],
    )


@pytest.mark.parametrize("quiz", ["mlp.warmup", "mlp.quiz", "mlp.recall"])
def test_every_wrong_option_has_its_own_answer(quiz):
    assert_quiz(quiz, fewest=3)


@pytest.mark.parametrize("quiz", ["mlp.warmup", "mlp.quiz", "mlp.recall"])
def test_the_keys_are_spread(quiz):
    keys = [question.key for question in learning.registry.find(quiz).questions]
    assert len(set(keys)) >= 3


@pytest.mark.parametrize(("trio", "seen"), [("mlp.p1", "c"), ("mlp.p2", 96.0), ("mlp.p3", 0.81)])
def test_a_trio_goes_on_without_a_prediction(trio, seen, capsys):
    learning.observe(trio, seen)
    assert capsys.readouterr().out.strip()


def test_every_exercise_of_the_chapter_is_tested_here():
    own = [one for one in learning.registered() if one.startswith("mlp.") and one.count(".") == 1]
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [one for one in own if f'"{one}"' not in tested] == []
