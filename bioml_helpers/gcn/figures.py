"""The figure of chapter 7 that moves: six proteins that tell their neighbours what they hold, message by message."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import traitlets

from bioml_helpers.data import validate
from bioml_helpers.figures import living

SIZE = 6
MOST_LAYERS = 8
MOST = 20  # tenths: a protein's own number goes from −2 to 2
GRAPHS = ("given", "shuffled", "no edges")
SHOWS = ("numbers", "output")

PROTEINS = ("A", "B", "C", "D", "E", "F")
# One number a protein, such as a change of expression.
FEATURES = (2.0, 0.5, -1.0, 0.0, -1.5, 1.0)
# A triangle, a bridge, and a tail: C–D is the only way from the left to the right.
EDGES = ((1, 2), (1, 3), (2, 3), (3, 4), (4, 5), (5, 6))
SHUFFLED = ((1, 5), (2, 4), (2, 6), (3, 6), (4, 6), (1, 3))
# The output layer, one neuron for all proteins: probability = σ(2 · number).
OUTPUT_WEIGHT = 2.0

# Where things stand, in the units of both drawings (the module has the same numbers).
WIDTH, HEIGHT = 920, 470
PLACES = ((70, 90), (70, 290), (210, 190), (350, 190), (450, 90), (450, 290))
RADIUS = 34
TEXT_X, TEXT_Y, LINE_GAP = 524, 40, 26
CURVE_LEFT, CURVE_RIGHT, CURVE_TOP, CURVE_BOTTOM = 580, 880, 290, 410
BLUE, ORANGE, GREY = "#0072B2", "#B34A00", "#767676"


class GraphFigure(living.LivingFigure):
    """Six proteins and their interactions, as in panel 4d of the review: messages, layers, output.

    Each protein holds one number. A layer replaces it by the sum of its own and its neighbours' numbers, each divided
    by √(dᵢ dⱼ); the weight of the layer is 1 and there is no activation, so that nothing but the graph is at work. Step
    by step the messages arrive at the chosen protein. More layers carry numbers further and make the proteins alike.
    Chapter 7, section *See*.

    Parameters
    ----------
    features : sequence of six floats
        −2 to 2, one a protein.
    layer : int
        The layer that is being computed, 0 (nothing yet) to 8.
    step : int
        How many of the messages of this layer have arrived at the chosen protein, itself first, 0 to 6; 6 is all.
    node : int
        The chosen protein, counted from 1.
    graph : {"given", "shuffled", "no edges"}
        The six interactions, six others, or none.
    removed : int
        Number of an interaction of the chosen graph that is taken out, counted from 1; 0 for none.
    shows : {"numbers", "output"}
        What stands in the circles: the proteins' numbers, or the output neuron's probability.

    Raises
    ------
    ValueError
        If a number or a choice does not fit; the message says what came and what was expected.

    Examples
    --------
    >>> print(GraphFigure().alt())
    Six proteins and their interactions. Layer 1: C collects from C, A, B, D and holds 0.47. It has heard from \
