"""Cards: what everyone should know of a data set before using it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

LEVELS = ("real", "library", "stand-in")
_LEVEL_WORDS = {
    "real": "real",
    "library": "real, from a library of this environment",
    "stand-in": "STAND-IN: simulated, not measured",
}


@dataclass(frozen=True, repr=False)
class Card:
    """What a data set is, where it comes from, and what is wrong with it.

    Attributes
    ----------
    name, title : str
        The name for ``load`` and the one for people.
    level : str
        ``"real"`` (fetched or shipped), ``"library"`` (real, and inside a library that the course needs anyway) or
        ``"stand-in"`` (simulated in place of the real one).
    source, licence : str
        Whom it comes from and on which terms.
    citation : list of str
        What to cite; with DOI where it was confirmed.
    checksum : str
        sha256 of the file (of the list of files where there are several; of the file that shipped values were
        compared with); empty for a stand-in.
    rows : int
        Number of rows.
    balance : str
        Counts of the groups, or an empty text.
    known_problems : list of str
        One sentence each.
    units, columns : dict of str to str
        Column -> unit ("" where it has none), column -> meaning.
    how_to_get : str
        How to get the real one.
    row : str
        What one row is.
    made : str
        How the data came about.
    """

    name: str
    title: str
    level: str
    source: str
    licence: str
    citation: list[str]
    checksum: str
    rows: int
    balance: str
    known_problems: list[str]
    units: dict[str, str]
    columns: dict[str, str]
    how_to_get: str
    row: str = ""
    made: str = ""

    @property
    def is_stand_in(self) -> bool:
        """Whether these are simulated values in place of the real ones."""
        return self.level == "stand-in"

    @property
    def label(self) -> str:
        """The words that every figure drawn from it must carry: ``""`` or ``"stand-in data"``."""
        return "stand-in data" if self.is_stand_in else ""

    def _facts(self) -> Iterator[tuple[str, str | list[str]]]:
        """Label and value of each line, the same for the text and for the table."""
        yield "Level", _LEVEL_WORDS[self.level]
        yield "One row is", self.row
        yield "Rows", str(self.rows)
        yield "Balance", self.balance
        yield "How made", self.made
        yield "Source", self.source
        yield "Licence", self.licence
        yield ("Cite (for the real data)" if self.is_stand_in else "Cite"), self.citation
        yield "Known problems", self.known_problems
        yield "sha256", self.checksum
        if self.is_stand_in:
            yield "How to get the real one", self.how_to_get

    def __str__(self) -> str:
        lines = [f"{self.title} ({self.name})"]
        for label, value in self._facts():
            if isinstance(value, list):
                lines += [f"  {label}:"] + [f"    - {item}" for item in value]
            elif value:
                lines.append(f"  {label}: {value}")
        lines.append("  Columns:")
        for column, meaning in self.columns.items():
            unit = self.units.get(column)
            lines.append(f"    - {column}{f' [{unit}]' if unit else ''}: {meaning}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        facts = "".join(
            f'<tr><th scope="row" style="text-align:left;vertical-align:top">{escape(label)}</th>'
            f'<td style="text-align:left">{_html(value)}</td></tr>'
            for label, value in self._facts()
            if value
        )
        columns = "".join(
            f'<tr><th scope="row" style="text-align:left"><code>{escape(column)}</code></th>'
            f'<td style="text-align:left">{escape(self.units.get(column) or "none")}</td>'
            f'<td style="text-align:left">{escape(meaning)}</td></tr>'
            for column, meaning in self.columns.items()
        )
        stand_in = " — stand-in data" if self.is_stand_in else ""
        return (
            f'<table><caption style="text-align:left"><strong>Data card: {escape(self.title)}{stand_in}</strong>'
            f" (<code>{escape(self.name)}</code>)</caption><tbody>{facts}</tbody></table>"
            f'<table><caption style="text-align:left">Columns of <code>{escape(self.name)}</code></caption><thead><tr>'
            '<th scope="col" style="text-align:left">Column</th><th scope="col" style="text-align:left">Unit</th>'
            '<th scope="col" style="text-align:left">Meaning</th></tr></thead>'
            f"<tbody>{columns}</tbody></table>"
        )


def _html(value: str | list[str]) -> str:
    if isinstance(value, str):
        return escape(value)
    return '<ul style="margin:0">' + "".join(f"<li>{escape(item)}</li>" for item in value) + "</ul>"
