"""Notebooks as pages of HTML in a real Chromium, and what axe-core finds on them."""

from __future__ import annotations

import importlib.resources
import json
import re
from collections.abc import Callable
from functools import cache

import nbformat
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from support.lab import REPOSITORY

TEMPLATES = REPOSITORY / "authoring" / "templates"


@cache
def _exporter(theme: str) -> HTMLExporter:
    return HTMLExporter(template_name="readable", extra_template_basedirs=[str(TEMPLATES)], theme=theme)


def as_html(notebook: NotebookNode, name: str, theme: str = "light") -> str:
    """Return the page that `jupyter nbconvert --to html --template readable` writes."""
    return _exporter(theme).from_notebook_node(notebook, {"metadata": {"name": name}})[0]


@cache
def dark_head() -> str:
    """Return what stands in the head of a dark page; nothing else on it differs from a light one."""
    return re.search(r"<head>(.*)</head>", as_html(nbformat.v4.new_notebook(), "dark", "dark"), re.DOTALL).group(1)


@cache
def _axe() -> str:
    # The package's own module would read this file in the machine's encoding, whichever that is.
    return importlib.resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


# Contrast is nine tenths of axe's work, and a page of a notebook has few looks: the colour, size and weight of letters
# and every ground below them.  One element of each look is marked, the others would be judged alike.
_MARK_LOOKS = """() => {
    for (const one of document.querySelectorAll('[data-look]')) one.removeAttribute('data-look');
    const grounds = new Map([[document, '']]);
    const ground = (one) => {
        if (!grounds.has(one)) {
            const style = getComputedStyle(one);
            const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter].join(' ');
            const plain = own === 'rgba(0, 0, 0, 0) none 1 none';
            grounds.set(one, ground(one.parentNode) + (plain ? '' : `| ${own}`));
        }
        return grounds.get(one);
    };
    const looks = new Map();
    for (const one of document.body.querySelectorAll('*')) {
        const text = [...one.childNodes].filter((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
        if (!text.length || !one.getClientRects().length) continue;
        if (one.ownerSVGElement) continue; // axe cannot tell what a drawing has below its letters
        const style = getComputedStyle(one);
        const { color, fontSize, fontWeight, textShadow } = style;
        const look = [color, fontSize, fontWeight, textShadow, ground(one)].join(' ');
        const letters = text.map((part) => part.data.trim()).join('');
        // axe judges no single letter, so a longer text stands for its look where there is one
        if (!looks.has(look) || (looks.get(look).letters < 3 && letters.length > 2)) {
            looks.set(look, { one, letters: letters.length });
        }
    }
    for (const { one } of looks.values()) one.setAttribute('data-look', '');
    return looks.size;
}"""
_ONLY_CELLS_WITH_A_LOOK = """() => {
    for (const cell of document.querySelectorAll('.jp-Cell')) {
        if (!cell.querySelector('[data-look]')) cell.remove();
    }
}"""
_TO_DARK = """(head) => {
    document.head.innerHTML = head;
    document.body.dataset.jpThemeLight = 'false';
    document.body.dataset.jpThemeName = 'JupyterLab Dark';
}"""


# What axe leaves to people: rule -> what the element holds.  A header cell over a group of rows stands alone in
# its row, as it should; axe looks for data beside it, finds none, and asks a person.
LEFT_OPEN = {"th-has-data-cells": "th[scope=rowgroup]"}


