"""What chapter 2 asks: predictions, exercises with their usual mistakes, the order of lines, and the quizzes."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from bioml_helpers import data, learning
from bioml_helpers.learning import (
    CardExercise,
    Field,
    FunctionExercise,
    JudgedExercise,
    Mistake,
    Option,
    OrderExercise,
    Prediction,
    Question,
    Quiz,
    ValueExercise,
    Verdict,
)
from bioml_helpers.neuron import layers, models

# ---------------------------------------------------------------- 1 a neuron by hand

_PROTEINS = np.array([[1.0, 0.0, 1.0], [1.0, 1.0, 0.5]])  # activator, repressor, sigma factor
_AFFINITIES, _BIAS = np.array([2.0, -3.0, 1.0]), -0.5
_SUMS = _PROTEINS @ _AFFINITIES  # (2,) without the bias


by_hand = ValueExercise(
    "neuron.1",
    "A neuron by hand",
    expected=layers.neuron_forward(_PROTEINS, _AFFINITIES, _BIAS).tolist(),
    tolerance=0.005,
    mistakes=[
        Mistake(
            "the bias added after σ",
            (layers.sigmoid(_SUMS) + _BIAS).tolist(),
            hints=(
                "The bias came last. In the formula, is b inside the bracket of σ or behind it?",
                "First finish z = w₁x₁ + w₂x₂ + w₃x₃ + b, then apply σ once.",
            ),
        ),
        Mistake(
            "σ of −z",
            layers.sigmoid(-_SUMS - _BIAS).tolist(),
            hints=(
                "Your first output is low although z is positive. Which sign stands in the exponent of σ?",
                "σ(z) = 1 / (1 + exp(−z)): with a minus. Both your outputs are 1 minus the right ones.",
            ),
        ),
        Mistake(
            "the bias left out",
            layers.sigmoid(_SUMS).tolist(),
            hints=("The weighted sum is right. What is added to it before σ?",),
        ),
        Mistake(
            "σ left out",
            (_SUMS + _BIAS).tolist(),
            hints=("These are the sums z. A share of expression lies between 0 and 1: one step is missing.",),
        ),
        Mistake(
            "the repressor's sign lost",
            layers.neuron_forward(_PROTEINS, np.abs(_AFFINITIES), _BIAS).tolist(),
            hints=("The repressor should push the output down. What is the sign of its weight?",),
        ),
    ],
    hints=(
        "Write both sums z first: weight times input, three times, then the bias.",
        "The first case has z = 2·1 − 3·0 + 1·1 − 0.5 = 2.5.",
    ),
    why="With the repressor bound, z falls from 2.5 to −1, and expression from 92 % to 27 % of the largest.",
)

# ---------------------------------------------------------------- 2 lac logic

_LAC = np.array([0, 1, 0, 0]) == 1  # neither, lactose only, glucose only, both


def _three_numbers(answer):
    """The weights and bias handed in, or the sentence that says what came instead."""
    try:
        numbers = np.asarray(answer, dtype=float).ravel()
    except (TypeError, ValueError):
        return "Three numbers were expected, [w_lactose, w_glucose, b]; something else is among them."
    if numbers.shape != (3,):
        return f"Three numbers were expected, [w_lactose, w_glucose, b]; {numbers.size} came."
    if not np.isfinite(numbers).all():
        return "One of the three numbers is not finite."
    return numbers


def _judge_lac(answer):
    numbers = _three_numbers(answer)
    if isinstance(numbers, str):
        return learning.wrong(numbers)
    y = layers.neuron_forward(models.TRUTH_TABLE, numbers[:2], numbers[2])
    if np.where(_LAC, y > 0.9, y < 0.1).all():
        return learning.right(f"Outputs: {_four(y)}.")
    if numbers[2] == 0:
        return learning.mistake("no bias", f"Your outputs: {_four(y)}.")
    if ((y > 0.5) == _LAC).all():
        return learning.mistake("on the right side, but not clear", f"Your outputs: {_four(y)}.")
    if ((y[[0, 2, 1, 3]] > 0.5) == _LAC).all():
        return learning.mistake("lactose and glucose swapped", f"Your outputs: {_four(y)}.")
    if y[1] > 0.5 and y[3] > 0.5 and y[0] < 0.5:
        return learning.mistake("glucose does not count enough", f"Your outputs: {_four(y)}.")
    off = [name for name, one, wanted in zip(_CASES, y, _LAC, strict=True) if (one > 0.5) != wanted]
    return learning.wrong(f"On the wrong side of 0.5: {', '.join(off)}. Your outputs: {_four(y)}.")


_CASES = ("neither sugar", "lactose only", "glucose only", "both")


def _four(y) -> str:
    return ", ".join(f"{name} {one:.2f}" for name, one in zip(_CASES, y, strict=True))


lac = JudgedExercise(
    "neuron.2",
    "The lac switch",
    judge=_judge_lac,
    mistakes=[
        Mistake(
            "on the right side, but not clear",
            hints=(
                "All four cases are on the right side of 0.5, but some are not below 0.1 or above 0.9. What makes σ steeper?",
                "Multiply all three numbers by the same factor: the line stays, the switch becomes sharper.",
            ),
        ),
        Mistake(
            "no bias",
            hints=(
                "With b = 0 the case without any sugar always gives σ(0) = 0.5. What could push it down?",
                "A negative bias is a threshold: lactose has to overcome it.",
            ),
        ),
        Mistake(
            "lactose and glucose swapped",
            hints=("Your gene is on with glucose and off with lactose. Which weight belongs to which sugar?",),
        ),
        Mistake(
            "glucose does not count enough",
            hints=(
                "Lactose switches your gene on, with or without glucose. Glucose has to pull it down again.",
                "With both sugars z is w_lactose + w_glucose + b; it must be negative.",
            ),
        ),
    ],
    hints=(
        "Use the figure: fill the black case, empty the three others.",
        "One weight is positive, one negative, the bias negative. Start with 4, −4, −2 and make all larger.",
    ),
    why="A weight is how strongly an input acts, its sign the direction, and the bias the threshold to overcome.",
)

# ---------------------------------------------------------------- 3 a neuron for a batch


def _batches():
    rng = np.random.default_rng(28)
    cases = [
        (np.array([[1.0]]), np.array([2.0]), -1.0),
        (np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([2.0, -3.0]), 0.5),
    ]
    for _ in range(98):
        batch, n = rng.integers(1, 7), rng.integers(1, 9)
        cases.append((rng.normal(size=(batch, n)).round(2), rng.normal(size=n).round(2), round(float(rng.normal()), 2)))
    return cases


# The usual mistakes, each a function that runs; none may call the reference, which would be told as borrowed.


def _s(z):
    return 1 / (1 + np.exp(-np.asarray(z, float)))


forward = FunctionExercise(
    "neuron.3",
    "A neuron for many examples",
    reference=lambda X, w, b: layers.neuron_forward(X, w, b),
    off_limits=[layers.neuron_forward, layers.Neuron.__call__],
    cases=_batches,
    tolerance=1e-6,
    inputs_named=("X", "w", "b"),
    mistakes=[
        Mistake(
            "only the first example",
            lambda X, w, b: _s(X[:1] @ w + b),
            hints=(
                "One number came back for several examples. How many rows has X?",
                "X @ w multiplies every row with w at once: the result has one number a row.",
            ),
        ),
        Mistake(
            "shape (batch, 1) instead of (batch,)",
            lambda X, w, b: _s(X @ np.reshape(w, (-1, 1)) + b),
            hints=(
                "The numbers are right, the shape is not: a column of shape (batch, 1) came, (batch,) was asked for.",
                "Use w as it is, of shape (n,). A column minus a row of labels becomes a square table later on.",
            ),
        ),
        Mistake(
            "the bias added after σ",
            lambda X, w, b: _s(X @ w) + b,
            hints=("The output leaves the range from 0 to 1. Is the bias inside the bracket of σ?",),
        ),
        Mistake(
            "σ of −z",
            lambda X, w, b: _s(-(X @ w + b)),
            hints=("Everything is turned around: 1 minus the right output. Which sign stands in the exponent?",),
        ),
        Mistake(
            "σ left out",
            lambda X, w, b: X @ w + b,
            hints=("These are the sums z. The activation is still missing.",),
        ),
        Mistake(
            "the bias left out",
            lambda X, w, b: _s(X @ w),
            hints=("At X = 0 the output should be σ(b). What is yours there?",),
        ),
    ],
    hints=(
        "Two lines: z = …, then σ(z). np.exp works on whole arrays.",
        "X @ w gives one sum a row; b is one number and is added to each.",
    ),
    why="This line runs unchanged with 1, 2 or 228 inputs, and with 1 or a million examples.",
)

# ---------------------------------------------------------------- 4 the gradient


def _gradient_cases():
    rng = np.random.default_rng(4)
    cases = [(np.array([[2.0], [-2.0]]), np.array([1.0, 0.0]), np.array([0.0]), 0.0)]
    for _ in range(40):
        batch, n = rng.integers(2, 9), rng.integers(1, 6)
        X, w = rng.normal(size=(batch, n)).round(2), rng.normal(size=n).round(2)
        cases.append((X, rng.integers(0, 2, batch).astype(float), w, round(float(rng.normal()), 2)))
    return cases


def _error(X, y, w, b):
    return _s(X @ w + b) - y


def _doubly(X, y, w, b):
    p = _s(X @ w + b)
    error = (p - y) * p * (1 - p)
    return X.T @ error / len(y), error.mean()


gradient = FunctionExercise(
    "neuron.4",
    "The gradient",
    reference=lambda X, y, w, b: layers.gradient(X, y, w, b),
    off_limits=[layers.gradient],
    cases=_gradient_cases,
    tolerance=1e-6,
    inputs_named=("X", "y", "w", "b"),
    mistakes=[
        Mistake(
            "the slope of σ counted twice",
            _doubly,
            hints=(
                "Your gradient has a factor p(1 − p) too many. What did the slope of the logarithm cancel?",
                "For cross-entropy the slope of σ is already gone: only p − y is left.",
            ),
        ),
        Mistake(
            "the sum instead of the mean",
            lambda X, y, w, b: (X.T @ _error(X, y, w, b), _error(X, y, w, b).sum()),
            hints=(
                "Your gradient grows with the number of examples. The loss is a mean; what is its gradient?",
                "Divide by the number of examples, for the weights and for the bias.",
            ),
        ),
        Mistake(
            "uphill",
            lambda X, y, w, b: (-X.T @ _error(X, y, w, b) / len(y), -_error(X, y, w, b).mean()),
            hints=("The sign is turned: this points to where the loss falls. Is it p − y or y − p?",),
        ),
        Mistake(
            "no gradient for the bias",
            lambda X, y, w, b: (X.T @ _error(X, y, w, b) / len(y), 0.0),
            hints=("The bias would never move. It is like a weight whose input is always 1.",),
        ),
        Mistake(
            "the sum for the bias, the mean for the weights",
            lambda X, y, w, b: (X.T @ _error(X, y, w, b) / len(y), _error(X, y, w, b).sum()),
            hints=("The weights are right. The bias has the same loss, which is a mean over the examples.",),
        ),
    ],
    hints=(
        "First p, then the error p − y, one number an example.",
        "d_w: each input times the error, averaged over the examples. X.T @ error adds them up.",
    ),
    why="Numbers that a formula gives and numbers that tiny steps give agree: now you may trust the formula.",
)

# ---------------------------------------------------------------- 5 XOR


def _judge_xor(*answer):
    if len(answer) == 1 and callable(answer[0]):
        return _judge_xor_function(answer[0])
    if len(answer) != 2:
        return learning.wrong("Two things were expected, hidden (2 rows of w1, w2, b) and output (v1, v2, c).")
    try:
        hidden, output = (np.asarray(one, dtype=float) for one in answer)
    except (TypeError, ValueError):
        return learning.wrong("Only numbers were expected in hidden and output; something else is among them.")
    if hidden.shape != (2, 3) or output.shape != (3,):
        return learning.wrong(f"Shapes (2, 3) and (3,) were expected; {hidden.shape} and {output.shape} came.")
    if not (np.isfinite(hidden).all() and np.isfinite(output).all()):
        return learning.wrong("One of the numbers is not finite.")
    y = models.two_layers(hidden, output)
    said = "Outputs for none, A, B, both: " + ", ".join(f"{one:.2f}" for one in y) + "."
    wanted = models.XOR == 1
    if np.where(wanted, y > 0.9, y < 0.1).all():
        return learning.right(said)
    if ((y > 0.5) == wanted).all():
        return learning.mistake("right side, but not clear", said)
    if (output[:2] == 0).any() or np.allclose(hidden[0], hidden[1]):
        return learning.mistake("only one hidden neuron at work", said)
    if ((y > 0.5) == np.array([False, True, True, True])).all():
        return learning.mistake("on when both are bound", said)
    if ((y > 0.5) == ~wanted).all():
        return learning.mistake("turned around", said)
    return learning.wrong(f"{int(((y > 0.5) == wanted).sum())} of 4 cases are on the right side. {said}")


def _judge_xor_function(function):
    y = np.array([float(function(*case)) for case in models.TRUTH_TABLE])
    if ((y > 0.5) == (models.XOR == 1)).all():
        return learning.mistake("a new input instead of a hidden layer")
    return learning.wrong(
        "Weights were expected, hidden and output; a function came, and it is not right in all four cases."
    )


xor = JudgedExercise(
    "neuron.5",
    "Exactly one factor",
    judge=_judge_xor,
    mistakes=[
        Mistake(
            "right side, but not clear",
            hints=(
                "All four cases are on the right side. Larger weights make each switch sharper.",
                "Multiply all nine numbers by 2 and look again.",
            ),
        ),
        Mistake(
            "only one hidden neuron at work",
            hints=(
                "Both hidden neurons say the same, or one is not listened to. One neuron alone cannot do it.",
                "Let the first say “at least one is bound” and the second “both are bound”.",
            ),
        ),
        Mistake(
            "on when both are bound",
            hints=(
                "Your network says “at least one”. Which hidden neuron should pull the output down?",
                "A neuron for “both” needs a high threshold, and a negative weight into the output.",
            ),
        ),
        Mistake("turned around", hints=("On where it should be off. Change the signs of v1, v2 and c.",)),
        Mistake(
            "a new input instead of a hidden layer",
            hints=(
                "Well found: a person who builds the right feature, such as A·B, spares the network a layer. That is feature "
                "engineering. Here let two hidden neurons find it: hand in their weights.",
            ),
        ),
    ],
    hints=(
        "“Exactly one” is “at least one, and not both”. Each half is a job for one neuron.",
        "At least one: w1 = w2 = 20, b = −10. Both: the same weights and a bias of −30.",
    ),
    why="The second layer never sees A and B. It sees two new numbers, and in their plane one straight line is enough.",
)

# ---------------------------------------------------------------- 6 the promoter report


def _judge_report(answer):
    wanted = ("errors", "training_errors", "positions")
    if not isinstance(answer, dict):
        return learning.wrong(f"A dictionary with {', '.join(wanted)} was expected; a {type(answer).__name__} came.")
    missing = [key for key in wanted if key not in answer]
    if missing:
        return learning.wrong(f"The dictionary lacks {', '.join(missing)}.")
    try:
        errors, training = float(answer["errors"]), float(answer["training_errors"])
        positions = np.asarray(answer["positions"], dtype=float).ravel()
    except (TypeError, ValueError):
        return learning.wrong("errors and training_errors should be one number each, positions five numbers.")
    if not np.isfinite([errors, training, *positions]).all():
        return learning.wrong("One of the numbers is not finite.")
    return (
        _wrong_errors(errors, training)
        or _wrong_positions(positions)
        or learning.right(
            f"{errors:.0f} errors out of 106 on sequences left out, {training:.0f} on sequences learned from."
        )
    )


def _wrong_errors(errors, training):
    if 0 < errors < 1:
        return learning.mistake("a share instead of a count", f"{errors:.3g} came.")
    if errors == 0:
        return learning.mistake("training errors reported", "0 errors came.")
    most = 12 if data.is_real_available("promoters") else 30
    if errors > 106 - most and errors <= 106:
        return learning.mistake("right answers counted", f"{errors:.0f} came.")
    if errors < 4:
        return learning.wrong(
            f"{errors:.0f} errors are fewer than one neuron makes here if it never sees the left-out sequence."
        )
    if errors > most:
        return learning.wrong(
            f"{errors:.0f} errors are more than expected; at most {most} are. Is C = 1, and X one-hot?"
        )
    if training != 0:
        return learning.wrong(f"On its own training data this neuron makes no error; {training:.0f} came.")
    return None


def _wrong_positions(positions):
    if len(positions) != 5:
        return learning.wrong(f"Five positions were expected; {len(positions)} came.")
    if len(set(positions)) < 5:
        return learning.wrong("A position is named twice.")
    if positions.min() >= 0 and positions.max() > 7:
        return learning.mistake("indices instead of positions")
    if (positions == 0).any():
        return learning.mistake("a position 0")
    known = set(models.POSITIONS.tolist())
    strange = [f"{one:g}" for one in positions if one not in known]
    if strange:
        return learning.wrong(f"Positions run from −50 to −1 and from 1 to 7; {', '.join(strange)} came.")
    inside = [one for one in positions if models.in_a_box(one)]
    fewest = 5 if data.is_real_available("promoters") else 3
    if len(inside) < fewest:
        return learning.mistake(
            "letters in the wrong order", f"{len(inside)} of your five positions lie in the two boxes."
        )
    return None


report = JudgedExercise(
    "neuron.6",
    "The promoter neuron, reported",
    judge=_judge_report,
    mistakes=[
        Mistake(
            "training errors reported",
            hints=(
                "No error at all: that is what the neuron reaches on sequences it has learned from. What does it do on new ones?",
                "evaluation.leave_one_out_errors leaves each sequence out once.",
            ),
        ),
        Mistake(
            "a share instead of a count",
            hints=("A count out of 106 was asked for. With so few sequences a count is the honest form.",),
        ),
        Mistake("right answers counted", hints=("That many are right. How many are wrong?",)),
        Mistake(
            "indices instead of positions",
            hints=(
                "These count from 0 along the array. A molecular biologist counts from the start of transcription.",
                "neuron.POSITIONS[index] translates: index 0 is position −50.",
            ),
        ),
        Mistake(
            "a position 0",
            hints=("There is no position 0: −1 is followed by +1, the first base of the RNA.",),
        ),
        Mistake(
            "letters in the wrong order",
            hints=(
                "Fewer of your positions than expected lie in the −35 and the −10 box. Did you cut the 228 weights into 57 rows of 4?",
                "X has four numbers a position, one after the other: weights.reshape(57, 4), not (4, 57).",
            ),
        ),
    ],
    hints=(
        "wrong.sum() counts the errors of the table; training_errors come from comparing fitted.predict(X) with y.",
        "neuron.strongest_positions(fitted, 5) gives five positions.",
    ),
    why="Nobody told the neuron where RNA polymerase binds. It found the positions of both boxes from 106 labels.",
)

# ---------------------------------------------------------------- 7 the head of a network

head = ValueExercise(
    "neuron.7",
    "The fully connected head",
    expected=[4, 6],
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "the convolution counted",
            [0, 4, 6],
            hints=(
                "Layer 0 has weights, but each of its neurons sees only 7 neighbouring bases.",
                "Fully connected means: every neuron sees every number of the layer before.",
            ),
        ),
        Mistake(
            "the activation counted",
            [4, 5, 6],
            hints=("Layer 5 has no weights: it is the σ of the neurons in layer 4.",),
        ),
        Mistake(
            "the flattening counted",
            [3, 4, 6],
            hints=("Layer 3 only lays a table out as one row; it computes nothing.",),
        ),
        Mistake(
            "only the last layer",
            [6],
            hints=("Layer 6 is right. Is there another one in which each neuron sees everything before it?",),
        ),
        Mistake(
            "layers counted from 1",
            [5, 7],
            hints=("PyTorch prints the number of each layer, beginning with 0.",),
        ),
    ],
    hints=("Look for the layers called Linear.",),
    why="Parts with different jobs are combined: filters that look for motifs, then neurons that weigh what was found.",
)

# ---------------------------------------------------------------- 8 a neuron of your own

own_neuron = CardExercise(
    "neuron.8",
    "A decision of your own as one neuron",
    fields=[
        Field("decision", "which yes-or-no question", min_words=3),
        Field("inputs", "two or more inputs, with units", needs_unit=True),
        Field("signs", "which input pushes up, which down, and why"),
        Field("bias", "what the threshold means in this case"),
        Field("baseline", "a simple rule that a colleague would use instead", min_words=2),
        Field("left_out", "what must be left out together, so that the test is fair"),
    ],
    why="Inputs, signs and a fair test come from the biologist; only the sizes of the weights come from the computer.",
)

# ---------------------------------------------------------------- 9 shuffled labels


def _control_data():
    rng = np.random.default_rng(9)
    X = rng.normal(size=(24, 3)).round(3)
    return X, np.array([1.0] * 10 + [0.0] * 14)


def _rows(X, y=None):
    table = np.asarray(X, float) if y is None else np.column_stack([X, y])
    return sorted(map(tuple, np.round(table, 9).tolist()))


def _judge_control(function):
    if not callable(function):
        return learning.wrong("A function was expected: hand in my_control itself, without parentheses.")
    X, y = _control_data()
    result = function(X.copy(), y.copy(), 1)
    if result is None or result is ... or (isinstance(result, tuple) and any(one is ... for one in result)):
        return Verdict("not attempted", "Replace the `...` with your own answer, then run this cell again.")
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        return learning.wrong("Two things were expected back, the inputs and the labels.")
    try:
        new_X, new_y = (np.asarray(one, dtype=float) for one in result)
    except (TypeError, ValueError):
        return learning.wrong("Arrays of numbers were expected back.")
    if new_X.shape != X.shape or new_y.shape != y.shape:
        return learning.wrong(
            f"Shapes {X.shape} and {y.shape} were expected back; {new_X.shape} and {new_y.shape} came."
        )
    if _rows(new_X) != _rows(X):
        return learning.mistake("inputs mixed up inside")
    if not np.array_equal(np.sort(new_y), np.sort(y)):
        return learning.mistake(
            "new labels drawn", f"{int(new_y.sum())} of 24 labels are 1, there were {int(y.sum())}."
        )
    if np.array_equal(new_y, y) and np.array_equal(new_X, X):
        return learning.mistake("nothing shuffled")
    if _rows(new_X, new_y) == _rows(X, y):
        return learning.mistake("inputs and labels shuffled together")
    again = [function(X.copy(), y.copy(), seed) for seed in (1, 2, 3)]
    same = [np.array_equal(np.column_stack(one), np.column_stack([new_X, new_y])) for one in again]
    if not same[0] or (same[1] and same[2]):
        return learning.mistake("the seed does not decide")
    return learning.right()


control = JudgedExercise(
    "neuron.9",
    "Shuffled labels",
    judge=_judge_control,
    mistakes=[
        Mistake(
            "inputs and labels shuffled together",
            hints=(
                "The order is new, but each sequence still has its own label: nothing was destroyed.",
                "Shuffle only one of the two, y, and leave X as it is.",
            ),
        ),
        Mistake(
            "nothing shuffled",
            hints=("X and y came back as they were. Does rng.permutation return the new order, or change y in place?",),
        ),
        Mistake(
            "new labels drawn",
            hints=("The number of ones changed. A control keeps the labels and only mixes them.",),
        ),
        Mistake(
            "inputs mixed up inside",
            hints=("The rows of X are no longer the same sequences. Only their labels should be mixed.",),
        ),
        Mistake(
            "the seed does not decide",
            hints=("The same seed should give the same order, another seed another one: np.random.default_rng(seed).",),
        ),
    ],
    hints=("Two lines: rng = np.random.default_rng(seed), then return X, rng.permutation(y).",),
    why="Everything about the data stays the same, except that there is nothing left to learn.",
)

# ---------------------------------------------------------------- 10 leave-one-out that leaks (repair)


class _Seen:
    """A dataset whose first column is the row's number, so that every function can tell which rows it saw."""

    def __init__(self):
        rng = np.random.default_rng(10)
        self.y = np.array([1.0, 0.0] * 5)
        self.X = np.column_stack([np.arange(10.0), rng.normal(size=(10, 3)).round(2)])
        self.chosen, self.fitted, self.asked = [], [], []
        self.wrong_rows = {2, 3, 7}  # the pretended model is wrong on these

    def rows_of(self, X):
        numbers = np.atleast_2d(np.asarray(X, float))[:, 0].tolist()
        if any(one not in range(10) for one in numbers):
            raise ValueError("the rows came changed; hand them on as they are")
        return [int(one) for one in numbers]

    def choose(self, X, y, *_, **__):
        self.chosen.append(set(self.rows_of(X)))
        return np.array([0, 2])

    def fit(self, X, y, *_, **__):
        self.fitted.append(set(self.rows_of(X)))
        return self

    def predict(self, X):
        rows = self.rows_of(X)
        for row in rows:
            self.asked.append((row, row in self.chosen[-1] if self.chosen else None, row in self.fitted[-1]))
        return np.array([1 - self.y[row] if row in self.wrong_rows else self.y[row] for row in rows])


