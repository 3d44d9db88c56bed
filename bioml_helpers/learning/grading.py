"""From an answer to a verdict: the judge for its kind of exercise, and the hints that grow with the tries.

A judge never raises because of what the learner did. Should a judge itself break, the learner is told that the check
failed, and no try is counted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from . import calling
from . import progress_file as progress
from .exercises import (
    CardExercise,
    ChoiceExercise,
    Exercise,
    FunctionExercise,
    JudgedExercise,
    OrderExercise,
    Prediction,
    Quiz,
    ValueExercise,
)
from .judge_functions import judge_anything, judge_function
from .judge_texts import judge_card, judge_choice, judge_order
from .judge_values import judge_value
from .registry import find
from .verdict import MISTAKE, NOT_ATTEMPTED, NOT_YET, WRONG, Verdict

_SOLVED = "The solved notebook lies in the folder chapters/solutions, under the same name as this one."
_JUDGES = {
    FunctionExercise: judge_function,
    ValueExercise: judge_value,
    ChoiceExercise: judge_choice,
    CardExercise: judge_card,
    OrderExercise: judge_order,
    JudgedExercise: judge_anything,
}


def grade(exercise_id: str, *answer: Any) -> Verdict:
    """Judge an answer without showing or counting it.

    Parameters
    ----------
    exercise_id : str
        Such as "approximation.2".
    *answer
        What the exercise asks for: a function, a value, an order, an option's key, a dictionary of fields.

    Returns
    -------
    Verdict
        With the hint that the next try would be given.

    Raises
    ------
    UnknownExercise
        If no exercise of that id is registered.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.ValueExercise("demo.half", "A half", 0.5))
    >>> learning.grade("demo.half", 0.7).status
    'wrong'
    """
    exercise = find(exercise_id)
    try:
        verdict = judged(exercise, answer)
        return _with_hints(exercise, verdict, progress.record(exercise_id))
    except (Exception, calling.TooLong) as error:
        reason = calling.error_text(error)
        message = f"This is not your fault. Please report it with the id {exercise_id} and this reason: {reason}"
        return Verdict(NOT_ATTEMPTED, message, check_failed=True)


def judged(exercise: Exercise, answer: tuple) -> Verdict:
    """Return the bare verdict on an answer: no hints, and nothing is caught where the exercise itself is at fault."""
    if not answer or all(one is None or calling.contains_blank(one) for one in answer):
        return Verdict(NOT_ATTEMPTED, NOT_YET if answer else f"Hand in your answer: `{exercise.call}`")
    if isinstance(exercise, Quiz | Prediction):
        return Verdict(NOT_ATTEMPTED, f"{exercise.id} is {exercise.kind}, answered by another call: `{exercise.call}`")
    return next(judge for kind, judge in _JUDGES.items() if isinstance(exercise, kind))(exercise, answer)


def _with_hints(exercise: Exercise, verdict: Verdict, known: progress.Record) -> Verdict:
    """Add the mistake's hint, one step stronger at each try, and from the third failure on where more help is."""
    if verdict.status not in (MISTAKE, WRONG):
        return verdict
    for one in getattr(exercise, "mistakes", ()):
        if one.name == verdict.mistake and not verdict.hint:
            step = min(known.mistakes.get(one.name, 0), len(one.hints) - 1)
            verdict = replace(verdict, hint=one.hints[step], hint_level=step + 1)
    notes = list(verdict.notes)
    tries = known.tries + 1
    if tries >= 3 and getattr(exercise, "hints", ()):
        notes.append(f'A hint is there if you want one: `learning.hint("{exercise.id}")`')
    if tries >= 5 and not isinstance(exercise, ChoiceExercise):
        notes.append(_SOLVED)
    return replace(verdict, notes=tuple(notes))
