"""Living and kernel figures without a browser: their pictures, their words, their errors."""

from __future__ import annotations

import io
import sys

import ipywidgets
import numpy as np
import pytest
import traitlets
from PIL import Image

from bioml_helpers.approximation.figures import PiecesFigure, knot_editor
from bioml_helpers.figures import KernelFigure
from bioml_helpers.figures.living import WIDGET_VIEW

DOSE = [0, 0, 0, 0, 0, 0, *np.repeat([0.94, 1.88, 3.75, 7.5, 15, 30], 3)]
LENGTH = [7.58, 8.00, 8.3286, 7.25, 7.375, 7.9625, 8.3556, 6.9143, 7.75, 6.8714, 6.45, 5.9222]
LENGTH += [1.925, 2.8857, 4.2333, 1.1875, 0.8571, 1.0571, 0.6875, 0.525, 0.825, 0.25, 0.22, 0.44]


def line(fig, slope):
    fig.clear()
    fig.subplots().plot([0, 1], [0, 1 / slope])
    return f"slope {slope}"


@pytest.fixture
def slope():
    return ipywidgets.FloatSlider(2.0, min=-5, max=5)


@pytest.fixture
def kernel_figure(slope):
    return KernelFigure(line, {"slope": slope}, alt=lambda slope: f"A line of slope {slope}.")


@pytest.fixture(params=["living", "kernel"])
def any_figure(request, kernel_figure):
    return PiecesFigure() if request.param == "living" else kernel_figure


def test_a_figure_is_stored_with_its_picture_and_its_words(any_figure):
    bundle, metadata = any_figure._repr_mimebundle_()
    assert WIDGET_VIEW in bundle
    assert bundle["text/plain"] == any_figure.alt() == metadata["image/png"]["alt"] == repr(any_figure)
    assert "<img alt=" in bundle["text/html"]
    assert "0x" not in bundle["text/plain"]


def test_without_widgets_only_the_picture_is_left(any_figure, monkeypatch):
    monkeypatch.setenv("BIOML_WIDGETS", "0")
    bundle, _ = any_figure._repr_mimebundle_()
    assert sorted(bundle) == ["image/png", "text/html", "text/plain"]


def test_on_colab_no_second_picture_competes_with_the_widget(any_figure, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", None)
    bundle, _ = any_figure._repr_mimebundle_()
    assert sorted(bundle) == [WIDGET_VIEW, "text/plain"]


def test_ipywidgets_7_would_use_the_same_bundle(any_figure):
    assert not callable(getattr(any_figure, "_ipython_display_", None))


def test_the_picture_follows_the_state():
    figure = PiecesFigure(pieces=2)
    before = figure.picture()
    figure.pieces = 20
    assert figure.picture() != before
    assert "20 best-placed pieces" in figure.alt()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"pieces": 0}, "pieces: expected a number between 1 and 64, got 0"),
        ({"pieces": 65}, "pieces: expected a number between 1 and 64, got 65"),
        ({"pieces": 2.5}, "pieces: expected whole numbers"),
        ({"curve": "hill"}, "curve: expected one of 'ryegrass'"),
        ({"placement": "worst"}, "placement: expected one of 'even', 'best'"),
        ({"points": [[0, 1, 2], [1, 2, 3]]}, r"points: expected rows of \(x, y\)"),
        ({"points": [[0, 1], [0, 2]]}, "x: expected different values, got 0 more than once"),
        ({"points": [[0, 1], [float("nan"), 2]]}, "points: expected finite numbers"),
    ],
)
def test_bad_input_is_named(wrong, message):
    with pytest.raises(ValueError, match=message):
        PiecesFigure(**wrong)


def test_a_moved_figure_is_checked_too():
    with pytest.raises((ValueError, traitlets.TraitError)):
        PiecesFigure().pieces = 99


def test_own_points_are_a_curve():
    figure = PiecesFigure(pieces=2, points=[[2, 1], [0, 0], [1, 3]])
    assert figure.curve == "points"
    assert figure.alt() == "Your own points, followed by straight pieces. 2 pieces lie on the curve: no error is left."


def test_a_kernel_figure_is_drawn_again_at_each_move(kernel_figure, slope):
    before = kernel_figure._picture.png
    slope.value = 4.0
    assert kernel_figure._picture.png != before
    assert kernel_figure.text == "slope 4.0"
    assert kernel_figure._picture.alt == "A line of slope 4.0."


def test_an_error_while_moving_becomes_a_sentence_and_leaves_the_picture(kernel_figure, slope):
    before = kernel_figure._picture.png
    slope.value = 0.0
    assert kernel_figure.text == "This could not be drawn: ZeroDivisionError: float division by zero"
    assert kernel_figure._picture.png == before
    slope.value = 1.0
    assert kernel_figure.text == "slope 1.0"


def test_an_error_in_the_first_drawing_is_raised():
    with pytest.raises(ZeroDivisionError):
        KernelFigure(line, {"slope": ipywidgets.FloatSlider(0.0)}, alt="A line.")


def test_a_kernel_figure_without_alt_text_is_refused(slope):
    with pytest.raises(ValueError, match="alt: expected one to three sentences"):
        KernelFigure(line, {"slope": slope}, alt="")


@pytest.fixture
def moved_picture():
    def picture(animated):
        def draw(fig, height):
            if not fig.axes:
                fig.subplots().set(ylim=(-1, 10))
                fig.axes[0].plot([0, 1], [0, 0], animated=animated)
            fig.axes[0].lines[0].set_ydata([0, height])

        figure = KernelFigure(draw, {"height": ipywidgets.IntSlider(1)}, alt="A line.")
        figure.controls["height"].value = 8
        return np.asarray(Image.open(io.BytesIO(figure._picture.png)))

    return picture


def test_drawing_only_what_moves_gives_the_same_picture(moved_picture):
    assert np.array_equal(moved_picture(animated=True), moved_picture(animated=False))


def test_the_knot_editor_reaches_the_noise_floor_at_the_group_means():
    editor = knot_editor(DOSE, LENGTH)
    for dose in np.unique(DOSE):
        mean = np.mean([length for one, length in zip(DOSE, LENGTH, strict=True) if one == dose])
        editor.controls[f"at_{dose:g}"].step = 1e-6
        editor.controls[f"at_{dose:g}"].value = mean
    assert editor.text.startswith("Residual sum of squares 5.18 cm²; no curve gets below 5.18")


def test_the_knot_editor_tells_the_relu_weights():
    editor = knot_editor([1, np.e, np.e**2], [5, 5, 5])
    for control, height in zip(editor.controls.values(), (5, 6, 4), strict=True):
        control.value = height
    assert editor.text.endswith(
        "Starting height 5 cm; ReLU weights (changes of slope at each knot but the last): +1.00, -3.00."
    )


def test_the_knot_editor_refuses_columns_of_different_length():
    with pytest.raises(ValueError, match="length: expected length 2"):
        knot_editor([1, 2], [3, 4, 5])
