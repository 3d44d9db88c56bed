"""The figures of chapter 6 that move: three tokens that look at each other, and the heads of a trained model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import traitlets

from bioml_helpers.data import validate
from bioml_helpers.figures import living
from bioml_helpers.figures.kernel import KernelFigure

PARTS = ("query", "key", "value")
SIGHTS = ("everywhere", "not ahead")
MOST = 30  # tenths: the numbers of a vector go from −3 to 3
LEAST_TEMPERATURE, MOST_TEMPERATURE = 1, 50  # tenths

# Three residues; of each vector the first number is about charge, the second about water or fat.
RESIDUES = ("Lys", "Glu", "Leu")
VECTORS = {
    "query": [[-2.0, -0.5], [2.0, -0.5], [0.0, 2.0]],  # asks for the opposite charge; Leu asks for another fatty one
    "key": [[1.0, -1.0], [-1.0, -1.0], [0.0, 1.5]],  # what it is
    "value": [[1.0, -1.2], [-1.0, -1.1], [0.0, 1.6]],  # what it says
}
MEANINGS = ("charge", "fat")

# Where things stand, in the units of both drawings (the module has the same numbers).
WIDTH, HEIGHT = 920, 402
ROW_Y, ROW_GAP = 96, 74
NAME_X, PART_X, CELL_X, CELL_GAP, CELL_W, CELL_H, OUTPUT_X = 34, (132, 252, 372), 492, 98, 90, 62, 834
LINES_Y, LINE_GAP = 318, 27
BLUE = "#0072B2"


class TokensFigure(living.LivingFigure):
    """Attention among three tokens with all its numbers: queries, keys, values, scores, weights, outputs.

    A row of the table belongs to the token that asks, a column to the token that answers. Any of the 18 numbers can be
    changed, the softmax made sharper or softer by its temperature, and looking ahead forbidden. Below the table the
    arithmetic of one row is written out. Chapter 6, section *See*.

    Parameters
    ----------
    names : sequence of three str
    vectors : dict with the keys ``"query"``, ``"key"`` and ``"value"``
        Three vectors of two numbers each, −3 to 3.
    temperature : int
        In tenths, 1 to 50: scores are divided by √2 and by the temperature before the softmax.
    sight : {"everywhere", "not ahead"}
        Whether a token may look at tokens behind its own place.
    asks : int
        The token whose row is written out, counted from 1.
    part, token : str, int
        The vector that the sliders change: ``"query"``, ``"key"`` or ``"value"``, of a token counted from 1.

    Raises
    ------
    ValueError
        If a vector, a name or a choice does not fit; the message says what came and what was expected.

    Examples
    --------
    >>> print(TokensFigure().alt())
    Attention among Lys, Glu and Leu. Lys puts most weight on Glu, 0.86; its output is (−0.81, −0.87). \
