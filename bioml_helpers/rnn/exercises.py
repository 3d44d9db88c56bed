"""What chapter 5 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch

from bioml_helpers import evaluation, learning
from bioml_helpers.data import validate
from bioml_helpers.learning import (
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    OrderExercise,
    Prediction,
    Question,
    Quiz,
    ValueExercise,
)
from bioml_helpers.rnn import forecasts, language_exercises, layers, models  # noqa: F401 (companion 05b)

# ---------------------------------------------------------------- 1 three steps by hand

BY_HAND = {"x": (1.0, 0.0, 1.0), "w_x": 1.0, "w_h": 0.5, "b": 0.0}


def _by_hand(keep=True, w_h=(0.5, 0.5, 0.5), bend=np.tanh):
    h, found = 0.0, []
    for x, weight in zip(BY_HAND["x"], w_h, strict=True):
        h = float(bend(BY_HAND["w_x"] * x + weight * (h if keep else 0.0) + BY_HAND["b"]))
        found.append(h)
    return found


by_hand = ValueExercise(
    "rnn.1",
    "Three steps by hand",
    expected=_by_hand(),
    tolerance=0.005,
    mistakes=[
        Mistake(
            "the hidden state forgotten at each step",
            _by_hand(keep=False),
            hints=(
                "Your second number is 0, as if nothing had come before. What does the cell still have from step 1?",
                "Step 2: tanh(1 × 0 + 0.5 × h), with the h that step 1 gave.",
            ),
        ),
        Mistake(
            "a new weight at each step",
            _by_hand(w_h=(0.5, 0.25, 0.125)),
            hints=("The weight 0.5 is the same at every step. That is what recurrent means.",),
        ),
        Mistake(
            "no tanh",
            _by_hand(bend=lambda z: z),
            hints=("Your first number is the sum itself. What does the cell do to the sum before it passes it on?",),
        ),
        Mistake(
            "tanh only at the end",
            [1.0, 0.5, float(np.tanh(1.25))],
            hints=("The number that is handed on to the next step has already been through tanh.",),
        ),
    ],
    hints=("Step 1: tanh(1 × 1 + 0.5 × 0) = 0.762. Carry this number into step 2.",),
    why="The 1 of the first step is still heard in the second, where the entry was 0, and fades: 0.76, 0.36. That is a memory, and it leaks.",
)

# ---------------------------------------------------------------- find the neuron

_CELL = (4, 8)
_CELL_SEED = 5


def _cell():
    return layers.RNNCell(*_CELL, seed=_CELL_SEED)


def _unit(number):
    cell = _cell()
    return np.concatenate([cell.W_x[:, number], cell.W_h[:, number]])


def _same(answer, other) -> bool:
    answer = np.asarray(answer.detach() if hasattr(answer, "detach") else answer, dtype=float)
    return answer.shape == other.shape and np.allclose(answer, other)


neuron = ValueExercise(
    "rnn.neuron",
    "Find the neuron",
    expected=lambda: _unit(1),
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "what it hears from the base only",
            lambda answer: _same(answer, _cell().W_x[:, 1]),
            hints=(
                "Four weights: those from the base. What else does the neuron hear at each step?",
                "Append its column of W_h: eight more weights, from the hidden state before.",
            ),
        ),
        Mistake(
            "what it hears from the state only",
            lambda answer: _same(answer, _cell().W_h[:, 1]),
            hints=("Eight weights: those from the hidden state. The base has a say too.",),
        ),
        Mistake(
            "counted from 1",
            lambda answer: _same(answer, _unit(2)),
            hints=("That is the third neuron: Python counts from 0.",),
        ),
        Mistake(
            "rows instead of columns",
            lambda answer: (
                np.ndim(answer) == 1 and len(answer) in (8, 16) and _same(np.asarray(answer)[:8], _cell().W_x[1])
            ),
            hints=("A row is what one input says to all neurons. What comes together in one neuron is a column.",),
        ),
    ],
    hints=("The neuron has 4 + 8 = 12 weights: np.concatenate([W_x[:, …], W_h[:, …]]).",),
    why="A weighted sum and a bend, as in chapter 2. The only new thing is that eight of its inputs are what the layer itself said one step ago.",
)

# ---------------------------------------------------------------- 2 the GRU cell


def my_gru_step(x, h, W_x, W_h, b_x, b_h):
    """Return the hidden state after one step of a GRU; blocks in the order reset, update, new."""
    cell = layers.GRUCell(len(W_x), len(W_h))
    cell.W_x, cell.W_h, cell.b_x, cell.b_h = W_x, W_h, b_x, b_h
    return cell.step(x, h)


def _gru(kept=lambda z, n, h: (1 - z) * n + z * h, new=lambda r, n_x, n_h, h, W, b: np.tanh(n_x + r * n_h), order="rz"):
    def wrong(x, h, W_x, W_h, b_x, b_h):
        from_x, from_h = np.split(x @ W_x + b_x, 3, axis=1), np.split(h @ W_h + b_h, 3, axis=1)
        first, second = (layers.sigmoid(from_x[k] + from_h[k]) for k in (0, 1))
        r, z = (first, second) if order == "rz" else (second, first)
        n = new(r, from_x[2], from_h[2], h, np.split(W_h, 3, axis=1)[2], np.split(b_h, 3)[2])
        return kept(z, n, h)

    return wrong


def _gru_cases():
    rng = np.random.default_rng(51)
    cases = []
    for batch, n_in, size in [(1, 1, 1), (1, 2, 2), (2, 4, 3), (3, 3, 3), *[(4, 4, 5)] * 6]:
        shapes = [(batch, n_in), (batch, size), (n_in, 3 * size), (size, 3 * size), (3 * size,), (3 * size,)]
        cases.append(tuple(rng.normal(size=shape).round(2) for shape in shapes))
    return cases


gru = FunctionExercise(
    "rnn.2",
    "One step of a GRU",
    reference=my_gru_step,
    cases=_gru_cases,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "z and 1 − z swapped",
            _gru(kept=lambda z, n, h: z * n + (1 - z) * h),
            hints=(
                "Set z to 1 in your last line: does the old state stay? In this chapter and in PyTorch it must.",
                "The update gate z is the share of the old state that is kept: (1 − z) · n + z · h.",
            ),
        ),
        Mistake(
            "the reset gate on the hidden state itself",
            _gru(new=lambda r, n_x, n_h, h, W, b: np.tanh(n_x + (r * h) @ W + b)),
            hints=(
                "You multiply h by r before the matrix. That is how the first paper wrote it; PyTorch, and this chapter, gate afterwards.",
                "r acts on what comes out of the linear map of h, its bias included: r * from_h[2].",
            ),
        ),
        Mistake(
            "the bias left outside the reset gate",
            _gru(new=lambda r, n_x, n_h, h, W, b: np.tanh(n_x + r * (n_h - b) + b)),
            hints=("Nearly: the bias b_h of the new block stands inside the bracket that r multiplies.",),
        ),
        Mistake(
            "the reset gate on both terms",
            _gru(new=lambda r, n_x, n_h, h, W, b: np.tanh(r * (n_x + n_h))),
            hints=("r says how much of the *past* is heard. The entry x is always heard in full.",),
        ),
        Mistake(
            "no reset gate",
            _gru(new=lambda r, n_x, n_h, h, W, b: np.tanh(n_x + n_h)),
            hints=("r is computed and then never used. Where does it belong?",),
        ),
        Mistake(
            "reset and update in each other's place",
            _gru(order="zr"),
            hints=("The first block of columns is reset, the second update.",),
        ),
    ],
    hints=(
        "Three lines: two gates, a candidate n, and a mixture of n and h.",
        "n = tanh(from_x[2] + r * from_h[2]); then (1 − z) · n + z · h.",
    ),
    why="With z near 1 the state is carried on untouched, for as many steps as needed. That is why a GRU remembers longer than a simple cell.",
)

# ---------------------------------------------------------------- 3 the masked mean


def _padded_cases():
    rng = np.random.default_rng(52)
    cases = []
    for lengths, size in [([2], 1), ([1, 3], 2), ([3, 3, 1], 3), ([2, 5, 4], 2), ([7, 3, 1, 5], 4)]:
        mask = layers.mask_of(lengths, max(lengths) + 1)
        cases.append((rng.normal(size=(*mask.shape, size)).round(2), mask))  # what stands in the padding is not 0
    return cases


masked_mean = FunctionExercise(
    "rnn.3",
    "The masked mean",
    reference=layers.masked_mean,
    cases=_padded_cases,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "the mean over the padded length",
            lambda outputs, mask: outputs.mean(axis=1),
            hints=(
                "The same sequence with more padding behind it gives another number. Which steps may count?",
                "Set what stands in the padding to 0, sum over the steps, and divide by the number of steps that exist.",
            ),
        ),
        Mistake(
            "masked, but divided by the padded length",
            lambda outputs, mask: (outputs * mask[..., None]).mean(axis=1),
            hints=("The sum is right now. By how many steps is it divided?",),
        ),
        Mistake(
            "divided by all steps of the batch",
            lambda outputs, mask: (outputs * mask[..., None]).sum(axis=1) / mask.sum(),
            hints=("mask.sum() counts the steps of all sequences. Each has its own number: sum along axis 1.",),
        ),
        Mistake(
            "one mean for all sequences",
            lambda outputs, mask: outputs[mask].mean(axis=0),
            hints=("One row for each sequence is expected; you mixed the sequences.",),
        ),
        Mistake(
            "the last output instead of the mean",
            lambda outputs, mask: outputs[:, -1],
            hints=("That is the output at the end of the padding, where there is no sequence any more.",),
        ),
    ],
    hints=(
        "mask[..., None] has shape (batch, length, 1) and fits outputs.",
        "(outputs * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)",
    ),
    why="Any length in, hidden_size numbers out, and the padding has no say. Forget the mask, and the length of the longest neighbour in the batch leaks into your result.",
)

# ---------------------------------------------------------------- 4 Bayes, and a report on binding

PRIOR = models.FRACTION / 54


def _evidence(prior=PRIOR, odds=4.0):
    weights = prior * odds ** np.arange(1, 8)
    return weights / (weights + 1 - prior)


bayes = ValueExercise(
    "rnn.4",
    "How sure can one be after k bases?",
    expected=lambda: np.array([models.evidence(PRIOR, k) for k in range(1, 8)]),
    tolerance=0.03,
    mistakes=[
        Mistake(
            "the prior of the whole sequence",
            _evidence(prior=0.6),
            hints=(
                "0.6 is the chance that there is a site somewhere. What is the chance that it begins at this very base?",
                "Of 60 bases, 54 can begin a site of 7: the prior is 0.6 / 54.",
            ),
        ),
        Mistake(
            "never divided by the sum",
            PRIOR * 4.0 ** np.arange(1, 8),
            hints=("Your last number is far above 1. Bayes' rule divides by the sum over both possibilities.",),
        ),
        Mistake(
            "counted from no base",
            _evidence() * 0 + PRIOR * 4.0 ** np.arange(7) / (PRIOR * 4.0 ** np.arange(7) + 1 - PRIOR),
            hints=("Your first number is the prior: it has not seen a base yet. The first of seven has seen one.",),
        ),
        Mistake(
            "the evidence of one base only",
            np.full(7, PRIOR * 4 / (PRIOR * 4 + 1 - PRIOR)),
            hints=("Each matching base multiplies the odds by 4 once more.",),
        ),
    ],
    hints=(
        "If it is a site, k matching bases are certain. If not, each matches with probability 1/4.",
        "p_k = prior / (prior + (1 − prior) · 0.25^k), for k = 1 … 7.",
    ),
    why="Compare with the one-directional network: nobody taught it Bayes' rule, and its hidden state came to hold what the rule asks for.",
)


def _missing(answer, keys) -> str:
    if not isinstance(answer, Mapping):
        return f"A dictionary with the keys {', '.join(keys)} was expected; a {type(answer).__name__} came."
    absent = [key for key in keys if key not in answer or answer[key] is None]
    return f"These keys are missing: {', '.join(absent)}." if absent else ""


TEST_SEED = 1  # of the sequences on which the report is judged
LOWEST_AUPRC = 0.97


def _judge_binding(answer):
    said = _missing(answer, ("probabilities", "auprc"))
    if said:
        return learning.wrong(said)
    test = models.binding_sites(500, seed=TEST_SEED)
    probabilities = validate_or_none("probabilities", answer["probabilities"])
    if isinstance(probabilities, str):
        return learning.wrong(probabilities)
    if probabilities.shape[:1] == test.y.shape[:1] and probabilities.ndim == 1:
        return learning.mistake("one value a sequence")
    if probabilities.shape != test.y.shape:
        return learning.wrong(f"probabilities: shape {test.y.shape} was expected, {probabilities.shape} came.")
    if answer.get("prevalence") is None:
        return learning.mistake("prevalence left out")
    true, share = evaluation.auprc(test.y.ravel(), probabilities.ravel()), test.y.mean()
    accuracy = ((probabilities > 0.5) == test.y).mean()
    try:
        auprc, prevalence = (validate.number(key, answer[key], low=0, high=1) for key in ("auprc", "prevalence"))
    except (TypeError, ValueError) as error:
        return learning.wrong(str(error))
    if abs(auprc - true) > 0.005:
        if abs(auprc - accuracy) < 0.005:
            return learning.mistake(
                "accuracy instead of AUPRC", f"{auprc:.3f} is the accuracy; always no has {1 - share:.3f}."
            )
        return learning.wrong(f"Your probabilities give an AUPRC of {true:.3f}, you report {auprc:.3f}.")
    if abs(prevalence - share) > 0.005:
        return learning.wrong(f"The share of bound bases in these sequences is not {prevalence:.3f}.")
    if true < LOWEST_AUPRC:
        return learning.wrong(
            f"All is reported as it should be, but an AUPRC of {true:.3f} is below {LOWEST_AUPRC}: does the network read from both ends?"
        )
    return learning.right(
        f"AUPRC {auprc:.3f} at a prevalence of {prevalence:.3f}; accuracy would have hidden the rest."
    )


def validate_or_none(name, value):
    """Return the array, or the sentence that says what is wrong with it."""
    try:
        return validate.array(name, value)
    except (TypeError, ValueError) as error:
        return str(error)


binding = JudgedExercise(
    "rnn.5",
    "Binding at each base, reported",
    judge=_judge_binding,
    mistakes=[
        Mistake(
            "one value a sequence",
            hints=(
                "You give one number for each sequence. The question is *where* the protein binds: one number for each base.",
                "A Tagger answers at every step; a Summariser answers once.",
            ),
        ),
        Mistake(
            "accuracy instead of AUPRC",
            hints=(
                "7 of 100 bases are bound. A program that always says no is right for 93. Does your number notice?",
                "evaluation.auprc(test.y.ravel(), probabilities.ravel())",
            ),
        ),
        Mistake("prevalence left out", hints=("An AUPRC says nothing until the prevalence stands beside it.",)),
    ],
    hints=("rnn.train_tagger(sites, both=True) is trained within seconds.",),
    why="A score for a rare event, with what a coin would reach.",
)

# ---------------------------------------------------------------- 6 the forecast


def _is_bidirectional(network) -> bool:
    if any(isinstance(part, torch.nn.RNNBase) and part.bidirectional for part in network.modules()):
        return True
    return forecasts.future_leak(network, 3) > 1e-4


def _judge_forecast(answer):
    keys = ("network", "train", "test", "scaled_by", "one_step", "var2", "persistence", "free_run_10")
    said = _missing(answer, [key for key in keys if key not in ("var2", "persistence", "free_run_10")])
    if said:
        return learning.wrong(said)
    network = answer["network"]
    if not isinstance(network, torch.nn.Module) or not hasattr(network, "one_step"):
        return learning.wrong(f"network: a trained rnn.Forecaster was expected; a {type(network).__name__} came.")
    train, test = (set(np.ravel(answer[key]).tolist()) for key in ("train", "test"))
    if train & test:
        return learning.mistake("the same series in training and test", f"Series {min(train & test)} is in both.")
    if answer["scaled_by"] != "train":
        return learning.mistake("scaled with the test series", f'scaled_by is "{answer["scaled_by"]}".')
    if _is_bidirectional(network):
        return learning.mistake("a reader from the future")
    absent = [key for key in ("var2", "persistence") if answer.get(key) is None]
    if absent:
        return learning.mistake("rivals left out", f"{' and '.join(absent)} missing.")
    if answer.get("free_run_10") is None:
        return learning.mistake("one-step error only")
    return _judge_errors(network, answer)


def _judge_errors(network, answer):
    series = forecasts.oscillations()
    try:
        said = {
            key: validate.number(key, answer[key], low=0) for key in ("one_step", "var2", "persistence", "free_run_10")
        }
    except (TypeError, ValueError) as error:
        return learning.wrong(str(error))
    found = {
        "one_step": forecasts.one_step_error(network, series.test),
        "var2": forecasts.one_step_error(forecasts.Autoregression.fit(series.train, 2), series.test),
        "persistence": forecasts.one_step_error(forecasts.Persistence(), series.test),
        "free_run_10": forecasts.free_run_errors(network, series.test, num_steps=10)[9],
    }
    for key, value in found.items():
        if abs(said[key] - value) > 0.02 * value + 1e-4:
            return learning.wrong(f"{key}: your model and these series give {value:.4f}, you report {said[key]:.4f}.")
    if found["one_step"] >= found["var2"]:
        return learning.wrong(
            f"All is reported as it should be, but {found['one_step']:.4f} is not below VAR(2), {found['var2']:.4f}: train longer."
        )
    return learning.right()


forecast = JudgedExercise(
    "rnn.6",
    "A forecast, reported",
    judge=_judge_forecast,
    mistakes=[
        Mistake(
            "a reader from the future",
            hints=(
                "Change the end of a series, and your forecasts of its beginning change: half of your network reads backwards.",
                "In forecasting the future is not there yet. Train with both=False.",
            ),
        ),
        Mistake(
            "the same series in training and test",
            hints=("A series that was learnt from cannot judge. Give whole series to one side or the other.",),
        ),
        Mistake(
            "scaled with the test series",
            hints=("Mean and spread may come from the training series only: they are learnt too.",),
        ),
        Mistake(
            "rivals left out",
            hints=("A small error of what? Report persistence and VAR(2) on the same series.",),
        ),
        Mistake(
            "one-step error only",
            hints=("One step ahead is the easy half. How large is the error ten steps after the last measurement?",),
        ),
    ],
    hints=("rnn.one_step_error(model, series.test) and rnn.free_run_errors(model, series.test)[9] give the numbers.",),
    why="One-step and free-running error, beside two rivals, on series nobody trained on: that is a forecast that can be judged.",
)

# ---------------------------------------------------------------- 7 promoters, fairly

FEWEST_FOLDS = 3


def _judge_fair(answer):
    said = _missing(answer, ("folds_neuron", "folds_gru", "neuron", "gru", "claim"))
    if said:
        return learning.wrong(said)
    folds = {}
    for key in ("folds_neuron", "folds_gru"):
        try:
            folds[key] = [validate.array(key, one, ndim=1, integer=True) for one in answer[key]]
        except (TypeError, ValueError) as error:
            return learning.wrong(str(error))
        if sorted(np.concatenate(folds[key]).tolist()) != list(range(106)) or len(folds[key]) < FEWEST_FOLDS:
            return learning.wrong(
                f"{key}: at least {FEWEST_FOLDS} folds were expected, each of the 106 rows in exactly one."
            )
    as_sets = [{frozenset(one.tolist()) for one in folds[key]} for key in folds]
    if as_sets[0] != as_sets[1]:
        return learning.mistake("other folds for each model")
    errors = {}
    for key in ("neuron", "gru"):
        wrong = validate_or_none(key, answer[key])
        if isinstance(wrong, str) or wrong.shape[-1:] != (106,):
            return learning.wrong(f"{key}: True or False for each of the 106 sequences was expected.")
        errors[key] = np.atleast_2d(wrong.astype(bool))
    if len(errors["gru"]) < 2:
        return learning.mistake("one seed only")
    return _judge_claim(errors, str(answer["claim"]).strip().lower())


def _judge_claim(errors, claim):
    """The claim must fit the answer's own errors: is the neuron better by more than the interval of the difference?"""
    difference = errors["gru"].mean(axis=0) - errors["neuron"].mean(axis=0)  # (106,) per sequence
    ends = evaluation.bootstrap_interval(lambda y, d: d.mean(), np.zeros(106), difference, n=500)
    justified = "b" if ends.low > 0 else "c" if ends.high < 0 else "a"
    counts = f"{errors['neuron'].sum(axis=1).mean():.0f} errors of the neuron, {errors['gru'].sum(axis=1).mean():.0f} of the GRU"
    interval = f"difference {106 * ends.estimate:.0f}, interval {106 * ends.low:.0f} to {106 * ends.high:.0f}"
    if claim == "d":
        return learning.mistake("a conclusion about all promoters")
    if claim not in "abc" or len(claim) != 1:
        return learning.wrong(f'claim: one of "a" to "d" was expected; "{claim}" came.')
    if claim != justified:
        name = "a difference inside the interval" if justified == "a" else "a difference overlooked, or turned round"
        return learning.mistake(name, f"{counts}; {interval}.")
    return learning.right(f"{counts}; {interval}. The sentence says no more and no less than that.")


