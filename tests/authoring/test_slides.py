"""Slides come out of the built notebooks of the ten chapters, say what is missing, and can be read by everybody."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import html
import re
import shutil

import nbformat
import pytest

from authoring import pages, printing
from authoring.__main__ import main
from authoring.chapters import ROOT, Course, read_course
from authoring.sheets import make_sheets
from authoring.slides import as_page, make_deck, make_slides
from authoring.stored import pictures

COURSE = read_course(ROOT)
MAIN = [chapter for chapter in COURSE.chapters if not chapter.is_companion]
EVERY = pytest.mark.parametrize("chapter", MAIN, ids=lambda chapter: chapter.name)
NEURON = "02_neuron"
NO_FONT = "no font with Chinese letters"


@functools.cache
def deck_of(name: str):
    deck, problems = make_deck(COURSE, COURSE.named([name])[0])
    assert problems == []
    return deck


@functools.cache
def page_of(name: str) -> str:
    return as_page(COURSE, COURSE.named([name])[0], deck_of(name))


def words(page: str) -> str:
    """What a page says, without tags, style and script."""
    page = re.sub(r"<(style|script)>.*?</\1>", " ", page, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u00a0", " ").split())


@pytest.fixture
def alone(tmp_path) -> Course:
    """The course with one built chapter, free to be broken."""
    for file in ("chapters/02_neuron.ipynb", "chapters/solutions/02_neuron.ipynb", "chapters/source/sheets.toml"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    return dataclasses.replace(COURSE, root=tmp_path)


def change(course: Course, edit) -> None:
    """Let `edit` change each cell of the chapter's two notebooks."""
    for file in ("chapters/02_neuron.ipynb", "chapters/solutions/02_neuron.ipynb"):
        notebook = nbformat.v4.reads((course.root / file).read_text(encoding="utf-8"))
        for cell in notebook.cells:
            edit(cell)
        (course.root / file).write_text(nbformat.v4.writes(notebook), encoding="utf-8")


def sentences(course: Course) -> list[str]:
    return [str(problem) for problem in make_deck(course, course.named([NEURON])[0])[1]]


def without(tag: str):
    def edit(cell):
        cell.metadata["tags"] = [one for one in cell.metadata.get("tags", []) if one != tag]

    return edit


# --- all ten chapters


@EVERY
def test_a_chapter_gives_eight_to_ten_slides_that_begin_with_its_question(chapter):
    deck = deck_of(chapter.name)
    assert 8 <= len(deck) <= 10
    assert chapter.title in deck[0].heading
    assert chapter.question in words(deck[0].body)


@EVERY
def test_there_are_two_questions_to_vote_on_a_pitfall_and_all_key_points(chapter):
    deck = deck_of(chapter.name)
    votes = [slide for slide in deck if "vote" in slide.heading and "Pitfall" not in slide.heading]
    assert len(votes) == 2
    assert all(slide.body.count("<li>") >= 3 for slide in votes)
    assert [slide.heading for slide in deck if "Pitfall" in slide.heading] == [
        "Pitfall: vote first",
        "Pitfall: what came out",
    ]
    notebook = nbformat.v4.reads((ROOT / chapter.solved).read_text(encoding="utf-8"))
    recap = next(cell.source for cell in notebook.cells if "keypoints" in cell.metadata.get("tags", []))
    for line in re.findall(r"^- (.+)", recap, re.M):
        assert line[:30].replace("*", "") in words(deck[-1].body)


@EVERY
def test_the_answer_to_a_vote_stands_on_the_next_slide_and_in_the_notes_not_on_its_own(chapter):
    deck = deck_of(chapter.name)
    position = next(n for n, slide in enumerate(deck) if slide.heading.startswith("Concept question: vote"))
    right = re.search(r"✓ [a-z]\) [^<]+", deck[position + 1].body)[0]
    assert right in deck[position].notes
    assert "✓" not in deck[position].body
    prediction = next(n for n, slide in enumerate(deck) if slide.heading == "Predict: vote first")
    assert "Observed: " in deck[prediction + 1].body and "Observed: " in deck[prediction].notes
    assert "Observed" not in deck[prediction].body


@EVERY
def test_the_key_figure_is_the_stored_one_with_its_alt_text(chapter):
    notebook = nbformat.v4.reads((ROOT / chapter.solved).read_text(encoding="utf-8"))
    cell = next(cell for cell in notebook.cells if "slide" in cell.metadata.get("tags", []))
    stored = pictures(cell)[0]
    figure = next(slide.body for slide in deck_of(chapter.name) if slide.heading == "The figure to remember")
    assert stored.png in figure
    assert f'alt="{html.escape(stored.alt)}"' in figure


