"""Cards that keep a study honest: the DOME card, a sheet on leaks, the capstone with its rubric (companion 09b).

The headings of the DOME card are those of the DOME recommendations (Walsh et al. 2021, doi:10.1038/s41592-021-01205-4);
the idea of a sheet in which authors argue that nothing leaked is that of Kapoor and Narayanan (2023,
doi:10.1016/j.patter.2023.100804). The questions are worded here.
"""

from __future__ import annotations

import re

import pandas as pd

from bioml_helpers.learning import Field

DOME = {
    "Data": (
        Field("provenance", "Where do the data come from, and which version?"),
        Field("size_per_class", "How many examples, and of which class?"),
        Field("redundancy", "Which examples resemble or repeat each other, and what was done about it?"),
        Field("splits", "Which parts, split by what unit, and are they independent?"),
        Field("data_availability", "Where can the data be had, with which split?"),
    ),
    "Optimisation": (
        Field("algorithm", "Which kind of model, and why this one?"),
        Field("settings", "Which hyperparameters, chosen how and on which part?"),
        Field("overfitting", "How was overfitting looked for and held back?"),
        Field("preprocessing", "How are inputs encoded, and on which rows was each step fitted?"),
    ),
    "Model": (
        Field("architecture", "Layers and number of parameters?"),
        Field("interpretability", "A black box, or can it be asked why?", 2),
        Field("run_time", "How long does training take, and one prediction, on what?"),
        Field("model_availability", "Where are code and weights?"),
    ),
    "Evaluation": (
        Field("method", "Held-out part, cross-validation, an outside data set?"),
        Field("metrics", "Which metrics, why these, beside which prevalence?"),
        Field("baselines", "Which simple methods on the same data, with what result?"),
        Field("confidence", "Which interval, over seeds or over what drawn unit?"),
        Field("predictions", "Are the raw predictions there to be judged again?"),
    ),
}

# The fields that a reader of the abstract is asked to fill in.
TO_FILL = ("size_per_class", "splits", "metrics", "baselines", "confidence")

SHEET = {
    "Nothing of the test part was learned from": (
        Field("unit", "What is the unit that must stay whole (patient, family, scaffold, chain)?", 2),
        Field("separated", "How do you know that no unit, and no copy, lies in two parts?", 5),
        Field("fitted_on", "On which rows was each step fitted (scaling, selection, imputing, oversampling)?", 5),
        Field("choices", "Which part chose the epoch, the threshold, the architecture?", 3),
        Field("test_reads", "How often was the test part looked at, and what for?", 3),
    ),
    "The features may be used": (
        Field("at_use", "Is each feature known at the moment of use?", 4),
        Field("stand_ins", "Could a feature stand for the label (site, batch, date, depth, degree)?", 4),
    ),
    "The test part is what you claim": (
        Field("generalise_over", "Generalise over what: new molecules, families, people, hospitals?", 3),
        Field("test_is", "Is the test part a sample of just that?", 4),
        Field("shift", "How does it differ from where the model will be used?", 4),
    ),
}

CAPSTONE = (
    Field("question", "What do you want to know, in one sentence, and of what would you generalise over?", 8),
    Field("data", "Which data, how many of each class, whose, with which licence, what about ethics and privacy?", 8),
    Field("split", "Split by what unit, and why; which other split did you compare?", 8),
    Field("baselines", "Which trivial and which strong simple method stand beside it?", 6),
    Field("model", "Which model, why; which setting did you choose, on which part?", 6),
    Field("debugging", "What did overfit_one and overfit_batch say?", 5),
    Field("result", "Metric, at least three seeds, an interval by the right unit, the prevalence.", 6),
    Field("limits", "What does the result not show; what else could explain it?", 8),
    Field("reproduce", "Versions, seed, hash of the data: where is the manifest?", 4),
)

_CRITERIA = (
    (
        "Question and data",
        False,
        ("unclear", "data described, no provenance", "provenance, size of each class", "also limits, ethics, privacy"),
    ),
    (
        "Split and leakage",
        True,
        (
            "random split of dependent data",
            "unit named, not enforced",
            "enforced and tested",
            "also another split compared",
        ),
    ),
    ("Baselines", True, ("none", "one trivial", "a trivial and a strong one", "also tuned with the same budget")),
    (
        "Model and training",
        False,
        (
            "copied, not explained",
            "it runs",
            "choices explained, debugging shown",
            "also one part taken away and compared",
        ),
    ),
    (
        "Evaluation",
        False,
        ("one number", "the right metric", "seeds and interval", "also calibration or a look at the errors"),
    ),
    ("Interpretation", False, ("claims too much", "neutral", "limits said", "also other explanations tested")),
    (
        "Reproducibility",
        False,
        ("does not run", "runs with help", "runs from top to bottom", "also manifest and fixed data hash"),
    ),
)
_LAST = ("Communication and accessibility", False, ("unreadable", "readable", "alt text and plain language", ""))
POINTS = {"0": 0, "1–2": 2, "3": 3, "4": 4}


def rubric() -> pd.DataFrame:
    """Return the rubric of the capstone: one row a criterion, what earns 0, 1 to 2, 3 and 4 points.

    A zero in a critical row means: revise and hand in again. The last row gives 2 points at most (0, 1, 2).

    Examples
    --------
    >>> rubric().loc[rubric()["critical"] == "yes", "criterion"].tolist()
    ['Split and leakage', 'Baselines']
    """
    rows = [
        {"criterion": name, "critical": "yes" if critical else "", **dict(zip(POINTS, words, strict=True))}
        for name, critical, words in (*_CRITERIA, _LAST)
    ]
    return pd.DataFrame(rows)


def rubric_markdown() -> str:
    """Return the rubric as a Markdown table, as `teaching/capstone.md` shows it."""
    table = rubric()
    head = "| " + " | ".join(table.columns) + " |"
    rule = "|" + "---|" * len(table.columns)
    rows = ["| " + " | ".join(row) + " |" for row in table.to_numpy(str)]
    return "\n".join([head, rule, *rows])


def fields_of(card: dict) -> tuple[Field, ...]:
    """Return all fields of a card in parts.

    Examples
    --------
    >>> len(fields_of(DOME))
    18
    """
    return tuple(field for part in card.values() for field in part)


def parts_of(card: dict) -> dict[str, list[str]]:
    """Return heading -> names of fields, as `learning.card_form` takes them.

    Examples
    --------
    >>> parts_of(DOME)["Model"]
    ['architecture', 'interpretability', 'run_time', 'model_availability']
    """
    return {heading: [field.name for field in some] for heading, some in card.items()}


# ---------------------------------------------------------------- words that promise too much

# Words that no sentence about a network of this course has earned; the notebooks are searched for the same ones.
HYPE = (
    "proves", "solves", "solved biology", "understands", "human-level", "superhuman", "revolutionary",
    "revolutionise", "revolutionize", "revolutionises", "revolutionizes", "breakthrough", "breakthroughs",
    "groundbreaking", "ground-breaking", "game-changing", "game changer", "game-changer", "unprecedented",
    "cutting-edge", "magical", "magically", "miraculous", "infallible", "flawless", "thinks like",
)  # fmt: skip


def hype_in(text: str) -> list[str]:
    """Return the words of a text that promise too much.

    Raises
    ------
    TypeError
        If it is no text.

    Examples
    --------
    >>> hype_in("A breakthrough: the network understands toxicity.")
    ['understands', 'breakthrough']
    """
    if not isinstance(text, str):
        raise TypeError(f"text: expected a text, got a {type(text).__name__}.")
    return [word for word in HYPE if re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)]
