"""Every notebook as a page of HTML, judged by axe-core in a real Chromium: students' on a light and on a dark ground.

A solved notebook is judged on a light ground, and of its cells with code those that differ from the student's.
"""

from __future__ import annotations

import nbformat
import pytest

from authoring.chapters import ROOT, read_course

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PRODUCTS = [file for chapter in read_course(ROOT).chapters for file in (chapter.student, chapter.solved)]


def notebook_to_judge(file: str):
    """Return the notebook; of a solved one without the cells of code that the student's has too."""
    one = nbformat.read(ROOT / file, as_version=4)
    if "/solutions/" in file:
        known = {cell.id: cell for cell in nbformat.read(ROOT / file.replace("solutions/", ""), as_version=4).cells}
        one.cells = [cell for cell in one.cells if cell.cell_type != "code" or cell != known.get(cell.id)]
    return one


@pytest.mark.parametrize("file", PRODUCTS)
def test_axe_finds_nothing_on_the_page(file, judge):
    from support.pages import as_html

    judge.open(as_html(notebook_to_judge(file), file))
    assert judge.looks > 5  # text, heading, link, prompt, code …: contrast was looked at
    found = judge.findings()
    if "/solutions/" not in file:
        found += [f"on a dark ground, {one}" for one in judge.findings_in_dark()]
    assert not found, "\n".join(found)
    assert judge.requests == []


def test_a_dark_page_is_the_light_one_under_another_head():
    pytest.importorskip("nbconvert", reason="nbconvert is not installed")
    from support.pages import as_html

    one = nbformat.read(ROOT / PRODUCTS[2], as_version=4)
    light, dark = (as_html(one, "page", theme).split("<main>")[1] for theme in ("light", "dark"))
    assert light == dark


# --- the pass finds what is wrong

GOOD = "<p>Roots grow less.</p>"
FRAME = (
    '<!DOCTYPE html><html lang="en"><head><title>A page</title></head><body style="background:#fff;color:#111">'
    "<main><h1>Roots</h1>{}</main></body></html>"
)
WRONG = {
    "image-alt": '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">',
    "color-contrast": '<p style="color:#999">Roots grow less.</p>',
    "label": "<input type='range'>",
    "heading-order": "<h2>See</h2><h4>Roots</h4>",
    "link-in-text-block": (
        '<p style="color:#000">Roots grow less, says <a style="color:#222;text-decoration:none" href="#a">a study</a>.'
    ),
    "empty-table-header": "<table><tr><th></th><th>dose</th></tr><tr><th>root</th><td>1</td></tr></table>",
    "button-name": "<button></button>",
    "scrollable-region-focusable": '<div style="overflow:auto;height:20px"><p>Roots grow less.<p>Much.</div>',
}


def test_a_good_page_draws_no_finding(judge):
    judge.open(FRAME.format(GOOD))
    assert judge.findings() == []
    assert judge.looks == 2


@pytest.mark.parametrize("rule", WRONG)
def test_what_is_wrong_is_found_by_its_rule(rule, judge):
    judge.open(FRAME.format(WRONG[rule]))
    assert [one for one in judge.findings() if one.startswith(f"{rule} (")]


def test_a_heading_over_a_group_of_rows_is_left_to_people_and_an_idle_header_cell_is_not(judge):
    table = '<table><tr><th scope="{}" colspan="2">Roots</th></tr><tr><th scope="row">dose</th><td>1</td></tr></table>'
    judge.open(FRAME.format(table.format("rowgroup")))
    assert judge.findings() == []
    judge.open(FRAME.format(table.format("row")))
    assert [one for one in judge.findings() if "th-has-data-cells" in one]


def test_on_a_dark_ground_dark_letters_are_found(judge):
    cell = '<div class="jp-Cell"><p style="color:#333">Roots grow less.</p></div>'
    judge.open(FRAME.format(cell).replace("background:#fff", "background:var(--jp-layout-color0, #fff)"))
    assert judge.findings() == []
    assert [one for one in judge.findings_in_dark() if one.startswith("color-contrast")]


def test_of_two_elements_that_differ_in_their_ground_alone_both_are_judged(judge):
    grey = '<p style="color:#666">Roots grow less.</p>'
    judge.open(FRAME.format(f'{grey}{grey}<div style="background:#444">{grey}</div>'))
    assert judge.looks == 3
    assert len([one for one in judge.findings() if one.startswith("color-contrast")]) == 1


def test_what_asks_another_computer_is_noted(judge):
    judge.open(FRAME.format('<img alt="A root." src="https://example.org/root.png">'))
    assert judge.requests == ["https://example.org/root.png"]
    judge.requests.clear()
