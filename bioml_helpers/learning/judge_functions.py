"""Judge a function: run it on every case, compare, and recognise the usual mistakes by what they compute."""

from __future__ import annotations

import inspect
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import calling
from .compare import Strange, described, difference, holds_blank, kind_of, plain, short, size_of
from .exercises import FunctionExercise, JudgedExercise, Mistake
from .verdict import MISTAKE, NOT_ATTEMPTED, NOT_YET, RIGHT, WRONG, CheckBroken, Verdict

_OURS = (
    "This is the course's own function, or calls it. That shows nothing about yours, so it gains nothing here: "
    "write the lines yourself."
)


@dataclass
class _Seen:
    """One output in the form that is compared, or the error in its place."""

    value: Any = None
    error: BaseException | None = None
    unusable: str = ""  # why the exercise's view could not use the output
    raw: Any = None
    items: int | None = None  # how many things, where a tuple came


def judge_function(exercise: FunctionExercise, answer: tuple) -> Verdict:
    function = answer[0]
    if len(answer) != 1 or not callable(function):
        return Verdict(WRONG, _no_function(exercise, answer))
    ours = calling.codes([exercise.reference, *exercise.off_limits])
    if calling.is_ours(function, ours):
        return Verdict(WRONG, _OURS)
    cases = cases_of(exercise)
    unfit = _parameters_unfit(exercise, function, cases[0])
    if unfit:
        return Verdict(WRONG, unfit)
    if calling.is_empty(function):
        return Verdict(NOT_ATTEMPTED, NOT_YET)
    wanted = _reference_outputs(exercise, cases)
    return _judge_outputs(exercise, function, cases, wanted, ours)


def _judge_outputs(exercise, function, cases, wanted, ours) -> Verdict:
    """Run the learner's function over all cases, then say which of the verdicts it is."""
    names = _input_names(exercise)
    seen: list[_Seen] = []
    changes = None
    deadline = time.monotonic() + exercise.seconds
    for case in cases:
        outcome = calling.call(function, case, seconds=deadline - time.monotonic(), ours=ours)
        if outcome.imported:
            deadline = time.monotonic() + exercise.seconds
        if outcome.used_ours:
            return Verdict(WRONG, _OURS)
        if outcome.too_long:
            return Verdict(WRONG, _too_long(exercise, calling.named(case, names, short)))
        if outcome.error is not None and calling.has_blank_inside(outcome.error):
            return Verdict(NOT_ATTEMPTED, f"A blank is still open in your function. {NOT_YET}")
        seen.append(_view(exercise, outcome, case, wanted[len(seen)]))
        if holds_blank(seen[-1].raw):
            return Verdict(NOT_ATTEMPTED, NOT_YET)
        if outcome.changed_input and changes is None:
            changes = calling.named(case, names, short)
        if isinstance(outcome.error, KeyboardInterrupt | SystemExit):
            return _first_difference(exercise, function, cases, wanted, seen, names)
    notes = () if changes is None else (_changed(changes),)
    if all(_same(one, other, exercise.tolerance) for one, other in zip(wanted, seen, strict=True)):
        return Verdict(RIGHT, exercise.why, looked_at=_looked_at(cases, exercise), notes=notes)
    named = _which_mistake(exercise, cases, wanted, seen)
    if named:
        return Verdict(MISTAKE, named.name, named.name, looked_at=_looked_at(cases, exercise), notes=notes)
    return replace(_first_difference(exercise, function, cases, wanted, seen, names), notes=notes)


def cases_of(exercise: FunctionExercise) -> list[tuple]:
    """All cases, smallest first, so that the first difference is the smallest."""
    raw = exercise.cases() if callable(exercise.cases) else exercise.cases
    cases = [calling.as_arguments(case) for case in raw]
    if not cases:
        raise CheckBroken("the exercise has no cases")
    return sorted(cases, key=lambda case: (size_of(case), sum(len(short(value)) for value in case)))


def _input_names(exercise: FunctionExercise) -> list[str]:
    if exercise.inputs_named:
        names = exercise.inputs_named
        return [names] if isinstance(names, str) else list(names)
    try:
        return list(inspect.signature(exercise.reference).parameters)
    except (TypeError, ValueError):
        return []


def _no_function(exercise: FunctionExercise, answer: tuple) -> str:
    if len(answer) != 1:
        return f"Expected one function, {len(answer)} things came: `{exercise.call}`"
    return (
        f"Expected your function itself, {kind_of(answer[0])} came. "
        f"Hand in its name without parentheses: `{exercise.call}`"
    )


def _parameters_unfit(exercise: FunctionExercise, function: Any, case: tuple) -> str:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind(*case)
    except TypeError:
        takes = list(signature.parameters)
        names = _input_names(exercise)[: len(case)] or [f"input {n}" for n in range(1, len(case) + 1)]
        return f"Your function takes {_listed(takes)}; it is called with {_listed(names)}, in this order."
    return ""


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "no parameters"
    return f"{len(names)} parameter{'s' if len(names) > 1 else ''} ({', '.join(names)})"


def _reference_outputs(exercise: FunctionExercise, cases: list[tuple]) -> list[_Seen]:
    wanted = []
    for case in cases:
        seen = _view(exercise, calling.call(exercise.reference, case, seconds=10), case, None)
        if seen.error is not None or seen.unusable:
            reason = seen.unusable or calling.error_text(seen.error)
            raise CheckBroken(f"the reference failed for {short(case)}: {reason}")
        wanted.append(seen)
    return wanted


