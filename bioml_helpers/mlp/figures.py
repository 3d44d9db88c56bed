"""The living figure of chapter 3: panel 4a, a network whose every circle shows the number that it holds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd
import traitlets

from bioml_helpers.data import validate
from bioml_helpers.figures import living
from bioml_helpers.figures.house import OKABE_ITO
from bioml_helpers.figures.kernel import KernelFigure
from bioml_helpers.mlp.layers import MLP, relu, sigmoid

POSITIVE, NEGATIVE = OKABE_ITO["blue"], "#B34A00"
MOST_SHIFT = 30  # tenths of a standard deviation
LABELS = {  # name and unit of each property of a molecule
    "weight": ("weight", "g/mol"),
    "logp": ("logP", ""),
    "tpsa": ("polar surface", "Å²"),
    "donors": ("H-bond donors", ""),
    "acceptors": ("H-bond acceptors", ""),
    "rotatable_bonds": ("rotatable bonds", ""),
    "rings": ("rings", ""),
    "fraction_sp3": ("fraction sp³ C", ""),
    "aromatic_rings": ("aromatic rings", ""),
    "heavy_atoms": ("heavy atoms", ""),
    "qed": ("QED", ""),
    "heteroatoms": ("heteroatoms", ""),
}
TRAINING = ("before", "after")

# Where the circles stand, in the units of both drawings (the module has the same numbers).
WIDTH, HEIGHT = 920, 620
INPUT_X, HIDDEN_X, OUTPUT_X = 250, 560, 800
INPUT_R, HIDDEN_R, OUTPUT_R = 23, 42, 48


class PanelFigure(living.LivingFigure):
    """A network with one hidden layer: its numbers, its weights, and what one property of a molecule does to them.

    Every circle shows its number: an input its standardised property, a hidden neuron the sum before its activation and
    the number after it, the output its logit and probability. Every line is a weight: the wider, the larger; solid
    where it is positive, dashed where it is negative. Chapter 3, section *See*.

    Parameters
    ----------
    networks : mapping with the keys ``"before"`` and ``"after"``
        Two `MLP` of the same sizes with one hidden layer and one output: the start and the end of training.
    molecules : pandas.DataFrame
        One row a molecule, its name as index; a column a property, in the order of the inputs; optionally a column
        ``measured`` (1 active, 0 inactive).
    mean, spread : array_like of shape (n_in,)
        What each property is standardised with.
    molecule, training, changed : str
        What is shown first: a name of `molecules`, ``"before"`` or ``"after"``, and the property that the slider moves.
    shift : int
        By how many tenths of a standard deviation that property is moved, −30 to 30.

    Raises
    ------
    ValueError
        If the networks do not fit each other or the molecules; the message says what came and what was expected.

    Examples
    --------
    >>> networks = {"before": MLP((2, 3, 1), seed=0), "after": MLP((2, 3, 1), seed=1)}
    >>> table = pd.DataFrame({"logp": [1.0, 4.0], "rings": [1.0, 3.0]}, index=["small", "large"])
    >>> figure = PanelFigure(networks, table, mean=[2.0, 2.0], spread=[1.0, 1.0], molecule="large", changed="logp")
    >>> print(figure.alt())
    A network with 2 inputs, 3 hidden neurons, 1 output and 9 weights. large, after training: probability 0.42 of \
