"""The figures of chapter 5 that move: panel 4c, rolled and unrolled, and binding drawn under the letters."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise, product

import numpy as np
import traitlets

from bioml_helpers.data import encode, validate
from bioml_helpers.figures import living
from bioml_helpers.figures.house import OKABE_ITO
from bioml_helpers.figures.kernel import KernelFigure
from bioml_helpers.rnn import layers

DRAWINGS, SHARINGS, DIRECTIONS = ("unrolled", "rolled"), ("tied", "untied"), ("forward", "backward")
LENGTHS = (5, 50, 500)  # for which parameters are counted
MOST_STEPS = 8  # that fit into the drawing
LEAST = 1e-12  # a smaller change is rounding

# Where things stand, in the units of both drawings (the module has the same numbers).
WIDTH, HEIGHT = 920, 430
OUTPUT_Y, CELL_Y, LETTER_Y, NOTE_Y = 84, 224, 366, 412
OUTPUT_R, CELL_W, CELL_H, LETTER_SIZE = 32, 84, 112, 44
PALE = (
    "#D6E8F5",
    "#FCEBCC",
    "#D3EEE5",
    "#F8DFF0",
    "#FBF8CF",
    "#E3E3E3",
    "#DCEFFB",
    "#F6DDD0",
)  # a cell of its own each


class UnrolledFigure(living.LivingFigure):
    """Panel 4c with its numbers: one cell that reads a sequence base by base, drawn once or once a step.

    Each cell shows its hidden state after the base below it, each circle above the probability made of that state.
    One base can be changed: outputs that moved are marked, and the others did not move at all. With *untied* weights
    every step has a cell of its own. Chapter 5, section *See*.

    Parameters
    ----------
    networks : mapping with the keys ``"tied"`` and ``"untied"``
        Each with ``cells`` (a list of `layers.RNNCell`: one, or one a step), ``v`` and ``c``: the probability at a step
        is σ(h · v + c).
    sequence : str
        Of A, C, G, T, as long as there are untied cells, at most 8.
    position : int
        The base that may be changed, counted from 1.
    letter : str
        What stands there.
    drawing, sharing, direction : str
        ``"unrolled"`` or ``"rolled"``; ``"tied"`` or ``"untied"``; ``"forward"`` or ``"backward"``.
    step : int
        The step that the rolled drawing shows, counted from 1 along the sequence.

    Raises
    ------
    ValueError
        If the networks do not fit each other or the sequence; the message says what came and what was expected.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> own = [layers.RNNCell(4, 3, seed=seed) for seed in range(5)]
    >>> networks = {"tied": SimpleNamespace(cells=own[:1], v=np.ones(3), c=0.0),
    ...             "untied": SimpleNamespace(cells=own, v=np.ones(3), c=0.0)}
    >>> print(UnrolledFigure(networks, "ATGAC", position=3, letter="C").alt())
    A recurrent network drawn 5 times, once a step, reading forward. One cell for all steps: 31 parameters at any \
