"""A function exercise accepts every right answer, names the usual mistakes, and shows the smallest difference."""

from __future__ import annotations

from functools import partial, wraps

import numpy as np
import pytest

from bioml_helpers import learning
from bioml_helpers.learning import progress_file

SCALED = "test.scaled"


def as_list(x, factor):
    return [value * factor + 1 for value in x]


def as_tuple(x, factor):
    return tuple(as_list(x, factor))


def as_float32(x, factor):
    return np.asarray(x, dtype=np.float32) * np.float32(factor) + np.float32(1)


def as_objects(x, factor):
    return np.array(as_list(x, factor), dtype=object)


def as_series(x, factor):
    pandas = pytest.importorskip("pandas")
    return pandas.Series(as_list(x, factor))


class Callable:
    def __call__(self, x, factor):
        return as_list(x, factor)


RIGHT = [as_list, as_tuple, as_float32, as_objects, as_series, Callable(), lambda x, factor: np.add(x * factor, 1)]


@pytest.mark.parametrize("answer", RIGHT)
def test_a_right_answer_is_right_however_it_is_written(answer):
    assert learning.grade(SCALED, answer).status == "right"


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
def test_a_torch_tensor_with_gradients_is_right(dtype):
    torch = pytest.importorskip("torch")
    kind = getattr(torch, dtype)

    def answer(x, factor):
        weight = torch.tensor(factor, dtype=kind, requires_grad=True)
        return torch.tensor(x, dtype=kind) * weight + 1

    assert learning.grade(SCALED, answer).status == "right"


def test_the_right_answer_hears_why_it_matters():
    assert "linear neuron" in learning.grade(SCALED, as_list).message


def test_a_check_says_what_it_looked_at():
    assert learning.grade(SCALED, as_list).looked_at.startswith("3 cases")


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (lambda x, factor: [v * factor for v in x], "forgot the shift"),
        (lambda x, factor: x + factor + 1, "added the factor"),
    ],
)
def test_a_usual_mistake_is_named_however_it_is_written(answer, name):
    verdict = learning.grade(SCALED, answer)
    assert (verdict.status, verdict.mistake) == ("mistake", name)


def test_a_mistake_that_stops_with_an_error_is_named_too(register_function):
    def reads_past_the_end(x):
        return x[len(x)]

    past = learning.Mistake("reads past the end", function=reads_past_the_end, hints="Counting starts at 0.")
    register_function(lambda x: x[-1], [([1, 2],), ([3],)], mistakes=[past])
    assert learning.grade("test.own", lambda x: x[len(x)]).mistake == "reads past the end"


def test_the_hint_of_a_mistake_grows_with_each_try():
    def mine(x, factor):
        return x * factor

    hints = []
    for _ in range(3):
        verdict = learning.grade(SCALED, mine)
        progress_file.count(SCALED, verdict)
        hints.append(verdict.hint)
    assert hints == ["What comes last?", "Add one.", "Add one."]


def test_a_second_mistake_begins_with_its_own_first_hint():
    progress_file.count(SCALED, learning.grade(SCALED, lambda x, factor: x * factor))
    assert learning.grade(SCALED, lambda x, factor: x + factor + 1).hint == "Read the word scale."


def test_grading_alone_counts_no_try():
    for _ in range(2):
        verdict = learning.grade(SCALED, lambda x, factor: x * factor)
    assert verdict.hint_level == 1


def test_the_third_failure_offers_a_hint_and_the_fifth_the_solved_notebook():
    offers = []
    for _ in range(5):
        verdict = learning.grade(SCALED, lambda x, factor: x)
        progress_file.count(SCALED, verdict)
        offers.append(" ".join(verdict.notes))
    assert ["learning.hint" in text for text in offers] == [False, False, True, True, True]
    assert ["solutions" in text for text in offers] == [False, False, False, False, True]


def test_the_smallest_case_that_differs_is_shown(register_function):
    register_function(lambda x: sum(x), [([1, 2, 3, 4, 5],), ([2, 3],), ([1],)])
    message = learning.grade("test.own", lambda x: sum(x) if len(x) < 2 else 0).message
    assert message == "For x = [2, 3]: expected 5, came 0."


def test_values_that_differ_late_are_shown_with_enough_digits(register_function):
    register_function(lambda x: x, [(1.0,)])
    assert learning.grade("test.own", lambda x: x + 2e-6).message == "For x = 1: expected 1, came 1.000002."


def test_a_long_output_is_shown_short_with_the_first_index_that_differs(register_function):
    register_function(lambda n: np.arange(n), [(50,)])
    message = learning.grade("test.own", lambda n: np.where(np.arange(n) == 7, -1, np.arange(n))).message
    assert "index [7]: expected 7, came -1" in message
    assert len(message) < 250


def test_a_wrong_shape_is_told_and_that_the_numbers_agree():
    message = learning.grade(SCALED, lambda x, factor: (x * factor + 1)[:, None]).message
    assert "expected shape (1,), came shape (1, 1); the numbers agree" in message


def test_a_nan_is_named():
    assert "NaN" in learning.grade(SCALED, lambda x, factor: x * np.nan).message


def test_a_nan_that_is_expected_is_right(register_function):
    register_function(lambda x: np.array([np.nan, x]), [(1.0,)])
    assert learning.grade("test.own", lambda x: [float("nan"), 1]).status == "right"


def test_small_numbers_are_held_to_a_tolerance_of_their_own_size(register_function):
    register_function(lambda x: x * 1e-9, [(3.0,)])
    assert learning.grade("test.own", lambda x: x * 1.01e-9).status == "wrong"