being active. Hidden neurons 1 and 3 are off.
    """

    figsize = (9.6, 6.5)
    _esm = living.module(__file__, "..", "panel.js")

    networks = traitlets.Dict().tag(sync=True, state=True)
    molecules = traitlets.Dict().tag(sync=True, state=True)
    mean = traitlets.List().tag(sync=True, state=True)
    spread = traitlets.List().tag(sync=True, state=True)
    names = traitlets.List().tag(sync=True, state=True)
    molecule = traitlets.Unicode().tag(sync=True, state=True)
    training = traitlets.Unicode("after").tag(sync=True, state=True)
    changed = traitlets.Unicode().tag(sync=True, state=True)
    shift = traitlets.Int(0).tag(sync=True, state=True)
    labels = traitlets.Dict().tag(sync=True)  # name and unit of each property
    measured = traitlets.Dict().tag(sync=True)  # molecule → "active", "inactive" or ""

    def __init__(
        self,
        networks: Mapping[str, MLP],
        molecules: pd.DataFrame,
        *,
        mean,
        spread,
        molecule: str | None = None,
        training: str = "after",
        changed: str = "logp",
        shift: int = 0,
    ):
        names = [name for name in molecules.columns if name != "measured"]
        _check_networks(networks, len(names))
        values = validate.array("molecules", molecules[names].to_numpy(), ndim=2)
        mean = validate.array("mean", mean, ndim=1, length=len(names))
        spread = validate.array("spread", spread, ndim=1, length=len(names))
        if (spread <= 0).any():
            raise ValueError(f"spread: expected numbers above 0, got {spread.min():g}.")
        known = [str(name) for name in molecules.index]
        first = known[0] if molecule is None else validate.one_of("molecule", molecule, known)
        verdicts = molecules.get("measured", pd.Series(np.nan, index=molecules.index))
        super().__init__(
            networks={when: _weights(networks[when]) for when in TRAINING},
            molecules=dict(zip(known, values.tolist(), strict=True)),
            mean=mean.tolist(),
            spread=spread.tolist(),
            names=names,
            molecule=first,
            training=validate.one_of("training", training, TRAINING),
            changed=validate.one_of("changed", changed, names),
            shift=validate.number("shift", shift, low=-MOST_SHIFT, high=MOST_SHIFT, integer=True),
            labels={name: list(LABELS.get(name, (name, ""))) for name in names},
            measured={
                name: {1.0: "active", 0.0: "inactive"}.get(one, "") for name, one in zip(known, verdicts, strict=True)
            },
        )

    @traitlets.validate("shift")
    def _check_shift(self, proposal):
        return validate.number("shift", proposal["value"], low=-MOST_SHIFT, high=MOST_SHIFT, integer=True)

    @traitlets.validate("training")
    def _check_training(self, proposal):
        return validate.one_of("training", proposal["value"], TRAINING)

    @staticmethod
    def compute(state: dict) -> dict:
        """Return what each circle holds, what the output would be without the shift, and the width of each line.

        Examples
        --------
        >>> network = {"W1": [[2.0]], "b1": [-1.0], "W2": [[3.0]], "b2": [0.0]}
        >>> state = {"networks": {"after": network}, "training": "after", "molecules": {"a": [5.0]}, "molecule": "a",
        ...          "mean": [4.0], "spread": [1.0], "names": ["logp"], "changed": "logp", "shift": 5}
        >>> numbers = PanelFigure.compute(state)
        >>> numbers["inputs"], numbers["before"], numbers["after"], numbers["logit"]
        ([1.5], [2.0], [2.0], 6.0)
        """
        network = state["networks"][state["training"]]
        still = (np.array(state["molecules"][state["molecule"]]) - state["mean"]) / state["spread"]  # (n_in,)
        moved = still.copy()
        moved[state["names"].index(state["changed"])] += state["shift"] / 10
        numbers = _forward(network, moved)
        return {
            "inputs": moved.tolist(),
            **numbers,
            "probability_unmoved": _forward(network, still)["probability"],
            "widths_in": _widths(network["W1"]),
            "widths_out": _widths(network["W2"]),
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return a small network before and after training, with each property moved."""
        names = ["logp", "tpsa", "rings"]
        networks = {when: _weights(MLP((3, 4, 1), seed=seed), 6) for seed, when in enumerate(TRAINING)}
        common = {
            "networks": networks,
            "molecules": {"a": [1.5, 60.0, 2.0], "b": [4.75, 20.5, 3.0]},
            "mean": [2.0, 50.0, 1.5],
            "spread": [1.5, 30.0, 1.25],
            "names": names,
        }
        moves = [("logp", 0), ("logp", 10), ("tpsa", -25), ("rings", 30)]
        return [
            {**common, "molecule": molecule, "training": when, "changed": changed, "shift": shift}
            for molecule, when, (changed, shift) in product("ab", TRAINING, moves)
        ]

    def alt(self) -> str:
        """Return the network's size and what it says about the molecule, in words."""
        n_in, n_hidden = np.shape(self.networks["after"]["W1"])
        size = f"{n_in} inputs, {n_hidden} hidden neurons, 1 output and {n_in * n_hidden + n_hidden} weights"
        return f"A network with {size}. {self.sentence()}"

    def sentence(self) -> str:
        """Return what the figure says below the picture."""
        numbers = self.compute(self.state())
        measured = f" (measured: {self.measured[self.molecule]})" if self.measured.get(self.molecule) else ""
        said = f"{self.molecule}, {self.training} training: probability {numbers['probability']:.2f} of being active"
        parts = [f"{said}{measured}."]
        if self.shift:
            at = self.names.index(self.changed)
            label, unit = self.labels[self.changed]
            value = f"{self.mean[at] + self.spread[at] * numbers['inputs'][at]:.1f} {unit}".strip()
            parts.append(
                f"Changed: {label} by {signed(self.shift / 10, 1)} standard deviations to {value.replace('-', '−')}; "
                f"unchanged it was {numbers['probability_unmoved']:.2f}."
            )
        off = [str(i) for i, z in enumerate(numbers["before"], start=1) if z <= 0]
        if off:
            one = len(off) == 1
            parts.append(f"Hidden neuron{'' if one else 's'} {_listed(off)} {'is' if one else 'are'} off.")
        return " ".join(parts)

    def draw(self, fig) -> None:
        """Draw circles with their numbers, and lines as wide as their weights."""
        numbers = self.compute(self.state())
        network = self.networks[self.training]
        axes = fig.subplots()
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="equal")
        axes.axis("off")
        inputs = [(INPUT_X, y) for y in heights(len(self.names), 48)]
        hidden = [(HIDDEN_X, y) for y in heights(len(numbers["before"]), 128)]
        output = [(OUTPUT_X, HEIGHT / 2)]
        _draw_lines(axes, inputs, hidden, network["W1"], numbers["widths_in"])
        _draw_lines(axes, hidden, output, network["W2"], numbers["widths_out"])
        raw = np.array(self.mean) + np.array(self.spread) * numbers["inputs"]
        for name, at, x, value in zip(self.names, inputs, numbers["inputs"], raw, strict=True):
            chosen = name == self.changed
            _circle(axes, at, INPUT_R, edge=3 if chosen else 1.2)
            axes.text(*at, signed(x), ha="center", va="center", fontsize=11)
            label, unit = self.labels[name]
            text = f"{label} {value:.1f} {unit}".strip().replace("-", "−" if value < 0 else "-")
            weight = "bold" if chosen else "normal"
            axes.text(at[0] - 30, at[1], text, ha="right", va="center", fontsize=11, weight=weight)
        for i, (at, z, h) in enumerate(zip(hidden, numbers["before"], numbers["after"], strict=True), start=1):
            _circle(axes, at, HIDDEN_R, off=z <= 0)
            axes.text(at[0], at[1] - 13, f"z {signed(z)}", ha="center", va="center", fontsize=11)
            axes.text(at[0], at[1] + 13, f"h {h:.2f}", ha="center", va="center", fontsize=12, weight="bold")
            title = f"hidden {i}" + (" · off" if z <= 0 else "")
            axes.text(at[0], at[1] - 54, title, ha="center", va="center", fontsize=11, bbox=_HALO)
        self._draw_output(axes, output[0], numbers)

    def _draw_output(self, axes, at, numbers):
        _circle(axes, at, OUTPUT_R)
        axes.text(at[0], at[1] - 13, f"logit {signed(numbers['logit'])}", ha="center", va="center", fontsize=11)
        axes.text(
            at[0], at[1] + 13, f"{numbers['probability']:.2f}", ha="center", va="center", fontsize=14, weight="bold"
        )
        axes.text(at[0], at[1] - 64, "output", ha="center", va="center", fontsize=11)
        below = ["probability of being active"]
        if self.measured.get(self.molecule):
            below.append(f"measured: {self.measured[self.molecule]}")
        for row, text in enumerate(below):
            axes.text(at[0], at[1] + 68 + 24 * row, text, ha="center", va="center", fontsize=11, bbox=_HALO)
        axes.text(320, 18, f"{self.molecule} · {self.training} training", fontsize=13, weight="bold", va="center")
        for row, (colour, dash, text) in enumerate([(POSITIVE, "-", "positive"), (NEGATIVE, "--", "negative")]):
            y = HEIGHT - 44 + 26 * row
            axes.plot([640, 690], [y, y], dash, color=colour, lw=3)
            axes.text(700, y, f"{text} weight", fontsize=11, va="center")


