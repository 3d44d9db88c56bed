"""The living figure of chapter 2: one neuron with two inputs, its decision line and its activation."""

from __future__ import annotations

import numpy as np
import traitlets

from bioml_helpers.data import validate
from bioml_helpers.figures import living
from bioml_helpers.figures.house import COLOURS, OKABE_ITO
from bioml_helpers.neuron import layers

LARGEST = 10  # weights and bias go from minus this to this, in whole steps
EDGES = (-0.25, 1.25)  # of the plane: a little beyond absent (0) and present (1)
FARTHEST_Z = 12.0  # what lies beyond is shown at the edge of the activation curve
CASES = {"00": (0, 0), "10": (1, 0), "01": (0, 1), "11": (1, 1)}

# What is wanted in each case, in the order of CASES: 1 expressed, 0 not.
TASKS = {
    "lac": {"label": "lac: lactose and not glucose", "inputs": ["lactose", "glucose"], "wanted": [0, 1, 0, 0]},
    "and": {"label": "both factors bound", "inputs": ["factor A", "factor B"], "wanted": [0, 0, 0, 1]},
    "or": {"label": "at least one factor bound", "inputs": ["factor A", "factor B"], "wanted": [0, 1, 1, 1]},
    "xor": {"label": "exactly one factor bound", "inputs": ["factor A", "factor B"], "wanted": [0, 1, 1, 0]},
}


