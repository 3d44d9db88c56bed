"""House style and `show`: alt text always, a table beside the picture, the same bytes, nothing global."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from types import SimpleNamespace

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from PIL import Image

from bioml_helpers import figures
from bioml_helpers.figures import static

STAND_IN = SimpleNamespace(is_stand_in=True, label="stand-in data")
REAL = SimpleNamespace(is_stand_in=False, label="")


@pytest.fixture
def figure():
    fig, axes = figures.subplots()
    axes.plot([0, 1, 2], [1, 2, 4], **figures.COLOURS["train"])
    return fig


@pytest.fixture
def displayed(monkeypatch):
    """What `show` hands to a notebook."""
    import IPython.display

    seen = []
    monkeypatch.setattr(static, "_in_a_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", lambda bundle, **kw: seen.append((bundle, kw["metadata"])))
    return seen


def contrast(colour: str) -> float:
    """Contrast with white, by the formula of WCAG 2."""
    parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return 1.05 / (linear @ [0.2126, 0.7152, 0.0722] + 0.05)


@pytest.mark.parametrize("alt", [None, "", "   ", 3])
def test_a_picture_without_alt_text_is_refused(figure, alt):
    with pytest.raises(ValueError, match="alt: expected one to three sentences"):
        figures.show(figure, alt=alt)


def test_outside_a_notebook_the_alt_text_is_printed(figure, capsys):
    figures.show(figure, alt="Cells  double\n every hour.")
    assert capsys.readouterr().out == "Cells double every hour.\n"


def test_a_notebook_gets_the_alt_text_in_every_form(figure, displayed):
    figures.show(figure, alt='Cells "double" & grow.')
    ((bundle, metadata),) = displayed
    assert 'alt="Cells &quot;double&quot; &amp; grow."' in bundle["text/html"]
    assert metadata["image/png"]["alt"] == 'Cells "double" & grow.'
    assert bundle["text/plain"] == 'Cells "double" & grow.'


def test_the_same_figure_gives_the_same_bytes(figure):
    assert static.png(figure, title="Growth", card=STAND_IN) == static.png(figure, title="Growth", card=STAND_IN)


def test_png_carries_no_software_tag(figure):
    assert Image.open(io.BytesIO(static.png(figure))).info.keys() <= {"transparency"}


def test_small_letters_are_made_readable(figure):
    figure.axes[0].set_title("tiny", fontsize=5)
    static.png(figure)
    assert min(text.get_fontsize() for text in figure.findobj(Text)) >= 11


def test_stand_in_data_are_marked_on_the_picture(figure):
    assert static.png(figure, card=STAND_IN) != static.png(figure, card=REAL) == static.png(figure)


def test_a_picture_stays_small_enough_for_a_notebook_of_forty(figure):
    bundle, _ = static.picture_bundle(static.png(figure), "A line.")
    assert 40 * sum(len(value) for value in bundle.values()) < 3_000_000


def test_a_short_table_is_shown_whole(figure, displayed):
    figures.show(figure, alt="Cells double.", data={"hour": [0, 1], "cells": [1.0, 2.0]})
    html = displayed[0][0]["text/html"]
    assert html.count("<tr>") == 3
    assert html.count('<th scope="col"') == 2
    assert "csv" not in html


def test_a_long_table_shows_twenty_rows_and_offers_the_rest():
    html = static.data_table(pd.DataFrame({"x": range(100)}))
    assert html.count("<td") == 20
    assert "Save all 100 rows (CSV)" in html


def test_a_table_is_escaped():
    assert "<b>" not in static.data_table({"<b>": ["<b>"]})


def test_what_is_no_figure_is_named():
    with pytest.raises(TypeError, match="fig: expected a matplotlib figure, got a list"):
        static.png([1])


def test_the_style_changes_nothing_outside_its_block():
    before = dict(matplotlib.rcParams)
    with figures.style():
        assert matplotlib.rcParams["font.size"] == 12
    assert dict(matplotlib.rcParams) == before


def test_a_figure_is_not_known_to_pyplot():
    import matplotlib.pyplot as plt

    figures.subplots()
    assert plt.get_fignums() == []


def test_looks_differ_by_dash_or_marker_not_by_colour_alone():
    told_apart = {"train", "validation", "test"}, {"data", "held out"}, {"model", "truth", "other model"}
    for group in told_apart:
        assert len({(figures.COLOURS[name]["linestyle"], figures.COLOURS[name]["marker"]) for name in group}) == len(
            group
        )


@pytest.mark.parametrize("name", ["train", "data", "model", "other model", "truth", "held out", "baseline"])
def test_lines_stand_out_from_white(name):
    assert contrast(figures.COLOURS[name]["color"]) >= 3


def test_importing_loads_neither_matplotlib_nor_widgets_nor_torch():
    code = "import sys, bioml_helpers.figures; print({'matplotlib', 'anywidget', 'torch'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.skipif(
    os.environ.get("BIOML_COLAB_ENV") == "1", reason="the layer of older widgets brings no templates of nbconvert's"
)
def test_nbconvert_gives_the_picture_its_alt_text(figure, displayed):
    import nbformat
    from nbconvert import HTMLExporter

    figures.show(figure, alt="Cells double every hour.")
    bundle, metadata = displayed[0]
    output = nbformat.v4.new_output("display_data", data=bundle, metadata=metadata)
    cell = nbformat.v4.new_code_cell("show", outputs=[output])
    page, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert page.count('alt="Cells double every hour."') == 1