def _judge_leave_one_out(function):
    if not callable(function):
        return learning.wrong("A function was expected: hand in my_leave_one_out itself, without parentheses.")
    seen = _Seen()
    result = function(seen.X.copy(), seen.y.copy(), seen.choose, seen.fit)
    if result is None or result is ...:
        return Verdict("not attempted", "Replace the `...` with your own answer, then run this cell again.")
    try:
        result = float(result)
    except (TypeError, ValueError):
        return learning.wrong(f"One number was expected, the count of errors; a {type(result).__name__} came.")
    if not seen.fitted or not seen.asked:
        return learning.wrong("The function never called fit, or never asked the model to predict.")
    if not seen.chosen:
        return learning.mistake("no columns chosen")
    if any(fitted for _, _, fitted in seen.asked):
        return learning.mistake("fitted on the left-out row too")
    if any(chosen for _, chosen, _ in seen.asked):
        row = next(row for row, chosen, _ in seen.asked if chosen)
        return learning.mistake(
            "columns chosen with the left-out row", f"choose had seen row {row} before row {row} was judged."
        )
    if sorted(row for row, _, _ in seen.asked) != list(range(10)):
        return learning.wrong("Each row should be judged exactly once.")
    if any(len(rows) != 9 for rows in seen.fitted):
        return learning.wrong("Each fit should use all rows but one.")
    return _judge_count(result, errors=3)


