"""What a notebook calls prints a question, an answer, a hint; predictions are stored and shown beside what came."""

from __future__ import annotations

import re

import pytest

from bioml_helpers import learning
from bioml_helpers.learning import feedback, progress_file
from bioml_helpers.learning.verdict import Verdict


@pytest.fixture
def said(capsys):
    def read(call, *args, **how):
        capsys.readouterr()
        assert call(*args, **how) is None
        return capsys.readouterr().out

    return read


def test_hints_grow_with_each_call_and_stop_at_the_last(said):
    shown = [said(learning.hint, "test.scaled") for _ in range(3)]
    assert ["Begin with one value." in shown[0], "Multiply, then shift." in shown[1]] == [True, True]
    assert shown[1] == shown[2]


def test_an_exercise_without_hints_says_so(said):
    assert "no further hints" in said(learning.hint, "test.card")


def test_the_right_answer_reads_the_same_however_many_tries_it_took(said):
    first = said(learning.check, "test.dose", 3.058)
    for _ in range(6):
        learning.check("test.dose", 2.982)
    assert said(learning.check, "test.dose", 3.058) == first


def test_a_quiz_without_widgets_shows_every_option_and_the_call_that_answers(said):
    shown = said(learning.quiz, "test.quiz")
    assert "a) Training finds a good fit" in shown
    assert 'learning.answer("test.quiz.2", "a")' in shown


def test_an_answered_quiz_marks_the_right_option_only_and_gives_the_reasons(said):
    shown = said(learning.quiz, "test.quiz", answers=True)
    first = shown.split("\n2. ")[0]
    assert re.findall(r"✓ (\w)\)", first) == ["b"]
    assert "It speaks of existence only." in first and "That is generalising." in first
    assert "learning.answer(" not in shown
    assert "✓ a) 2" in said(learning.quiz, "test.choice", answers=True)


def test_an_order_answered_shows_the_right_order_and_why_the_others_do_not_belong(said):
    lines = said(learning.order, "test.order", answers=True).split("\n")
    assert [one.strip() for one in lines[1:5]] == [
        "loss = loss_fn(model(X), y)",
        "optimizer.zero_grad()",
        "loss.backward()",
        "optimizer.step()",
    ]
    assert any("loss.forward()" in one and "A loss has no forward" in one for one in lines[5:])


def test_an_explanation_answered_is_the_model_answer(said):
    shown = said(learning.explain, "test.pieces", answers=True)
    assert "grows with the square of its width" in shown and "Answer:" not in shown


def test_one_question_alone_can_be_asked(said):
    assert "1 + 1?" in said(learning.quiz, "test.choice")


def test_an_answer_says_right_or_its_own_feedback(said):
    assert "It speaks of existence only." in said(learning.answer, "test.quiz.1", "b")
    assert "That is generalising." in said(learning.answer, "test.quiz.1", "c")


def test_an_order_without_an_answer_shows_the_numbered_lines(said):
    shown = said(learning.order, "test.order")
    assert re.search(r"^\d  optimizer.step\(\)$", shown, re.MULTILINE)
    assert "Lines that do not belong (1) are left out" in shown


def test_a_prediction_is_stored_and_shown_beside_the_observation(said):
    assert "a) 2 times" in said(learning.predict, "test.pieces", "2 times")
    shown = said(learning.observe, "test.pieces", "4 times")
    assert "You predicted: a) 2 times" in shown
    assert "Observed: b) 4 times" in shown
    assert "Not what you predicted" in shown


@pytest.mark.parametrize(
    ("predicted", "observed", "told"),
    [
        (2, 4, "2 times your prediction"),
        (4, 4.1, "within 5 %"),
        (0, 3, "differs from your prediction by 3"),
        ("0.5 cm", 0.5, "You predicted: 0.5 cm"),
    ],
)
def test_a_number_predicted_is_set_beside_the_number_observed(said, predicted, observed, told):
    learning.predict("test.error", predicted)
    assert told in said(learning.observe, "test.error", observed)