@EVERY
def test_every_slide_has_speaker_notes(chapter):
    assert all(words(slide.notes) for slide in deck_of(chapter.name))


@EVERY
def test_no_slide_repeats_code_of_the_notebook(chapter):
    said = words(page_of(chapter.name))
    for file in (chapter.student, chapter.solved):
        for cell in nbformat.v4.reads((ROOT / file).read_text(encoding="utf-8")).cells:
            lines = cell.source.splitlines() if cell.cell_type == "code" else []
            assert not [line for line in lines if len(line.strip()) > 12 and line.strip() in said]


@EVERY
def test_a_page_needs_nothing_from_elsewhere_and_has_one_h1_language_title_and_alt_texts(chapter):
    page = page_of(chapter.name)
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert chapter.title in html.unescape(re.search(r"<title>(.+)</title>", page)[1])
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels == [1] + [2] * (len(levels) - 1)
    assert all(re.search(r'alt="[^"]{20,}"', one) for one in re.findall(r"<img[^>]+>", page))
    assert not re.search(r'(src|href)="(?!data:|#)|url\(|@import|<link', page)


def test_text_has_contrast_enough():
    def light(colour):
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    colours = dict(re.findall(r"--(\w+): (#\w{6})", pages.COLOURS))
    for ink in ("ink", "blue"):
        for paper in ("#ffffff", colours["pale"]):
            assert (light(paper) + 0.05) / (light(colours[ink]) + 0.05) >= 4.5


# --- the command


def test_one_chapter_is_written_by_its_number_and_not_written_twice(tmp_path, capsys):
    for said in ("wrote", "unchanged"):
        assert main(["slides", "02", "--to", str(tmp_path), "--no-pdf"]) == 0
        assert f"{said} {tmp_path / '02_neuron.slides.html'}" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["02_neuron.slides.html"]


def test_an_unknown_chapter_is_told(tmp_path, capsys):
    assert main(["slides", "42", "--to", str(tmp_path), "--no-pdf"]) == 1
    assert "expected one of 00_start_here" in capsys.readouterr().err


def test_a_companion_is_referred_to_its_chapter(tmp_path, capsys):
    assert main(["slides", "02b", "--to", str(tmp_path), "--no-pdf"]) == 1
    assert "a companion has no slides; name its chapter, 02_neuron." in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_without_a_browser_the_page_is_written_and_the_pdf_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(printing, "find_chromium", lambda: None)
    problems = make_slides(COURSE, COURSE.named([NEURON]), tmp_path, say=lambda text: None)
    assert ["no browser of the Chromium family" in str(one) or "Playwright" in str(one) for one in problems] == [True]
    assert [path.name for path in tmp_path.iterdir()] == ["02_neuron.slides.html"]


# --- what is missing is told


def test_a_missing_notebook_is_told(alone):
    (alone.root / "chapters/solutions/02_neuron.ipynb").unlink()
    (sentence,) = sentences(alone)
    assert sentence.startswith("chapters/solutions/02_neuron.ipynb: the built notebook")
    assert sentence.endswith("is missing; run: python -m authoring build.")


def test_a_file_that_is_no_notebook_is_told(alone):
    (alone.root / "chapters/02_neuron.ipynb").write_text("no notebook", encoding="utf-8")
    (sentence,) = sentences(alone)
    assert "chapters/02_neuron.ipynb is not a valid notebook" in sentence


MISSING = {
    "slide": "0 cells are tagged 'slide', expected one: the chapter's key figure.",
    "keypoints": "no cell is tagged 'keypoints'.",
    "honesty": "no cell tagged 'honesty' says '**What this does not show.**'.",
    "caution": "no cell is tagged 'predict' and 'caution': the chapter's pitfall.",
    "observe": "no cell tagged 'observe' calls observe('neuron.p1').",
    "predict": "no cell tagged 'predict', and not 'caution', asks a question with options.",
}


@pytest.mark.parametrize("tag", MISSING)
def test_a_missing_tag_is_told(tag, alone):
    change(alone, without(tag))
    assert f"chapters/solutions/02_neuron.ipynb: {MISSING[tag]}" in sentences(alone)


def test_all_that_is_missing_is_told_together(alone):
    change(alone, without("slide"))
    change(alone, without("keypoints"))
    assert len(sentences(alone)) == 2


def test_an_open_answer_is_told(alone):
    def edit(cell):
        if "explain" in cell.metadata.get("tags", []):
            cell.outputs = []

    change(alone, edit)
    assert "it holds no result of 'neuron.p1'; run: python -m authoring build." in sentences(alone)[0]


