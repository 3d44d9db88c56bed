"""Figures that need Python for every move: ipywidgets controls and one figure that is redrawn in place."""

from __future__ import annotations

import html
import io
import zlib

import anywidget
import numpy as np
import traitlets

from bioml_helpers.figures import house, living, static

SCREEN_DOTS = 96  # an inch; the picture must be on the screen within 110 ms, so it has no dots to spare


class Picture(anywidget.AnyWidget):
    """An image with alt text and a sentence below it (the `Image` of ipywidgets has neither)."""

    _esm = living.module(__file__, "..", "picture.js")
    _ipython_display_ = None

    png = traitlets.Bytes().tag(sync=True)
    alt = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    width = traitlets.Int(600).tag(sync=True)

    def __repr__(self) -> str:
        return self.alt


class KernelFigure:
    """Controls over one matplotlib figure that Python redraws at each move.

    Parameters
    ----------
    draw : callable
        Called as ``draw(fig, **values)`` with the same figure each time. Begin with ``fig.clear()`` (simple), or make
        the axes when ``fig.axes`` is empty and move what is on them afterwards. Quickest: what moves is made with
        ``animated=True``, and only that is drawn again. It may return a sentence, which is shown and spoken below.
    controls : dict
        Name to ipywidgets control; ``draw`` gets each control's ``value`` under its name.
    alt : callable or str
        Alt text, or a function of the values that returns it.
    figsize : (float, float)
        Inches.

    Raises
    ------
    ValueError
        If `alt` gives no text.

    Notes
    -----
    An error in the first drawing is raised. In a later one it is shown below the picture, which stays as it was.

    Examples
    --------
    >>> import ipywidgets
    >>> def draw(fig, slope):
    ...     fig.clear()
    ...     fig.subplots().plot([0, 1], [0, slope])
    ...     return f"The line rises by {slope}."
    >>> figure = KernelFigure(draw, {"slope": ipywidgets.IntSlider(2)}, alt="A line.")
    >>> figure.controls["slope"].value = 3
    >>> figure.text
    'The line rises by 3.'
    """

    def __init__(self, draw, controls: dict, *, alt, figsize: tuple[float, float] = (7.2, 3.6)):
        import ipywidgets

        self.controls = dict(controls)
        self._draw, self._alt = draw, alt
        self._axes_laid_out = None
        self.fig = living.twin(lambda fig: None, figsize)
        self._picture = Picture(width=round(figsize[0] * SCREEN_DOTS))
        self._redraw()
        for control in self.controls.values():
            control.observe(self._follow, names="value")
        row = ipywidgets.Layout(flex_flow="row wrap")
        self.widget = ipywidgets.VBox([ipywidgets.Box(list(self.controls.values()), layout=row), self._picture])

    @property
    def values(self) -> dict:
        """What the controls say, by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def text(self) -> str:
        """The sentence below the picture."""
        return self._picture.text

    def alt(self) -> str:
        """Return the present alt text."""
        return static.checked_alt(self._alt(**self.values) if callable(self._alt) else self._alt)

    def _follow(self, _change) -> None:
        try:
            self._redraw()
        except Exception as error:  # a widget's callback has nobody else to tell
            self._picture.text = f"This could not be drawn: {type(error).__name__}: {error}"

    def _redraw(self) -> None:
        with house.style():
            sentence = self._draw(self.fig, **self.values)
            picture = self._pixels()
        alt = self.alt()
        with self._picture.hold_sync():  # one message, one repaint
            self._picture.png, self._picture.alt, self._picture.text = picture, alt, sentence or ""

    def _pixels(self) -> bytes:
        """Draw what is needed, and return it as PNG."""
        from PIL import Image

        if self.fig.axes != self._axes_laid_out:
            self._lay_out()
        moving = [one for axes in self.fig.axes for one in axes.get_children() if one.get_animated()]
        if moving:
            self.fig.canvas.restore_region(self._still)
            for artist in moving:
                artist.axes.draw_artist(artist)
        else:
            self.fig.canvas.draw()
        colours = np.asarray(self.fig.canvas.buffer_rgba())[..., :3]  # (height, width, 3), no transparency
        out = io.BytesIO()
        Image.fromarray(colours).save(out, format="PNG", compress_level=1, compress_type=zlib.Z_RLE)
        return out.getvalue()

    def _lay_out(self) -> None:
        """Give new axes their places once: the layout costs as much as two drawings."""
        self.fig.dpi = SCREEN_DOTS
        self.fig.set_layout_engine("constrained")
        self.fig.canvas.draw()  # leaves out what is animated
        self.fig.set_layout_engine("none")
        self._still = self.fig.canvas.copy_from_bbox(self.fig.bbox)
        self._axes_laid_out = list(self.fig.axes)

    def __repr__(self) -> str:
        return self.alt()

    def _repr_mimebundle_(self, **kwargs) -> tuple[dict, dict]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        bundle, metadata = living.displayed({living.WIDGET_VIEW: view}, {}, lambda: static.png(self.fig), self.alt())
        if self.text and "text/html" in bundle:
            bundle["text/html"] += f"<p>{html.escape(self.text)}</p>"
        return bundle, metadata
