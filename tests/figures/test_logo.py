"""The logo: each letter as tall as its number, the right letter at the right place, negative ones below the axis."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_hex

from bioml_helpers import figures
from bioml_helpers.figures import house, static
from bioml_helpers.figures.logo import DNA_COLOURS, sequence_logo


def drawn(heights, **options) -> dict[tuple[str, int], tuple[float, float]]:
    """(letter, column) -> lower and upper edge of the drawn letter."""
    _, axes = figures.subplots()
    boxes = {}
    for patch in sequence_logo(axes, heights, **options):
        box = patch.get_path().get_extents()
        boxes[patch.get_label(), round(box.x0 + box.x1) // 2] = (box.y0, box.y1)
    return boxes


def test_each_letter_is_as_tall_as_its_number():
    weights = np.random.default_rng(0).normal(size=(4, 5))
    boxes = drawn(weights)
    tall = [[boxes[letter, column][1] - boxes[letter, column][0] for column in range(5)] for letter in "ACGT"]
    np.testing.assert_allclose(tall, np.abs(weights), rtol=1e-6)


def test_positive_letters_stand_above_the_axis_and_negative_ones_below():
    boxes = drawn([[2.0], [-1.0], [0.5], [-0.25]])
    assert {letter: (lower >= 0) for (letter, _), (lower, _) in boxes.items()} == {
        "A": True, "C": False, "G": True, "T": False,
    }  # fmt: skip


def test_letters_are_stacked_without_gap_the_greatest_outermost():
    boxes = drawn([[2.0], [-1.0], [0.5], [-0.25]])
    edges = [boxes[letter, 0] for letter in "CTGA"]
    np.testing.assert_allclose(edges, [(-1.25, -0.25), (-0.25, 0), (0, 0.5), (0.5, 2.5)], atol=1e-9)


def test_a_zero_draws_no_letter():
    assert set(drawn([[1, 0], [0, 0], [0, 0], [0, 1]])) == {("A", 0), ("T", 1)}


def test_negative_letters_stand_upright():
    _, axes = figures.subplots()
    up, down = sequence_logo(axes, [[1.0, -1.0], [0, 0], [0, 0], [0, 0]])
    above, below = up.get_path().vertices, down.get_path().vertices
    np.testing.assert_allclose(above - above.min(axis=0), below - below.min(axis=0), atol=1e-9)


def test_the_colours_of_the_bases_are_the_houses():
    _, axes = figures.subplots()
    patches = sequence_logo(axes, np.eye(4))
    seen = {patch.get_label(): to_hex(patch.get_facecolor()).upper() for patch in patches}
    assert seen == {"A": "#009E73", "C": "#0072B2", "G": "#E69F00", "T": "#D55E00"}


def test_another_alphabet_is_black_unless_told():
    _, axes = figures.subplots()
    patches = sequence_logo(axes, [[1.0], [2.0]], alphabet="KR", colours={"K": DNA_COLOURS["C"]})
    assert {p.get_label(): to_hex(p.get_facecolor()) for p in patches} == {"K": "#0072b2", "R": "#000000"}


def test_positions_are_written_below():
    _, axes = figures.subplots()
    sequence_logo(axes, np.ones((4, 3)), positions=[-2, -1, 1])
    assert [label.get_text() for label in axes.get_xticklabels()] == ["−2", "−1", "1"]


def test_long_sequences_get_a_few_numbers_only():
    _, axes = figures.subplots()
    sequence_logo(axes, np.ones((4, 57)), positions=[*range(-50, 0), *range(1, 8)])
    assert 10 <= len(axes.get_xticks()) <= 20


def test_every_letter_lies_inside_the_picture():
    _, axes = figures.subplots()
    sequence_logo(axes, np.random.default_rng(1).normal(size=(4, 8)))
    low, high = axes.get_ylim()
    assert all(low <= p.get_path().get_extents().y0 and p.get_path().get_extents().y1 <= high for p in axes.patches)


def test_a_logo_of_zeros_is_an_empty_frame():
    figure, axes = figures.subplots()
    assert sequence_logo(axes, np.zeros((4, 3))) == []
    assert static.png(figure).startswith(b"\x89PNG")


def test_same_weights_same_picture():
    def picture() -> bytes:
        figure, axes = figures.subplots()
        sequence_logo(axes, np.linspace(-1, 1, 24).reshape(4, 6))
        return static.png(figure)

    assert picture() == picture()


def test_the_palette_is_okabe_and_itos():
    assert set(DNA_COLOURS.values()) <= set(house.OKABE_ITO.values())


@pytest.mark.parametrize(
    ("heights", "options", "sentence"),
    [
        (np.ones((3, 5)), {}, r"heights: expected one row for each letter of 'ACGT' .*, got shape \(3, 5\)"),
        (np.ones((5, 4)), {}, r"heights: expected one row for each letter"),
        (np.ones((2, 4)), {"alphabet": "AA"}, "heights: expected one row for each letter of 'AA'"),
        ([1, 2, 3, 4], {}, r"heights: expected 2 dimension\(s\)"),
        (np.full((4, 2), np.nan), {}, "heights: expected finite numbers"),
        (np.ones((4, 2)), {"positions": [1]}, "positions: expected 2, one a column of heights, got 1"),
    ],
)
def test_bad_input_is_one_sentence(heights, options, sentence):
    _, axes = figures.subplots()
    with pytest.raises(ValueError, match=sentence):
        sequence_logo(axes, heights, **options)
