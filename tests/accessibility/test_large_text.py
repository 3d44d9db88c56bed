"""At 200 % nothing is cut off: a chapter's page, its sheet, and living figures, which axe-core judges besides.

A window of 1280 pixels at 200 % has room for 640 pixels of the page, each of them drawn by two: that is what a browser
does when it enlarges a page.
"""

from __future__ import annotations

import inspect

import nbformat
import pytest
from support.skips import skip_or_fail

from authoring.chapters import ROOT, read_course
from authoring.sheets import make_sheets
from bioml_helpers.figures import golden
from bioml_helpers.gcn.figures import GraphFigure

pytestmark = pytest.mark.browser
COURSE = read_course(ROOT)
CHAPTER = next(chapter for chapter in COURSE.chapters if chapter.name == "01_function_approximation")
TOPICS = sorted(path.parent.name for path in (ROOT / "bioml_helpers").glob("*/figures.py"))
FIGURES = [figure for topic in TOPICS for figure in golden.figure_classes(topic)]
# Three figures want trained networks; they are made of the same parts (bioml_helpers/figures/parts.js).
READY = [
    figure
    for figure in FIGURES
    if all(
        one.default is not one.empty or one.kind in (one.VAR_KEYWORD, one.KEYWORD_ONLY)
        for one in inspect.signature(figure).parameters.values()
    )
]
# The parts of a figure that scroll sideways, and those that Tab stops at and that have a name.
SCROLLING = """() => [...document.querySelectorAll('#figure *')]
    .filter((one) => one.scrollWidth > one.clientWidth && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
    .map((one) => one.className)"""
NAMED = """() => [...document.querySelectorAll('#figure [tabindex="0"][role=group][aria-label]')]
    .map((one) => one.className)"""
SIDEWAYS = """() => [...document.querySelectorAll('*')].filter((one) => one.scrollWidth > one.clientWidth + 1)
    .filter((one) => getComputedStyle(one).display !== 'inline').map((one) => one.tagName)"""
COUNT_WATCHES = """() => {
    window.watches = 0;
    window.ResizeObserver = class extends ResizeObserver {
        constructor(call) { super(call); window.watches += 1; }
        disconnect() { super.disconnect(); window.watches -= 1; }
    };
}"""


@pytest.fixture(scope="module")
def enlarged(browser):
    try:
        import nbconvert  # noqa: F401
    except ModuleNotFoundError:
        skip_or_fail("nbconvert is not installed (pip install -r requirements.txt)")
    page = browser.new_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    yield page
    page.close()


@pytest.fixture(scope="module")
def chapter(enlarged):
    """Chapter 1 with its living figure drawn where its still picture stands."""
    from support.pages import as_html, mount

    from bioml_helpers.approximation.figures import PiecesFigure

    figure = PiecesFigure()
    enlarged.set_content(as_html(nbformat.read(ROOT / CHAPTER.student, as_version=4), CHAPTER.name))
    picture = enlarged.locator(f'img[alt="{figure.alt()}"]')
    picture.evaluate("(one) => { one.outerHTML = '<div id=\"figure\"></div>'; }")
    mount(enlarged, figure)
    return enlarged


def test_nothing_of_a_chapter_is_cut_off(chapter):
    from support.pages import cut_off

    assert cut_off(chapter) == []
    assert chapter.evaluate("document.documentElement.scrollWidth") <= 640


def test_its_quizzes_and_its_figure_are_among_what_was_looked_at(chapter):
    assert chapter.locator("section li").count() >= 9
    assert chapter.locator("#figure .bioml-card svg text").count() > 5
    assert chapter.locator("#figure input[type=range]").is_visible()


@pytest.mark.parametrize("figure", READY, ids=lambda figure: figure.__name__)
def test_nothing_of_a_living_figure_is_cut_off_and_its_letters_do_not_shrink(figure, enlarged):
    from support.pages import cut_off, mount, page_with, smallest_letters

    enlarged.set_content(page_with(figure))
    mount(enlarged, figure())
    assert cut_off(enlarged, "#figure") == []
    assert smallest_letters(enlarged, "#figure") >= 11  # of 640 pixels: twice as large as at 100 %