def _judge_count(result, errors):
    if result == errors:
        return learning.right()
    if result == 10 - errors:
        return learning.mistake("right answers counted")
    if np.isclose(result, errors / 10):
        return learning.mistake("a share instead of a count")
    return learning.wrong(
        f"The model that the check handed in was wrong {errors} times; your function counted {result:g}."
    )


leave_one_out = JudgedExercise(
    "neuron.10",
    "Leave-one-out that leaks",
    judge=_judge_leave_one_out,
    mistakes=[
        Mistake(
            "columns chosen with the left-out row",
            hints=(
                "The model never saw that row, but the choice of columns did. What may see it before it is judged?",
                "Move the line with choose into the loop, and give it only the rows that are left.",
            ),
        ),
        Mistake(
            "fitted on the left-out row too",
            hints=("The model is asked about a row it was fitted on. Which rows belong into fit?",),
        ),
        Mistake(
            "no columns chosen",
            hints=("choose was never called; the function should use 20 columns, chosen without the left-out row.",),
        ),
        Mistake("right answers counted", hints=("You count how often it was right; errors were asked for.",)),
        Mistake("a share instead of a count", hints=("Return the count, not the count divided by the rows.",)),
    ],
    hints=("Which lines use all rows of X? Each of them has seen the row that is left out.",),
    why="Whatever learns from the data, a model, a choice of columns, a scale, learns without the row that judges it.",
)