def test_observe_goes_on_without_a_prediction(said):
    shown = said(learning.observe, "test.error", 0.52, "cm")
    assert "No prediction is stored" in shown
    assert "Observed: 0.52 cm" in shown


@pytest.mark.parametrize("value", ["maybe", float("nan"), [1, 2], object()])
def test_a_prediction_that_cannot_be_read_is_told_and_not_stored(said, value):
    assert "Predict with a number" in said(learning.predict, "test.error", value)
    assert progress_file.prediction("test.error") is None


def test_a_prediction_that_is_no_option_is_told(said):
    assert "Predict with one of a, b" in said(learning.predict, "test.pieces", "z")


def test_a_short_explanation_is_asked_for_more_and_gets_no_model_answer(said):
    shown = said(learning.explain, "test.pieces", "because of the square")
    assert "4 words came" in shown
    assert "The error fell because …" in shown
    assert "square of its width" not in shown


def test_eight_times_the_same_word_is_no_explanation(said):
    assert "different ones" in said(learning.explain, "test.pieces", "word " * 8)


def test_an_explanation_is_answered_by_the_model_answer(said):
    shown = said(learning.explain, "test.pieces", "The error fell because each piece became half as wide")
    assert "square of its width" in shown


@pytest.mark.parametrize("text", [None, ...])
def test_explain_without_a_text_asks_for_one(said, text):
    assert 'learning.explain("test.pieces", "your sentence")' in said(learning.explain, "test.pieces", text)


def test_later_cells_go_on_with_the_learners_function_once_it_is_right(said):
    def mine(x, factor):
        return x * factor + 1

    assert learning.mine_or_ours("test.scaled", mine) is mine


def test_later_cells_go_on_with_the_courses_function_until_then(capsys):
    function = learning.mine_or_ours("test.scaled", lambda x, factor: ...)
    assert function([1], 2) == [3]
    assert "not attempted yet" in capsys.readouterr().out


# --- how it looks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("right", "✓ Right"),
        ("wrong", "✗ Not yet"),
        ("mistake", "! A usual mistake"),
        ("not attempted", "○ Not attempted yet"),
    ],
)
def test_the_status_is_told_by_symbol_and_words_in_both_twins(status, words):
    as_html, as_text = feedback.render(Verdict(status, "said"), "test.dose")
    assert words in as_html
    assert as_text.startswith(words)
    assert 'role="status"' in as_html


def test_a_broken_check_asks_to_be_reported():
    verdict = learning.grade("test.floor", "five")
    assert "! This check itself failed, please report" in feedback.render(verdict, "test.floor")[1]


def test_what_a_learner_wrote_is_escaped():
    as_html, _ = feedback.render(Verdict("wrong", "came <script>alert(1)</script> `<b>`"), "test.dose")
    assert "<script>" not in as_html
    assert "<code>&lt;b&gt;</code>" in as_html


def luminance(colour):
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("page", ["#ffffff", "#111111"])
@pytest.mark.parametrize(
    "colour", [*(look[2] for look in feedback.LOOKS.values()), feedback.BROKEN[2], feedback.PLAIN_BAR]
)
def test_the_bar_keeps_a_contrast_of_three_in_light_and_dark(colour, page):
    low, high = sorted([luminance(colour), luminance(page)])
    assert (high + 0.05) / (low + 0.05) >= 3


def test_text_has_no_colour_of_its_own_so_that_it_follows_the_theme():
    as_html, _ = feedback.render(Verdict("wrong", "said"), "test.dose")
    assert re.findall(r"[^-]color:\s*([^;\"]+)", as_html) == ["inherit"]


def test_a_console_that_knows_no_check_mark_still_gets_the_words(monkeypatch):
    import io
    import sys

    narrow = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", narrow)
    learning.check("test.dose", 3.058)
    narrow.flush()
    assert b"? Right" in narrow.buffer.getvalue()
