"""Stored outputs: cleaned so that a rebuild gives the same bytes, and held to what a stored page must be."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from nbformat import NotebookNode

from authoring.chapters import ROOT
from bioml_helpers.learning.feedback import BROKEN, LOOKS
from bioml_helpers.learning.verdict import RIGHT

WIDGET = "application/vnd.jupyter.widget-view+json"
# How the text of a verdict that is not "right" begins: symbol, words, a middle dot, the exercise's name.
NOT_RIGHT = tuple(f"{symbol} {words} · " for symbol, words, _ in [BROKEN, *(LOOKS[s] for s in LOOKS if s != RIGHT)])
BAR = re.compile(r"\d+%\||\d+(\.\d+)?(it/s|s/it)|\?it/s")
ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,}")
NOT_IN_A_URL = r"(?<![\w./~-])(?:file://)?"
PATHS = re.compile(
    NOT_IN_A_URL + r"/(?:home|root|Users|tmp|private|var/folders)/[^\s'\"<>]*"
    r"|[A-Z]:\\Users\\[^\s'\"<>]*"
    r"|[^\s'\"<>]*site-packages[^\s'\"<>]*"
)
EMBEDDED = re.compile(r"data:[\w/+.;=-]+,[^\"')\s]*")  # pictures and files inside HTML: no text to look through
PANDAS_TABLE = 'class="dataframe"'
HEADER = re.compile(r"<th(?=[ >])(?![^>]*\bscope=)")  # a header cell that does not say what it heads
# What an ipywidget prints of itself: nothing that a reader without a kernel can use.
WIDGET_REPR = re.compile(r"\s*\w+\(.*(children=|layout=|description=|value=|_dom_classes=).*\)\s*", re.DOTALL)


def clean(notebook: NotebookNode) -> None:
    """Clean the outputs of an executed notebook, in place."""
    notebook.metadata.pop("widgets", None)
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), start=1):
        cell.metadata.pop("execution", None)
        cell.execution_count = count
        cell.outputs = _merged([_cleaned(output, count) for output in cell.outputs])


def _cleaned(output: NotebookNode, count: int) -> NotebookNode | None:
    """Return the output as it is to be stored, or None where it is not."""
    if output.output_type == "stream":
        output.text = "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1] for line in output.text.split("\n"))
        is_bar = output.name == "stderr" and all(BAR.search(line) for line in output.text.split("\n") if line.strip())
        return None if is_bar else output
    if output.output_type == "execute_result":
        output.execution_count = count
    if "data" not in output:
        return output
    if PANDAS_TABLE in output.data.get("text/html", ""):
        output.data["text/html"] = with_scopes(output.data["text/html"])
    is_widget = output.data.pop(WIDGET, None) is not None
    text = output.data.get("text/plain", "")
    if is_widget and (BAR.search(text) or WIDGET_REPR.fullmatch(text)):
        if len(output.data) == 1:
            return None
        del output.data["text/plain"]
    return output if output.data else None


def with_scopes(html: str) -> str:
    """Return pandas' table with header cells that say what they head, and no header cell that heads nothing.

    Examples
    --------
    >>> table = '<table class="dataframe"><thead><th></th><th>dose</th></thead><tr><th>root</th>'
    >>> with_scopes(table)
    '<table class="dataframe"><thead><td></td><th scope="col">dose</th></thead><tr><th scope="row">root</th>'
    """
    parts = re.split(r"(<thead>.*?</thead>)", html, flags=re.DOTALL)
    return "".join(
        HEADER.sub('<th scope="col"', part.replace("<th></th>", "<td></td>"))
        if part.startswith("<thead>")
        else HEADER.sub('<th scope="row"', part)
        for part in parts
    )


def _merged(outputs: list[NotebookNode | None]) -> list[NotebookNode]:
    """Join neighbouring pieces of one stream: where they were cut is chance."""
    merged: list[NotebookNode] = []
    for output in outputs:
        if output is None:
            continue
        before = merged[-1] if merged else None
        if before is not None and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text
        else:
            merged.append(output)
    return merged


def faults(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield (cell id, sentence) for everything a stored notebook must not hold."""
    if "widgets" in notebook.metadata:
        yield "", "its metadata hold 'widgets', which GitHub's preview fails on."
    is_solved = notebook.metadata.get("bioml", {}).get("product") == "solved"
    for cell in notebook.cells:
        if is_solved:
            for verdict in _verdicts_not_right(cell):
                yield cell.id, f"the solution is not judged right: {_short(verdict)!r}."
        if cell.cell_type == "markdown":
            for sentence in alt_faults_of_html(cell.source):
                yield cell.id, sentence
        for output in cell.get("outputs", []):
            for sentence in _output_faults(output):
                yield cell.id, sentence
        if "nbval-check-output" in cell.metadata.get("tags", []) and any(map(is_picture, cell.get("outputs", []))):
            yield (
                cell.id,
                "its output is compared, but pictures differ between machines; show it in another cell.",
            )