4 of 6 proteins. Differences left: 40 %.
    """

    figsize = (9.6, 4.9)
    _esm = living.module(__file__, "..", "messages.js")

    features = traitlets.List().tag(sync=True, state=True)
    layer = traitlets.Int(1).tag(sync=True, state=True)
    step = traitlets.Int(SIZE).tag(sync=True, state=True)
    node = traitlets.Int(3).tag(sync=True, state=True)
    graph = traitlets.Unicode("given").tag(sync=True, state=True)
    removed = traitlets.Int(0).tag(sync=True, state=True)
    shows = traitlets.Unicode("numbers").tag(sync=True, state=True)

    def __init__(
        self,
        features: Sequence[float] = FEATURES,
        *,
        layer: int = 1,
        step: int = SIZE,
        node: int = 3,
        graph: str = "given",
        removed: int = 0,
        shows: str = "numbers",
    ):
        super().__init__(
            features=list(features), layer=layer, step=step, node=node, graph=graph, removed=removed, shows=shows
        )

    @traitlets.validate("features")
    def _check_features(self, proposal):
        numbers = validate.array("features", proposal["value"], ndim=1, length=SIZE)
        if np.abs(numbers).max() > MOST / 10:
            raise ValueError(f"features: expected six numbers from −2 to 2, got {proposal['value']}.")
        return numbers.tolist()

    @traitlets.validate("layer", "step", "node", "removed")
    def _check_number(self, proposal):
        name = proposal["trait"].name
        low, high = {"layer": (0, MOST_LAYERS), "step": (0, SIZE), "node": (1, SIZE), "removed": (0, len(EDGES))}[name]
        return validate.number(name, proposal["value"], low=low, high=high, integer=True)

    @traitlets.validate("graph", "shows")
    def _check_choice(self, proposal):
        name = proposal["trait"].name
        return validate.one_of(name, proposal["value"], {"graph": GRAPHS, "shows": SHOWS}[name])

    @staticmethod
    def compute(state: dict) -> dict:
        """Return Â, the numbers after each layer, the messages of this layer, hops, outputs, and differences left.

        Examples
        --------
        >>> numbers = GraphFigure.compute(GraphFigure(node=6).state())
        >>> [round(one, 2) for one in numbers["messages"]], numbers["senders"]
        ([0.5, -0.61], [6, 5])
        """
        x, node, layer = np.array(state["features"], dtype=float), state["node"] - 1, state["layer"]
        A = np.eye(SIZE)
        for i, j in edges_of(state):
            A[i - 1, j - 1] = A[j - 1, i - 1] = 1
        degree = A.sum(axis=1)  # self-loops included
        A_hat = A / np.sqrt(np.outer(degree, degree))
        numbers = [x]
        for _ in range(MOST_LAYERS):
            numbers.append(A_hat @ numbers[-1])
        senders = [node, *(j for j in range(SIZE) if A[node, j] and j != node)]
        messages = [A_hat[node, j] * numbers[max(layer - 1, 0)][j] for j in senders]
        arrived = min(state["step"], len(senders))
        spreads = [float(np.std(one / np.sqrt(degree))) for one in numbers]
        return {
            "a_hat": A_hat.tolist(),
            "numbers": [one.tolist() for one in numbers],
            "senders": [j + 1 for j in senders],
            "messages": [float(one) for one in messages],
            "sum": float(sum(messages[:arrived])),
            "hops": _hops(A, node),
            "outputs": (1 / (1 + np.exp(-OUTPUT_WEIGHT * numbers[layer]))).tolist(),
            "left": [one / spreads[0] if spreads[0] > 1e-12 else 0.0 for one in spreads],
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return given, shuffled and no edges, whole or with one taken out, at several layers, steps and proteins."""
        other = [-2.0, 0.3, 1.7, 2.0, 0.0, -0.4]
        cases = product((list(FEATURES), other), GRAPHS, (0, 4), ((0, 6, 3), (1, 2, 6), (2, 0, 1), (8, 6, 4)))
        return [
            {
                "features": features,
                "layer": layer,
                "step": step,
                "node": node,
                "graph": graph,
                "removed": removed,
                "shows": "numbers",
            }
            for features, graph, removed, (layer, step, node) in cases
        ]

    def alt(self) -> str:
        """Return what happens at the chosen protein, in words."""
        return f"Six proteins and their interactions. {self.sentence()}"

    def sentence(self) -> str:
        """Return what the figure says below the picture."""
        numbers, name = self.compute(self.state()), PROTEINS[self.node - 1]
        if self.layer == 0:
            first = f"No layer yet: {name} holds {number(self.features[self.node - 1])}, its own number."
        else:
            came = [PROTEINS[one - 1] for one in numbers["senders"]][: self.step]
            held = number(numbers["sum"])
            who = ", ".join(came) if came else "nobody yet"
            first = f"Layer {self.layer}: {name} collects from {who} and holds {held}."
        return (
            f"{first} It has heard from {len(self.heard())} of {SIZE} proteins. Differences left: "
            f"{100 * numbers['left'][self.layer]:.0f} %."
        )

    def heard(self) -> list[str]:
        """Return the proteins whose numbers can have reached the chosen one by this layer."""
        hops = self.compute(self.state())["hops"]
        return [name for name, away in zip(PROTEINS, hops, strict=True) if 0 <= away <= self.layer]

    def lines(self) -> list[str]:
        """Return the arithmetic at the chosen protein, line by line."""
        numbers, name = self.compute(self.state()), PROTEINS[self.node - 1]
        if self.layer == 0:
            return [f"{name} holds {number(self.features[self.node - 1])}.", "Move the layer slider to send messages."]
        before = numbers["numbers"][self.layer - 1]
        lines = [f"Layer {self.layer} at {name}: what arrives"]
        for at, (sender, message) in enumerate(zip(numbers["senders"], numbers["messages"], strict=True)):
            share = numbers["a_hat"][self.node - 1][sender - 1]
            done = "→" if at < self.step else "…"
            text = f"{done} {PROTEINS[sender - 1]}: {share:.2f} · {number(before[sender - 1])} = {number(message)}"
            lines.append(text)
        return [*lines, f"sum so far: {number(numbers['sum'])}"]

    def table(self):
        """Return the picture as a table: a row a protein.

        Examples
        --------
        >>> GraphFigure(layer=2).table().columns.tolist()
        ['protein', 'neighbours', 'start', 'before', 'after', 'output', 'hops to C']
        """
        import pandas as pd

        numbers = self.compute(self.state())
        pairs = edges_of(self.state())
        neighbours = [
            " ".join(PROTEINS[(j if i == at else i) - 1] for i, j in pairs if at in (i, j)) or "–"
            for at in range(1, SIZE + 1)
        ]
        return pd.DataFrame(
            {
                "protein": PROTEINS,
                "neighbours": neighbours,
                "start": self.features,
                "before": np.round(numbers["numbers"][max(self.layer - 1, 0)], 2),
                "after": np.round(numbers["numbers"][self.layer], 2),
                "output": np.round(numbers["outputs"], 2),
                f"hops to {PROTEINS[self.node - 1]}": ["–" if one < 0 else one for one in numbers["hops"]],
            }
        )

    def draw(self, fig) -> None:
        """Draw the network, the arithmetic of the chosen protein, and the differences left after each layer."""
        from matplotlib.patches import Circle

        state, numbers = self.state(), self.compute(self.state())
        axes = fig.subplots()
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="equal")
        axes.axis("off")

        def write(x, y, text, size=12, **how):
            axes.text(x, y, text, fontsize=size, va="center", **{"ha": "center", **how})

        senders = numbers["senders"][: self.step] if self.layer else []
        for i, j in edges_of(state):
            (x1, y1), (x2, y2) = PLACES[i - 1], PLACES[j - 1]
            used = self.node in (i, j) and {i, j} <= {*senders, self.node} and self.layer > 0
            axes.plot([x1, x2], [y1, y2], color=ORANGE if used else GREY, lw=4 if used else 1.6, ls="-", zorder=1)
        for at, (name, (x, y)) in enumerate(zip(PROTEINS, PLACES, strict=True), start=1):
            heard, chosen = name in self.heard(), at == self.node
            axes.add_patch(
                Circle(
                    (x, y),
                    RADIUS,
                    facecolor="#DCEBF5" if heard else "white",
                    edgecolor=ORANGE if chosen else "#1a1a1a",
                    linewidth=3.5 if chosen else 1.3,
                    linestyle="-" if heard else (0, (3, 3)),
                    zorder=2,
                )
            )
            write(x, y - 11, name, weight="bold", zorder=3)
            write(x, y + 11, self.shown(at, numbers), zorder=3)
        for row, text in enumerate(self.lines()):
            write(TEXT_X, TEXT_Y + LINE_GAP * row, text, size=11.5, ha="left", weight="bold" if row == 0 else "normal")
        self._draw_left(axes, write, numbers["left"])
        write(12, 380, "thick edge: a message that has arrived; thick ring: chosen protein", size=11, ha="left")
        write(12, 404, "filled: it has heard from this protein; dashed: nothing heard yet", size=11, ha="left")
        write(12, 440, f"circles: {CIRCLES[self.shows]} after layer {self.layer}", size=11, ha="left")

    def _draw_left(self, axes, write, left) -> None:
        xs, ys = curve(left)
        axes.plot([CURVE_LEFT, CURVE_RIGHT], [CURVE_BOTTOM] * 2, color="#1a1a1a", lw=1, ls="-")
        axes.plot(xs, ys, "o-", color=BLUE, ms=4, lw=1.5)
        axes.plot(xs[self.layer], ys[self.layer], "o", color=ORANGE, ms=10)
        write(CURVE_LEFT, CURVE_TOP - 34, "differences left between the proteins", weight="bold", size=11.5, ha="left")
        write(CURVE_LEFT - 8, CURVE_TOP, "100 %", size=11, ha="right")
        write(CURVE_LEFT - 8, CURVE_BOTTOM, "0 %", size=11, ha="right")
        for k in range(0, MOST_LAYERS + 1, 2):
            write(xs[k], CURVE_BOTTOM + 18, str(k), size=11)
        write((CURVE_LEFT + CURVE_RIGHT) / 2, CURVE_BOTTOM + 42, "layers", size=11.5)

    def shown(self, at: int, numbers: dict) -> str:
        """Return what stands in the circle of a protein, counted from 1."""
        if self.shows == "output":
            return f"{numbers['outputs'][at - 1]:.2f}"
        if at == self.node and self.layer:
            return number(numbers["sum"])
        return number(numbers["numbers"][self.layer][at - 1])