Temperature 1.0; every token may look everywhere.
    """

    figsize = (9.6, 4.4)
    _esm = living.module(__file__, "..", "tokens.js")

    names = traitlets.List().tag(sync=True, state=True)
    vectors = traitlets.Dict().tag(sync=True, state=True)
    temperature = traitlets.Int(10).tag(sync=True, state=True)
    sight = traitlets.Unicode("everywhere").tag(sync=True, state=True)
    asks = traitlets.Int(1).tag(sync=True, state=True)
    part = traitlets.Unicode("key").tag(sync=True, state=True)
    token = traitlets.Int(2).tag(sync=True, state=True)

    def __init__(
        self,
        names: Sequence[str] = RESIDUES,
        vectors: dict | None = None,
        *,
        temperature: int = 10,
        sight: str = "everywhere",
        asks: int = 1,
        part: str = "key",
        token: int = 2,
    ):
        if len(names) != 3:
            raise ValueError(f"names: expected three tokens, got {len(names)}.")
        super().__init__(
            names=[str(name) for name in names],
            vectors=VECTORS if vectors is None else vectors,
            temperature=temperature,
            sight=sight,
            asks=asks,
            part=part,
            token=token,
        )

    @traitlets.validate("vectors")
    def _check_vectors(self, proposal):
        vectors = proposal["value"]
        if sorted(vectors) != sorted(PARTS):
            raise ValueError(f'vectors: expected the keys "query", "key" and "value", got {sorted(vectors)}.')
        checked = {}
        for part in PARTS:
            numbers = validate.array(part, vectors[part], ndim=2)
            if numbers.shape != (3, 2) or np.abs(numbers).max() > MOST / 10:
                raise ValueError(f"{part}: expected three vectors of two numbers from −3 to 3, got {vectors[part]}.")
            checked[part] = numbers.tolist()
        return checked

    @traitlets.validate("temperature")
    def _check_temperature(self, proposal):
        return validate.number(
            "temperature", proposal["value"], low=LEAST_TEMPERATURE, high=MOST_TEMPERATURE, integer=True
        )

    @traitlets.validate("asks", "token")
    def _check_token(self, proposal):
        return validate.number(proposal["trait"].name, proposal["value"], low=1, high=3, integer=True)

    @traitlets.validate("sight", "part")
    def _check_choice(self, proposal):
        name = proposal["trait"].name
        return validate.one_of(name, proposal["value"], {"sight": SIGHTS, "part": PARTS}[name])

    @staticmethod
    def compute(state: dict) -> dict:
        """Return dot products, scaled scores, weights and outputs; a forbidden look has weight 0.

        Examples
        --------
        >>> state = {"vectors": VECTORS, "temperature": 10, "sight": "not ahead"}
        >>> numbers = TokensFigure.compute(state)
        >>> numbers["dots"][0], numbers["weights"][0]
        ([-1.5, 2.5, -0.75], [1.0, 0.0, 0.0])
        """
        q, k, v = (np.array(state["vectors"][part], dtype=float) for part in PARTS)  # (3, 2) each
        dots = q @ k.T
        scaled = dots / (np.sqrt(2) * state["temperature"] / 10)
        allowed = np.tri(3, dtype=bool) if state["sight"] == "not ahead" else np.ones((3, 3), dtype=bool)
        largest = np.where(allowed, scaled, -np.inf).max(axis=1, keepdims=True)
        raised = np.where(allowed, np.exp(np.where(allowed, scaled - largest, 0)), 0.0)
        weights = raised / raised.sum(axis=1, keepdims=True)
        return {
            "dots": dots.tolist(),
            "scaled": scaled.tolist(),
            "weights": weights.tolist(),
            "outputs": (weights @ v).tolist(),
            "allowed": allowed.astype(int).tolist(),
        }

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return two sets of vectors at low, usual and high temperature, with and without looking ahead."""
        other = {
            "query": [[0.3, -1.2], [3.0, 2.9], [0.0, 0.0]],
            "key": [[-0.7, 0.4], [3.0, 3.0], [-3.0, -3.0]],
            "value": [[1.5, 0.0], [-2.2, 0.6], [0.1, 3.0]],
        }
        return [
            {
                "names": list(RESIDUES),
                "vectors": vectors,
                "temperature": temperature,
                "sight": sight,
                "asks": asks,
                "part": "key",
                "token": 2,
            }
            for vectors, temperature, sight, asks in product((VECTORS, other), (1, 10, 50), SIGHTS, (1, 3))
        ]

    def alt(self) -> str:
        """Return who looks where, in words."""
        first, second, third = self.names
        return f"Attention among {first}, {second} and {third}. {self.sentence()}"

    def sentence(self) -> str:
        """Return what the figure says below the picture."""
        numbers, row = self.compute(self.state()), self.asks - 1
        weights = numbers["weights"][row]
        best = int(np.argmax(weights))
        to = "itself" if best == row else self.names[best]
        where = "every token may look everywhere" if self.sight == "everywhere" else "no token may look ahead"
        return (
            f"{self.names[row]} puts most weight on {to}, {weights[best]:.2f}; its output is "
            f"{vector(numbers['outputs'][row], 2)}. Temperature {self.temperature / 10:.1f}; {where}."
        )

    def lines(self) -> list[str]:
        """Return the arithmetic of the asking token, line by line."""
        numbers, row = self.compute(self.state()), self.asks - 1
        scaled, weights = numbers["scaled"][row], numbers["weights"][row]
        dots = ", ".join(number(one, 2) for one in numbers["dots"][row])
        shown = [number(one, 2) if yes else "−∞" for one, yes in zip(scaled, numbers["allowed"][row], strict=True)]
        mean = " + ".join(
            f"{weight:.2f}·{vector(value)}" for weight, value in zip(weights, self.vectors["value"], strict=True)
        )
        divided = f"÷ (√2 · {self.temperature / 10:.1f}) = {', '.join(shown)}"
        return [
            f"{self.names[row]} asks: query · keys = {dots};   {divided}",
            f"softmax: {', '.join(f'{one:.2f}' for one in weights)}, which add up to 1",
            f"output = {mean} = {vector(numbers['outputs'][row], 2)}",
        ]

    def draw(self, fig) -> None:
        """Draw the vectors, the table of weights and the outputs, and write one row's arithmetic below."""
        from matplotlib.patches import Rectangle

        numbers = self.compute(self.state())
        axes = fig.subplots()
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0), aspect="equal")
        axes.axis("off")

        def write(x, y, text, size=12, **how):
            axes.text(x, y, text, fontsize=size, va="center", **{"ha": "center", **how})

        for x, text in zip(PART_X, PARTS, strict=True):
            write(x, 26, text, weight="bold")
        write(CELL_X + CELL_GAP, 14, "weight (score): who looks at whom", weight="bold")
        write(OUTPUT_X, 26, "output", weight="bold")
        for column, name in enumerate(self.names):
            write(CELL_X + CELL_GAP * column, 40, f"at {name}", size=11)
        for row, name in enumerate(self.names):
            y, chosen = ROW_Y + ROW_GAP * row, row == self.asks - 1
            write(NAME_X, y, name, size=14, weight="bold" if chosen else "normal")
            for x, part in zip(PART_X, PARTS, strict=True):
                changed = part == self.part and row == self.token - 1
                if changed:
                    axes.add_patch(Rectangle((x - 57, y - 17), 114, 34, fill=False, edgecolor="#B34A00", linewidth=2))
                write(x, y, vector(self.vectors[part][row]), weight="bold" if changed else "normal")
            for column in range(3):
                x, weight = CELL_X + CELL_GAP * column, numbers["weights"][row][column]
                box = (x - CELL_W / 2, y - CELL_H / 2)
                axes.add_patch(
                    Rectangle(box, CELL_W, CELL_H, facecolor=BLUE, alpha=0.6 * weight, edgecolor="none", linewidth=0)
                )
                axes.add_patch(
                    Rectangle(box, CELL_W, CELL_H, fill=False, edgecolor="#1a1a1a", linewidth=2.2 if chosen else 0.8)
                )
                write(x, y - 10, f"{weight:.2f}", size=14, weight="bold")
                if numbers["allowed"][row][column]:
                    write(x, y + 16, f"({number(numbers['scaled'][row][column], 2)})", size=11)
                else:
                    write(x, y + 16, "hidden", size=11)
            write(OUTPUT_X, y, vector(numbers["outputs"][row], 2), weight="bold" if chosen else "normal")
        for row, text in enumerate(self.lines()):
            write(12, LINES_Y + LINE_GAP * row, text, size=11.5, ha="left")


