"""The cards have all their fields, their texts are those of the paper, and words are those that lint knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from authoring import lint
from bioml_helpers import learning
from bioml_helpers.practice import dome, honest_exercises

ROOT = Path(__file__).parents[2]
CARDS = {
    "practice.e10": honest_exercises.PUBLISHED,
    "practice.e11": honest_exercises.SHEET_EXAMPLE,
    "practice.e12": honest_exercises.CAPSTONE_EXAMPLE,
}


@pytest.mark.parametrize("exercise", CARDS)
def test_every_field_of_a_card_is_asked_for(exercise):
    full = CARDS[exercise]
    assert learning.grade(exercise, dict(full)).status == "right"
    for field in full:
        for empty in ("", "…", ...):
            assert learning.grade(exercise, full | {field: empty}).status != "right", field
        assert learning.grade(exercise, {name: text for name, text in full.items() if name != field}).status != "right"
    assert learning.grade(exercise, {name: ... for name in full}).status == "not attempted"
    assert learning.grade(exercise, ...).status == "not attempted"


def test_the_four_parts_of_dome_have_their_fields():
    assert list(dome.DOME) == ["Data", "Optimisation", "Model", "Evaluation"]
    assert {field.name for field in dome.fields_of(dome.DOME)} == set(honest_exercises.PUBLISHED)
    assert all(field.prompt.endswith("?") for field in dome.fields_of(dome.DOME))


def test_the_sheet_asks_over_what_one_generalises():
    prompts = {field.name: field.prompt for field in dome.fields_of(dome.SHEET)}
    assert "people" in prompts["generalise_over"] and "site" in prompts["stand_ins"]


def test_the_published_card_leaves_five_fields_to_the_reader():
    empty = [name for name, text in honest_exercises.published().items() if not text]
    assert sorted(empty) == sorted(dome.TO_FILL)
    assert learning.grade("practice.e10", honest_exercises.published()).status == "wrong"


def test_the_numbers_of_the_article_agree_with_each_other():
    table = honest_exercises.radiographs()
    assert table["images"].sum() == 158_323
    for number in ("112,120", "42,396", "3,807"):
        assert number in honest_exercises.PUBLISHED["size_per_class"]


def test_the_rubric_in_the_teaching_folder_is_the_packages():
    assert dome.rubric_markdown() in (ROOT / "teaching/capstone.md").read_text(encoding="utf-8")


def test_the_exercise_and_lint_know_the_same_words():
    assert sorted(dome.HYPE) == sorted(lint.HYPE)


def test_a_word_inside_another_is_no_hype():
    assert dome.hype_in("It resolves the misunderstanding; an improvement.") == []
    with pytest.raises(TypeError, match="text: expected a text, got a int"):
        dome.hype_in(3)