fair = JudgedExercise(
    "rnn.7",
    "Promoters again, fairly",
    judge=_judge_fair,
    mistakes=[
        Mistake(
            "other folds for each model",
            hints=(
                "The two models were judged on different folds: part of the difference is the luck of the draw.",
                "Make the folds once and hand the same list to both.",
            ),
        ),
        Mistake(
            "one seed only",
            hints=("A GRU trained from another start makes other errors. Give at least two runs, as rows.",),
        ),
        Mistake(
            "a difference inside the interval",
            hints=("The interval of the difference contains 0. Which of the sentences does that allow?",),
        ),
        Mistake(
            "a difference overlooked, or turned round",
            hints=("Look at the interval of the difference: it lies on one side of 0. On whose side?",),
        ),
        Mistake(
            "a conclusion about all promoters",
            hints=("106 sequences of one bacterium, one recipe for the GRU: how far does that carry?",),
        ),
    ],
    hints=("The same folds for both, at least two seeds for the GRU, and a sentence that fits the interval.",),
    why="A fair comparison, in a sentence that a reviewer cannot take apart.",
)

# ---------------------------------------------------------------- 8 repair a free run


def _free_run(next_value, known, num_steps):
    """Feed each forecast back: (steps, n) known values, `num_steps` forecasts."""
    series = np.array(known, dtype=float)
    for _ in range(num_steps):
        series = np.vstack([series, next_value(series)])
    return series[len(known) :]


