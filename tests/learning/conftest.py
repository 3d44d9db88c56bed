"""Exercises of our own to try the checks on, registered afresh for each test."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import learning
from bioml_helpers.learning import registry


def scaled(x, factor):
    """Right: scales and shifts."""
    return np.asarray(x) * factor + 1


def forgot_the_shift(x, factor):
    return np.asarray(x) * factor


def added_the_factor(x, factor):
    return np.asarray(x) + factor + 1


SCALED = learning.FunctionExercise(
    "test.scaled",
    "Scale and shift",
    scaled,
    cases=[(np.array([1.0, 2.0, 4.0]), 3.0), (np.array([2.0]), 5.0), (np.arange(40.0), -2.0)],
    mistakes=[
        learning.Mistake("forgot the shift", function=forgot_the_shift, hints=("What comes last?", "Add one.")),
        learning.Mistake("added the factor", function=added_the_factor, hints=("Read the word scale.", "Multiply.")),
    ],
    hints=("Begin with one value.", "Multiply, then shift."),
    why="Scaling and shifting is all a linear neuron does.",
)

DOSE = learning.ValueExercise(
    "test.dose",
    "A dose",
    3.058,
    unit="mM",
    mistakes=[
        learning.Mistake("the slope", value=2.982, hints=("That is b.", "Look for e.")),
        learning.Mistake("a logarithm", lambda answer: np.isclose(answer, np.log(3.058)), hints=("Undo the log.",)),
    ],
    hints=("It is the dose of the half effect.",),
    why="Half of the effect is reached there.",
)

QUIZ = learning.Quiz(
    "test.quiz",
    "Two questions",
    [
        learning.Question(
            "What does the theorem promise?",
            {
                "a": learning.Option("Training finds a good fit", "That is finding, not existence."),
                "b": learning.Option("A network that fits exists"),
                "c": learning.Option("New data are predicted <well>", "That is generalising."),
            },
            "b",
            why="It speaks of existence only.",
        ),
        learning.Question(
            "Twice the pieces?",
            {"a": learning.Option("half the error", "Count the square."), "b": learning.Option("a quarter")},
            "b",
            why="The error of a piece falls with its square.",
        ),
    ],
)

ORDER = learning.OrderExercise(
    "test.order",
    "A training step",
    ["loss = loss_fn(model(X), y)", "optimizer.zero_grad()", "loss.backward()", "optimizer.step()"],
    distractors={"loss.forward()": "A loss has no forward; it was computed by calling loss_fn."},
    also_right=[["optimizer.zero_grad()", "loss = loss_fn(model(X), y)", "loss.backward()", "optimizer.step()"]],
    shuffle_seed=3,
    hints=("What must be there before backward?",),
    why="Gradients are emptied, computed, used.",
)

PIECES = learning.Prediction(
    "test.pieces",
    "Twice the pieces: by how much does the error fall?",
    choices=["2 times", "4 times"],
    explanation="The error of a piece grows with the square of its width.",
    starter="The error fell because …",
)

ERROR = learning.Prediction("test.error", "How large is the error?", unit="cm", explanation="As large as the noise.")

CARD = learning.CardExercise(
    "test.card",
    "Your own process",
    fields=[
        learning.Field("inputs", "What goes in?", needs_unit=True),
        learning.Field("noise", "Where does noise come from?", min_words=2),
    ],
    model={"inputs": "Dose of ferulic acid, 0 to 30 mM", "noise": "biological variation"},
    mistakes=[
        learning.Mistake("noise that is none", lambda card: card.get("noise") == "no noise", hints=("Measure twice.",))
    ],
)

CHOICE = learning.ChoiceExercise(
    "test.choice",
    "A choice",
    "1 + 1?",
    {"a": learning.Option("2"), "b": learning.Option("3", "Too many."), "c": learning.Option("1", "Too few.")},
    "a",
    why="Two.",
)


def judge_floor(answer):
    if answer < 5.17:
        return learning.mistake("below the floor")
    return answer < 6 or learning.wrong("That fits worse than the curve of four parameters.")


FLOOR = learning.JudgedExercise(
    "test.floor",
    "The noise floor",
    judge_floor,
    mistakes=[learning.Mistake("below the floor", hints=("No function of dose can do that.", "Look at the shapes."))],
    why="The floor is respected.",
)


@pytest.fixture(autouse=True)
def own_exercises(monkeypatch):
    """The exercises above, and no others, in a registry that is thrown away afterwards."""
    monkeypatch.setattr(registry, "_ITEMS", {})
    monkeypatch.setattr(registry, "_ORIGIN", {})
    monkeypatch.delenv("BIOML_WIDGETS", raising=False)
    learning.register(SCALED, DOSE, QUIZ, ORDER, PIECES, ERROR, CARD, CHOICE, FLOOR)


@pytest.fixture
def register_function():
    """Register a function exercise "test.own" with the given reference and cases."""

    def register(reference, cases, **more):
        learning.register(learning.FunctionExercise("test.own", "Own", reference, cases, **more))

    return register