def is_picture(output: NotebookNode) -> bool:
    """Say whether an output shows a picture."""
    data = output.get("data", {})
    return any(kind.startswith("image/") for kind in data) or "<img" in data.get("text/html", "")


def _output_faults(output: NotebookNode) -> list[str]:
    if output.output_type == "error":
        return [f"a stored error: {output.ename}: {output.evalue}"]
    found = []
    if output.output_type == "stream" and output.name == "stderr":
        found.append(f"it writes to stderr: {_short(output.text)!r}.")
    if WIDGET in output.get("data", {}):
        found.append("a stored widget view, which means nothing without its kernel.")
    if any(BROKEN[1] in text for text in _texts(output)):
        found.append("a check that failed by itself, instead of judging the answer.")
    found += _alt_faults(output)
    for text in _texts(output):
        text = EMBEDDED.sub("", text)
        for pattern, words in (
            (ADDRESS, "a memory address"),
            (PATHS, "a path of this machine"),
            (_own_path(), "a path of this machine"),
        ):
            match = pattern.search(text)
            if match:
                found.append(f"its output holds {words}: {_short(match.group())!r}.")
                break
    return found


def _verdicts_not_right(cell: NotebookNode) -> list[str]:
    texts = [output.get("data", {}).get("text/plain", output.get("text", "")) for output in cell.get("outputs", [])]
    return [line for text in texts for line in text.split("\n") if line.startswith(NOT_RIGHT)]


def _alt_faults(output: NotebookNode) -> list[str]:
    data = output.get("data", {})
    html = data.get("text/html", "")
    found = alt_faults_of_html(html)
    for kind in sorted(key for key in data if key.startswith("image/")):
        alt = (output.get("metadata", {}).get(kind) or {}).get("alt", "")
        if not str(alt).strip() and "<img" not in html:
            found.append(f"an {kind} without alt text; show it by show(fig, alt=...).")
    return found


class _Images(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.without_alt = 0

    def handle_starttag(self, tag, attributes):
        if tag == "img" and not (dict(attributes).get("alt") or "").strip():
            self.without_alt += 1


def alt_faults_of_html(html: str) -> list[str]:
    """Return one sentence for each ``<img>`` that has no alt text."""
    if "<img" not in html:
        return []
    parser = _Images()
    parser.feed(html)
    return ["an <img> without alt text."] * parser.without_alt


def _own_path() -> re.Pattern:
    """Match the folders of this very machine, wherever they are."""
    folders = {str(ROOT), str(Path.home()), sys.prefix, tempfile.gettempdir()}
    folders |= {
        os.path.abspath(os.environ[name]) for name in ("BIOML_DATA_DIR", "BIOML_CACHE_DIR") if os.environ.get(name)
    }
    longest_first = sorted((folder for folder in folders if folder.strip("/")), key=len, reverse=True)
    return re.compile(NOT_IN_A_URL + "(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w.-])[^\s'\"<>]*")


def _texts(output: NotebookNode) -> list[str]:
    if output.output_type == "stream":
        return [output.text]
    data = output.get("data", {})
    return [value for key, value in sorted(data.items()) if key.startswith("text/") and isinstance(value, str)]


def _short(text: str, length: int = 80) -> str:
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"