def _twice_minus(series):
    return 2 * series[-1] - series[-2]


def _sum_of_all(series):
    return 0.5 * series.sum(axis=0) / len(series) + 0.3 * series[-1] + 1.0


def _mixed(series):
    return np.tanh(series[-1][::-1] + 0.5 * series[-2]) + 0.1 * len(series)


def _free_cases():
    rng = np.random.default_rng(53)
    cases = []
    for rule, shape, steps in [
        (_twice_minus, (2, 1), 2), (_sum_of_all, (3, 1), 3), (_mixed, (4, 2), 4), (_twice_minus, (5, 3), 6)
    ]:  # fmt: skip
        cases.append((rule, rng.normal(size=shape).round(2), steps))
    return cases


def _never_fed_back(next_value, known, num_steps):
    return np.array([next_value(np.array(known)) for _ in range(num_steps)])


def _start_included(next_value, known, num_steps):
    series = np.array(known, dtype=float)
    for _ in range(num_steps):
        series = np.vstack([series, next_value(series)])
    return series


def _one_short(next_value, known, num_steps):
    series = np.array(known, dtype=float)
    for _ in range(num_steps - 1):
        series = np.vstack([series, next_value(series)])
    return series[len(known) :]


def _window_slides(next_value, known, num_steps):
    series, found = np.array(known, dtype=float), []
    for _ in range(num_steps):
        found.append(next_value(series))
        series = np.vstack([series[1:], found[-1]])
    return np.array(found)