length. Base 3 changed from G to C: outputs 3, 4 and 5 moved, the 2 before did not.
    """

    figsize = (9.6, 4.8)
    _esm = living.module(__file__, "..", "unrolled.js")

    networks = traitlets.Dict().tag(sync=True, state=True)
    sequence = traitlets.Unicode().tag(sync=True, state=True)
    position = traitlets.Int(1).tag(sync=True, state=True)
    letter = traitlets.Unicode().tag(sync=True, state=True)
    drawing = traitlets.Unicode("unrolled").tag(sync=True, state=True)
    sharing = traitlets.Unicode("tied").tag(sync=True, state=True)
    direction = traitlets.Unicode("forward").tag(sync=True, state=True)
    step = traitlets.Int(1).tag(sync=True, state=True)
    asks = traitlets.Unicode().tag(sync=True)  # what the outputs are the probability of

    def __init__(
        self,
        networks: Mapping,
        sequence: str,
        *,
        position: int = 1,
        letter: str | None = None,
        drawing: str = "unrolled",
        sharing: str = "tied",
        direction: str = "forward",
        step: int = 1,
        asks: str = "a base has just completed TGA",
    ):
        _check_networks(networks)
        encode.integers(sequence)  # says what is wrong with the letters
        steps = len(networks["untied"].cells)
        if len(sequence) != steps or steps > MOST_STEPS:
            raise ValueError(
                f"sequence: expected {min(steps, MOST_STEPS)} bases, one for each untied cell, got {len(sequence)}."
            )
        position = validate.number("position", position, low=1, high=steps, integer=True)
        super().__init__(
            networks={name: _numbers(networks[name]) for name in SHARINGS},
            sequence=sequence,
            position=position,
            letter=validate.one_of("letter", letter or sequence[position - 1], encode.DNA),
            drawing=validate.one_of("drawing", drawing, DRAWINGS),
            sharing=validate.one_of("sharing", sharing, SHARINGS),
            direction=validate.one_of("direction", direction, DIRECTIONS),
            step=validate.number("step", step, low=1, high=steps, integer=True),
            asks=asks,
        )

    @traitlets.validate("position", "step")
    def _check_place(self, proposal):
        return validate.number(
            proposal["trait"].name, proposal["value"], low=1, high=max(1, len(self.sequence)), integer=True
        )

    @traitlets.validate("drawing", "sharing", "direction", "letter")
    def _check_choice(self, proposal):
        name = proposal["trait"].name
        choices = {"drawing": DRAWINGS, "sharing": SHARINGS, "direction": DIRECTIONS, "letter": encode.DNA}
        return validate.one_of(name, proposal["value"], choices[name])

    def cell_at(self, step: int) -> dict:
        """Return the weights that work at a step, counted from 1: the same object at each step while they are tied."""
        return _cell_at(self.networks[self.sharing], step - 1)

    @staticmethod
    def compute(state: dict) -> dict:
        """Return hidden states and outputs at each step, what moved, and how many parameters there are.

        Examples
        --------
        >>> cell = {"W_x": [[1.0], [0.0], [0.0], [0.0]], "W_h": [[0.5]], "b_x": [0.0], "b_h": [0.0]}
        >>> one = {"cells": [cell], "v": [1.0], "c": 0.0}
        >>> state = {"networks": {"tied": one}, "sharing": "tied", "direction": "forward", "sequence": "CAC",
        ...          "position": 2, "letter": "C"}
        >>> numbers = UnrolledFigure.compute(state)
        >>> numbers["hidden"], numbers["moved"], numbers["parameters_tied"]
        ([[0.0], [0.0], [0.0]], [False, True, True], [9, 9, 9])
        """
        network, before = state["networks"][state["sharing"]], state["sequence"]
        at = state["position"] - 1
        letters = before[:at] + state["letter"] + before[at + 1 :]
        hidden, probabilities = _read(network, letters, state["direction"])
        _, unchanged = _read(network, before, state["direction"])
        width = len(network["v"])
        a_cell = layers.count_parameters("rnn", 4, width)
        return {
            "hidden": hidden,
            "probabilities": probabilities,
            "probabilities_before": unchanged,
            "moved": [abs(a - b) > LEAST for a, b in zip(probabilities, unchanged, strict=True)],
            "cell_numbers": [min(step, len(network["cells"]) - 1) + 1 for step in range(len(before))],
            "parameters_tied": [a_cell + width + 1 for _ in LENGTHS],
            "parameters_untied": [length * a_cell + width + 1 for length in LENGTHS],
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return a small network, tied and untied, read in both directions, with a base changed at either end."""
        from types import SimpleNamespace

        cells = [layers.RNNCell(4, 3, seed=seed) for seed in range(6)]
        for cell in cells:
            for parameter in cell.parameters:
                parameter[:] = np.round(2 * parameter, 4)
        networks = {
            name: _numbers(SimpleNamespace(cells=own, v=np.array([1.5, -2.0, 0.75]), c=-0.25))
            for name, own in (("tied", cells[:1]), ("untied", cells))
        }
        changes = [(1, "C"), (3, "T"), (4, "A"), (6, "G")]  # the third leaves the base as it is
        return [
            {
                "networks": networks,
                "sequence": "ATGAAC",
                "position": position,
                "letter": letter,
                "drawing": drawing,
                "sharing": sharing,
                "direction": direction,
                "step": 2,
            }
            for (position, letter), drawing, sharing, direction in product(changes, DRAWINGS, SHARINGS, DIRECTIONS)
        ]

    def alt(self) -> str:
        """Return what is drawn, and what the changed base did, in words."""
        how = {"unrolled": f"drawn {len(self.sequence)} times, once a step", "rolled": "drawn once, with a loop"}
        return f"A recurrent network {how[self.drawing]}, reading {self.direction}. {self.sentence()}"

    def sentence(self) -> str:
        """Return what the figure says below the picture."""
        numbers = self.compute(self.state())
        steps = len(self.sequence)
        if self.sharing == "tied":
            said = f"One cell for all steps: {numbers['parameters_tied'][0]} parameters at any length."
        else:
            counts = [f"{count:,}" for count in numbers["parameters_untied"]]
            said = f"A cell for each step: {listed(counts)} parameters at lengths {listed(list(map(str, LENGTHS)))}."
        before = self.sequence[self.position - 1]
        if self.letter == before:
            return f"{said} Base {self.position} is {before}, as it was: no output moved."
        moved = [str(step) for step, one in enumerate(numbers["moved"], start=1) if one]
        change = f"Base {self.position} changed from {before} to {self.letter}"
        if not moved:
            return f"{said} {change}: no output moved."
        still = steps - len(moved)
        where = "before" if self.direction == "forward" else "behind"
        rest = f", the {still} {where} did not" if still else ""
        return f"{said} {change}: output{'s' * (len(moved) > 1)} {listed(moved)} moved{rest}."

    def draw(self, fig) -> None:
        """Draw letters, cells with their hidden state, and outputs; arrows in the direction of reading."""
        numbers = self.compute(self.state())
        letters = self.sequence[: self.position - 1] + self.letter + self.sequence[self.position :]
        axes = fig.subplots()
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="equal")
        axes.axis("off")
        axes.text(12, 14, f"probability that {self.asks}", fontsize=12, va="center")
        steps = range(len(self.sequence)) if self.drawing == "unrolled" else [self.step - 1]
        places = columns(len(self.sequence)) if self.drawing == "unrolled" else [WIDTH / 2]
        for x, step in zip(places, steps, strict=True):
            changed = step == self.position - 1 and self.letter != self.sequence[step]
            _draw_step(axes, x, step, numbers, letters[step], changed=changed)
        if self.drawing == "unrolled":
            _draw_arrows(axes, places, self.direction)
        else:
            _draw_loop(axes, self.direction)
            _draw_sequence(axes, letters, self.step - 1)


