"""Each check of companion 09c accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from bioml_helpers.learning.registry import find
from bioml_helpers.practice import hardware_exercises  # noqa: F401 (it registers them)
from tests.support.exercises import assert_judges, assert_quiz


def timed_once(step, wait, clock):
    step()
    wait()
    begun = clock()
    step()
    wait()
    return clock() - begun


def timed_often(step, wait, clock):
    times = []
    for _ in range(5):
        wait()
        begun = clock()
        step()
        wait()
        times.append(clock() - begun)
    return np.median(times[1:])


def timed_together(step, wait, clock):
    step(), wait()
    begun = clock()
    for _ in range(10):
        step()
    wait()
    return (clock() - begun) / 10


def never_waited(step, wait, clock):
    step()
    begun = clock()
    step()
    return clock() - begun


def no_warm_up(step, wait, clock):
    begun = clock()
    step()
    wait()
    return clock() - begun


def warm_up_still_at_work(step, wait, clock):
    begun = clock()
    step()
    wait()
    first = clock() - begun
    step()
    return first


def warm_up_counted(step, wait, clock):
    begun = clock()
    step()
    step()
    wait()
    return clock() - begun


def test_stopwatch():
    assert_judges(
        "practice.c1",
        right=[timed_once, timed_often, timed_together],
        wrong=[
            never_waited,
            no_warm_up,
            warm_up_still_at_work,
            warm_up_counted,
            lambda step, wait, clock: 2.0,
            lambda step, wait, clock: "fast",
            lambda step: step(),
            2.0,
        ],
    )


def test_hours_of_training():
    assert_judges(
        "practice.c2",
        right=[
            lambda n, d, s, u: 6 * n * d / (s * u) / 3600,
            lambda n, d, s, u: n * d / s / u / 600,
            lambda n, d, s, u: torch.tensor(6.0, dtype=torch.float64) * n * d / (3600 * s * u),
        ],
        wrong=[
            lambda n, d, s, u: 6 * n * d / (s * u) / 3.6e6,
            lambda n, d, s, u: 6 * (n + d) / (s * u) / 3600,
            lambda n, d, s, u: 4 * n * d / (s * u) / 3600,
            lambda n, d, s, u: -6 * n * d / (s * u) / 3600,
        ],
    )


def with_loop(gradients, counts):
    total = 0
    for gradient, count in zip(gradients, counts, strict=True):
        total = total + count * np.asarray(gradient)
    return total / sum(counts)


def test_combined_gradient():
    assert_judges(
        "practice.c3",
        right=[
            with_loop,
            lambda gradients, counts: np.asarray(counts) @ np.asarray(gradients) / np.sum(counts),
            lambda gradients, counts: (
                torch.tensor(np.array(gradients)).T @ torch.tensor(np.array(counts)).double() / float(sum(counts))
            ),
        ],
        wrong=[
            lambda gradients, counts: np.asarray(gradients)[0],
            lambda gradients, counts: np.median(gradients, axis=0),
            lambda gradients, counts: with_loop(gradients, counts) / 2,
            lambda gradients, counts: with_loop(gradients, counts).mean(),
        ],
    )


def as_a_layer(kernel, bias):
    return torch.tensor(kernel).T, torch.tensor(bias)


def test_keras_layer():
    assert_judges(
        "practice.c4",
        right=[
            lambda kernel, bias: (np.asarray(kernel).T, bias),
            as_a_layer,
            lambda kernel, bias: [np.swapaxes(kernel, 0, 1), list(bias)],
        ],
        wrong=[
            lambda kernel, bias: np.asarray(kernel).T,
            lambda kernel, bias: (np.asarray(kernel).T, 0 * np.asarray(bias)),
            lambda kernel, bias: (-np.asarray(kernel).T, bias),
            lambda kernel, bias: (bias, np.asarray(kernel).T),
        ],
    )


def test_which_hardware():
    assert_judges(
        "practice.c5",
        right=["aadcb", "AADCB", "a, a, d, c, b"],
        wrong=["aabcb", "badcb", "abdcb", "aaddb", "aadca", "aadc", 5],
    )


@pytest.mark.parametrize("name", ["practice.cwarmup", "practice.cquiz"])
def test_quizzes(name):
    assert_quiz(name, fewest=2)


@pytest.mark.parametrize("name", [f"practice.cp{number}" for number in range(1, 6)])
def test_a_prediction_has_its_explanation(name):
    prediction = find(name)
    assert len(prediction.explanation.split()) > 20
    assert len(prediction.choices) >= 3