class NeuronFigure(living.LivingFigure):
    """One neuron with two inputs: sliders for both weights and the bias, and a choice of activation.

    Chapter 2, section *See*.

    Parameters
    ----------
    w1, w2, b : int
        Weights and bias, −10 to 10.
    activation : {"sigmoid", "tanh", "relu", "step", "none"}
    task : {"lac", "and", "or", "xor"}
        In which of the four cases the gene should be expressed.
    case : {"00", "10", "01", "11"}
        The case whose sum is written out.

    Raises
    ------
    ValueError
        If a value is outside its range; the message says which and what was expected.

    Examples
    --------
    >>> figure = NeuronFigure(w1=4, w2=-4, b=-2, task="lac", case="10")
    >>> print(figure.alt())
    A sigmoid neuron for the task lac: lactose and not glucose. lactose 1, glucose 0: z = 4·1 − 4·0 − 2 = 2, so \
y = 0.88. On the right side of the line: 4 of 4 cases; clear (above 0.9 or below 0.1): 1 of 4.
    """

    _esm = living.module(__file__, "..", "neuron.js")

    w1 = traitlets.Int(4).tag(sync=True, state=True)
    w2 = traitlets.Int(4).tag(sync=True, state=True)
    b = traitlets.Int(-2).tag(sync=True, state=True)
    activation = traitlets.Unicode("sigmoid").tag(sync=True, state=True)
    task = traitlets.Unicode("lac").tag(sync=True, state=True)
    case = traitlets.Unicode("10").tag(sync=True, state=True)
    tasks = traitlets.Dict(TASKS).tag(sync=True)

    def __init__(self, w1=4, w2=4, b=-2, *, activation="sigmoid", task="lac", case="10"):
        numbers = {name: _whole(name, value) for name, value in {"w1": w1, "w2": w2, "b": b}.items()}
        validate.one_of("activation", activation, layers.ACTIVATIONS)
        validate.one_of("task", task, TASKS)
        validate.one_of("case", case, CASES)
        super().__init__(**numbers, activation=activation, task=task, case=case)

    @traitlets.validate("w1", "w2", "b")
    def _check_number(self, proposal):
        return _whole(proposal["trait"].name, proposal["value"])

    @traitlets.validate("activation")
    def _check_activation(self, proposal):
        return validate.one_of("activation", proposal["value"], layers.ACTIVATIONS)

    @traitlets.validate("task")
    def _check_task(self, proposal):
        return validate.one_of("task", proposal["value"], TASKS)

    @traitlets.validate("case")
    def _check_case(self, proposal):
        return validate.one_of("case", proposal["value"], CASES)

    @staticmethod
    def compute(state: dict) -> dict:
        """Return the sum z and the output y of each case, how many are right and clear, and the decision line.

        Examples
        --------
        >>> numbers = NeuronFigure.compute({"w1": 8, "w2": -8, "b": -4, "activation": "sigmoid", "task": "lac"})
        >>> numbers["z"], numbers["right"], numbers["clear"]
        ([-4.0, 4.0, -12.0, -4.0], 4, 4)
        """
        w = np.array([state["w1"], state["w2"]], dtype=float)
        wanted = np.array(TASKS[state["task"]]["wanted"]) == 1
        z = np.array(list(CASES.values())) @ w + state["b"]  # (4,)
        y = layers.ACTIVATIONS[state["activation"]](z)  # (4,)
        return {
            "z": z.tolist(),
            "y": y.tolist(),
            "right": int(((z > 0) == wanted).sum()),
            "clear": int(np.where(wanted, y > 0.9, y < 0.1).sum()),
            "line": decision_line(*w, state["b"]),
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return several neurons with each activation, for each task."""
        neurons = [(4, 4, -2), (8, -8, -4), (0, 0, 3), (0, 5, -2), (-3, 0, 1), (10, 10, -5), (1, 2, 9), (-7, 3, 2)]
        return [
            {"w1": w1, "w2": w2, "b": b, "activation": activation, "task": task, "case": case}
            for w1, w2, b in neurons
            for (activation, task, case) in zip(layers.ACTIVATIONS, [*TASKS, "lac"], [*CASES, "10"], strict=True)
        ]

    def alt(self) -> str:
        """Return the task, the sum of the chosen case, and how many cases are right, in words."""
        name = "neuron without activation" if self.activation == "none" else f"{self.activation} neuron"
        return f"A {name} for the task {TASKS[self.task]['label']}. {sentence(self.state())}"

    def draw(self, fig) -> None:
        """Draw the plane with the decision line, and the activation with the four cases on it."""
        left, right = fig.subplots(1, 2, width_ratios=[5, 5])
        self._draw_plane(left)
        self._draw_activation(right)

    def _draw_plane(self, axes):
        numbers, task = self.compute(self.state()), TASKS[self.task]
        side = np.linspace(*EDGES, 101)
        z = self.w1 * side[None, :] + self.w2 * side[:, None] + self.b  # (101, 101)
        low, high = _shades(self.activation)
        y = layers.ACTIVATIONS[self.activation](z)
        axes.imshow(
            y, extent=EDGES * 2, origin="lower", aspect="auto", cmap="Blues", vmin=low, vmax=low + (high - low) / 0.75
        )
        if numbers["line"]:
            x1, x2 = numbers["line"][::2], numbers["line"][1::2]
            axes.plot(x1, x2, color="black", linestyle="--", label="z = 0: the decision line")
        for (key, (x1, x2)), wanted, value in zip(CASES.items(), task["wanted"], numbers["y"], strict=True):
            if key == self.case:
                axes.plot(x1, x2, "o", mfc="none", mec=OKABE_ITO["vermillion"], mew=2.5, ms=19)
            axes.plot(x1, x2, "o", color="black" if wanted else "white", markeredgecolor="black", markersize=11)
            axes.annotate(
                f"{value:.2f}", (x1, x2), (0, 13), textcoords="offset points", ha="center", fontweight="bold",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8},
            )  # fmt: skip
        for wanted, label in ((1, "should be on"), (0, "should be off")):
            axes.plot([], [], "o", color="black" if wanted else "white", mec="black", ms=9, label=label)
        axes.set(xlim=EDGES, ylim=EDGES, xlabel=task["inputs"][0], ylabel=task["inputs"][1], title=task["label"])
        axes.set_xticks([0, 0.5, 1])
        axes.set_yticks([0, 0.5, 1])
        axes.figure.legend(*axes.get_legend_handles_labels(), loc="outside lower center", ncols=3)

    def _draw_activation(self, axes):
        numbers = self.compute(self.state())
        z = np.linspace(-FARTHEST_Z, FARTHEST_Z, 481)
        axes.plot(z, layers.ACTIVATIONS[self.activation](z), **COLOURS["model"])
        axes.axvline(0, color="black", linestyle="--", lw=1.2)
        wanted = TASKS[self.task]["wanted"]
        for key, value, one in zip(CASES, numbers["z"], wanted, strict=True):
            at = float(np.clip(value, -FARTHEST_Z, FARTHEST_Z))
            y = float(layers.ACTIVATIONS[self.activation](at))
            if key == self.case:
                axes.plot([at, at, -FARTHEST_Z], [_bottom(self.activation), y, y], color="#B34A00", lw=1.5)
                axes.plot(at, y, "o", mfc="none", mec=OKABE_ITO["vermillion"], mew=2.5, ms=19)
            axes.plot(at, y, "o", color="black" if one else "white", markeredgecolor="black", markersize=10)
        low, high = _bottom(self.activation), _top(self.activation)
        axes.set(xlabel="z = w₁·x₁ + w₂·x₂ + b", ylabel="output y", ylim=(low, high), xlim=(-12.8, 12.8))
        axes.set_title("activation: " + self.activation)


def decision_line(w1: float, w2: float, b: float) -> list[float]:
    """Return both ends (x1, x2, x1, x2) of w1·x1 + w2·x2 + b = 0 within the plane; nothing where it does not cross.

    Examples
    --------
    >>> decision_line(2.0, 0.0, -1.0)
    [0.5, -0.25, 0.5, 1.25]
    >>> decision_line(0.0, 0.0, 1.0)
    []
    """
    if w1 == 0 and w2 == 0:
        return []
    low, high = EDGES
    steep = abs(w1) > abs(w2)  # then walk along x2, else along x1, so that nothing is divided by 0
    along, across = (w2, w1) if steep else (w1, w2)
    ends = [(t, -(b + along * t) / across) for t in (low, high)]
    (t0, u0), (t1, u1) = ends
    start, stop = 0.0, 1.0
    if u1 != u0:
        hits = sorted(((low - u0) / (u1 - u0), (high - u0) / (u1 - u0)))
        start, stop = max(start, hits[0]), min(stop, hits[1])
    elif not low <= u0 <= high:
        return []
    if start > stop:
        return []
    points = [(t0 + s * (t1 - t0), u0 + s * (u1 - u0)) for s in (start, stop)]
    return [float(v) for t, u in points for v in ((u, t) if steep else (t, u))]


def sentence(state: dict) -> str:
    """Return the chosen case's sum written out, and how many of the four cases are right."""
    numbers, task = NeuronFigure.compute(state), TASKS[state["task"]]
    at = list(CASES).index(state["case"])
    x1, x2 = CASES[state["case"]]
    inputs = f"{task['inputs'][0]} {x1}, {task['inputs'][1]} {x2}"
    z = f"z = {_minus(state['w1'])}·{x1} {_signed(state['w2'])}·{x2} {_signed(state['b'])} = {_minus(numbers['z'][at])}"
    return (
        f"{inputs}: {z}, so y = {numbers['y'][at]:.2f}. On the right side of the line: {numbers['right']} of 4 cases; "
        f"clear (above 0.9 or below 0.1): {numbers['clear']} of 4."
    ).replace("y = -", "y = −")


def _whole(name, value):
    return validate.number(name, value, low=-LARGEST, high=LARGEST, integer=True)


def _minus(value) -> str:
    return f"{value:g}".replace("-", "−")


def _signed(value) -> str:
    return f"{'−' if value < 0 else '+'} {abs(value):g}"


def _shades(activation) -> tuple[float, float]:
    """Outputs that are drawn white and darkest."""
    return {"tanh": (-1.0, 1.0), "relu": (0.0, 5.0), "none": (-5.0, 5.0)}.get(activation, (0.0, 1.0))


def _bottom(activation) -> float:
    return {"tanh": -1.15, "relu": -1.0, "none": -13.0}.get(activation, -0.08)


def _top(activation) -> float:
    return {"tanh": 1.15, "relu": 13.0, "none": 13.0}.get(activation, 1.08)
