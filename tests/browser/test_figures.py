"""What a learner's hand finds: figures that move by keyboard, speak, and answer at once."""

from __future__ import annotations

import os
from pathlib import Path
from statistics import median

import pytest
from support import lab

pytestmark = pytest.mark.browser
GOALS = {"living": (16, 40), "kernel": (None, 110)}  # ms until updated, until painted
PATIENCE = 3  # a test fails past three times the goal


@pytest.fixture
def page(figures_page):
    return figures_page.page


def card(page):
    return page.query_selector(".bioml-card:has(.bioml-plots)")


def handle_and_image(page):
    return page.query_selector("[role=slider]"), page.query_selector(".bioml-card img")


def test_a_notebook_of_figures_runs_without_a_complaint(figures_page):
    assert figures_page.errors() == []
    assert figures_page.complaints == []


def test_nothing_is_asked_of_another_computer(figures_page):
    assert figures_page.foreign_requests == []


def test_each_picture_has_alt_text_in_the_page(page):
    texts = [image.get_attribute("alt") for image in page.query_selector_all(".jp-OutputArea-output img")]
    assert len(texts) == 2
    assert all(texts)


@pytest.mark.parametrize(("key", "change"), [("ArrowRight", 1), ("ArrowLeft", -1)])
def test_arrow_keys_move_the_living_figure(page, key, change):
    slider = card(page).query_selector("input[type=range]")
    slider.evaluate("(one) => { one.value = 8; one.dispatchEvent(new Event('input')); }")
    lab.settled(page)
    before = card(page).query_selector(".bioml-plots").inner_html()
    slider.focus()
    page.keyboard.press(key)
    lab.settled(page)
    assert slider.input_value() == str(8 + change)
    assert card(page).query_selector(".bioml-plots").inner_html() != before
    assert card(page).query_selector("[data-bioml=summary]").inner_text().startswith(f"{8 + change} best-placed")


@pytest.mark.parametrize("control", [0, 1])
def test_the_choices_move_by_keyboard_too(page, control):
    choice = card(page).query_selector_all("select")[control]
    before = card(page).query_selector(".bioml-plots").inner_html()
    choice.focus()
    page.keyboard.press("ArrowDown")
    lab.settled(page)
    after = card(page).query_selector(".bioml-plots").inner_html()
    page.keyboard.press("ArrowUp")
    assert after != before


def test_each_control_has_a_name_and_its_own_keys(page):
    for control in card(page).query_selector_all("input, select"):
        assert control.evaluate("(one) => one.labels[0]?.textContent.trim()")
        assert control.get_attribute("data-lm-suppress-shortcuts") == "true"


def test_what_the_figure_shows_is_spoken(page):
    slider = card(page).query_selector("input[type=range]")
    slider.focus()
    page.keyboard.press("ArrowRight")
    said = card(page).query_selector("[data-bioml=summary]").inner_text()
    spoken = "() => document.querySelector('.bioml-card:has(.bioml-plots) [aria-live=polite]').textContent"
    page.wait_for_function(f"(said) => ({spoken})() === said", arg=said, timeout=5000)


def test_python_follows_the_hand(figures_page, page):
    slider = card(page).query_selector("input[type=range]")
    slider.evaluate("(one) => { one.value = 23; one.dispatchEvent(new Event('input')); }")
    code = "[w.pieces for w in __import__('gc').get_objects() if type(w).__name__ == 'PiecesFigure']"
    answer = page.evaluate(
        """async (code) => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({ code: '', user_expressions: { n: code }, store_history: false });
            const reply = await future.done;
            return reply.content.user_expressions.n.data['text/plain'];
        }""",
        code,
    )
    assert answer == "[23]"


def test_arrow_keys_move_the_kernel_figure(page):
    handle, image = handle_and_image(page)
    before = image.get_attribute("src")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("([image, before]) => image.src !== before", arg=[image, before], timeout=10_000)


def test_the_living_figure_answers_within_a_frame(page):
    slider = card(page).query_selector("input[type=range]")
    slider.evaluate("(one) => { one.value = 8; one.dispatchEvent(new Event('input')); }")
    times = lab.time_living_figure(page, card(page))
    updated, painted = (median(column) for column in zip(*times, strict=True))
    assert updated <= PATIENCE * GOALS["living"][0]
    assert painted <= PATIENCE * GOALS["living"][1]


def test_the_kernel_figure_is_painted_at_once(page):
    times = lab.time_kernel_figure(page, *handle_and_image(page))
    assert median(painted for _, painted in times) <= PATIENCE * GOALS["kernel"][1]


@pytest.mark.parametrize("theme", ["server", "dark_server"])
def test_the_card_is_readable_in_both_themes(theme, request, browser, figures_notebook):
    page = lab.Page(browser, request.getfixturevalue(theme), figures_notebook)
    page.run_all()
    page.page.wait_for_selector(".bioml-card img")
    found = page.page.evaluate(
        """() => { const style = getComputedStyle(document.querySelector('.bioml-card'));
            return [style.color, style.backgroundColor]; }"""
    )
    folder = os.environ.get("BIOML_SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.page.set_viewport_size({"width": 1300, "height": 1900})
        lab.settled(page.page)
        page.page.screenshot(path=f"{folder}/figures_{theme}.png")
    page.close()
    assert found == ["rgb(26, 26, 26)", "rgb(255, 255, 255)"]
