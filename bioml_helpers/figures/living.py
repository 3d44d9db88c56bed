"""Figures that are moved by hand: drawn in the browser, with a matplotlib twin for every other reader."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import anywidget

from bioml_helpers.figures import house, static

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def module(*path: str | os.PathLike) -> str:
    """Return the text of a figure's ES module: the shared parts, then the figure's own file.

    Examples
    --------
    >>> from bioml_helpers.approximation import figures
    >>> "export default" in module(figures.__file__, "..", "pieces.js")
    True
    """
    parts = Path(__file__).with_name("parts.js").read_text(encoding="utf-8")
    return parts + "\n" + Path(*path).resolve().read_text(encoding="utf-8")


class LivingFigure(anywidget.AnyWidget):
    """A figure that answers within one frame, and is a still picture where no kernel runs.

    A subclass brings

    - ``_esm``: its ES module, from `module`; it exports ``default {render}`` and ``compute(state)``;
    - traits tagged ``sync=True, state=True``: what can be moved;
    - ``compute(state)``, ``draw(fig)``, ``alt()`` and ``golden_cases()`` as described at each.

    Examples
    --------
    >>> from bioml_helpers.approximation.figures import PiecesFigure
    >>> PiecesFigure(pieces=3).state()["pieces"]
    3
    """

    figsize = (9.6, 3.8)  # inches, of the still picture
    _ipython_display_ = None  # ipywidgets 7 has this method, and IPython would prefer it to the bundle below

    def state(self) -> dict:
        """Return what can be moved, by name."""
        return {name: getattr(self, name) for name in sorted(self.trait_names(state=True))}

    @staticmethod
    def compute(state: dict) -> dict:
        """Return the figure's numbers from its state; the module's ``compute`` gives the same."""
        raise NotImplementedError

    def draw(self, fig) -> None:
        """Draw the present state on an empty matplotlib figure."""
        raise NotImplementedError

    def alt(self) -> str:
        """Return the present picture in one to three sentences."""
        raise NotImplementedError

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return the states at which Python's numbers and the module's are compared."""
        raise NotImplementedError

    def picture(self) -> bytes:
        """Return the matplotlib twin as PNG."""
        return static.png(twin(self.draw, self.figsize))

    def show_picture(self) -> None:
        """Show the still picture alone, as on paper."""
        static.show(twin(self.draw, self.figsize), alt=self.alt())

    def __repr__(self) -> str:
        return self.alt()

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        view, metadata = super()._repr_mimebundle_(**kwargs)
        return displayed(view, metadata, self.picture, self.alt())


def twin(draw, figsize=(9.6, 3.8)):
    """Return a new figure on which `draw` has drawn in the house style.

    Examples
    --------
    >>> len(twin(lambda fig: fig.subplots(1, 2)).axes)
    2
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with house.style():
        figure = Figure(figsize=figsize, layout="constrained")
        FigureCanvasAgg(figure)
        draw(figure)
    return figure


def widgets_wanted() -> bool:
    """Return whether controls may be shown: not with ``BIOML_WIDGETS=0``."""
    return os.environ.get("BIOML_WIDGETS") != "0"


def displayed(view: dict, metadata: dict, picture, alt: str) -> tuple[dict, dict]:
    """Return a widget's view together with its still picture, as a notebook stores them."""
    if "google.colab" in sys.modules and widgets_wanted():
        return {**view, "text/plain": alt}, metadata  # which of two pictures Colab takes is nowhere promised
    bundle, picture_metadata = static.picture_bundle(picture(), alt)
    if widgets_wanted():
        bundle[WIDGET_VIEW] = view[WIDGET_VIEW]
    return bundle, {**metadata, **picture_metadata}
