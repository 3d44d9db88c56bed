"""Each notebook as a learner meets it: opened in JupyterLab, run to its end, its figures moved by keyboard.

A companion is opened and looked at, and not run: nbval runs it, its quizzes, exercises and kernel figures are made as
those of the chapters are, and no companion has a module of JavaScript that no chapter has.
"""

from __future__ import annotations

import math
import os
from pathlib import Path

import pytest
from support import lab
from support.skips import skip_or_fail

from authoring.chapters import ROOT, read_course

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHAPTERS = read_course(ROOT).chapters


@pytest.fixture(scope="module", params=CHAPTERS, ids=lambda chapter: chapter.name)
def opened(request, browser, server):
    notebook = ROOT / request.param.student
    if not notebook.is_file():
        skip_or_fail(f"{request.param.student} is not built (python -m authoring build)")
    page = lab.Page(browser, server, notebook)
    page.chapter = request.param
    page.stored_pictures = page.page.query_selector_all(".jp-OutputArea-output img")
    page.stored_errors = page.errors()
    if not page.chapter.is_companion:
        page.run_all()
    yield page
    _screenshot(page.page, request.param.name)
    page.close()


def _screenshot(page, name):
    """Keep the whole notebook as pictures of 2000 pixels each, where BIOML_SCREENSHOTS names a folder."""
    folder = os.environ.get("BIOML_SCREENSHOTS")
    if not folder:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    page.set_viewport_size({"width": 1300, "height": 2100})
    notebook = page.query_selector(".jp-WindowedPanel-outer")
    for number in range(math.ceil(notebook.evaluate("(one) => one.scrollHeight") / 2000)):
        notebook.evaluate("(one, top) => { one.scrollTop = top; }", 2000 * number)
        lab.settled(page)
        page.screenshot(path=f"{folder}/{name}_{number:02d}.png")


def test_it_shows_its_pictures_before_anything_runs(opened):
    assert opened.stored_pictures or opened.chapter.is_companion
    assert opened.stored_errors == []


def test_it_runs_to_its_end_without_an_error(opened):
    assert opened.errors() == []


def test_the_browser_has_nothing_to_complain_about(opened):
    assert opened.complaints == []


def test_it_asks_nothing_of_another_computer(opened):
    assert opened.foreign_requests == []


def test_every_picture_has_alt_text(opened):
    silent = "() => [...document.querySelectorAll('.jp-OutputArea-output img')].filter((one) => !one.alt).length"
    assert opened.page.evaluate(silent) == 0


def test_every_living_figure_moves_by_keyboard(opened):
    cards = opened.page.query_selector_all(".bioml-card:has(.bioml-plots)")
    assert cards or opened.chapter.is_companion  # a chapter has at least one
    for card in cards:
        for slider in card.query_selector_all("input[type=range]"):
            before = card.query_selector(".bioml-plots").inner_html()
            slider.focus()
            at_the_end = slider.evaluate("(one) => one.valueAsNumber >= Number(one.max)")
            opened.page.keyboard.press("ArrowLeft" if at_the_end else "ArrowRight")
            lab.settled(opened.page)
            assert card.query_selector(".bioml-plots").inner_html() != before


def test_every_kernel_figure_moves_by_keyboard(opened):
    figures = opened.page.query_selector_all(".jp-OutputArea-output:has(.bioml-card img):has([role=slider])")
    for figure in figures:
        image = figure.query_selector(".bioml-card img")
        for handle in figure.query_selector_all("[role=slider]"):
            before = image.get_attribute("src")
            handle.focus()
            opened.page.keyboard.press("ArrowRight")
            opened.page.wait_for_function(
                "([image, before]) => image.src !== before", arg=[image, before], timeout=10_000
            )
