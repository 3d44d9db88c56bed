"""A chapter in JupyterLab at 200 %: nothing of a quiz is cut off, and what scrolls sideways is reached by keyboard.

The window has 640 x 450 pixels of the page, each drawn by two. JupyterLab's file browser takes 200 of them at first.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from support import lab, pages

from authoring.chapters import ROOT, read_course

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHAPTER = next(chapter for chapter in read_course(ROOT).chapters if chapter.name == "00_start_here")
SETUP = ("import importlib.metadata", "import numpy as np")
# Lines to order, a number, an option, a sentence, several questions, and a figure that scrolls sideways.
ASKING = ('order("start.order")', 'predict("start.p1")', 'predict("start.p2")', 'explain("start.p1")')
ASKING += ('quiz("start.readiness")', "start.figures.ChoiceFigure")
BUTTONS = ("Check", "Keep my prediction", "Show the model answer")
BOX = ".jp-OutputArea-output:has(.jupyter-widgets, .bioml-card)"
FIGURE = ".bioml-card .bioml-plots"
SEEN = """(one) => {
    one.scrollIntoView({ block: 'center' });
    const box = one.getBoundingClientRect();
    const page = one.closest('.jp-WindowedPanel-outer').getBoundingClientRect();
    return box.height > 0 && box.left >= page.left && box.right <= page.right
        && box.top >= page.top && box.bottom <= page.bottom;
}"""


def numbers_of(*beginnings: str) -> list[int]:
    cells = json.loads((ROOT / CHAPTER.student).read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    return [
        next(n for n, source in enumerate(sources) if any(line.startswith(begin) for line in source.splitlines()))
        for begin in beginnings
    ]


@pytest.fixture(scope="module")
def enlarged(browser, server):
    """The chapter after its set-up and its quizzes were run, every quiz answered."""
    opened = lab.Page(browser, server, ROOT / CHAPTER.student, width=640, height=450, scale=2)
    opened.run_cells(*numbers_of(*SETUP, *ASKING))
    opened.page.wait_for_selector(FIGURE)
    for name in ("a) 0, as every prediction is right", 'a) "ATG"'):
        opened.page.get_by_role("radio", name=name).check()
    for button in opened.page.locator(f"{BOX} button").all():
        if button.inner_text() in BUTTONS:
            button.click()
    opened.page.wait_for_function(
        "(box) => [...document.querySelectorAll(`${box} [role=status]`)].every((one) => one.innerText.trim())", arg=BOX
    )
    yield opened
    opened.close()


@pytest.fixture(params=["file browser open", "file browser closed"])
def page(request, enlarged):
    enlarged.page.evaluate(
        """(open) => { const { shell, commands } = window.jupyterapp;
            if (shell.leftCollapsed === open) commands.execute('application:toggle-left-area'); }""",
        request.param.endswith("open"),
    )
    lab.settled(enlarged.page)
    yield enlarged.page
    _screenshots(enlarged.page, request.param)


def _screenshots(page, name) -> None:
    """Keep a picture of each quiz where BIOML_SCREENSHOTS names a folder."""
    folder = os.environ.get("BIOML_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for number, box in enumerate(page.locator(BOX).all()):
            box.screenshot(path=f"{folder}/large_text_{name.replace(' ', '_')}_{number}.png")


def test_each_kind_of_quiz_was_made(enlarged):
    assert enlarged.errors() == enlarged.complaints == []
    assert enlarged.page.locator(BOX).count() == len(ASKING)
    for control in ("input[type=radio]", "input[type=number]", "input[type=text]", "textarea", "input[type=range]"):
        assert enlarged.page.locator(f"{BOX} {control}").count()


def test_nothing_of_a_quiz_is_cut_off_or_wider_than_the_page(page):
    assert pages.cut_off(page, BOX) == []
    assert pages.too_wide(page, BOX) == []


def test_nothing_of_a_quiz_lies_over_another(page):
    assert pages.overlapping(page, BOX) == []


def test_every_answer_is_seen_by_scrolling_down_alone(page):
    answers = page.locator(f"{BOX} [role=status] > div").all()
    assert len(answers) >= len(ASKING) - 1
    for answer in answers:
        assert answer.evaluate(SEEN)


def test_a_figure_too_wide_for_the_page_is_reached_by_tab_and_scrolled_by_arrow_keys(page):
    figure = page.locator(FIGURE)
    page.locator(".bioml-card select").last.focus()
    page.keyboard.press("Tab")
    assert figure.evaluate("(one) => one === document.activeElement && one.tabIndex === 0")
    assert figure.get_attribute("role") == "group"
    assert figure.get_attribute("aria-label") == "Figure, scrolls sideways"
    assert figure.evaluate("(one) => getComputedStyle(one).outline") == "rgb(0, 114, 178) solid 3px"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("(one) => one.scrollLeft > 0", arg=figure.element_handle(), timeout=5000)
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("(one) => one.scrollLeft === 0", arg=figure.element_handle(), timeout=5000)


def test_in_a_wide_window_the_figure_is_no_tab_stop(enlarged):
    page = enlarged.page
    page.set_viewport_size({"width": 1400, "height": 900})
    lab.settled(page)
    page.locator(".bioml-card select").last.focus()
    page.keyboard.press("Tab")
    figure = page.locator(FIGURE)
    assert not figure.evaluate("(one) => one === document.activeElement")
    assert [figure.get_attribute(name) for name in ("tabindex", "role", "aria-label")] == [None] * 3
