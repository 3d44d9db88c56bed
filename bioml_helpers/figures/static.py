"""`show`: a figure as one picture with alt text, and its numbers as a table."""

from __future__ import annotations

import base64
import html
import io
import sys

from bioml_helpers.figures.house import OKABE_ITO, SMALLEST_FONT, style

DOTS_PER_INCH = 144  # 1.5 dots a CSS pixel (96 an inch): crisp on a dense screen, and 11 points look like 11 points
ROWS_SHOWN = 20
_CELL = "padding:2px 10px;text-align:right"


def show(fig, *, alt: str, data=None, title: str | None = None, card=None) -> None:
    """Show a figure once, with alt text and, folded below it, the numbers behind it.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; it can be drawn on and shown again afterwards.
    alt : str
        One to three sentences that say what the picture shows, for those who do not see it.
    data : pandas.DataFrame or dict of columns, optional
        The numbers; up to 20 rows are listed, a longer table adds a CSV file to save.
    title : str, optional
        Title above the picture.
    card : bioml_helpers.data.Card, optional
        Card of the data set shown; stand-in data are marked on the picture.

    Raises
    ------
    ValueError
        If `alt` is empty.

    Examples
    --------
    >>> from bioml_helpers import figures
    >>> figure, axes = figures.subplots()
    >>> line = axes.plot([0, 1, 2], [1, 2, 4])
    >>> figures.show(figure, alt="Cells double every hour: 1, 2, 4.")
    Cells double every hour: 1, 2, 4.
    """
    alt = checked_alt(alt)
    if not _in_a_notebook():
        print(alt)
        return
    from IPython.display import display

    bundle, metadata = picture_bundle(png(fig, title=title, card=card), alt)
    if data is not None:
        bundle["text/html"] += data_table(data)
    display(bundle, metadata=metadata, raw=True)


def checked_alt(alt) -> str:
    """Return `alt` with its blanks tidied, or say that it is missing.

    Examples
    --------
    >>> checked_alt("  Rises. ")
    'Rises.'
    """
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt: expected one to three sentences that say what the figure shows, got {alt!r}.")
    return " ".join(alt.split())


def png(fig, *, title: str | None = None, card=None) -> bytes:
    """Return the figure as PNG bytes: the same figure gives the same bytes.

    Raises
    ------
    TypeError
        If `fig` is not a matplotlib figure.

    Examples
    --------
    >>> from bioml_helpers import figures
    >>> figure, axes = figures.subplots()
    >>> png(figure) == png(figure)
    True
    """
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from PIL import Image

    if not isinstance(fig, Figure):
        raise TypeError(f"fig: expected a matplotlib figure, got a {type(fig).__name__}.")
    for text in fig.findobj(Text):
        text.set_fontsize(max(SMALLEST_FONT, text.get_fontsize()))
    for axes in fig.axes:
        if axes.images:
            axes.grid(False)  # the house's grid would lie over the picture
    added = []
    with style():
        if title:
            added.append(fig.text(0.01, 1.0, title, va="bottom", fontsize=13, fontweight="bold"))
        if card is not None and card.is_stand_in:
            box = {"facecolor": "white", "edgecolor": OKABE_ITO["vermillion"], "boxstyle": "round"}
            label = card.label.upper() or "STAND-IN DATA"
            added.append(fig.text(0.99, 1.03, label, ha="right", va="bottom", color="#A84700", bbox=box))
        raw = io.BytesIO()
        fig.savefig(raw, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight", metadata={"Software": None})
    for text in added:
        text.remove()
    # 256 colours are plenty for lines and letters, and a third of the bytes.
    small = Image.open(raw).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, format="PNG", optimize=True)
    return out.getvalue()


def picture_bundle(picture: bytes, alt: str) -> tuple[dict, dict]:
    """Return what a notebook stores of a picture, and its metadata.

    JupyterLab and nbconvert show the ``text/html``, since they drop the alt text of an ``image/png``; viewers that
    know no HTML, and paper, take the PNG.

    Examples
    --------
    >>> bundle, metadata = picture_bundle(b"...", "A rising line.")
    >>> sorted(bundle)
    ['image/png', 'text/html', 'text/plain']
    """
    code = base64.b64encode(picture).decode("ascii")
    width = int.from_bytes(picture[16:20], "big") * 96 // DOTS_PER_INCH  # the PNG header holds the width in dots
    image = (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width:100%;height:auto;background:white" '
        f'src="data:image/png;base64,{code}">'
    )
    bundle = {"text/html": image, "image/png": code, "text/plain": alt}
    return bundle, {"image/png": {"alt": alt, "width": width}}


def data_table(data) -> str:
    """Return `data` as a folded HTML table with header cells that screen readers announce.

    Examples
    --------
    >>> '<th scope="col"' in data_table({"dose": [0.0, 0.94]})
    True
    """
    import pandas as pd

    table = pd.DataFrame(data)
    shown = table.head(ROWS_SHOWN)
    head = "".join(f'<th scope="col" style="{_CELL}">{html.escape(str(name))}</th>' for name in table.columns)
    rows = "".join(
        "<tr>" + "".join(f'<td style="{_CELL}">{html.escape(_text(value))}</td>' for value in row) + "</tr>"
        for row in shown.itertuples(index=False)
    )
    size = f"{len(table)} rows" if len(table) <= ROWS_SHOWN else f"first {ROWS_SHOWN} of {len(table)} rows"
    more = ""
    if len(table) > ROWS_SHOWN:
        csv = base64.b64encode(table.to_csv(index=False).encode()).decode("ascii")
        more = f'<p><a download="data.csv" href="data:text/csv;base64,{csv}">Save all {len(table)} rows (CSV)</a></p>'
    return (
        f"<details><summary>Show the data ({size})</summary><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table>{more}</details>"
    )


def _text(value) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _in_a_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None
