"""What is committed is what the masters give, holds nothing it must not, and shows its figures with no kernel."""

from __future__ import annotations

import nbformat
import pytest

from authoring import outputs
from authoring.build import check
from authoring.chapters import ROOT, read_course
from authoring.lint import lint
from authoring.problems import tell

COURSE = read_course(ROOT)
PRODUCTS = [file for chapter in COURSE.chapters for file in (chapter.student, chapter.solved)]


def stored(file: str):
    return nbformat.v4.reads((ROOT / file).read_text(encoding="utf-8"))


def test_the_masters_keep_the_rules():
    problems = lint(COURSE, COURSE.chapters)
    assert not problems, tell(problems)


def test_the_products_are_what_their_masters_give():
    problems = check(COURSE, COURSE.chapters)
    assert not problems, tell(problems)


@pytest.mark.parametrize("file", PRODUCTS)
def test_a_stored_notebook_has_no_error_no_widget_state_and_no_image_without_alt(file):
    assert list(outputs.faults(stored(file))) == []


@pytest.mark.parametrize("file", PRODUCTS)
def test_a_stored_notebook_shows_figures(file):
    pictures = [one for cell in stored(file).cells for one in cell.get("outputs", []) if outputs.is_picture(one)]
    assert pictures


@pytest.mark.parametrize("file", PRODUCTS)
def test_a_stored_notebook_has_outputs_that_are_compared(file):
    compared = [cell for cell in stored(file).cells if "nbval-check-output" in cell.metadata.get("tags", [])]
    assert compared
    assert all(cell.outputs for cell in compared)
