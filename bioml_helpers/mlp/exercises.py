"""What chapter 3 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch.nn import functional

from bioml_helpers import evaluation, learning
from bioml_helpers.data import splits, validate
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
from bioml_helpers.mlp import layers, models

# ---------------------------------------------------------------- 1 parameters

parameters = ValueExercise(
    "mlp.1",
    "Count the parameters",
    expected=[layers.count_parameters((273, 40, 3)), layers.count_parameters((12, 64, 64, 1))],
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "the biases forgotten",
            [273 * 40 + 40 * 3, 12 * 64 + 64 * 64 + 64],
            hints=(
                "Every line of the drawing is counted. What else does a neuron learn besides its weights?",
                "Each neuron that computes has one bias: add the number of hidden and output neurons.",
            ),
        ),
        Mistake(
            "a bias for the inputs too",
            [273 * 40 + 40 * 3 + 273 + 40 + 3, 12 * 64 + 64 * 64 + 64 + 12 + 64 + 64 + 1],
            hints=("Input neurons only hold a number that comes from outside. Do they add anything to it?",),
        ),
        Mistake(
            "neurons instead of connections",
            [273 + 40 + 3, 12 + 64 + 64 + 1],
            hints=(
                "These are the circles. How many lines lead from 273 circles to 40, if each is joined to each?",
                "Between two layers there are (circles on the left) × (circles on the right) weights.",
            ),
        ),
        Mistake(
            "all layers multiplied",
            [273 * 40 * 3, 12 * 64 * 64],
            hints=("Only neighbouring layers are joined: multiply two sizes at a time, then add.",),
        ),
    ],
    hints=(
        "Go from layer to layer: inputs × neurons, plus one bias a neuron.",
        "The first network: 273 × 40 + 40 for the hidden layer, then 40 × 3 + 3.",
    ),
    why="Nearly all parameters sit where two wide layers meet. With 18,105 residues to learn from, 11,083 parameters are many.",
    unit="parameters",
)

# ---------------------------------------------------------------- find the neuron

_NEURON_NETWORK = (12, 4, 1)
_NEURON_SEED = 2


def _find_matrix():
    return layers.MLP(_NEURON_NETWORK, seed=_NEURON_SEED).W[0]


neuron = ValueExercise(
    "mlp.neuron",
    "Find the neuron",
    expected=lambda: _find_matrix()[:, 1],
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "an input's outgoing weights",
            lambda answer: _same(answer, _find_matrix()[1]),
            hints=(
                "You took a row: what one input sends to all four neurons. A neuron is what comes together, not what leaves.",
                "The matrix has a row for each input and a column for each neuron.",
            ),
        ),
        Mistake(
            "counted from 1",
            lambda answer: _same(answer, _find_matrix()[:, 2]),
            hints=("That is hidden neuron 3: Python counts from 0.",),
        ),
        Mistake(
            "the whole layer",
            lambda answer: _same(answer, _find_matrix()),
            hints=("These are all four neurons. Which part of the matrix belongs to the second?",),
        ),
    ],
    hints=("A hidden neuron has one weight for each of the 12 inputs, so the answer holds 12 numbers.",),
    why="One neuron is one column of the weight matrix (plus its bias): the same weighted sum as in chapter 2, now four side by side.",
)


def _same(answer, other) -> bool:
    answer = np.asarray(answer.detach() if hasattr(answer, "detach") else answer, dtype=float)
    return answer.shape == other.shape and np.allclose(answer, other)


# ---------------------------------------------------------------- 2 forward


def _networks(count=20):
    """Random small networks with a batch each: X, W1, b1, W2, b2; the smallest is square, so that shapes tell nothing."""
    rng = np.random.default_rng(31)
    sizes = [(1, 2, 2, 2), *(tuple(int(n) for n in rng.integers(2, 6, 4)) for _ in range(count - 1))]
    return [
        (
            rng.normal(size=(batch, n_in)).round(2),
            rng.normal(size=(n_in, hidden)).round(2),
            rng.normal(size=hidden).round(2),
            rng.normal(size=(hidden, n_out)).round(2),
            rng.normal(size=n_out).round(2),
        )
        for batch, n_in, hidden, n_out in sizes
    ]


def _forward(bend_hidden, bend_output=lambda z: z, bias=1.0):
    def wrong(X, W1, b1, W2, b2):
        return bend_output(bend_hidden(X @ W1 + bias * b1) @ W2 + bias * b2)

    return wrong


def _relu(z):
    return np.maximum(0, z)


forward = FunctionExercise(
    "mlp.2",
    "The forward pass",
    reference=layers.two_layer_forward,
    cases=_networks,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "the matrix turned on its side",
            lambda X, W1, b1, W2, b2: _relu(X @ W1.T + b1) @ W2.T + b2,
            hints=(
                "Here a weight matrix has a row for each input and a column for each neuron. Which product fits X?",
                "X has shape (batch, n_in) and W1 (n_in, hidden_size): X @ W1, with nothing turned.",
            ),
        ),
        Mistake(
            "a sigmoid on the output",
            _forward(_relu, layers.sigmoid),
            hints=(
                "Your outputs all lie between 0 and 1. Logits were asked for.",
                "The loss takes logits and applies the sigmoid itself, in a way that never overflows.",
            ),
        ),
        Mistake(
            "a ReLU on the output too",
            _forward(_relu, _relu),
            hints=("None of your outputs is negative, but a logit may be. Which layers bend?",),
        ),
        Mistake(
            "no activation",
            _forward(lambda z: z),
            hints=("Your network is one linear layer in disguise. What happens between the two layers?",),
        ),
        Mistake(
            "no biases",
            _forward(_relu, bias=0.0),
            hints=("Try an input of zeros: a neuron should then give its bias.",),
        ),
    ],
    hints=(
        "Two lines: the hidden layer (sum, bias, ReLU), then the output (sum, bias, nothing).",
        "hidden = maximum(0, X @ W1 + b1) has shape (batch, hidden_size); what comes next has shape (batch, n_out).",
    ),
    why="Two matrix products and one bend: that is a multilayer perceptron. Everything else in the chapter is about its numbers.",
)

# ---------------------------------------------------------------- 3 backward


def _networks_with_labels():
    rng = np.random.default_rng(32)
    cases = []
    for X, W1, b1, W2, b2 in _networks(12):
        y = rng.integers(0, 2, (len(X), len(b2))).astype(float)
        cases.append((X, y, W1, b1, W2, b2))
    return cases


def _backward(mask=True, mean=True, activated=False, through="W2"):
    def wrong(X, y, W1, b1, W2, b2):
        before = X @ W1 + b1
        hidden = _relu(before)
        logits = hidden @ W2 + b2
        d_logits = layers.sigmoid(logits) - y
        if activated:
            d_logits = d_logits * layers.sigmoid(logits) * (1 - layers.sigmoid(logits))
        if mean:
            d_logits = d_logits / logits.size
        d_before = d_logits @ W2.T * ((before > 0) if mask else 1)
        return X.T @ d_before, d_before.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)

    return wrong


backward = FunctionExercise(
    "mlp.3",
    "The backward pass",
    reference=layers.two_layer_gradients,
    cases=_networks_with_labels,
    tolerance=1e-5,
    mistakes=[
        Mistake(
            "the ReLU forgotten on the way back",
            _backward(mask=False),
            hints=(
                "The slopes of W2 and b2 are right, those of W1 and b1 are not. What did the ReLU do to a neuron that is off?",
                "A neuron that is off passes nothing forward, so nothing comes back: multiply by (before > 0).",
            ),
        ),
        Mistake(
            "the sum instead of the mean",
            _backward(mean=False),
            hints=(
                "All your slopes are too large by the same factor. How many labels does the loss average over?",
                "The loss is a mean over batch × outputs numbers: divide by logits.size.",
            ),
        ),
        Mistake(
            "the sigmoid's slope counted twice",
            _backward(activated=True),
            hints=(
                "With this loss the slope by a logit is simply probability − label; the sigmoid's own slope cancels.",
            ),
        ),
    ],
    hints=(
        "Step 2 goes back along W2 and through the ReLU. Step 3 multiplies what came in with what is wanted behind.",
        "d_before has shape (batch, hidden_size), W2 has (hidden_size, n_out): d_logits @ W2.T fits.",
    ),
    why="These few lines are backpropagation. PyTorch does the same for any network; you now know what `loss.backward()` computes.",
)

# ---------------------------------------------------------------- 4 heads


def _judge_heads(answer):
    if not isinstance(answer, str):
        return learning.wrong(
            f'Four letters as one word were expected, such as "abcd"; a {type(answer).__name__} came.'
        )
    letters = [letter for letter in answer.lower() if letter.isalpha()]
    if len(letters) != 4 or set(letters) - set("abcd"):
        return learning.wrong(f'Four letters from a to d were expected, one a task; "{answer}" came.')
    named = dict(zip("1234", letters, strict=True))
    if named["4"] == "c" or named["3"] == "d":
        return learning.mistake("one answer out of twelve", f"Task 4 got {named['4']}, task 3 got {named['3']}.")
    if named["1"] in "bcd":
        return learning.mistake("a probability for a measured number", f"Task 1 got {named['1']}.")
    if "a" in (named["2"], named["3"], named["4"]):
        return learning.mistake("squared error for a yes or no")
    if "".join(letters) != "abcd":
        return learning.wrong(f'"{"".join(letters)}" is not it yet; each head fits exactly one of the tasks.')
    return learning.right()


heads = JudgedExercise(
    "mlp.4",
    "A head for each task",
    judge=_judge_heads,
    mistakes=[
        Mistake(
            "one answer out of twelve",
            hints=(
                "A softmax shares 1 among its outputs. Can a compound be active in two assays? Can a residue be in two states?",
                "Twelve questions with an answer each need twelve sigmoids; one question with three answers needs a softmax.",
            ),
        ),
        Mistake(
            "a probability for a measured number",
            hints=(
                "Solubility is measured on a scale without ends. What would a sigmoid make of −5?",
                "A number with a unit leaves the network as it is; the loss is the squared gap.",
            ),
        ),
        Mistake(
            "squared error for a yes or no",
            hints=("Squared error hardly punishes a confident wrong answer. Which loss asks for a probability?",),
        ),
    ],
    hints=("Ask of each task: a number, a yes or no, one out of several, or several yes-or-nos?",),
    why="Only the last layer and the loss change with the task; the rest of the network can stay as it is.",
)

# ---------------------------------------------------------------- 5 train, and report honestly

LOWEST_AUROC = {"real": 0.85, "stand-in": 0.60}
_KEYS = ("train", "validation", "test", "scaler", "chosen_on", "probabilities", "auroc", "auprc", "prevalence")


def _task():
    return models.toxicity(quiet=True)


def _level(task) -> str:
    return "stand-in" if task.card.is_stand_in else "real"


def _rows(task, answer, *keys):
    """The row numbers under these keys, or a sentence on what is wrong with them."""
    found = []
    for key in keys:
        try:
            rows = validate.array(key, answer[key], ndim=1, integer=True)
        except (TypeError, ValueError) as error:
            return f"Row numbers were expected: {error}"
        if rows.min() < 0 or rows.max() >= len(task.y):
            return f"{key}: row numbers from 0 to {len(task.y) - 1} were expected, up to {rows.max()} came."
        found.append(rows)
    return found


def _overlap(values, parts) -> str:
    try:
        splits.assert_no_group_overlap(*(np.array(values)[part] for part in parts))
    except splits.GroupOverlap as error:
        return str(error)
    return ""


def _missing(answer, keys) -> str:
    if not isinstance(answer, Mapping):
        return f"A dictionary with the keys {', '.join(keys)} was expected; a {type(answer).__name__} came."
    absent = [key for key in keys if key not in answer]
    return f"These keys are missing: {', '.join(absent)}." if absent else ""


def _judge_report(answer):
    said = _missing(answer, [key for key in _KEYS if key not in ("auprc", "prevalence")])
    if said:
        return learning.wrong(said)
    if any(answer.get(key) is None for key in ("auprc", "prevalence")):
        return learning.mistake("AUPRC or prevalence left out")
    task = _task()
    parts = _rows(task, answer, "train", "validation", "test")
    if isinstance(parts, str):
        return learning.wrong(parts)
    said = _overlap(task.structures, parts)
    if said:
        return learning.mistake("the same structure in two parts", said)
    seen = getattr(answer["scaler"], "rows_seen", None)
    if seen is None:
        return learning.wrong("scaler: a fitted evaluation.Standardiser was expected (it remembers what it saw).")
    if np.isin(seen, np.concatenate(parts[1:])).any():
        return learning.mistake("scaled with rows of validation or test")
    if answer["chosen_on"] != "validation":
        return learning.mistake("the epoch chosen on the test part", f'chosen_on is "{answer["chosen_on"]}".')
    return _judge_scores(task, parts[2], answer)


def _judge_scores(task, test, answer):
    y = task.y[test]
    try:
        probabilities = validate.array("probabilities", answer["probabilities"], ndim=1, length=len(test))
        auroc, auprc, share = (validate.number(key, answer[key]) for key in ("auroc", "auprc", "prevalence"))
    except (TypeError, ValueError) as error:
        return learning.wrong(str(error))
    true = evaluation.auroc(y, probabilities)
    accuracy = ((probabilities > 0.5) == y).mean()
    if abs(auroc - true) > 0.005:
        if abs(auroc - accuracy) < 0.005:
            return learning.mistake("accuracy instead of AUROC", f"{auroc:.3f} is the accuracy at threshold 0.5.")
        return learning.wrong(f"Your probabilities give an AUROC of {true:.3f}, you report {auroc:.3f}.")
    if abs(auprc - evaluation.auprc(y, probabilities)) > 0.01:
        return learning.wrong("The AUPRC you report is not that of your probabilities: evaluation.auprc(y, score).")
    if abs(share - y.mean()) > 0.005:
        return learning.wrong(f"The share of active molecules in your test part is not {share:.3f}.")
    lowest = LOWEST_AUROC[_level(task)]
    if true < lowest:
        return learning.wrong(
            f"Everything is reported as it should be, but an AUROC of {true:.3f} is below {lowest:.2f}: is the input "
            "standardised, and is the network trained until validation stops improving?"
        )
    return learning.right(
        f"AUROC {auroc:.3f}, AUPRC {auprc:.3f} where a coin reaches {share:.3f}: a report that can be checked."
    )


report = JudgedExercise(
    "mlp.5",
    "Train, and report so that it can be checked",
    judge=_judge_report,
    mistakes=[
        Mistake(
            "the same structure in two parts",
            hints=(
                "One molecule, written twice, is in training and in test. What does the network know of it then?",
                "Split by canonical SMILES: task.split() does, or data.splits.grouped_split(task.structures).",
            ),
        ),
        Mistake(
            "scaled with rows of validation or test",
            hints=(
                "Mean and spread were learned from molecules that must stay unseen.",
                "Fit the standardiser with rows=parts.train, then transform all.",
            ),
        ),
        Mistake(
            "the epoch chosen on the test part",
            hints=("What is chosen on the test part is fitted to it. Which of the three parts is there for choosing?",),
        ),
        Mistake(
            "accuracy instead of AUROC",
            hints=(
                "Calling everything inactive is right for five molecules of six. Does your number notice?",
                "evaluation.auroc(y_test, probabilities) does not depend on a threshold.",
            ),
        ),
        Mistake(
            "AUPRC or prevalence left out",
            hints=("One in six is active. Report AUPRC too, and beside it what a coin would reach: the prevalence.",),
        ),
    ],
    hints=("mlp.train_classifier(task.X, task.y, parts) gives a network, its scaler and its probabilities.",),
    why="Another laboratory can now check every number of this report.",
)

# ---------------------------------------------------------------- 6 new chemistry


def _judge_scaffold(answer):
    said = _missing(answer, ("train", "validation", "test", "network", "forest", "sentence"))
    if said:
        return learning.wrong(said)
    task = _task()
    parts = _rows(task, answer, "train", "validation", "test")
    if isinstance(parts, str):
        return learning.wrong(parts)
    said = _overlap(task.scaffolds, parts)
    if said:
        return learning.mistake("the same scaffold in two parts", said.replace("group ''", "the group without a ring"))
    try:
        scores = {name: validate.number(name, np.mean(answer[name]), low=0, high=1) for name in ("network", "forest")}
    except (TypeError, ValueError) as error:
        return learning.wrong(str(error))
    if _level(task) == "real" and min(scores.values()) < 0.7:
        return learning.wrong(f"An AUROC of {min(scores.values()):.2f} is lower than logP alone reaches here.")
    if _level(task) == "real" and max(scores.values()) > 0.87:
        return learning.wrong(
            f"An AUROC of {max(scores.values()):.2f} is what the random split gives. Is it computed on this test part?"
        )
    if np.ndim(answer["network"]) == 0 or len(answer["network"]) < 2:
        return learning.mistake("one seed only")
    sentences = {
        "a": "a winner inside the interval",
        "c": "thrown away for a few points",
        "d": "the higher number chosen",
    }
    sentence = str(answer["sentence"]).strip().lower()
    if sentence in sentences:
        return learning.mistake(sentences[sentence])
    if sentence != "b":
        return learning.wrong(f'sentence: one of "a" to "d" was expected; "{sentence}" came.')
    return learning.right()


new_chemistry = JudgedExercise(
    "mlp.6",
    "New chemistry",
    judge=_judge_scaffold,
    mistakes=[
        Mistake(
            "the same scaffold in two parts",
            hints=(
                "A scaffold of your test part was in training too: chemically, the molecules are cousins.",
                'task.split("scaffold") puts every scaffold into one part.',
            ),
        ),
        Mistake(
            "one seed only",
            hints=("network: give the AUROC of at least two seeds, as a list. One training is one draw.",),
        ),
        Mistake(
            "a winner inside the interval",
            hints=(
                "Look at the intervals of the two rows: which part do they share?",
                "A difference of a point or two on 600 molecules may be the other way round on the next 600.",
            ),
        ),
        Mistake(
            "thrown away for a few points",
            hints=("An AUROC of 0.5 is a coin. How far above it are both models, on scaffolds they never saw?",),
        ),
        Mistake(
            "the higher number chosen",
            hints=("Which split is like the use you have in mind: molecules of known series, or new ones?",),
        ),
    ],
    hints=('Train on task.split("scaffold") with two seeds; the forest\'s number is in the table above.',),
    why="Say over what your model generalises, and choose the split that asks exactly that.",
)

# ---------------------------------------------------------------- 7 missing labels


def _labels(seed, shape=(6, 12), missing=0.4):
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(shape, generator=generator)
    y = (torch.rand(shape, generator=generator) < 0.3).float()
    y[torch.rand(shape, generator=generator) < missing] = torch.nan
    y[0, 0], y[-1, -1] = 1.0, torch.nan  # at least one of each
    return logits, y


def _loss_and_slope(function, logits, y):
    logits = logits.clone().requires_grad_(True)
    loss = function(logits, y.clone())
    if not isinstance(loss, torch.Tensor):
        return loss, None
    if loss.ndim == 0 and loss.requires_grad:
        loss.backward()
    return loss.detach(), logits.grad


def _known_mean(logits, y):
    known = ~y.isnan()
    return functional.binary_cross_entropy_with_logits(logits[known], y[known])


def _as_zero(logits, y):
    return functional.binary_cross_entropy_with_logits(logits, y.nan_to_num(0.0))


def _over_all_cells(logits, y):
    known = ~y.isnan()
    return functional.binary_cross_entropy_with_logits(logits[known], y[known], reduction="sum") / y.numel()


def _summed(logits, y):
    known = ~y.isnan()
    return functional.binary_cross_entropy_with_logits(logits[known], y[known], reduction="sum")


_WRONG_LOSSES = {
    "missing labels counted as inactive": _as_zero,
    "divided by all cells": _over_all_cells,
    "the sum, not the mean": _summed,
}


def _judge_masked(function):
    if not callable(function):
        return learning.wrong(
            f"Your function itself was expected, without parentheses; a {type(function).__name__} came."
        )
    if function is layers.binary_cross_entropy or getattr(function, "__name__", "") == "loss_of_observed":
        return learning.wrong("That is the course's own loss; write yours.")
    for seed, shape in enumerate([(1, 2), (2, 3), (6, 12), (40, 12)]):
        logits, y = _labels(seed, shape)
        loss, slope = _loss_and_slope(function, logits, y)
        if not isinstance(loss, torch.Tensor) or loss.ndim:
            return learning.wrong(f"One number, as a torch tensor, was expected; {type(loss).__name__} came.")
        if loss.isnan():
            return learning.mistake("NaN in, NaN out", f"The loss of a {shape[0]} × {shape[1]} table with gaps is NaN.")
        wanted = _known_mean(logits, y)
        if not torch.isclose(loss.double(), wanted.double(), rtol=1e-4, atol=1e-6):
            for name, wrong in _WRONG_LOSSES.items():
                if torch.isclose(loss.double(), wrong(logits, y).double(), rtol=1e-4):
                    return learning.mistake(name)
            return learning.wrong(
                f"For a {shape[0]} × {shape[1]} table with {int(y.isnan().sum())} gaps the loss over known labels is "
                f"another one; {loss.item():.4f} came."
            )
        if slope is None:
            return learning.wrong(
                "The loss does not depend on the logits any more: stay in torch, no .item(), no NumPy."
            )
        if slope.isnan().any():
            return learning.mistake("a NaN that comes back")
        if (slope[y.isnan()] != 0).any():
            return learning.mistake("missing labels pull")
    return learning.right()


masked = JudgedExercise(
    "mlp.7",
    "Twelve tasks, many gaps",
    judge=_judge_masked,
    mistakes=[
        Mistake(
            "NaN in, NaN out",
            hints=(
                "Any sum with a NaN in it is NaN. Which labels may enter the sum?",
                "known = ~labels.isnan() tells where there is a label; pick those logits and labels first.",
            ),
        ),
        Mistake(
            "missing labels counted as inactive",
            hints=(
                'You put 0 where nobody has measured. Does "not tested" mean "not toxic"?',
                "Leave these cells out of the loss altogether, instead of filling them.",
            ),
        ),
        Mistake(
            "divided by all cells",
            hints=("The sum is right. By how many labels should it be divided?",),
        ),
        Mistake("the sum, not the mean", hints=("Then a fuller table always has a larger loss. Take the mean.",)),
        Mistake(
            "a NaN that comes back",
            hints=(
                "The loss is right and its slope is NaN: the NaN was hidden after it had been used, and 0 × NaN is NaN.",
                "Remove the missing cells before the loss is computed, not after.",
            ),
        ),
        Mistake(
            "missing labels pull", hints=("The slope at a missing label must be 0: it should not move any weight.",)
        ),
    ],
    hints=("Three steps: where is a label, pick logits and labels there, binary_cross_entropy_with_logits of those.",),
    why="So one network can learn from twelve assays although hardly any molecule was tested in all of them.",
)

# ---------------------------------------------------------------- 8 do two properties interact?


def _adds(X):
    return X[:, 0] + 2 * X[:, 1] - X[:, 2]


def _multiplies(X):
    return X[:, 0] * X[:, 1]


def _bends(X):
    return np.maximum(0, X[:, 0] + X[:, 1]) + X[:, 2] ** 2


def _three_together(X):
    return X[:, 0] * X[:, 1] * X[:, 2] + X[:, 0]


def _models_and_tables():
    rng = np.random.default_rng(8)
    cases = []
    for rows, predict in zip(
        (4, 8, 8, 12, 12), (_multiplies, _adds, _multiplies, _bends, _three_together), strict=True
    ):
        X = rng.normal(1, 1, (rows, 3)).round(2)
        X[:, 2] += 0.8 * X[:, 0]  # correlated, as properties of molecules are
        cases.append((predict, X, 0, 1))
    return cases


def _corners(combine, low=25, high=75, own_rows=True):
    def wrong(predict, X, i, j):
        ends = np.percentile(X, [low, high], axis=0)

        def mean_at(a, b):
            table = X.copy() if own_rows else np.repeat(X.mean(axis=0)[None], len(X), axis=0)
            table[:, i], table[:, j] = a, b
            return float(np.mean(predict(table)))

        (low_i, high_i), (low_j, high_j) = ends[:, i], ends[:, j]
        return combine(mean_at(high_i, high_j), mean_at(high_i, low_j), mean_at(low_i, high_j), mean_at(low_i, low_j))

    return wrong


interplay = FunctionExercise(
    "mlp.8",
    "Do two properties interact?",
    reference=models.interaction,
    cases=_models_and_tables,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "the effect of both, not their interplay",
            _corners(lambda hh, hl, lh, ll: hh - ll),
            hints=(
                "For a model that only adds, your number is not 0. It must be: there the effect of one does not depend on the other.",
                "Take the effect of the first property at a high second, minus its effect at a low second.",
            ),
        ),
        Mistake(
            "a sign",
            _corners(lambda hh, hl, lh, ll: hh - hl + lh - ll),
            hints=("Two corners are added and two subtracted. Which two lie on one diagonal of the square?",),
        ),
        Mistake(
            "one average molecule instead of all molecules",
            _corners(lambda hh, hl, lh, ll: hh - hl - lh + ll, own_rows=False),
            hints=(
                "The other properties are set to their mean: that molecule may not exist. Keep each molecule's own values.",
                "Copy X, overwrite two columns, predict all rows, then take the mean of the predictions.",
            ),
        ),
        Mistake(
            "smallest and largest instead of the quartiles",
            _corners(lambda hh, hl, lh, ll: hh - hl - lh + ll, low=0, high=100),
            hints=("One odd molecule decides over your low and high. Which percentiles were asked for?",),
        ),
    ],
    hints=(
        "Four predictions for the whole table, one for each corner of the square: high–high, high–low, low–high, low–low.",
        "A helper that sets both columns in a copy of X and returns the mean prediction makes it short.",
    ),
    why="On models whose truth is known your measure is 0 where effects add, whatever the correlation of the properties. Importances "
    "by shuffling have no such zero: they cannot show an interplay.",
)

# ---------------------------------------------------------------- companion: windows


def my_windows(residues, size):
    """Return the window around each residue, the ends filled with "-"."""
    padded = models.NOBODY * (size // 2) + residues + models.NOBODY * (size // 2)
    return [padded[i : i + size] for i in range(len(residues))]


def _chains():
    rng = np.random.default_rng(88)
    letters = np.array(list("ACDEFGHIKLMNPQRSTVWY"))
    return [("ACD", 3), *(("".join(rng.choice(letters, n)), size) for n, size in ((1, 3), (5, 5), (9, 13), (20, 7)))]


windows = FunctionExercise(
    "mlp.b1",
    "A window around each residue",
    reference=my_windows,
    cases=_chains,
    mistakes=[
        Mistake(
            "the ends left out",
            lambda residues, size: [residues[i : i + size] for i in range(len(residues) - size + 1)],
            hints=(
                "Fewer windows than residues: who predicts the first and the last residues?",
                'Put size // 2 times "-" before and after the chain first.',
            ),
        ),
        Mistake(
            "the residue at the edge of its window",
            lambda residues, size: [(residues + "-" * (size - 1))[i : i + size] for i in range(len(residues))],
            hints=("The residue in question is at the left end. It should see as much to its left as to its right.",),
        ),
        Mistake(
            "short windows at the ends",
            lambda residues, size: [residues[max(0, i - size // 2) : i + size // 2 + 1] for i in range(len(residues))],
            hints=("Near the ends your windows are shorter. A network has a fixed number of inputs.",),
        ),
        Mistake(
            "neighbours repeated beyond the end",
            lambda residues, size: [
                (residues[0] * (size // 2) + residues + residues[-1] * (size // 2))[i : i + size]
                for i in range(len(residues))
            ],
            hints=(
                "Beyond the end you repeat the last residue, which nobody has seen there. Say that nothing is there.",
            ),
        ),
    ],
    hints=('padded = "-" * (size // 2) + residues + "-" * (size // 2); then one slice a residue.',),
    why="This window is the first of its kind: chapter 4's filters slide in the same way, but share their weights.",
)

# ---------------------------------------------------------------- order the lines

_FOR, _ZERO, _LOGITS, _LOSS, _BACK, _STEP = (
    "for X_batch, y_batch in batches:",
    "    optimizer.zero_grad()",
    "    logits = network(X_batch)",
    "    loss = loss_fn(logits, y_batch)",
    "    loss.backward()",
    "    optimizer.step()",
)

order = OrderExercise(
    "mlp.order",
    "One pass through the training data",
    lines=[_FOR, _ZERO, _LOGITS, _LOSS, _BACK, _STEP],
    also_right=[
        [_FOR, _LOGITS, _ZERO, _LOSS, _BACK, _STEP],
        [_FOR, _LOGITS, _LOSS, _ZERO, _BACK, _STEP],
        [_FOR, _LOGITS, _LOSS, _BACK, _STEP, _ZERO],
    ],
    distractors={
        "    loss = loss_fn(torch.sigmoid(logits), y_batch)": "BCEWithLogitsLoss applies the sigmoid itself; twice is once too often.",
        "    logits.backward()": "Slopes are wanted of the loss, which is one number, not of the logits.",
    },
    why="Forget the old slopes, forward, loss, backward, step. Every training loop of this course is these lines.",
    shuffle_seed=3,
)

# ---------------------------------------------------------------- predict, observe, explain

one_descriptor = Prediction(
    "mlp.p1",
    question="You raise the logP of one molecule a little and leave its eleven other properties alone. Which numbers in the hidden layer change?",
    choices={
        "a": "only the neuron that stands for logP",
        "b": "only the neurons that are switched on",
        "c": "the sum z of every neuron whose weight from logP is not 0",
        "d": "none, until the output has changed",
    },
    starter="All four sums moved because …",
    explanation="Fully connected means that every hidden neuron has a weight from every input, so all four sums z move, each by weight × "
    "change. What a neuron passes on, h, moves only where it is on: a ReLU whose sum is negative stays at 0.",
)

always_inactive = Prediction(
    "mlp.p2",
    question="In the assay NR-AR 4 of 100 molecules are active. A program calls every molecule inactive, without looking. What is its accuracy, in percent?",
    low=0,
    high=100,
    unit="%",
    starter="Accuracy is misleading here because …",
    explanation="It is right for all inactive molecules, and they are 96 of 100. It has not found one active molecule. Accuracy counts what is "
    "common; a toxicologist asks for what is rare. AUROC and AUPRC of this program are those of a coin: 0.50 and 0.04.",
)

new_scaffolds = Prediction(
    "mlp.p3",
    question="Under random splits the network reached an AUROC of about 0.92. What will it reach when no scaffold of the test molecules was in training?",
    low=0.5,
    high=1,
    unit="AUROC",
    starter="On new scaffolds the score is lower because …",
    explanation="Under a random split most test molecules have cousins of the same chemical series in training, and cousins behave alike. The scaffold "
    "split takes the cousins away. What remains is closer to what happens when a chemist brings a new series.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "mlp.warmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 2: a hundred layers of neurons without activation compute the same as",
            {
                "a": Option(
                    "a very flexible curve", "Flexible it is not: a line of a line is a line, a hundred times over."
                ),
                "b": Option("one linear layer"),
                "c": Option("nothing that could be trained", "It can be trained, like any linear model."),
            },
            key="b",
            why="The bend between the layers is what makes depth worth anything.",
        ),
        Question(
            "From chapter 1: a network that fits exists, says the theorem. Training it from five starts gave five bad fits. So",
            {
                "a": Option(
                    "the theorem is wrong",
                    "It promises that such weights exist, and they did: placed by hand they fitted.",
                ),
                "b": Option(
                    "the data are too noisy", "The noise was the same for the fit by hand, which reached the floor."
                ),
                "c": Option("existing and being found are two promises"),
            },
            key="c",
            why="No theorem promises that training finds the weights.",
        ),
        Question(
            "Two rows of a table show the same molecule, written in two ways. Before you split the table into training and test you",
            {
                "a": Option("keep both rows on one side"),
                "b": Option(
                    "leave it to chance", "Then the network may be asked in the test what it was told in training."
                ),
                "c": Option(
                    "put one on each side, to be fair", "That is the surest way to test memory instead of prediction."
                ),
            },
            key="a",
            why="What belongs together stays together: the group is the unit of the split.",
        ),
    ],
)

final_quiz = Quiz(
    "mlp.quiz",
    "Quiz",
    questions=[
        Question(
            "Twelve toxicity assays, and a compound can be active in several. Output layer and loss?",
            {
                "a": Option(
                    "softmax and cross-entropy",
                    "A softmax shares 1 among the assays, as if one activity excluded the others.",
                ),
                "b": Option("one sigmoid", "One output can answer one question; there are twelve."),
                "c": Option("12 logits and binary cross-entropy"),
                "d": Option(
                    "linear outputs and squared error",
                    "It runs, but hardly punishes a confident wrong answer and gives no probabilities.",
                ),
            },
            key="c",
            why="Twelve yes-or-no questions, each with a probability of its own.",
        ),
        Question(
            "4 % of the compounds are active. The AUPRC of random guessing is",
            {
                "a": Option("0.04"),
                "b": Option("0.5", "That is the coin's AUROC, which does not know the prevalence."),
                "c": Option("0.96", "That is the accuracy of calling everything inactive."),
            },
            key="a",
            why="Among random alarms 4 % are right, at any recall. So an AUPRC of 0.30 can be a good one.",
        ),
        Question(
            "Validation AUC 0.97, test AUC 0.72, under a scaffold split. Most likely",
            {
                "a": Option("the test set is wrong", "Possible, but look first at what distinguishes the parts."),
                "b": Option("there were too few epochs", "Then validation would be low too."),
                "c": Option("bad luck", "A quarter of the scale is more than luck with a few hundred molecules."),
                "d": Option("the test scaffolds are further from training than those of validation"),
            },
            key="d",
            why="Parts filled in order of commonness differ in how strange they are. The gap is the finding.",
        ),
        Question(
            "On the data of 1988 a hidden layer gives a Q3 of 0.63, and so does no hidden layer. The best conclusion:",
            {
                "a": Option(
                    "hidden layers are useless",
                    "On protein G the same kind of layer lifted Spearman from 0.82 to 0.95.",
                ),
                "b": Option("with these inputs and this many chains the extra flexibility bought nothing"),
                "c": Option("the code is wrong", "The published networks of that time reached the same number."),
            },
            key="b",
            why="What a layer buys depends on the data. That is why the baseline stands in the table.",
        ),
        Question(
            "A label that was never measured should be",
            {
                "a": Option("set to 0", "Then untested compounds teach the network that they are harmless."),
                "b": Option("set to the mean", "That teaches the network to be unsure about exactly these compounds."),
                "c": Option("masked out of the loss"),
                "d": Option("predicted first and then used", "Then the network learns its own guesses."),
            },
            key="c",
            why="No label, no pull: its slope must be 0.",
        ),
    ],
)

recall = Quiz(
    "mlp.recall",
    "Without looking back",
    questions=[
        Question(
            "You raise logP and the sum z of a hidden neuron moves from −1.2 to −0.9. What it passes on",
            {
                "a": Option("rises by 0.3", "That would be so without the ReLU."),
                "b": Option("stays 0"),
                "c": Option("becomes negative", "A ReLU never gives a negative number."),
            },
            key="b",
            why="The neuron is off before and after; only beyond z = 0 does it speak.",
        ),
        Question(
            "The slope of the loss by a weight is: what came in through it, times",
            {
                "a": Option("what is wanted behind it"),
                "b": Option(
                    "the weight itself",
                    "That would be what went through it; the question is in which direction to change it.",
                ),
                "c": Option("the learning rate", "The learning rate says how far to go, after the slope is known."),
            },
            key="a",
            why="That is why a weight from an input that is 0 does not learn anything from this example.",
        ),
        Question(
            "From chapter 1: why can no network with dose as its only input fit three roots at one dose exactly?",
            {
                "a": Option(
                    "it has too few neurons", "More neurons give more bends, but still one length for one dose."
                ),
                "b": Option("training stops too early", "The best weights there are could not do it."),
                "c": Option("one input gives one output, whatever the weights"),
            },
            key="c",
            why="The noise floor. Assay labels have one too: the same compound is sometimes called active, sometimes not.",
        ),
    ],
)

learning.register(
    parameters,
    neuron,
    forward,
    backward,
    heads,
    report,
    new_chemistry,
    masked,
    interplay,
    windows,
    order,
    one_descriptor,
    always_inactive,
    new_scaffolds,
    warmup,
    final_quiz,
    recall,
)