repair = FunctionExercise(
    "rnn.8",
    "Repair a forecast that never feeds back",
    reference=_free_run,
    cases=_free_cases,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "the forecast is never fed back",
            _never_fed_back,
            hints=(
                "All your forecasts are the same one. What does the model read the second time?",
                "Append each forecast to the series before asking for the next: series = np.vstack([series, forecast]).",
            ),
        ),
        Mistake(
            "the known values handed back too",
            _start_included,
            hints=("More rows came than steps were asked for: the first ones were measured, not forecast.",),
        ),
        Mistake(
            "one step too few",
            _one_short,
            hints=("One forecast is missing at the end.",),
        ),
        Mistake(
            "the beginning forgotten",
            _window_slides,
            hints=("You drop the oldest value at each step. A recurrent network reads everything from the start.",),
        ),
    ],
    hints=("Begin with a copy of `known`; in the loop, append; at the end, return only what was appended.",),
    why="Now an early error is an input of every later forecast. That is why free-running errors grow, and why one-step errors flatter.",
)

# ---------------------------------------------------------------- 9 which time points may be known


def _judge_time(answer):
    said = _missing(answer, ("known", "forecast"))
    if said:
        return learning.wrong(said)
    parts = {}
    for key in ("known", "forecast"):
        try:
            parts[key] = validate.array(key, answer[key], ndim=1, integer=True)
        except (TypeError, ValueError) as error:
            return learning.wrong(str(error))
        if parts[key].min() < 0 or parts[key].max() > 49:
            return learning.wrong(f"{key}: numbers of time points, 0 to 49, were expected; {parts[key].max()} came.")
    known, ahead = set(parts["known"].tolist()), set(parts["forecast"].tolist())
    if known & ahead:
        return learning.mistake("known and forecast at once", f"Time point {min(known & ahead)} is in both.")
    if known | ahead != set(range(50)):
        return learning.wrong(
            f"Each of the 50 time points should be in one part; {50 - len(known | ahead)} are in none."
        )
    if max(ahead) < min(known):
        return learning.mistake("the past forecast from the future")
    if max(known) > min(ahead):
        return learning.mistake(
            "time points drawn at random",
            f"Time point {min(ahead)} is to be forecast, and {max(known)}, which comes later, is known.",
        )
    if len(known) < 10 or len(ahead) < 10:
        return learning.wrong("At least 10 time points in each part were expected.")
    return learning.right()