@pytest.mark.parametrize("figure", READY, ids=lambda figure: figure.__name__)
def test_what_scrolls_sideways_is_a_tab_stop_with_a_name_while_it_scrolls_and_no_longer(figure, enlarged):
    from support.lab import settled
    from support.pages import mount, page_with

    enlarged.set_content(page_with(figure))
    mount(enlarged, figure())
    enlarged.evaluate("document.querySelectorAll('#figure details').forEach((one) => { one.open = true; })")
    for width in (640, 1280, 330):
        enlarged.set_viewport_size({"width": width, "height": 450})
        settled(enlarged)
        scrolling, named = enlarged.evaluate(SCROLLING), enlarged.evaluate(NAMED)
        assert scrolling == named
        assert width != 1280 or not scrolling
    enlarged.set_viewport_size({"width": 640, "height": 450})


def test_a_figure_that_is_taken_away_is_watched_no_longer(enlarged):
    from support.pages import mount, page_with

    enlarged.set_content(page_with(GraphFigure))
    enlarged.evaluate(COUNT_WATCHES)
    mount(enlarged, GraphFigure())
    assert enlarged.evaluate("window.watches") > 0
    enlarged.evaluate("window.takeAway()")
    assert enlarged.evaluate("window.watches") == 0


@pytest.mark.parametrize("figure", READY, ids=lambda figure: figure.__name__)
@pytest.mark.parametrize("width", [1280, 640])
def test_axe_finds_nothing_on_a_living_figure(width, figure, judge):
    from support.lab import settled
    from support.pages import mount, page_with

    judge.page.set_viewport_size({"width": width, "height": 900})
    judge.open(page_with(figure), lambda: mount(judge.page, figure()))
    settled(judge.page)
    found = judge.findings()
    judge.page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []


def test_no_table_of_a_printed_page_has_to_be_scrolled_sideways_on_a_phone(enlarged, tmp_path):
    from support.pages import cut_off

    chapters = tuple(chapter for chapter in COURSE.chapters if not chapter.is_companion)
    assert make_sheets(COURSE, chapters, tmp_path, pdf=False, say=lambda text: None) == []
    enlarged.set_viewport_size({"width": 320, "height": 450})
    for sheet in sorted(tmp_path.iterdir()):
        enlarged.set_content(sheet.read_text(encoding="utf-8"))
        assert cut_off(enlarged) == []
        assert enlarged.evaluate(SIDEWAYS) == []
    enlarged.set_viewport_size({"width": 640, "height": 450})


@pytest.mark.parametrize(
    ("body", "by"),
    [
        ('<p style="width:60px;overflow:hidden;white-space:nowrap">Roots grow less and less.</p>', "sideways by P"),
        ('<p style="height:9px;overflow:hidden">Roots grow less.</p>', "in height by P"),
        ('<p style="width:900px">{}</p>'.format("Roots grow less and less. " * 9), "by the window"),
        ('<svg width="60" height="20"><text x="9" y="15">Roots grow less.</text></svg>', "sideways by svg"),
    ],
)
def test_text_that_is_cut_off_is_found(body, by, enlarged):
    from support.pages import cut_off

    enlarged.set_content(f"<main>{body}</main>")
    assert [one for one in cut_off(enlarged) if f"cut off {by}" in one]


def test_what_can_be_scrolled_to_is_not_cut_off(enlarged):
    from support.pages import cut_off

    enlarged.set_content('<div style="overflow-x:auto"><p style="width:900px">{}</p></div>'.format("Roots grow. " * 30))
    assert cut_off(enlarged) == []


def test_what_is_too_wide_and_what_lies_over_another_is_found(enlarged):
    from support.pages import overlapping, too_wide

    good = (
        '<p>Roots grow.</p><div class="bioml-sideways" style="overflow-x:auto"><p style="width:900px">Roots</p></div>'
    )
    enlarged.set_content(f"<main>{good}</main>")
    assert too_wide(enlarged, "main > *") == overlapping(enlarged, "main") == []
    wide = '<button style="width:20px;overflow:hidden;text-overflow:ellipsis">Check it</button>'
    enlarged.set_content(f'<main>{wide}<p style="margin-top:-15px">Roots grow.</p></main>')
    assert len(too_wide(enlarged, "main")) == 1
    assert overlapping(enlarged, "main") == ["Check it lies over Roots grow."]
