"""Which model to try first: four questions and eight leaves, each with its chapter and the baseline it has to beat.

The rules are rough on purpose. They tell where to begin, never where to end: the baseline decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from bioml_helpers.data import validate

# What the slider of the figure can say: labelled examples.
COUNTS = (0, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000)
FEW, MANY, VERY_MANY = 100, 1000, 10_000

STRUCTURES = {
    "table": "a table of measured properties",
    "sequence": "a sequence (DNA, RNA, protein)",
    "series": "a time series",
    "image": "an image",
    "volume": "a volume (MRI, tomogram)",
    "graph": "a graph (molecule, network)",
}
EXPLAIN = {"no": "no, good predictions suffice", "yes": "yes, weight by weight"}
QUESTIONS = (
    "Any labelled examples?",
    "Must each weight be explained?",
    f"At least {FEW} of them?",
    "What does the input look like?",
)


@dataclass(frozen=True)
class Leaf:
    """Where the questions lead: a model, the chapter that builds it, the baseline that it has to beat."""

    name: str
    model: str
    chapter: str
    baseline: str


LEAVES = (
    Leaf("linear", "linear or logistic model", "chapters 1, 2", "the mean, or the majority class"),
    Leaf("forest", "random forest or boosting", "chapter 3", "a linear or logistic model"),
    Leaf("mlp", "multilayer perceptron (MLP)", "chapter 3", "random forest or boosting"),
    Leaf(
        "cnn",
        "convolutional network (CNN)",
        "chapter 4",
        "a logistic model on counts of short words (for images: on colours)",
    ),
    Leaf("rnn", "recurrent network (RNN)", "chapter 5", "the last value, or a linear model of the last values"),
    Leaf("transformer", "pretrained transformer", "chapter 6", "a logistic model on letter counts, or an alignment"),
    Leaf("gcn", "graph network (GCN)", "chapter 7", "a forest on properties of each node or graph, without the edges"),
    Leaf("autoencoder", "autoencoder (no labels)", "chapter 8", "PCA with as many numbers"),
)
NUMBER_OF = {leaf.name: number for number, leaf in enumerate(LEAVES)}

# With at least FEW labelled examples: below MANY (for a table VERY_MANY) the first name, from there on the second.
BY_STRUCTURE = {
    "table": ("forest", "mlp"),
    "sequence": ("transformer", "cnn"),
    "series": ("linear", "rnn"),
    "image": ("forest", "cnn"),
    "volume": ("forest", "cnn"),
    "graph": ("forest", "gcn"),
}


def choose(examples: int, structure: str, explain: bool = False) -> Leaf:
    """Return the model to try first.

    Parameters
    ----------
    examples : int
        Labelled examples.
    structure : str
        ``"table"``, ``"sequence"``, ``"series"``, ``"image"``, ``"volume"`` or ``"graph"``.
    explain : bool
        Whether each weight has to be explained to somebody.

    Raises
    ------
    ValueError
        If `examples` is negative or `structure` unknown.

    Examples
    --------
    >>> choose(24, "table").name, choose(3000, "graph").name, choose(0, "image").name
    ('linear', 'gcn', 'autoencoder')
    """
    return LEAVES[NUMBER_OF[_path(examples, structure, explain)[1]]]


def asked(examples: int, structure: str, explain: bool = False) -> int:
    """Return how many of the four questions were asked until a leaf was reached.

    Examples
    --------
    >>> asked(0, "table"), asked(5000, "graph")
    (1, 4)
    """
    return _path(examples, structure, explain)[0]


def _path(examples, structure, explain) -> tuple[int, str]:
    examples = validate.number("examples", examples, low=0, integer=True)
    few, many = BY_STRUCTURE[validate.one_of("structure", structure, STRUCTURES)]
    if examples == 0:
        return 1, "autoencoder"
    if explain:
        return 2, "linear"
    if examples < FEW:
        return 3, "linear"
    return 4, many if examples >= enough(structure) else few


def enough(structure: str) -> int:
    """Return from how many labelled examples on the second model of a structure is tried.

    Examples
    --------
    >>> enough("table"), enough("graph")
    (10000, 1000)
    """
    return VERY_MANY if structure == "table" else MANY


def answers(examples: int, structure: str, explain: bool = False) -> list[str]:
    """Return the answer to each question that was asked, in words.

    Examples
    --------
    >>> answers(24, "table")
    ['yes, 24', 'no', 'no, 24']
    """
    said = ["no" if examples == 0 else f"yes, {examples:,}", "yes" if explain else "no"]
    said.append(f"{'yes' if examples >= FEW else 'no'}, {examples:,}")
    line = enough(structure)
    said.append(
        f"{STRUCTURES[structure].partition(' (')[0]}, {'at least' if examples >= line else 'fewer than'} {line:,}"
    )
    return said[: asked(examples, structure, explain)]


def rows() -> list[dict]:
    """Return the whole flowchart as a table: one row a way to a leaf.

    Examples
    --------
    >>> len(rows())
    15
    """
    ways = [
        ("no labelled examples", "autoencoder"),
        ("each weight must be explained", "linear"),
        (f"fewer than {FEW} examples", "linear"),
    ]
    for structure, (few, many) in BY_STRUCTURE.items():
        ways.append((f"{STRUCTURES[structure]}, {FEW} to {enough(structure):,} examples", few))
        ways.append((f"{STRUCTURES[structure]}, {enough(structure):,} examples or more", many))
    return [
        {"when": when, "try first": leaf.model, "chapter": leaf.chapter, "baseline to beat": leaf.baseline}
        for when, leaf in ((when, LEAVES[NUMBER_OF[name]]) for when, name in ways)
    ]
