"""Judge a value: a number, an array, a word. What is off about it is said; the right one is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from . import calling
from .compare import close, described, difference, holds_blank, kind_of, plain, short
from .exercises import Mistake, ValueExercise
from .verdict import MISTAKE, NOT_ATTEMPTED, NOT_YET, RIGHT, WRONG, Verdict, one_answer


def judge_value(exercise: ValueExercise, answer: tuple) -> Verdict:
    expected = plain(exercise.expected() if callable(exercise.expected) else exercise.expected)
    given = one_answer(answer)
    if callable(given) and not hasattr(given, "__array__"):
        return Verdict(WRONG, f"Expected a value, {kind_of(given)} came. Did you forget the parentheses that call it?")
    came = _read_value(given, expected, exercise.unit)
    if isinstance(came, Verdict):
        return came
    looked_at = "" if isinstance(expected, str) else f"your value, compared within {exercise.tolerance:g} (relative)"
    if _values_agree(expected, came, exercise.tolerance):
        return Verdict(RIGHT, exercise.why, looked_at=looked_at)
    for known in exercise.mistakes:
        if is_mistake(known, given, came, exercise.tolerance):
            return Verdict(MISTAKE, known.name, known.name, looked_at=looked_at)
    return replace(_value_differs(expected, came, exercise), looked_at=looked_at)


def _read_value(given: Any, expected: Any, unit: str) -> Any:
    """The answer in its plain form; a number may be typed as text, with its unit."""
    outcome = calling.call(lambda: plain(given), (), seconds=1)
    if outcome.error is not None:
        return Verdict(WRONG, f"Your answer could not be read: {calling.error_text(outcome.error)}.")
    came = outcome.value
    if isinstance(came, str) and isinstance(expected, np.ndarray) and expected.ndim == 0:
        text = came.strip().removesuffix(unit).strip() if unit else came.strip()
        try:
            return np.array(float(text))
        except ValueError:
            return Verdict(WRONG, f"Expected a number{_in(unit)}, the text {short(came)} came.")
    if holds_blank(came):
        return Verdict(NOT_ATTEMPTED, NOT_YET)
    if isinstance(came, np.ndarray) and isinstance(expected, np.ndarray) and expected.ndim == 0 and came.size == 1:
        return came.reshape(())
    return came


def _in(unit: str) -> str:
    return f" in {unit}" if unit else ""


def _values_agree(expected: Any, came: Any, tolerance: float) -> bool:
    if isinstance(expected, str):
        return isinstance(came, str) and words_of(came) == words_of(expected)
    return difference(expected, came, tolerance) is None


def words_of(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .")


def is_mistake(known: Mistake, given: Any, came: Any, tolerance: float) -> bool:
    if callable(known.wrong):
        outcome = calling.call(known.wrong, (given,), seconds=0.5)
        return outcome.error is None and isinstance(outcome.value, bool | np.bool_) and bool(outcome.value)
    return known.wrong is not None and _values_agree(plain(known.wrong), came, tolerance)


def _value_differs(expected: Any, came: Any, exercise: ValueExercise) -> Verdict:
    """Say what is off about a value, without giving the right one away."""
    unit = exercise.unit
    if isinstance(expected, str):
        return Verdict(WRONG, f"That is not it: {described(came)} came.")
    if isinstance(expected, np.ndarray):
        if not isinstance(came, np.ndarray) or came.dtype.kind not in "biufc":
            return Verdict(WRONG, f"Expected {_form(expected)}{_in(unit)}, {described(came)} came.")
        if came.shape != expected.shape:
            return Verdict(WRONG, f"Expected {_form(expected)}{_in(unit)}, {_form(came)} came.")
        if np.isnan(came.astype(complex)).any():
            return Verdict(
                WRONG, "Your answer holds NaN (not a number): look for 0/0, or the logarithm of a negative number."
            )
        return _numbers_differ(expected, came, exercise)
    if isinstance(expected, tuple | Mapping):
        return Verdict(WRONG, _parts_differ(expected, came, exercise.tolerance))
    return Verdict(WRONG, f"That is not it: {described(came)} came.")


def _form(value: np.ndarray) -> str:
    return "one number" if value.ndim == 0 else f"numbers of shape {value.shape}"


def _numbers_differ(expected: np.ndarray, came: np.ndarray, exercise: ValueExercise) -> Verdict:
    for factor in (1e3, 1e-3, 1e6, 1e-6):
        if np.any(expected != 0) and _values_agree(np.asarray(expected * factor), came, exercise.tolerance):
            size = f"{max(factor, 1 / factor):,.0f}".replace(",", " ")
            way = "large" if factor > 1 else "small"
            message = f"Your answer is {size} times too {way}: check the unit" + (
                f" (expected: {exercise.unit})." if exercise.unit else "."
            )
            return Verdict(MISTAKE, message, "wrong unit")
    if expected.ndim == 0:
        if np.iscomplexobj(came) or np.iscomplexobj(expected):
            return Verdict(WRONG, f"{short(came)} is not it.")
        way = "large" if came > expected else "small"
        return Verdict(WRONG, f"{short(came)}{' ' + exercise.unit if exercise.unit else ''} is too {way}.")
    good = close(expected, came, exercise.tolerance)
    where = ", ".join(str(int(i)) for i in np.argwhere(~good)[0])
    value = short(came[tuple(np.argwhere(~good)[0])])
    return Verdict(
        WRONG,
        f"{int(good.sum())} of {good.size} values are right; the first that is not is {value} at index [{where}].",
    )


def _parts_differ(expected: tuple | Mapping, came: Any, tolerance: float) -> str:
    if isinstance(came, np.ndarray) and came.ndim:
        came = tuple(came)
    if type(came) is not type(expected) or len(came) != len(expected):
        return f"Expected {described(expected)}, {described(came)} came."
    keys = list(expected) if isinstance(expected, Mapping) else range(len(expected))
    if isinstance(expected, Mapping) and set(came) != set(expected):
        return f"Expected {described(expected)}, {described(came)} came."
    wrong = [key for key in keys if difference(expected[key], came[key], tolerance)]
    names = ", ".join(repr(key) if isinstance(expected, Mapping) else str(key + 1) for key in wrong)
    return f"{len(keys) - len(wrong)} of {len(keys)} parts are right; not yet: {names}."
