"""Every check of chapter 1 accepts right answers however they are written, and names the usual mistakes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from support.exercises import assert_judges, assert_quiz

from bioml_helpers import data, learning
from bioml_helpers.approximation import exercises, layers
from bioml_helpers.approximation.curves import CURVES, best_knots, errors_by_pieces, even_knots, grid


def test_the_fewest_pieces():
    assert_judges(
        "approximation.1",
        right=[[23, 9], (23, 9), np.array([23, 9]), torch.tensor([23.0, 9.0])],
        wrong=[[9, 7], [24, 10], [22, 8], [9, 23], [23, 8], 9, [23], ["23", "nine"], [np.nan, 9]],
    )


def test_three_relus_by_hand():
    assert_judges(
        "approximation.2",
        right=[
            [7.8, 7.2, 4.2, 2.4],
            np.array([7.8, 7.2, 4.2, 2.4], dtype=np.float32),
            torch.tensor([7.8, 7.2, 4.2, 2.4]),
            (7.8, 7.2001, 4.2, 2.3999),
        ],
        wrong=[[7.8, 7.2, 4.2, 2.5], [7.8, 7.2, 4.2], 7.8, [7.8, 7.2, 4.2, np.inf], "7.8"],
    )


def with_a_loop(knots, values):
    w, b, before = [], [], 0.0
    for i in range(len(knots) - 1):
        slope = (values[i + 1] - values[i]) / (knots[i + 1] - knots[i])
        w.append(slope - before)
        b.append(-knots[i])
        before = slope
    return w, b, values[0]


def with_torch(knots, values):
    k, v = torch.as_tensor(knots), torch.as_tensor(values)
    slopes = (v[1:] - v[:-1]) / (k[1:] - k[:-1])
    w = torch.cat([slopes[:1], slopes[1:] - slopes[:-1]]).requires_grad_()
    return w, -k[:-1], v[0]


def with_one_weight_more(knots, values):
    slopes = np.diff(values) / np.diff(knots)
    return np.diff(slopes, prepend=0, append=0), -knots, float(values[0])


def test_knots_to_weights():
    assert_judges(
        "approximation.3",
        right=[with_a_loop, with_torch, with_one_weight_more],
        wrong=[
            lambda knots, values: (np.ones(len(knots) - 1), -knots[:-1], values[0]),
            lambda knots, values: values,
            lambda knots, values: 1 / 0,
            lambda knots: knots,
            lambda knots, values: (np.diff(values), -knots[:-1], values[0]),
            3.0,
        ],
    )


def test_what_the_theorem_covers():
    assert_judges(
        "approximation.4",
        right=["adf", "fda", "A, D and F".replace(" and", ","), "a d f"],
        wrong=["abdf", "acdf", "adef", "ad", "af", "xyz", "abcdef", ["a", "d", "f"], ""],
    )


def floor_with_pandas(dose, response):
    import pandas as pd

    table = pd.DataFrame({"dose": dose, "response": response})
    return ((table["response"] - table.groupby("dose")["response"].transform("mean")) ** 2).sum()


def floor_with_a_dictionary(dose, response):
    groups = {}
    for one, value in zip(dose, response, strict=True):
        groups.setdefault(float(one), []).append(float(value))
    return sum((v - sum(group) / len(group)) ** 2 for group in groups.values() for v in group)


def floor_by_variances(dose, response):
    return torch.tensor([np.var(response[dose == one]) * (dose == one).sum() for one in set(dose.tolist())]).sum()


def test_the_noise_floor():
    assert_judges(
        "approximation.5",
        right=[floor_with_pandas, floor_with_a_dictionary, floor_by_variances],
        wrong=[
            lambda dose, response: 0.0,
            lambda dose, response: response.var() * len(response),
            lambda dose, response: np.sqrt(floor_with_pandas(dose, response)),
            lambda dose, response: floor_with_pandas(dose, response) / len(dose),
            layers.noise_floor,
        ],
    )


NARROW, WIDE = [26.2, 26.2, 26.2, 26.2, 26.2], [5.18, 5.21, 5.18, 5.18, 5.2]


def test_five_seeds_two_widths():
    assert_judges(
        "approximation.6",
        right=[
            {5: NARROW, 50: WIDE},
            {5: np.array(NARROW), 50: np.array(WIDE, dtype=np.float32)},
            {50: tuple(WIDE), 5: torch.tensor([5.9, 26.2, 26.2, 14.9, 26.2])},
        ],
        wrong=[
            {5: NARROW, 50: [5.18]},
            {5: NARROW, 50: [3.1, *WIDE[1:]]},
            {5: np.array(NARROW) / 24, 50: np.array(WIDE) / 24},
            {5: WIDE, 50: NARROW},
            {5: NARROW, 50: [26.2] * 5},
            {5: NARROW},
            {5: NARROW, 50: [np.nan, *WIDE[1:]]},
            {"5": NARROW, "50": WIDE},
            NARROW,
        ],
    )


CARD = {
    "process": "oxygen uptake of a yeast culture",
    "inputs": "glucose (g/l) and temperature (°C)",
    "output": "oxygen uptake (mmol/h)",
    "range": "0 to 20 g/l and 20 to 35 °C",
    "noise": "probe drift and the age of the culture",
    "formula": "Monod growth with a temperature factor",
}


def test_your_own_process():
    assert_judges(
        "approximation.7",
        right=[CARD, {**CARD, "process": "heart rate during exercise"}, {**CARD, "output": "beats per minute (1/min)"}],
        wrong=[
            {**CARD, "inputs": "glucose"},
            {**CARD, "range": ""},
            {key: value for key, value in CARD.items() if key != "noise"},
            {**CARD, "formula": "none"},
            "oxygen",
        ],
    )


def test_on_doses_never_seen():
    right = {"largest_training_dose": 7.5, "formula": 0.2843, "network": 2.55}
    assert_judges(
        "approximation.8",
        right=[
            right,
            {key: np.float32(value) for key, value in right.items()},
            {**right, "network": torch.tensor(2.6)},
        ],
        wrong=[
            {**right, "largest_training_dose": 30.0},
            {**right, "formula": 0.485},
            {**right, "formula": 0.0808},
            {**right, "formula": 2.55, "network": 0.2843},
            {**right, "network": 0.3},
            {**right, "formula": 1.0},
            {"formula": 0.28},
            0.28,
        ],
    )


def test_one_step_with_momentum():
    def with_lists(weight, slope, velocity, learning_rate, momentum):
        new = velocity * momentum + slope * -learning_rate
        return [weight + new, new]

    def with_numpy(weight, slope, velocity, learning_rate, momentum):
        new = np.dot([momentum, -learning_rate], [velocity, slope])
        return np.array([weight + new, new])

    def with_torch(weight, slope, velocity, learning_rate, momentum):
        new = torch.tensor(momentum * velocity - learning_rate * slope, dtype=torch.float64)
        return weight + new, new

    assert_judges(
        "approximation.b1",
        right=[with_lists, with_numpy, with_torch],
        wrong=[
            lambda *all: all[0],
            lambda w, s, v, lr, m: (w - lr * s - m * v, m * v),
            lambda w, s, v, lr, m: (m * v - lr * s, w + m * v - lr * s),
            lambda w, s, v, lr, m: (w, v),
            lambda w, s: w - s,
        ],
    )


def test_order_the_lines():
    shown = exercises.order.shown
    answers = [[shown.index(line) + 1 for line in order] for order in exercises.order.orders]
    assert_judges(
        "approximation.order",
        right=[answers[0], ",".join(map(str, answers[1])), " ".join(map(str, answers[2]))],
        wrong=[answers[0][::-1], answers[0][:-1], [*answers[0], 8], "1,1,1", "one, two"],
    )


@pytest.mark.parametrize("quiz", ["approximation.warmup", "approximation.quiz", "approximation.recall"])
def test_every_wrong_option_has_its_own_answer(quiz):
    assert_quiz(quiz, fewest=3)


@pytest.mark.parametrize("trio", ["approximation.p1", "approximation.p2", "approximation.p3"])
def test_a_trio_goes_on_without_a_prediction(trio, capsys):
    learning.observe(trio, 4)
    assert capsys.readouterr().out.strip()


def test_every_exercise_of_the_chapter_is_tested_here():
    own = [one for one in learning.registered() if one.startswith("approximation.") and one.count(".") == 1]
    tested = Path(__file__).read_text(encoding="utf-8")
    assert [one for one in own if f'"{one}"' not in tested] == []


def test_the_right_numbers_are_those_of_the_course():
    table, _ = data.load("ryegrass", quiet=True)
    assert layers.noise_floor(table["dose_mM"], table["root_length_cm"]) == pytest.approx(5.18, abs=0.005)


def test_the_fewest_pieces_are_what_the_curves_give():
    curve = CURVES["ryegrass"]
    assert exercises.FEWEST == [int((errors_by_pieces(curve, how) < 1).argmax()) + 1 for how in ("even", "best")]
    x = grid(curve)
    fewest = []
    for place in (even_knots, best_knots):
        gaps = [np.abs(np.interp(x, k := place(curve, n), curve(k)) - curve(x)).mean() for n in range(1, 12)]
        fewest.append(int((np.array(gaps) < 0.01 * np.ptp(curve(x))).argmax()) + 1)
    assert exercises.FEWEST_BY_MEAN_ERROR == fewest