def columns(steps: int) -> list[float]:
    """Return where the steps stand, evenly, in the middle of the drawing.

    Examples
    --------
    >>> columns(2)
    [405.0, 515.0]
    """
    return [WIDTH / 2 + 110 * (step - (steps - 1) / 2) for step in range(steps)]


def listed(words) -> str:
    """Return words joined by commas and a last "and".

    Examples
    --------
    >>> listed(["3", "4", "5"]), listed(["3"])
    ('3, 4 and 5', '3')
    """
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def signed(value: float) -> str:
    """Return a number with its sign and two digits, and no sign before a zero.

    Examples
    --------
    >>> signed(0.5), signed(-1.234), signed(-0.001)
    ('+0.50', '−1.23', '0.00')
    """
    text = f"{abs(value):.2f}"
    return text if float(text) == 0 else f"{'−' if value < 0 else '+'}{text}"


def _check_networks(networks):
    missing = [name for name in SHARINGS if name not in networks]
    if missing:
        raise ValueError(f'networks: expected the keys "tied" and "untied", got {sorted(networks)}.')
    tied = networks["tied"].cells
    if len(tied) != 1:
        raise ValueError(f"networks: expected one tied cell, got {len(tied)}.")
    sizes = {(cell.n_in, cell.hidden_size) for name in SHARINGS for cell in networks[name].cells}
    if len(sizes) != 1 or next(iter(sizes))[0] != 4:
        raise ValueError(f"networks: expected cells of one size that read 4 numbers, got {sorted(sizes)}.")


