"""The house style: one colour-blind-safe palette, letters of at least 11 points, nothing global."""

from __future__ import annotations

from contextlib import contextmanager

SMALLEST_FONT = 11  # points; a figure is read at 100 % on a projector and on a laptop

# The palette of Okabe and Ito (2008).  Yellow is too pale for a line: use it as a filling with a dark edge.
OKABE_ITO = {
    "black": "#000000",
    "orange": "#E69F00",
    "sky blue": "#56B4E9",
    "green": "#009E73",
    "yellow": "#F0E442",
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "purple": "#CC79A7",
}

# One look a meaning, for the whole course.  Use as `axes.plot(x, y, **COLOURS["train"])`.
# Dash and marker differ too, so that no meaning hangs on colour alone.
COLOURS = {
    "train": {"color": OKABE_ITO["blue"], "linestyle": "-", "marker": ""},
    "validation": {"color": OKABE_ITO["orange"], "linestyle": "--", "marker": ""},
    "test": {"color": OKABE_ITO["purple"], "linestyle": "-.", "marker": ""},
    "data": {"color": OKABE_ITO["black"], "linestyle": "none", "marker": "o"},
    "held out": {"color": OKABE_ITO["vermillion"], "linestyle": "none", "marker": "x"},
    "model": {"color": OKABE_ITO["blue"], "linestyle": "-", "marker": ""},
    "other model": {"color": OKABE_ITO["vermillion"], "linestyle": "--", "marker": ""},
    "truth": {"color": OKABE_ITO["green"], "linestyle": ":", "marker": ""},
    "pieces": {"color": OKABE_ITO["orange"], "linestyle": "--", "marker": "s"},
    "baseline": {"color": "#767676", "linestyle": ":", "marker": ""},
}

_HOUSE = {
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.labelsize": 12,
    "xtick.labelsize": SMALLEST_FONT,
    "ytick.labelsize": SMALLEST_FONT,
    "legend.fontsize": SMALLEST_FONT,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E5E5E5",
    "axes.axisbelow": True,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "legend.frameon": False,
    "image.cmap": "cividis",
    "figure.facecolor": "white",
}


@contextmanager
def style():
    """Draw in the house style inside a ``with`` block; outside it nothing changes.

    Examples
    --------
    >>> import matplotlib
    >>> before = matplotlib.rcParams["font.size"]
    >>> with style():
    ...     matplotlib.rcParams["font.size"]
    12.0
    >>> matplotlib.rcParams["font.size"] == before
    True
    """
    import matplotlib
    from cycler import cycler

    looks = [COLOURS[name] for name in ("train", "validation", "truth", "test")]
    cycle = cycler(color=[look["color"] for look in looks]) + cycler(linestyle=[look["linestyle"] for look in looks])
    with matplotlib.rc_context({**_HOUSE, "axes.prop_cycle": cycle}):
        yield


def subplots(nrows: int = 1, ncols: int = 1, *, figsize: tuple[float, float] | None = None, **kw):
    """Return a new figure in the house style, and its axes.

    pyplot does not know the figure, so a notebook shows it once: where `show` is called.

    Parameters
    ----------
    nrows, ncols : int
        Rows and columns of axes.
    figsize : (float, float), optional
        Width and height in inches; by default 7.2 wide for one column and 9.6 for more.
    **kw
        Passed on to :meth:`matplotlib.figure.Figure.subplots`, e.g. ``sharey=True``.

    Returns
    -------
    figure : matplotlib.figure.Figure
    axes : matplotlib.axes.Axes or numpy.ndarray of Axes

    Examples
    --------
    >>> figure, axes = subplots(1, 2, sharey=True)
    >>> axes.shape
    (2,)
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=figsize or (7.2 if ncols == 1 else 9.6, 3.8 * nrows), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots(nrows, ncols, **kw)
    for one in figure.axes:
        one.tick_params(labelsize=SMALLEST_FONT)  # ticks made later would take the size outside the style
    return figure, axes