def number(value: float, digits: int = 1) -> str:
    """Return a number with a real minus sign, and none before a zero.

    Examples
    --------
    >>> number(-1.25), number(-0.01), number(2, 2)
    ('−1.2', '0.0', '2.00')
    """
    text = f"{abs(value):.{digits}f}"
    return f"−{text}" if value < 0 and float(text) else text


def vector(values, digits: int = 1) -> str:
    """Return a vector as text.

    Examples
    --------
    >>> vector([-1, 0.5])
    '(−1.0, 0.5)'
    """
    return f"({', '.join(number(value, digits) for value in values)})"


# ---------------------------------------------------------------- a trained model's heads


def head_browser(network, proteins: dict[str, str]) -> KernelFigure:
    """Return a figure that shows any head of a trained reader on any protein, and what hiding a residue does.

    Three panels under the same letters: where one residue looked (a row of the head's map), how much each residue
    counts at the end, and by how much the logit changes when it is hidden. Chapter 6, section *Use*.

    Parameters
    ----------
    network : bioml_helpers.attention.models.SignalReader
    proteins : dict of str to str
        Sequences by name.

    Returns
    -------
    KernelFigure
        Its ``controls`` are ``protein``, ``head``, ``residue`` (the one that asks, counted from 1) and ``hidden``
        (the residue replaced by X; 0: none).

    Raises
    ------
    ValueError
        If there is no protein.

    Examples
    --------
    >>> from bioml_helpers.attention.models import SignalReader
    >>> browser = head_browser(SignalReader(), {"short": "MKLLALALAA"})
    >>> browser.controls["hidden"].value = 3
    >>> print(browser.text.partition(".")[0])
    short with residue 3 (L) hidden: probability 0
    """
    import ipywidgets

    from bioml_helpers.attention import models, pictures

    if not proteins:
        raise ValueError("proteins: expected at least one sequence, got none.")
    names = list(proteins)
    heads = list(product(range(len(network.blocks)), range(network.blocks[0].attention.heads)))
    length = min(len(network.positions), max(map(len, proteins.values())))
    kept: dict[tuple, models.Reading] = {}

    def reading(protein, hidden) -> models.Reading:
        if (protein, hidden) not in kept:
            kept[protein, hidden] = models.read(network, proteins[protein], [hidden - 1] if hidden else [])
        return kept[protein, hidden]

    def clipped(protein, position):
        return min(position, len(proteins[protein]))

    def draw(fig, protein, head, residue, hidden):
        residue, hidden = clipped(protein, residue), clipped(protein, hidden)
        seen, whole = reading(protein, hidden), reading(protein, 0)
        pictures.heads(fig, seen, heads[head], residue - 1)
        row = seen.maps[heads[head]][residue - 1]
        best = int(row.argmax())
        letter = proteins[protein][hidden - 1] if hidden else ""
        what = f"{protein} with residue {hidden} ({letter}) hidden" if hidden else protein
        was = f" (whole: {whole.probability:.2f})" if hidden else ""
        return (
            f"{what}: probability {seen.probability:.2f} of a signal peptide{was}. Residue {residue} "
            f"({seen.letters[residue - 1]}) looks most at residue {best + 1} ({seen.letters[best]}), {row[best]:.2f}; "
            f"evenly spread it would be {1 / len(row):.2f}."
        )

    def alt(protein, head, residue, hidden):
        block, one = heads[head]
        return (
            f"Block {block + 1}, head {one + 1} on {protein}: a map of who looks at whom; below it, over the letters: "
            f"where residue {clipped(protein, residue)} looks, how much each residue counts at the end, and how the "
            "logit changes when it is hidden."
        )

    wide = ipywidgets.Layout(width="300px")
    titles = [(f"block {block + 1}, head {one + 1}", at) for at, (block, one) in enumerate(heads)]
    controls = {
        "protein": ipywidgets.Dropdown(options=names, value=names[0], description="Protein", layout=wide),
        "head": ipywidgets.Dropdown(options=titles, value=0, description="Head", layout=wide),
        "residue": ipywidgets.IntSlider(10 if length >= 10 else 1, 1, length, description="Asks", layout=wide),
        "hidden": ipywidgets.IntSlider(0, 0, length, description="Hide", layout=wide),
    }
    return KernelFigure(draw, controls, alt=alt, figsize=(9.6, 6.6))
