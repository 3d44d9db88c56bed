"""The figures of chapter 8 that move: panel 4e with its bottleneck, and a map of latent vectors to decode from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import traitlets

from bioml_helpers.data import validate
from bioml_helpers.data.encode import PROTEIN
from bioml_helpers.figures import living
from bioml_helpers.figures.kernel import KernelFigure

LENGTH = 5
PARTS = 8  # four layers, each with a matrix and a bias
DIGITS = 3  # of the weights that are handed to the browser

# Where things stand, in the units of both drawings (the module has the same numbers).
WIDTH, HEIGHT = 920, 402
ROW_Y, ROW_GAP, BOX = 74, 58, 42
IN_X, ENCODER, LATENT_X, DECODER, OUT_X, MARK_X, SURE_X = 70, (140, 372), 450, (528, 700), 762, 812, 868
HALF_WIDE, HALF_NARROW, MIDDLE_Y, LINE_Y = 150, 44, ROW_Y + 2 * ROW_GAP, 382
BLUE, ERROR, INK, GREY, PALE = "#0072B2", "#B34A00", "#1a1a1a", "#767676", "#e5e5e5"


def weights_of(model) -> list:
    """Return the weights and biases of an autoencoder's four layers as nested lists, rounded to three decimals.

    Parameters
    ----------
    model : bioml_helpers.autoencoder.Autoencoder
        With one hidden layer on each side.

    Raises
    ------
    ValueError
        If it has another number of layers.

    Examples
    --------
    >>> from bioml_helpers.autoencoder import Autoencoder
    >>> len(weights_of(Autoencoder((100, 64, 2), seed=0)))
    8
    """
    parts = [np.round(one.detach().double().numpy(), DIGITS).tolist() for one in model.parameters()]
    if len(parts) != PARTS:
        raise ValueError(f"model: expected {PARTS} weights and biases (one hidden layer a side), got {len(parts)}.")
    return parts


class BottleneckFigure(living.LivingFigure):
    """Panel 4e alive: five residues go through a trained encoder, a bottleneck and a decoder, and come out again.

    The bottleneck's size can be chosen among the trained ones, the sequence among examples or residue by residue. Each
    residue that comes out right is marked ✓, each wrong one ✗. Chapter 8, section *See*.

    Parameters
    ----------
    weights : mapping of int to nested lists
        For each bottleneck size the eight parts that `weights_of` gives.
    examples : sequence of str
        Sequences of five residues.
    latent : int, optional
        The bottleneck shown; by default the smallest.
    sequence : str, optional
        The residues that go in; by default the first example.

    Raises
    ------
    ValueError
        If weights, a sequence or the bottleneck do not fit.

    Examples
    --------
    >>> figure = BottleneckFigure(BottleneckFigure.golden_cases()[0]["weights"], ["MKVLA"])
    >>> print(figure.alt())
    An autoencoder of five residues. MKVLA goes through 1 number and comes out as NRKVW: 0 of 5 residues right, \
