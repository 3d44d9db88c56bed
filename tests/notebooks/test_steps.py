"""Every case study goes through the nine steps and says where; to debug is to learn one example by heart."""

from __future__ import annotations

import re

import pytest

from authoring.chapters import ROOT, STEPS, read_course
from authoring.masters import read_master

STUDIES = [one for one in read_course(ROOT).chapters if not one.is_companion and one.number >= 3]


def code_by_section(chapter) -> dict[int, str]:
    """Return the code that stands under each numbered heading."""
    found, number = {}, 0
    for cell in read_master(ROOT, chapter.master).cells:
        if cell.kind == "code":
            found[number] = found.get(number, "") + cell.source + "\n"
        for heading in re.findall(r"^## (\d+) ", cell.source if cell.kind == "markdown" else "", re.M):
            number = int(heading)
            found[number] = ""
    return found


@pytest.mark.parametrize("chapter", STUDIES, ids=lambda one: one.name)
def test_the_footer_names_a_section_for_each_of_the_nine_steps(chapter):
    sections = code_by_section(chapter)
    assert tuple(chapter.steps) == STEPS
    assert set(chapter.steps.values()) <= set(sections)
    text = (ROOT / chapter.student).read_text(encoding="utf-8")
    for step, section in chapter.steps.items():
        assert f"{step} {section}" in text


@pytest.mark.parametrize("chapter", STUDIES, ids=lambda one: one.name)
def test_one_example_is_learned_by_heart_in_the_section_that_debugs(chapter):
    assert "training.overfit_one(" in code_by_section(chapter)[chapter.steps["debug"]]


def test_there_are_seven_studies():
    assert [one.number for one in STUDIES] == list(range(3, 10))
