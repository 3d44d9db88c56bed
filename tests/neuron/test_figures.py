"""The living figure of chapter 2 without a browser: its words, its numbers, what it refuses."""

import pytest
import traitlets

from bioml_helpers.neuron import NeuronFigure, figures


def test_its_words_write_the_sum_out():
    figure = NeuronFigure(8, -8, -4, task="lac", case="11")
    assert "lactose 1, glucose 1: z = 8·1 − 8·1 − 4 = −4, so y = 0.02." in figure.alt()
    assert figure.alt().endswith("4 of 4 cases; clear (above 0.9 or below 0.1): 4 of 4.")


def test_the_picture_follows_the_state():
    figure = NeuronFigure()
    before = figure.picture()
    figure.b = 3
    assert figure.picture() != before


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "step", "none"])
@pytest.mark.parametrize("task", figures.TASKS)
def test_each_activation_and_task_can_be_drawn(activation, task):
    assert NeuronFigure(10, -10, 10, activation=activation, task=task, case="01").picture()


@pytest.mark.parametrize(("w1", "w2", "b"), [(4, 4, -2), (-7, 3, 2), (0, 5, -2), (10, 10, -5)])
def test_both_ends_of_the_decision_line_lie_on_it_and_in_the_plane(w1, w2, b):
    ends = figures.decision_line(w1, w2, b)
    for x1, x2 in (ends[:2], ends[2:]):
        assert w1 * x1 + w2 * x2 + b == pytest.approx(0, abs=1e-9)
        assert all(figures.EDGES[0] - 1e-9 <= x <= figures.EDGES[1] + 1e-9 for x in (x1, x2))


def test_the_bias_moves_the_line_without_turning_it():
    one, other = figures.decision_line(4, 4, -2), figures.decision_line(4, 4, -5)
    slopes = [(line[3] - line[1]) / (line[2] - line[0]) for line in (one, other)]
    assert slopes[0] == pytest.approx(slopes[1])


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"w1": 11}, "w1: expected a number between -10 and 10, got 11"),
        ({"b": 0.5}, "b: expected whole numbers"),
        ({"activation": "softmax"}, "activation: expected one of 'sigmoid'"),
        ({"task": "nand"}, "task: expected one of 'lac'"),
        ({"case": "2"}, "case: expected one of '00'"),
    ],
)
def test_bad_input_is_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        NeuronFigure(**wrong)


def test_a_moved_figure_is_checked_too():
    with pytest.raises((ValueError, traitlets.TraitError)):
        NeuronFigure().w2 = 99