_HALO = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85}


def heights(count: int, gap: float) -> list[float]:
    """Return where `count` circles stand, `gap` apart and centred.

    Examples
    --------
    >>> heights(3, 100)
    [210.0, 310.0, 410.0]
    """
    return [HEIGHT / 2 + gap * (i - (count - 1) / 2) for i in range(count)]


def signed(value: float, digits: int = 2) -> str:
    """Return a number with its sign, and no sign before a zero.

    Examples
    --------
    >>> signed(0.5), signed(-1.234), signed(-0.001)
    ('+0.50', '−1.23', '0.00')
    """
    text = f"{abs(value):.{digits}f}"
    return text if float(text) == 0 else f"{'−' if value < 0 else '+'}{text}"


def _check_networks(networks, n_in):
    missing = [when for when in TRAINING if when not in networks]
    if missing:
        raise ValueError(f'networks: expected the keys "before" and "after", got {sorted(networks)}.')
    sizes = {when: networks[when].sizes for when in TRAINING}
    if len(sizes["before"]) != 3 or sizes["before"][2] != 1 or sizes["before"] != sizes["after"]:
        raise ValueError(
            f"networks: expected twice the same sizes (inputs, hidden, 1), got {sizes['before']} and {sizes['after']}."
        )
    if sizes["before"][0] != n_in:
        raise ValueError(
            f"molecules: expected {sizes['before'][0]} properties, as the networks have inputs, got {n_in}."
        )


