"""The living figures of chapter 1: pieces of a curve, and a knot editor."""

from __future__ import annotations

import numpy as np
import traitlets

from bioml_helpers.approximation import curves, layers, models
from bioml_helpers.data import validate
from bioml_helpers.figures import living
from bioml_helpers.figures.house import COLOURS, OKABE_ITO
from bioml_helpers.figures.kernel import KernelFigure

MOST_PIECES = 64


class PiecesFigure(living.LivingFigure):
    """How well straight pieces follow a curve: a slider from 1 to 64 pieces.

    Chapter 1, section *See*.

    Parameters
    ----------
    pieces : int
        Number of straight pieces, 1 to 64.
    curve : str
        ``"ryegrass"``, ``"michaelis_menten"``, ``"melting"``, ``"oscillation"``, or ``"points"`` for your own.
    placement : {"best", "even"}
        Knots where they help most, or evenly spaced.
    points : array_like of shape (n_points, 2), optional
        Your own curve, as (x, y) rows with different x; chosen at once when given.

    Raises
    ------
    ValueError
        If a value is outside its range; the message says which and what was expected.

    Examples
    --------
    >>> figure = PiecesFigure(pieces=8, curve="ryegrass", placement="best")
    >>> print(figure.alt())
    Ryegrass roots under ferulic acid, followed by straight pieces. 8 best-placed pieces: largest error 0.089 cm = \
1.2 % of the range, at 2.4 mM. Doubling to 16 would divide it by 4.2.
    """

    _esm = living.module(__file__, "..", "pieces.js")

    pieces = traitlets.Int(8).tag(sync=True, state=True)
    curve = traitlets.Unicode("ryegrass").tag(sync=True, state=True)
    placement = traitlets.Unicode("best").tag(sync=True, state=True)
    points = traitlets.List().tag(sync=True, state=True)
    labels = traitlets.Dict().tag(sync=True)  # names, units and ticks of each curve

    def __init__(self, pieces: int = 8, curve: str = "ryegrass", placement: str = "best", *, points=None):
        own = []
        if points is not None:
            own = validate.array("points", points, ndim=2, at_least=4)
            if own.shape[1] != 2:
                raise ValueError(f"points: expected rows of (x, y), got shape {own.shape}.")
            own = sorted(own.tolist())
            curve = "points" if curve == "ryegrass" else curve
        known = [*curves.CURVES, "points"] if own else list(curves.CURVES)
        pieces = validate.number("pieces", pieces, low=1, high=MOST_PIECES, integer=True)
        validate.one_of("curve", curve, known)
        labels = {name: _labels(_curve(name, own)) for name in known}
        super().__init__(pieces=pieces, curve=curve, placement=placement, points=own, labels=labels)

    @traitlets.validate("pieces")
    def _check_pieces(self, proposal):
        return validate.number("pieces", proposal["value"], low=1, high=MOST_PIECES, integer=True)

    @traitlets.validate("placement")
    def _check_placement(self, proposal):
        return validate.one_of("placement", proposal["value"], curves.PLACEMENTS)

    @staticmethod
    def compute(state: dict) -> dict:
        """Return knots, values, the largest error, where it is, and the same in % of range, also for twice the pieces.

        Examples
        --------
        >>> numbers = PiecesFigure.compute({"pieces": 8, "curve": "ryegrass", "placement": "best"})
        >>> round(numbers["percent"], 1), len(numbers["knots"])
        (1.2, 9)
        """
        curve = _curve(state["curve"], state.get("points", []))
        y = curve(curves.grid(curve))
        place = curves.best_knots if state["placement"] == "best" else curves.even_knots
        knots = place(curve, state["pieces"])
        error, where = curves.interpolation_error(curve, knots)
        twice = curves.interpolation_error(curve, place(curve, 2 * state["pieces"]))[0]
        percent = 100 / float(y.max() - y.min())
        return {
            "knots": knots.tolist(),
            "values": curve(knots).tolist(),
            "error": error,
            "where": where,
            "percent": error * percent,
            "percent_twice": twice * percent,
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return each built-in curve with both placements, and a curve from points."""
        cases = [
            {"curve": curve, "placement": placement, "pieces": pieces, "points": []}
            for curve in curves.CURVES
            for placement in curves.PLACEMENTS
            for pieces in (1, 5, 8, 23, 64)
        ]
        own = {"curve": "points", "points": [[0.0, 0.0], [1.0, 3.0], [2.5, 3.5], [4.0, 1.0], [7.0, 0.5]]}
        return cases + [{**own, "placement": "best", "pieces": 3}, {**own, "placement": "even", "pieces": 6}]

    def alt(self) -> str:
        """Return the curve, the number of pieces and the largest error, in words."""
        label = self.labels[self.curve]
        return f"{label['label']}, followed by straight pieces. {_sentence(self.state(), label)}"

    def draw(self, fig) -> None:
        """Draw the curve with its pieces, and the error against the number of pieces."""
        left, right = fig.subplots(1, 2, width_ratios=[5, 4])
        self._draw_curve(left)
        self._draw_errors(right)

    def _draw_curve(self, axes):
        curve, label = _curve(self.curve, self.points), self.labels[self.curve]
        numbers = self.compute(self.state())
        x = curves.grid(curve)
        axes.plot(x, curve(x), label="curve", **COLOURS["model"])
        axes.plot(numbers["knots"], numbers["values"], label="straight pieces", **{**COLOURS["pieces"], "linewidth": 3})
        truth = float(curve(numbers["where"]))
        line = float(np.interp(numbers["where"], numbers["knots"], numbers["values"]))
        axes.annotate(
            "",
            (numbers["where"], truth),
            (numbers["where"], line),
            arrowprops={"arrowstyle": "<->", "color": "#B34A00", "linewidth": 2, "shrinkA": 0, "shrinkB": 0},
        )
        on_the_right = numbers["where"] > (curve.low + curve.high) / 2
        axes.annotate(
            f"{short(numbers['error'])} {label['unit']}",
            (numbers["where"], (truth + line) / 2),
            (-10 if on_the_right else 10, 0),
            textcoords="offset points",
            ha="right" if on_the_right else "left",
            va="center",
            color="#B34A00",
            fontweight="bold",
        )
        axes.set_xticks(*zip(*label["x_ticks"], strict=True))
        axes.set(title=label["label"], xlabel=label["x_label"], ylabel=label["y_label"])
        axes.legend()

    def _draw_errors(self, axes):
        curve = _curve(self.curve, self.points)
        errors = curves.errors_by_pieces(curve, self.placement, MOST_PIECES).clip(min=0.01)
        counts = range(1, MOST_PIECES + 1)
        axes.loglog(counts, errors, **COLOURS["model"])
        label = "twice the pieces,\na quarter of the error"
        ends = np.array([max(3, 8 * (errors[7] / 100) ** 0.5), MOST_PIECES])  # the guide starts inside the picture
        axes.loglog(ends, errors[7] * (8 / ends) ** 2, color="#767676", linestyle=":", label=label)
        here = errors[self.pieces - 1]
        axes.plot(self.pieces, here, "s", color=OKABE_ITO["orange"], markeredgecolor="black", markersize=10)
        axes.annotate(f"{short(here)} %", (self.pieces, here), (8, 8), textcoords="offset points", fontweight="bold")
        ticks = [1, 2, 4, 8, 16, 32, 64]
        axes.set_xticks(ticks, map(str, ticks))
        axes.minorticks_off()
        axes.set_yticks([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
        axes.set(title="Largest error (% of range)", xlabel="number of pieces", ylim=(0.009, 130))
        axes.legend(loc="lower left")


def knot_editor(dose, length) -> KernelFigure:
    """Return a figure with one slider a knot: move a broken line onto the roots.

    The knots stand at the doses of the data; the height of each is yours. Chapter 1, section *Build*.

    Parameters
    ----------
    dose : array_like of shape (n,)
        Doses in mM; 0 is placed at `CONTROL_AT` on the logarithmic axis.
    length : array_like of shape (n,)
        Root lengths in cm.

    Returns
    -------
    KernelFigure
        Its ``controls`` are named ``at_0.94`` and so on, by dose.

    Raises
    ------
    ValueError
        If the lengths differ, or there are fewer than two different doses.

    Examples
    --------
    >>> editor = knot_editor([0, 0, 1, 1, 30], [8, 7, 6, 5, 1])
    >>> editor.controls["at_0"].value = 7.5
    >>> print(editor.text.partition(";")[0])
    Residual sum of squares 20.38 cm²
    """
    dose = validate.array("dose", dose, ndim=1, at_least=2)
    length = validate.array("length", length, ndim=1, length=len(dose))
    doses = np.unique(dose)
    if len(doses) < 2:
        raise ValueError(f"dose: expected at least two different doses, got {doses.tolist()}.")
    x, knots = models.log_dose(dose), models.log_dose(doses)
    floor = layers.noise_floor(dose, length)
    start = round(float(length.mean()), 1)
    lines = {}

    def draw(fig, **heights):
        values = np.array(list(heights.values()))
        if not fig.axes:
            axes = fig.subplots()
            axes.plot(x, length, label="roots", **COLOURS["data"])
            moving = {**COLOURS["pieces"], "linewidth": 3, "animated": True}
            lines["own"] = axes.plot(knots, values, label="your broken line", **moving)[0]
            axes.set_xticks(knots, ["0" if one == 0 else f"{one:g}" for one in doses])
            axes.set(
                xlabel="dose (mM), logarithmic axis; 0 stands at 0.3", ylabel="root length (cm)", ylim=(-0.5, 10.5)
            )
            axes.legend(loc="upper right")
        lines["own"].set_ydata(values)
        rss = float(((length - np.interp(x, knots, values)) ** 2).sum())
        weights, _, height = layers.knots_to_relu(knots, values)
        changes = ", ".join(f"{one:+.2f}" for one in weights)
        return (
            f"Residual sum of squares {rss:.2f} cm²; no curve gets below {floor:.2f}: roots at one dose differ. "
            f"Starting height {height:g} cm; ReLU weights (changes of slope at each knot but the last): {changes}."
        )

    def alt(**heights):
        shown = ", ".join(f"{height:g} cm at {name.removeprefix('at_')}" for name, height in heights.items())
        return f"Root length against dose, with a broken line whose knots are at these heights (dose in mM): {shown}."

    controls = {f"at_{one:g}": _height_slider(one, start) for one in doses}
    return KernelFigure(draw, controls, alt=alt)


def _height_slider(dose, start):
    import ipywidgets

    return ipywidgets.FloatSlider(
        value=start,
        min=0,
        max=10,
        step=0.05,
        description=f"at {dose:g} mM",
        layout=ipywidgets.Layout(width="270px"),
    )


def short(value: float, digits: int = 2) -> str:
    """Return a number with two or so significant digits, never in the form 1e-05.

    Examples
    --------
    >>> short(0.08917), short(212.7), short(0)
    ('0.089', '213', '0')
    """
    if value == 0:
        return "0"
    if abs(value) < 1e-4:
        return "less than 0.0001"
    return f"{value:.0f}" if abs(value) >= 100 else f"{float(f'{value:.{digits}g}'):g}"


def _curve(name: str, points) -> curves.Curve:
    if name != "points":
        return curves.CURVES[validate.one_of("curve", name, curves.CURVES)]
    x, y = zip(*points, strict=True)
    return curves.from_points(x, y)


def _labels(curve: curves.Curve) -> dict:
    from matplotlib.ticker import MaxNLocator

    y = curve(curves.grid(curve))
    logarithmic = curve.x_label.startswith("ln(")
    if logarithmic:
        x_ticks = [[float(np.log(dose)), f"{dose:g}"] for dose in (0.1, 1, 10, 100)]
    else:
        x_ticks = _ticks(MaxNLocator(6), curve.low, curve.high)
    x_label = "dose (mM), logarithmic axis" if logarithmic else curve.x_label
    x_unit = x_label.partition("(")[2].partition(")")[0]
    return {
        "label": curve.label,
        "x_label": x_label,
        "x_unit": x_unit,
        "x_is_log": logarithmic,
        "x_ticks": x_ticks,
        "y_label": curve.y_label,
        "y_ticks": _ticks(MaxNLocator(5), float(y.min()), float(y.max())),
        "unit": curve.unit,
    }


def _ticks(locator, low, high):
    return [[float(v), f"{v:g}"] for v in locator.tick_values(low, high) if low <= v <= high]


def _sentence(state: dict, label: dict) -> str:
    numbers = PiecesFigure.compute(state)
    n = state["pieces"]
    if numbers["percent"] < 1e-9:
        return f"{n} pieces lie on the curve: no error is left."
    start = f"{n} {'best-placed' if state['placement'] == 'best' else 'equally wide'} piece{'s' * (n > 1)}"
    share = f"{short(numbers['percent'])} % of the range"
    size = f"{short(numbers['error'])} {label['unit']} = {share}" if label["unit"] else share
    where = np.exp(numbers["where"]) if label["x_is_log"] else numbers["where"]
    at = f"at {short(float(where))} {label['x_unit']}".rstrip()
    if numbers["percent_twice"] > 1e-9:
        then = f"would divide it by {short(numbers['percent'] / numbers['percent_twice'])}"
    else:
        then = "would leave no error"
    return f"{start}: largest error {size}, {at}. Doubling to {2 * n} {then}."
