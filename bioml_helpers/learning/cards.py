"""Application cards: what a published network was asked, what goes in and out, and what its figures do not say.

For work that is too large to run in class. A card has the same fields each time and ends with a question that is checked,
so that it is read.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, fields

from . import feedback
from .registry import find

_LABELS = {
    "question": "Question",
    "goes_in": "Goes in (shape, units)",
    "comes_out": "Comes out",
    "architecture": "Architecture, and why",
    "data": "Data and split",
    "result": "Headline result",
    "limitation": "A known limitation",
    "source": "Source",
}


@dataclass(frozen=True)
class ApplicationCard:
    """One published application of a network.

    Parameters
    ----------
    title : str
    question : str
        The biologist's question.
    goes_in, comes_out : str
        Tensors with shapes and units.
    architecture : str
        And why this one.
    data : str
        What it learned from, and how the test part was chosen; "not checked here" where that was not looked up.
    result : str
        As the source states it.
    limitation : str
        One, known.
    source : str
        Authors, year, and ``doi:10.…``.
    exercise : str
        Id of the exercise that asks about shapes or split.

    Raises
    ------
    ValueError
        If a field is empty, or the source has no DOI.

    Examples
    --------
    >>> words = dict.fromkeys(("question", "goes_in", "comes_out", "architecture", "data", "result", "limitation"), "…")
    >>> ApplicationCard("A net", **words, source="Someone 2020, doi:10.1000/1", exercise="demo.pick").title
    'A net'
    """

    title: str
    question: str
    goes_in: str
    comes_out: str
    architecture: str
    data: str
    result: str
    limitation: str
    source: str
    exercise: str

    def __post_init__(self) -> None:
        empty = [field.name for field in fields(self) if not getattr(self, field.name).strip()]
        if empty:
            raise ValueError(f"card {self.title!r}: {', '.join(empty)} is empty; a card has every field.")
        if "doi:10." not in self.source:
            raise ValueError(f"card {self.title!r}: source has no DOI such as doi:10.1000/1, got {self.source!r}.")

    def rows(self) -> list[tuple[str, str]]:
        """Return label and text of each line, in the order of every card."""
        return [(label, getattr(self, name)) for name, label in _LABELS.items()]


def show_card(card: ApplicationCard) -> None:
    """Show a card as a table with header cells, or as text; it ends with the id of its question.

    Raises
    ------
    UnknownExercise
        If the card's question is not registered: a card without its question is not shown.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> options = {"a": learning.Option("2"), "b": learning.Option("3", "Count again.")}
    >>> learning.register(learning.ChoiceExercise("demo.two", "Two", "1 + 1?", options, "a"))
    >>> words = dict.fromkeys(("question", "goes_in", "comes_out", "architecture", "data", "result", "limitation"), "…")
    >>> show_card(ApplicationCard("A net", **words, source="Someone 2020, doi:10.1000/1", exercise="demo.two"))
    Application card: A net
      Question: …
      Goes in (shape, units): …
      Comes out: …
      Architecture, and why: …
      Data and split: …
      Headline result: …
      A known limitation: …
      Source: Someone 2020, doi:10.1000/1
      Its question: demo.two
    """
    find(card.exercise)
    rows = [*card.rows(), ("Its question", card.exercise)]
    body = "".join(
        f'<tr><th scope="row" style="text-align:left;vertical-align:top;white-space:nowrap">{html.escape(label)}</th>'
        f'<td style="text-align:left">{_linked(text)}</td></tr>'
        for label, text in rows
    )
    caption = f"Application card: {card.title}"
    as_html = (
        f'<table><caption style="text-align:left"><strong>{html.escape(caption)}</strong></caption>'
        f"<tbody>{body}</tbody></table>"
    )
    feedback.show(as_html, "\n".join([caption, *(f"  {label}: {text}" for label, text in rows)]))


def _linked(text: str) -> str:
    """HTML of a text, its DOIs as links."""
    return re.sub(r"doi:(10\.[^\s;,]+[^\s;,.])", r'<a href="https://doi.org/\1">doi:\1</a>', feedback.inline(text))
