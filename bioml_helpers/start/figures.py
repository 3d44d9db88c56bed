"""The living figure of chapter 0: which model to try first."""

from __future__ import annotations

import traitlets

from bioml_helpers.data import validate
from bioml_helpers.figures import living
from bioml_helpers.figures.house import OKABE_ITO
from bioml_helpers.start import choice

# The drawing's own units, shared with choice.js through the trait `layout_of`.
LAYOUT = {
    "width": 940,
    "height": 400,
    "question": {"x": 8, "width": 400, "height": 78, "step": 102, "top": 8},
    "leaf": {"x": 492, "width": 440, "height": 38, "step": 49.5, "top": 8},
}
MARKED, QUIET = OKABE_ITO["blue"], "#767676"


class ChoiceFigure(living.LivingFigure):
    """Four questions lead to the model to try first, its chapter, and the baseline that it has to beat.

    Chapter 0, section *See*.

    Parameters
    ----------
    examples : int
        Labelled examples, one of `choice.COUNTS`.
    structure : str
        What the input looks like: a key of `choice.STRUCTURES`.
    explain : {"no", "yes"}
        Whether each weight must be explained.

    Raises
    ------
    ValueError
        If a value is none of those expected.

    Examples
    --------
    >>> print(ChoiceFigure(examples=30, structure="table").alt())
    30 labelled examples, a table of measured properties, no need to explain each weight: try a linear or logistic \
model first (chapters 1, 2). It has to beat: the mean, or the majority class.
    """

    _esm = living.module(__file__, "..", "choice.js")

    step = traitlets.Int(5).tag(sync=True, state=True)
    structure = traitlets.Unicode("sequence").tag(sync=True, state=True)
    explain = traitlets.Unicode("no").tag(sync=True, state=True)
    words = traitlets.Dict().tag(sync=True)  # questions, leaves and the names of the options

    def __init__(self, examples: int = 1000, structure: str = "sequence", explain: str = "no"):
        validate.one_of("examples", examples, choice.COUNTS)
        words = {
            "questions": list(choice.QUESTIONS),
            "leaves": [[leaf.model, leaf.chapter, leaf.baseline] for leaf in choice.LEAVES],
            "structures": choice.STRUCTURES,
            "explain": choice.EXPLAIN,
            "layout": LAYOUT,
        }
        super().__init__(step=choice.COUNTS.index(examples), structure=structure, explain=explain, words=words)

    @traitlets.validate("step")
    def _check_step(self, proposal):
        return validate.number("step", proposal["value"], low=0, high=len(choice.COUNTS) - 1, integer=True)

    @traitlets.validate("structure")
    def _check_structure(self, proposal):
        return validate.one_of("structure", proposal["value"], choice.STRUCTURES)

    @traitlets.validate("explain")
    def _check_explain(self, proposal):
        return validate.one_of("explain", proposal["value"], choice.EXPLAIN)

    @staticmethod
    def compute(state: dict) -> dict:
        """Return the number of the leaf (from 0) and how many questions were asked.

        Examples
        --------
        >>> ChoiceFigure.compute({"step": 0, "structure": "image", "explain": "no"})
        {'leaf': 7, 'asked': 1}
        """
        situation = choice.COUNTS[state["step"]], state["structure"], state["explain"] == "yes"
        return {"leaf": choice.NUMBER_OF[choice.choose(*situation).name], "asked": choice.asked(*situation)}

    @classmethod
    def golden_cases(cls) -> list[dict]:
        """Return every structure with every count, with and without explaining."""
        return [
            {"step": step, "structure": structure, "explain": explain}
            for step in range(len(choice.COUNTS))
            for structure in choice.STRUCTURES
            for explain in choice.EXPLAIN
        ]

    @property
    def situation(self) -> tuple[int, str, bool]:
        """What `choice.choose` takes."""
        return choice.COUNTS[self.step], self.structure, self.explain == "yes"

    def alt(self) -> str:
        """Return the situation, the model and its baseline, in words."""
        count, structure, explain = self.situation
        leaf = choice.choose(*self.situation)
        had = f"{count:,} labelled examples" if count else "no labelled examples"
        need = "each weight must be explained" if explain else "no need to explain each weight"
        article = "an" if leaf.model[0] in "aeiou" else "a"
        return (
            f"{had}, {choice.STRUCTURES[structure]}, {need}: try {article} {leaf.model} first ({leaf.chapter}). "
            f"It has to beat: {leaf.baseline}."
        )

    def draw(self, fig) -> None:
        """Draw the questions with their answers on the left, the leaves on the right, and the way between them."""
        ax = fig.subplots()
        ax.set(xlim=(0, LAYOUT["width"]), ylim=(LAYOUT["height"], 0))
        ax.axis("off")
        numbers, answers = self.compute(self.state()), choice.answers(*self.situation)
        for number, question in enumerate(choice.QUESTIONS):
            said = answers[number] if number < len(answers) else None
            _box(ax, "question", number, f"{number + 1}. {question}", said or "not asked", asked=said is not None)
        for number in range(numbers["asked"] - 1):
            _, bottom = _corner("question", number, below=True)
            ax.annotate("", (200, bottom + 24), (200, bottom), arrowprops={"arrowstyle": "->", "lw": 2})
        for number, leaf in enumerate(choice.LEAVES):
            _leaf(ax, number, leaf, chosen=number == numbers["leaf"])
        start, end = _middle("question", numbers["asked"] - 1), _middle("leaf", numbers["leaf"])
        right = LAYOUT["question"]["x"] + LAYOUT["question"]["width"]
        arrow = {"arrowstyle": "-|>", "lw": 3, "color": MARKED, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (LAYOUT["leaf"]["x"], end), (right, start), arrowprops=arrow)


def _corner(kind: str, number: int, below: bool = False) -> tuple[float, float]:
    place = LAYOUT[kind]
    return place["x"], place["top"] + number * place["step"] + (place["height"] if below else 0)


def _middle(kind: str, number: int) -> float:
    return _corner(kind, number)[1] + LAYOUT[kind]["height"] / 2


def _frame(ax, kind: str, number: int, **look) -> tuple[float, float]:
    from matplotlib.patches import Rectangle

    corner = _corner(kind, number)
    ax.add_patch(Rectangle(corner, LAYOUT[kind]["width"], LAYOUT[kind]["height"], **look))
    return corner


def _box(ax, kind, number, head, text, *, asked):
    look = {
        "facecolor": "white",
        "edgecolor": "black" if asked else QUIET,
        "linestyle": "-" if asked else ":",
        "lw": 1.5,
    }
    x, y = _frame(ax, kind, number, **look)
    colour = "black" if asked else "#595959"
    ax.text(x + 12, y + 27, head, va="center", fontweight="bold", color=colour, fontsize=12)
    ax.text(x + 12, y + 55, text, va="center", color=colour, fontsize=12)


def _leaf(ax, number, leaf, *, chosen):
    look = {
        "facecolor": "#DCEBF5" if chosen else "white",
        "edgecolor": MARKED if chosen else QUIET,
        "lw": 3 if chosen else 1,
    }
    x, y = _frame(ax, "leaf", number, **look)
    text = f"{'▶ ' if chosen else ''}{leaf.model}, {leaf.chapter}"
    ax.text(x + 10, y + 19, text, va="center", fontweight="bold" if chosen else "normal", fontsize=11)
