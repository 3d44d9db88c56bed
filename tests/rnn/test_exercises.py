"""Each check of chapter 5 accepts right answers however they are written, and knows wrong ones by name."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from bioml_helpers import evaluation, learning
from bioml_helpers.rnn import exercises, forecasts, layers, models
from tests.support.exercises import assert_judges, assert_quiz

CORE = {one.id for one in vars(exercises).values() if isinstance(one, learning.Exercise)}


def test_three_steps_by_hand():
    right = exercises._by_hand()
    assert_judges(
        "rnn.1",
        right=[right, np.round(right, 3), torch.tensor(right), (0.762, 0.364, 0.828)],
        wrong=[right[::-1], right[:2], [0.0, 0.0, 0.0], [1.0, 0.5, 1.25, 2.0], 0.762],
    )


def test_find_the_neuron():
    cell = layers.RNNCell(4, 8, seed=5)
    right = np.concatenate([cell.W_x[:, 1], cell.W_h[:, 1]])
    assert_judges(
        "rnn.neuron",
        right=[right, right.tolist(), torch.tensor(right), np.vstack([cell.W_x, cell.W_h])[:, 1]],
        wrong=[
            cell.W_x[:, 1],
            cell.W_h[:, 1],
            np.concatenate([cell.W_x[:, 2], cell.W_h[:, 2]]),
            np.concatenate([cell.W_x[1], cell.W_h[1]]),
            right[::-1],
            np.concatenate([cell.W_h[:, 1], cell.W_x[:, 1]]),
            0.5,
        ],
    )


# ---------------------------------------------------------------- the cell and the mean


def gru_with_torch(x, h, W_x, W_h, b_x, b_h):
    cell = torch.nn.GRUCell(len(W_x), len(W_h)).double()
    with torch.no_grad():
        for parameter, given in zip(cell.parameters(), (W_x, W_h, b_x, b_h), strict=True):
            parameter.copy_(torch.tensor(given.T))
        return cell(torch.tensor(x), torch.tensor(h))


def gru_by_columns(x, h, W_x, W_h, b_x, b_h):
    size = h.shape[1]

    def block(k):
        columns = slice(k * size, (k + 1) * size)
        return x @ W_x[:, columns] + b_x[columns], h @ W_h[:, columns] + b_h[columns]

    r, z = (1 / (1 + np.exp(-sum(block(k)))) for k in (0, 1))
    new_x, new_h = block(2)
    return z * h + (1 - z) * np.tanh(new_x + r * new_h)


def gru_row_by_row(x, h, W_x, W_h, b_x, b_h):
    rows = []
    for one, before in zip(x, h, strict=True):
        (r_x, z_x, n_x), (r_h, z_h, n_h) = np.split(one @ W_x + b_x, 3), np.split(before @ W_h + b_h, 3)
        r, z = 0.5 + 0.5 * np.tanh((r_x + r_h) / 2), 0.5 + 0.5 * np.tanh((z_x + z_h) / 2)
        n = np.tanh(n_x + r * n_h)
        rows.append(n + z * (before - n))
    return rows


def test_one_step_of_a_gru():
    assert_judges(
        "rnn.2",
        right=[gru_with_torch, gru_by_columns, gru_row_by_row],
        wrong=[
            lambda x, h, W_x, W_h, b_x, b_h: h,
            lambda x, h, W_x, W_h, b_x, b_h: -gru_by_columns(x, h, W_x, W_h, b_x, b_h),
            lambda x, h, W_x, W_h, b_x, b_h: gru_by_columns(x, h, W_x, W_h, b_x, 0 * b_h),
            lambda x, h, W_x, W_h, b_x, b_h: gru_by_columns(x, 0 * h, W_x, W_h, b_x, b_h),
            lambda x, h: x,
        ],
    )


def mean_with_nan(outputs, mask):
    return np.nanmean(np.where(mask[:, :, None], outputs, np.nan), axis=1)


def mean_row_by_row(outputs, mask):
    return [one[there].mean(axis=0) for one, there in zip(outputs, mask, strict=True)]


def mean_with_torch(outputs, mask):
    outputs, mask = torch.tensor(outputs), torch.tensor(mask)
    return (outputs * mask[..., None]).sum(1) / mask.sum(1)[:, None]


def test_the_masked_mean():
    assert_judges(
        "rnn.3",
        right=[mean_with_nan, mean_row_by_row, mean_with_torch],
        wrong=[
            lambda outputs, mask: (outputs * mask[..., None]).sum(axis=1),
            lambda outputs, mask: mean_with_nan(outputs, mask).T,
            lambda outputs, mask: mean_with_nan(outputs, ~mask),
            lambda outputs, mask: layers.last_state(outputs, mask),
            lambda outputs: outputs.mean(axis=1),
        ],
    )


# ---------------------------------------------------------------- Bayes, and the report on binding


def test_how_sure_after_k_bases():
    right = np.array([models.evidence(0.6 / 54, k) for k in range(1, 8)])
    by_odds = [1 / (1 + (1 - 0.6 / 54) / (0.6 / 54) / 4**k) for k in range(1, 8)]
    assert_judges(
        "rnn.4",
        right=[right, by_odds, torch.tensor(by_odds), np.round(right, 3)],
        wrong=[right[::-1], right[:6], 1 - right, np.full(7, 0.6), "0.04", 0.6 * np.ones(7) / 54],
    )


@pytest.fixture(scope="module")
def binding_report():
    test = models.binding_sites(500, seed=exercises.TEST_SEED)
    said = np.array([models.posterior(one, whole=True) for one in test.sequences])  # the best there can be
    return test, {
        "probabilities": said,
        "auprc": evaluation.auprc(test.y.ravel(), said.ravel()),
        "prevalence": test.y.mean(),
    }


def test_binding_at_each_base(binding_report):
    test, right = binding_report
    one_way = np.array([models.posterior(one) for one in test.sequences])
    noise = np.random.default_rng(0).random(test.y.shape)
    accuracy = ((right["probabilities"] > 0.5) == test.y).mean()
    fooled = {**right, "probabilities": 0.4 * right["probabilities"]}  # always no: its accuracy is the usual boast
    assert_judges(
        "rnn.5",
        right=[
            right,
            {**right, "auprc": round(right["auprc"], 3), "prevalence": 0.07},
            {**right, "probabilities": torch.tensor(right["probabilities"])},
        ],
        wrong=[
            {**right, "probabilities": right["probabilities"].max(axis=1)},
            {**fooled, "auprc": 1 - test.y.mean()},
            {**right, "prevalence": None},
            {**right, "auprc": 0.5},
            {**right, "prevalence": 0.5},
            {**right, "probabilities": noise, "auprc": evaluation.auprc(test.y.ravel(), noise.ravel())},
            {**right, "probabilities": one_way, "auprc": evaluation.auprc(test.y.ravel(), one_way.ravel())},
            {**right, "probabilities": right["probabilities"][:, :50]},
            {**right, "probabilities": "high"},
            accuracy,
        ],
    )


# ---------------------------------------------------------------- the forecast


@pytest.fixture(scope="module")
def forecast_report():
    series = forecasts.oscillations()
    network = forecasts.train_forecaster(series.train, learning_rate=0.02, num_epochs=25)
    return {
        "network": network,
        "train": range(120),
        "test": range(120, 160),
        "scaled_by": "train",
        "one_step": forecasts.one_step_error(network, series.test),
        "var2": forecasts.one_step_error(forecasts.Autoregression.fit(series.train, 2), series.test),
        "persistence": forecasts.one_step_error(forecasts.Persistence(), series.test),
        "free_run_10": forecasts.free_run_errors(network, series.test)[9],
    }


def test_a_forecast(forecast_report):
    right = forecast_report
    untrained = forecasts.Forecaster(3)
    series = forecasts.oscillations()
    honest = {
        "network": untrained,
        "one_step": forecasts.one_step_error(untrained, series.test),
        "free_run_10": forecasts.free_run_errors(untrained, series.test)[9],
    }
    assert_judges(
        "rnn.6",
        right=[
            right,
            {**right, "train": list(range(120)), "test": np.arange(120, 160)},
            {**right, "one_step": np.float32(right["one_step"]), "var2": torch.tensor(right["var2"])},
        ],
        wrong=[
            {**right, "network": forecasts.Forecaster(3, both=True)},
            {**right, "test": range(100, 160)},
            {**right, "scaled_by": "all"},
            {**right, "var2": None},
            {key: value for key, value in right.items() if key != "persistence"},
            {**right, "free_run_10": None},
            {**right, "one_step": right["free_run_10"] / 10},
            {**right, "one_step": "small"},
            {**right, **honest},
            {**right, "network": None},
            {**right, "network": "GRU"},
            0.01,
        ],
    )


def test_a_reader_from_the_future_is_refused_however_it_is_built(forecast_report):
    class Hidden(torch.nn.Module):
        """Reads backwards without torch's word for it."""

        def __init__(self):
            super().__init__()
            self.layer, self.head = torch.nn.GRU(3, 4, batch_first=True), torch.nn.Linear(4, 3)

        def forward(self, X):
            return self.head(self.layer(X.flip(1))[0].flip(1))

        one_step = forecasts.Forecaster.one_step

    verdict = learning.grade("rnn.6", {**forecast_report, "network": Hidden()})
    assert verdict.mistake == "a reader from the future"