# ---------------------------------------------------------------- companion: one step of Rosenblatt's rule


def _steps():
    rng = np.random.default_rng(58)
    cases = [
        (np.array([1.0, -1.0]), 0.0, np.array([2.0, 1.0]), 0),
        (np.array([0.0, 0.0]), 0.0, np.array([1.0, 0.0]), 1),
        (np.array([1.0, 0.0]), 0.0, np.array([1.0, 1.0]), 1),
    ]
    for _ in range(30):
        w, x = rng.integers(-3, 4, (2, 3)).astype(float)
        cases.append((w, float(rng.integers(-2, 3)), x, int(rng.integers(0, 2))))
    return cases


def _moved(w, b, x, size):
    return w + size * x, b + size


rosenblatt = FunctionExercise(
    "neuron.b1",
    "One step of Rosenblatt's rule",
    reference=lambda w, b, x, y: layers.rosenblatt_step(w, b, x, y),
    off_limits=[layers.rosenblatt_step],
    cases=_steps,
    tolerance=1e-9,
    inputs_named=("w", "b", "x", "y"),
    mistakes=[
        Mistake(
            "the weights pushed the wrong way",
            lambda w, b, x, y: _moved(w, b, x, float(x @ w + b > 0) - y),
            hints=("After your step the same example is judged even worse. Is it y − prediction or prediction − y?",),
        ),
        Mistake(
            "moved even when it was right",
            lambda w, b, x, y: _moved(w, b, x, 2.0 * y - 1),
            hints=("Your weights move for every example. The rule corrects mistakes only.",),
        ),
        Mistake(
            "corrected only when it was too low",
            lambda w, b, x, y: _moved(w, b, x, float(y == 1 and x @ w + b <= 0)),
            hints=("An example of class 0 that is called 1 is a mistake too. Then the step goes the other way.",),
        ),
        Mistake(
            "the bias forgotten",
            lambda w, b, x, y: (w + (y - float(x @ w + b > 0)) * x, b),
            hints=("The bias stays where it was. It is like a weight whose input is always 1.",),
        ),
        Mistake(
            "no step, only the sum",
            lambda w, b, x, y: _moved(w, b, x, y - float(x @ w + b)),
            hints=("The perceptron answers 0 or 1. Compare y with that answer, not with the sum z.",),
        ),
    ],
    hints=(
        "prediction is 1 where z is above 0, else 0; error is y minus prediction; add error times x to w, and error to b.",
    ),
    why="The rule needs no slope, so it could be built with motors and potentiometers in 1958. Gradient descent needs a slope, but also "
    "learns where no line is free of mistakes.",
)

