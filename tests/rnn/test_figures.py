"""Panel 4c shows what torch computes, and what a changed base does; the binding figure reads what is typed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from bioml_helpers import rnn
from bioml_helpers.data import encode
from bioml_helpers.figures.living import twin
from bioml_helpers.rnn import figures, models

SEQUENCE = "CTGATTGA"


def networks():
    own = [rnn.RNNCell(4, 3, seed=seed) for seed in range(8)]
    for cell in own:
        for parameter in cell.parameters:
            parameter *= 2
    head = {"v": np.array([1.5, -2.0, 0.75]), "c": -0.25}
    return {"tied": SimpleNamespace(cells=own[:1], **head), "untied": SimpleNamespace(cells=own, **head)}


def words_of(figure):
    return [text.get_text() for axes in twin(figure.draw).axes for text in axes.texts]


@pytest.mark.parametrize("direction", ["forward", "backward"])
@pytest.mark.parametrize(("position", "letter"), [(1, "C"), (4, "C"), (8, "T")])
def test_each_step_shows_what_torch_computes(direction, position, letter):
    given = networks()
    figure = rnn.UnrolledFigure(given, SEQUENCE, position=position, letter=letter, direction=direction)
    changed = SEQUENCE[: position - 1] + letter + SEQUENCE[position:]
    X = torch.tensor(encode.one_hot([changed], channels_first=False)).double()
    layer = models.copy_into_torch(given["tied"].cells[0], rnn.make_layer(4, 3, kind="rnn"))
    hidden = layer(X if direction == "forward" else X.flip(1))[0][0].detach()
    hidden = hidden if direction == "forward" else hidden.flip(0)
    probabilities = torch.sigmoid(hidden @ torch.tensor([1.5, -2.0, 0.75]).double() - 0.25)
    numbers = figure.compute(figure.state())
    np.testing.assert_allclose(numbers["hidden"], hidden, atol=1e-12)
    np.testing.assert_allclose(numbers["probabilities"], probabilities, atol=1e-12)
    shown = words_of(figure)
    assert all(figures.signed(value) in shown for value in hidden.ravel().tolist())
    assert all(f"{p:.2f}" in shown for p in probabilities.tolist())


@pytest.mark.parametrize("sharing", ["tied", "untied"])
@pytest.mark.parametrize("position", range(1, 9))
def test_only_what_is_read_after_the_changed_base_moves(sharing, position):
    letter = "C" if SEQUENCE[position - 1] != "C" else "A"
    for direction, still in (("forward", slice(0, position - 1)), ("backward", slice(position, None))):
        figure = rnn.UnrolledFigure(
            networks(), SEQUENCE, position=position, letter=letter, sharing=sharing, direction=direction
        )
        numbers = figure.compute(figure.state())
        gap = np.abs(np.subtract(numbers["probabilities"], numbers["probabilities_before"]))
        assert gap[still].sum() == 0
        assert gap[position - 1] > 0
        assert not any(numbers["moved"][still])


def test_the_weights_are_one_object_at_every_step_drawn_while_they_are_tied():
    figure = rnn.UnrolledFigure(networks(), SEQUENCE)
    for name in ("W_x", "W_h", "b_x", "b_h"):
        assert len({id(figure.cell_at(step)[name]) for step in range(1, 9)}) == 1
    figure.sharing = "untied"
    assert len({id(figure.cell_at(step)["W_h"]) for step in range(1, 9)}) == 8


def test_parameters_are_counted_for_three_lengths():
    figure = rnn.UnrolledFigure(networks(), SEQUENCE)
    counts = figure.compute(figure.state())
    assert counts["parameters_tied"] == [31, 31, 31]
    assert counts["parameters_untied"] == [5 * 27 + 4, 50 * 27 + 4, 500 * 27 + 4]
    assert "31 parameters at any length" in figure.sentence()
    figure.sharing = "untied"
    assert "139, 1,354 and 13,504 parameters at lengths 5, 50 and 500" in figure.sentence()


def test_drawn_once_a_step_or_once():
    figure = rnn.UnrolledFigure(networks(), SEQUENCE)
    assert sum(word.startswith("cell ") for word in words_of(figure)) == 8
    figure.drawing = "rolled"
    assert sum(word.startswith("cell ") for word in words_of(figure)) == 1
    assert "loop" in figure.alt()


def test_the_sentence_says_what_moved():
    figure = rnn.UnrolledFigure(networks(), SEQUENCE, position=4, letter="C")
    assert figure.sentence().endswith(
        "Base 4 changed from A to C: outputs 4, 5, 6, 7 and 8 moved, the 3 before did not."
    )
    figure.letter = "A"
    assert figure.sentence().endswith("Base 4 is A, as it was: no output moved.")


def test_letters_are_large_enough():
    for drawing in figures.DRAWINGS:
        figure = rnn.UnrolledFigure(networks(), SEQUENCE, drawing=drawing)
        assert min(text.get_fontsize() for axes in twin(figure.draw).axes for text in axes.texts) >= 11


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"position": 9}, "position: expected a number between 1 and 8"),
        ({"letter": "U"}, "letter: expected one of"),
        ({"drawing": "spiral"}, "drawing: expected one of"),
        ({"sharing": "shared"}, "sharing: expected one of"),
        ({"direction": "up"}, "direction: expected one of"),
        ({"step": 0}, "step: expected a number between 1 and 8"),
    ],
)
def test_bad_states_are_named(change, says):
    with pytest.raises(ValueError, match=says):
        rnn.UnrolledFigure(networks(), SEQUENCE, **change)


def test_networks_and_sequences_that_do_not_fit_are_named():
    with pytest.raises(ValueError, match="sequence: expected 8 bases"):
        rnn.UnrolledFigure(networks(), "CTGA")
    with pytest.raises(ValueError, match='networks: expected the keys "tied" and "untied"'):
        rnn.UnrolledFigure({"tied": networks()["tied"]}, SEQUENCE)
    with pytest.raises(ValueError, match="networks: expected one tied cell, got 8"):
        rnn.UnrolledFigure({"tied": networks()["untied"], "untied": networks()["untied"]}, SEQUENCE)


# ---------------------------------------------------------------- the binding figure


def test_the_binding_figure_shows_what_its_reader_says():
    figure = rnn.binding_explorer({"T only": lambda X: X[:, :, 3]}, "GATTACA")
    assert figure.text == "T only: highest 1.00, at base 3."
    figure.controls["sequence"].value = "ttt aaaa"
    assert figure.text == "T only: highest 1.00, at base 1."
    assert "TTTAAAA" in figure.alt()


@pytest.mark.parametrize(
    ("typed", "says"),
    [("GATTAXA", "'X' stands at base 6"), ("GAT", "Give 7 to 80 bases; 3 came"), ("A" * 81, "81 came")],
)
def test_the_binding_figure_says_what_it_cannot_read_and_keeps_its_picture(typed, says):
    figure = rnn.binding_explorer({"T only": lambda X: X[:, :, 3]}, "GATTACA")
    figure.controls["sequence"].value = typed
    assert says in figure.text
    assert "GATTACA" in figure.alt()