# ---------------------------------------------------------------- promoters, fairly


def wrong_of(count, seed=0):
    wrong = np.zeros(106, dtype=bool)
    wrong[np.random.default_rng(seed).permutation(106)[:count]] = True
    return wrong


def test_promoters_again():
    folds, others = models.folds_of(106, 5, seed=0), models.folds_of(106, 5, seed=1)
    neuron, gru = wrong_of(8), np.array([wrong_of(26, 1), wrong_of(24, 2)])
    right = {"folds_neuron": folds, "folds_gru": folds, "neuron": neuron, "gru": gru, "claim": "b"}
    close = {**right, "gru": np.array([wrong_of(10, 3), wrong_of(8, 4)])}
    assert_judges(
        "rnn.7",
        right=[
            right,
            {**right, "claim": " B ", "gru": gru.tolist()},
            {**right, "folds_gru": [one.tolist() for one in folds[::-1]]},
            {**close, "claim": "a"},
            {**right, "neuron": gru[0], "gru": np.array([neuron, neuron]), "claim": "c"},
        ],
        wrong=[
            {**right, "folds_gru": others},
            {**right, "gru": gru[0]},
            {**close, "claim": "b"},
            {**right, "claim": "a"},
            {**right, "claim": "c"},
            {**right, "claim": "d"},
            {**right, "claim": "e"},
            {**right, "folds_neuron": folds[:-1]},
            {**right, "neuron": 8},
            {key: value for key, value in right.items() if key != "claim"},
            "b",
        ],
    )


