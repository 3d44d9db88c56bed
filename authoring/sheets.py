"""A printable page a chapter: shapes, outputs and losses, the baseline to beat, key points, words in two languages.

Key points come from the tagged cell, words from the glossary; what no cell holds as a table stands in
``chapters/source/sheets.toml``, and every figure in it is looked up in the chapter's stored outputs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from authoring import pages
from authoring.chapters import Chapter, Course
from authoring.problems import Problem
from authoring.slides import write_pages
from authoring.stored import Built, Lacking, plain

SOURCE = "chapters/source/sheets.toml"
# key: (heading, names of the columns)
TABLES = {
    "shapes": ("Shapes", ("what", "shape", "read as")),
    "outputs": ("Output and loss", ("the answer", "last layer", "loss")),
    "baselines": ("The baseline to beat", ("task and score", "baseline", "the network")),
}
FIGURE = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?!\w)")

STYLE = """
* { box-sizing: border-box; }
html { font-size: 12px; }
body { margin: 0; line-height: 1.3; }
main { max-width: 210mm; margin: 0 auto; padding: 9mm 10mm; display: flex; flex-direction: column; gap: 2.6mm; }
h1 { font-size: 1.6em; line-height: 1.15; margin: 0; color: var(--blue); }
h2 { font-size: 1.15em; line-height: 1.2; margin: 0 0 1mm; color: var(--blue); border-bottom: 1px solid var(--line); }
p, ul, dl, dd { margin: 0; }
.question { font-style: italic; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.5mm 2mm 0.5mm 0; border-bottom: 1px solid #d5d5d5; }
thead th { font-weight: normal; font-style: italic; }
tbody th { font-weight: bold; }
.shapes td:nth-of-type(1) { white-space: nowrap; font-family: ui-monospace, "DejaVu Sans Mono", Consolas, monospace; }
.points { padding-left: 1.2em; columns: 2; column-gap: 6mm; }
.points li { break-inside: avoid; padding-bottom: 0.6mm; }
.words { columns: 3; column-gap: 5mm; }
.words div { break-inside: avoid; display: flex; gap: 0.7em; justify-content: space-between; align-items: baseline;
             border-bottom: 1px solid #d5d5d5; padding: 0.3mm 0; }
.words dd { text-align: right; max-width: 55%; flex-shrink: 0; }
footer { font-size: 0.85em; border-top: 1px solid var(--line); padding-top: 1mm; }
@media (max-width: 40rem) { main { padding: 4mm; } .points, .words { columns: 1; }
                            .shapes td:nth-of-type(1) { white-space: normal; } }
@page { size: A4; margin: 0; }
@media print { html { font-size: 8.9pt; } main { height: 296mm; overflow: hidden; } }
"""


def make_sheets(
    course: Course,
    chapters: tuple[Chapter, ...],
    folder: Path,
    *,
    pdf: bool = True,
    say: Callable[[str], None] = print,
) -> list[Problem]:
    """Write each chapter's sheet into `folder` as HTML and, where asked for, as a PDF of one page; return problems."""
    source, problems = read_source(course)
    if problems:
        return problems

    def sheet_page(chapter: Chapter) -> tuple[str, int, list[Problem]]:
        page, found = make_sheet(course, chapter, source.get(chapter.name))
        return page, 1, found

    return write_pages(chapters, folder, "sheet", sheet_page, boxes="main", pdf=pdf, say=say)


def read_source(course: Course) -> tuple[dict[str, Any], list[Problem]]:
    """Return the tables of ``sheets.toml``, and what is wrong with the file."""
    try:
        table = tomllib.loads((course.root / SOURCE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, [Problem(SOURCE, "", "it is missing; it holds one table a chapter.")]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return {}, [Problem(SOURCE, "", f"it is not valid TOML: {error}.")]
    known = {one.name for one in course.chapters if not one.is_companion}
    problems = [Problem(SOURCE, f"[{name}]", "there is no such chapter.") for name in table if name not in known]
    for name in known & set(table):
        problems += [Problem(SOURCE, f"[{name}]", sentence) for sentence in _faults(table[name])]
    return table, problems


def _faults(entry: Any) -> list[str]:
    if not isinstance(entry, dict) or set(entry) != set(TABLES):
        return [f"expected the tables {', '.join(TABLES)}, each a list of rows, and nothing else."]
    faults = []
    for key in ("shapes", "outputs"):
        for row in entry[key]:
            if not (isinstance(row, list) and len(row) == 3 and all(isinstance(one, str) and one for one in row)):
                faults.append(f"{key}: a row is {row!r}, expected three texts: {', '.join(TABLES[key][1])}.")
    for row in entry["baselines"]:
        if not (isinstance(row, dict) and set(row) == {"task", "beat", "network", "stored"}):
            faults.append(f"baselines: a row is {row!r}, expected task, beat, network and stored.")
    return faults


def make_sheet(course: Course, chapter: Chapter, entry: dict[str, Any] | None) -> tuple[str, list[Problem]]:
    """Return a chapter's sheet as a page, and a problem for each thing that its notebook does not hold."""
    if entry is None:
        return "", [Problem(SOURCE, "", f"there is no table [{chapter.name}].")]
    try:
        built = Built(course, chapter)
        points = built.keypoints()
    except Lacking as lacking:
        return "", [Problem(chapter.solved, lacking.where, lacking.sentence)]
    problems = [Problem(SOURCE, f"[{chapter.name}]", one) for one in unseen(entry, built.outputs())]
    if problems:
        return "", problems
    title = f"Chapter {chapter.number} · {chapter.title}"
    listed = "".join(f"<li>{pages.inline(one)}</li>" for one in points)
    tables = "\n".join(_table(key, entry[key]) for key in TABLES)
    body = (
        f"<main>\n<header><h1>{pages.text(title)}</h1>\n"
        f'<p class="question">{pages.text(chapter.question)}</p></header>\n'
        f'{tables}\n<section><h2>Key points</h2>\n<ul class="points">{listed}</ul></section>\n'
        f"<section><h2>Words</h2>\n{_words(chapter)}</section>\n"
        f"<footer>{pages.text(course.title)} · text and figures: CC BY 4.0 · scores, and the ranges in brackets, are "
        f"those that the solved notebook of this chapter holds</footer>\n</main>"
    )
    return pages.page(f"Sheet of {title[0].lower()}{title[1:]} · {course.title}", STYLE, body), []


def unseen(entry: dict[str, Any], outputs: str) -> list[str]:
    """Return a sentence for each figure of a sheet that the stored outputs do not hold.

    A baseline's figures must stand in the very words that its ``stored`` quotes, and these in the outputs.

    Examples
    --------
    >>> row = {"task": "errors", "beat": "guessing 53", "network": "9", "stored": ["guessing 53, neuron 8"]}
    >>> unseen({"shapes": [], "outputs": [], "baselines": [row]}, "of 106: guessing 53, neuron 8")
    ["baselines, 'errors': 9 does not stand in what 'stored' quotes."]
    """
    outputs, sentences = plain(outputs), []
    known = set(FIGURE.findall(outputs))
    for key in ("shapes", "outputs"):
        for row in entry[key]:
            for figure in FIGURE.findall(" ".join(row)):
                if figure not in known:
                    sentences.append(f"{key}, {row[0]!r}: {figure} does not stand in the stored outputs.")
    for row in entry["baselines"]:
        place, quoted = f"baselines, {row['task']!r}", [plain(one) for one in row["stored"]]
        sentences += [f"{place}: {one!r} does not stand in the stored outputs." for one in quoted if one not in outputs]
        seen = set(FIGURE.findall(" ; ".join(quoted)))
        for figure in FIGURE.findall(f"{row['beat']} ; {row['network']}"):
            if figure not in seen:
                sentences.append(f"{place}: {figure} does not stand in what 'stored' quotes.")
    return sentences


def _table(key: str, rows: list) -> str:
    heading, columns = TABLES[key]
    head = "".join(f'<th scope="col">{one}</th>' for one in columns)
    body = ""
    for row in rows:
        first, *rest = (row["task"], row["beat"], row["network"]) if isinstance(row, dict) else row
        cells = "".join(f"<td>{pages.text(one)}</td>" for one in rest)
        body += f'<tr><th scope="row">{pages.text(first)}</th>{cells}</tr>\n'
    return (
        f'<section class="{key}"><h2 id="{key}">{heading}</h2>\n<table aria-labelledby="{key}">\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table></section>"
    )


def _words(chapter: Chapter) -> str:
    from bioml_helpers.learning import words  # the glossary's own reader

    pairs = []
    for row in words.glossary(chapter.number).to_dict("records"):
        chinese = ", ".join(words.terms(row)) or "–"
        pairs.append(f'<div><dt>{pages.text(row["en"])}</dt><dd lang="zh-Hans">{pages.text(chinese)}</dd></div>')
    return '<dl class="words">\n' + "\n".join(pairs) + "\n</dl>"