class Judge:
    """One page of a browser that pages of HTML are put into, one after the other, and judged by axe-core.

    A finding is a breach of any of axe's rules, of whatever impact, and a contrast or a table that axe could not judge.
    """

    def __init__(self, browser):
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.requests: list[str] = []
        self.page.route(re.compile("^https?:"), self._refuse)
        self.looks = 0

    def _refuse(self, route) -> None:
        self.requests.append(route.request.url)
        route.abort()

    def open(self, html: str, then: Callable[[], None] = lambda: None) -> None:
        """Put a page in, do `then` what belongs to it, and mark its looks."""
        self.page.set_content(html)
        then()
        if self.page.evaluate("typeof axe") == "undefined":
            self.page.evaluate(_axe())
            self.page.evaluate("axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-look]' }] })")
        self.looks = self.page.evaluate(_MARK_LOOKS)

    def findings(self) -> list[str]:
        """Judge the page by every rule."""
        return self._run({})

    def findings_in_dark(self) -> list[str]:
        """Turn the page dark and judge its contrasts; cells that show no new look are taken away first."""
        self.page.evaluate(_TO_DARK, dark_head())
        self.looks = self.page.evaluate(_MARK_LOOKS)
        self.page.evaluate(_ONLY_CELLS_WITH_A_LOOK)
        return self._run({"runOnly": ["color-contrast"]})

    def _run(self, options: dict) -> list[str]:
        options = {"resultTypes": ["violations", "incomplete"], "preload": False, **options}
        found = self.page.evaluate("(options) => axe.run(options)", options)
        told = [_told(rule, node) for rule in found["violations"] for node in rule["nodes"]]
        return told + [
            f"could not be judged: {_told(rule, node)}"
            for rule in found["incomplete"]
            for node in rule["nodes"]
            if not self._left_open(rule["id"], node["target"][0])
        ]

    def _left_open(self, rule: str, target: str) -> bool:
        holds = "([target, part]) => document.querySelector(target).querySelector(part) !== null"
        return rule in LEFT_OPEN and self.page.evaluate(holds, [target, LEFT_OPEN[rule]])

    def close(self) -> None:
        self.page.close()


def _told(rule: dict, node: dict) -> str:
    checks = [*node["any"], *node["all"], *node["none"]]
    why = "; ".join(check["message"] for check in checks) or rule["help"]
    return f"{rule['id']} ({rule['impact']}): {why} At {json.dumps(node['target'])}: {node['html'][:200]}"


# --- living figures on a page, and text that is cut off

_MOUNT = """async ([esm, values, place]) => {
    const listeners = {};
    const model = {
        get: (name) => values[name],
        set: (name, value) => { values[name] = value; (listeners[`change:${name}`] ?? []).forEach((call) => call()); },
        on: (event, call) => (listeners[event] ??= []).push(call),
        off: () => {},
        save_changes: () => {},
        send: () => {},
    };
    const module = await import(URL.createObjectURL(new Blob([esm], { type: 'text/javascript' })));
    window.takeAway = await module.default.render({ model, el: document.querySelector(place) });
}"""


def page_with(figure: type) -> str:
    """Return a page with one cell that has an empty place, ``#figure``, where the figure is to be."""
    shown = nbformat.v4.new_output("display_data", data={"text/html": '<div id="figure"></div>'})
    cells = [nbformat.v4.new_markdown_cell("# A figure"), nbformat.v4.new_code_cell("figure", outputs=[shown])]
    return as_html(nbformat.v4.new_notebook(cells=cells), figure.__name__)


def mount(page, figure, place: str = "#figure") -> None:
    """Draw a living figure by its own module into the element that `place` selects; no kernel follows it.

    The page's ``takeAway()`` ends it, as a notebook does whose output is cleared.
    """
    names = [name for name in figure.trait_names(sync=True) if not name.startswith("_") and name not in _OF_WIDGETS]
    page.evaluate(_MOUNT, [figure._esm, {name: getattr(figure, name) for name in names}, place])


_OF_WIDGETS = {"comm", "keys", "layout", "log", "tabbable", "tooltip"}

