"""The harness that other rooms' tests use passes a sound exercise and fails each kind of unsound one."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import learning
from bioml_helpers.learning import Mistake
from tests.support.exercises import Answers, assert_judges, assert_quiz

RIGHT = [lambda x, f: x * f + 1, lambda x, f: [v * f + 1 for v in x], lambda x, f: np.multiply(x, f) + 1.0]
WRONG = [lambda x, f: x, lambda x, f: 0, lambda x, f: x * f + 2, 7]


def test_a_sound_function_exercise_passes():
    assert_judges("test.scaled", RIGHT, WRONG)


def test_a_sound_value_exercise_passes():
    assert_judges("test.dose", [3.058, 3.06, "3.06"], [1, np.log(3.058), "x", float("nan")])


def test_a_sound_choice_passes():
    assert_judges("test.choice", ["a", "A", "2"], ["b", "c", "B", "3"])


def test_a_sound_order_passes():
    from bioml_helpers.learning.registry import find

    order = find("test.order")
    right = [order.shown.index(line) + 1 for line in order.lines]
    text = ",".join(map(str, right))
    assert_judges("test.order", [right, tuple(right), text], [right[::-1], right[:2], "9", right[1:]])


def test_a_sound_judged_exercise_passes():
    assert_judges("test.floor", [5.18, 5.19, 5.4], [4.0, 7, 8, Answers(9)])


def test_a_sound_quiz_passes():
    assert_quiz("test.quiz", fewest=2)


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (RIGHT[:2], WRONG, "at least 3 right"),
        (RIGHT, WRONG[:3], "at least 4 wrong"),
        ([*RIGHT, WRONG[0]], WRONG, "expected right for <lambda>"),
        (RIGHT, [*WRONG, RIGHT[0]], "expected mistake or wrong"),
    ],
)
def test_too_few_answers_or_a_wrong_verdict_fails(right, wrong, told):
    with pytest.raises(AssertionError, match=told):
        assert_judges("test.scaled", right, wrong)


DOUBLE = [lambda x: x + x, lambda x: 2 * x, lambda x: np.multiply(x, 2)]
NOT_DOUBLE = [lambda x: 0, lambda x: -1, lambda x: x**3 + 7, lambda x: 5]


@pytest.mark.parametrize(
    ("mistakes", "told"),
    [
        ([Mistake("square", lambda x: x * x, "h")], "expected mistake"),  # 2 * 2 == 2 ** 2, the only case
        ([Mistake("four plus", lambda x: x, "h"), Mistake("same", lambda x: x + 0, "g")], "do not tell the two apart"),
    ],
)
def test_cases_that_do_not_tell_a_mistake_apart_fail(register_function, mistakes, told):
    register_function(lambda x: x * 2, [(2,)], mistakes=mistakes)
    with pytest.raises(AssertionError, match=told):
        assert_judges("test.own", DOUBLE, NOT_DOUBLE)


def test_cases_without_a_seed_fail(register_function):
    register_function(lambda x: x * 2, lambda: [(np.random.default_rng().normal(),)])
    with pytest.raises(AssertionError, match="seed them"):
        assert_judges("test.own", DOUBLE, NOT_DOUBLE)


def test_a_check_that_breaks_fails(register_function):
    register_function(lambda x: 1 / 0, [(2,)])
    with pytest.raises(AssertionError, match="the check broke"):
        assert_judges("test.own", DOUBLE, NOT_DOUBLE)


def test_a_mistake_that_no_answer_draws_fails():
    with pytest.raises(AssertionError, match="no wrong answer draws the mistake 'below the floor'"):
        assert_judges("test.floor", [5.18, 5.19, 5.4], [6, 7, 8, 9])


def test_a_quiz_whose_right_option_has_no_reason_fails():
    options = {"a": learning.Option("2"), "b": learning.Option("3", "No.")}
    learning.register(learning.Quiz("test.bare", "", [learning.Question("1 + 1?", options, "a")]))
    with pytest.raises(AssertionError, match="has no reason"):
        assert_quiz("test.bare")