sequence identity 0 %. Wrong: position 1, 2, 3, 4, 5.
    """

    figsize = (9.6, 4.4)
    _esm = living.module(__file__, "..", "bottleneck.js")

    weights = traitlets.Dict().tag(sync=True, state=True)
    examples = traitlets.List().tag(sync=True, state=True)
    latent = traitlets.Int(1).tag(sync=True, state=True)
    sequence = traitlets.Unicode("").tag(sync=True, state=True)

    def __init__(
        self,
        weights: Mapping[int, list],
        examples: Sequence[str],
        *,
        latent: int | None = None,
        sequence: str | None = None,
    ):
        examples = [_five("examples", one) for one in examples]
        if not weights or not examples:
            raise ValueError("weights, examples: expected at least one trained bottleneck and one sequence, got none.")
        known = {str(size): _checked(size, parts) for size, parts in weights.items()}
        latent = min(map(int, known)) if latent is None else latent
        super().__init__(
            weights=known, examples=examples, latent=latent, sequence=examples[0] if sequence is None else sequence
        )

    @traitlets.validate("latent")
    def _check_latent(self, proposal):
        return validate.one_of("latent", proposal["value"], sorted(map(int, self.weights)))

    @traitlets.validate("sequence")
    def _check_sequence(self, proposal):
        return _five("sequence", proposal["value"])

    @staticmethod
    def compute(state: dict) -> dict:
        """Return the latent vector, what comes out, how sure each residue is, which are right, and the identity.

        Residues that come out are numbers, 0 to 19 for ACDEFGHIKLMNPQRSTVWY.

        Examples
        --------
        >>> numbers = BottleneckFigure.compute(BottleneckFigure.golden_cases()[0])
        >>> letters_of(numbers["said"]), numbers["identity"]
        ('NRKVW', 0.0)
        """
        W1, b1, W2, b2, W3, b3, W4, b4 = (
            np.array(part, dtype=float) for part in state["weights"][str(state["latent"])]
        )
        x = np.array([[float(other == letter) for other in PROTEIN] for letter in state["sequence"]]).ravel()
        z = W2 @ np.maximum(W1 @ x + b1, 0) + b2
        logits = (W4 @ np.maximum(W3 @ z + b3, 0) + b4).reshape(LENGTH, -1)
        best = logits.argmax(axis=1)
        right = [int(one == PROTEIN[at]) for one, at in zip(state["sequence"], best, strict=True)]
        return {
            "latent": z.tolist(),
            "said": best.tolist(),
            "sure": (1 / np.exp(logits - logits.max(axis=1, keepdims=True)).sum(axis=1)).tolist(),
            "right": right,
            "identity": sum(right) / len(right),
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return two bottlenecks of small networks on three sequences."""
        rng = np.random.default_rng(8)
        weights = {
            str(d): [
                rng.normal(scale=1.5, size=shape).round(2).tolist()
                for shape in ((3, 100), (3,), (d, 3), (d,), (3, d), (3,), (100, 3), (100,))
            ]
            for d in (1, 4)
        }
        sequences = ["MKVLA", "WWWWW", "ACDEF"]
        return [
            {"weights": weights, "examples": sequences[:2], "latent": d, "sequence": sequence}
            for d in (1, 4)
            for sequence in sequences
        ]

    def alt(self) -> str:
        """Return what goes in and what comes out, in words."""
        return f"An autoencoder of five residues. {self.sentence()}"

    def sentence(self) -> str:
        """Return what the figure says below the picture."""
        numbers = self.compute(self.state())
        wrong = [str(place) for place, right in enumerate(numbers["right"], start=1) if not right]
        which = f" Wrong: position {', '.join(wrong)}." if wrong else ""
        return (
            f"{self.sequence} goes through {self.latent} number{'s' * (self.latent != 1)} and comes out as "
            f"{letters_of(numbers['said'])}: {LENGTH - len(wrong)} of {LENGTH} residues right, sequence identity "
            f"{_percent(numbers['identity'])}.{which}"
        )

    def draw(self, fig) -> None:
        """Draw the whole panel on an empty figure."""
        from matplotlib.patches import Ellipse, Polygon, Rectangle

        numbers = self.compute(self.state())
        axes = fig.add_subplot()
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        axes.axis("off")

        def write(x, y, text, **how):
            axes.text(x, y, text, **{"fontsize": 12, "ha": "center", "va": "center", **how})

        halves = (
            (ENCODER, HALF_WIDE, HALF_NARROW, "encoder", f"100 numbers → {self.latent}"),
            (DECODER, HALF_NARROW, HALF_WIDE, "decoder", f"{self.latent} → 100 numbers"),
        )
        for (left, end), first, last, name, sizes in halves:
            corners = [
                (left, MIDDLE_Y - first),
                (end, MIDDLE_Y - last),
                (end, MIDDLE_Y + last),
                (left, MIDDLE_Y + first),
            ]
            axes.add_patch(Polygon(corners, facecolor=PALE, edgecolor=GREY))
            write((left + end) / 2, MIDDLE_Y - 12, name, fontsize=13, weight="bold")
            write((left + end) / 2, MIDDLE_Y + 14, sizes, fontsize=11)
        for x, text in ((IN_X, "in"), (LATENT_X, "latent vector"), (OUT_X, "out")):
            write(x, 26, text, weight="bold")
        write(SURE_X, 26, "how sure", fontsize=11)
        z = numbers["latent"]
        gap = min(50, 300 / len(z))
        for row, value in enumerate(z):
            y = MIDDLE_Y + (row - (len(z) - 1) / 2) * gap
            height = 2 * min(22, gap / 2 - 2)
            axes.add_patch(Ellipse((LATENT_X, y), 80, height, facecolor="white", edgecolor=BLUE, linewidth=1.8))
            write(LATENT_X, y, _number(value), weight="bold")
        for place, letter in enumerate(self.sequence):
            y, fine = ROW_Y + ROW_GAP * place, numbers["right"][place]
            for x, colour, dash in ((IN_X, INK, "-"), (OUT_X, INK if fine else ERROR, "-" if fine else "--")):
                corner = (x - BOX / 2, y - BOX / 2)
                axes.add_patch(
                    Rectangle(corner, BOX, BOX, facecolor="white", edgecolor=colour, linewidth=1.8, linestyle=dash)
                )
            write(IN_X - 42, y, str(place + 1), fontsize=11)
            write(IN_X, y, letter, fontsize=16, weight="bold")
            write(OUT_X, y, PROTEIN[numbers["said"][place]], fontsize=16, weight="bold")
            write(MARK_X, y, "✓" if fine else "✗", fontsize=17, weight="bold", family="DejaVu Sans")
            write(SURE_X, y, _percent(numbers["sure"][place]))
        count = sum(numbers["right"])
        text = f"{count} of {LENGTH} residues right: sequence identity {_percent(numbers['identity'])}"
        write(WIDTH / 2, LINE_Y, text, fontsize=14, weight="bold")