def _weights(network: MLP, digits: int | None = None) -> dict:
    arrays = dict(zip(("W1", "b1", "W2", "b2"), network.parameters, strict=True))
    return {name: (array if digits is None else array.round(digits)).tolist() for name, array in arrays.items()}


def _forward(network, x) -> dict:
    before = x @ np.array(network["W1"]) + network["b1"]  # (hidden_size,)
    after = relu(before)
    logit = float(after @ np.array(network["W2"])[:, 0] + network["b2"][0])
    return {
        "before": before.tolist(),
        "after": after.tolist(),
        "logit": logit,
        "probability": float(sigmoid(logit)),
    }


def _widths(matrix) -> list[float]:
    """Width of each line, row by row: from 0.5 for a weight of 0 to 7 for a weight of 2 and more."""
    return (0.5 + 6.5 * np.minimum(np.abs(np.array(matrix)) / 2, 1)).ravel().tolist()


def _draw_lines(axes, starts, ends, matrix, widths):
    for (start, end), weight, width in zip(product(starts, ends), np.ravel(matrix), widths, strict=True):
        dash = "-" if weight >= 0 else (0, (2.4, 1.2))
        colour = POSITIVE if weight >= 0 else NEGATIVE
        axes.plot(*zip(start, end, strict=True), linestyle=dash, color=colour, lw=0.75 * width, alpha=0.75, zorder=1)


def _circle(axes, at, radius, *, off=False, edge=1.5):
    from matplotlib.patches import Circle

    face, dash = ("#EDEDED", "--") if off else ("white", "-")
    axes.add_patch(Circle(at, radius, facecolor=face, edgecolor="#1a1a1a", linestyle=dash, linewidth=edge, zorder=2))


def _listed(words) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def threshold_explorer(y, probabilities) -> KernelFigure:
    """Return a figure with a threshold to move: ROC and precision–recall side by side, at any prevalence.

    Chapter 3, section *Use*.

    Parameters
    ----------
    y : array_like of shape (n,)
        1 active, 0 inactive; both must occur.
    probabilities : array_like of shape (n,)
        What a model says, 0 to 1.

    Returns
    -------
    KernelFigure
        Its ``controls`` are named ``threshold`` and ``prevalence``.

    Raises
    ------
    ValueError
        If the lengths differ, or a class is missing.

    Examples
    --------
    >>> figure = threshold_explorer([0, 0, 0, 1], [0.1, 0.2, 0.7, 0.9])
    >>> figure.controls["threshold"].value = 0.6
    >>> print(figure.text.partition(".")[0])
    Of 1 active 1 found, 0 missed; of 3 inactive 1 false alarm, 2 left in peace
    """
    import ipywidgets

    from bioml_helpers.mlp import pictures

    y = validate.array("y", y, ndim=1)
    probabilities = validate.array("probabilities", probabilities, ndim=1, length=len(y))
    if set(y) != {0.0, 1.0}:
        raise ValueError(f"y: expected labels 0 and 1, both of them, got {sorted(set(y))[:3]}.")
    own = float(y.mean())

    def draw(fig, threshold, prevalence):
        found, missed, alarms, quiet, precision = pictures.thresholds(fig, y, probabilities, threshold, prevalence)
        active, inactive = found + missed, alarms + quiet
        return (
            f"Of {active} active {found} found, {missed} missed; of {inactive} inactive {alarms} false "
            f"alarm{'' if alarms == 1 else 's'}, {quiet} left in peace. Accuracy {(found + quiet) / len(y):.2f}; "
            f"calling everything inactive {1 - own:.2f}. Where {prevalence:.0%} are active, "
            f"{precision:.0%} of the alarms are right."
        )

    def alt(threshold, prevalence):
        return (
            f"ROC curve and precision–recall curve of a model, with the point of threshold {threshold:.2f}; the second "
            f"curve is drawn for a prevalence of {prevalence:.2f}, which is also the coin's line in it."
        )

    wide = ipywidgets.Layout(width="320px")
    controls = {
        "threshold": ipywidgets.FloatSlider(0.5, min=0, max=1, step=0.02, description="threshold", layout=wide),
        "prevalence": ipywidgets.FloatSlider(
            round(own, 2), min=0.01, max=0.5, step=0.01, description="prevalence", layout=wide
        ),
    }
    return KernelFigure(draw, controls, alt=alt, figsize=(8.4, 3.8))