# ---------------------------------------------------------------- order the lines

_HEAD, _START, _LOOP, _P, _ERROR, _STEP_W, _STEP_B, _RETURN = (
    "def train_neuron(X, y, learning_rate, num_steps):",
    "    w, b = np.zeros(X.shape[1]), 0.0",
    "    for step in range(num_steps):",
    "        p = sigmoid(X @ w + b)",
    "        error = p - y",
    "        w = w - learning_rate * X.T @ error / len(y)",
    "        b = b - learning_rate * error.mean()",
    "    return w, b",
)


order = OrderExercise(
    "neuron.order",
    "Training a neuron",
    lines=[_HEAD, _START, _LOOP, _P, _ERROR, _STEP_W, _STEP_B, _RETURN],
    also_right=[[_HEAD, _START, _LOOP, _P, _ERROR, *steps, _RETURN] for steps in permutations([_STEP_W, _STEP_B])][1:],
    distractors={
        "        w = w + learning_rate * X.T @ error / len(y)": "The error p − y points uphill; a step that adds it makes the "
        "loss grow.",
        "        w, b = np.zeros(X.shape[1]), 0.0": "Inside the loop this would forget at each step what was learned.",
    },
    why="Predict, compare, correct, again and again. Both corrections use the same error.",
    shuffle_seed=5,
)