time_split = JudgedExercise(
    "rnn.9",
    "Split a time course",
    judge=_judge_time,
    mistakes=[
        Mistake(
            "time points drawn at random",
            hints=(
                "To fill a gap between two measurements is not to forecast: the neighbours on both sides give it away.",
                "Everything known must lie before everything that is forecast.",
            ),
        ),
        Mistake("known and forecast at once", hints=("What is known need not be forecast.",)),
        Mistake("the past forecast from the future", hints=("Time runs the other way.",)),
    ],
    hints=("np.arange(25) are the first 25 time points.",),
    why="Split time courses in time, and genes by gene.",
)

# ---------------------------------------------------------------- order the lines

_START, _FOR, _STEP, _KEEP, _RETURN = (
    "state = cell.start(batch)",
    "for t in range(length):",
    "    state = cell.step(X[:, t], state)",
    "    outputs.append(cell.hidden(state))",
    "return outputs, state",
)

order = OrderExercise(
    "rnn.order",
    "Read a sequence",
    lines=[_START, _FOR, _STEP, _KEEP, _RETURN],
    distractors={
        "    state = cell.start(batch)": "Starting anew at each step forgets all that was read.",
        "    cell = RNNCell(4, 8, seed=t)": "A new cell at each step has new weights: nothing is shared.",
        "    state = cell.step(X[:, t + 1], state)": "The cell may not read the entry that comes next.",
    },
    why="One cell, one state that is handed on, one output a step. The length of the sequence is only how often the loop runs.",
    shuffle_seed=4,
)

