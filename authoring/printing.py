"""HTML into PDF by a browser of the Chromium family that is already there; nothing is downloaded."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from authoring.problems import CourseError

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Two Chinese letters that look alike are two empty boxes: no font has them.
CHINESE_IS_BOXES = """() => {
  const drawn = letter => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 32;
    const pen = canvas.getContext("2d");
    pen.font = "24px " + getComputedStyle(document.body).fontFamily;
    pen.fillText(letter, 2, 26);
    return canvas.toDataURL();
  };
  return /[\\u4e00-\\u9fff]/.test(document.body.innerText) && drawn("网") === drawn("神");
}"""
# The numbers of the boxes whose content reaches beyond their padding (what is placed by itself is left out).
OVERFLOWING = """selector => [...document.querySelectorAll(selector)].map((box, n) => {
  const outer = box.getBoundingClientRect(), style = getComputedStyle(box);
  const bottom = outer.bottom - parseFloat(style.paddingBottom) + 1;
  const right = outer.right - parseFloat(style.paddingRight) + 1;
  const over = [...box.querySelectorAll("*")].some(part => {
    const own = part.getBoundingClientRect();
    return getComputedStyle(part).position !== "absolute" && (own.bottom > bottom || own.right > right);
  });
  return outer.height > 0 && over ? n + 1 : 0;
}).filter(n => n)"""


def find_chromium() -> str | None:
    """Return the path of a browser of the Chromium family, or None."""
    named = os.environ.get("BIOML_CHROMIUM")
    if named:
        return named
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge"):
        found = shutil.which(name)
        if found:
            return found
    programs = [os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
    places = [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        *(f"{folder}/Google/Chrome/Application/chrome.exe" for folder in programs if folder),
        *(f"{folder}/Microsoft/Edge/Application/msedge.exe" for folder in programs if folder),
    ]
    return next((place for place in places if Path(place).exists()), None)


@contextmanager
def printer() -> Iterator[Browser]:
    """Give a headless browser with an empty profile.

    Raises
    ------
    CourseError
        If there is no Playwright or no browser; the sentence says what to do.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise CourseError(
            "no PDF is made, for Playwright is not installed (pip install playwright); --no-pdf asks for none."
        ) from None
    found = find_chromium()
    if found is None:
        raise CourseError(
            "no PDF is made, for no browser of the Chromium family was found "
            "(set BIOML_CHROMIUM to its path); --no-pdf asks for none."
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def print_pdf(browser: Browser, source: Path, target: Path, *, boxes: str, pages: int) -> list[str]:
    """Print the HTML file `source` to the PDF `target`; return a sentence for each thing that is not as it should be.

    Parameters
    ----------
    browser : Browser
        What `printer` gives.
    source, target : Path
        An HTML file whose own style says how large a page is, and the PDF to write.
    boxes : str
        CSS selector of the boxes whose content may not run over.
    pages : int
        How many pages are expected.
    """
    view = browser.new_page(viewport={"width": 1280, "height": 720})
    try:
        view.goto(Path(source).resolve().as_uri())
        view.emulate_media(media="print")
        over = view.evaluate(OVERFLOWING, boxes)
        unreadable = view.evaluate(CHINESE_IS_BOXES)
        data = view.pdf(path=str(target), prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    finally:
        view.close()
    faults = [f"{boxes} number {number} holds more than fits on its page." for number in over]
    if count_pages(data) != pages:
        faults.append(f"it has {count_pages(data)} pages, expected {pages}.")
    if unreadable:
        faults.append(
            "its Chinese words are empty boxes, for this machine has no font with Chinese letters; "
            "install one (such as fonts-noto-cjk) and run it again, or print the HTML elsewhere."
        )
    return faults


def count_pages(pdf: bytes) -> int:
    """Return how many pages a PDF of Chromium has."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))