def _numbers(network) -> dict:
    names = ("W_x", "W_h", "b_x", "b_h")
    cells = [
        {name: array.tolist() for name, array in zip(names, cell.parameters, strict=True)} for cell in network.cells
    ]
    return {"cells": cells, "v": np.asarray(network.v).tolist(), "c": float(network.c)}


def _cell_at(network, step):
    return network["cells"][min(step, len(network["cells"]) - 1)]


def _read(network, letters, direction) -> tuple[list[list[float]], list[float]]:
    """Hidden state and probability at each step, in the order of the sequence."""
    h, hidden = np.zeros(len(network["v"])), [[]] * len(letters)
    steps = range(len(letters))
    for step in steps if direction == "forward" else reversed(steps):
        cell = _cell_at(network, step)
        from_x = np.array(cell["W_x"])[encode.DNA.index(letters[step])] + cell["b_x"]  # a one-hot base picks a row
        h = np.tanh(from_x + (h @ np.array(cell["W_h"]) + cell["b_h"]))
        hidden[step] = h.tolist()
    logits = np.array(hidden) @ network["v"] + network["c"]
    return hidden, layers.sigmoid(logits).tolist()


def _draw_step(axes, x, step, numbers, letter, *, changed):
    from matplotlib.patches import Circle, FancyBboxPatch

    number = numbers["cell_numbers"][step]
    axes.plot([x, x], [LETTER_Y - LETTER_SIZE / 2, CELL_Y + CELL_H / 2], "-", color="#1a1a1a", lw=1.2, zorder=1)
    axes.plot([x, x], [CELL_Y - CELL_H / 2, OUTPUT_Y + OUTPUT_R], "-", color="#1a1a1a", lw=1.2, zorder=1)
    box = FancyBboxPatch(
        (x - CELL_W / 2, CELL_Y - CELL_H / 2), CELL_W, CELL_H, boxstyle="round,pad=0,rounding_size=8",
        facecolor=PALE[(number - 1) % len(PALE)], edgecolor="#1a1a1a", linewidth=1.2,
    )  # fmt: skip
    axes.add_patch(box)
    axes.text(x, CELL_Y - 40, f"cell {number}", ha="center", va="center", fontsize=11)
    for row, value in enumerate(numbers["hidden"][step]):
        axes.text(x, CELL_Y - 14 + 24 * row, signed(value), ha="center", va="center", fontsize=12)
    moved = numbers["moved"][step]
    edge = OKABE_ITO["vermillion"] if moved else "#1a1a1a"
    axes.add_patch(Circle((x, OUTPUT_Y), OUTPUT_R, facecolor="white", edgecolor=edge, linewidth=3 if moved else 1.2))
    axes.text(
        x, OUTPUT_Y, f"{numbers['probabilities'][step]:.2f}", ha="center", va="center", fontsize=13, weight="bold"
    )
    if moved:
        was = f"was {numbers['probabilities_before'][step]:.2f}"
        axes.text(x, OUTPUT_Y - OUTPUT_R - 11, was, ha="center", va="center", fontsize=11)
    _draw_letter(axes, x, letter, thick=changed)
    axes.text(x, NOTE_Y, str(step + 1), ha="center", va="center", fontsize=11)


def _draw_letter(axes, x, letter, *, thick=False):
    from matplotlib.patches import Rectangle

    half = LETTER_SIZE / 2
    edge = OKABE_ITO["vermillion"] if thick else "#1a1a1a"
    axes.add_patch(
        Rectangle((x - half, LETTER_Y - half), 2 * half, 2 * half, facecolor="white", edgecolor=edge,
                  linewidth=3 if thick else 1.2)
    )  # fmt: skip
    axes.text(x, LETTER_Y, letter, ha="center", va="center", fontsize=15, weight="bold")


