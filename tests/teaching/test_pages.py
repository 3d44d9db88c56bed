"""The lecturer's pages: complete, on time, and with no figure, link or exercise that has gone stale."""

from __future__ import annotations

import functools
import html
import importlib
import re
import tomllib

import nbformat
import pytest

from authoring.chapters import ROOT, read_course
from bioml_helpers.learning import registry

TEACHING = ROOT / "teaching"
COURSE = read_course(ROOT)
CATALOGUE = tomllib.loads((ROOT / "chapters/chapters.toml").read_text(encoding="utf-8"))
CHAPTERS = {one["name"]: one for one in CATALOGUE["chapter"]}
TOPICS = [one["topic"] for one in CHAPTERS.values()]
HEADINGS = [
    "Goal",
    "On the board",
    "Minute plan",
    "Wrong answers, and what to ask",
    "Expected outputs",
    "Answers",
    "For fast groups",
    "Said aloud",
    "Platform problems",
]
MARKDOWN = sorted(TEACHING.glob("*.md"))
per_chapter = pytest.mark.parametrize("name", CHAPTERS)


@pytest.fixture(scope="module", autouse=True)
def exercises():
    for topic in TOPICS:
        importlib.import_module(f"bioml_helpers.{topic}.exercises")


@functools.cache
def text_of(name: str) -> str:
    return (TEACHING / f"{name}.md").read_text(encoding="utf-8")


def sections(name: str) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", text_of(name), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table(text: str) -> list[list[str]]:
    """The rows of the first table, without its head."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    ends = next((i for i, row in enumerate(rows[2:], 2) if set(row) <= set("|- ")), len(rows) + 1)
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2 : ends - 1]]


@functools.cache
def cells(name: str) -> dict:
    stored = (ROOT / "chapters/solutions" / f"{name}.ipynb").read_text(encoding="utf-8")
    return {cell.id: cell for cell in nbformat.v4.reads(stored).cells}


def said_by(cell) -> str:
    """All text that the cell's stored outputs show."""
    said = []
    for output in cell.get("outputs", []):
        said.append(output.get("text", ""))
        said.append(output.get("data", {}).get("text/plain", ""))
        page = re.sub(
            r"<style.*?</style>|data:[^\"']*", "", output.get("data", {}).get("text/html", ""), flags=re.DOTALL
        )
        said.append(html.unescape(re.sub(r"<[^>]+>", " ", page)))
    return "\n".join(said)


def stands_in(value: str, text: str) -> bool:
    """Whether a figure stands there by itself, not as a part of a longer one."""
    return re.search(rf"(?<![\w.,]){re.escape(value)}(?![\w%]|[.,]\d)", text) is not None