# ---------------------------------------------------------------- predict, observe, explain

which_move = Prediction(
    "rnn.p1",
    question="Eight bases are read from left to right. You change base 4. Which of the eight outputs can change?",
    choices={
        "a": "only output 4",
        "b": "outputs 4 to 8",
        "c": "outputs 1 to 4",
        "d": "all of them",
    },
    starter="The outputs before base 4 stay exactly as they were because …",
    explanation="An output is made of the hidden state, and that holds only what was read so far. Outputs 1 to 3 were made before base 4 was seen, so they cannot "
    "know of it: the difference is exactly 0. All later ones may, since the state is handed on. Reading from the right turns this round.",
)

after_shuffling = Prediction(
    "rnn.p2",
    question="A network says whether a sequence holds TGACTCA, with an AUROC of about 1. Now the letters of every sequence are shuffled, in training "
    "and test, and it is trained again. What is the AUROC? (A coin has 0.5.)",
    low=0.4,
    high=1,
    unit="AUROC",
    starter="Without the order nearly nothing is left because …",
    explanation="Shuffling leaves each sequence its composition and its length and takes away the order. What can remain is what counting letters gives, about 0.6: "
    "a site adds two T, two C, two A and one G, and a short sequence shows that more. The network finds that much or less; what it had learnt was the order.",
)

