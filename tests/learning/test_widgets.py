"""Quizzes, predictions and orders as widgets: a button click answers as the plain call would, and is told aloud."""

from __future__ import annotations

import pytest

from bioml_helpers import learning
from bioml_helpers.learning import feedback, progress_file, verbs, widgets
from bioml_helpers.learning.registry import find

ipywidgets = pytest.importorskip("ipywidgets")


def all_of(box, kind):
    """Every widget of a kind inside a box, in reading order."""
    found = [box] if type(box) is kind else []
    for child in getattr(box, "children", ()):
        found += all_of(child, kind)
    return found


def buttons(box, name):
    return [button for button in all_of(box, ipywidgets.Button) if button.description == name]


def choose(box, key):
    """Choose the first option of that key."""
    next(radio for radio in all_of(box, ipywidgets.RadioButtons) if radio.options[0][1] == key).value = key


def spoken(box):
    """What the live regions say."""
    return " ".join(text.value for text in all_of(box, ipywidgets.HTML) if 'aria-live="polite"' in text.value)


@pytest.fixture
def quiz():
    return widgets.quiz_box(find("test.quiz"), verbs.respond)


@pytest.fixture
def order():
    return widgets.order_box(find("test.order"), verbs.respond)


def test_a_quiz_holds_each_question_with_its_options_in_full(quiz):
    radios = all_of(quiz, ipywidgets.RadioButtons)
    assert len(radios) == 3 + 2
    assert radios[1].options == (("b) A network that fits exists", "b"),)


def test_nothing_is_chosen_at_the_start(quiz):
    assert [radio.value for radio in all_of(quiz, ipywidgets.RadioButtons)] == [None] * 5


def test_choosing_another_option_takes_the_first_choice_back(quiz):
    choose(quiz, "a")
    choose(quiz, "c")
    assert [radio.value for radio in all_of(quiz, ipywidgets.RadioButtons)] == [None, None, "c", None, None]


def test_check_without_a_choice_asks_for_one(quiz):
    buttons(quiz, "Check")[0].click()
    assert "Choose an option first" in spoken(quiz)


@pytest.mark.parametrize(("key", "told"), [("b", "✓ Right"), ("a", "That is finding, not existence.")])
def test_a_click_answers_the_question(quiz, key, told):
    choose(quiz, key)
    buttons(quiz, "Check")[0].click()
    assert told in spoken(quiz)
    assert progress_file.record("test.quiz.1").status == ("right" if key == "b" else "mistake")


def test_every_input_has_a_name_for_a_screen_reader(quiz):
    assert all(button.tooltip for button in all_of(quiz, ipywidgets.Button))
    assert all(radio.options for radio in all_of(quiz, ipywidgets.RadioButtons))


def test_a_prediction_by_choice_is_stored_by_a_click():
    box = widgets.predict_box(find("test.pieces"), verbs._keep)
    choose(box, "b")
    buttons(box, "Keep my prediction")[0].click()
    assert progress_file.prediction("test.pieces") == "b"
    assert "4 times" in spoken(box)


def test_a_prediction_by_number_is_stored_by_a_click():
    box = widgets.predict_box(find("test.error"), verbs._keep)
    field = all_of(box, ipywidgets.BoundedFloatText)[0]
    field.value = 0.5
    buttons(box, "Keep my prediction")[0].click()
    assert progress_file.prediction("test.error") == 0.5
    assert "cm" in field.description


def test_a_number_field_keeps_its_bounds():
    learning.register(learning.Prediction("test.share", "Which share?", low=1, high=100, unit="%"))
    field = all_of(widgets.predict_box(find("test.share"), verbs._keep), ipywidgets.BoundedFloatText)[0]
    field.value = 1000
    assert field.value == 100


def test_an_explanation_is_answered_by_the_model_answer():
    box = widgets.explain_box(find("test.pieces"), verbs._explained)
    field = all_of(box, ipywidgets.Textarea)[0]
    field.value = "too short"
    buttons(box, "Show the model answer")[0].click()
    assert "square of its width" not in spoken(box)
    field.value = "The error fell because each piece became half as wide"
    buttons(box, "Show the model answer")[0].click()
    assert "square of its width" in spoken(box)


def lines(box):
    return [
        text.value
        for text in all_of(box, ipywidgets.HTML)
        if "bioml-line" in text.value and "<style>" not in text.value
    ]


def test_a_line_moves_up_and_down_and_is_told(order):
    before = lines(order)
    buttons(order, "↓")[0].click()
    assert lines(order)[:2] == before[1::-1]
    assert "Line 1 is now at place 2" in spoken(order)
    buttons(order, "↑")[1].click()
    assert lines(order) == before


def test_a_line_at_the_end_stays_there(order):
    before = lines(order)
    buttons(order, "↑")[0].click()
    assert lines(order) == before
    assert "at the end already" in spoken(order)


def sort_by_buttons(box, wanted):
    """Bring the lines that begin with `wanted` to the top, by the up buttons alone."""
    for place, begin in enumerate(wanted):
        row = next(n for n, line in enumerate(lines(box)) if begin in line)
        for step in range(row, place, -1):
            buttons(box, "↑")[step].click()


def test_lines_put_in_order_by_buttons_alone_are_right(order):
    wanted = ["loss = ", "optimizer.zero", "loss.backward", "optimizer.step", "do not belong"]
    sort_by_buttons(order, wanted)
    buttons(order, "Check")[0].click()
    assert "✓ Right" in spoken(order)


def test_a_distractor_above_the_divider_is_named(order):
    sort_by_buttons(order, ["loss.forward", "do not belong"])
    buttons(order, "Check")[0].click()
    assert "does not belong here" in spoken(order)


def test_a_typed_order_counts_instead_of_the_moved_lines(order):
    shown = find("test.order").shown
    right = [shown.index(line) + 1 for line in find("test.order").lines]
    all_of(order, ipywidgets.Text)[0].value = ", ".join(map(str, right))
    buttons(order, "Check")[0].click()
    assert "✓ Right" in spoken(order)


def test_an_error_inside_a_click_is_shown_and_not_lost():
    def broken(*_):
        raise RuntimeError("lost otherwise")

    box = widgets.question_box(find("test.choice"), broken)
    choose(box, "a")
    buttons(box, "Check")[0].click()
    assert "lost otherwise" in spoken(box)


def test_what_is_to_be_told_of_the_progress_file_is_told_in_the_widget_too():
    progress_file.path().write_text("{")
    box = widgets.question_box(find("test.choice"), verbs._told(verbs.respond))
    choose(box, "a")
    buttons(box, "Check")[0].click()
    assert "set aside" in spoken(box)


class Shell:
    kernel = object()


@pytest.mark.parametrize(("switch", "there"), [("1", True), ("0", False), ("off", False)])
def test_widgets_can_be_switched_off(monkeypatch, switch, there):
    monkeypatch.setattr(feedback, "shell", lambda: Shell)
    monkeypatch.setenv("BIOML_WIDGETS", switch)
    assert widgets.available() is there


def test_without_a_kernel_there_are_no_widgets():
    assert not widgets.available()


def test_without_ipywidgets_there_are_no_widgets(monkeypatch):
    monkeypatch.setattr(feedback, "shell", lambda: Shell)
    monkeypatch.setattr(widgets.importlib.util, "find_spec", lambda name: None)
    assert not widgets.available()