def _draw_arrows(axes, places, direction):
    half = CELL_W / 2
    for left, right in pairwise(places):
        ends = (left + half, right - half) if direction == "forward" else (right - half, left + half)
        axes.annotate(
            "", xy=(ends[1], CELL_Y), xytext=(ends[0], CELL_Y),
            arrowprops={"arrowstyle": "-|>", "color": OKABE_ITO["blue"], "lw": 2, "shrinkA": 0, "shrinkB": 0},
        )  # fmt: skip


def _draw_loop(axes, direction):
    x, half = WIDTH / 2, CELL_W / 2
    axes.annotate(
        "", xy=(x + half, CELL_Y - 25), xytext=(x + half, CELL_Y + 25),
        arrowprops={"arrowstyle": "-|>", "color": OKABE_ITO["blue"], "lw": 2, "connectionstyle": "arc3,rad=1.6",
                    "shrinkA": 0, "shrinkB": 0},
    )  # fmt: skip
    text = f"the hidden state goes back in\nwith the next base, reading {direction}"
    axes.text(x + half + 70, CELL_Y, text, fontsize=12, va="center")


def _draw_sequence(axes, letters, step):
    for at, letter in enumerate(letters):
        axes.text(
            36 + 32 * at, LETTER_Y, letter, ha="center", va="center", fontsize=13,
            weight="bold" if at == step else "normal", color="#1a1a1a" if at == step else "#767676",
        )  # fmt: skip
    axes.plot([36 + 32 * step - 11, 36 + 32 * step + 11], [LETTER_Y + 18] * 2, "-", color="#1a1a1a", lw=2.5)


def binding_explorer(readers: Mapping, sequence: str) -> KernelFigure:
    """Return a figure of the probability of binding at each base, drawn over the letters, for a sequence you can edit.

    Chapter 5, section *Use*.

    Parameters
    ----------
    readers : mapping of str to callable
        Name, and a function that takes one-hot sequences (batch, length, 4) and returns (batch, length) probabilities.
    sequence : str
        What is shown first.

    Returns
    -------
    KernelFigure
        Its control is named ``sequence``.

    Examples
    --------
    >>> always = {"always no": lambda X: 0 * X[:, :, 0]}
    >>> figure = binding_explorer(always, "GATTACA")
    >>> figure.controls["sequence"].value = "GATTACAGATX"
    >>> figure.text
    "Only A, C, G and T can be read: 'X' stands at base 11."
    """
    import ipywidgets

    from bioml_helpers.rnn import pictures

    shown = {"sequence": sequence}

    def draw(fig, sequence):
        sequence = "".join(sequence.split()).upper()
        odd = [(at, letter) for at, letter in enumerate(sequence, start=1) if letter not in encode.DNA]
        said = ""
        if odd:
            said = f"Only A, C, G and T can be read: {odd[0][1]!r} stands at base {odd[0][0]}."
        elif not 7 <= len(sequence) <= 80:
            said = f"Give 7 to 80 bases; {len(sequence)} came."
        else:
            shown["sequence"] = sequence
        X = encode.one_hot([shown["sequence"]], channels_first=False)
        found = {name: np.asarray(read(X))[0] for name, read in readers.items()}
        pictures.binding_track(shown["sequence"], found, fig=fig)
        return said or " ".join(
            f"{name}: highest {values.max():.2f}, at base {values.argmax() + 1}." for name, values in found.items()
        )

    def alt(sequence):
        return (
            f"Probability of binding at each of {len(shown['sequence'])} bases, one line for each of "
            f"{listed(list(readers))}, over the letters of the sequence {shown['sequence']}."
        )

    box = ipywidgets.Text(
        sequence, description="sequence", continuous_update=False, layout=ipywidgets.Layout(width="760px")
    )
    return KernelFigure(draw, {"sequence": box}, alt=alt, figsize=(9.6, 3.6))