def pictures(cell) -> int:
    return sum("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


@per_chapter
def test_a_chapter_has_its_page_with_all_headings_in_order(name):
    assert list(sections(name)) == HEADINGS
    assert all(part.strip() for part in sections(name).values())
    assert text_of(name).startswith(f"# Chapter {CHAPTERS[name]['number']} · ")


@per_chapter
def test_the_goal_is_one_sentence(name):
    goal = sections(name)["Goal"].strip()
    assert "\n\n" not in goal and len(re.findall(r"[.!?](?:\s|$)", goal)) == 1


@per_chapter
def test_the_minutes_are_the_notebooks_and_add_up_to_the_class(name):
    planned = {row[0]: int(row[1]) for row in table(sections(name)["Minute plan"])}
    headings = re.findall(
        r"^## (\d · \w+) ⏱ (\d+) min$", "\n".join(cell.source for cell in cells(name).values()), re.MULTILINE
    )
    assert planned == {heading: int(minutes) for heading, minutes in headings}
    assert sum(planned.values()) == CHAPTERS[name]["minutes"]
    assert re.search(r"\*\*Cut list, in this order:\*\* .*\(\d+", sections(name)["Minute plan"])


@per_chapter
def test_three_wrong_answers_are_the_exercises_own_and_each_is_answered_by_a_question(name):
    items = re.findall(r"^\d\. (.+)$", sections(name)["Wrong answers, and what to ask"], re.MULTILINE)
    known = (ROOT / "bioml_helpers" / CHAPTERS[name]["topic"] / "exercises.py").read_text(encoding="utf-8")
    assert len(items) == 3
    for item in items:
        exercise, mistake = re.match(r"`([\w.]+)`, \*(.+?)\*:", item).groups()
        assert exercise in registry.registered() and f'"{mistake}"' in known, item
        assert re.search(r'Ask: ".+\?"$', item), item


@per_chapter
def test_every_expected_figure_stands_in_the_stored_output_of_its_cell(name):
    rows = table(sections(name)["Expected outputs"])
    assert len(rows) >= 6
    stale = []
    for cell_id, what, values, holds in rows:
        assert cell_id in cells(name), f"{name} has no cell {cell_id}"
        cell = cells(name)[cell_id]
        figures = re.findall(r"`([^`]+)`", f"{values} {holds}")
        assert figures, f"{cell_id} ({what}) names no figure"
        stale += [f"{cell_id}: {one} ({what})" for one in figures if not stands_in(one, said_by(cell))]
        assert holds, f"{cell_id} ({what}) does not say what must hold"
        if holds == "as printed":
            assert "nbval-check-output" in cell.metadata.get("tags", []), f"nothing compares the output of {cell_id}"
        if "(asserted)" in holds:
            after = list(cells(name).values())
            near = after[after.index(cell) : after.index(cell) + 3]  # the cell itself, or the one that observes it
            assert any(re.search(r"^ *assert ", one.source, re.MULTILINE) for one in near), f"no assertion at {cell_id}"
        if "(check" in holds:
            assert any("check(" in one.source for one in cells(name).values())
    assert not stale


@per_chapter
def test_the_votes_name_registered_questions_and_their_keys(name):
    votes = table(sections(name)["Answers"])
    assert len(votes) == 2
    for vote, key, first, question in votes:
        assert registry.find(vote.strip("`")).key == key, vote
        assert re.fullmatch(r"\d\d %|–", first) and question.endswith("?")


@per_chapter
def test_every_figure_of_the_notebook_is_said_aloud_in_two_sentences(name):
    items = dict(re.findall(r"^- `(\d\d-\d\d\d)`: (.+)$", sections(name)["Said aloud"], re.MULTILINE))
    drawn = {cell_id: pictures(cell) for cell_id, cell in cells(name).items() if pictures(cell)}
    assert list(items) == list(drawn)
    sentences = {cell_id: len(re.findall(r"[.!?](?:\s|$)", text)) for cell_id, text in items.items()}
    assert sentences == {cell_id: 2 * number for cell_id, number in drawn.items()}


@per_chapter
def test_fast_groups_are_sent_to_the_chapters_companions(name):
    part = sections(name)["For fast groups"]
    assert all(f"../chapters/{one}.ipynb" in part for one in CHAPTERS[name]["companions"])


@per_chapter
def test_the_cells_that_a_page_names_are_there(name):
    named = set(re.findall(r"\b\d\d-\d\d\d\b", text_of(name)))
    assert named and named <= set(cells(name))


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", MARKDOWN, ids=lambda page: page.name)
def test_every_exercise_and_quiz_that_is_named_is_registered(page):
    named = re.findall(rf"`((?:{'|'.join(TOPICS)})\.[a-z0-9.]+)`", page.read_text(encoding="utf-8"))
    assert [one for one in named if one not in registry.registered()] == []


def test_the_index_leads_to_every_page_and_every_companion_has_a_place_in_a_format():
    index = (TEACHING / "README.md").read_text(encoding="utf-8")
    assert [page.name for page in MARKDOWN if page.name != "README.md" and f"]({page.name})" not in index] == []
    companions = {one["name"].split("_")[0] for one in CATALOGUE["companion"]}
    assert companions <= set(re.findall(r"\b\d\d[a-z]\b", index))


def test_the_weights_and_the_rubric_have_one_home():
    index, capstone = ((TEACHING / name).read_text(encoding="utf-8") for name in ("README.md", "capstone.md"))
    weights = re.search(r"\*\*Weights.+?To pass", capstone, re.DOTALL)[0]
    assert sum(int(share) for share in re.findall(r"(\d+) %", weights)) == 100
    assert "](capstone.md)" in index and "Split and leakage" not in index


def test_a_figure_inside_a_longer_one_does_not_count():
    assert stands_in("0.5", "it is 0.5, or so") and stands_in("8,006", "8,006 rows") and stands_in("1.2", "1.2.")
    assert not any(stands_in("0.5", text) for text in ("0.55", "10.5", "-x0.5", "0.5%"))
    assert not stands_in("006", "8,006 rows")