def test_a_key_figure_without_a_figure_is_told(alone):
    def edit(cell):
        if "slide" in cell.metadata.get("tags", []):
            cell.outputs = []

    change(alone, edit)
    assert "it is tagged 'slide' and holds no figure" in sentences(alone)[0]


@pytest.mark.parametrize(
    ("question", "sentence"),
    [("neuron.quiz.9", "its quiz 'neuron.quiz' has no question 9"), ("neuron.lost.1", "no cell asks the quiz")],
)
def test_a_question_that_is_not_there_is_told(question, sentence, alone):
    chapter = dataclasses.replace(alone.named([NEURON])[0], slides={"question": question})
    (problem,) = make_deck(alone, chapter)[1]
    assert sentence in str(problem)


# --- in a browser


@pytest.fixture(scope="module")
def chromium(browser):
    """The tests' one browser, also where the course would start its own: Playwright cannot start twice in a process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(printing, "printer", lambda: contextlib.nullcontext(browser))
        yield browser


@pytest.fixture(scope="module")
def printed(chromium, tmp_path_factory):
    """Slides, slides with notes, and the sheet of one chapter, as PDF, and what was told."""
    folder = tmp_path_factory.mktemp("printed")
    chapters, told = COURSE.named([NEURON]), {}
    for kind, make in {
        "slides": make_slides,
        "notes": functools.partial(make_slides, notes=True),
        "sheet": make_sheets,
    }.items():
        told[kind] = [str(one) for one in make(COURSE, chapters, folder / kind, say=lambda text: None)]
    return folder, told


def pdf(printed, kind: str) -> bytes:
    return (printed[0] / kind / f"02_neuron.{'sheet' if kind == 'sheet' else 'slides'}.pdf").read_bytes()


def test_a_pdf_has_a_page_a_slide_tags_and_a_language(printed):
    assert printed[1]["slides"] == []
    data = pdf(printed, "slides")
    assert printing.count_pages(data) == len(deck_of(NEURON))
    assert b"/StructTreeRoot" in data and b"/Lang (en)" in data and b"/Alt" in data


def test_notes_are_printed_on_request_a_page_of_them_after_each_slide(printed):
    assert printed[1]["notes"] == []
    assert printing.count_pages(pdf(printed, "notes")) == 2 * len(deck_of(NEURON))


def test_a_sheet_is_one_page(printed):
    # where no font has Chinese letters, that one sentence is told, and nothing else
    assert all(NO_FONT in sentence for sentence in printed[1]["sheet"]) and len(printed[1]["sheet"]) <= 1
    assert printing.count_pages(pdf(printed, "sheet")) == 1


def test_all_slides_and_sheets_fit_their_pages(chromium, tmp_path):
    told = make_slides(COURSE, tuple(MAIN), tmp_path, say=lambda text: None)
    told += make_sheets(COURSE, tuple(MAIN), tmp_path, say=lambda text: None)
    assert [str(one) for one in told if NO_FONT not in str(one)] == []


def test_what_does_not_fit_is_told(chromium, tmp_path):
    source = tmp_path / "long.html"
    many = "<p>One line more.</p>" * 60
    source.write_text(
        pages.page("Long", "main { height: 200px; overflow: hidden; }", f"<main>{many}</main>"), encoding="utf-8"
    )
    faults = printing.print_pdf(chromium, source, tmp_path / "long.pdf", boxes="main", pages=2)
    assert faults == ["main number 1 holds more than fits on its page.", "it has 1 pages, expected 2."]


def test_slides_are_turned_by_the_keyboard(chromium, tmp_path):
    source = tmp_path / "slides.html"
    source.write_text(page_of(NEURON), encoding="utf-8")
    last = len(deck_of(NEURON))
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(source.as_uri())

    def shown() -> list[str]:
        return page.eval_on_selector_all(
            ".slide", "all => all.filter(one => one.getBoundingClientRect().height).map(one => one.id)"
        )

    assert shown() == ["slide-1"]
    for key, number in {"ArrowRight": 2, "PageDown": 3, "ArrowLeft": 2, "End": last, "Home": 1}.items():
        page.keyboard.press(key)
        assert shown() == [f"slide-{number}"]
    page.get_by_role("button", name="Next").click()
    assert page.get_by_role("status").inner_text() == f"Slide 2 of {last}"
    assert not page.get_by_label("Speaker notes to slide 2").is_visible()
    page.keyboard.press("n")
    assert page.get_by_label("Speaker notes to slide 2").is_visible()
    assert not page.get_by_label("Speaker notes to slide 3").is_visible()
    page.close()
