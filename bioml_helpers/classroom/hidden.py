"""The hidden test: an answer is judged once more, with inputs that the learner has not seen.

Other inputs come from the exercise itself. Where its cases are drawn at random, they are drawn from another stream;
where they are written down, they are varied a little. A value, a card or a choice has no inputs: it is judged as it is.
"""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np

from bioml_helpers.learning import FunctionExercise, JudgedExercise, Verdict, calling
from bioml_helpers.learning.grading import judged
from bioml_helpers.learning.judge_functions import cases_of
from bioml_helpers.learning.registry import find

PATIENCE = 6.0  # a class is graded on a machine that may be busy: so much more time than the visible check gives

# Judged with the visible inputs, for another one might have no answer, or two: attention.6's numbers are chosen so that
# there is one, cnn.3's so that no two sites are equally good; the others are whole numbers or labels, all written down.
SAME_INPUTS = frozenset({"attention.4", "attention.6", "autoencoder.b6", "cnn.3", "cnn.b5"})


class Failed(AssertionError):
    """A hidden test that was not passed; nbgrader gives no point for it."""


def judge(exercise_id: str, *answer: Any, seed: int = 1, seconds: float = PATIENCE) -> Verdict:
    """Judge an answer with other inputs than the visible check.

    Parameters
    ----------
    exercise_id : str
    *answer
        What the exercise asks for.
    seed : int
        Which other inputs.
    seconds : float
        Time for the learner's functions.

    Returns
    -------
    Verdict

    Raises
    ------
    UnknownExercise
        If no exercise of that id is registered.
    ValueError
        If `seed` is not a whole number from 1 to 2³² − 1; 0 would be the visible check's own inputs.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> twice = learning.FunctionExercise("demo.hidden_two", "Twice", lambda x: 2 * x, [(1.0,), (2.0,)])
    >>> learning.register(twice)
    >>> judge("demo.hidden_two", lambda x: x + x, seed=5).status
    'right'
    >>> judge("demo.hidden_two", lambda x: {1.0: 2.0, 2.0: 4.0}.get(x), seed=5).status  # learned by heart
    'wrong'
    """
    if not isinstance(seed, int) or not 1 <= seed < 2**32:
        raise ValueError(f"seed: expected a whole number from 1 to 4294967295, got {seed!r}.")
    exercise = find(exercise_id)
    if isinstance(exercise, FunctionExercise):
        return judged(replace(exercise, cases=other_cases(exercise, seed), seconds=seconds), answer)
    if not isinstance(exercise, JudgedExercise):
        return judged(exercise, answer)
    patient = replace(exercise, seconds=seconds)
    verdict = judged(patient, answer)
    if verdict.is_right and exercise_id not in SAME_INPUTS and any(map(callable, answer)):
        with other_numbers(seed):
            verdict = judged(patient, answer)
    return verdict


def demand(exercise_id: str, *answer: Any, seed: int = 1) -> None:
    """Raise `Failed` where the hidden test is not passed; this is what an assignment's test cells call.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.ValueExercise("demo.hidden_third", "A third", 1 / 3))
    >>> demand("demo.hidden_third", 0.3333)
    >>> demand("demo.hidden_third", 0.4)
    Traceback (most recent call last):
    ...
    bioml_helpers.classroom.hidden.Failed: demo.hidden_third: wrong. ...
    """
    verdict = judge(exercise_id, *answer, seed=seed)
    if not verdict.is_right:
        raise Failed(told(exercise_id, verdict))


def told(exercise_id: str, verdict: Verdict) -> str:
    """Return what a learner is told of a failed hidden test: the verdict in words."""
    named = f"{verdict.mistake}. " if verdict.mistake and verdict.mistake != verdict.message else ""
    return f"{exercise_id}: {verdict.status}. {named}{verdict.message}"


def other_cases(exercise: FunctionExercise, seed: int) -> list[tuple]:
    """Return the cases of the hidden test; some are not among the visible ones, but for `SAME_INPUTS`."""
    visible = cases_of(exercise)
    if exercise.id in SAME_INPUTS:
        return visible
    with other_numbers(seed):
        found = cases_of(exercise)
    known = set(map(repr, visible))
    if all(repr(case) in known for case in found):
        found = [*found, *_varied(exercise, found, np.random.default_rng(seed))]
    return found


@contextlib.contextmanager
def other_numbers(seed: int) -> Iterator[None]:
    """Draw other numbers in the body: each seed that code asks for there is mixed with this one."""
    plain = np.random.default_rng

    def mixed(asked: Any = None) -> np.random.Generator:
        return plain([seed, zlib.crc32(repr(asked).encode())]) if asked is None or np.isscalar(asked) else plain(asked)

    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(np.random, "default_rng", mixed))
        for patch in _torch_patches(seed):
            stack.enter_context(patch)
        yield


def _torch_patches(seed: int) -> list:
    import sys

    torch = sys.modules.get("torch")
    if torch is None:
        return []
    plain = torch.manual_seed

    class Mixed(torch.Generator):
        def manual_seed(self, asked: int) -> torch.Generator:
            return super().manual_seed(asked + 1000003 * seed)

    return [
        mock.patch.object(torch, "manual_seed", lambda asked: plain(asked + 1000003 * seed)),
        mock.patch.object(torch, "Generator", Mixed),
    ]


def _varied(exercise: FunctionExercise, cases: Sequence[tuple], rng: np.random.Generator) -> list[tuple]:
    """Return cases near the given ones for which the reference has a finite answer."""
    made = []
    for case in cases:
        for _ in range(3):
            other = tuple(_shrunk(value, rng) for value in case)
            outcome = calling.call(exercise.reference, other, seconds=2)
            if outcome.error is None and _finite(outcome.value):
                made.append(other)
    return made


def _shrunk(value: Any, rng: np.random.Generator) -> Any:
    """Return a value of the same kind a little nearer to 0 (so shares stay shares), or a text in another order."""
    if isinstance(value, float):
        return value * float(rng.uniform(0.8, 1))
    if isinstance(value, str):
        return "".join(rng.permutation(list(value))) if value else value
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value * rng.uniform(0.8, 1, value.shape)
    if hasattr(value, "detach") and value.is_floating_point():
        return value.detach() * float(rng.uniform(0.8, 1))
    if type(value) in (list, tuple):
        return type(value)(_shrunk(item, rng) for item in value)
    return value


def _finite(value: Any) -> bool:
    try:
        return bool(np.isfinite(np.asarray(value, dtype=float)).all())
    except (TypeError, ValueError):
        return value is not None
