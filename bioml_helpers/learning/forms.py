"""A card to fill in: one text field a field of the card, and a button that says what is still missing.

The form is a mapping from field to text, so that `check` takes it like a dictionary.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence

from . import feedback, verbs, widgets
from .exercises import CardExercise
from .registry import find


class CardForm(Mapping):
    """The fields of a `CardExercise` as a form; shown by a notebook where it is the last line of a cell.

    Parameters
    ----------
    exercise_id : str
        Id of a `CardExercise`.
    values : mapping, optional
        Texts to begin with; ``...`` and missing fields begin empty.
    parts : mapping of str to sequence of str, optional
        Heading -> names of the fields below it; by default no headings.

    Raises
    ------
    UnknownExercise
        If there is no card of that id.
    ValueError
        If a value or a part names a field that the card does not have, or parts leave one out.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.CardExercise("demo.form", "A card", fields=[learning.Field("split", min_words=2)]))
    >>> form = CardForm("demo.form", {"split": "by patient"})
    >>> dict(form)
    {'split': 'by patient'}
    >>> learning.check("demo.form", form)
    ✓ Right · demo.form
    Every field is filled in.
    Looked at: completeness; whether it is true is yours to judge.
    """

    def __init__(
        self,
        exercise_id: str,
        values: Mapping[str, str] | None = None,
        *,
        parts: Mapping[str, Sequence[str]] | None = None,
    ):
        self.exercise = find(exercise_id, CardExercise, verb="card_form")
        names = [field.name for field in self.exercise.fields]
        self._parts = {"": names} if parts is None else {heading: list(some) for heading, some in parts.items()}
        named = [name for some in self._parts.values() for name in some]
        start = {} if values is None or values is ... else dict(values)
        for what, given in (("values", start), ("parts", named)):
            unknown = [name for name in given if name not in names]
            if unknown:
                raise ValueError(f"{what}: expected fields of the card ({', '.join(names)}), got {unknown[0]!r}.")
        if sorted(named) != sorted(names):
            raise ValueError(f"parts: expected each field once, {', '.join(names)}; got {', '.join(named)}.")
        self._texts = {name: "" if start.get(name) in (None, ...) else str(start[name]) for name in names}
        self._areas: dict = {}

    def __getitem__(self, name: str) -> str:
        return self._areas[name].value if name in self._areas else self._texts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return self.twin()[1]

    @property
    def box(self):
        """The form as a widget (made once): fields with labels, a button, a live region that says what is missing."""
        if not hasattr(self, "_box"):
            self._box = self._made()
        return self._box

    def _made(self):
        import ipywidgets

        prompts = {field.name: field.prompt for field in self.exercise.fields}
        parts = [ipywidgets.HTML(f"{widgets._STYLE}<p><strong>{feedback.inline(self.exercise.title)}</strong></p>")]
        for heading, names in self._parts.items():
            if heading:
                parts.append(ipywidgets.HTML(f"<p><strong>{feedback.inline(heading)}</strong></p>"))
            for name in names:
                self._areas[name] = widgets._field(
                    ipywidgets.Textarea,
                    _spelled(name),
                    label_width="11em",
                    value=self._texts[name],
                    placeholder=prompts[name],
                    continuous_update=False,
                    rows=3,
                )
                self._areas[name].layout.width = "95%"
                parts.append(self._areas[name])
        return widgets._form(parts, "Check", f"Check {self.exercise.title}", self._judged)

    def _judged(self) -> tuple[str, str]:
        return verbs._told(verbs.respond)(self.exercise.id, dict(self))

    def twin(self) -> tuple[str, str]:
        """Return the form as an HTML table and as text: field, what it asks, what stands there."""
        prompts = {field.name: field.prompt for field in self.exercise.fields}
        style = 'style="text-align:left;vertical-align:top"'
        body, lines = [], [self.exercise.title]
        for heading, names in self._parts.items():
            body.append("<tbody>")  # one a part, for that is what scope="rowgroup" reaches over
            if heading:
                body.append(f'<tr><th scope="rowgroup" colspan="3" {style}>{html.escape(heading)}</th></tr>')
                lines.append(heading)
            for name in names:
                text = self[name] or "(empty)"
                cells = "".join(f"<td {style}>{feedback.inline(one)}</td>" for one in (prompts[name], text))
                body.append(f'<tr><th scope="row" {style}>{html.escape(_spelled(name))}</th>{cells}</tr>')
                lines.append(f"  {_spelled(name)}: {prompts[name]} {text}")
            body.append("</tbody>")
        head = "".join(f'<th scope="col" {style}>{one}</th>' for one in ("field", "what it asks", "what stands there"))
        caption = f'<caption style="text-align:left"><strong>{html.escape(self.exercise.title)}</strong></caption>'
        table = f"<table>{caption}<thead><tr>{head}</tr></thead>{''.join(body)}</table>"
        return table, "\n".join(lines)

    def markdown(self) -> str:
        """Return the card as Markdown, for a manuscript's supplement.

        Examples
        --------
        >>> from bioml_helpers import learning
        >>> learning.register(learning.CardExercise("demo.md", "A card", fields=["split"]))
        >>> print(CardForm("demo.md", {"split": "by whole chains"}).markdown())
        ## A card
        <BLANKLINE>
        **split**: by whole chains
        """
        lines = [f"## {self.exercise.title}"]
        for heading, names in self._parts.items():
            lines += [f"### {heading}"] if heading else []
            lines += [f"**{_spelled(name)}**: {self[name] or '(empty)'}" for name in names]
        return "\n\n".join(lines)

    def _ipython_display_(self) -> None:
        widgets.show(lambda: self.box, self.twin())


def card_form(
    exercise_id: str,
    values: Mapping[str, str] | None = None,
    *,
    parts: Mapping[str, Sequence[str]] | None = None,
) -> CardForm:
    """Return a card as a form to type into; hand the form to `check` when it is filled in.

    Parameters
    ----------
    exercise_id, values, parts
        As for `CardForm`.

    Examples
    --------
    >>> from bioml_helpers import learning
    >>> learning.register(learning.CardExercise("demo.sheet", "A sheet", fields=["baseline"]))
    >>> form = learning.card_form("demo.sheet")
    >>> form["baseline"]
    ''
    """
    return CardForm(exercise_id, values, parts=parts)


def _spelled(name: str) -> str:
    return name.replace("_", " ")