def letters_of(numbers: Sequence[int]) -> str:
    """Return residues as text.

    Examples
    --------
    >>> letters_of([0, 1, 2])
    'ACD'
    """
    return "".join(PROTEIN[at] for at in numbers)


def _percent(share: float) -> str:
    return f"{int(100 * share + 0.5)} %"


def _number(value: float) -> str:
    text = f"{abs(value):.1f}"
    return f"−{text}" if value < 0 and float(text) else text


def _five(name: str, text: str) -> str:
    if not isinstance(text, str) or len(text) != LENGTH or set(text) - set(PROTEIN):
        raise ValueError(f"{name}: expected five of the residues {PROTEIN}, got {text!r}.")
    return text


def _checked(size, parts) -> list:
    d = validate.number("weights", int(size), low=1, integer=True)
    hidden = len(parts[0]) if len(parts) == PARTS else 0
    inputs = LENGTH * len(PROTEIN)
    shapes = [(hidden, inputs), (hidden,), (d, hidden), (d,), (hidden, d), (hidden,), (inputs, hidden), (inputs,)]
    came = [np.shape(part) for part in parts]
    if came != shapes:
        raise ValueError(f"weights[{size}]: expected parts of shapes {shapes}, got {came}.")
    return [np.asarray(part, dtype=float).tolist() for part in parts]


# ---------------------------------------------------------------- decode here


def latent_map(model, task, *, at=(0.0, 0.0)) -> KernelFigure:
    """Return a map of the latent vectors of a model with two of them, and what the decoder makes of any point.

    Two sliders move a point over the map; below it stands the sequence that is decoded there, and whether it belongs
    to a family. Chapter 8, section *Build*.

    Parameters
    ----------
    model : bioml_helpers.autoencoder.Autoencoder
        With a latent vector of two numbers.
    task : bioml_helpers.autoencoder.models.Pentamers
    at : (float, float)
        Where the point stands first.

    Returns
    -------
    KernelFigure
        Its ``controls`` are ``first`` and ``second``.

    Raises
    ------
    ValueError
        If the latent vector has another length.

    Examples
    --------
    >>> from bioml_helpers.autoencoder import VAE, models
    >>> figure = latent_map(VAE((100, 8, 2), loss="residues", seed=0), models.pentamers())
    >>> figure.controls["first"].value = 1.0
    >>> figure.text.startswith("At (1.0, 0.0)")
    True
    """
    import ipywidgets
    import torch

    from bioml_helpers.autoencoder import models, pictures

    if model.sizes[-1] != 2:
        raise ValueError(f"model: expected a latent vector of 2 numbers, got {model.sizes[-1]}.")
    z = models.latent_of(model, task.test["sequence"])
    families = task.test["family"].to_numpy()
    reach = float(np.ceil(max(3.0, np.abs(z).max())))

    def decode(first, second):
        with torch.no_grad():
            return models.spell(model.decode(torch.tensor([[first, second]], dtype=torch.float32)))[0]

    def draw(fig, first, second):
        pictures.latent(fig, z, families, (first, second), reach)
        said = decode(first, second)
        known = models.belongs([said], task)[0]
        kind = "its conserved residues are those of a family" if known else "no family has these conserved residues"
        return f"At ({_number(first)}, {_number(second)}) the decoder says {said}: {kind}."

    def alt(first, second):
        return (
            f"{len(z)} held-out sequences as points of a plane, a marker for each of {len(set(families.tolist()))} "
            f"families; a cross at ({_number(first)}, {_number(second)}), where the decoder says "
            f"{decode(first, second)}."
        )

    wide = ipywidgets.Layout(width="340px")
    step = reach / 30
    controls = {
        name: ipywidgets.FloatSlider(value, min=-reach, max=reach, step=step, description=label, layout=wide)
        for name, value, label in (("first", at[0], "First"), ("second", at[1], "Second"))
    }
    return KernelFigure(draw, controls, alt=alt, figsize=(7.2, 5.2))