# ---------------------------------------------------------------- repair, split, order


def free_with_a_list(next_value, known, num_steps):
    rows = [list(row) for row in known]
    for _ in range(num_steps):
        rows.append(next_value(np.array(rows)))
    return rows[len(known) :]


def free_with_an_array(next_value, known, num_steps):
    series = np.full((len(known) + num_steps, known.shape[1]), np.nan)
    series[: len(known)] = known
    for step in range(len(known), len(series)):
        series[step] = next_value(series[:step])
    return series[len(known) :]


def free_by_recursion(next_value, known, num_steps):
    first = np.asarray(next_value(known))[None]
    if num_steps == 1:
        return first
    return np.concatenate([first, free_by_recursion(next_value, np.concatenate([known, first]), num_steps - 1)])


def test_repair_a_free_run():
    assert_judges(
        "rnn.8",
        right=[free_with_a_list, free_with_an_array, free_by_recursion],
        wrong=[
            lambda next_value, known, num_steps: np.repeat(known[-1:], num_steps, axis=0),
            lambda next_value, known, num_steps: free_with_an_array(next_value, known, num_steps)[::-1],
            lambda next_value, known, num_steps: free_with_an_array(next_value, known, num_steps + 1),
            lambda next_value, known, num_steps: free_with_an_array(next_value, known[::-1], num_steps),
            lambda next_value, known: known,
        ],
    )


def test_split_a_time_course():
    mixed = np.random.default_rng(0).permutation(50)
    first, second = np.arange(25), np.arange(25, 50)
    assert_judges(
        "rnn.9",
        right=[
            {"known": first, "forecast": second},
            {"known": list(range(30)), "forecast": list(range(30, 50))},
            {"known": first[::-1], "forecast": torch.tensor(second)},
        ],
        wrong=[
            {"known": mixed[:25], "forecast": mixed[25:]},
            {"known": np.arange(0, 50, 2), "forecast": np.arange(1, 50, 2)},
            {"known": np.arange(30), "forecast": second},
            {"known": second, "forecast": first},
            {"known": first, "forecast": second[:10]},
            {"known": np.arange(45), "forecast": np.arange(45, 50)},
            {"known": first, "forecast": np.arange(25, 60)},
            {"known": first},
            25,
        ],
    )


def test_order_the_lines():
    shown = exercises.order.shown
    right = [shown.index(line) + 1 for line in exercises.order.lines]
    assert_judges(
        "rnn.order",
        right=[right, ",".join(map(str, right)), " ".join(map(str, right))],
        wrong=[right[::-1], right[:-1], [*right, 99], "1,1,1", "one, two"],
    )


@pytest.mark.parametrize("quiz", ["rnn.warmup", "rnn.quiz", "rnn.recall"])
def test_every_wrong_option_has_its_own_answer(quiz):
    assert_quiz(quiz, fewest=3)


@pytest.mark.parametrize("quiz", ["rnn.warmup", "rnn.quiz", "rnn.recall"])
def test_the_keys_are_spread(quiz):
    keys = [question.key for question in learning.registry.find(quiz).questions]
    assert len(set(keys)) >= 3


@pytest.mark.parametrize(("trio", "seen"), [("rnn.p1", "b"), ("rnn.p2", 0.58), ("rnn.p3", "d")])
def test_a_trio_goes_on_without_a_prediction(trio, seen, capsys):
    learning.observe(trio, seen)
    assert capsys.readouterr().out.strip()


def test_every_exercise_of_the_chapter_is_tested_here():
    tested = set(re.findall(r'"(rnn\.\w+)"', Path(__file__).read_text(encoding="utf-8")))
    assert CORE - tested == set()