def test_a_large_neighbour_does_not_hide_a_wrong_small_value(register_function):
    register_function(lambda x: np.array([1e6, 0.5]) * x, [(1.0,)])
    assert learning.grade("test.own", lambda x: np.array([1e6, 0.6]) * x).status == "wrong"


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda x: (x, [x, x]), "right"),
        (lambda x: [x, np.array([x, x])], "right"),
        (lambda x: (x,), "wrong"),
        (lambda x: x, "wrong"),
        (lambda x: (x, [x, x + 1]), "wrong"),
    ],
)
def test_a_tuple_of_outputs_is_compared_item_by_item(register_function, answer, status):
    register_function(lambda x: (x, np.array([x, x])), [(2.0,)])
    assert learning.grade("test.own", answer).status == status


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (lambda x: {"b": [x], "a": x}, "right"),
        (lambda x: {"a": x, "b": np.array([x], dtype="float32")}, "right"),
        (lambda x: {"a": x}, "wrong"),
        (lambda x: {"a": x, "b": [0]}, "wrong"),
        (lambda x: [x, [x]], "wrong"),
    ],
)
def test_a_dictionary_of_outputs_is_compared_key_by_key(register_function, answer, status):
    register_function(lambda x: {"a": x, "b": [x]}, [(2.0,)])
    assert learning.grade("test.own", answer).status == status


def test_texts_are_compared_exactly(register_function):
    register_function(lambda x: x[::-1], [("ACGT",)])
    assert learning.grade("test.own", lambda x: "".join(reversed(x))).status == "right"
    assert "'TGCA'" in learning.grade("test.own", lambda x: x).message


def test_a_view_accepts_outputs_that_mean_the_same(register_function):
    register_function(lambda a, b: (a, b), [(2.0, 3.0)], view=lambda out, a, b: out[0] + out[1])
    assert learning.grade("test.own", lambda a, b: [b, a]).status == "right"
    assert learning.grade("test.own", lambda a, b: (a, a)).status == "wrong"


def test_an_output_that_the_view_cannot_use_is_told(register_function):
    register_function(lambda a: (a, a), [(2.0,)], view=lambda out, a: out[0] + out[1])
    assert "expected 2 things (a tuple), came 3" in learning.grade("test.own", lambda a: (a, a, a)).message


# --- not attempted -----------------------------------------------------------------------------------------------


def stub_ellipsis(x, factor):
    """To be written."""
    ...


def stub_pass(x, factor):
    pass


def stub_returns_blank(x, factor):
    return ...


def stub_not_implemented(x, factor):
    raise NotImplementedError


def stub_with_a_blank_inside(x, factor):
    total = ...
    return total + factor


def stub_tuple_of_blanks(x, factor):
    return ..., ...


STUBS = [
    ...,
    None,
    stub_ellipsis,
    stub_pass,
    stub_returns_blank,
    stub_not_implemented,
    stub_with_a_blank_inside,
    stub_tuple_of_blanks,
]


@pytest.mark.parametrize("answer", STUBS)
def test_a_stub_is_not_attempted_yet(answer):
    assert learning.grade(SCALED, answer).status == "not attempted"


def test_a_stub_counts_no_try():
    learning.check(SCALED, stub_ellipsis)
    assert progress_file.record(SCALED).tries == 0


def test_a_forgotten_return_is_told():
    def answer(x, factor):
        x = x * factor

    assert "does it end with `return`" in learning.grade(SCALED, answer).message


# --- the course's own function -----------------------------------------------------------------------------------


def ours(x, factor):
    from bioml_helpers.learning.registry import find

    return find(SCALED).reference(x, factor)


def _wrapped(function):
    @wraps(function)
    def inner(*args):
        return function(*args)

    return inner


def _own(form):
    from bioml_helpers.learning.registry import find

    reference = find(SCALED).reference
    return {
        "itself": reference,
        "partial": partial(reference),
        "decorated": _wrapped(reference),
        "called inside": ours,
        "called at the end of a list": lambda x, factor: [reference(x, factor)][0],
        "bound to an object": type("Mine", (), {"go": lambda self, x, factor: reference(x, factor)})().go,
    }[form]


FORMS = ["itself", "partial", "decorated", "called inside", "called at the end of a list", "bound to an object"]


@pytest.mark.parametrize("form", FORMS)
def test_the_courses_own_function_gains_nothing(form):
    verdict = learning.grade(SCALED, _own(form))
    assert verdict.status == "wrong"
    assert "course's own function" in verdict.message


def test_a_layer_of_ours_called_from_a_module_gains_nothing(register_function):
    class Layer:
        def __call__(self, x):
            return self.forward(x)

        def forward(self, x):
            return 2 * x

    layer = Layer()
    register_function(layer, [(2,)])
    assert learning.grade("test.own", lambda x: Layer()(x)).status == "wrong"
    assert learning.grade("test.own", lambda x: x + x).status == "right"


def test_a_library_function_is_nobodys_secret(register_function):
    register_function(np.interp, [(0.5, [0, 1], [0, 2])])
    assert learning.grade("test.own", lambda x, xp, fp: np.interp(x, xp, fp)).status == "right"


# --- the exercise itself at fault --------------------------------------------------------------------------------


def test_a_check_that_breaks_says_so_and_blames_nobody(register_function):
    register_function(lambda x: 1 / 0, [(1,)])
    verdict = learning.grade("test.own", lambda x: x)
    assert verdict.check_failed
    assert "ZeroDivisionError" in verdict.message


def test_cases_may_come_from_a_seeded_function(register_function):
    register_function(lambda x: x.sum(), lambda: [(np.random.default_rng(0).normal(size=n),) for n in (1, 5)])
    assert learning.grade("test.own", lambda x: sum(x)).status == "right"