CIRCLES = {"numbers": "each protein's number", "output": "probability = σ(2 · number)"}


def edges_of(state: dict) -> list[tuple[int, int]]:
    """Return the interactions that are there, pairs counted from 1.

    Examples
    --------
    >>> edges_of({"graph": "given", "removed": 4})
    [(1, 2), (1, 3), (2, 3), (4, 5), (5, 6)]
    """
    pairs = {"given": EDGES, "shuffled": SHUFFLED, "no edges": ()}[state["graph"]]
    return [pair for at, pair in enumerate(pairs, start=1) if at != state["removed"]]


def curve(left) -> tuple[list[float], list[float]]:
    """Return where the differences left stand in the drawing.

    Examples
    --------
    >>> xs, ys = curve([1.0, 0.5])
    >>> ys
    [290.0, 350.0]
    """
    xs = [CURVE_LEFT + (CURVE_RIGHT - CURVE_LEFT) * k / MOST_LAYERS for k in range(len(left))]
    return xs, [CURVE_BOTTOM - (CURVE_BOTTOM - CURVE_TOP) * min(one, 1.2) for one in left]


def number(value: float) -> str:
    """Return a number with two digits and a real minus sign, and none before a zero.

    Examples
    --------
    >>> number(-1.25), number(-0.001)
    ('−1.25', '0.00')
    """
    text = f"{abs(value):.2f}"
    return f"−{text}" if value < 0 and float(text) else text


def _hops(A, node) -> list[int]:
    """Edges from the node to each protein; −1 where no way leads."""
    hops, front, away = [-1] * SIZE, [node], 0
    while front:
        for one in front:
            hops[one] = away
        away += 1
        front = [j for j in range(SIZE) if hops[j] < 0 and any(A[i, j] for i in front)]
    return hops
