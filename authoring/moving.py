"""The README's moving picture, of chapter 1's living figure: ``python -m authoring.moving`` draws it anew.

It is drawn by the figure itself, so it shows what a learner sees.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from authoring.chapters import ROOT
from bioml_helpers.approximation import PiecesFigure
from bioml_helpers.figures.living import twin

PICTURE = "teaching/moving.gif"
PIECES = (1, 2, 3, 4, 5, 6, 8, 10)
MILLISECONDS = 700
DOTS_PER_INCH = 72


def frames(pieces=PIECES) -> list[Image.Image]:
    """Return a picture for each number of pieces.

    Examples
    --------
    >>> len(frames([1, 3]))
    2
    """
    figure = PiecesFigure(curve="ryegrass", placement="best")
    pictures = []
    for number in pieces:
        figure.pieces = number
        drawn = twin(figure.draw, figure.figsize)
        drawn.set_dpi(DOTS_PER_INCH)
        drawn.canvas.draw()
        picture = Image.fromarray(np.asarray(drawn.canvas.buffer_rgba())).convert("RGB")
        pictures.append(picture.quantize(32, dither=Image.Dither.NONE))
    return pictures


def write(path: Path) -> None:
    """Write the picture: up to the most pieces and back, for ever."""
    there = frames()
    there[0].save(path, save_all=True, append_images=there[1:] + there[-2:0:-1], duration=MILLISECONDS, loop=0)


if __name__ == "__main__":
    write(ROOT / PICTURE)
    print(f"written: {PICTURE}")
