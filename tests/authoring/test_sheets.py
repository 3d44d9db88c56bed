"""Sheets: one page a chapter, whose figures are those that the built notebooks hold."""

from __future__ import annotations

import dataclasses
import functools
import html
import re

import pytest

from authoring.__main__ import main
from authoring.chapters import ROOT, read_course
from authoring.sheets import make_sheet, make_sheets, read_source, unseen
from bioml_helpers.learning import words

COURSE = read_course(ROOT)
MAIN = [chapter for chapter in COURSE.chapters if not chapter.is_companion]
EVERY = pytest.mark.parametrize("chapter", MAIN, ids=lambda chapter: chapter.name)


@functools.cache
def page_of(name: str) -> str:
    source, faults = read_source(COURSE)
    page, problems = make_sheet(COURSE, COURSE.named([name])[0], source[name])
    assert (faults, problems) == ([], [])  # so every figure of it stands in the stored outputs
    return page


@pytest.fixture
def with_sheets(tmp_path):
    """Call it with a text: returns the course with that ``sheets.toml``."""

    def call(text: str):
        path = tmp_path / "chapters/source/sheets.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return dataclasses.replace(COURSE, root=tmp_path)

    return call


@EVERY
def test_a_sheet_has_its_five_parts_and_headings_in_order(chapter):
    page = page_of(chapter.name)
    assert [int(level) for level in re.findall(r"<h(\d)", page)] == [1, 2, 2, 2, 2, 2]
    assert re.findall(r"<h2[^>]*>(.+?)</h2>", page) == [
        "Shapes",
        "Output and loss",
        "The baseline to beat",
        "Key points",
        "Words",
    ]
    assert chapter.title in html.unescape(re.search("<h1>(.+)</h1>", page)[1])
    assert page.count("<tr>") >= 3 + 2 + 2 + 2  # three heads, and two rows at least in each table
    assert page.count('<th scope="col">') == 9


@EVERY
def test_a_sheet_has_every_word_of_its_chapter_in_both_languages(chapter):
    page = html.unescape(page_of(chapter.name))
    for row in words.glossary(chapter.number).to_dict("records"):
        assert f"<dt>{row['en']}</dt>" in page
        assert all(term in page for term in words.terms(row))
    assert page.count("<dt>") == page.count('<dd lang="zh-Hans">') == len(words.glossary(chapter.number))


@EVERY
def test_a_sheet_needs_nothing_from_elsewhere(chapter):
    assert not re.search(r'(src|href)="|url\(|@import|<link|<script', page_of(chapter.name))


def test_a_figure_that_no_output_holds_is_told():
    entry = {"shapes": [["X", "(32, 4)", "batch"]], "outputs": [["a", "3 logits", "loss"]], "baselines": []}
    assert unseen(entry, "(32, 4) and 3.5") == ["outputs, 'a': 3 does not stand in the stored outputs."]


def test_a_longer_figure_does_not_stand_for_a_shorter_one():
    row = {"task": "errors", "beat": "guessing 0.9", "network": "GRU", "stored": ["guessing 0.95"]}
    (sentence,) = unseen({"shapes": [], "outputs": [], "baselines": [row]}, "guessing 0.95")
    assert sentence == "baselines, 'errors': 0.9 does not stand in what 'stored' quotes."


def test_a_quotation_that_no_output_holds_is_told():
    row = {"task": "errors", "beat": "38", "network": "8", "stored": ["GC 38, neuron 8"]}
    (sentence,) = unseen({"shapes": [], "outputs": [], "baselines": [row]}, "GC 38, neuron 9")
    assert sentence == "baselines, 'errors': 'GC 38, neuron 8' does not stand in the stored outputs."


def test_a_sheet_with_a_stale_figure_is_not_written(tmp_path, monkeypatch):
    source, _ = read_source(COURSE)
    stale = {**source["02_neuron"], "shapes": [["X", "(7919, 228)", "another table"]]}
    monkeypatch.setattr("authoring.sheets.read_source", lambda course: ({"02_neuron": stale}, []))
    (problem,) = make_sheets(COURSE, COURSE.named(["02"]), tmp_path, pdf=False, say=lambda text: None)
    assert str(problem) == (
        "chapters/source/sheets.toml, [02_neuron]: shapes, 'X': 7919 does not stand in the stored outputs."
    )
    assert list(tmp_path.iterdir()) == []


FAULTS = {
    "no such chapter": ("[12_none]\nshapes = []\noutputs = []\nbaselines = []", "[12_none]: there is no such chapter."),
    "a table too few": ("[02_neuron]\nshapes = []", "expected the tables shapes, outputs, baselines"),
    "a row of two": (
        '[02_neuron]\nshapes = [["X", "(n,)"]]\noutputs = []\nbaselines = []',
        "shapes: a row is ['X', '(n,)'], expected three texts: what, shape, read as.",
    ),
    "a baseline without a quotation": (
        '[02_neuron]\nshapes = []\noutputs = []\nbaselines = [{ task = "a", beat = "b", network = "c" }]',
        "expected task, beat, network and stored.",
    ),
    "not TOML": ("[02_neuron", "it is not valid TOML"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_file_is_one_sentence(name, with_sheets):
    text, sentence = FAULTS[name]
    (problem,) = read_source(with_sheets(text))[1]
    assert sentence in str(problem)


def test_a_missing_file_and_a_missing_table_are_told(tmp_path):
    (problem,) = read_source(dataclasses.replace(COURSE, root=tmp_path))[1]
    assert str(problem) == "chapters/source/sheets.toml: it is missing; it holds one table a chapter."
    (problem,) = make_sheet(COURSE, COURSE.named(["02"])[0], None)[1]
    assert str(problem) == "chapters/source/sheets.toml: there is no table [02_neuron]."


def test_the_command_writes_a_chapters_sheet(tmp_path):
    assert main(["cheatsheet", "02", "--to", str(tmp_path), "--no-pdf"]) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["02_neuron.sheet.html"]


def test_the_command_refers_a_companion_to_its_chapter(tmp_path, capsys):
    assert main(["cheatsheet", "02b", "--to", str(tmp_path), "--no-pdf"]) == 1
    assert "a companion has no sheet; name its chapter, 02_neuron." in capsys.readouterr().err