def _view(exercise: FunctionExercise, outcome: calling.Outcome, case: tuple, wanted: _Seen | None) -> _Seen:
    """The output in its plain form, and as the exercise's view sees it."""
    if outcome.error is not None:
        return _Seen(error=outcome.error)
    made_plain = calling.call(lambda: plain(outcome.value), (), seconds=1)
    if made_plain.error is not None:
        return _Seen(unusable=f"the output could not be read ({calling.error_text(made_plain.error)})")
    raw = made_plain.value
    items = len(raw) if isinstance(raw, tuple) or (isinstance(raw, np.ndarray) and raw.ndim) else None
    if exercise.view is None or holds_blank(raw):
        return _Seen(value=raw, raw=raw)
    if wanted is not None and wanted.items not in (None, items):
        return _Seen(unusable=f"expected {wanted.items} things (a tuple), came {items or described(raw)}", raw=raw)
    viewed = calling.call(lambda: plain(exercise.view(outcome.value, *map(calling.fresh, case))), (), seconds=1)
    if viewed.error is not None:
        reason = calling.error_text(viewed.error)
        example = "" if wanted is None else f" Expected {_alike(wanted.raw)}, came {_alike(raw)}."
        return _Seen(unusable=f"your output could not be used ({reason}).{example}".removesuffix("."), raw=raw)
    return _Seen(value=viewed.value, raw=raw, items=items if isinstance(outcome.value, tuple) else None)


def _alike(raw: Any) -> str:
    """The form of an output without its values."""
    if isinstance(raw, tuple):
        return "(" + ", ".join(_alike(item) for item in raw[:6]) + ")"
    if isinstance(raw, np.ndarray):
        return "a number" if raw.ndim == 0 else f"shape {raw.shape}"
    return described(raw) if isinstance(raw, Strange) or raw is None else kind_of(raw)


def _same(one: _Seen, other: _Seen, tolerance: float) -> bool:
    if one.error is not None or other.error is not None:
        return type(one.error) is type(other.error)
    if one.unusable or other.unusable:
        return one.unusable == other.unusable
    return difference(one.value, other.value, tolerance) is None


def _which_mistake(exercise: FunctionExercise, cases, wanted, seen) -> Mistake | None:
    """The first catalogued mistake whose own function gives what the learner's gave, on every case."""
    for known in exercise.mistakes:
        for case, mine, right in zip(cases, seen, wanted, strict=True):
            theirs = _view(exercise, calling.call(known.wrong, case, seconds=1), case, right)
            if not _same(theirs, mine, exercise.tolerance):
                break
        else:
            return known
    return None


def _first_difference(exercise, function, cases, wanted, seen, names) -> Verdict:
    for case, expected, mine in zip(cases, wanted, seen, strict=False):
        inputs = calling.named(case, names, short)
        if mine.error is not None:
            return Verdict(WRONG, _raised(mine.error, function, inputs))
        reason = mine.unusable or difference(expected.value, mine.value, exercise.tolerance)
        if reason and mine.raw is None and not mine.unusable:
            reason = "your function returns nothing (None); does it end with `return`?"
        if reason:
            return Verdict(WRONG, f"For {inputs}: {reason}.", looked_at=_looked_at(cases, exercise))
    raise CheckBroken("a difference was seen and then not found again")


def _raised(error: BaseException, function: Any, inputs: str) -> str:
    where = calling.own_line(error, function)
    if where is None:
        line = ""
    else:
        line = f", in line {where[0]} of your code" + (f": `{where[1]}`" if where[1] else "")
    return f"Your function stopped with {calling.error_text(error)} (for {inputs}{line})."


def _too_long(exercise: FunctionExercise, inputs: str) -> str:
    return (
        f"Your function was stopped after {exercise.seconds:g} seconds (for {inputs}). "
        "Does a loop never end, or does it take a step at a time where one array operation would do?"
    )


def _changed(inputs: str) -> str:
    return (
        f"Careful: your function changes the input it is given (for {inputs}). "
        "Who calls it loses their data: work on a copy."
    )


def _looked_at(cases: Sequence, exercise: FunctionExercise) -> str:
    cases_word = "1 case" if len(cases) == 1 else f"{len(cases)} cases"
    return f"{cases_word}, outputs compared within {exercise.tolerance:g} (relative)"


def judge_anything(exercise: JudgedExercise, answer: tuple) -> Verdict:
    outcome = calling.call(lambda: exercise.judge(*answer), (), seconds=exercise.seconds)
    if outcome.too_long:
        return Verdict(WRONG, f"Your answer was stopped after {exercise.seconds:g} seconds: does a loop never end?")
    if outcome.error is not None:
        return _judge_raised(exercise, outcome.error, answer)
    verdict = outcome.value
    if isinstance(verdict, Verdict):
        return replace(verdict, message=exercise.why) if verdict.is_right and not verdict.message else verdict
    if isinstance(verdict, bool | np.bool_):
        return Verdict(RIGHT, exercise.why) if verdict else Verdict(WRONG, "That is not it yet.")
    if isinstance(verdict, str):
        return Verdict(WRONG, verdict)
    raise CheckBroken(f"the judge returned {kind_of(verdict)}, not a Verdict")


def _judge_raised(exercise: JudgedExercise, error: BaseException, answer: tuple) -> Verdict:
    """The learner's error if it arose in the learner's own code; else the judge is at fault."""
    if calling.has_blank_inside(error):
        return Verdict(NOT_ATTEMPTED, f"A blank is still open. {NOT_YET}")
    for one in answer:
        if callable(one) and calling.own_line(error, one):
            return Verdict(WRONG, _raised(error, one, "what the check tried"))
    raise CheckBroken(calling.error_text(error))
