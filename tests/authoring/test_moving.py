"""The README's moving picture is the living figure's own, and its words say what it shows."""

from __future__ import annotations

import re

from PIL import Image

from authoring import moving
from authoring.chapters import ROOT
from bioml_helpers.approximation import PiecesFigure


def test_the_picture_goes_up_and_down_through_the_figures_own_states(tmp_path):
    moving.write(tmp_path / "moving.gif")
    with Image.open(tmp_path / "moving.gif") as fresh, Image.open(ROOT / moving.PICTURE) as kept:
        assert fresh.n_frames == kept.n_frames == 2 * len(moving.PIECES) - 2
        assert fresh.size == kept.size


def test_the_words_of_the_readme_say_what_it_shows():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    alt = re.search(rf"!\[([^]]+)\]\({re.escape(moving.PICTURE)}\)", readme)[1]
    figure = PiecesFigure(curve="ryegrass", placement="best")
    error = {}
    for figure.pieces in (moving.PIECES[0], moving.PIECES[-1]):
        error[figure.pieces] = float(re.search(r"= ([\d.]+) % of the range", figure.alt())[1])
    assert f"from {moving.PIECES[0]} to {moving.PIECES[-1]}" in alt
    assert f"from {error[1]:.0f} %" in alt and "below 1 %" in alt and error[10] < 1
