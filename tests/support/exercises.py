"""Hold an exercise's check against right and wrong answers; for the tests of every topic.

    from tests.support.exercises import assert_judges, assert_quiz

An answer is handed in as it stands; `Answers(a, b)` hands in several at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bioml_helpers import learning
from bioml_helpers.learning import progress_file
from bioml_helpers.learning.compare import short
from bioml_helpers.learning.exercises import Exercise, FunctionExercise, OrderExercise, ValueExercise
from bioml_helpers.learning.judge_functions import _reference_outputs, cases_of
from bioml_helpers.learning.registry import find
from bioml_helpers.learning.twins import quiz_twin

FEWEST_RIGHT = 3
FEWEST_WRONG = 4


class Answers(tuple):
    """Several answers handed in by one call: ``check(id, a, b)``."""

    def __new__(cls, *answers: Any) -> Answers:
        return super().__new__(cls, answers)


def assert_judges(exercise_id: str, right: Sequence, wrong: Sequence) -> None:
    """Assert that every right answer is right, every wrong one is not, and each known mistake draws its own hint.

    Parameters
    ----------
    exercise_id : str
    right : sequence
        At least 3 right answers, written differently.
    wrong : sequence
        At least 4 wrong answers. The functions (values, lines) of the catalogued mistakes are tried besides; a mistake
        that is recognised by a predicate or a judge must be drawn by one of these.

    Raises
    ------
    AssertionError
        With the exercise, the answer and the verdict that it drew.
    """
    exercise = find(exercise_id)
    assert len(right) >= FEWEST_RIGHT, f"{exercise_id}: give at least {FEWEST_RIGHT} right answers, got {len(right)}"
    assert len(wrong) >= FEWEST_WRONG, f"{exercise_id}: give at least {FEWEST_WRONG} wrong answers, got {len(wrong)}"
    for answer in right:
        _assert_status(exercise_id, answer, {"right"})
    drawn = [_assert_status(exercise_id, answer, {"wrong", "mistake"}) for answer in wrong]
    _assert_stub_is_not_attempted(exercise)
    _assert_mistakes_draw_their_hints(exercise, drawn)
    if isinstance(exercise, FunctionExercise):
        _assert_reference_gains_nothing(exercise)
        _assert_cases_stay_the_same(exercise)


def assert_quiz(quiz_id: str, fewest: int = 1) -> None:
    """Assert that every question can be read and answered, each wrong option with its own feedback.

    Raises
    ------
    AssertionError
        With the question and the option at fault.
    """
    quiz = find(quiz_id)
    items = getattr(quiz, "items", None)
    assert items is not None, f"{quiz_id} is {quiz.kind}, not a quiz"
    assert len(items) >= fewest, f"{quiz_id}: expected at least {fewest} questions, got {len(items)}"
    as_html, as_text = quiz_twin(quiz)
    for item in items:
        assert item.why.strip(), f"{item.id}: the right option has no reason (why)"
        assert item.text in as_text, f"{item.id}: the question is not in the text twin"
        for key, option in item.options.items():
            verdict = _assert_status(item.id, key, {"right"} if key == item.key else {"mistake"})
            said = option.feedback if key != item.key else item.why
            assert said in (verdict.hint, verdict.message), f"{item.id}, option {key}: {said!r} is not shown"
            assert option.text in as_text, f"{item.id}: option {key} is not in the text twin"
    assert "<li>" in as_html, f"{quiz_id}: the HTML twin lists no options"


def _grade(exercise_id: str, answer: Any) -> learning.Verdict:
    return learning.grade(exercise_id, *answer) if isinstance(answer, Answers) else learning.grade(exercise_id, answer)


def _assert_status(exercise_id: str, answer: Any, expected: set[str]) -> learning.Verdict:
    verdict = _grade(exercise_id, answer)
    said = " ".join([verdict.message, verdict.hint, *verdict.notes])
    assert not verdict.check_failed, f"{exercise_id}: the check broke on {_named(answer)}: {said}"
    assert verdict.status in expected, (
        f"{exercise_id}: expected {' or '.join(sorted(expected))} for {_named(answer)}, got {verdict.status}: {said}"
    )
    return verdict


def _named(answer: Any) -> str:
    code = getattr(answer, "__code__", None)
    return short(answer) if code is None else f"{answer.__name__} (line {code.co_firstlineno} of its file)"


def _assert_stub_is_not_attempted(exercise: Exercise) -> None:
    verdict = learning.grade(exercise.id, ...)
    assert verdict.status == "not attempted", f"{exercise.id}: the stub `...` drew {verdict.status}"


def _assert_mistakes_draw_their_hints(exercise: Exercise, drawn: list[learning.Verdict]) -> None:
    hints = {v.mistake: v.hint for v in drawn if v.mistake}
    for known in getattr(exercise, "mistakes", ()):
        tried = _own_answer(exercise, known)
        if tried is not None:
            verdict = _assert_status(exercise.id, tried, {"mistake"})
            assert verdict.mistake == known.name, (
                f"{exercise.id}: the function of the mistake {known.name!r} was taken for {verdict.mistake!r}; "
                "the cases do not tell the two apart"
            )
            hints[known.name] = verdict.hint
        assert known.name in hints, f"{exercise.id}: no wrong answer draws the mistake {known.name!r}"
        assert hints[known.name] == known.hints[0], f"{exercise.id}: {known.name!r} drew {hints[known.name]!r}"
        _assert_hints_grow(exercise, known, tried)
    if isinstance(exercise, OrderExercise):
        for line in exercise.distractors:
            verdict = _assert_status(exercise.id, [exercise.shown.index(line) + 1], {"mistake"})
            hints[line] = verdict.hint
    lures = [hints[name] for name in hints]
    assert len(set(lures)) == len(lures), f"{exercise.id}: two mistakes draw the same hint: {lures}"


def _own_answer(exercise: Exercise, known: learning.Mistake) -> Any:
    """The answer by which a catalogued mistake shows itself, where it carries one."""
    if isinstance(exercise, FunctionExercise):
        return known.wrong
    if isinstance(exercise, ValueExercise) and not callable(known.wrong):
        return known.wrong
    return None


def _assert_hints_grow(exercise: Exercise, known: learning.Mistake, tried: Any) -> None:
    if tried is None or len(known.hints) < 2:
        return
    for _ in known.hints[1:]:
        progress_file.count(exercise.id, learning.grade(exercise.id, tried))
    last = learning.grade(exercise.id, tried)
    assert last.hint == known.hints[-1], f"{exercise.id}: the hint of {known.name!r} does not grow with the tries"


def _assert_reference_gains_nothing(exercise: FunctionExercise) -> None:
    for answer in (exercise.reference, lambda *inputs: exercise.reference(*inputs)):
        verdict = learning.grade(exercise.id, answer)
        assert verdict.status == "wrong", f"{exercise.id}: the course's own function handed in drew {verdict.status}"


def _assert_cases_stay_the_same(exercise: FunctionExercise) -> None:
    first, second = (repr([seen.value for seen in _reference_outputs(exercise, cases_of(exercise))]) for _ in range(2))
    assert first == second, f"{exercise.id}: cases (or reference) differ from call to call; seed them"