free_running = Prediction(
    "rnn.p3",
    question="On yeast genes it has never seen, the GRU forecasts the next time point better than persistence (R² about 0.6 against 0.3). Now it must forecast the last 25 "
    "points from the first 25, feeding on its own forecasts. Its rival is a ridge regression. Who wins?",
    choices={"a": "the GRU, by far", "b": "the GRU, narrowly", "c": "neither: a tie", "d": "the ridge regression"},
    starter="The order turned round because …",
    explanation="One step ahead the GRU leans on the last measurement. Running free it leans on its own forecasts, and each error is an input of the next. The ridge regression "
    "is fitted to the whole distance at once and shrinks what it cannot know. A small one-step error says little about the dynamics.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "rnn.warmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 4: a filter slides along DNA with the same weights at every position. Twice as much DNA needs",
            {
                "a": Option("twice as many weights", "The filter is moved, not copied: its weights are shared."),
                "b": Option("the same weights"),
                "c": Option("a longer filter", "The filter sees as many bases as before, only more often."),
            },
            key="b",
            why="Shared weights, there along space. In this chapter they are shared along time.",
        ),
        Question(
            "From chapter 3: 7 of 100 bases are bound by a protein. A program that always says no has an accuracy of",
            {
                "a": Option("0.07", "That is the share of bound bases, which it misses, all of them."),
                "b": Option("0.50", "A coin would have that."),
                "c": Option("0.93"),
            },
            key="c",
            why="So report AUPRC, and the prevalence beside it.",
        ),
        Question(
            "From chapter 2: one neuron that sees 57 bases of a promoter looks for the −10 box",
            {
                "a": Option("at one fixed place"),
                "b": Option(
                    "wherever it is", "Each weight belongs to one position; a box one base further meets other weights."
                ),
                "c": Option("in both directions", "It has no direction at all: it sees all positions at once."),
            },
            key="a",
            why="A network that reads base by base does not care where the box begins. Whether that helps with 106 examples, you will measure.",
        ),
    ],
)

