"""Values, choices, orders, cards and judged answers: right ones accepted, wrong ones told apart, nothing given away."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import learning


@pytest.mark.parametrize("answer", [3.058, 3.06, "3.06", "3.06 mM", np.float32(3.058), [3.058], np.array([[3.058]])])
def test_a_right_number_is_right_however_it_is_given(answer):
    assert learning.grade("test.dose", answer).status == "right"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (4, "too large"),
        (-1, "too small"),
        (float("nan"), "NaN"),
        (float("inf"), "too large"),
        ("three", "Expected a number in mM"),
        ([3.058, 3.058], "Expected one number in mM, numbers of shape (2,) came"),
        (lambda: 3.058, "parentheses"),
        ({"dose": 3}, "a dictionary"),
        (1j, "is not it"),
    ],
)
def test_a_wrong_number_is_told_what_is_off(answer, told):
    verdict = learning.grade("test.dose", answer)
    assert verdict.status == "wrong"
    assert told in verdict.message
    assert "3.058 is" not in verdict.message


@pytest.mark.parametrize(("answer", "told"), [(3058, "1 000 times too large"), (0.003058, "1 000 times too small")])
def test_a_wrong_unit_is_recognised(answer, told):
    verdict = learning.grade("test.dose", answer)
    assert (verdict.status, verdict.mistake) == ("mistake", "wrong unit")
    assert told in verdict.message
    assert "mM" in verdict.message


@pytest.mark.parametrize(("answer", "name"), [(2.982, "the slope"), (np.log(3.058), "a logarithm")])
def test_a_usual_wrong_value_is_named(answer, name):
    assert learning.grade("test.dose", answer).mistake == name


@pytest.mark.parametrize("answer", [..., None, [..., 2], {"a": ...}])
def test_a_blank_value_is_not_attempted(answer):
    assert learning.grade("test.dose", answer).status == "not attempted"


def test_no_answer_at_all_says_how_to_answer():
    assert 'learning.check("test.dose", your_value)' in learning.grade("test.dose").message


@pytest.fixture
def array_exercise():
    learning.register(learning.ValueExercise("test.doses", "Doses", [0.0, 1.0, 2.0, 4.0], tolerance=1e-6))


@pytest.mark.parametrize(
    "answer", [(0, 1, 2, 4), np.array([0, 1, 2, 4], dtype="int8"), ["0", "1"][:0] + [0.0, 1, 2, 4]]
)
def test_an_array_is_right_as_list_tuple_or_array(array_exercise, answer):
    assert learning.grade("test.doses", answer).status == "right"


def test_a_wrong_array_says_how_much_is_right_and_where_it_is_not(array_exercise):
    message = learning.grade("test.doses", [0, 1, 3, 5]).message
    assert message == "2 of 4 values are right; the first that is not is 3 at index [2]."


def test_values_may_be_handed_in_one_by_one(array_exercise):
    assert learning.grade("test.doses", 0, 1, 2, 4).status == "right"


def test_an_array_of_another_shape_is_told(array_exercise):
    assert (
        "Expected numbers of shape (4,), numbers of shape (3,) came" in learning.grade("test.doses", [0, 1, 2]).message
    )


def test_a_word_is_compared_without_case_and_spaces():
    learning.register(learning.ValueExercise("test.word", "A word", "noise floor"))
    assert learning.grade("test.word", " Noise  floor.").status == "right"
    assert learning.grade("test.word", "bias").status == "wrong"


def test_a_dictionary_of_values_tells_which_are_not_right():
    learning.register(learning.ValueExercise("test.fit", "A fit", {"b": 2.982, "d": 7.793}))
    assert learning.grade("test.fit", {"b": 2.98, "d": 7.79}).status == "right"
    assert learning.grade("test.fit", {"b": 2.98, "d": 1}).message == "1 of 2 parts are right; not yet: 'd'."


# --- choices -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["b", "B", " b) ", "A network that fits exists"])
def test_an_option_may_be_named_by_key_or_text(answer):
    assert learning.grade("test.quiz.1", answer).status == "right"


@pytest.mark.parametrize(("key", "told"), [("a", "finding, not existence"), ("c", "generalising")])
def test_each_wrong_option_has_its_own_feedback(key, told):
    verdict = learning.grade("test.quiz.1", key)
    assert (verdict.status, verdict.mistake) == ("mistake", key)
    assert told in verdict.hint


@pytest.mark.parametrize("answer", ["z", 3, ["a"], ""])
def test_an_option_that_does_not_exist_is_no_attempt(answer):
    verdict = learning.grade("test.quiz.1", answer)
    assert verdict.status == "not attempted"
    assert "a, b, c" in verdict.message


# --- orders ------------------------------------------------------------------------------------------------------


def numbers_of(*lines):
    from bioml_helpers.learning.registry import find

    shown = find("test.order").shown
    return [next(n for n, line in enumerate(shown, 1) if line.startswith(begin)) for begin in lines]


RIGHT_ORDER = ("loss = ", "optimizer.zero", "loss.backward", "optimizer.step")
OTHER_ORDER = ("optimizer.zero", "loss = ", "loss.backward", "optimizer.step")


@pytest.mark.parametrize("order", [RIGHT_ORDER, OTHER_ORDER])
@pytest.mark.parametrize(
    "form", [list, tuple, np.array, lambda n: ",".join(map(str, n)), lambda n: " ".join(map(str, n))]
)
def test_each_right_order_is_right_in_each_form(order, form):
    assert learning.grade("test.order", form(numbers_of(*order))).status == "right"


def test_the_first_wrong_line_is_named():
    verdict = learning.grade("test.order", numbers_of("loss = ", "loss.backward", "optimizer.zero", "optimizer.step"))
    assert verdict.status == "wrong"
    assert "The first line is right." in verdict.message
    assert "`loss.backward()`, can't come at place 2" in verdict.message


def test_a_distractor_is_named_with_its_reason():
    verdict = learning.grade("test.order", numbers_of("loss = ", "optimizer.zero", "loss.forward"))
    assert verdict.status == "mistake"
    assert "`loss.forward()`, does not belong" in verdict.message
    assert "no forward" in verdict.hint


def test_an_order_that_stops_early_is_told_how_many_are_missing():
    assert "2 more to place" in learning.grade("test.order", numbers_of("loss = ", "optimizer.zero")).message


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("1,1,2", "more than once"),
        ("1,9", "There is no line 9"),
        ("one, two", "Give the line numbers"),
        ([1.5], "Give the line numbers"),
        (lambda: 1, "Give the line numbers"),
        ("", "Give the line numbers"),
        ([], "Give the line numbers"),
        ([[1], [1, 2]], "Give the line numbers"),
    ],
)
def test_an_order_that_cannot_be_read_is_told(answer, told):
    verdict = learning.grade("test.order", answer)
    assert (verdict.status, verdict.check_failed) == ("wrong", False)
    assert told in verdict.message


def test_lines_are_shuffled_the_same_way_each_time_and_never_in_order():
    lines = [f"line {n}" for n in range(3)]
    for seed in range(30):
        one, two = (learning.OrderExercise("test.shuffle", "", lines, shuffle_seed=seed) for _ in range(2))
        assert one.shown == two.shown != lines


# --- cards -------------------------------------------------------------------------------------------------------

GOOD = {"inputs": "glucose concentration from 0 to 20 mM", "noise": "different batches"}


def test_a_complete_card_is_right_and_shows_the_model():
    verdict = learning.grade("test.card", GOOD)
    assert verdict.status == "right"
    assert any("ferulic acid" in note for note in verdict.notes)


@pytest.mark.parametrize(
    "text",
    [
        "dose in mM",
        "dose in µM",
        "length in cm",
        "rate in counts/min",
        "mass in mg/l",
        "a ratio, no unit",
        "heat in °C",
    ],
)
def test_a_unit_is_found(text):
    assert learning.grade("test.card", GOOD | {"inputs": text}).status == "right"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"inputs": ""}, "`inputs` is empty"),
        ({"inputs": "…"}, "`inputs` is empty"),
        ({"inputs": "dose mM"}, "at least 3 words, 2 came"),
        ({"inputs": "the dose of it"}, "names no unit"),
        ({"noise": "noise noise noise"}, "at least 2 words, 1 came"),
        ({"domain": "0 to 20 mM"}, "no field 'domain'"),
    ],
)
def test_an_incomplete_card_says_what_is_missing(change, told):
    verdict = learning.grade("test.card", GOOD | change)
    assert verdict.status == "wrong"
    assert told in verdict.message


def test_a_usual_mistake_in_a_card_is_named():
    assert learning.grade("test.card", GOOD | {"noise": "no noise"}).mistake == "noise that is none"


@pytest.mark.parametrize("card", [{"inputs": "", "noise": "..."}, {"inputs": ..., "noise": "x"}, {}])
def test_an_empty_card_is_not_attempted(card):
    assert learning.grade("test.card", card).status == "not attempted"


def test_a_card_that_is_no_dictionary_is_told():
    assert (
        "Expected a dictionary with the fields inputs, noise; a text came" in learning.grade("test.card", "mM").message
    )


# --- judged ------------------------------------------------------------------------------------------------------


def test_a_judge_may_say_right_wrong_or_name_a_mistake():
    assert learning.grade("test.floor", 5.18).message == "The floor is respected."
    assert learning.grade("test.floor", 7.0).status == "wrong"
    assert learning.grade("test.floor", 4.0).hint == "No function of dose can do that."


def test_a_learners_error_inside_a_judge_is_told_as_the_learners():
    learning.register(learning.JudgedExercise("test.run", "Run", judge=lambda function: function(1) == 2))

    def mine(x):
        return x / 0

    verdict = learning.grade("test.run", mine)
    assert (verdict.status, verdict.check_failed) == ("wrong", False)
    assert "ZeroDivisionError" in verdict.message


def test_a_judge_that_breaks_is_told_as_ours():
    assert learning.grade("test.floor", "five").check_failed


def test_a_judge_that_answers_nonsense_is_told_as_ours():
    learning.register(learning.JudgedExercise("test.nonsense", "", judge=lambda answer: 42))
    assert learning.grade("test.nonsense", 1).check_failed
