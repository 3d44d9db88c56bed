"""Every check of chapter 2 accepts right answers however they are written, and names the usual mistakes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.model_selection import LeaveOneOut
from support.exercises import Answers, assert_judges, assert_quiz

from bioml_helpers import learning, neuron
from bioml_helpers.neuron import exercises, layers

BY_HAND = [0.92414, 0.26894]


def test_a_neuron_by_hand():
    assert_judges(
        "neuron.1",
        right=[BY_HAND, (0.924, 0.269), np.array(BY_HAND, dtype=np.float32), torch.tensor(BY_HAND)],
        wrong=[[0.92, 0.2], [0.92], 0.92, [0.924, np.nan], ["a", "b"], [2.5, -1.0]],
    )


def test_the_lac_switch():
    assert_judges(
        "neuron.2",
        right=[[8, -8, -4], (10.0, -12.5, -5), np.array([6, -7, -3]), torch.tensor([20.0, -20.0, -10.0])],
        wrong=[
            [2, -2, -1],
            [8, -8, 0],
            [-8, 8, -4],
            [8, -1, -4],
            [8, 8, -12],
            [8, -8],
            ["a", "b", "c"],
            [8, -8, np.inf],
            "8, -8, -4",
        ],
    )


def with_a_loop(X, w, b):
    out = []
    for row in X:
        z = b
        for value, weight in zip(row, w, strict=True):
            z += value * weight
        out.append(1 / (1 + np.exp(-z)))
    return out


def with_torch(X, w, b):
    return torch.sigmoid(torch.as_tensor(X) @ torch.as_tensor(w) + b)


def with_tanh(X, w, b):
    return 0.5 * (1 + np.tanh(0.5 * (np.sum(X * w, axis=1) + b)))


def in_single_precision(X, w, b):
    return (1 / (1 + np.exp(-(X.astype(np.float32) @ w.astype(np.float32) + np.float32(b))))).astype(np.float32)


def test_a_neuron_for_many_examples():
    assert_judges(
        "neuron.3",
        right=[with_a_loop, with_torch, with_tanh, in_single_precision],
        wrong=[
            lambda X, w, b: X,
            lambda X, w, b: 0.5,
            lambda X, w, b: np.tanh(X @ w + b),
            lambda X, w, b: with_tanh(X, w, b).mean(),
            lambda X, w: X @ w,
            lambda X, w, b: 1 / 0,
            layers.neuron_forward,
            3.0,
        ],
    )


def gradient_with_a_loop(X, y, w, b):
    d_w, d_b = np.zeros(len(w)), 0.0
    for row, truth in zip(X, y, strict=True):
        error = 1 / (1 + np.exp(-(row @ w + b))) - truth
        d_w, d_b = d_w + error * row / len(y), d_b + error / len(y)
    return d_w, d_b


def gradient_with_autograd(X, y, w, b):
    w, b = torch.tensor(w, requires_grad=True), torch.tensor(b, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.binary_cross_entropy_with_logits(torch.tensor(X) @ w + b, torch.tensor(y)).backward()
    return w.grad, b.grad


def gradient_with_einsum(X, y, w, b):
    error = 1 / (1 + np.exp(-(X @ w + b))) - y
    return [np.einsum("bn,b->n", X, error) / len(X), np.mean(error)]


def test_the_gradient():
    assert_judges(
        "neuron.4",
        right=[gradient_with_a_loop, gradient_with_autograd, gradient_with_einsum],
        wrong=[
            lambda X, y, w, b: gradient_with_einsum(X, y, w, b)[0],
            lambda X, y, w, b: (gradient_with_einsum(X, y, w, b)[1], gradient_with_einsum(X, y, w, b)[0]),
            lambda X, y, w, b: (2 * gradient_with_einsum(X, y, w, b)[0], 0.1),
            lambda X, y, w: X,
            lambda X, y, w, b: (X @ w + b).nothing,
            layers.gradient,
        ],
    )


def test_exactly_one_factor():
    assert_judges(
        "neuron.5",
        right=[
            Answers([[20, 20, -10], [20, 20, -30]], [20, -20, -10]),
            Answers(np.array([[20, -20, -10], [-20, 20, -10]]), np.array([20, 20, -10])),
            Answers(torch.tensor([[-20.0, -20, 30], [-20.0, -20, 10]]), torch.tensor([20.0, -20.0, -10.0])),
        ],
        wrong=[
            Answers([[4, 4, -2], [4, 4, -6]], [4, -4, -2]),
            Answers([[20, 20, -10], [20, 20, -10]], [20, -20, -10]),
            Answers([[20, 20, -10], [20, 20, -30]], [20, 0, -10]),
            Answers([[20, 20, -10], [20, 20, -30]], [20, 20, -10]),
            Answers([[20, 20, -10], [20, 20, -30]], [-20, 20, 10]),
            lambda a, b: a + b - 2 * a * b,
            lambda a, b: a * b,
            Answers([[20, 20], [20, 20]], [20, -20, -10]),
            Answers([[20, 20, -10], [20, 20, np.nan]], [20, -20, -10]),
            Answers("hidden", "output"),
            [[20, 20, -10], [20, 20, -30]],
        ],
    )


REPORT = {"errors": 8, "training_errors": 0, "positions": [-34, -36, -35, -12, -33]}


def test_the_promoter_report(need_real_data):
    need_real_data("promoters")
    assert_judges(
        "neuron.6",
        right=[
            REPORT,
            {"errors": np.int64(6), "training_errors": 0.0, "positions": np.array([-36, -35, -34, -33, -12])},
            {"errors": torch.tensor(9), "training_errors": False, "positions": (-11, -12, -36, -31, -35)},
        ],
        wrong=[
            {**REPORT, "errors": 0},
            {**REPORT, "errors": 0.075},
            {**REPORT, "errors": 98},
            {**REPORT, "errors": 2},
            {**REPORT, "errors": 30},
            {**REPORT, "training_errors": 8},
            {**REPORT, "positions": [16, 14, 15, 38, 17]},
            {**REPORT, "positions": [-35, -34, 0, -12, -11]},
            {**REPORT, "positions": [-45, -20, 3, 7, -1]},
            {**REPORT, "positions": [-35, -35, -34, -12, -11]},
            {**REPORT, "positions": [-35]},
            {"errors": 8},
            8,
        ],
    )


def test_the_fully_connected_head():
    assert_judges(
        "neuron.7",
        right=[[4, 6], (4, 6), np.array([4, 6]), torch.tensor([4, 6])],
        wrong=[[0, 6], [4], [4, 6, 7], 6, ["Linear", "Linear"]],
    )


CARD = {
    "decision": "does this embryo develop further",
    "inputs": "diameter (µm) and number of cells (no unit)",
    "signs": "both push up, since growth is a sign of life",
    "bias": "the size below which hardly any embryo developed",
    "baseline": "a cut-off on diameter",
    "left_out": "all embryos of one mother",
}


def test_a_decision_of_your_own():
    assert_judges(
        "neuron.8",
        right=[CARD, {**CARD, "decision": "is the cell infected"}, {**CARD, "baseline": "counting cells by eye"}],
        wrong=[
            {**CARD, "inputs": "diameter"},
            {**CARD, "left_out": ""},
            {key: value for key, value in CARD.items() if key != "bias"},
            {**CARD, "baseline": "none"},
            "embryo",
        ],
    )


def by_index(X, y, seed):
    order = np.random.default_rng(seed).permutation(len(y))
    return X, y[order]


def rows_instead(X, y, seed):
    return np.random.default_rng(seed).permutation(X), y


def with_torch_generator(X, y, seed):
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    return torch.tensor(X), torch.tensor(y)[order]


def together(X, y, seed):
    order = np.random.default_rng(seed).permutation(len(y))
    return X[order], y[order]


def test_shuffled_labels():
    assert_judges(
        "neuron.9",
        right=[by_index, rows_instead, with_torch_generator],
        wrong=[
            together,
            lambda X, y, seed: (X, y),
            lambda X, y, seed: (X, np.random.default_rng(seed).integers(0, 2, len(y)).astype(float)),
            lambda X, y, seed: (np.random.default_rng(seed).permuted(X, axis=0), y),
            lambda X, y, seed: by_index(X, y, 0),
            lambda X, y, seed: (X, np.random.default_rng().permutation(y)),
            lambda X, y, seed: y,
            lambda X, y, seed: (X[:3], y[:3]),
            lambda X, y, seed: 1 / 0,
            5,
        ],
    )


def test_an_empty_control_is_not_an_attempt():
    assert learning.grade("neuron.9", lambda X, y, seed: ...).status == "not attempted"
    assert learning.grade("neuron.10", lambda X, y, choose, fit: ...).status == "not attempted"


def with_delete(X, y, choose, fit):
    wrong = 0
    for i in range(len(y)):
        others, truth = np.delete(X, i, axis=0), np.delete(y, i)
        columns = choose(others, truth)
        wrong += fit(others[:, columns], truth).predict(X[i, columns].reshape(1, -1))[0] != y[i]
    return wrong


def with_splits(X, y, choose, fit):
    answers = []
    for train, test in LeaveOneOut().split(X):
        columns = list(choose(X[train], y[train]))
        answers.append(fit(X[train][:, columns], y[train]).predict(X[test][:, columns])[0] == y[test][0])
    return np.float64(len(answers) - sum(answers))


def with_a_list(X, y, choose, fit):
    def misjudged(i):
        rest = [j for j in range(len(y)) if j != i]
        columns = choose(X[rest], y[rest])
        return bool(fit(X[rest][:, columns], y[rest]).predict(X[[i]][:, columns])[0] != y[i])

    return sum(map(misjudged, range(len(y))))


def leaking(X, y, choose, fit):
    return with_delete(X[:, choose(X, y)], y, lambda X, y: np.arange(X.shape[1]), fit)


def stub_of_the_chapter(X, y, choose, fit):
    errors = 0
    columns = choose(X, y)
    for i in range(len(y)):
        rest = np.arange(len(y)) != i
        model = fit(X[rest][:, columns], y[rest])
        errors += int(model.predict(X[[i]][:, columns])[0] != y[i])
    return errors


def fitted_on_all(X, y, choose, fit):
    columns = choose(X, y)
    return int((fit(X[:, columns], y).predict(X[:, columns]) != y).sum())


def all_columns(X, y, choose, fit):
    return with_delete(X, y, lambda X, y: np.arange(X.shape[1]), fit)


def test_leave_one_out_that_leaks():
    assert_judges(
        "neuron.10",
        right=[with_delete, with_splits, with_a_list],
        wrong=[
            stub_of_the_chapter,
            leaking,
            fitted_on_all,
            all_columns,
            lambda *all: len(all[1]) - with_delete(*all),
            lambda *all: with_delete(*all) / len(all[1]),
            lambda *all: with_delete(*all) + 1,
            lambda X, y, choose, fit: 3,
            lambda X, y, choose, fit: with_delete((X - X.mean(0)) / X.std(0), y, choose, fit),
            lambda X, y, choose, fit: 1 / 0,
            3,
        ],
    )


def step_with_if(w, b, x, y):
    prediction = 1 if sum(wi * xi for wi, xi in zip(w, x, strict=True)) + b > 0 else 0
    if prediction == y:
        return w, b
    return (w + x, b + 1) if y == 1 else (w - x, b - 1)


def step_with_numpy(w, b, x, y):
    error = y - np.heaviside(np.dot(w, x) + b, 0)
    return np.add(w, error * x), b + error


def step_with_torch(w, b, x, y):
    error = y - (torch.tensor(w) @ torch.tensor(x) + b > 0).double()
    return torch.tensor(w) + error * torch.tensor(x), b + error


def test_one_step_of_rosenblatts_rule():
    assert_judges(
        "neuron.b1",
        right=[step_with_if, step_with_numpy, step_with_torch],
        wrong=[
            lambda w, b, x, y: (w, b),
            lambda w, b, x, y: w,
            lambda w, b, x, y: (x, y),
            lambda w, b, x, y: (0.1 * step_with_numpy(w, b, x, y)[0], b),
            lambda w, b, x: w,
            layers.rosenblatt_step,
        ],
    )


def test_order_the_lines():
    shown = exercises.order.shown
    answers = [[shown.index(line) + 1 for line in order] for order in exercises.order.orders]
    assert len(answers) == 2
    assert_judges(
        "neuron.order",
        right=[answers[0], ",".join(map(str, answers[1])), " ".join(map(str, answers[0]))],
        wrong=[answers[0][::-1], answers[0][:-1], [*answers[0], 12], "1,1,1", "one, two"],
    )


@pytest.mark.parametrize("quiz", ["neuron.warmup", "neuron.quiz", "neuron.recall"])
def test_every_wrong_option_has_its_own_answer(quiz):
    assert_quiz(quiz, fewest=3)


@pytest.mark.parametrize("trio", ["neuron.p1", "neuron.p2", "neuron.p3"])
def test_a_trio_goes_on_without_a_prediction(trio, capsys):
    learning.observe(trio, "c" if trio == "neuron.p1" else 3)
    assert capsys.readouterr().out.strip()


def test_the_line_moves_as_the_first_trio_says():
    on = [(neuron.neuron_forward(neuron.TRUTH_TABLE, [4, 4], b) > 0.5).sum() for b in (-2, 2)]
    assert on[1] > on[0]


def test_every_exercise_of_the_chapter_is_tested_here():
    own = [one for one in learning.registered() if one.startswith("neuron.") and one.count(".") == 1]
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [one for one in own if f'"{one}"' not in tested] == []