# Every line of text, and where an ancestor that hides what does not fit (or the window) ends before it does.  What can
# be scrolled to is not cut off; what only screen readers meet (clip-path) is not meant to be seen.
_CUT_OFF = """(root) => {
    const found = [];
    const slack = 2; // pixels: letters lean over their own edge
    for (const one of document.querySelectorAll(`:is(${root}) *`)) {
        if (one.closest('script, style, option, details:not([open]) > :not(summary)')) continue;
        for (const part of one.childNodes) {
            if (part.nodeType !== Node.TEXT_NODE || !part.data.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(part);
            const svg = one.ownerSVGElement;
            const boxes = svg ? [one.getBoundingClientRect()] : [...range.getClientRects()];
            for (const box of boxes) {
                let reason = '';
                let free = false; // it can be scrolled to, sideways
                for (let up = svg ?? one; up && !reason; up = up.parentElement) {
                    const style = getComputedStyle(up);
                    if (style.clipPath !== 'none') { free = true; break; }
                    const edge = up.getBoundingClientRect();
                    const hides = (overflow) => ['hidden', 'clip'].includes(overflow);
                    const wide = box.right > edge.right + slack || box.left < edge.left - slack;
                    const high = box.bottom > edge.bottom + slack || box.top < edge.top - slack;
                    if (style.display === 'inline' && up !== svg) continue;
                    if (hides(style.overflowX) && wide) {
                        reason = `sideways by ${up.tagName} ${up.getAttribute('class')}`;
                    } else if (hides(style.overflowY) && high) {
                        reason = `in height by ${up.tagName} ${up.getAttribute('class')}`;
                    } else if (['auto', 'scroll'].includes(style.overflowX)) { free = true; break; }
                }
                const outside = box.right > document.documentElement.clientWidth + slack || box.left < -slack;
                if (!reason && !free && outside) reason = 'by the window';
                if (reason) { found.push(`${part.data.trim().slice(0, 60)}: cut off ${reason}`); break; }
            }
        }
    }
    return found;
}"""


def cut_off(page, root: str = "body") -> list[str]:
    """Return what of the text below `root` is cut off, each with what cuts it off."""
    return page.evaluate(_CUT_OFF, root)


# Parts whose content is wider than they are, and texts and controls that lie over each other.  What is made to be
# scrolled (`bioml-sideways`) may be wider; what only screen readers meet (clip-path) is not meant to be seen.
_TOO_WIDE = """(root) => [...document.querySelectorAll(`:is(${root}), :is(${root}) *`)]
    .filter((one) => one instanceof HTMLElement && one.clientWidth && one.scrollWidth > one.clientWidth + 1)
    .filter((one) => getComputedStyle(one).display !== 'inline' && getComputedStyle(one).clipPath === 'none')
    .filter((one) => !one.closest('.bioml-sideways'))
    .map((one) => `${one.tagName} ${one.className}: ${one.scrollWidth} in ${one.clientWidth} pixels, ${
        one.innerText.trim().slice(0, 40)}`)"""
_OVERLAPPING = """(root) => {
    const slack = 2;
    const boxes = [];
    for (const place of document.querySelectorAll(root)) {
        for (const one of place.querySelectorAll('*')) {
            if (!one.getClientRects().length || one.closest('svg, style, [style*=clip-path]')) continue;
            if (one.parentElement.closest('button, select')) continue;
            const texts = [...one.childNodes].filter((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
            const name = (one.innerText || one.placeholder || one.tagName).trim().slice(0, 40);
            if (one.matches('button, input, textarea, select')) {
                boxes.push({ one, name, box: one.getBoundingClientRect() });
            } else {
                for (const part of texts) {
                    const range = document.createRange();
                    range.selectNodeContents(part);
                    for (const box of range.getClientRects()) boxes.push({ one: part, name, box });
                }
            }
        }
    }
    const found = [];
    boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
        const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (a.one !== b.one && wide > slack && high > slack) found.push(`${a.name} lies over ${b.name}`);
    }));
    return found;
}"""


def too_wide(page, root: str) -> list[str]:
    """Return the parts of `root` that would have to be scrolled sideways, or that end their text with dots."""
    return page.evaluate(_TOO_WIDE, root)


def overlapping(page, root: str) -> list[str]:
    """Return the texts and controls of `root` that lie over each other."""
    return page.evaluate(_OVERLAPPING, root)


def smallest_letters(page, root: str) -> float:
    """Return the smallest size of letters, in pixels, in the drawings (SVG) below `root`."""
    heights = page.evaluate(
        """(root) => [...document.querySelectorAll(`${root} svg text`)].filter((one) => one.textContent.trim())
            .map((one) => Number.parseFloat(getComputedStyle(one).fontSize) * one.ownerSVGElement.getScreenCTM().d)""",
        root,
    )
    return min(heights)
