"""Sequence logos: letters whose heights are numbers, such as the weights of a neuron on one-hot DNA.

Drawn as outlines, so that a letter is exactly as tall as its number on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bioml_helpers.data import validate
from bioml_helpers.figures.house import OKABE_ITO

# The letter itself is always drawn, so the colour is never the only sign.
DNA_COLOURS = {
    "A": OKABE_ITO["green"],
    "C": OKABE_ITO["blue"],
    "G": OKABE_ITO["orange"],
    "T": OKABE_ITO["vermillion"],
}
_WIDTH = 0.92  # of a letter, of the step between two positions


def sequence_logo(
    axes,
    heights: Sequence,
    *,
    alphabet: str = "ACGT",
    positions: Sequence[int] | None = None,
    colours: Mapping[str, str] | None = None,
    ylabel: str = "weight",
):
    """Draw a sequence logo into `axes`: at each position the letters, as tall as their numbers.

    Positive letters are stacked upward from the axis, the tallest on top; negative ones hang below it, the most
    negative lowest, and stand upright all the same. Used by chapter 2.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    heights : array_like
        Shape (letters, length): one row a letter in the order of `alphabet`, as `data.encode.one_hot` orders channels.
    alphabet : str
        The letters, each once.
    positions : sequence of int, optional
        What to write below the letters, for example -50 … -1, 1 … 7; by default 1, 2, ….
    colours : mapping of str to str, optional
        Letter -> colour; letters without one are black. By default `DNA_COLOURS`.
    ylabel : str
        Name of the heights, with their unit.

    Returns
    -------
    list of matplotlib.patches.PathPatch
        The letters drawn; each has its letter as label. A height of 0 draws none.

    Raises
    ------
    ValueError
        If the rows are not as many as the letters, or the positions not as many as the columns.

    Examples
    --------
    >>> from bioml_helpers import figures
    >>> figure, axes = figures.subplots()
    >>> [patch.get_label() for patch in sequence_logo(axes, [[1, 0], [0, 0], [0, -1], [0.5, 0]])]
    ['T', 'A', 'G']
    """
    heights = validate.array("heights", heights, ndim=2)  # (letters, length)
    letters, length = heights.shape
    if not isinstance(alphabet, str) or len(set(alphabet)) != len(alphabet) or len(alphabet) != letters:
        raise ValueError(
            f"heights: expected one row for each letter of {alphabet!r} (each letter once), got shape {heights.shape}."
        )
    names = list(range(1, length + 1)) if positions is None else list(positions)
    if len(names) != length:
        raise ValueError(f"positions: expected {length}, one a column of heights, got {len(names)}.")
    colours = DNA_COLOURS if colours is None else colours
    patches = [
        axes.add_patch(_letter(alphabet[row], column, bottom, height, colours.get(alphabet[row], OKABE_ITO["black"])))
        for column in range(length)
        for row, bottom, height in _stack(heights[:, column])
    ]
    _frame(axes, heights, names, ylabel)
    return patches


def _stack(column: np.ndarray):
    """Yield (row, lower edge, height) of each letter at one position: small ones next to the axis."""
    up = down = 0.0
    for row in np.argsort(np.abs(column), kind="stable"):
        height = abs(column[row])
        if column[row] > 0:
            yield row, up, height
            up += height
        elif column[row] < 0:
            down -= height
            yield row, down, height


def _letter(letter: str, column: int, bottom: float, height: float, colour: str):
    """The letter's outline, stretched into its box."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.patches import PathPatch
    from matplotlib.textpath import TextPath
    from matplotlib.transforms import Affine2D

    # DejaVu comes with matplotlib, so the letter is the same everywhere
    outline = TextPath((0, 0), letter, size=1, prop=FontProperties(family="DejaVu Sans", weight="bold"))
    box = outline.get_extents()
    stretch = (
        Affine2D()
        .translate(-box.x0, -box.y0)
        .scale(_WIDTH / box.width, height / box.height)
        .translate(column - _WIDTH / 2, bottom)
    )
    return PathPatch(stretch.transform_path(outline), facecolor=colour, edgecolor="none", label=letter)


def _frame(axes, heights: np.ndarray, names: list, ylabel: str) -> None:
    length = heights.shape[1]
    top = max(np.clip(heights, 0, None).sum(axis=0).max(), 0)
    low = min(np.clip(heights, None, 0).sum(axis=0).min(), 0)
    room = 0.05 * (top - low) or 1.0
    axes.set_xlim(-0.7, length - 0.3)
    axes.set_ylim(low - (room if low < 0 else 0), top + room)
    axes.axhline(0, color=OKABE_ITO["black"], linewidth=0.8)
    step = max(1, -(-length // 20))  # at most some 20 numbers fit below a figure
    shown = [at for at in range(length) if at % step == 0]
    axes.set_xticks(shown, [str(names[at]).replace("-", "−") for at in shown])  # the minus of the other axis
    axes.grid(False, axis="x")
    axes.set_xlabel("position")
    axes.set_ylabel(ylabel)
