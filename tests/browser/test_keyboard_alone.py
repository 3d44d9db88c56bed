"""Chapter 1 by keyboard alone: from the first cell to the last exercise, every answer typed, a quiz answered."""

from __future__ import annotations

import json

import pytest
from support import lab

from authoring.chapters import ROOT, read_course

pytestmark = [pytest.mark.browser, pytest.mark.slow]
CHAPTER = next(chapter for chapter in read_course(ROOT).chapters if chapter.name == "01_function_approximation")
FOCUSED = """() => { const one = document.activeElement;
    return [one.tagName, one.type || '', one.innerText || '']; }"""
OUTPUTS = """() => [...window.jupyterapp.shell.currentWidget.content.model.cells]
    .flatMap((cell) => cell.outputs?.toJSON() ?? [])
    .map((one) => [one.text ?? one.data?.['text/plain'] ?? ''].flat().join(''))"""


def cells(path) -> list[dict]:
    return json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"]


@pytest.fixture(scope="module")
def walked(browser, server):
    """The student notebook after every cell was left with Shift+Enter, the solved text typed where they differ."""
    opened = lab.Page(browser, server, ROOT / CHAPTER.student)
    keyboard = opened.page.keyboard
    keyboard.press("Escape")
    for _ in range(3):
        keyboard.press("ArrowUp")  # to the first cell, whichever one was selected
    for ours, solved in zip(cells(CHAPTER.student), cells(CHAPTER.solved), strict=True):
        if ours["cell_type"] == "code" and ours["source"] != solved["source"]:
            keyboard.press("Enter")
            keyboard.press("Control+A")
            keyboard.insert_text("".join(solved["source"]))
        keyboard.press("Shift+Enter")
    opened.wait_until_done()
    yield opened
    opened.close()


def test_every_exercise_is_answered_right(walked):
    checks = sum('check("' in "".join(cell["source"]) for cell in cells(CHAPTER.student))
    shown = "\n".join(walked.page.evaluate(OUTPUTS))
    assert shown.count("✓ Right") >= checks
    assert "Not attempted yet" not in shown
    assert walked.errors() == []


def test_a_quiz_is_answered_with_tab_space_and_enter(walked):
    keyboard, page = walked.page.keyboard, walked.page
    for _ in range(60):  # back from the last cell, over the cells, to the controls of a quiz
        keyboard.press("Shift+Tab")
        if page.evaluate(FOCUSED)[:2] == ["INPUT", "radio"]:
            break
    keyboard.press("Space")
    for _ in range(10):
        keyboard.press("Tab")
        if page.evaluate(FOCUSED)[2].strip() == "Check":
            break
    keyboard.press("Enter")
    page.wait_for_function(
        "() => [...document.querySelectorAll('[role=status]')].some((e) => /Right|mistake/.test(e.innerText))"
    )
