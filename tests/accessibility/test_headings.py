"""Headings in order and header cells that say what they head, in every stored notebook; needs no browser."""

from __future__ import annotations

from html.parser import HTMLParser
from itertools import pairwise

import nbformat
import pytest

from authoring.chapters import ROOT, read_course

PRODUCTS = [file for chapter in read_course(ROOT).chapters for file in (chapter.student, chapter.solved)]


class Reader(HTMLParser):
    """Collects the levels of headings, and header cells without a scope."""

    def __init__(self) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.without_scope = 0

    def handle_starttag(self, tag, attributes):
        if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456":
            self.levels.append(int(tag[1]))
        self.without_scope += tag == "th" and "scope" not in dict(attributes)


def read(*parts: str) -> Reader:
    reader = Reader()
    for part in parts:
        reader.feed(part)
    reader.close()
    return reader


def outputs_of(cell) -> list[str]:
    return [one.data["text/html"] for one in cell.get("outputs", []) if "text/html" in one.get("data", {})]


def as_read(cells) -> list[str]:
    """Return the HTML of text cells and of outputs, in the order in which they are read."""
    filters = pytest.importorskip("nbconvert.filters", reason="nbconvert is not installed")
    return [
        html
        for cell in cells
        for html in ([filters.markdown2html(cell.source)] if cell.cell_type == "markdown" else outputs_of(cell))
    ]


def skipped(levels: list[int]) -> list[tuple[int, int]]:
    return [(before, after) for before, after in pairwise(levels) if after > before + 1]


@pytest.mark.parametrize("file", PRODUCTS)
def test_a_notebook_has_one_first_heading_and_skips_no_level(file):
    levels = read(*as_read(nbformat.read(ROOT / file, as_version=4).cells)).levels
    assert levels[0] == 1 and levels.count(1) == 1
    assert len(levels) > 3
    assert skipped(levels) == []


@pytest.mark.parametrize("file", PRODUCTS)
def test_header_cells_of_stored_tables_say_what_they_head(file):
    cells = nbformat.read(ROOT / file, as_version=4).cells
    assert read(*[html for cell in cells for html in outputs_of(cell)]).without_scope == 0


def test_a_skipped_level_a_second_title_and_a_bare_header_cell_are_seen():
    cells = [nbformat.v4.new_markdown_cell(text) for text in ("# A", "A line\n===", "#### B", "```\n# no heading\n```")]
    levels = read(*as_read(cells)).levels
    assert levels == [1, 1, 4] and skipped(levels) == [(1, 4)]
    assert read('<table><tr><th>a</th><th scope="col">b</th></tr></table>').without_scope == 1
