"""Every check of chapter 0 accepts right answers however they are written, and names the usual mistakes."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from support.exercises import assert_judges, assert_quiz

from bioml_helpers import learning
from bioml_helpers.learning.registry import find
from bioml_helpers.start import exercises, layers


def test_a_wrong_answer_on_purpose():
    assert_judges("start.0", right=[3, 3.0, np.int64(3), torch.tensor(3)], wrong=[2, 5, 4, "many", -3, np.nan])


def test_the_gc_content():
    fraction = 27 / 57
    assert_judges(
        "start.1",
        right=[fraction, np.float32(fraction), 0.4737, torch.tensor(fraction)],
        wrong=[47.37, 27, 0.7, 0.0, "half", [fraction, fraction]],
    )


def test_which_model_first():
    right = exercises.SITUATIONS
    assert_judges(
        "start.2",
        right=[right, {key: value.upper() for key, value in right.items()}, dict(reversed(right.items()))],
        wrong=[
            {**right, "a": "mlp"},
            {**right, "e": "cnn"},
            {**right, "d": "forest"},
            {**right, "b": "mlp"},
            {**right, "c": "transformer", "f": "cnn"},
            {**right, "f": "rnn"},
            {**right, "a": "magic"},
            {"a": "linear"},
            "linear",
        ],
    )


def with_shape(name, shape):
    return {**exercises.SHAPES, name: shape}


def test_shapes_of_five_inputs():
    right = exercises.SHAPES
    assert_judges(
        "start.3",
        right=[
            right,
            {name: list(shape) for name, shape in right.items()},
            {name: torch.Size(shape) for name, shape in right.items()},
            {name: np.array(shape) for name, shape in right.items()},
            {name: str(shape) for name, shape in right.items()},
        ],
        wrong=[
            with_shape("photographs", (16, 128, 96, 3)),
            with_shape("promoters", (32, 57, 4)),
            with_shape("heartbeats", (12, 5000)),
            with_shape("scans", (2, 40, 64, 80)),
            with_shape("photographs", (3, 16, 128, 96)),
            with_shape("photographs", (16, 1, 3, 128, 96)),
            with_shape("molecules", (12, 101)),
            with_shape("molecules", 100),
            {"promoters": (32, 4, 57)},
            [(32, 4, 57)],
        ],
    )


def test_how_many_dimensions():
    assert_judges(
        "start.4",
        right=[[1, 2, 3, 0, 1], (1, 2, 3, 0, 1), np.array([1, 2, 3, 0, 1]), torch.tensor([1.0, 2, 3, 0, 1])],
        wrong=[[3, 4, 5, 2, 3], [2, 3, 3, 0, 2], [2, 3, 4, 1, 2], [1, 2, 3, 1, 1], [1, 2, 3], 3, "123"],
    )


def test_the_broadcasting_trap():
    assert_judges(
        "start.5",
        right=[(5, 5), [5, 5], torch.Size([5, 5]), "(5, 5)", "5 x 5", np.array([5, 5]), np.zeros((5, 5))],
        wrong=[(5,), 5, "5", (5, 1), (1, 5), (25,), (5, 2), (3, 3), "square"],
    )


def loss_with_a_loop(prediction, y):
    pairs = list(zip(np.ravel(prediction), np.ravel(y), strict=True))
    return sum((p - t) ** 2 for p, t in pairs) / len(pairs)


def loss_with_torch(prediction, y):
    return torch.nn.functional.mse_loss(torch.tensor(prediction).flatten(), torch.tensor(y).flatten())


def loss_with_columns(prediction, y):
    return np.square(prediction.reshape(-1, 1) - y.reshape(-1, 1)).mean(dtype=np.float64)


def test_a_loss_that_cannot_broadcast():
    assert_judges(
        "start.6",
        right=[loss_with_a_loop, loss_with_torch, loss_with_columns],
        wrong=[
            lambda prediction, y: 0.0,
            lambda prediction, y: prediction.squeeze() - y.squeeze(),
            lambda prediction: 1.0,
            lambda prediction, y: ((prediction - y[:, None]) ** 2).mean(),
            lambda prediction, y: 1 / 0,
        ],
    )


def slope_by_autograd(ec50, n):
    x = torch.tensor(ec50, dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad(layers.hill(x, ec50, n), x)[0]


def slope_by_steps(ec50, n):
    h = 1e-5 * ec50
    return (layers.hill(ec50 + h, ec50, n) - layers.hill(ec50 - h, ec50, n)) / (2 * h)


def test_the_slope_at_the_ec50():
    assert_judges(
        "start.7",
        right=[
            slope_by_autograd,
            slope_by_steps,
            lambda ec50, n: n / (4 * ec50),
            lambda ec50, n: np.array(0.25 * n / ec50),
        ],
        wrong=[
            lambda ec50, n: n / ec50,
            lambda ec50, n: 1 / (4 * ec50),
            lambda ec50, n: layers.hill(1.01 * ec50, ec50, n) - 0.5,
            lambda ec50, n: [n, ec50],
            lambda ec50: 0.1,
        ],
    )


def test_what_the_damaged_sentences_would_teach():
    right = exercises.ERRATA
    assert_judges(
        "start.8",
        right=[right, {key: value.upper() for key, value in right.items()}, dict(reversed(right.items()))],
        wrong=[
            {**right, "X2": "a", "X3": "c"},
            {**right, "X5": "b", "X10": "d"},
            {**right, "X2": "b"},
            dict.fromkeys(right, "e"),
            {"X2": "c"},
            "cadb",
        ],
    )


def test_what_may_go_to_a_public_cloud():
    assert_judges(
        "start.9",
        right=["ace", "eca", "A, C, E", "a c e"],
        wrong=["abce", "acde", "acef", "ac", "ae", "abcdef", "xyz", "", ["a", "c", "e"]],
    )


@pytest.mark.parametrize("exercise", ["start.order", "start.steps"])
def test_put_in_order(exercise):
    item = find(exercise)
    answer = [item.shown.index(line) + 1 for line in item.lines]
    assert_judges(
        exercise,
        right=[answer, ",".join(map(str, answer)), " ".join(map(str, answer))],
        wrong=[answer[::-1], answer[:-1], [*answer, len(item.shown) + 1], "1,1,1", "one, two"],
    )


def test_only_the_right_relative_order_of_eight_steps_of_history_is_accepted():
    """All 40,320 orders would take too long; every swap of two neighbours, and a hundred at random, are enough."""
    shown, lines = exercises.history.shown, exercises.history.lines
    right = [shown.index(line) + 1 for line in lines]
    swapped = [[*right[:i], right[i + 1], right[i], *right[i + 2 :]] for i in range(7)]
    rng = np.random.default_rng(0)
    others = [order for order in (rng.permutation(right).tolist() for _ in range(100)) if order != right]
    assert [learning.grade("start.order", order).status for order in swapped + others].count("right") == 0


@pytest.mark.parametrize(("quiz", "questions"), [("start.readiness", 12), ("start.quiz", 5), ("start.recall", 3)])
def test_every_wrong_option_has_its_own_answer(quiz, questions):
    assert_quiz(quiz, fewest=questions)


@pytest.mark.parametrize("trio", ["start.p1", "start.p2", "start.p3"])
def test_a_trio_goes_on_without_a_prediction(trio, capsys):
    learning.observe(trio, 4)
    assert capsys.readouterr().out.strip()


def test_every_exercise_of_the_chapter_is_tested_here():
    own = [one for one in learning.registered() if re.fullmatch(r"start\.(\d|p\d|[a-z]{3,})", one)]
    assert len(own) >= 18
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [one for one in own if f'"{one}"' not in tested] == []
