"""Exercises that answer: checks that know the usual mistakes, hints that grow, quizzes, predictions, progress.

In a notebook::

    from bioml_helpers import learning
    from bioml_helpers.approximation import exercises  # registers the chapter's exercises

    learning.check("approximation.2", my_function)
"""

from __future__ import annotations

from .cards import ApplicationCard, show_card
from .exercises import (
    CardExercise,
    ChoiceExercise,
    Exercise,
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
)
from .forms import CardForm, card_form
from .grading import grade
from .registry import UnknownExercise, register, registered
from .source import show_source
from .verbs import answer, check, explain, forget_progress, hint, mine_or_ours, observe, order, predict, quiz
from .verbs import show_progress as progress
from .verdict import Verdict, mistake, right, wrong
from .words import glossary

retrieval = quiz

__all__ = [
    "ApplicationCard",
    "CardExercise",
    "CardForm",
    "ChoiceExercise",
    "Exercise",
    "Field",
    "FunctionExercise",
    "JudgedExercise",
    "Mistake",
    "Option",
    "OrderExercise",
    "Prediction",
    "Question",
    "Quiz",
    "UnknownExercise",
    "ValueExercise",
    "Verdict",
    "answer",
    "card_form",
    "check",
    "explain",
    "forget_progress",
    "glossary",
    "grade",
    "hint",
    "mine_or_ours",
    "mistake",
    "observe",
    "order",
    "predict",
    "progress",
    "quiz",
    "register",
    "registered",
    "retrieval",
    "right",
    "show_card",
    "show_source",
    "wrong",
]