# ---------------------------------------------------------------- predict, observe, explain

raise_bias = Prediction(
    "neuron.p1",
    question="A neuron has the weights 4 and 4 and the bias −2. You raise the bias to 2. What happens to its decision line?",
    choices={
        "a": "it turns",
        "b": "it stays; only the shades change",
        "c": "it moves parallel, so that more of the plane is switched on",
        "d": "it moves parallel, so that less of the plane is switched on",
    },
    starter="A higher bias means that the weighted sum …",
    explanation="The direction of the line comes from the two weights alone. A higher bias means that less input is needed to lift z above "
    "0, so the line moves parallel and more of the plane lies on its active side. The bias is minus the threshold.",
)

best_of_grid = Prediction(
    "neuron.p2",
    question="A gene is expressed if exactly one of two factors is bound. We try 68,921 neurons, with every combination of w₁, w₂ and b "
    "from −10 to 10 in steps of 0.5. How many of the four cases does the best one get right?",
    low=0,
    high=4,
    unit="of 4 cases",
    starter="No single neuron gets all four, because …",
    explanation="A neuron divides the plane by one straight line. The two cases that should be on lie at opposite corners, and so do the "
    "two that should be off; no straight line has one pair on one side and the other pair on the other. Adding the four conditions "
    "shows it too: w₁ + b > 0 and w₂ + b > 0 add up to w₁ + w₂ + 2b > 0, while b ≤ 0 and w₁ + w₂ + b ≤ 0 add up to the opposite.",
)