final_quiz = Quiz(
    "rnn.quiz",
    "Quiz",
    questions=[
        Question(
            "A GRU from 4 inputs to 32 units has 3,648 parameters. For sequences twice as long it has",
            {
                "a": Option("7,296", "That would be a cell for each step. There is one, used twice as often."),
                "b": Option("3,648"),
                "c": Option("it depends on the padding", "Padding costs time, not parameters."),
            },
            key="b",
            why="The drawing is unrolled; the weights are not.",
        ),
        Question(
            "A left-to-right GRU gives the first base of a true site a low probability because",
            {
                "a": Option("it has not yet seen the rest of the site"),
                "b": Option("training failed", "At the last base it is sure; the same weights work at both."),
                "c": Option("the first base is degenerate", "The site is TGACTCA, always. The T is as fixed as the A."),
            },
            key="a",
            why="After one matching base the odds are still 22 to 1 against a site; Bayes' rule gives the same curve.",
        ),
        Question(
            "Tomorrow's expression is to be forecast. What is not allowed?",
            {
                "a": Option("a GRU", "It reads only what has been measured."),
                "b": Option("an autoregression", "It uses the past; it is the rival to beat."),
                "c": Option("a bidirectional GRU over the whole series"),
            },
            key="c",
            why="Its backward half has read the value that it is asked for.",
        ),
        Question(
            "The one-step error is tiny, the error after ten free-running steps is huge.",
            {
                "a": Option(
                    "There is a bug", "There may be, but this is what feeding back does to any imperfect model."
                ),
                "b": Option("Errors feed back; report both"),
                "c": Option(
                    "More epochs will mend it",
                    "They lower the one-step error, which is what is trained, and seldom the other.",
                ),
            },
            key="b",
            why="Each forecast becomes an input of the next.",
        ),
        Question(
            "“Our LSTM reaches 93 % accuracy at each base; 7 % of the bases are bound.” What is missing?",
            {
                "a": Option("the graphics card it was trained on", "It changes the time, not the score."),
                "b": Option("the number of layers", "It would not tell whether 93 % is good."),
                "c": Option("the baseline: always no reaches 93 % too"),
            },
            key="c",
            why="Accuracy counts what is common.",
        ),
    ],
)

recall = Quiz(
    "rnn.recall",
    "Without looking back",
    questions=[
        Question(
            "Sequences of 20 and of 60 bases go into one batch, padded with zeros, and the hidden states are averaged without a mask. Then",
            {
                "a": Option(
                    "nothing happens: zeros add nothing",
                    "A cell that reads zeros still has biases and a state; and the mean divides by 60.",
                ),
                "b": Option("a short sequence's result depends on its longest neighbour"),
                "c": Option("PyTorch refuses", "It runs without a word. That is what makes the mistake common."),
            },
            key="b",
            why="Mask, and test it: more padding must change nothing.",
        ),
        Question(
            "In a GRU the update gate z is 1 for a hidden number. At this step that number",
            {
                "a": Option("is written anew", "That is z = 0."),
                "b": Option("becomes 1", "z is a share, not a value."),
                "c": Option("stays as it is"),
            },
            key="c",
            why="(1 − z) · n + z · h: with z = 1 only h remains.",
        ),
        Question(
            "From chapter 3: residues of one protein resemble each other. The interval of Q3 is drawn by",
            {
                "a": Option("chains"),
                "b": Option(
                    "residues",
                    "Then thousands of residues look like thousands of independent tests, and the interval is far too narrow.",
                ),
                "c": Option("epochs", "An epoch is a pass through the training data; it judges nothing."),
            },
            key="a",
            why="What belongs together is drawn together.",
        ),
    ],
)

learning.register(
    by_hand,
    neuron,
    gru,
    masked_mean,
    bayes,
    binding,
    forecast,
    fair,
    repair,
    time_split,
    order,
    which_move,
    after_shuffling,
    free_running,
    warmup,
    final_quiz,
    recall,
)
