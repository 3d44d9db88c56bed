"""The patience figure says where training stops, in numbers, words and picture."""

from __future__ import annotations

import numpy as np
import pytest

from bioml_helpers import practice
from bioml_helpers.figures.living import twin
from bioml_helpers.practice import curves, figures, pictures
from bioml_helpers.training import History


def texts(figure):
    drawn = twin(figure.draw, figure.figsize)
    return [text.get_text() for axes in drawn.axes for text in axes.texts]


@pytest.mark.parametrize("case", practice.PatienceFigure.golden_cases())
def test_the_numbers_are_those_of_the_courses_early_stopping(case):
    numbers = practice.PatienceFigure.compute(case)
    found = curves.stop(case["runs"][case["curve"]]["validation"], case["patience"])
    assert (numbers["stop"], numbers["kept"], numbers["loss"]) == (found.stop, found.kept, found.loss)
    assert numbers["stops"][case["patience"] - 1] == found.stop
    assert numbers["stops"] == sorted(numbers["stops"])  # more patience never stops earlier
    assert numbers["losses"] == sorted(numbers["losses"], reverse=True)  # and never keeps worse weights


def test_the_words_say_what_is_kept_and_what_was_missed():
    figure = practice.PatienceFigure("two dips", patience=1)
    assert "training stops after epoch 5 of 30; the weights of epoch 4 are kept, validation loss 0.808" in figure.alt()
    assert figure.alt().endswith("0.015 above the lowest of the whole run.")
    figure.patience = 2
    assert figure.alt().endswith("validation loss 0.793, the lowest of the whole run.")
    figure.curve = "still falling"
    assert "training is never stopped" in figure.alt()


def test_the_picture_marks_what_is_never_trained():
    figure = practice.PatienceFigure("smooth", patience=2)
    assert "never trained" in texts(figure)
    figure.curve = "still falling"
    assert "never trained" not in texts(figure)


def test_runs_of_your_own():
    own = History(train_loss=[3.0, 2.0, 1.0], validation_loss=[2.0, 1.0, 3.0])
    figure = practice.PatienceFigure(patience=1, histories={"mine": own})
    assert figure.curve == "mine" and figure.compute(figure.state())["kept"] == 2


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"patience": 0}, "patience: expected a number between 1 and 10"),
        ({"patience": 11}, "patience: expected a number between 1 and 10"),
        ({"curve": "mine"}, "curve: expected one of"),
        ({"histories": {}}, "histories: expected at least one run"),
        ({"histories": {"a": History(train_loss=[1.0])}}, "histories: expected finite validation losses in 'a'"),
    ],
)
def test_bad_states_are_named(change, says):
    with pytest.raises(ValueError, match=says):
        practice.PatienceFigure(**change)


def test_letters_are_large_enough():
    for fig in (twin(practice.PatienceFigure().draw), pictures.eight_curves()):
        for axes in fig.axes:
            labels = [*axes.texts, *axes.get_xticklabels(), *axes.get_yticklabels(), axes.xaxis.label, axes.title]
            assert min(label.get_fontsize() for label in labels) >= 11


def test_every_curve_lies_inside_its_frame():
    for axes, run in zip(pictures.eight_curves().axes, curves.recorded("reading").values(), strict=True):
        low, high = axes.get_ylim()
        assert low < min(*run.train, *run.validation, curves.guess())
        assert high > max(*run.train, *run.validation, curves.guess())


def test_limits_hold_both_losses():
    assert figures.limits({"train": [3, 1], "validation": [2, 4]}) == (1, 4)
    assert np.isfinite(figures.limits(figures._recorded()["smooth"])).all()