from_nothing = Prediction(
    "neuron.p3",
    question="The labels are shuffled: there is nothing to learn, and guessing makes about 53 errors out of 106. A colleague picks the 20 "
    "columns that differ most between the classes, using all 106 sequences, and then does leave-one-out. How many errors does she report?",
    low=0,
    high=106,
    unit="errors out of 106",
    starter="She finds fewer errors than guessing because …",
    explanation="Among 228 columns some differ between any two random groups. By choosing them with all 106 labels in view, she has "
    "used the label of each left-out sequence before it was left out. The choice belongs inside the loop, and there the success disappears.",
)

# ---------------------------------------------------------------- quizzes

warmup = Quiz(
    "neuron.warmup",
    "Warm-up",
    questions=[
        Question(
            "From chapter 1: in ReLU(x + b), what does b = −3 mean?",
            {
                "a": Option("The slope is −3.", "The slope is the weight in front; b only shifts."),
                "b": Option("The term starts to act at x = 3."),
                "c": Option("The output is at least −3.", "ReLU never returns a negative number."),
            },
            key="b",
            why="x + b turns positive at x = 3: minus the bias is a threshold.",
        ),
        Question(
            "From chapter 1: the universal approximation theorem says that a network that fits",
            {
                "a": Option("exists"),
                "b": Option(
                    "is found by training",
                    "Five neurons in chapter 1 were trained five times and missed a fit that was there.",
                ),
                "c": Option(
                    "predicts new data well",
                    "The network that fitted the roots predicted a negative length further on.",
                ),
            },
            key="a",
            why="Existence, training and prediction are three promises; the theorem makes only the first.",
        ),
        Question(
            "A transcription factor at its dissociation constant occupies its site for",
            {
                "a": Option("all of the time", "That would need a far higher concentration."),
                "b": Option("none of the time", "At any concentration above 0 some sites are occupied."),
                "c": Option("half of the time"),
            },
            key="c",
            why="An occupancy goes from 0 to 1 and is one half at the threshold. So does the output of a sigmoid neuron.",
        ),
    ],
)

