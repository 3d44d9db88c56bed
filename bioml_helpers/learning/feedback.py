"""How feedback looks: always twice, as HTML for the notebook and as plain text for everything else.

The status is told by a symbol and a word, never by colour alone. Text takes the theme's own colour, so it is readable
in light and dark; only the bar at the left is coloured.
"""

from __future__ import annotations

import html
import re
import sys
from collections.abc import Iterable

from .verdict import MISTAKE, NOT_ATTEMPTED, RIGHT, WRONG, Verdict

# (symbol, words, colour of the bar); each colour keeps a contrast of 3:1 on white and on JupyterLab's dark page.
LOOKS = {
    RIGHT: ("✓", "Right", "#009E73"),
    NOT_ATTEMPTED: ("○", "Not attempted yet", "#767676"),
    WRONG: ("✗", "Not yet", "#D55E00"),
    MISTAKE: ("!", "A usual mistake", "#C06A00"),
}
BROKEN = ("!", "This check itself failed, please report", "#767676")
PLAIN_BAR = "#3A87C8"


def show(as_html: str, as_text: str) -> None:
    """Show something with both twins in a notebook, or print its text elsewhere."""
    if shell() is not None:
        from IPython.display import display

        display({"text/html": as_html, "text/plain": as_text}, raw=True)
    else:
        write(as_text)


def shell():
    """The running IPython shell, or None; asked without importing IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None and hasattr(ipython, "get_ipython") else None


def write(text: str) -> None:
    """Print without ``print``, which a learner may have redefined, and on consoles that know no ✓."""
    try:
        sys.stdout.write(text + "\n")
    except UnicodeEncodeError:
        sys.stdout.write(text.encode("ascii", "replace").decode() + "\n")


def render(verdict: Verdict, exercise_id: str) -> tuple[str, str]:
    """Return the HTML and the text of a verdict."""
    symbol, words, colour = BROKEN if verdict.check_failed else LOOKS[verdict.status]
    head = f"{symbol} {words} · {exercise_id}"
    if verdict.status == MISTAKE and verdict.message:
        head, first = f"{head}: {verdict.message}", []
    else:
        first = [verdict.message] if verdict.message else []
    paragraphs = [*first, *([verdict.hint] if verdict.hint else []), *verdict.notes]
    if verdict.looked_at:
        paragraphs.append(f"Looked at: {verdict.looked_at}.")
    return boxed(head, paragraphs, colour)


def boxed(head: str, paragraphs: Iterable[str] = (), colour: str = PLAIN_BAR) -> tuple[str, str]:
    """Return HTML and text of a small box: a line in bold and paragraphs below it."""
    paragraphs = list(paragraphs)
    inside = "".join(f'<p style="margin:.3em 0 0 0">{inline(one)}</p>' for one in paragraphs)
    as_html = (
        f'<div role="status" style="border-left:5px solid {colour};padding:.4em .8em;margin:.3em 0;color:inherit">'
        f'<p style="margin:0"><strong>{inline(head)}</strong></p>{inside}</div>'
    )
    return as_html, "\n".join([head, *paragraphs])


def inline(text: str) -> str:
    """Escape text for HTML; what stands between backticks becomes code."""
    pieces = re.split(r"`([^`]+)`", str(text))
    return "".join(
        f"<code>{html.escape(piece)}</code>" if n % 2 else html.escape(piece, quote=False)
        for n, piece in enumerate(pieces)
    )


def table(head: list[str], rows: list[list[str]], caption: str) -> tuple[str, str]:
    """Return a small table as HTML (with caption and header cells) and as aligned text."""
    top = "".join(f'<th scope="col" style="text-align:left">{inline(cell)}</th>' for cell in head)
    body = "".join(
        f'<tr><th scope="row" style="text-align:left">{inline(row[0])}</th>'
        + "".join(f'<td style="text-align:left">{inline(cell)}</td>' for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    as_html = (
        f'<table><caption style="text-align:left;white-space:nowrap">{inline(caption)}</caption>'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )
    widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]]
    return as_html, "\n".join([caption, *lines])