final_quiz = Quiz(
    "neuron.quiz",
    "Quiz",
    questions=[
        Question(
            "Raising the bias of a sigmoid neuron",
            {
                "a": Option(
                    "makes the curve steeper",
                    "Steepness comes from the weights: multiply them all and the curve sharpens.",
                ),
                "b": Option(
                    "adds a systematic error",
                    "The word is the same, the thing is not: this bias is a threshold, not an error of a measurement.",
                ),
                "c": Option("shifts where it switches on"),
            },
            key="c",
            why="With a higher bias less input is needed to pass z = 0.",
        ),
        Question(
            "Without non-linear activations a network of 100 layers equals",
            {
                "a": Option("one linear layer"),
                "b": Option("a very flexible model", "A sum of sums is a sum: it stays a straight line, however deep."),
                "c": Option(
                    "nothing that could be trained", "It can be trained like any linear model; it only can do no more."
                ),
            },
            key="a",
            why="Multiplying 100 matrices gives one matrix.",
        ),
        Question(
            "A concentration is written in µM instead of mM, so all numbers are 1000 times larger. After fitting again, without a penalty, "
            "the weight is",
            {
                "a": Option("the same", "Then the sum z would be 1000 times larger, and so would be the effect."),
                "b": Option("divided by 1000, and the predictions are the same"),
                "c": Option("multiplied by 1000", "Large numbers need small weights to give the same z."),
            },
            key="b",
            why="The size of a weight depends on the unit; it is not importance.",
        ),
        Question(
            "98 of 106 sequences are classified correctly in leave-one-out. The 95 % interval of the accuracy is about",
            {
                "a": Option("±0.1 percentage points", "That would need some 280,000 sequences."),
                "b": Option("±1 percentage point", "One sequence more or less is already one point."),
                "c": Option("±20 percentage points", "With ten sequences, perhaps; there are 106."),
                "d": Option("±5 percentage points"),
            },
            key="d",
            why="So 8 errors against 10 is no difference.",
        ),
        Question(
            "Which sentence about the weight logo is justified?",
            {
                "a": Option("These positions raise this model's promoter score."),
                "b": Option(
                    "RNA polymerase binds TATAAT because of these weights.",
                    "The weights are a result of 106 labels. What polymerase does, it did before.",
                ),
                "c": Option(
                    "The other positions are biologically irrelevant.",
                    "A position can matter and stay invisible: few sequences, shifted boxes, two positions that say the same.",
                ),
            },
            key="a",
            why="A weight is associated with this model's output on data like these; mechanism needs an experiment.",
        ),
    ],
)

recall = Quiz(
    "neuron.recall",
    "Without looking back",
    questions=[
        Question(
            "The output of a neuron with the inputs x, read aloud, is",
            {
                "a": Option(
                    "the sum of the activations of all weights",
                    "The activation acts once, on the finished sum, not on each weight.",
                ),
                "b": Option("the activation of the weighted sum of the inputs plus the bias"),
                "c": Option(
                    "the weighted sum of the inputs, plus the activation of the bias",
                    "The bias goes inside, with the sum.",
                ),
            },
            key="b",
            why="First the sum and the bias, then σ: one number comes out.",
        ),
        Question(
            "Labels are shuffled, and leave-one-out still reports 25 errors out of 106. You conclude that",
            {
                "a": Option("the model is very good", "There is nothing to learn from shuffled labels."),
                "b": Option(
                    "shuffling did not work",
                    "Possible, but first look for what saw the left-out row before it was judged.",
                ),
                "c": Option("something has seen the left-out labels"),
            },
            key="c",
            why="Guessing makes about 53 errors. What is better than guessing on nothing has leaked.",
        ),
        Question(
            "From chapter 1: why is a simple formula fitted beside every network?",
            {
                "a": Option("without a baseline nobody knows whether the network was needed"),
                "b": Option(
                    "formulas always extrapolate better",
                    "Only where their shape is right: with its plateau hidden the formula failed too.",
                ),
                "c": Option(
                    "networks cannot fit curves", "They can: 64 straight pieces came within 0.02 % of the range."
                ),
            },
            key="a",
            why="Here the baselines were GC content and the perceptron.",
        ),
    ],
)

learning.register(
    by_hand,
    lac,
    forward,
    gradient,
    xor,
    report,
    head,
    own_neuron,
    control,
    leave_one_out,
    rosenblatt,
    order,
    raise_bias,
    best_of_grid,
    from_nothing,
    warmup,
    final_quiz,
    recall,
)
